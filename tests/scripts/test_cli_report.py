"""`yaohao report`: what is public of an entity and nothing else, and a year in figures."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import papers
from helpers.cli import HOSTILE, fill, language_kept, told, walk, write_csv, yaohao
from openpyxl import load_workbook
from yaohao.planner.wording.messages import choose_language
from yaohao.planner.workspace import Workspace

PHONE = "13912345678"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A draw that has been held, of which the commitment alone is public."""
    folder = tmp_path_factory.mktemp("report")
    workspace = fill(folder, tiers="shown")
    people = [
        {"inspector_id": f"P-{n}", "name": f"Person {n}", "department": "Food" if n < 6 else "Idle"}
        for n in range(8)
    ]
    here = ("--workspace", str(workspace))
    told(*here, "import", "inspectors", write_csv(folder / "people.csv", people))
    told(*here, "freeze", workspace / "plans" / "spring.toml")
    told(*here, "publish", "spring", "--to", folder / "before")
    for step in (
        ("draw", "spring", "--seed", "47119028365510482937", "--source", "dice"),
        ("staff", "spring"),
        ("deal", "spring", "--seed", "90215577340168824953", "--source", "dice"),
    ):
        told(*here, *step)
    return here


def entity(here: tuple[str, str], name: str, *more: Any) -> Any:
    return told(*here, "report", "entity", name, *more)


def test_nothing_is_told_before_it_is_public(here: tuple[str, str], tmp_path: Path) -> None:
    visits = told(*here, "show", "spring")["visits"]
    drawn = [row["entity_id"] for row in visits if not row["reserve"]]
    chosen, other = drawn[0], drawn[1]
    [part] = entity(here, chosen)["draws"]
    assert (part["stage"], part["drawn"], part["ticket"]) == ("committed", None, None)
    assert part["standing"] == "pool" and part["chance"] in ([1, 5], [2, 5])
    file = tmp_path / "r.csv"
    found = [
        {"entity_id": chosen, "item_id": "I-1", "visited_on": "2027-03-08", "result": "D"},
        {"entity_id": other, "item_id": "I-1", "visited_on": "2027-03-08", "result": "1"},
    ]
    told(*here, "publish", "spring", "--to", tmp_path / "dealt")
    told(*here, "import", "results", write_csv(file, found), "--draw", "spring")
    [part] = entity(here, chosen)["draws"]
    assert part["drawn"] is True and part["results"] == []
    told(*here, "publish", "spring", "--to", tmp_path / "results")
    [part] = entity(here, chosen)["draws"]
    assert [one["result"] for one in part["results"]] == ["D"]
    assert part["proof"]["leaf"]["entity_id"] == chosen
    assert part["proof"]["frame"] == part["frame"]
    # A result that was corrected is not told until it is public again.
    write_csv(file, [{**found[0], "result": "1"}])
    told(*here, "import", "results", file, "--draw", "spring", "--correct")
    assert entity(here, chosen)["draws"][0]["results"] == []

    year = told(*here, "report", "year", "2027")
    total = year["total"]
    assert (total["drawn"], total["visited"], total["found"]) == (len(drawn), 2, 0)
    assert total["in_time"] == 2 and total["planned"] == pytest.approx(18)
    for part_, rows in year["by"].items():
        if part_ != "office":
            assert sum(row["drawn"] for row in rows) == len(drawn), part_
            assert sum(row["planned"] for row in rows) == pytest.approx(18), part_
        assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    idle = next(row for row in year["by"]["office"] if row["code"] == "Idle")
    assert idle["drawn"] == idle["visited"] == 0 and idle["planned"] is None


def test_problems_are_found_and_closed(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace)
    here = ("--workspace", str(workspace))
    drawn = [row["entity_id"] for row in told(*here, "show", "spring")["visits"]][:3]
    rows = [
        {"entity_id": one, "item_id": "I-1", "visited_on": "2027-03-08", "result": code,
         "follow_up": follow, "follow_up_closed_on": closed}
        for one, (code, follow, closed) in zip(
            drawn, [("A", "rectify", ""), ("8", "rectify", "2027-03-09"), ("6", "", "")],
            strict=True,
        )
    ]  # fmt: skip
    file = write_csv(tmp_path / "r.csv", rows)
    told(*here, "import", "results", file, "--draw", "spring")
    total = told(*here, "report", "year")["total"]
    assert (total["visited"], total["found"], total["closed"], total["late"]) == (3, 2, 1, 0)
    [case] = told(*here, "case", "list", "--kind", "guidance")["cases"]
    told(*here, "case", "correct", case["id"], "1", "--reason", "x", "--by", "Wang")
    assert told(*here, "report", "year")["total"]["closed"] == 1
    late = told(*here, "report", "year", "2027", "--as-of", "2027-06-01")["total"]
    assert (late["late"], late["in_time"]) == (3, 0)
    assert told(*here, "report", "year", "2026")["total"]["drawn"] == 0
    errors = told(*here, "report", "year", "20270", status=2)["errors"]
    assert errors[0]["code"] == "report.bad-year"


