"""The last act taken back by a further one, or told why it stays; by command and on the screens."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import bureau, penalty
from helpers.cli import fill, language_kept, told, walk, write_csv, yaohao
from helpers.learned import Learned
from helpers.tui_pilot import opened, press, screen, settled, write
from yaohao.planner.storage.registers import roster_digest
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with registers and no draw."""
    with language_kept():
        return fill(tmp_path_factory.mktemp("undo"))


@pytest.fixture
def own(filled: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(filled, tmp_path / "own"))


def roster(workspace: Workspace) -> str:
    return roster_digest("inspectors", workspace._workspace.store.roster("inspectors"))


def why(workspace: Workspace) -> str:
    offer = workspace.undo_offer()
    with pytest.raises(PlannerError) as refused:
        workspace.undo_last("a reason", actor="Li Na")
    assert offer["why_not"] is not None and not offer["can"]
    assert offer["why_not"]["code"] == refused.value.problems[0].code
    for lang in LANGUAGES:
        assert "undo." not in say(offer["why_not"]["code"], lang, **offer["why_not"]["params"])
    return offer["why_not"]["code"].removeprefix("undo.why-")


def entity_of(workspace: Workspace, number: int) -> str:
    return str(workspace.browse().first(20)[number]["entity_id"])


def test_notes_are_taken_back_one_after_the_other(own: Path) -> None:
    with Workspace(own) as workspace:
        states = [roster(workspace)]
        first, second = entity_of(workspace, 0), entity_of(workspace, 1)
        workspace.recuse("P-0", first, "brother of the owner")
        states.append(roster(workspace))
        workspace.recuse("P-0", second)
        states.append(roster(workspace))
        workspace.note_absence("P-1", "2027-03-08", "2027-03-12")
        expected: list[dict[str, Any]] = [
            {"inspector": "P-1", "name": "Person 1", "first": "2027-03-08", "last": "2027-03-12"},
            {"inspector": "P-0", "name": "Person 0", "entity": second},
            {"inspector": "P-0", "name": "Person 0", "entity": first},
        ]
        for params in expected:
            offer = workspace.undo_offer()
            assert offer["can"] and offer["params"] == params
            before = len(workspace.ledger())
            workspace.undo_last(entry=offer["entry"])
            assert len(workspace.ledger()) == before + 1  # nothing is removed
            assert roster(workspace) == states.pop()
        # Now the last act that stands is an import.
        offer = workspace.undo_offer()
        assert offer["what"] == "import" and offer["can"]


def test_an_import_is_taken_back_and_an_undoing_is_not(own: Path) -> None:
    with Workspace(own) as workspace:
        offer = workspace.undo_offer()
        assert (offer["what"], offer["can"]) == ("import", True)
        register = offer["params"]["register"]
        assert workspace.undo_last(dry_run=True)["dry_run"]
        assert workspace.undo_offer() == offer
        workspace.undo_last()
        assert workspace.overview()["registers"][register]["size"] == 0
        assert why(workspace) == "was-undone"


def test_another_act_meanwhile_is_noticed(own: Path) -> None:
    with Workspace(own) as workspace:
        offer = workspace.undo_offer()
        workspace.note_absence("P-1", "2027-03-08", "2027-03-12")
        with pytest.raises(PlannerError) as refused:
            workspace.undo_last(entry=offer["entry"])
        assert refused.value.problems[0].code == "undo.moved-on"


def test_what_chance_or_publication_fixed_stays_and_says_why(own: Path, tmp_path: Path) -> None:
    for step, reason in (("freeze", "commitment"), ("draw", "chance"), ("staff", "commitment")):
        with language_kept():
            walk_one(own, step)
        with Workspace(own) as workspace:
            assert why(workspace) == reason, step
    with Workspace(own) as workspace:
        workspace.publish("spring", tmp_path / "out")
        assert why(workspace) == "publication"
        workspace.abandon("spring", "the plan was wrong")
        assert why(workspace) == "abandonment"


