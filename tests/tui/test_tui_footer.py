"""The bars and the leader key: places on any width, the keys that matter, the draw, the mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across, ends
from helpers.cli import drawn_spring
from helpers.tui_pilot import opened, press, screen, settled, write
from rich.cells import cell_len
from textual import events
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.tui.screen_registry import SCREENS

pytestmark = pytest.mark.asyncio

ALL_SIZES = ((60, 20), (80, 24), (120, 36), (200, 50))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one draw that is drawn, and another that waits for its seed."""
    return drawn_spring(tmp_path_factory.mktemp("footer"), again=True)


def top(pilot: Any) -> str:
    return screen(pilot).split("\n")[0]


def bottom(pilot: Any) -> str:
    return screen(pilot).split("\n")[-1]


@pytest.mark.parametrize(("size", "lang"), ends(ALL_SIZES, LANGUAGES))
async def test_places_do_not_vanish_and_all_are_gone_to_by_letter(
    drawn: Path, lang: str, size: tuple[int, int]
) -> None:
    async with opened(drawn, size, lang) as pilot:
        for place in SCREENS:
            await press(pilot, "comma", place.letter)
            bar = top(pilot)
            assert f"[{place.key_words} {place.label()}]" in bar
            assert all(other.key_words in bar for other in SCREENS), bar
            assert cell_len(bar) <= size[0]


