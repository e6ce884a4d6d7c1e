"""Draw the screens for the README into docs/pictures: the sample city, in both languages."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

if __name__ == "__main__":  # run as a file from the top of the project
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from planner.vocabulary.files import write_whole
from planner.vocabulary.words import LANGUAGES, choose_language
from planner.workspace import Workspace

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (120, 36)
SECRET = "5e" * 32
SEED = "73205770983765978375"
REGISTERS = ("entities", "inspectors", "items", "leads")


def city(folder: Path) -> Workspace:
    """The sample city with a draw that is drawn and one that waits for its seed."""
    import importlib.resources

    bureau = Workspace.create(folder, authority="通辽市市场监督管理局", division="150500")
    sample = importlib.resources.files("sample_data") / "tongliao"
    with importlib.resources.as_file(sample) as files:
        for register in REGISTERS:
            bureau.import_files(register, [files / f"{register}.csv"])
        text = (files / "plan.toml").read_bytes()
    plan = folder / "plans" / "tongliao.toml"
    plan.write_bytes(text)
    (folder / "plans" / "sample.toml").unlink()
    drawn, waiting = (bureau.freeze(plan, SECRET)["draw"] for _ in range(2))
    for draw in (drawn, waiting):
        bureau.publish(draw, folder / "publications" / draw)
    bureau.draw(drawn, SEED, "市政大厅公开掷十面骰二十次", ["李娜", "王强"])
    return bureau


async def draw_all(bureau: Workspace) -> None:
    """Draw every picture in every language."""
    from tui.app import YaohaoApp
    from tui.picture import screen_svg

    drawn, waiting = (row["draw"] for row in bureau.draws())
    places = {
        "home": ("1", drawn),
        "plan": ("3", drawn),
        "draw": ("4", waiting),
        "review": ("5", drawn),
    }
    for language in LANGUAGES:
        choose_language(language)
        for name, (key, draw) in places.items():
            app = YaohaoApp(bureau, motion=False)
            async with app.run_test(size=SIZE) as pilot:
                app.choose_draw(draw)
                if name == "plan":
                    app.go("plan", file="plans/tongliao.toml")
                else:
                    await pilot.press(key)
                await _settled(pilot)
                text = screen_svg(app)
            file = FOLDER / f"{name}-{language}.svg"
            file.parent.mkdir(exist_ok=True)
            write_whole(file, text.encode())
            print(file.relative_to(FOLDER.parent.parent), len(text))


async def _settled(pilot: Any) -> None:
    """Wait until what is looked up in threads is on the screen."""
    for _ in range(3):
        await pilot.pause(0.3)
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def main() -> None:
    """Make the city, and draw."""
    with TemporaryDirectory() as folder:
        bureau = city(Path(folder) / "bureau")
        try:
            asyncio.run(draw_all(bureau))
        finally:
            bureau.close()


if __name__ == "__main__":
    main()