def walk_one(folder: Path, step: str) -> None:
    """Take one step of the draw, those before it being taken."""
    if step == "freeze":
        walk(folder, "freeze")
    elif step == "draw":
        ran = yaohao("--workspace", folder, "draw", "spring", "--seed", "47119028365510482937",
                     "--source", "20 dice", "--witness", "Li Na")  # fmt: skip
        assert ran.exit_code == 0, ran.output
    else:
        assert yaohao("--workspace", folder, "staff", "spring").exit_code == 0


def test_results_stay_and_a_case_is_corrected(own_learned: Learned) -> None:
    with Workspace(own_learned.folder) as workspace:
        visit = next(
            one
            for one in workspace.show(own_learned.draw)["visits"]
            if one["result"] == "0" and not one["reserve"]
        )
        workspace.enter_results(
            own_learned.draw,
            visit["entity_id"],
            [{"item_id": "I-1", "result": "1"}],
            by="Li Na",
        )
        assert why(workspace) == "results"


def test_the_command_takes_it_back_and_says_so(own: Path) -> None:
    with Workspace(own) as workspace:
        entity = entity_of(workspace, 0)
    assert yaohao("--workspace", own, "recuse", "P-0", entity).exit_code == 0
    dry = yaohao("--workspace", own, "undo", "--dry-run")
    assert "Person 0 (P-0)" in dry.output and dry.exit_code == 0
    done = told("--workspace", own, "undo")
    assert done["offer"]["params"]["entity"] == entity and not done["dry_run"]
    write_csv(own.parent / "more.csv", [{"item_id": "I-9", "name": "Cellars"}])
    zh = yaohao("--workspace", own, "undo", "--dry-run", lang="zh")
    assert "导入" in zh.output and zh.exit_code == 0


@pytest.mark.asyncio
async def test_a_key_takes_it_back_on_the_screens(own: Path) -> None:
    with Workspace(own) as workspace:
        entity, before = entity_of(workspace, 0), roster(workspace)
        workspace.recuse("P-0", entity, "brother of the owner")
    async with opened(own, (80, 24), "en") as pilot:
        shown = await press(pilot, "ctrl+z")
        assert entity in shown and "Person 0" in shown
        await press(pilot, "n")
        assert roster_is(own) != before
        await press(pilot, "ctrl+z", "y")
        assert "Undone" in screen(pilot) and roster_is(own) == before
    with language_kept():
        walk(own, "freeze")
    async with opened(own, (80, 24), "en") as pilot:
        shown = await press(pilot, "ctrl+z")
        assert "cannot be undone" in shown and "[4] Draw" in shown
        await settled(pilot)
        await write(pilot, "4")
        assert pilot.app.here.SCREEN_NAME == "draw"  # type: ignore[attr-defined]


@pytest.mark.asyncio
async def test_what_was_noted_says_how_it_is_taken_back(own: Path) -> None:
    with language_kept():
        walk(own, "draw")
    async with opened(own, (80, 24), "en") as pilot:
        pilot.app.go("crews")  # type: ignore[attr-defined]
        await settled(pilot)
        before = roster_is(own)
        await press(pilot, "m")
        await press(pilot, "enter", "enter")
        shown = await press(pilot, "y")
        assert "[Ctrl+Z] Undo last act" in shown and roster_is(own) != before
        await press(pilot, "ctrl+z", "y")
        shown = screen(pilot)
        assert "Undone" in shown and "[Ctrl+Z]" not in shown and roster_is(own) == before


def roster_is(folder: Path) -> str:
    with Workspace(folder) as workspace:
        return roster(workspace)


def test_a_step_of_a_case_is_taken_back_with_a_reason(tmp_path: Path) -> None:
    with bureau(tmp_path) as workspace:
        case = penalty(workspace)
        offer = workspace.undo_offer()
        assert (offer["what"], offer["params"]["case"], offer["params"]["number"]) == (
            "case", case, 1,
        )  # fmt: skip
        assert offer["asks"] == ["reason", "actor"]
        with pytest.raises(PlannerError) as refused:
            workspace.undo_last()
        assert [one.code for one in refused.value.problems] == [
            "undo.need-reason",
            "undo.need-actor",
        ]
        workspace.undo_last("the wrong business", actor="Wang")
        assert workspace.cases.show(case)["state"] == "as-if-not"
