"""The screens without a terminal: open them, press keys, read what stands on the screen."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from difflib import unified_diff
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.cells import cell_len
from textual import strip
from textual._context import visible_screen_stack
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from yaohao.planner.wording.messages import LANGUAGES, choose_language, language
from yaohao.planner.workspace import Workspace
from yaohao.tui.app import YaohaoApp
from yaohao.tui.screens import plan

from helpers import tui_idle
from helpers.cli import language_kept

# Nobody waits longer than until nothing is left to do (`helpers.tui_idle`).
tui_idle.wait_for_what_is_left()

# Without a terminal Textual draws every change, sixty times a second, for nobody. What has changed
# is drawn once it is looked at (`_draw`): drawing was two fifths of the work of these tests.
_refreshed = Screen._compositor_refresh


def _hold(self: Screen[Any]) -> None:
    if self.app.is_headless and self is self.app.screen:
        self._dirty_widgets.clear()  # where they stand is kept by the compositor
    else:
        _refreshed(self)


Screen._compositor_refresh = _hold  # type: ignore[method-assign]

# Each app would read the same style sheets anew: once for each theme will do.
_parsed = Stylesheet._parse_rules
_sheets: dict[tuple[Any, ...], list[Any]] = {}


def _parse_once(self: Stylesheet, *sheet: Any, **options: Any) -> list[Any]:
    key = (sheet, tuple(options.items()), tuple(self._variables.items()))
    if key not in _sheets:
        _sheets[key] = _parsed(self, *sheet, **options)
    return _sheets[key]


Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]

# Each line of a screen comes with seven caches, which count what they do: a tenth of a test.
strip.FIFOCache = lambda _: {}  # type: ignore[assignment, misc, return-value]

# Rules of a style sheet are told apart by what they are, which needs no Python: a tenth of a test.
RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]

# Nobody types here who would be in the way of the fuller figures, so they need not wait as long.
plan.REST = 0.02

SIZES = ((80, 24), (120, 36))
TODAY = "2027-02-20T00:00:00Z"
"""The day from which the screens count what is due, whenever the tests are run."""

MISSING = re.compile(r"\b(tui(_[a-z]+)?|cli|status|intake)\.[a-z][a-z-]+")


@asynccontextmanager
async def opened(
    folder: Path, size: tuple[int, int] = (80, 24), lang: str = "en", **options: Any
) -> AsyncIterator[Pilot[None]]:
    """The app on a workspace, in a language; the language in use stays what it was.

    A fault of the program fails the test, as does one that was only told.
    """
    with language_kept(), patch("yaohao.planner.storage.calendar.now", lambda: TODAY):
        choose_language(lang)
        workspace = Workspace(folder)
        try:
            app = YaohaoApp(workspace, motion=False, **options)
            async with app.run_test(size=size) as pilot:
                await settled(pilot)
                yield pilot
        finally:
            workspace.close()


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until long work has ended and everything is on the screen."""
    await pilot.pause()
    while pilot.app.is_working:  # type: ignore[attr-defined]
        await pilot.pause(0.02)
    await pilot.app.workers.wait_for_complete()
    _draw(pilot)
    await pilot.pause()


def _draw(pilot: Pilot[Any]) -> None:
    """Have the widgets draw what has changed, as for a terminal, which would be told of it.

    What they have drawn they keep; it is put together where somebody looks (`screen`).
    """
    app = pilot.app
    compositor = app.screen._compositor
    changed, whole = compositor._dirty_regions, compositor.size.region
    if changed:
        crop = None if whole in changed else Region.from_union(list(changed)).intersection(whole)
        changed.clear()
        visible_screen_stack.set(app._background_screens)
        for _ in compositor._get_renders(crop):
            pass


async def press(pilot: Pilot[Any], *keys: str) -> str:
    """Press keys and wait for what comes of them, as of work that one begins; the screen then."""
    for key in keys:
        await pilot.press(key)
        if pilot.app.is_working:  # type: ignore[attr-defined]
            await settled(pilot)
    await settled(pilot)
    return screen(pilot)


async def write(pilot: Pilot[Any], text: str) -> str:
    """Type a text; the screen then."""
    await pilot.press(*("space" if mark == " " else mark for mark in text))
    await settled(pilot)
    return screen(pilot)


def screen(pilot: Pilot[Any]) -> str:
    """The screen as text, a line a row, blanks at the ends dropped.

    Every row is checked to be as wide as the screen, and to hold no code in place of its words.
    """
    _draw(pilot)
    app = pilot.app
    width, height = app.size
    rows = [
        "".join(segment.text for segment in strip if not segment.control)
        for strip in app.screen._compositor.render_strips()
    ]
    assert len(rows) == height
    for row in rows:
        assert cell_len(row) == width, (cell_len(row), row)
    text = "\n".join(row.rstrip() for row in rows)
    assert not MISSING.search(text), MISSING.search(text)
    return text


def snapshot(name: str, text: str) -> None:
    """Hold a screen against the one kept under ``tests/screens``; digests and times are masked.

    With YAOHAO_SNAPSHOTS=write in the environment the screen is kept instead.
    """
    # Which other places there are is not a matter of this one.
    top, _, rest = text.partition("\n")
    here = re.search(r"\[.*\]", top)
    text = f"{here[0] if here else ''}\n{rest}"
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2027-01-01T00:00:00Z", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)", "2027-01-01 00:00 (UTC)", text)
    text = re.sub(
        r"\b[0-9a-f]{13,64}\b|\b[0-9a-f]{8,12}(?=\.\.\.)", lambda match: "f" * len(match[0]), text
    )
    # What is left of a digest that goes over several lines.
    text = re.sub(r"(?<=\u2502 {6})( *)([0-9a-f]{2,12})$", _masked_end, text, flags=re.M)
    file = Path(__file__).resolve().parents[1] / "tui" / "screens" / f"{name}.txt"
    if os.environ.get("YAOHAO_SNAPSHOTS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    kept = file.read_text(encoding="utf-8").split("\n")
    changes = "\n".join(unified_diff(kept, [*text.split("\n"), ""], "kept", "found", lineterm=""))
    assert not changes, changes


def _masked_end(match: re.Match[str]) -> str:
    return match[1] + "f" * len(match[2])


async def snapshots(pilot: Pilot[Any], name: str) -> None:
    """Hold the screen in Chinese and in English against those kept; the language stays."""
    for _ in LANGUAGES:
        snapshot(f"{name}-{language()}-{pilot.app.size.width}", screen(pilot))
        await press(pilot, "f2")
