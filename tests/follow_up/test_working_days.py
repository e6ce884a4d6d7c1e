"""Working days against the State Council's arrangements, and the due days of results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from helpers.workspace_maker import Shape, make
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.follow_up.deadlines import WORKING_DAYS, deadlines
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.working_days import Calendar, CalendarEntry, read_calendar
from yaohao.planner.wording.messages import LANGUAGES, catalogue

# The arrangements as the State Council published them (国办发明电〔2024〕12号; 4 November 2025):
# first and last day of each holiday, and the Saturdays and Sundays that are worked.
OFF = {
    2025: ["0101 0101", "0128 0204", "0404 0406", "0501 0505", "0531 0602", "1001 1008"],
    2026: [
        *("0101 0103", "0215 0223", "0404 0406", "0501 0505"),
        *("0619 0621", "0925 0927", "1001 1007"),
    ],
}
WORKED = {
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}


def arranged(year: int) -> dict[date, bool]:
    """Every day of a year, and whether it is a working day by the published arrangement."""

    def day(text: str) -> date:
        return date(year, int(text[:2]), int(text[2:]))

    first = date(year, 1, 1)
    days = [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]
    found = {one: one.weekday() < 5 for one in days}
    for span in OFF[year]:
        start, end = map(day, span.split())
        found |= {start + timedelta(n): False for n in range((end - start).days + 1)}
    return found | {day(text): True for text in WORKED[year].split()}


@pytest.mark.parametrize("year", OFF)
def test_every_day_of_a_published_year(year: int) -> None:
    calendar = Calendar()
    for day, working in arranged(year).items():
        assert calendar.day(day) == (working, True), day


@pytest.mark.parametrize(
    ("day", "due"),
    [  # counted on the printed calendars
        ("2025-01-20", "2025-02-21"),
        ("2025-09-15", "2025-10-17"),
        ("2026-02-09", "2026-03-13"),
        ("2026-04-20", "2026-05-20"),
        ("2026-09-18", "2026-10-22"),
    ],
)
def test_due_days_over_the_holidays(day: str, due: str) -> None:
    days = arranged(2025) | arranged(2026)
    start, counted = date.fromisoformat(day), 0
    one = start
    while counted < 20:
        one += timedelta(1)
        counted += days[one]
    assert one.isoformat() == due
    assert Calendar().due_on(start, 20) == (one, True, ())


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(1, 60))
def test_due_and_between_are_each_others_inverse(day: date, number: int) -> None:
    calendar = Calendar()
    due = calendar.due_on(day, number)
    assert calendar.day(due.day).working
    assert calendar.between(day, due.day) == number
    assert due.confirmed == all(
        calendar.day(day + timedelta(n)).confirmed for n in range(1, (due.day - day).days + 1)
    )
    assert due.confirmed == (not due.estimated_years)
    assert calendar.due_on(day - timedelta(1), number).day <= due.day


ENTRIES = st.dictionaries(
    st.dates(date(2022, 1, 1), date(2032, 12, 31)),
    st.builds(CalendarEntry, st.just(""), st.booleans(), st.booleans()),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(ENTRIES, st.booleans(), *[st.dates(date(2021, 6, 1), date(2033, 6, 30))] * 2)
def test_days_between_are_those_counted_one_by_one(
    entries: dict[date, CalendarEntry], china: bool, first: date, last: date
) -> None:
    calendar = Calendar(entries, china)
    days = range(1, (last - first).days + 1)
    plainly = sum(calendar.day(first + timedelta(days=number)).working for number in days)
    assert calendar.between(first, last) == plainly


def test_days_between_the_first_day_there_is_and_the_last() -> None:
    weeks = 9999 * 52 * 5
    assert weeks < Calendar({}, china=False).between(date.min, date.max) < weeks + 9999 * 3


def test_an_unknown_year_is_estimated_until_the_calendar_has_it() -> None:
    day = date(2027, 1, 20)
    plain = Calendar().due_on(day, 20)
    assert (plain.confirmed, plain.estimated_years) == (False, (2027,))
    off = {date(2027, 2, 4) + timedelta(n): CalendarEntry("春节", False, True) for n in range(9)}
    worked = {date(2027, 1, 31): CalendarEntry("调休", True, True)}
    own = Calendar(off | worked).due_on(day, 20)
    assert own.confirmed
    days = [day + timedelta(n) for n in range(1, 60)]
    counted = [d for d in days if d in worked or (d.weekday() < 5 and d not in off)]
    assert own.day == counted[19]
    guess = {day: CalendarEntry(e.name, e.working, False) for day, e in off.items()}
    assert not Calendar(guess).due_on(day, 20).confirmed
    assert Calendar(guess).due_on(date(2026, 3, 2), 20).confirmed


def test_the_calendar_comes_before_what_is_published() -> None:
    entries = {
        date(2026, 2, 16): CalendarEntry("", True, True),
        date(2026, 3, 3): CalendarEntry("office moves", False, False),
    }
    calendar = Calendar(entries)
    assert calendar.day(date(2026, 2, 16)) == (True, True)
    assert calendar.day(date(2026, 3, 3)) == (False, False)
    assert calendar.day(date(2026, 2, 17)) == (False, True)


def test_a_free_register_has_the_week_and_its_calendar() -> None:
    calendar = Calendar(china=False)
    assert calendar.day(date(2026, 2, 17)) == (True, False)
    assert calendar.day(date(2026, 2, 15)) == (False, False)
    own = Calendar({date(2026, 7, 4): CalendarEntry("", False, True)}, china=False)
    assert own.day(date(2026, 2, 17)) == (True, True)
    with pytest.raises(ValueError, match="0"):
        calendar.due_on(date(2026, 1, 1), 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_calendar_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "calendar.csv"
    assert read_calendar(path) == Calendar()
    path.write_text(
        "日期,名称,是否工作日,状态\n2027-02-06,春节,否,已确定\n2027/2/14,,是,预计\n\n2027.2.20,,上班\n",
        encoding=encoding,
    )
    assert read_calendar(path).entries == {
        date(2027, 2, 6): CalendarEntry("春节", False, True),
        date(2027, 2, 14): CalendarEntry("", True, False),
        date(2027, 2, 20): CalendarEntry("", True, False),
    }


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (b"", ["no-column"]),
        (b"date,name\n", ["no-column"]),
        (b"working,status\n", ["no-column"]),
        (b"\xff\xff\xff", ["encoding"]),
        (b'date,working\n"2027', ["no-table"]),
        (
            b"date,working,status\n2027-02-30,no,\nx,maybe,certain\n2027-02-06,no,\n2027-02-06,no,\n",
            ["bad-date", "bad-date", "bad-working", "bad-status", "twice"],
        ),
    ],
)
def test_every_fault_of_the_calendar_is_told(tmp_path: Path, text: bytes, codes: list[str]) -> None:
    path = tmp_path / "calendar.csv"
    path.write_bytes(text)
    with pytest.raises(PlannerError) as caught:
        read_calendar(path)
    assert [one.code for one in caught.value.problems] == [f"calendar.{code}" for code in codes]
    assert str(path) in str(caught.value)


def test_words_of_calendars_and_due_days() -> None:
    for area in ("calendar", "due"):
        assert catalogue(area)
        assert all(set(entry) == set(LANGUAGES) for entry in catalogue(area).values())
    assert set(catalogue("calendar")) == {
        "encoding", "no-table", "no-column", "bad-date", "bad-working", "bad-status", "twice",
    }  # fmt: skip


def test_states_of_deadlines() -> None:
    def row(entity: str, item: str, day: str) -> dict[str, str]:
        return {"entity_id": entity, "item_id": item, "visited_on": day, "result": "1"}

    results = [
        row("a", "1", "2026-03-02"),
        row("a", "2", "2026-03-02"),
        row("b", "1", "2026-03-02"),
        row("c", "1", "2026-03-25"),
        row("d", "1", ""),
        row("e", "1", "2026-03-02"),
        row("a", "3", "2026-03-10"),
        row("f", "1", ""),
    ]
    public = {
        ("a", "1"): date(2026, 3, 5),
        ("a", "2"): date(2026, 3, 30),
        ("b", "1"): date(2026, 3, 31),
        ("f", "1"): date(2026, 3, 31),
    }
    rows = deadlines("q", results, {"a": "A"}, public, Calendar(), date(2026, 4, 1))
    assert WORKING_DAYS == 20
    assert [(r["entity_id"], r["due_on"], r["state"], r["days_left"]) for r in rows] == [
        ("a", "2026-03-30", "published", None),
        ("b", "2026-03-30", "late", None),
        ("c", "2026-04-23", "open", 15),
        ("d", None, "no-day", None),
        ("e", "2026-03-30", "overdue", -2),
        ("a", "2026-04-08", "open", 4),
        ("f", None, "published", None),
    ]
    assert rows[0]["items"] == ["1", "2"]
    assert rows[0]["published_on"] == "2026-03-30"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock of the ledger, and with it the day that is today."""

    def move(moment: str) -> None:
        monkeypatch.delenv("YAOHAO_TODAY", raising=False)
        for module in ("yaohao.planner.storage.ledger_rows", "yaohao.planner.storage.calendar"):
            monkeypatch.setattr(f"{module}.now", lambda: moment)

    return move


