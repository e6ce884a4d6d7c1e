"""The cohort of annual reports: opened by the calendar, left by who files, late by the clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import bureau, papers
from helpers.cli import write_csv
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    workspace = bureau(tmp_path)
    workspace.cases.clock()
    return workspace


def cohort(workspace: Workspace) -> Any:
    [case] = workspace.cases.list(kind="annual-report", limit=5)["cases"]
    return workspace.cases.show(case["id"])


def filings(workspace: Workspace, folder: Path, rows: dict[str, str], **more: Any) -> Any:
    file = write_csv(
        folder / "filed.csv", [{"entity_id": one, "filed_on": day} for one, day in rows.items()]
    )
    return workspace.cases.import_filings([file], **more)


def test_who_must_report_is_asked_and_nobody_else(here: Workspace) -> None:
    case = cohort(here)
    # of twelve one is new this year and one is gone
    assert case["cohort"] == {"first": 10, "remaining": 10, "gone": 0, "corrected": 0}
    assert {one["name"]: one["value"] for one in case["facts"]} == {
        "filing_year": 2027, "registered_this_year": False,
    }  # fmt: skip
    assert here.cases.clock()["opened"] == []
    acts = [line["act"] for line in here.ledger()]
    assert sum(act.get("kind") == "annual-report" for act in acts) == 1


def test_every_row_of_a_list_is_accounted_for(here: Workspace, tmp_path: Path) -> None:
    rows = {"firm-01": "2027-01-04", "firm-02": "", "firm-11": "2027-01-04", "nobody": "", "": ""}
    report = filings(here, tmp_path, rows)
    counts = report["counts"]
    assert counts == {
        "filed": 2, "in_time": 0, "late": 0, "already": 0, "ended": 0, "not_asked": 1,
    }  # fmt: skip
    assert [(row["line"], row["reason"]) for row in report["refused"]] == [
        (5, "not-in-register"), (6, "missing-id"),
    ]  # fmt: skip
    assert report["rows"] == sum(counts.values()) + report["further"] + len(report["refused"])
    again = filings(here, tmp_path, {"firm-01": "2027-01-04"})
    assert again["counts"]["already"] == 1 and again["entries"] == []
    assert cohort(here)["cohort"]["remaining"] == 8


def test_who_files_after_the_batch_was_passed_on_is_counted(
    here: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that comes after the whole batch went for listing is taken in all the same."""
    monkeypatch.setenv("YAOHAO_TODAY", "2027-07-05")
    here.cases.clock()
    here.cases.step(cohort(here)["id"], "list", actor="Li")
    report = filings(here, tmp_path, {"firm-01": "2027-07-04", "firm-02": "2027-06-01"})
    assert report["counts"]["ended"] == 2 and report["entries"] == []
    assert report["rows"] == sum(report["counts"].values())


def test_in_time_late_and_listed(
    here: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cohort(here)["id"]
    monkeypatch.setenv("YAOHAO_TODAY", "2027-07-02")
    assert cohort(here)["state"] == "due"  # as it is stored: the clock was not recorded
    lines = here.cases.today("2027-07-08")["lines"]
    assert [(one["due"], one["count"]) for one in lines if one["band"] == "law"] == [
        ("listing", 10)
    ]
    report = filings(here, tmp_path, {"firm-01": "2027-06-30", "firm-02": "2027-07-01"})
    assert (report["counts"]["in_time"], report["counts"]["late"]) == (1, 1)
    shown = cohort(here)
    assert shown["state"] == "late" and shown["cohort"]["remaining"] == 8
    left = [f"firm-{n:02d}" for n in (0, 3, 4)]
    facts = {"ground": "late-report", "year": 2026, "verified_on": "2027-07-02"}
    told = here.cases.open_many(
        "abnormal", [(name, facts) for name in left], source="case", role="clerk", actor="Li",
        cause=case,
    )  # fmt: skip
    here.cases.step(case, "list", actor="Li", entities=left)
    ids = [one["id"] for one in told["cases"]]
    here.cases.step(ids, "propose", actor="Li", documents=papers("approval"))
    here.cases.step(
        ids, "list", role="reviewer", actor="Wang", letter="auto", documents=papers("decision")
    )
    here.cases.correct(ids[0], 1, "had filed on paper", role="head", actor="Zhao")
    # of the batch: listed at first = still valid + later corrected
    states = [here.cases.show(one)["state"] for one in ids]
    assert states.count("listed") == 2 and states.count("as-if-not") == 1
    assert rebuilt(CaseDesk(here._workspace)) == []


def test_a_member_singled_out_keeps_the_facts_and_files_alone(
    here: Workspace, tmp_path: Path
) -> None:
    case = cohort(here)["id"]
    here.cases.step(case, "remind", actor="Li", entities=["firm-04"])
    [own] = here.cases.list(entity="firm-04", kind="annual-report", standing="open")["cases"]
    assert own["members"] is None and here.cases.show(own["id"])["cause"] == case
    report = filings(here, tmp_path, {"firm-04": "2027-01-05"})
    counts = report["counts"]
    assert counts["filed"] == report["rows"] == sum(counts.values()) == 1  # not with the batch too
    assert here.cases.show(own["id"])["state"] == "filed"
    with pytest.raises(PlannerError):
        here.cases.step(case, "remind", actor="Li", entities=["firm-04"])
    event = next(one for one in here.cases.show(case)["events"] if one["event"] == "some")
    with pytest.raises(PlannerError) as error:
        here.cases.correct(case, event["number"], "mistake", role="head", actor="Zhao")
    assert error.value.problems[0].code == "case.own-cases-first"


def test_a_correction_brings_members_back(here: Workspace, tmp_path: Path) -> None:
    filings(here, tmp_path, {"firm-01": "", "firm-02": ""})
    case = cohort(here)
    here.cases.correct(case["id"], 2, "wrong list", role="head", actor="Zhao")
    assert cohort(here)["cohort"]["remaining"] == 10
    assert filings(here, tmp_path, {"firm-01": ""})["counts"]["filed"] == 1
    assert rebuilt(CaseDesk(here._workspace)) == []


def test_penalties_come_from_a_file(here: Workspace, tmp_path: Path) -> None:
    rows = [
        {"entity_id": f"firm-{n:02d}", "决定日期": "2027-01-04", "bare": "否",
         "number of the decision": f"2027-{n}"}
        for n in range(4)
    ]  # fmt: skip
    rows.append({**rows[0], "entity_id": "firm-05", "bare": "perhaps"})
    file = write_csv(tmp_path / "penalties.csv", rows)
    report = here.cases.import_openings("penalty", [file])
    assert report["counts"] == {"opened": 4, "unchanged": 0} and len(report["refused"]) == 1
    assert len(report["entries"]) == 1  # one act of the ledger for all
    again = here.cases.import_openings("penalty", [file])
    assert again["counts"] == {"opened": 0, "unchanged": 4}
    assert here.cases.list(kind="penalty")["number"] == 4
