"""Count time: working days, days, months and years from a base day, told as values.

One engine for every rule. The base day itself does not count. Months and years end on the same day
of the month, else on its last day (民法典 art. 201, 202). A last day that is not a working day
moves to the next one where the rule says so (``roll = "next"``; 民法典 art. 203 as the model).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from yaohao.planner.vocabulary.clock import months_before
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.working_days import Calendar, Day

ROLLS = ("next", "none")
LIMITS = {"wd": 4000, "d": 40_000, "m": 1200, "y": 100}
"""The longest span a rule may have, by unit; a longer one is a slip of the keyboard."""

_ONE = timedelta(days=1)
_SPAN = re.compile(r"([+-])(\d{1,5})(wd|d|m|y)")


class Span(NamedTuple):
    """A number of units, negative where it is counted backwards."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number:+d}{self.unit}"


class CountedStep(NamedTuple):
    """One span counted from `start` to `end`; `days_off` were passed over (working days only)."""

    span: Span
    start: date
    end: date
    days_off: int


@dataclass(frozen=True)
class Reckoning:
    """How a day was reckoned: base day, steps, the day before rolling, and the result.

    `estimated_years` are the years whose arrangement of holidays is not published yet and on
    which the result hangs.
    """

    base: date
    steps: tuple[CountedStep, ...]
    unrolled: date
    day: date
    estimated_years: tuple[int, ...]

    @property
    def confirmed(self) -> bool:
        """Whether no estimated arrangement of holidays stands behind the result."""
        return not self.estimated_years

    @property
    def unit(self) -> str:
        """The unit of the last span, in which the days left are told; days where there is none."""
        return self.steps[-1].span.unit if self.steps else "d"

    def as_json(self) -> dict[str, Any]:
        """The arithmetic as plain JSON values."""
        return {
            "base": self.base.isoformat(),
            "steps": [
                {
                    "span": str(step.span),
                    "from": step.start.isoformat(),
                    "to": step.end.isoformat(),
                    "days_off": step.days_off,
                }
                for step in self.steps
            ],
            "rolled_from": self.unrolled.isoformat() if self.unrolled != self.day else None,
            "day": self.day.isoformat(),
            "estimated_years": list(self.estimated_years),
        }


class Hours(NamedTuple):
    """When messages may go out: from hour `first` up to hour `last`, on working days only or not.

    No rule was found in law; 9 to 17 on working days is the setting of the default kinds.
    """

    first: int = 9
    last: int = 17
    working_days_only: bool = True


def parse_span(text: str) -> Span:
    """One span from text as ``10wd``, ``+3m`` or ``-60d``; ValueError where it is none."""
    match = _SPAN.fullmatch(text if text[:1] in ("+", "-") else f"+{text}")
    if match is None or not 0 < int(match[2]) <= LIMITS[match[3]]:
        raise ValueError(text)
    return Span(int(match[1] + match[2]), match[3])


class Counting:
    """Counts by one calendar, and remembers what it counted: many cases share few days."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._days: dict[date, Day] = {}
        self._reckoned: dict[tuple[date, tuple[Span, ...], str], Reckoning] = {}
        self._between: dict[tuple[date, date], int] = {}

    def day(self, day: date) -> Day:
        """Whether a day is a working day, and whether that is confirmed."""
        entry = self._days.get(day)
        if entry is None:
            entry = self._days[day] = self.calendar.day(day)
        return entry

    def reckon(self, base: date, spans: Iterable[Span] = (), roll: str = "next") -> Reckoning:
        """The day that the `spans`, counted one after another from `base`, end on.

        With ``roll="next"`` a result that is not a working day moves to the next one; one that is
        counted backwards never moves past its base, but then takes the working day before.

        Raises:
            PlannerError: ``case.day-range`` where the calendar has no such day.
        """
        key = (base, tuple(spans), roll)
        reckoning = self._reckoned.get(key)
        if reckoning is None:
            try:
                reckoning = self._reckoned[key] = self._reckon(*key)
            except OverflowError as error:
                raise refuse(
                    "case.day-range", base=base.isoformat(), spans="".join(map(str, key[1]))
                ) from error
        return reckoning

    def _reckon(self, base: date, spans: tuple[Span, ...], roll: str) -> Reckoning:
        if roll not in ROLLS:
            raise ValueError(roll)
        estimated: set[int] = set()
        steps = []
        day = base
        for span in spans:
            end, off = self._counted(day, span, estimated)
            steps.append(CountedStep(span, day, end, off))
            day = end
        unrolled = day
        if roll == "next":
            backwards = any(span.number < 0 for span in spans)
            day = self._working_day(day, _ONE, estimated)
            if backwards and day > base >= unrolled:
                day = self._working_day(unrolled, -_ONE, estimated)
        return Reckoning(base, tuple(steps), unrolled, day, tuple(sorted(estimated)))

    def _counted(self, day: date, span: Span, estimated: set[int]) -> tuple[date, int]:
        if span.unit == "d":
            return day + timedelta(days=span.number), 0
        if span.unit in ("m", "y"):
            months = span.number * (12 if span.unit == "y" else 1)
            if not 1 <= (day.year * 12 + day.month - 1 + months) // 12 <= date.max.year:
                raise OverflowError(str(span))
            return months_before(day, -months), 0
        if span.unit != "wd":
            raise ValueError(span.unit)
        left, off = abs(span.number), 0
        step = _ONE if span.number > 0 else -_ONE
        while left:
            day += step
            entry = self.day(day)
            if not entry.confirmed:
                estimated.add(day.year)
            left -= entry.working
            off += not entry.working
        return day, off

    def _working_day(self, day: date, step: timedelta, estimated: set[int]) -> date:
        while True:
            entry = self.day(day)
            if not entry.confirmed:
                estimated.add(day.year)
            if entry.working:
                return day
            day += step

    def left(self, today: date, day: date, unit: str) -> int:
        """Days from `today` until `day`, negative when past: working days for ``wd``, else days."""
        if unit != "wd":
            return (day - today).days
        if day < today:
            return -self.left(day, today, unit)
        key = (today, day)
        if key not in self._between:
            self._between[key] = self.calendar.between(*key)
        return self._between[key]

    def sending_time(self, moment: datetime, hours: Hours) -> datetime:
        """The first moment from `moment` on, in the bureau's own time, at which to send.

        Never at night, and never on a day off where the hours are for working days only.

        Raises:
            ValueError: where the hours leave no time of day.
        """
        if not 0 <= hours.first < hours.last <= 24:
            raise ValueError(hours)
        day, clock = moment.date(), moment.timetz().replace(tzinfo=None)
        opening = time(hours.first)
        closed = hours.last < 24 and clock >= time(hours.last)
        if closed:
            day += _ONE
        if hours.working_days_only:
            day = self._working_day(day, _ONE, set())
        if day == moment.date() and clock >= opening:
            return moment
        return datetime.combine(day, opening, tzinfo=moment.tzinfo)
