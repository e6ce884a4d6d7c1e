"""The palette: anything by a few letters, ranked, in Chinese by initials too; it goes there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import bureau, penalty
from helpers.cli import drawn_spring, language_kept
from helpers.tui_pilot import opened, press, screen, settled, write
from yaohao.planner.workspace import Workspace
from yaohao.tui.ranking import Target, ranked

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one draw and one plan."""
    return drawn_spring(tmp_path_factory.mktemp("palette"), again=False)


async def test_the_best_comes_first() -> None:
    targets = [
        Target("about", "Other", "a draw"),
        Target("inside", "Withdraw"),
        Target("word", "The draw"),
        Target("begins", "Drawn"),
        Target("same", "Draw"),
        Target("code", "Zeta", codes=("draw-1",)),
        Target("not", "Nothing", "else"),
    ]
    found = [one.value for one in ranked("draw", targets)]
    assert found == ["same", "begins", "code", "word", "inside", "about"]
    assert [one.value for one in ranked("the drawn", [*targets, Target(1, "The drawn")])] == [1]
    assert ranked("zzz", targets) == []
    assert len(ranked("", targets)) == len(targets)


async def test_chinese_words_are_found_by_their_initials() -> None:
    targets = [Target(1, "重新抽取"), Target(2, "抽取计划"), Target(3, "公示", "写出抽取计划")]
    assert [one.value for one in ranked("cqjh", targets)] == [2, 3]
    assert [one.value for one in ranked("CQ", targets)] == [2, 1, 3]


async def test_every_kind_of_thing_is_found_and_gone_to(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        for typed, listed, place in (
            ("ledger", "everything that was done", "[,l Ledger]"),
            ("spring.toml", "plan file", "[3 Plan]"),
            ("spring", "draw: ", None),
            ("Help: Teams", "help page", "Help: Teams"),
            ("Recusal", "in Teams", "[6 Teams]"),
        ):
            await press(pilot, "ctrl+p")
            assert listed in await write(pilot, typed)
            shown = await press(pilot, "enter")
            if place:
                assert place in shown
            await press(pilot, "escape")
        assert pilot.app.chosen_draw == "spring"  # type: ignore[attr-defined]


async def test_a_firm_is_found_by_name_code_and_initials(tmp_path: Path) -> None:
    from helpers.cli import write_csv

    with language_kept():
        space = Workspace.create(tmp_path / "own", "free", language="zh")
        rows = [
            {"entity_id": f"F-{number}", "name": name, "region": "", "established_on": ""}
            for number, name in enumerate(("鑫源食品有限公司", "通辽昊晟商贸", "[red]x[/red]厂"))
        ]
        space.import_files("entities", [write_csv(tmp_path / "e.csv", rows)])
        space.close()
    async with opened(tmp_path / "own", (120, 36), "zh") as pilot:
        for typed in ("鑫源", "F-0", "xysp", "yspyxgs"):
            await press(pilot, "ctrl+p")
            await write(pilot, typed)
            await settled(pilot)
            assert "鑫源食品有限公司" in screen(pilot), typed
            await press(pilot, "escape")
        await press(pilot, "ctrl+p")
        assert "[red]x[/red]" in await write(pilot, "[red")
        await press(pilot, "escape")
        await press(pilot, "ctrl+p")
        await write(pilot, "tlhc")
        shown = await press(pilot, "enter")
        assert "[2 名录库]" in shown and "通辽昊晟商贸" in shown and "鑫源" not in shown


async def test_looking_is_not_finding_nothing(drawn: Path) -> None:
    import threading

    from yaohao.planner.wording.messages import say
    from yaohao.tui.widgets.palette import Palette

    gate = threading.Event()

    def slow(typed: str) -> list[Target]:
        gate.wait(10)
        return []

    async with opened(drawn) as pilot:
        pilot.app.push_screen(Palette([], list, slow))
        await pilot.pause(0.1)
        await pilot.press("q", "q")
        await pilot.pause(0.1)
        assert say("tui_keys.palette-looking") in screen(pilot)
        assert say("tui_keys.palette-none") not in screen(pilot)
        gate.set()
        await settled(pilot)
        assert say("tui_keys.palette-none") in screen(pilot)


async def test_an_act_elsewhere_that_cannot_be_done_says_why(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        await press(pilot, "ctrl+p")
        await write(pilot, "send back")
        shown = await press(pilot, "enter")
        assert "[8 Results]" in shown
        await pilot.pause()
        await settled(pilot)
        shown = screen(pilot)
        app: Any = pilot.app
        assert app.here.SCREEN_NAME == "results"
        assert "Send back: " in shown


async def test_cases_are_looked_up_by_the_whole_code(tmp_path: Path) -> None:
    """What nobody has is near to nothing: to look for near ids of a million takes seconds."""
    from yaohao.planner.storage import entity_lookup
    from yaohao.tui.palette_sources import cases_of

    with bureau(tmp_path) as workspace, pytest.MonkeyPatch.context() as patch:
        patch.setattr(entity_lookup, "nearest", lambda *_: pytest.fail("nothing near is asked"))
        penalty(workspace, "firm-01")
        [case] = cases_of(workspace, "firm-01")
        assert case.codes[0] == "firm-01"
        assert cases_of(workspace, "firm-1") == cases_of(workspace, "zz9") == []
        assert cases_of(workspace, "scjg") == []  # initials; an id of letters alone is one too
        file = tmp_path / "letters.csv"
        file.write_text("entity_id,name\nscjg,Firm of letters\n", encoding="utf-8")
        workspace.import_files("entities", [file])
        penalty(workspace, "scjg", "13")
        assert [one.codes[0] for one in cases_of(workspace, "scjg")] == ["scjg"]
