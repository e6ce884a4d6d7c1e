"""What is printed of cases, results and reports is what their types say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import DIGEST, bureau, papers, penalty
from helpers.cli import fill, told, walk, write_csv
from helpers.typed import mismatches
from yaohao.planner.schema.case_effect import CaseEffect
from yaohao.planner.schema.case_files import CaseFileReport
from yaohao.planner.schema.reports import case_letters, cases, pages, today
from yaohao.planner.schema.result import EntryReport, ResultItems, ResultsToEnter
from yaohao.planner.workspace import Workspace

DAY = "2027-03-10"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What commands print of a bureau with cases in several states."""
    folder = tmp_path_factory.mktemp("cases")
    workspace = bureau(folder)
    workspace.change_setting("letter_mark", "通市监")
    there = workspace.folder
    documents: dict[str, Any] = {}

    def run(name: str, *words: Any) -> Any:
        documents[name] = told("--workspace", there, *words)
        return documents[name]

    run("clock-dry", "case", "clock", "--dry-run")
    run("clock", "case", "clock")
    facts = ("--fact", "ground=late-report", "--fact", "year=2026", "--fact",
             "verified_on=2027-01-04")  # fmt: skip
    opened = run("open", "case", "open", "abnormal", "firm-04", *facts, "--by", "Li", "--source",
                 "case")  # fmt: skip
    listed = opened["cases"][0]["id"]
    run("step", "case", "step", listed, "propose", "--by", "Li", "--document",
        f"approval={DIGEST}")  # fmt: skip
    workspace.cases.step(
        listed, "list", role="head", actor="Wu", letter="auto", documents=papers("decision")
    )
    paid = penalty(workspace)
    run("note", "case", "note", paid, "--fact", "other_province=yes", "--by", "Li")
    run("correct", "case", "correct", paid, 2, "--reason", "typed wrongly", "--by", "Wu")
    run("list", "case", "list")
    run("show", "case", "show", listed)
    [cohort] = workspace.cases.list(kind="annual-report")["cases"]
    run("show-cohort", "case", "show", cohort["id"])
    run("kinds", "case", "kinds")
    run("letter", "case", "letter", listed, "list", "--to", folder / "letters")
    run("letters", "case", "letters")
    people = [{"entity_id": "firm-01", "person": "A", "phone": "13800130001", "role": "owner"}]
    file = write_csv(folder / "people.csv", people)
    run("contacts", "case", "contacts", file, "--keep-until", "2027-12-31")
    run("contacts-show", "case", "contacts", "--show", "firm-01")
    workspace.cases.step(cohort["id"], "remind", actor="Li")
    run("waiting", "case", "send")
    run("send", "case", "send", "annual-report", "--channel", "sms", "--to", folder / "lists")
    back = write_csv(folder / "back.csv", [{"ref": "S1-1", "outcome": "sent"}])
    run("outcomes", "case", "outcomes", back)
    run("sendings", "case", "outcomes")
    run("told", "case", "told", "firm-01")
    filed = write_csv(folder / "filed.csv", [{"entity_id": "firm-02", "filed_on": "2027-01-03"}])
    run("filed", "case", "filed", filed)
    opening = write_csv(folder / "open.csv", [
        {"entity_id": "firm-03", "filed_on": "2027-01-02", "ends_on": "2027-12-31"},
        {"entity_id": "firm-05", "filed_on": "x", "ends_on": "2027-12-31"},
    ])  # fmt: skip
    run("import", "case", "import", "suspension", opening)
    run("effects", "case", "effects")
    run("write-effects", "case", "effects", "--to", folder / "effects")
    run("forget", "case", "contacts")
    run("today", "today", "--as-of", "2027-05-06")
    documents["counts"] = workspace.cases.counts()
    workspace.close()
    return documents


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("clock", cases.ClockReport),
        ("clock-dry", cases.ClockReport),
        ("open", cases.CaseActReport),
        ("step", cases.CaseActReport),
        ("note", cases.CaseActReport),
        ("correct", cases.CaseActReport),
        ("list", cases.CaseList),
        ("show", cases.CaseReport),
        ("show-cohort", cases.CaseReport),
        ("kinds", cases.KindsReport),
        ("letter", case_letters.LettersReport),
        ("letters", case_letters.SeriesReport),
        ("contacts", CaseFileReport),
        ("contacts-show", case_letters.ContactsReport),
        ("forget", case_letters.ForgottenContacts),
        ("waiting", case_letters.WaitingReport),
        ("send", case_letters.SendReport),
        ("outcomes", CaseFileReport),
        ("sendings", case_letters.SendingsReport),
        ("told", case_letters.ToldReport),
        ("filed", CaseFileReport),
        ("import", CaseFileReport),
        ("write-effects", cases.EffectFiles),
        ("today", today.TodayReport),
        ("counts", list[cases.CaseCount]),
    ],
)
def test_what_is_printed_of_cases_is_of_its_type(
    printed: dict[str, Any], name: str, kind: Any
) -> None:
    assert printed[name]
    assert list(mismatches(printed[name], kind)) == []


def test_effects_are_of_their_type(printed: dict[str, Any]) -> None:
    assert printed["effects"]["effects"]
    assert list(mismatches(printed["effects"]["effects"], list[CaseEffect])) == []


def test_the_lines_of_today_are_of_every_sort(printed: dict[str, Any]) -> None:
    assert {line["band"] for line in printed["today"]["lines"]} >= {"law", "theirs", "quarter"}
    assert printed["show"]["papers"] and printed["show-cohort"]["cohort"]
    assert printed["import"]["refused"]


def test_results_and_reports_are_of_their_types(tmp_path: Path) -> None:
    space = fill(tmp_path)
    walk(space)
    there = ("--workspace", space, "results")
    entity, other = [one["entity_id"] for one in told(*there, "list", "spring")["visits"][:2]]
    for one in (entity, other):
        entered = told(*there, "enter", "spring", one, "--all-items", "--result", "A", "--on", DAY,
                       "--by", "Li")  # fmt: skip
        assert list(mismatches(entered, EntryReport)) == []
    back = told(*there, "return", "spring", entity, "--by", "Wu", "--reason", "why")
    assert list(mismatches(back, EntryReport)) == []
    assert list(mismatches(told(*there, "items", "spring"), ResultItems)) == []
    reviewed = told(*there, "review", "spring", "--all", "--by", "Wu")
    assert list(mismatches(reviewed, EntryReport)) == []
    with Workspace(space) as workspace:
        held = workspace.results_to_enter("spring")
        shape = {**ResultsToEnter.__annotations__}
        assert held.keys() == shape.keys()
    year = told("--workspace", space, "report", "year", "--as-of", DAY)
    assert list(mismatches(year, pages.YearReport)) == []
    entity_record = told("--workspace", space, "report", "entity", entity)
    assert list(mismatches(entity_record, pages.EntityRecord)) == []
