"""What a mouse does: keys that sentences name are pressed, lists are taken from, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import drawn_spring
from helpers.tui_pilot import SIZES, opened, press, screen, settled
from rich.cells import cell_len
from textual import events
from yaohao.planner.wording.messages import LANGUAGES, areas, catalogue, say
from yaohao.planner.wording.template import Choice as Branches
from yaohao.planner.wording.template import Value, key_meanings, parse
from yaohao.tui.jobs.registry import job_named
from yaohao.tui.screen_registry import SCREENS
from yaohao.tui.screens.job_actions import JobRun
from yaohao.tui.told_keys import screen_words
from yaohao.tui.told_signs import sign_of
from yaohao.tui.widgets.dialogs import Choice, Choose, Reading
from yaohao.tui.widgets.told_click import sign_at
from yaohao.tui.widgets.words import Words

AREAS = [area for area in areas() if area == "tui" or area.startswith("tui_")]

ANSWERED = {"tui.confirm-yes", "tui.confirm-no"}
"""Lines that are answers as a whole, wherever they are clicked."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one draw that is drawn, and another that waits for its seed."""
    return drawn_spring(tmp_path_factory.mktemp("clicks"), again=True)


def parameters(template: Any) -> Iterator[str]:
    """The names of all parameters of a template."""
    for part in template:
        if isinstance(part, Value | Branches):
            yield part.name
        if isinstance(part, Branches):
            for branch in part.branches:
                yield from parameters(branch)


def signs(text: str) -> set[str]:
    """The keys that clicks on a text press."""
    return {sign_at(text, x) for x in range(cell_len(text))} - {""}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_that_a_sentence_names_is_pressed_by_a_click(area: str, lang: str) -> None:
    screen_words(is_on=True)
    try:
        for name, entry in catalogue(area).items():
            template = parse(entry[lang])
            told = {sign_of(one) for one in key_meanings(template)}
            if told and f"{area}.{name}" not in ANSWERED:
                given = dict.fromkeys(parameters(template), "3")
                text = say(f"{area}.{name}", lang, **given)
                shown = {one for one in told if one in text}  # a branch may not be
                pressed = signs(text)
                # After the key of a place, what is done there is told of the place.
                places = {one for one in pressed if one.isdigit() or one[0] == ","}
                assert shown <= pressed or (places and places <= shown), text
    finally:
        screen_words(is_on=False)


def test_what_only_looks_like_a_key_is_none() -> None:
    for text in ("低风险（A） 12   C 3", "共 8 行 a 3", "Enter the name of a city", "A: 12", "B 3",
                 "space 3 x", "a plan and a draw", "第 3 类，B 类", "tier:A region:1505",
                 "keys of cosigners", "2027-01-05 12:30", "[x] Excel", "it's s"):  # fmt: skip
        assert signs(text) == set(), text
    assert signs("Enter opens, F there freezes; G goes on") == {"Enter", "F", "G"}
    assert signs("3 to correct (key 2 Register, v)") == {"2"}


async def click_on(pilot: Any, words: str, *, last: bool = False) -> str:
    """Click on words that stand on the screen."""
    lines = screen(pilot).split("\n")
    rows = [number for number, line in enumerate(lines) if words in line]
    row = rows[-1 if last else 0]
    x = cell_len(lines[row][: lines[row].index(words)]) + 1
    await pilot.click(offset=(x, row))
    await settled(pilot)
    return screen(pilot)


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), across(SIZES, LANGUAGES))
async def test_keys_told_are_clicked_on_every_kind_of_line(
    drawn: Path, size: tuple[int, int], lang: str
) -> None:
    async with opened(drawn, size, lang) as pilot:
        app: Any = pilot.app
        here = app.here
        here.tell(say("tui_start.next-plan"))  # what was told above the keys
        await click_on(pilot, "G ", last=True)
        assert app.here.SCREEN_NAME == "guide"
        await press(pilot, "escape")
        # a text that is read names a key of the place below: it is closed, and the key pressed
        told = f"{'按' if lang == 'zh' else 'press'} G"
        app.push_screen(Reading("x", told))
        await settled(pilot)
        await click_on(pilot, told)
        assert app.screen is app.here and app.here.SCREEN_NAME == "guide"
        # the words of a dialog name how it is left
        app.push_screen(Choose("x", []))
        await settled(pilot)
        await click_on(pilot, "Esc", last=True)
        assert app.screen is app.here


@pytest.mark.asyncio
async def test_a_list_is_taken_from_by_one_click_and_not_what_lies_below(drawn: Path) -> None:
    taken: list[Any] = []
    async with opened(drawn, (80, 24)) as pilot:
        app: Any = pilot.app
        before = app.here.query_one("#draws").cursor
        app.push_screen(Choose("x", [Choice(n, f"c-{n}") for n in range(9)]), taken.append)
        await settled(pilot)
        lines = screen(pilot).split("\n")
        row = next(n for n, line in enumerate(lines) if " c-5" in line)
        x = lines[row].index("c-5")
        for kind in (events.MouseDown, events.MouseUp) * 2:
            app.post_message(kind(None, x, row, 0, 0, 1, False, False, False, x, row))
            await pilot.pause()
        await settled(pilot)
        assert taken == [5]
        assert app.screen is app.here
        # the second half of the double click marked no row below
        assert app.here.query_one("#draws").cursor == before


@pytest.mark.asyncio
async def test_each_key_of_a_form_is_clicked_by_itself(drawn: Path) -> None:
    async with opened(drawn, (80, 24)) as pilot:
        app: Any = pilot.app
        JobRun(app.here, job_named("due")).begin()  # type: ignore[arg-type]
        await settled(pilot)
        form = app.screen
        await click_on(pilot, "F4  list")
        assert isinstance(app.screen, Choose)  # the list, above the form
        await click_on(pilot, "Esc closes")
        assert app.screen is form
        await click_on(pilot, "Esc  leave")
        assert app.screen is app.here


@pytest.mark.asyncio
async def test_tools_promise_the_jobs_of_a_place_only_where_it_has_some(drawn: Path) -> None:
    async with opened(drawn, (80, 24)) as pilot:
        app: Any = pilot.app
        for place in SCREENS:
            app.go(place.name)
            await settled(pilot)
            await press(pilot, "comma", "o")
            shown = screen(pilot).split("\n")[1]
            first = app.here.shown[0]
            if place.name != "tools":
                assert ("first" in shown) == (place.name in first.places), (place.name, shown)


@pytest.mark.asyncio
async def test_a_line_too_long_for_one_is_read_in_two(drawn: Path) -> None:
    async with opened(drawn, (80, 24)) as pilot:
        app: Any = pilot.app
        words = say("tui_crews.status-drawn", draw="d" * 40, visits=74, seats=148, able=7,
                    inspectors=14)  # fmt: skip
        await press(pilot, "6")
        app.here.query_one("#status", Words).say(words)
        await settled(pilot)
        lines = screen(pilot).split("\n")
        assert "".join(lines[1:3]).replace(" ", "") == words.replace(" ", "")
        app.here.query_one("#status", Words).say("short")
        await settled(pilot)
        assert screen(pilot).split("\n")[2].strip() != ""  # the line is given back
