"""Many cases opened piece by piece within one act; batches listed and opened from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import bureau
from helpers.cli import told, write_csv, yaohao
from yaohao.planner.operations import import_case_files, open_cases
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.workspace import Workspace

FACTS = {"ground": "late-report", "year": 2025, "verified_on": "2027-01-04"}
HOW: dict[str, Any] = {"source": "case", "role": "clerk", "actor": "Li"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(open_cases, "PIECE", 3)
    monkeypatch.setattr(import_case_files, "PIECE", 3)
    return bureau(tmp_path)


def openings() -> list[Any]:
    """Eleven businesses, one of them twice and in another piece, and one that nobody knows."""
    names = [*(f"firm-{n:02d}" for n in range(10)), "firm-00", "nobody"]
    return [(name, FACTS) for name in names]


def test_pieces_come_to_what_one_act_comes_to(here: Workspace) -> None:
    lines = len(here.ledger())
    tried = here.cases.open_many("abnormal", openings(), dry_run=True, **HOW)
    assert (tried["number"], tried["unchanged"], len(tried["refused"])) == (10, 1, 1)
    assert here.cases.list()["number"] == 0 and len(here.ledger()) == lines
    done = here.cases.open_many("abnormal", openings(), **HOW)
    assert (done["number"], done["unchanged"], len(done["refused"])) == (10, 1, 1)
    assert len(done["entries"]) == len(here.ledger()) - lines == 4
    assert [one["subject"] for one in done["cases"]] == [f"firm-{n:02d}" for n in range(10)]
    again = here.cases.open_many("abnormal", openings(), **HOW)
    assert (again["number"], again["unchanged"]) == (0, 11)
    assert rebuilt(CaseDesk(here._workspace)) == [] and here.verify_ledger()


def test_a_piece_that_fails_leaves_nothing_of_those_before(
    here: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = here.ledger()
    keep, calls = CaseDesk.keep, []

    def failing(desk: CaseDesk, *args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("the power went")
        return keep(desk, *args, **more)

    monkeypatch.setattr(CaseDesk, "keep", failing)
    with pytest.raises(RuntimeError):
        here.cases.open_many("abnormal", openings(), **HOW)
    assert len(calls) == 3
    folder = here.folder
    here.close()
    with Workspace(folder) as workspace:
        assert workspace.cases.list()["number"] == 0 and workspace.ledger() == lines


def test_a_batch_is_listed_and_passed_on(here: Workspace, tmp_path: Path) -> None:
    here.cases.clock()
    [batch] = here.cases.list(kind="annual-report")["cases"]
    filed = write_csv(tmp_path / "filed.csv", [{"entity_id": "firm-02", "filed_on": "2027-01-03"}])
    here.cases.import_filings([filed])
    there = ("--workspace", here.folder, "case")
    listed = told(*there, "members", batch["id"])["members"]
    assert len(listed) == 9 and "firm-02" not in {one["entity_id"] for one in listed}
    assert listed[0] == {
        "entity_id": "firm-00", "name": "Firm 0", "region": "south", "standing": True,
    }  # fmt: skip
    gone = told(*there, "members", batch["id"], "--gone")["members"]
    assert [one["entity_id"] for one in gone if not one["standing"]] == ["firm-02"]
    table = tmp_path / "late.csv"
    table.write_text(
        yaohao(*there, "members", batch["id"], "--format", "csv").output, encoding="utf-8"
    )
    opening = (
        *there, "import", "abnormal", table, "--source", "case", "--cause", batch["id"],
        "--fact", "ground=late-report", "--fact", "year=2027", "--fact", "verified_on=2027-01-05",
        "--by", "Li",
    )  # fmt: skip
    report = told(*opening)
    assert report["counts"] == {"opened": 9, "unchanged": 0} and not report["refused"]
    assert told(*opening)["counts"] == {"opened": 0, "unchanged": 9}
    assert len(told(*there, "list", "--cause", batch["id"])["cases"]) == 9
    none = told(*there, "members", report_of(here, "abnormal"), status=2)
    assert none["errors"][0]["code"] == "case.no-cohort"
    wrong = told(*opening[:-4], "--fact", "nosuch=1", status=2)
    assert wrong["errors"][0]["params"]["found"] == "nosuch"


def report_of(workspace: Workspace, kind: str) -> str:
    return str(workspace.cases.list(kind=kind)["cases"][0]["id"])
