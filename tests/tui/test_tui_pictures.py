"""Pictures of the work on the screens: in full on a key, below the rows where there is room."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from helpers.campaign import across
from helpers.learned import Learned
from helpers.tui_pilot import opened, press, screen, settled, write
from textual.pilot import Pilot
from yaohao.planner.wording.messages import LANGUAGES
from yaohao.planner.workspace import Workspace
from yaohao.tui.widgets.picture_pane import LEAST, PicturePane
from yaohao.tui.widgets.picture_view import PictureView

pytest_plugins = ["helpers.learned"]

PLACES = {"home": "calendar", "today": "calendar", "crews": "load", "register": "map"}


async def shown(pilot: Pilot[None]) -> str:
    """The screen once the picture is there."""
    for _ in range(200):
        view = pilot.app.screen
        if isinstance(view, PictureView) and (view.found or view.refused):
            break
        await pilot.pause(0.01)
    await settled(pilot)
    return screen(pilot)


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), across([(60, 20), (120, 36)], LANGUAGES))
async def test_every_place_shows_its_picture_in_full(
    learned: Learned, lang: str, size: tuple[int, int]
) -> None:
    async with opened(learned.folder, size, lang, ascii_only=True) as pilot:
        for name in PLACES:
            pilot.app.go(name)  # type: ignore[attr-defined]
            await settled(pilot)
            await pilot.press("P")
            text = await shown(pilot)
            assert isinstance(pilot.app.screen, PictureView), name
            assert "Esc" in text and not any(ord(mark) in range(0x2580, 0x25A0) for mark in text)
            await pilot.press("escape")
            await settled(pilot)
            assert not isinstance(pilot.app.screen, PictureView)


@pytest.mark.asyncio
async def test_another_year_another_shading_and_a_file(own_learned: Learned) -> None:
    async with opened(own_learned.folder, (100, 40), "en") as pilot:
        await pilot.press("P")
        assert "Calendar of 2027" in await shown(pilot)
        await pilot.press("left_square_bracket")
        assert "Calendar of 2026" in await shown(pilot)
        await press(pilot, "w")
        await write(pilot, "year.svg")
        await press(pilot, "enter")
        assert ET.parse(own_learned.folder.parent / "year.svg").getroot().attrib["role"] == "img"
        await press(pilot, "w")
        await write(pilot, "year.svg")
        told = await press(pilot, "enter")  # it is there, and is not replaced
        assert "year.svg" in "".join(line.strip(" \u2502") for line in told.split("\n"))
        await press(pilot, "escape")
        pilot.app.go("register")  # type: ignore[attr-defined]
        await settled(pilot)
        await pilot.press("P")
        assert "Entities of the register" in await shown(pilot)
        await pilot.press("v")
        assert "Visits for each entity" in await shown(pilot)


@pytest.mark.asyncio
async def test_where_there_is_room_it_stands_below_the_rows(learned: Learned) -> None:
    async with opened(learned.folder, (120, LEAST), "en") as pilot:
        for name, kind in PLACES.items():
            pilot.app.go(name)  # type: ignore[attr-defined]
            await settled(pilot)
            pane = pilot.app.screen.query_one(PicturePane)
            for _ in range(200):
                if pane._said:
                    break
                await pilot.pause(0.01)
            assert pane.picture.name == kind and pane._said.splitlines()[0] in screen(pilot), name
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert not pane.display


@pytest.mark.asyncio
async def test_an_empty_workspace_has_a_picture_that_says_so(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "bureau", "free", language="en").close()
    async with opened(tmp_path / "bureau", (80, 24), "en") as pilot:
        await pilot.press("P")
        assert "Nothing is planned" in await shown(pilot)
        await press(pilot, "escape", "2")
        await pilot.press("P")
        assert "import it first" in await shown(pilot)
        await press(pilot, "escape")
        pilot.app.go("learn")  # type: ignore[attr-defined]
        await settled(pilot)
        await press(pilot, "P")
        assert "Workload of inspectors" in screen(pilot)