def test_due_days_follow_imports_and_publications(
    tmp_path: Path, at: Callable[[str], None]
) -> None:
    at("2027-01-10T00:00:00Z")
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    visits = [v["entity_id"] for v in workspace.show("q1")["visits"]]

    def results(name: str, entity: str, day: str, result: str = "1") -> None:
        path = tmp_path / name
        path.write_text(f"entity_id,visited_on,result\n{entity},{day},{result}\n")
        workspace.import_results("q1", [path])

    def shown(as_of: str = "") -> dict[str, Any]:
        return {row["entity_id"]: row for row in workspace.due("q1", as_of)["visits"]}

    assert workspace.due()["visits"] == []
    at("2027-01-13T00:00:00Z")
    results("a.csv", visits[0], "2027-01-12")
    results("b.csv", visits[1], "2027-01-12")
    assert shown()[visits[0]]["state"] == "open"
    assert shown()[visits[0]]["due_on"] == "2027-02-09"  # a free register: the week alone
    assert shown("2027-02-09")[visits[0]]["state"] == "open"
    assert shown("2027-02-10")[visits[0]]["state"] == "overdue"
    at("2027-02-01T00:00:00Z")
    workspace.publish("q1", tmp_path / "out")
    at("2027-02-20T00:00:00Z")
    results("c.csv", visits[2], "2027-01-15")
    results("d.csv", visits[1], "2027-01-12", "A")  # a correction was public in time
    told = shown()
    assert [told[v]["state"] for v in visits[:3]] == ["published", "published", "overdue"]
    assert told[visits[0]]["published_on"] == "2027-02-01"
    at("2027-02-21T00:00:00Z")
    workspace.publish("q1", tmp_path / "out")
    assert shown()[visits[2]]["state"] == "late"
    assert workspace.due("q1")["estimated_years"] == [2027]
    with pytest.raises(PlannerError):
        workspace.due("q1", "soon")
    with pytest.raises(PlannerError):
        workspace.due("nothing")