def test_records_on_display_and_nothing_private(tmp_path: Path) -> None:
    name = HOSTILE[3]
    rows = [{"entity_id": "f-1", "name": name, "tier": "A", "established_on": "2015-02-02"}]
    with Workspace.create(tmp_path / "bureau", "free", authority="<b>&") as workspace:
        workspace.import_files("entities", [write_csv(tmp_path / "e.csv", rows)])
        contact = {"entity_id": "f-1", "phone": PHONE, "person": "Secret Person"}
        workspace.cases.import_contacts([write_csv(tmp_path / "c.csv", [contact])], "2027-12-31")
        facts = {"decided_on": "2024-03-04", "bare": False, "decision_number": "No. 77 of us"}
        opened = workspace.cases.open(
            "penalty", "f-1", facts=facts, actor="Clerk Li", day="2024-03-04"
        )
        case = opened["cases"][0]["id"]
        steps: list[tuple[str, tuple[str, ...], dict[str, Any], str]] = [
            ("serve", ("decision", "repair_notice", "receipt"), {}, "clerk"),
            ("show", ("summary",), {}, "clerk"),
            ("class", (), {"class": "general", "special": False}, "reviewer"),
        ]
        assert workspace.reports.entity("f-1")["records"] == []
        for step, documents, known, role in steps:
            workspace.cases.step(
                case, step, documents=papers(*documents), facts=known, role=role,
                actor=f"{role} Li", day="2024-03-05",
            )  # fmt: skip
        there = workspace.reports.entity("f-1", "2024-03-06")
        [record] = there["records"]
        assert (record["kind"], record["shown_on"]) == ("penalty", "2024-03-05")
        # What the law ended is not told, whether or not the clock was recorded.
        assert workspace.reports.entity("f-1", "2028-03-06")["records"] == []
    here = ("--workspace", str(tmp_path / "bureau"))
    files = [tmp_path / f"report{ending}" for ending in (".html", ".xlsx", ".json")]
    to = [part for file in files for part in ("--to", file)]
    for lang in ("en", "zh"):
        shown = yaohao(
            *here, "report", "entity", "f-1", "--as-of", "2024-03-06", *to, "--overwrite", lang=lang
        )
        assert shown.exit_code == 0, shown.output
        assert not CONTROL.search(shown.stdout)
        page = files[0].read_text(encoding="utf-8")
        assert "<script" not in page and "&lt;script&gt;" in page and "&lt;b&gt;&amp;" in page
        everything = shown.output + page + files[2].read_text(encoding="utf-8")
        sheets = load_workbook(files[1])
        cells = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
        everything += " ".join(str(one) for one in cells)
        assert PHONE not in everything and "Secret" not in everything
        assert " Li" not in everything and "No. 77" not in everything
    assert json.loads(files[2].read_text(encoding="utf-8"))["records"][0]["id"] == case
    again = told(*here, "report", "entity", "f-1", "--to", files[0], status=2)["errors"]
    assert again[0]["code"] == "output.exists"
    wrong = told(*here, "report", "entity", "f-1", "--to", "x.pdf", status=2)["errors"]
    assert wrong[0]["code"] == "report.ending" and not Path("x.pdf").exists()
    assert told(*here, "report", "entity", "nobody", status=2)["errors"]


def test_the_pages_of_hostile_names(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    people = [
        {"inspector_id": f"Q-{n}", "name": "x", "department": name[:40]}
        for n, name in enumerate(HOSTILE)
    ]
    here = ("--workspace", str(workspace))
    told(*here, "import", "inspectors", write_csv(tmp_path / "people.csv", people))
    plan = workspace / "plans" / "spring.toml"
    text = plan.read_text(encoding="utf-8").replace("Spring inspections", "=1+1<script>x")
    plan.write_text(text.replace('B = "40%"', 'B = "100%"'), encoding="utf-8")
    walk(workspace)
    files = [tmp_path / f"year{ending}" for ending in (".html", ".xlsx", ".json")]
    to = [part for file in files for part in ("--to", file)]
    result = yaohao(*here, "report", "year", "2027", *to)
    assert result.exit_code == 0, result.output
    assert not CONTROL.search(result.stdout)
    page = files[0].read_text(encoding="utf-8")
    assert "<script" not in page and page.count("<svg") == 4
    assert "=1+1" in page and "http://www.w3.org/2000/svg" in page and "src=" not in page
    book = load_workbook(files[1])
    assert len(book.sheetnames) == 9
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}  # none is a formula; those of no value are "n"
    csv = yaohao(*here, "report", "year", "2027", "--format", "csv", "--table", "office")
    assert csv.exit_code == 0 and csv.stdout.startswith("\ufeffOffice,")


def test_a_draw_of_version_1_without_what_it_does_not_have(tmp_path: Path) -> None:
    with tarfile.open(Path(__file__).parents[1] / "workspaces" / "version-1.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    with Workspace(tmp_path / "bureau") as workspace:
        visits = workspace.show("spring")["visits"]
        drawn = next(row["entity_id"] for row in visits if row["standing"] == "pool")
        told_ = workspace.reports.entity(drawn)
        [part] = told_["draws"]
        assert (part["protocol"], part["drawn"], part["standing"]) == (1, True, "pool")
        assert (part["chance"], part["ticket"], part["proof"]) == (None, None, None)
        with language_kept():
            choose_language("en")
            page = workspace.reports.page(told_)
        assert "version 1" in page.sections[1].notes[0]
        year = workspace.reports.year(2027)
    size = sum(not row["reserve"] for row in visits)
    assert year["total"]["drawn"] == size and year["total"]["planned"] == pytest.approx(18)
    for part_ in ("rule", "tier", "region"):
        rows = year["by"][part_]
        assert sum(row["planned"] or 0 for row in rows) == pytest.approx(18), part_
        assert sum(row["drawn"] for row in rows) == size, part_
