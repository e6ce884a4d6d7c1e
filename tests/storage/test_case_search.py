"""Cases found by a part of a name, a code, a case's number, several at once; what nobody has."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from helpers.case_workspace import bureau, penalty, rows
from helpers.cli import write_csv
from yaohao.planner.storage.case_search import FEW, case_words
from yaohao.planner.workspace import Workspace

NAMES = {
    "firm-01": "通州恒通食品有限公司",
    "firm-02": "恒通百货（集团）有限公司",
    "firm-03": '100%_O\'Neil "x" ; DROP TABLE cases--',
    "firm-04": "Blue River Ltd",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Penalties of four firms of awkward names, one of a fifth, and a batch of all."""
    folder = tmp_path_factory.mktemp("search")
    workspace = bureau(folder)
    named = [{**row, "name": NAMES.get(row["entity_id"], row["name"])} for row in rows()]
    file = write_csv(folder / "named.csv", named)
    workspace.registers.import_files("entities", [file])
    for number in range(1, 6):
        penalty(workspace, f"firm-0{number}", str(number))
    return workspace


def found(workspace: Workspace, text: str) -> set[str]:
    """Whom the cases found are about."""
    return {one["subject"] for one in workspace.cases.list(find=text)["cases"]}


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("恒通", {"firm-01", "firm-02"}),
        ("恒通 食品", {"firm-01"}),
        ("百货(集团)", {"firm-02"}),
        ("BLUE river", {"firm-04"}),
        ('"blue river"', {"firm-04"}),
        ("firm-01,firm-04", {"firm-01", "firm-04"}),
        ("FIRM-03", {"firm-03"}),
        ("100%_", {"firm-03"}),
        ("o'neil", {"firm-03"}),
        ("%", {"firm-03"}),
        ("_", {"firm-03"}),
        ("食品,river", {"firm-01", "firm-04"}),
        ("", {f"firm-0{number}" for number in range(1, 6)}),
        ("nobody", set()),
    ],
)
def test_a_part_of_a_name_or_code_is_enough(made: Workspace, text: str, subjects: set[str]) -> None:
    assert found(made, text) == subjects
    assert made.cases.list(find=text)["number"] == len(subjects)


def test_a_case_is_found_by_its_number_and_a_part_of_it(made: Workspace) -> None:
    case = made.cases.list(entity="firm-05")["cases"][0]["id"]
    for text in (case, case[3:], case.upper(), f"{case},nothing"):
        assert found(made, text) == {"firm-05"}, text


def test_words_that_no_case_has_are_told(made: Workspace) -> None:
    assert made.cases.list(find="恒通 nobody,river")["not_found"] == ["nobody"]
    assert made.cases.list(find="firm-06")["not_found"] == ["firm-06"]  # a firm without a case
    assert made.cases.list(find="恒通")["not_found"] == []


def test_many_pasted_are_taken_whole(made: Workspace) -> None:
    many = [f"other-{number}" for number in range(FEW * 3)]
    report = made.cases.list(
        find=",".join([*many, "firm-01", "Blue\u3000River\u3000LTD".replace("\u3000", "")])
    )
    assert {one["subject"] for one in report["cases"]} == {"firm-01", "firm-04"}
    assert report["not_found"] == many
    assert not found(made, ",".join([*many, "firm-0"]))  # of so many none is a part


def test_a_word_beside_another_filter_narrows_it(made: Workspace) -> None:
    assert made.cases.list(find="firm", kind="repair")["number"] == 0
    assert made.cases.list(find="firm", kind="penalty", limit=2, offset=4)["number"] == 5


def test_members_of_a_batch_find_it(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    told = workspace.cases.open_cohort(
        "annual-report",
        ["firm-01", "firm-02"],
        facts={"filing_year": "2026", "registered_this_year": False},
    )
    [case] = told["cases"]
    for text in ("Firm 1", "firm-02", case["id"]):
        assert [one["id"] for one in workspace.cases.list(find=text)["cases"]] == [case["id"]]
    assert workspace.cases.list(find="firm-05")["number"] == 0


def test_what_is_typed_is_never_part_of_a_statement(made: Workspace) -> None:
    text = "a'b?;--"
    [word] = case_words(made._workspace, text)  # type: ignore[attr-defined]
    told, values = word.condition()
    assert text not in told and text in values


@pytest.mark.slow
def test_ten_thousand_cases_are_looked_through_at_once(tmp_path: Path) -> None:
    count = 10_000
    with Workspace.create(tmp_path / "bureau", "free", authority="Market bureau") as workspace:
        named = [
            {"entity_id": f"firm-{n:06d}", "name": f"Firm {n} Trading", "tier": "A",
             "region": "north", "established_on": "2015-02-02", "status": "active"}
            for n in range(count)
        ]  # fmt: skip
        workspace.registers.import_files("entities", [write_csv(tmp_path / "e.csv", named)])
        facts = {"decided_on": "2027-01-04", "bare": False, "decision_number": "1"}
        workspace.cases.open_many(
            "penalty",
            ((row["entity_id"], {**facts, "decision_number": row["name"]}) for row in named),
            actor="Li",
        )
        for text, number in (("firm 777", 1), ("9999", 1), ("trading", count)):
            begin = time.perf_counter()
            assert workspace.cases.list(find=text, limit=50)["number"] >= number
            assert time.perf_counter() - begin < 5, text
