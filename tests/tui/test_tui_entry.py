"""Results entered by key, visit after visit, and reviewed by another person."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
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
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", LANGUAGES)
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
        for name in ("results", "by", "reason"):
            assert say(f"tui_results.enter-{name}")[:24] in shown
        await write(pilot, "1")
        await press(pilot, "enter")
        await write(pilot, "Li")
        await press(pilot, "enter")
        assert place.marked()["entity_id"] == visits[1]["entity_id"]  # on to the next
        assert place.told["counts"]["passed"] == 1
        await press(pilot, "e")  # who enters is known by now
        await write(pilot, f"{items[0]}=A")
        shown = await press(pilot, "enter")
        assert place.told["counts"]["problems"] == 1
        assert sum(place.told["waiting"].values()) == len(items) + 1
        await press(pilot, "c")
        crew = place.told["next"][visits[2]["entity_id"]][1]
        assert place.marked()["entity_id"] == (crew or visits[2]["entity_id"])
        await press(pilot, "n")
        assert place.marked()["group"] == "not-yet"
        await press(pilot, "v")
        await write(pilot, "li")
        await press(pilot, "enter")
        fault = pilot.app.fault  # type: ignore[attr-defined]
        assert fault.problems[0].code == "entry.need-second"
        if pilot.app.screen is not pilot.app.here:  # type: ignore[attr-defined]
            await press(pilot, "escape")
        await press(pilot, "v", "backspace", "backspace")
        await write(pilot, "Wu")
        shown = await press(pilot, "enter")
        assert visits[0]["entity_id"] in shown and visits[1]["entity_id"] in shown
        await press(pilot, "y")
        assert not place.told["waiting"] and "v   " not in screen(pilot)
    with Workspace(own) as space:
        counts = space.result_items(draw)["counts"]
        assert counts["reviewed"] == len(items) + 1 and not counts["waiting"]
        assert space.verify_ledger()