@pytest.mark.parametrize(("size", "ascii_only"), across(ALL_SIZES, [True, False]))
async def test_the_leader_shows_what_may_follow(
    drawn: Path, size: tuple[int, int], ascii_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(drawn, size, ascii_only=ascii_only) as pilot:
        shown = await press(pilot, "comma")
        for place in SCREENS:
            assert f"{place.letter} {place.label()}" in shown
        assert not ascii_only or not set(shown) & set("─│┌┐└┘")
        assert "Go to" in await press(pilot, "x")  # no place has it: the panel waits on
        shown = await press(pilot, "comma")
        app: Any = pilot.app
        for action in app.here.ACTIONS:
            assert action.label() in shown
        assert "Go to" not in await press(pilot, "escape")
        assert "[,l Ledger]" in await press(pilot, "comma", "comma", "escape", "comma", "l")


async def test_the_panel_is_clicked(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "comma")
        row = next(n for n, line in enumerate(screen(pilot).split("\n")) if "l Ledger" in line)
        column = screen(pilot).split("\n")[row].index("Ledger")
        await pilot.click(offset=(column, row))
        await settled(pilot)
        assert "[,l Ledger]" in screen(pilot)
        await press(pilot, "comma")
        await pilot.click(offset=(3, 3))
        await settled(pilot)
        assert "Go to" not in screen(pilot)


async def test_wide_keys_of_an_input_method_work(drawn: Path) -> None:
    async with opened(drawn) as pilot:

        async def typed(sign: str) -> str:
            pilot.app.post_message(events.Key(sign, sign))
            await settled(pilot)
            return screen(pilot)

        assert "[2 Register]" in await typed("\uff12")
        assert "Go to" in await typed("\uff0c")
        assert "[,l Ledger]" in await typed("\uff4c")
        assert "Keys here" in await typed("\uff1f")
        await press(pilot, "escape")
        await typed("\u3001")
        assert pilot.app.focused is not None and pilot.app.focused.id == "filter"


async def test_the_footer_knows_that_one_types(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        await press(pilot, "2")
        before = bottom(pilot)
        assert "/ Filter" in before and "Esc Leave the field" not in before
        await press(pilot, "slash")
        typing = bottom(pilot)
        assert "Esc Leave the field" in typing and "Enter Done typing" in typing
        assert "/ Filter" not in typing and "F1 Keys" in typing
        await press(pilot, "escape")
        assert bottom(pilot) == before
        await press(pilot, "question_mark")
        assert bottom(pilot).strip() == say("tui_keys.dialog-open")
        await press(pilot, "escape")
        assert bottom(pilot) == before


async def test_a_key_that_does_nothing_says_why_until_the_next(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        assert "F (Freeze)" not in screen(pilot)
        assert "i means: import a file. That is not possible in Home." in await press(pilot, "i")
        assert "i means" not in await press(pilot, "down")
        await press(pilot, "8")
        shown = await press(pilot, "u")
        assert "u (Undo withdrawal): no withdrawal can be undone here" in shown
        assert "u (Undo" not in await press(pilot, "comma", "h")


async def test_the_draw_is_in_sight_and_chosen_anywhere(drawn: Path) -> None:
    async with opened(drawn, (80, 24)) as pilot:
        for place in SCREENS:
            await press(pilot, "comma", place.letter)
            assert "d draw: spring-2" in bottom(pilot), place.name
        await press(pilot, "0", "d")
        await write(pilot, "spring")
        await press(pilot, "down")
        assert "d draw: spring-2" not in screen(pilot)
        await press(pilot, "enter")
        assert bottom(pilot).endswith("d draw: spring")
        await pilot.click("#keys", offset=(bottom(pilot).index("draw: spring"), 0))
        await settled(pilot)
        assert say("tui_draw.choose-title") in screen(pilot)


async def test_live_resize_keeps_all_of_it(drawn: Path) -> None:
    async with opened(drawn, (200, 50), "zh") as pilot:
        for size in (*ALL_SIZES, *reversed(ALL_SIZES)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert all(place.key_words in top(pilot) for place in SCREENS)
            assert bottom(pilot).endswith("spring-2") and "? 按键" in bottom(pilot)


@pytest.mark.parametrize("keys", [("question_mark",), ("ctrl+p",), ("0", "B"), ("9", "plus")])
async def test_whatever_is_open_is_left_by_mouse(drawn: Path, keys: tuple[str, ...]) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, *keys)
        assert pilot.app.screen is not pilot.app.here  # type: ignore[attr-defined]
        lines = screen(pilot).split("\n")
        row = next(number for number, line in enumerate(lines) if "[x]" in line)
        at = cell_len(lines[row][: lines[row].index("[x]")]) + 1
        await pilot.click(offset=(at, row))
        await settled(pilot)
        assert pilot.app.screen is pilot.app.here  # type: ignore[attr-defined]


async def test_what_was_told_is_taken_back_by_the_next_act(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        assert "Row copied" in await press(pilot, "y")
        assert "Row copied" in await press(pilot, "down")
        assert "Row copied" not in await press(pilot, "4")
        await press(pilot, "y")
        assert "copied" not in (await press(pilot, "0", "4")).split("\n")[-2]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_library_says_nothing_of_its_own(drawn: Path, lang: str) -> None:
    async with opened(drawn, (80, 24), lang) as pilot:
        before = screen(pilot)
        pilot.app.notify("Press [b]ctrl+q[/b] to quit the app", title="Do you want to quit?")
        await settled(pilot)
        assert screen(pilot) == before
        for keys in (("question_mark", "ctrl+c"), ("slash", "ctrl+c"), ("escape", "f5")):
            shown = await press(pilot, *keys)
            assert "Press" not in shown and "to quit the app" not in shown
            if not pilot.app.is_running:
                break
        pilot.app.action_help_quit()
        await settled(pilot)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_place_that_still_looks_does_not_say_it_is_empty(
    drawn: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    gate, really = asyncio.Event(), asyncio.to_thread

    async def slowly(what: Any, *given: Any, **options: Any) -> Any:
        await gate.wait()
        return await really(what, *given, **options)

    async with opened(drawn, (120, 36), lang) as pilot:
        empty = [say(f"tui{code}") for code in (".nothing", ".nothing-found", "_crews.none")]
        monkeypatch.setattr(asyncio, "to_thread", slowly)
        for name in ("today", "register", "review", "crews", "results"):
            place = next(one for one in SCREENS if one.name == name)
            await pilot.press("comma", place.letter)
            await pilot.pause(0.1)
            shown = screen(pilot)
            assert f"[{place.key_words} {place.label()}]" in shown
            assert not [words for words in empty if words in shown], name
        gate.set()
        await settled(pilot)


async def clicked(pilot: Any, words: str) -> str:
    """Click on words that stand on the screen."""
    lines = screen(pilot).split("\n")
    row = next(number for number, line in enumerate(lines) if words in line)
    await pilot.click(offset=(cell_len(lines[row][: lines[row].index(words)]) + 1, row))
    await settled(pilot)
    return screen(pilot)


async def test_what_looks_like_a_control_is_one(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        app: Any = pilot.app
        assert "\n>spring-2" in await clicked(pilot, "committed 1")
        assert "\n>spring " in await clicked(pilot, "drawn 1")
        await clicked(pilot, "Needs attention")
        assert app.focused.id == "warnings"
        await clicked(pilot, "Draws and plans")
        assert app.focused.id == "draws"
        assert "[2 Register]" in await clicked(pilot, "entities ")
        await press(pilot, "7")
        assert "[ ] Excel" in screen(pilot)
        assert "[x] Excel" in await clicked(pilot, "[ ] Excel")
        await clicked(pilot, "Bundle")
        assert app.focused.id == "folder"
        await press(pilot, "escape", "comma", "a")
        assert say("tui_learn.which-title") in await clicked(pilot, "Share and number")


async def test_keys_pressed_ahead_are_not_lost(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        app: Any = pilot.app
        for keys in ("2/c-1", "8/roe"):
            for sign in keys:
                name = {"/": "slash", ",": "comma"}.get(sign, sign)
                app.post_message(events.Key(name, sign))
            await settled(pilot)
            await pilot.pause(0.1)
            assert app.here.filter_typed() == keys.partition("/")[2], keys
            await press(pilot, "escape")


async def test_an_answer_given_twice_is_one(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        app: Any = pilot.app
        said: list[int] = []
        app.here.confirm("Really?", "It cannot be undone.", "Do it", lambda: said.append(1))
        await pilot.pause()
        for _ in range(3):
            app.post_message(events.Key("y", "y"))
        await settled(pilot)
        assert said == [1] and app.screen is app.here and app.fault is None
