"""Working days: the bureau's own calendar first, then the published arrangements, then the week.

The State Council publishes a year's holidays and make-up working days late in the year before. A
year whose arrangement is not known yet can only be estimated, and that is said of every day that
hangs on it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from yaohao.planner.vocabulary.problems import (
    PlannerError,
    Problem,
    raise_all,
    refuse,
)
from yaohao.planner.vocabulary.small_files import read_small

FILE = "calendar.csv"
"""The calendar of a workspace: date, name, working or not, confirmed or estimated."""

_ONE = timedelta(days=1)
_HEADINGS = {
    "date": ("date", "日期"),
    "name": ("name", "名称"),
    "working": ("working", "是否工作日", "工作日"),
    "status": ("status", "状态"),
}
_WORKING = {
    **dict.fromkeys(("yes", "true", "1", "working", "是", "上班", "工作", "工作日"), True),
    **dict.fromkeys(("no", "false", "0", "off", "holiday", "否", "休", "休息", "放假"), False),
}
_CONFIRMED = {
    **dict.fromkeys(("confirmed", "已确定", "确定", "已公布"), True),
    **dict.fromkeys(("estimated", "预计", "估计", "暂定"), False),
}


class CalendarEntry(NamedTuple):
    """What the calendar says of one day."""

    name: str
    working: bool
    confirmed: bool


class Day(NamedTuple):
    """Whether a day is a working day, and whether that is confirmed or only estimated."""

    working: bool
    confirmed: bool


class Due(NamedTuple):
    """A day on which something is due, whether it is sure, and the years that are estimated."""

    day: date
    confirmed: bool
    estimated_years: tuple[int, ...]


@dataclass(frozen=True)
class Calendar:
    """Working days by the entries of a calendar file and, with `china`, China's arrangements.

    An entry settles its day. A year for which the published arrangement is not known here counts as
    confirmed once the file has confirmed days off in it: then the file is its whole arrangement,
    and a day that it does not name follows the week.
    """

    entries: Mapping[date, CalendarEntry] = field(default_factory=dict)
    china: bool = True

    def day(self, day: date) -> Day:
        """Whether `day` is a working day, and how sure that is."""
        entry = self.entries.get(day)
        return self._without_entry(day) if entry is None else Day(entry.working, entry.confirmed)

    def _without_entry(self, day: date) -> Day:
        if self.china and _is_published(day.year):
            off, made_up = _published(day.year)
            return Day(day in made_up or (day.weekday() < 5 and day not in off), True)
        if day.year in self._own_years:
            return Day(day.weekday() < 5, True)
        off = _published(day.year)[0] if self.china else frozenset()
        return Day(day.weekday() < 5 and day not in off, False)

    @cached_property
    def _own_years(self) -> frozenset[int]:
        return frozenset(
            day.year for day, entry in self.entries.items() if entry.confirmed and not entry.working
        )

    def due_on(self, day: date, number: int) -> Due:
        """The working day that is the `number`-th after `day`, which itself does not count.

        Raises ValueError for a number below 1.
        """
        if number < 1:
            raise ValueError(number)
        estimated: set[int] = set()
        while number:
            day += _ONE
            entry = self.day(day)
            if not entry.confirmed:
                estimated.add(day.year)
            number -= entry.working
        return Due(day, not estimated, tuple(sorted(estimated)))

    def between(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to `last` with it; 0 where none do."""
        if last <= first:
            return 0
        if first.year == last.year:
            days = range(1, (last - first).days + 1)
            return sum(self.day(first + timedelta(days=number)).working for number in days)
        whole = sum(self._working_in(year) for year in range(first.year + 1, last.year))
        new_year = date(last.year, 1, 1)
        return (
            self.between(first, date(first.year, 12, 31))
            + whole
            + self.day(new_year).working
            + self.between(new_year, last)
        )

    def _working_in(self, year: int) -> int:
        """The working days of a whole year, without a look at each day: years may be many."""
        begin, end = date(year, 1, 1), date(year, 12, 31)
        number, extra = divmod((end - begin).days + 1, 7)
        days = number * 5 + sum((begin.weekday() + n) % 7 < 5 for n in range(extra))
        off, made_up = _published(year) if self.china else (frozenset(), frozenset())
        entered = {day for day in self.entries if day.year == year}
        for day in off | made_up | entered:
            days += self.day(day).working - (day.weekday() < 5)
        return days


