"""The last import taken back: what it did, what was changed since, rows set aside, the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from test_import_effects import HEADS, ROSTERS, ROWS, entities, take
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "w", "free")
    take(workspace, HEADS, [*ROWS, "bad-id,,,,,,,,,,"])
    return workspace


def refused(workspace: Workspace, code: str, register: str = "") -> None:
    with pytest.raises(PlannerError) as error:
        workspace.undo_import(register)
    assert [one.code for one in error.value.problems] == [f"effects.{code}"]


def content(workspace: Workspace) -> Any:
    found = workspace._workspace.store.snapshot()
    assert found is not None
    return found.content


def test_an_import_is_taken_back_whole(workspace: Workspace) -> None:
    before, digest = entities(workspace), content(workspace)
    aside = workspace.set_aside()
    rows = [ROWS[0].replace("Road", "Lane"), "E20,New,,,,,,,,,", "also-bad,,,,,,,,,,"]
    take(workspace, HEADS, [*rows, *ROWS[2:]], file="other.csv", replace=True)
    trial = workspace.undo_import(dry_run=True)
    assert trial["dry_run"] and entities(workspace) != before
    back = workspace.undo_import()
    assert {**trial, "dry_run": False, "size": 8} == back
    assert (back["removed"], back["restored"], back["reset"], back["stays"]) == (1, 1, 1, 0)
    assert (back["aside_removed"], back["aside_restored"]) == (1, 1)
    assert entities(workspace) == before and content(workspace) == digest
    assert workspace.set_aside() == aside
    act = workspace.ledger()[-1]["act"]
    assert {key: act[key] for key in ("act", "register", "what", "content")} == {
        "act": "register", "register": "entities", "what": "undo", "content": digest,
    }  # fmt: skip
    refused(workspace, "already-undone")
    workspace.verify_ledger()
    again = take(workspace, HEADS, rows, file="other.csv")
    assert again["changed"] and again["effects"]["new"] == 1


def test_the_first_import_is_taken_back_to_nothing(workspace: Workspace) -> None:
    back = workspace.undo_import("entities")
    assert (back["removed"], back["size"], back["aside_removed"]) == (8, 0, 1)
    assert entities(workspace) == {} and workspace.set_aside() == []
    assert take(workspace, HEADS, ROWS)["size"] == 8


def test_what_was_changed_since_stays(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, "entity_id,name,tier,region", ["E1,Firm 1,D,R9", "E40,New,A,R9", "E41,N,A,R9"])
    visits = tmp_path / "v.csv"
    visits.write_text("entity_id,visited_on\nE1,2026-05-05\nE40,2026-05-06\n", encoding="utf-8")
    workspace.import_inspections([visits])
    back = workspace.undo_import("entities")
    assert (back["removed"], back["reset"], back["stays"]) == (1, 1, 1)
    after = entities(workspace)
    assert (after["E1"]["tier"], after["E1"]["region"]) == ("B", "R1")
    assert after["E1"]["inspected_on"] == "2026-05-05"
    assert "E41" not in after and after["E40"]["inspected_on"] == "2026-05-06"


@pytest.mark.parametrize("register", ROSTERS)
def test_other_registers(workspace: Workspace, register: str) -> None:
    heads, rows, (few, one, _) = ROSTERS[register]
    take(workspace, heads, rows, register)
    store = workspace._workspace.store
    before = store.roster(register)
    take(workspace, heads, rows[1:], register, replace=True)
    take(workspace, few, [one], register)
    back = workspace.undo_import()
    assert (back["register"], back["removed"]) == (register, 1)
    assert store.roster(register) == before[1:]
    refused(workspace, "already-undone", register)


def test_a_recusal_since_stays(workspace: Workspace) -> None:
    heads, rows, _ = ROSTERS["inspectors"]
    take(workspace, heads, rows, "inspectors")
    take(workspace, heads, [rows[0].replace("Food", "Drugs"), "P3,Cy,Food,,,"], "inspectors")
    workspace.recuse("P1", "E1")
    workspace.recuse("P3", "E2")
    back = workspace.undo_import()
    assert (back["reset"], back["removed"], back["stays"]) == (1, 0, 1)
    first, _, third = workspace._workspace.store.roster("inspectors")
    assert (first["department"], first["recused"]) == ("Food", ["E1"])
    assert third["recused"] == ["E2"]


def test_an_import_that_changed_nothing_is_none(workspace: Workspace) -> None:
    take(workspace, HEADS, [ROWS[0].replace("Road", "Lane")], file="b.csv")
    take(workspace, HEADS, [ROWS[0].replace("Road", "Lane")], file="b.csv")
    assert workspace.undo_import()["reset"] == 1
    assert entities(workspace)["E1"]["address"] == "Road 1"


def test_nothing_to_take_back(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "e", "free")
    refused(workspace, "no-import-any")
    refused(workspace, "no-import", "leads")


def test_inspections_are_taken_back(workspace: Workspace, tmp_path: Path) -> None:
    before = entities(workspace)
    visits = tmp_path / "v.csv"
    visits.write_text(
        "entity_id,visited_on\nE1,2026-05-05\nE1,2026-01-05\nE99,2026-01-01\n", encoding="utf-8"
    )
    came = workspace.import_inspections([visits])
    assert (came["new"], came["set_aside"]) == (2, 1)
    back = workspace.undo_import("inspections")
    assert (back["removed"], back["reset"], back["aside_removed"], back["size"]) == (2, 1, 1, 0)
    assert entities(workspace) == before
    assert workspace.inspections() == [] and workspace.set_aside("inspections") == []
    assert workspace.import_inspections([visits])["new"] == 2


def test_the_command(workspace: Workspace) -> None:
    take(workspace, HEADS, [ROWS[0].replace("Road", "Lane")], file="b.csv")
    here = ("--workspace", workspace.folder)
    trial = yaohao(*here, "register", "undo", "--dry-run")
    assert trial.exit_code == 0 and "nothing was changed" in trial.output
    assert told(*here, "register", "undo")["reset"] == 1
    [problem] = told(*here, "register", "undo", status=2)["errors"]
    assert "undone already" in problem["message"]
    assert "撤销最近一次导入" in yaohao(*here, "log", lang="zh").output


def test_people_read_when_it_was_imported_by_the_bureaus_clock(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "b") as workspace:
        (tmp_path / "i.csv").write_text("item_id,name\nREG-01,r\n")
        workspace.import_files("items", [tmp_path / "i.csv"])
    shown = yaohao("--workspace", tmp_path / "b", "register", "undo", "--dry-run").stdout
    assert "(UTC+8)" in shown and "Z" not in shown
