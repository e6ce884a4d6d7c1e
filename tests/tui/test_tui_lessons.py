"""Empty places teach, errors name their mend as a key, and no place is a dead end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers.cli import fill, language_kept, walk
from helpers.tui_pilot import opened, press, screen, settled, write
from textual.pilot import Pilot
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.mends import COMMANDS, mend_of
from yaohao.tui.screen_registry import SCREENS, screen_entry
from yaohao.tui.widgets.lesson import LessonControl, LessonLines

NEVER_EMPTY = ("ledger", "tools")


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a draw that was only frozen."""
    with language_kept():
        folder = fill(tmp_path_factory.mktemp("lessons"))
        walk(folder, "freeze")
    return folder


def lesson(pilot: Pilot[None]) -> str:
    """What the place that is shown teaches; nothing where it is not empty."""
    here = pilot.app.here  # type: ignore[attr-defined]
    lines, control = here.query_one(LessonLines), here.query_one(LessonControl)
    assert lines.display == control.display
    return f"{lines._said}\n{control.content}" if lines.display else ""


async def taught(pilot: Pilot[None], name: str) -> str:
    """Go to a place; what it teaches."""
    pilot.app.go(name)  # type: ignore[attr-defined]
    await settled(pilot)
    await pilot.pause(0.05)
    return lesson(pilot)


async def leads_on(pilot: Pilot[None], name: str) -> bool:
    """Whether what a place says to do first leads out of it, or opens something there."""
    app = pilot.app
    app.screen.query_one(LessonControl).on_click()
    await settled(pilot)
    is_on = name != app.here.SCREEN_NAME or app.screen is not app.here  # type: ignore[attr-defined]
    while app.screen is not app.here:  # type: ignore[attr-defined]
        await pilot.press("escape")
        await settled(pilot)
    return is_on


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_place_of_an_empty_workspace_teaches(tmp_path: Path, lang: str) -> None:
    Workspace.create(tmp_path / "bureau", "free", language=lang).close()
    async with opened(tmp_path / "bureau", (80, 24), lang) as pilot:
        for place in SCREENS:
            told = await taught(pilot, place.name)
            assert "yaohao import" not in screen(pilot), place.name  # nobody is sent to the shell
            if place.name in (*NEVER_EMPTY, "plan"):  # a workspace begins with a sample plan
                assert not told
                continue
            control = told.splitlines()[-1].strip()
            assert place.label() in told and place.about()[:12] in told, told
            assert control.startswith("[") and control in screen(pilot), place.name
            assert await leads_on(pilot, place.name), place.name


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_after_a_freeze_the_next_step_is_taught(frozen: Path, lang: str) -> None:
    async with opened(frozen, (80, 24), lang) as pilot:
        for name in ("crews", "results", "learn"):
            told = await taught(pilot, name)
            assert say("tui_lessons.step-publish", draw="spring").split("spring")[0][:8] in told
            entry = screen_entry("publish")
            assert entry is not None and f"[{entry.key_words}] {entry.label()}" in told
            assert await leads_on(pilot, name)
        for name in ("home", "register", "plan", "draw", "publish", "review"):
            assert not await taught(pilot, name), name
        assert await taught(pilot, "cases")


@pytest.mark.asyncio
async def test_a_filter_that_fits_nothing_says_so_and_is_cleared(frozen: Path) -> None:
    async with opened(frozen, (80, 24), "en") as pilot:
        await taught(pilot, "ledger")
        await press(pilot, "slash")
        await write(pilot, "nobody")
        await pilot.pause(0.05)
        assert '"nobody"' in lesson(pilot)
        pilot.app.here.query_one(LessonControl).on_click()  # type: ignore[attr-defined]
        await settled(pilot)
        await pilot.pause(0.05)
        assert not lesson(pilot) and "nobody" not in screen(pilot)


@pytest.mark.asyncio
async def test_what_is_looked_for_is_not_empty(frozen: Path) -> None:
    async with opened(frozen, (80, 24), "en") as pilot:
        for name in ("today", "results", "crews", "review"):
            await taught(pilot, name)
            here = pilot.app.here  # type: ignore[attr-defined]
            here.told = here.review = None
            here.typed = "nobody"
            here._is_searching = True
            assert here.emptiness() == "", name


@pytest.mark.asyncio
async def test_an_error_has_its_mend_as_a_key(frozen: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(frozen, tmp_path / "own"))
    async with opened(own, (80, 24), "en") as pilot:
        app = pilot.app
        app.tell_error(refuse("picture.map-empty"))  # type: ignore[attr-defined]
        await settled(pilot)
        assert "[2] Register" in screen(pilot)
        await pilot.click("#told", offset=(70, app.screen.query_one("#told").size.height - 1))
        await pilot.press("2")
        await settled(pilot)
        assert app.here.SCREEN_NAME == "register"  # type: ignore[attr-defined]
        # What was told is taken back with its key.
        app.here.tell("something else")  # type: ignore[attr-defined]
        await settled(pilot)
        assert "[2] Register" not in screen(pilot)
        # What does not fit into three lines is read, and its key works there.
        app.tell_error(refuse("draw.out-of-order", draw="d" * 300, stage="committed",  # type: ignore[attr-defined]
                              wanted="staff", missing="draw", next="yaohao draw x"))  # fmt: skip
        await settled(pilot)
        assert "[4] Draw" in screen(pilot)
        await press(pilot, "4")
        assert app.here.SCREEN_NAME == "draw"  # type: ignore[attr-defined]


def test_commands_lead_to_places_that_there_are() -> None:
    for name, step in COMMANDS.items():
        assert screen_entry(step.place) is not None, name
    mend = mend_of("first import results: yaohao import results spring FILE")
    assert mend is not None and mend.place == "results"
    assert mend_of("yaohao import entities FILE") is COMMANDS["import"]
    assert mend_of("nothing is named; yaohao unheard of") is None