@cache
def _published(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and make-up working days of a year in China, as the package knows them."""
    import holidays

    calendar = holidays.country_holidays("CN", years=year)
    made_up = {day for day in getattr(calendar, "weekend_workdays", ()) if day.year == year}
    return frozenset(day for day in calendar if day.year == year), frozenset(made_up)


def _is_published(year: int) -> bool:
    """Whether the package knows the year's arrangement: every one has make-up working days.

    Without them it only has the statutory days, silently, and no days moved between weeks.
    """
    return bool(_published(year)[1])


def read_calendar(path: Path, *, china: bool = True) -> Calendar:
    """The calendar of a workspace, without entries where there is no such file.

    A CSV file in UTF-8 or GB18030 headed date, name, working, status, or 日期, 名称, 是否工作日,
    状态; only the first and the third are needed, and a day without a status is estimated. Raises
    PlannerError with every line that cannot be read.
    """
    if not path.is_file():
        return Calendar({}, china)
    try:
        content = read_small(path)
    except OSError as error:
        raise refuse(
            "workspace.unreadable", file=str(path), found=error.strerror or str(error)
        ) from error
    return Calendar(_entries(str(path), _decoded(str(path), content)), china)


def _decoded(file: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse("calendar.encoding", file=file)


def _entries(file: str, text: str) -> dict[date, CalendarEntry]:
    problems: list[Problem] = []
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise refuse("calendar.no-table", file=file, found=str(error)) from error
    columns = _columns(file, rows[0] if rows else [])
    entries: dict[date, CalendarEntry] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(part.strip() for part in row):
            continue
        fields = {
            name: row[place].strip() if place < len(row) else "" for name, place in columns.items()
        }
        try:
            day, entry = _entry(fields)
        except PlannerError as error:
            place = {"file": file, "line": number}
            problems += [Problem(one.code, {**place, **one.params}) for one in error.problems]
            continue
        if day in entries:
            problems.append(
                Problem("calendar.twice", {"file": file, "line": number, "found": day.isoformat()})
            )
        entries[day] = entry
    raise_all(problems)
    return entries


def _columns(file: str, head: Iterable[str]) -> dict[str, int]:
    names = {name: key for key, known in _HEADINGS.items() for name in known}
    places: dict[str, int] = {}
    for place, text in enumerate(head):
        key = names.get(text.strip().lower())
        if key is not None:
            places.setdefault(key, place)
    for key in ("date", "working"):
        if key not in places:
            raise refuse("calendar.no-column", file=file, found=" / ".join(_HEADINGS[key]))
    return places


def _entry(fields: Mapping[str, str]) -> tuple[date, CalendarEntry]:
    problems = []
    day = _date(fields["date"])
    working = _WORKING.get(fields["working"].lower())
    status = fields.get("status", "")
    confirmed = _CONFIRMED.get(status.lower()) if status else False
    if day is None:
        problems.append(Problem("calendar.bad-date", {"found": fields["date"]}))
    if working is None:
        problems.append(Problem("calendar.bad-working", {"found": fields["working"]}))
    if confirmed is None:
        problems.append(Problem("calendar.bad-status", {"found": status}))
    raise_all(problems)
    assert day is not None and working is not None and confirmed is not None
    return day, CalendarEntry(fields.get("name", ""), working, confirmed)


def _date(text: str) -> date | None:
    parts = text.replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError:
        return None
