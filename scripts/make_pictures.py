"""Draw the pictures of the documents into docs/pictures: screens of the sample city, drawings.

The same program draws the same pictures whenever it is run: the clock stands still, and what was
measured is not shown.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager
from datetime import datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

if __name__ == "__main__":  # run as a file from the top of the project
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.planner.wording.messages import LANGUAGES, choose_language
from yaohao.planner.workspace import Workspace

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (120, 36)
SECRET = "5e" * 32
SEED = "73205770983765978375"
REGISTERS = ("entities", "inspectors", "items", "leads", "lists")
PLAN = "plans/tongliao.toml"
SCREENS = ("home", "plan", "draw", "review")
MILLISECONDS = 10.0
"""What the plan's effect is said to have taken, in place of what it took here and now."""

MOMENT = "2027-01-06T01:30:00+00:00"
"""When all that the pictures show was done."""


class StoppedClock(datetime):
    """A clock that always shows the same time."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> StoppedClock:
        """The fixed time."""
        return cls.fromisoformat(MOMENT).astimezone(tz)


def stopped_clock() -> AbstractContextManager[Any]:
    """Within the block, all acts of this process have the same time."""
    return patch("yaohao.planner.vocabulary.clock.datetime", StoppedClock)


def city(folder: Path) -> Workspace:
    """The sample city with one draw that is drawn and one that waits for its seed."""
    import importlib.resources

    workspace = Workspace.create(folder, authority="通辽市市场监督管理局", division="150500")
    sample = importlib.resources.files("yaohao.sample_data") / "tongliao"
    with importlib.resources.as_file(sample) as files:
        for register in REGISTERS:
            workspace.import_files(register, [files / f"{register}.csv"], today=MOMENT[:10])
        text = (files / "plan.toml").read_bytes()
    plan = folder / PLAN
    plan.write_bytes(text)
    (folder / "plans" / "sample.toml").unlink()
    drawn, waiting = (workspace.freeze(plan, SECRET, despite=["again"])["draw"] for _ in range(2))
    for draw in (drawn, waiting):
        workspace.publish(draw, folder / "publications" / draw)
    workspace.draw(drawn, SEED, "市政大厅公开掷十面骰二十次", ["李娜", "王强"])
    return workspace


def draw_protocol() -> None:
    """Draw the pages' own drawings in every language."""
    from yaohao.scripts.protocol_pictures import drawings

    for language in LANGUAGES:
        for name, text in drawings(language).items():
            write_file(FOLDER / name, text.encode())


async def draw_all(workspace: Workspace) -> None:
    """Draw every picture in every language."""
    for language in LANGUAGES:
        for name in SCREENS:
            text = await picture(workspace, name, language)
            file = FOLDER / f"{name}-{language}.svg"
            file.parent.mkdir(exist_ok=True)
            write_file(file, text.encode())
            print(file.relative_to(FOLDER.parent.parent), len(text))


async def picture(workspace: Workspace, name: str, language: str) -> str:
    """A place as SVG: the ceremony of the last draw, the others about the first."""
    from yaohao.tui.app import YaohaoApp
    from yaohao.tui.picture import screen_svg

    choose_language(language)
    drawn, waiting = (row["draw"] for row in workspace.draws())
    app = YaohaoApp(workspace, motion=False)
    async with app.run_test(size=SIZE) as pilot:
        app.choose_draw(waiting if name == "draw" else drawn)
        app.go(name, **({"file": PLAN} if name == "plan" else {}))
        await _settled(pilot)
        screen: Any = app.screen
        if name == "plan":
            screen.milliseconds = MILLISECONDS
            screen.fill()
            await pilot.pause()
        return screen_svg(app)


async def _settled(pilot: Any) -> None:
    """Wait until what is looked up in threads is on the screen."""
    for _ in range(3):
        await pilot.pause(0.3)
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def main() -> None:
    """Create the city and draw the pictures."""
    draw_protocol()
    with TemporaryDirectory() as folder, stopped_clock():
        workspace = city(Path(folder) / "bureau")
        try:
            asyncio.run(draw_all(workspace))
        finally:
            workspace.close()


if __name__ == "__main__":
    main()
