"""Recusals with reasons, lists of recusals and absences, and undoing them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli import SEEDS, fill, told, write_csv, yaohao
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.workspace import Workspace


@pytest.fixture
def bureau(tmp_path: Path) -> tuple[Any, ...]:
    return ("--workspace", fill(tmp_path))


def changes(bureau: tuple[Any, ...]) -> list[str]:
    lines = told(*bureau, "log")["ledger"]
    return [one["act"]["what"] for one in lines if one["act"]["act"] == "register"]


def test_a_recusal_has_its_reason_and_is_listed(bureau: tuple[Any, ...]) -> None:
    answer = yaohao(*bureau, "recuse", "P-1", "cafe-05", "--reason", "sister of the owner")
    assert answer.exit_code == 0 and "reason" not in answer.stderr
    assert "No reason" in yaohao(*bureau, "recuse", "P-2", "cafe-05").stderr
    rows = told(*bureau, "recuse", "--list")["recusals"]
    assert [(row["inspector_id"], row["entity_name"], row["reason"]) for row in rows] == [
        ("P-1", "Cafe 5", "sister of the owner"),
        ("P-2", "Cafe 5", ""),
    ]
    told(*bureau, "recuse", "P-2", "cafe-05", "--reason", "worked there until 2025")
    assert told(*bureau, "recuse", "Person 2", "--list")["recusals"][0]["reason"].startswith("work")
    assert "sister of the" in yaohao(*bureau, "recuse", "--list").stdout.replace("...", "")
    for nothing in ("-", "x", "none"):
        assert yaohao(*bureau, "recuse", "P-3", "cafe-05", "--reason", nothing).exit_code == 2
    assert changes(bureau) == ["recusal"] * 3
    assert yaohao(*bureau, "recuse", "P-1").exit_code == 2


def test_undoing_is_an_act_and_the_reason_goes_with_it(bureau: tuple[Any, ...]) -> None:
    before = told(*bureau, "recuse", "P-1", "cafe-07", "--undo", status=2)
    assert before["errors"][0]["code"] == "noted.no-recusal"
    told(*bureau, "recuse", "P-1", "cafe-05", "--reason", "sister of the owner")
    told(*bureau, "recuse", "P-1", "cafe-06", "--reason", "sister of the owner")
    row = told(*bureau, "recuse", "P-1", "CAFE-05", "--undo")["inspector"]
    assert row["recused"] == ["cafe-06"] and list(row["recusal_reasons"]) == ["cafe-06"]
    row = told(*bureau, "recuse", "P-1", "cafe-06", "--undo")["inspector"]
    assert row["recused"] == [] and "recusal_reasons" not in row
    assert changes(bureau) == ["recusal", "recusal", "recusal-undone", "recusal-undone"]
    assert "a recusal undone" in yaohao(*bureau, "log").stdout
    assert "No recusals" in yaohao(*bureau, "recuse", "--list").stdout


def test_absences_are_listed_and_undone(bureau: tuple[Any, ...]) -> None:
    told(*bureau, "absent", "P-1", "2027-03-01", "2027-03-05")
    told(*bureau, "absent", "Person 4", "2027-04-01", "2027-04-02")
    rows = told(*bureau, "absent", "--list")["absences"]
    assert [(row["inspector_id"], row["first"]) for row in rows] == [
        ("P-1", "2027-03-01"),
        ("P-4", "2027-04-01"),
    ]
    wrong = told(*bureau, "absent", "P-1", "2027-03-01", "2027-03-06", "--undo", status=2)
    assert "2027-03-01 - 2027-03-05" in wrong["errors"][0]["message"]
    never = told(*bureau, "absent", "P-2", "2027-03-01", "2027-03-06", "--undo", status=2)
    assert never["errors"][0]["code"] == "noted.never-absent"
    told(*bureau, "absent", "P-1", "2027-03-01", "2027-03-05", "--undo")
    assert len(told(*bureau, "absent", "--list")["absences"]) == 1
    assert changes(bureau) == ["absence", "absence", "absence-undone"]


def test_a_file_leaves_the_reasons_of_what_it_holds(
    bureau: tuple[Any, ...], tmp_path: Path
) -> None:
    told(*bureau, "recuse", "P-1", "cafe-05", "--reason", "sister of the owner")
    told(*bureau, "recuse", "P-1", "cafe-06", "--reason", "sister of the owner")
    row = {"inspector_id": "P-1", "name": "Person 1", "department": "Food", "recused": "cafe-05"}
    file = write_csv(tmp_path / "again.csv", [row])
    assert told(*bureau, "import", "inspectors", file)["changed"]
    rows = told(*bureau, "recuse", "--list")["recusals"]
    assert [(row["entity_id"], row["reason"]) for row in rows] == [
        ("cafe-05", "sister of the owner")
    ]
    assert not told(*bureau, "import", "inspectors", file)["changed"]


def test_what_was_undone_does_not_bind_the_crews_and_verifiers_take_it(
    bureau: tuple[Any, ...], tmp_path: Path
) -> None:
    b = bureau[1]
    told(*bureau, "freeze", b / "plans" / "spring.toml")
    told(*bureau, "draw", "spring", "--seed", SEEDS[0])
    drawn = [v["entity_id"] for v in told(*bureau, "show", "spring")["visits"] if not v["reserve"]]
    for n in range(5):
        told(*bureau, "recuse", f"P-{n}", drawn[0], "--reason", "all of one family")
    assert told(*bureau, "staff", "spring", status=1)  # one alone is left for two seats
    told(*bureau, "recuse", "P-3", drawn[0], "--undo")
    told(*bureau, "staff", "spring")
    told(*bureau, "deal", "spring", "--seed", SEEDS[1])
    with Workspace(b) as workspace:
        crew = workspace.show("spring")["visits"]
        assert next(v for v in crew if v["entity_id"] == drawn[0])["inspectors"] == ["P-3", "P-5"]
        workspace.publish("spring", tmp_path / "out")
        workspace.audit("spring", tmp_path / "audit")
    assert told("verify", tmp_path / "out", "--audit", tmp_path / "audit")["ok"]
    assert verifier.verify(verifier.read_bundle(tmp_path / "out")).passed
