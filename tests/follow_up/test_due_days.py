"""Page, `yaohao due` and bulletin tell the same due days: working days, holidays and all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, with_page, written
from helpers.cli import language_kept
from helpers.workspace_maker import Maker, Shape, make, seal
from python_calamine import CalamineWorkbook
from test_working_days import arranged
from yaohao.planner.follow_up.deadlines import WORKING_DAYS, deadlines, due_days
from yaohao.planner.publication.web_page.build import data_in_page
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.working_days import Calendar
from yaohao.planner.wording.messages import choose_language

pytest_plugins = ["helpers.browser", "helpers.workspace_maker"]

# Days counted on the printed arrangements: over Spring Festival, with a Saturday worked on either
# side; over May Day; over National Day, with a Saturday worked after it; from a Saturday that is
# worked; from a day within a holiday. And years of which nothing is published: the week and the
# statutory days, and it is said.
CASES = [
    ("2025-01-20", "2025-02-21", []),
    ("2025-04-21", "2025-05-21", []),
    ("2025-09-15", "2025-10-17", []),
    ("2025-09-28", "2025-10-31", []),
    ("2026-02-09", "2026-03-13", []),
    ("2026-02-20", "2026-03-20", []),
    ("2026-09-18", "2026-10-22", []),
    ("2026-10-10", "2026-11-06", []),
    ("2041-03-04", None, [2041]),
    ("2041-12-16", None, [2041, 2042]),
]


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        choose_language("en")
        yield


def record_of(window_end: str, *visited: str) -> dict[str, Any]:
    results = [
        {"entity_id": f"e{n}", "item_id": "", "visited_on": d} for n, d in enumerate(visited)
    ]
    return {"plan": {"window": ["2020-01-01", window_end]}, "results": results}


@pytest.mark.parametrize(("day", "due", "years"), CASES)
def test_the_page_is_given_what_due_tells(day: str, due: str | None, years: list[int]) -> None:
    if due:  # the oracle: the State Council's arrangement, day by day
        days = arranged(2025) | arranged(2026)
        one, counted = date.fromisoformat(day), 0
        while counted < WORKING_DAYS:
            one += timedelta(1)
            counted += days[one]
        assert one.isoformat() == due
    record = record_of("2026-12-31", day, "")
    given = due_days(record, Calendar())
    assert set(given["by"]) == {"2026-12-31", day}
    told = given["by"][day]
    [row, open_row] = deadlines(
        "q", [{**r, "result": "1"} for r in record["results"]], {}, {}, Calendar(), date(2025, 1, 1)
    )
    assert (told["day"], told["estimated"]) == (row["due_on"], row["estimated_years"])
    assert told["estimated"] == years
    assert due in (None, told["day"])
    assert open_row["due_on"] is None


@pytest.mark.parametrize(("day", "due", "years"), [CASES[2], CASES[4], CASES[9]])
def test_the_page_says_it(
    day: str, due: str | None, years: list[int], browser: Browser, tmp_path: Path
) -> None:
    begin = (date.fromisoformat(day) - timedelta(30)).isoformat()
    record = maker.record_of("drawn", maker.plan_of("hidden", 0, as_of=begin, window=[begin, day]))
    files = with_page(maker.bundle_of(record))
    text = (data_in_page(files["index.html"].decode()) or "").replace(" ", "")
    expected = json.loads(text)["due"]["by"][day]["day"]
    assert due in (None, expected)
    path = written(tmp_path / "b", files)
    for lang, estimated, about in (("en", "estimated", "(estimated)"), ("zh", "预计", "（预计）")):
        visit = browser.open(path, lang)
        facts = visit.text("#facts")
        assert expected in facts
        assert ("2041, 2042" in facts) == (estimated in facts) == bool(years)
        shown = visit.page.locator("#list .due").first.inner_text()
        assert expected in shown
        assert (about in shown) == bool(years)


def test_a_workspace_tells_one_day_everywhere(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    last = workspace.show("q1")["window"][1]
    entity = workspace.show("q1")["visits"][0]["entity_id"]
    (tmp_path / "r.csv").write_text(f"entity_id,visited_on,result\n{entity},{last},1\n")
    workspace.import_results("q1", [tmp_path / "r.csv"])
    calendar = workspace.folder / "calendar.csv"
    seen = set()
    one, two = "2027-04-05,no,confirmed\n", "2027-04-06,no,confirmed\n"
    for number, rows in enumerate(("", one, one + two)):
        if rows:
            calendar.write_text(f"date,working,status\n{rows}")
        [row] = workspace.due("q1")["visits"]
        folder = tmp_path / f"out{number}"
        workspace.publish("q1", folder)
        assert [f.name for f in verify_bundle(folder) if f.ok is False] == []
        page = data_in_page((folder / "index.html").read_text("utf-8")) or ""
        told = json.loads(page)["due"]
        assert told == {
            "days": WORKING_DAYS,
            "by": {last: {"day": row["due_on"], "estimated": row["estimated_years"]}},
        }
        workspace.notices("q1", tmp_path / "forms", ["bulletin"], language="zh")
        sheet = CalamineWorkbook.from_path(tmp_path / "forms" / "bulletin.xlsx")
        notes = str(sheet.get_sheet_by_index(0).to_python())
        assert f"最迟 {row['due_on']}" in notes
        assert ("预计" in notes) == bool(row["estimated_years"]) == (not rows)
        seen.add(row["due_on"])
    assert len(seen) == 3


def test_due_days_of_another_form_are_found(made: Maker, tmp_path: Path) -> None:
    """They stand in no other file, so their form is all that can be judged."""
    workspace = made()
    right = (workspace.public["drawn"] / "index.html").read_text("utf-8")
    told = json.loads(data_in_page(right) or "")["due"]["by"]
    [(last, due)] = told.items()
    for number, wrong in enumerate((last, "2027-02-30", "soon")):
        page = right.replace(f'"day":"{due["day"]}"', f'"day":"{wrong}"')
        assert page != right
        folder = workspace.copied(tmp_path / str(number), "drawn")
        (folder / "index.html").write_text(page, "utf-8", newline="\n")
        seal(folder)
        assert [f.name for f in verify_bundle(folder) if f.ok is False] == ["page"]
