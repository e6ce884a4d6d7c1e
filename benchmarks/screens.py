"""The screens at a million entities: first screen, filters, pages, the preview while writing.

    python -m benchmarks.screens [ENTITIES]

Every figure is from the key to the finished screen, in a terminal of 120 columns and 36 lines that
draws nothing; beside the first screen stands what loading Textual alone takes in the same run.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from yaohao.sample_data import Population

from benchmarks.road import PLAN

FIRST = """
import asyncio, sys
from yaohao.planner.workspace import Workspace
from yaohao.tui.app import YaohaoApp

async def leave(pilot):
    while pilot.app.here is None or not pilot.app.here._is_filled:
        await asyncio.sleep(0.001)
    painted = asyncio.Event()
    pilot.app.call_after_refresh(painted.set)
    await painted.wait()
    pilot.app.exit()

YaohaoApp(Workspace(sys.argv[1])).run(headless=True, size=(120, 36), auto_pilot=leave)
"""
TEXTUAL = "import textual.app, textual.widgets; from textual.widgets import Input, Static, TextArea"
GOALS = {"first screen": 1500, "filter": 250, "page": 50, "preview": 300, "palette": 150}


def seconds(*words: str) -> float:
    """The wall time of a process."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    return time.perf_counter() - begun


def made(folder: Path, entities: int) -> Path:
    """A workspace of so many synthetic entities, with inspectors and a plan."""
    from yaohao.planner.workspace import Workspace

    Population(entities, seed=1).write_csv(folder / "entities.csv")
    inspectors = "".join(f"i{n:03d},p{n},1505\n" for n in range(400))
    (folder / "inspectors.csv").write_text(f"inspector_id,name,regions\n{inspectors}")
    bureau = Workspace.create(folder / "w")
    bureau.import_files("entities", [folder / "entities.csv"], today="2100-12-31")
    bureau.import_files("inspectors", [folder / "inspectors.csv"])
    (folder / "w" / "plans" / "sample.toml").unlink()
    (folder / "w" / "plans" / "bench.toml").write_text(PLAN)
    bureau.close()
    return folder / "w"


class Watch:
    """Milliseconds of each kind of thing: by the clock, and of the processor."""

    def __init__(self) -> None:
        self.clock: dict[str, list[float]] = {}
        self.processor: dict[str, list[float]] = {}

    def start(self) -> None:
        self._begun = (time.perf_counter(), time.process_time())

    def follow(self, app: Any) -> None:
        """Take the time of whatever `app` paints."""
        display = app._display

        def noted(*given: Any) -> None:
            display(*given)
            self._painted = (time.perf_counter(), time.process_time())

        app._display = noted

    async def settle(self, name: str) -> None:
        """Note when the last was painted, once for a while nothing more is."""
        await asyncio.sleep(0.08)
        self.note(name, self._painted)

    def note(self, name: str, now: tuple[float, float] | None = None) -> None:
        now = now or (time.perf_counter(), time.process_time())
        for times, one, other in zip((self.clock, self.processor), now, self._begun, strict=True):
            times.setdefault(name, []).append((one - other) * 1000)


async def until(app: Any, is_done: Any) -> None:
    """Wait, a millisecond at a time, until something is so."""
    while not is_done():
        await asyncio.sleep(0.001)
    painted = asyncio.Event()
    app.call_after_refresh(painted.set)
    await painted.wait()


async def searched(app: Any, watch: Watch) -> None:
    """Firms in the palette: by name, by code, by initials, and words that nobody is called by."""
    entities = app.entities()
    row = entities.rows([entities.size - 1])[0]
    app.do_palette()
    await until(app, lambda: app.has_dialog() and app.screen.query("#choose-field"))
    palette, field = app.screen, app.screen.query_one("#choose-field")
    for typed in (row["name"], row["entity_id"], row["name"][-6:], "scjg", "nmg", "zzzzzzzz"):
        watch.start()
        field.value = typed
        await until(app, lambda typed=typed: palette._found[0] == typed)
        watch.note("palette")
    palette.dismiss(None)
    await until(app, lambda: not app.has_dialog())


async def measured(folder: Path) -> Watch:
    """Everything but the first screen."""
    from yaohao.planner.wording.messages import choose_language
    from yaohao.planner.workspace import Workspace
    from yaohao.tui.app import YaohaoApp

    from textual import events  # isort: skip - after the screens, which set how often it paints

    choose_language("zh")
    watch = Watch()
    app = YaohaoApp(Workspace(folder))
    watch.follow(app)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(1.0)
        watch.start()
        app.go("register")
        register: Any = app.here
        await until(app, lambda: register._is_filled and len(register.rows) and register._marked())
        watch.note("open register")
        await until(app, lambda: not register._is_searching and register._shown)
        field = register.query_one("#filter")
        for typed in (
            "粉",
            "粉 等级:A",
            "区划:科尔沁",
            "9115",
            "年限:<3 检查:无",
            "-领域:无",
            "zzz",
            "",
        ):
            watch.start()
            field.value = typed
            wanted = (typed, register.sort, register.descending)
            await until(app, lambda wanted=wanted: register._shown == wanted)
            watch.note("filter")
        table = register.query_one("#rows")
        for place in range(0, len(table.rows), max(len(table.rows) // 50, 1)):
            table.mark(place)
            await until(app, lambda: True)
            wanted_row = min(place + table.size.height - 2, len(table.rows) - 1)
            watch.start()
            app.post_message(events.Key("pagedown", None))
            await until(app, lambda row=wanted_row: table.cursor == row)
            await watch.settle("page")
        await searched(app, watch)
        app.go("plan")
        plan: Any = app.here
        await until(app, lambda: plan._is_filled and plan.looked == plan.text)
        editor = plan.query_one("#editor")
        for old, new in (
            ('B = "0.5%"', 'B = "0.6%"'), ("years = 3", "years = 4"), ("years = 4", "years = 2"),
            ('leave_out = "50%"', 'leave_out = "40%"'), ('["1505"]', '["15052"]'),
        ):  # fmt: skip
            watch.start()
            editor.put(editor.text.replace(old, new))
            text = editor.text
            await until(app, lambda text=text: plan.looked == text)
            watch.note("preview")
    return watch


def main(entities: int = 1_000_000) -> dict[str, float]:
    """Print a line a figure: median, the longest, and the goal for the longest."""
    os.environ.pop("SSH_CONNECTION", None)  # before the screens are loaded
    with tempfile.TemporaryDirectory() as folder:
        workspace = made(Path(folder), entities)
        print(f"{entities:,} entities")
        whole = [seconds("-c", FIRST, str(workspace)) * 1000 for _ in range(5)]
        bare = [seconds("-c", TEXTUAL) * 1000 for _ in range(5)]
        watch = asyncio.run(measured(workspace))
    times = {"first screen": whole, **watch.clock}
    print(f"{'loading Textual':16} {statistics.median(bare):7.0f} ms")
    for name, found in times.items():
        goal = f"   goal {GOALS[name]} ms" if name in GOALS else ""
        line = f"{name:16} {statistics.median(found):7.0f} ms   at most {max(found):7.0f} ms"
        if name in watch.processor:
            line += f"   processor {max(watch.processor[name]):7.0f} ms"
        print(line + goal)
    return {name: max(found) for name, found in times.items()}


if __name__ == "__main__":
    main(*(int(argument.replace("_", "")) for argument in sys.argv[1:]))
