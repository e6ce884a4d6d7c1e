"""Results entered by key, visit after visit, and reviewed by another person."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import by_turns
from helpers.tui_pilot import SIZES, opened, press, screen, write
from helpers.workspace_maker import Made, Maker
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.entry_text import parts, typed_results

pytest_plugins = ["helpers.workspace_maker"]


@pytest.fixture(scope="module")
def dealt(made: Maker) -> Made:
    return made()


@pytest.fixture
def own(dealt: Made, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dealt.workspace.folder, tmp_path / "own"))


def test_what_is_typed_is_read() -> None:
    each = {"method": "on-site"}
    rows = typed_results("1，R-2＝A R-3=B", "R-2=old; x=y; all else", each)
    assert [(row["item_id"], row["result"], row["finding"]) for row in rows] == [
        ("", "1", "x=y; all else"),
        ("R-2", "A", "old"),
        ("R-3", "B", "x=y; all else"),
    ]
    assert typed_results(" ", "", each) == [] and parts(" a ，b;;") == ["a", "b"]


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(0, SIZES, LANGUAGES))
async def test_entered_by_key_and_reviewed(own: Path, size: tuple[int, int], lang: str) -> None:
    with Workspace(own) as space:
        draw = space.draws()[-1]["draw"]
        visits = space.results(draw)["visits"]
        items = space.results_to_enter(draw)["item_ids"]
    async with opened(own, size, lang) as pilot:
        await press(pilot, "8")
        place: Any = pilot.app.screen
        assert place.marked()["entity_id"] == visits[0]["entity_id"]
        shown = await press(pilot, "e")
        for name in ("results", "by", "on"):
            assert say(f"tui_results.field-{name}") in shown
        await write(pilot, "1")
        await press(pilot, "enter")
        await write(pilot, "Li")
        await press(pilot, "enter")
        assert place.marked()["entity_id"] == visits[1]["entity_id"]  # on to the next
        assert place.told["counts"]["passed"] == 1
        # The form of the next is there at once, and who enters is known by now.
        assert pilot.app.screen is not place
        await write(pilot, f"{items[0]}=A")
        await press(pilot, "enter")
        # A problem needs a measure, on which it depends what comes of it.
        assert place.told["counts"]["problems"] == 0
        await write(pilot, "none")
        await press(pilot, "enter")
        assert place.told["counts"]["problems"] == 1
        await press(pilot, "escape")
        assert sum(place.told["waiting"].values()) == len(items) + 1
        await press(pilot, "right_square_bracket")
        crew = place.told["next"][visits[2]["entity_id"]][1]
        assert place.marked()["entity_id"] == (crew or visits[2]["entity_id"])
        await press(pilot, "n")
        assert place.marked()["group"] == "not-yet"
        await press(pilot, "c")
        await write(pilot, "li")
        await press(pilot, "enter")
        fault = pilot.app.fault  # type: ignore[attr-defined]
        assert fault.problems[0].code == "entry.need-second"
        if pilot.app.screen is not pilot.app.here:  # type: ignore[attr-defined]
            await press(pilot, "escape")
        await press(pilot, "c", "backspace", "backspace")
        await write(pilot, "Wu")
        shown = await press(pilot, "enter")
        assert visits[0]["entity_id"] in shown and visits[1]["entity_id"] in shown
        await press(pilot, "y")
        assert not place.told["waiting"] and "v   " not in screen(pilot)
    with Workspace(own) as space:
        counts = space.result_items(draw)["counts"]
        assert counts["reviewed"] == len(items) + 1 and not counts["waiting"]
        assert space.verify_ledger()


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, LANGUAGES))
async def test_sent_back_by_key_and_entered_again(
    own: Path, size: tuple[int, int], lang: str
) -> None:
    with Workspace(own) as space:
        draw = space.draws()[-1]["draw"]
        first, second = [one["entity_id"] for one in space.results(draw)["visits"][:2]]
        for entity in (first, second):
            space.enter_results(draw, entity, [{"result": "A"}], by="Li", all_items=True)
    waiting, back = say("tui_results.state-waiting"), "state-returned"
    async with opened(own, size, lang) as pilot:
        shown = await press(pilot, "1")
        place: Any = pilot.app.screen
        while not (place.marked()[1] and place.marked()[1]["who"] == "reviewer"):
            await press(pilot, "down")
        assert draw in screen(pilot)
        await press(pilot, "enter")
        place = pilot.app.screen
        assert place.SCREEN_NAME == "results" and place.listed == "waiting"
        assert [one["entity_id"] for one in place.shown] == [first, second]
        assert say("tui_results.state-waiting") in screen(pilot), waiting
        await press(pilot, "R")
        await write(pilot, "another [b]shop")
        await press(pilot, "enter")
        await write(pilot, "Wu")
        await press(pilot, "enter")
        assert [one["entity_id"] for one in place.shown] == [second]
        await press(pilot, "escape")
        assert say(f"tui_results.{back}") in screen(pilot)
        place.mark_entity(first)
        shown = await press(pilot, "e")
        assert say("tui_results.returned-why", reason="another [b]shop") in shown
        assert "=A" in shown
        await write(pilot, "Li")  # all else stands there as it was
        await press(pilot, "enter")
        assert place.told["returned"] == {} and len(place.told["waiting"]) == 2
