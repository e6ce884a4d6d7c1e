"""The compliance checklist out of own results: by industry, the most frequent first."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import fill, told, walk, write_csv, yaohao
from helpers.typed import mismatches
from openpyxl import load_workbook
from yaohao.planner.reports.checklist import _item, last_quarter
from yaohao.planner.schema.reports.checklist import ChecklistReport
from yaohao.planner.workspace import Workspace

DAYS = ("--from", "2027-03-01", "--until", "2027-03-31")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checklist")
    space = fill(folder)
    walk(space)
    with Workspace(space) as workspace:
        visits = [v["entity_id"] for v in workspace.results("spring")["visits"]]
    codes = ["D", "D", "A", "1", "1", "6"]
    rows = [
        {"entity_id": one, "item_id": "I-1", "visited_on": "2027-03-08",
         "result": codes[n] if n < len(codes) else "1"}
        for n, one in enumerate(visits)
    ]  # fmt: skip
    told("--workspace", space, "import", "results", write_csv(folder / "r.csv", rows), "--draw",
         "spring")  # fmt: skip
    return space


def test_the_last_whole_quarter() -> None:
    assert last_quarter(date(2027, 1, 5)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert last_quarter(date(2027, 6, 30)) == (date(2027, 1, 1), date(2027, 3, 31))


def test_items_by_industry(here: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"list.{ending}" for ending in ("html", "xlsx", "json")]
    words = [word for file in files for word in ("--to", file)]
    report = told("--workspace", here, "report", "checklist", *DAYS, *words)
    assert list(mismatches(report, ChecklistReport)) == []
    rows = [row for one in report["industries"] for row in one["items"]]
    whole = sum(one["found"] for one in report["industries"])
    assert (
        whole == 3
        and sum(row["found"] for row in rows) + sum(one["left_out"] for one in report["industries"])
        >= 2
    )
    for one in report["industries"]:
        sizes = [row["found"] for row in one["items"]]
        assert sizes == sorted(sizes, reverse=True) and all(size >= 2 for size in sizes)
        assert all(set(row["results"]) <= {"D", "A"} for row in one["items"])
    every = told("--workspace", here, "report", "checklist", *DAYS, "--least", 1)
    assert sum(row["found"] for one in every["industries"] for row in one["items"]) == 3
    assert json.loads(files[2].read_text(encoding="utf-8")) == report
    page = files[0].read_text(encoding="utf-8")
    with Workspace(here) as workspace:
        names = [v["name"] for v in workspace.results("spring")["visits"]]
    assert not any(name and name in page for name in names)
    assert load_workbook(files[1]).sheetnames


def test_what_waits_for_a_review_counts_not(here: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(here, tmp_path / "own"))
    with Workspace(own) as workspace:
        entity = workspace.results("spring")["visits"][3]["entity_id"]
        report = workspace.reports.checklist("2027-03-01", "2027-03-31", least=1)
        before = sum(one["found"] for one in report["industries"])
        for by in ("Li", "Wu"):
            workspace.enter_results("spring", entity, [{"item_id": "I-1", "result": "B"}],
                                    by=by, on="2027-03-08", reason="seen again")  # fmt: skip
        held = workspace.reports.checklist("2027-03-01", "2027-03-31", least=1)
        assert sum(one["found"] for one in held["industries"]) == before
        workspace.review_results("spring", [entity], by="Zhao")
        after = workspace.reports.checklist("2027-03-01", "2027-03-31", least=1)
        assert sum(one["found"] for one in after["industries"]) == before + 1


def test_other_days_have_none_and_wrong_ones_are_refused(here: Path) -> None:
    shown = yaohao("--workspace", here, "report", "checklist", "--from", "2026-01-01", "--until",
                   "2026-02-01", lang="zh")  # fmt: skip
    assert shown.exit_code == 0 and "没有检查结果" in shown.output
    wrong: Any = told("--workspace", here, "report", "checklist", "--from", "2027-03-01", "--until",
                      "2027-02-01", status=2)  # fmt: skip
    assert wrong["errors"][0]["code"] == "report.days-turned"
    bad: Any = told("--workspace", here, "report", "checklist", "--from", "soon", status=2)
    assert bad["errors"][0]["code"] == "case.bad-day"


def test_codes_are_in_the_order_of_the_field(here: Path) -> None:
    shown = yaohao("--workspace", here, "show", "spring").output
    words = ["1  no problem found", "A  problem found", "6  not reachable", "D  another problem"]
    places = [shown.index(one) for one in words]
    assert places == sorted(places)
    assert list(_item("I-1", {}, Counter("8EDCBA"))["results"]) == [*"ABCDE8"]
