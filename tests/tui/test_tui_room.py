"""Every place in every room, while the room changes: nothing is cut that must be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli import fill, language_kept, walk
from helpers.tui_pilot import opened, press, screen, settled
from rich.cells import cell_len
from textual.pilot import Pilot
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screen_registry import SCREENS, ScreenEntry
from yaohao.tui.text_layout import cut_at_word
from yaohao.tui.themes import THEMES
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.bars import KeyBar, StatusLine
from yaohao.tui.widgets.dialogs import Confirm, Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.form import Form, Item
from yaohao.tui.widgets.lesson import LessonControl

ROOMS = ((60, 20), (200, 50), (80, 24), (120, 36))
"""From one to the next nothing is left behind: the smallest first, then the largest."""

LONG = "a message that is much longer than one line of a small screen, and is folded to be read "


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a draw whose crews are dealt."""
    with language_kept():
        folder = fill(tmp_path_factory.mktemp("room"))
        walk(folder)
    return folder


def flat(text: str) -> str:
    """A text without the blanks and line ends that folding puts in or takes away."""
    return "".join(text.split())


async def holds(pilot: Pilot[None], place: ScreenEntry) -> None:
    """Hold what must be seen of a place against the screen."""
    app = pilot.app
    here = app.here  # type: ignore[attr-defined]
    room = f"{place.name} at {app.size.width}x{app.size.height}"
    here.tell(LONG)
    await settled(pilot)
    rows = screen(pilot).split("\n")  # checks that every row is as wide as the screen
    assert f"[{place.key_words} {place.label()}]" in rows[0], room
    assert say("tui.do-help") in rows[-1], room
    assert flat(LONG) in flat("".join(rows)), room
    told = here.query_one(StatusLine)
    assert told.region.bottom == here.query_one(KeyBar).region.y == app.size.height - 1, room
    control = here.query_one(LessonControl)
    if control.display:
        assert flat(str(control.content)) in flat("".join(rows)), room
    here.tell("")
    await pilot.pause()
    assert told.region.height == 1, room
    assert getattr(app, "fault", None) is None, room


@pytest.mark.asyncio
@pytest.mark.parametrize(("lang", "is_drawn"), [("zh", True), ("en", False)])
async def test_every_place_in_every_room(
    drawn: Path, tmp_path: Path, lang: str, *, is_drawn: bool
) -> None:
    folder = drawn
    if not is_drawn:
        folder = tmp_path / "bureau"
        Workspace.create(folder, "free", language=lang).close()
    async with opened(folder, ROOMS[0], lang) as pilot:
        for room in ROOMS if is_drawn else ROOMS[:2]:
            await pilot.resize_terminal(*room)
            for place in SCREENS:
                pilot.app.go(place.name)  # type: ignore[attr-defined]
                await settled(pilot)
                await holds(pilot, place)


@pytest.mark.asyncio
async def test_a_place_that_is_looked_at_while_the_room_changes(drawn: Path) -> None:
    async with opened(drawn, ROOMS[-1], "zh") as pilot:
        for place in SCREENS:
            pilot.app.go(place.name)  # type: ignore[attr-defined]
            for room in ROOMS[:2]:
                await pilot.resize_terminal(*room)  # while it may still be filled
            await settled(pilot)
            await holds(pilot, place)


@pytest.mark.asyncio
async def test_themes_change_no_character_and_plain_ones_are_plain(
    drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(drawn, ROOMS[0], "en", ascii_only=True) as pilot:
        for place in SCREENS:
            pilot.app.go(place.name)  # type: ignore[attr-defined]
            await settled(pilot)
            shown = set()
            for theme in THEMES:
                pilot.app.theme = theme
                await settled(pilot)
                shown.add(screen(pilot))
            assert len(shown) == 1, place.name
            text = shown.pop()
            beyond = {mark for mark in text if 0x2500 <= ord(mark) < 0x2900}
            assert not beyond, (place.name, text)
            # Which row is marked is told by a character, not by colour alone.
            tables = [one for one in pilot.app.screen.query("RowTable") if one.display]
            if any(len(one.rows) and one.region.height > 1 for one in tables):  # type: ignore[attr-defined]
                assert ">" in text, place.name


def test_what_is_told_takes_three_lines_at_most() -> None:
    line = StatusLine()
    line.text = LONG * 10
    line.control = "[2] Register"
    for width in (20, 60, 200):
        rows = line.rows(width)
        assert len(rows) <= 3
        assert all(cell_len(row) <= width for row in rows)
        assert cell_len(rows[-1]) + cell_len(line.control) < width


@pytest.mark.asyncio
@pytest.mark.parametrize("room", [(60, 20), (80, 24)])
async def test_a_question_keeps_its_answers_in_sight(drawn: Path, room: tuple[int, int]) -> None:
    async with opened(drawn, room, "en") as pilot:
        text = "\n".join(f"{number} {LONG}" for number in range(20))
        for dialog in (
            Confirm("A title", text, "do it"),
            Reading("A title", text, ("[2] Register", "2", lambda: None)),
            Ask("A title", text, "tui_draw.abandon-reason", about="room"),
            Form("A title", text, [Item(f"field-{n}", f"Field {n}") for n in range(20)], "room"),
        ):
            pilot.app.push_screen(dialog)
            await settled(pilot)
            shown = screen(pilot)
            name = type(dialog).__name__
            assert "A title" in shown and "0 a message" in shown, name
            for one in dialog.query(".answer"):
                assert one.region.height and one.region.bottom < room[1], name
                assert flat(str(one.render()))[:12] in flat(shown), name
            if isinstance(dialog, Ask | Form):
                assert dialog.focused is not None and dialog.focused.region.height == 1, name
                assert dialog.focused.region.bottom < room[1], name
            await pilot.press("escape")
            await settled(pilot)


def test_words_are_cut_between_words() -> None:
    assert cut_at_word("name or code; tier:A region:1505", 60) == "name or code; tier:A region:1505"
    assert cut_at_word("name or code; tier:A region:1505", 20) == "name or code ..."
    assert cut_at_word("操作、地点、抽查、计划", 16) == "操作、地点 ..."
    assert cut_at_word("名称（按 h 看说明）", 14) == "名称 ..."
    assert cut_at_word("x" * 50, 10) == "xxxxxxx..."
    for width in range(40):
        assert (
            cell_len(cut_at_word("种类或统一代码、waits:reviewer、due_by:2027-03-31", width))
            <= width
        )


@pytest.mark.asyncio
async def test_what_a_filter_asks_is_never_cut_within_a_word(drawn: Path) -> None:
    for lang in ("zh", "en"):
        async with opened(drawn, (60, 20), lang) as pilot:
            for key in "129":
                await press(pilot, key)
                field = pilot.app.screen.query_one("#filter", Field)
                assert field.placeholder.endswith(" ...") or field.placeholder == field._asks
                assert field.placeholder in screen(pilot), (key, lang)
                await pilot.resize_terminal(120, 36)
                await settled(pilot)
                assert field._asks in screen(pilot)
                await pilot.resize_terminal(60, 20)
                await settled(pilot)