def test_the_command(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    entity = workspace.show("q1")["visits"][0]["entity_id"]
    here = ("--workspace", workspace.folder)
    assert yaohao(*here, "due").exit_code == 0
    (tmp_path / "r.csv").write_text(f"entity_id,visited_on,result\n{entity},2027-01-20,1\n")
    workspace.import_results("q1", [tmp_path / "r.csv"])
    for lang, estimated, overdue in (("en", "estimated", "overdue"), ("zh", "预计", "逾期")):
        result = yaohao(*here, "due", "q1", "--as-of", "2027-06-01", lang=lang)
        assert result.exit_code == 0, result.output
        assert entity in result.stdout
        assert estimated in result.stderr
        assert overdue in result.stderr
        assert max(map(len, result.stdout.splitlines())) <= 80
    document = told(*here, "due", "--as-of", "2027-06-01")
    assert document["counts"]["overdue"] == 1
    assert document["visits"][0]["sure"] == "estimated"
    (workspace.folder / "calendar.csv").write_text("date,working,status\n2027-02-06,no,confirmed\n")
    document = told(*here, "due", "--as-of", "2027-06-01")
    assert (document["estimated_years"], document["visits"][0]["sure"]) == ([], "confirmed")
    (workspace.folder / "calendar.csv").write_text("date\n")
    assert told(*here, "due", status=2)["errors"][0]["code"] == "calendar.no-column"
