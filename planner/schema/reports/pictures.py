"""What pictures of the work show: the days of a year, loads by week, divisions of the register."""

from __future__ import annotations

from typing import TypedDict


class ActOnDay(TypedDict):
    """An act of a draw: ``freeze``, ``select`` or ``crew`` (the seed of a round),
    ``publication``."""

    act: str
    draw: str


class DayOfYear(TypedDict):
    """A day on which something was done or is due."""

    day: str
    acts: list[ActOnDay]
    visits: int
    """Visits made on it that have a result."""
    due: dict[str, int]
    """What was not done yet and is due on it: ``visits`` on the last day of a window, ``results``
    to be published, ``cases`` something in a case."""


class WindowOfDraw(TypedDict):
    """Within which days the visits of a draw are made."""

    draw: str
    title: str
    first: str
    last: str


class MonthOfYear(TypedDict):
    """A month in numbers: acts of draws, visits made, and what is due in it."""

    month: int
    acts: int
    visits: int
    due: int


class CalendarReport(TypedDict):
    """`yaohao report calendar`: the days of a year, as of a day."""

    year: int
    as_of: str
    windows: list[WindowOfDraw]
    days: list[DayOfYear]
    months: list[MonthOfYear]
    sentences: list[str]


class LoadOfInspector(TypedDict):
    """An inspector's visits by week; `done` and `open` have a number for each week."""

    inspector_id: str
    name: str
    done: list[int]
    open: list[float]
    """Visits not made yet, each spread evenly over the working days that are left of its window
    and on which the inspector is there."""
    late: int
    """Visits not made whose window is over, or in what is left of which nobody is there."""


class LoadReport(TypedDict):
    """`yaohao report load`: visits by inspector and week, as of a day."""

    as_of: str
    draws: list[str]
    weeks: list[str]
    """The Mondays."""
    inspectors: list[LoadOfInspector]
    sentences: list[str]


class DivisionOfMap(TypedDict):
    """A division: its entities in the register, its visits in draws, and what they found."""

    code: str
    name: str
    entities: int
    visits: int
    """Visits drawn or directed, without reserves that nobody was sent to."""
    visited: int
    """Those with a result."""
    found: int
    """Those with a violation."""


class GroupOfMap(TypedDict):
    """Divisions that belong together, by the beginning of their codes."""

    code: str
    name: str
    divisions: list[DivisionOfMap]


class MapReport(TypedDict):
    """`yaohao report map`: the divisions of the register, and what shades them."""

    by: str
    """``rate`` (visits for each entity), ``visits``, ``violations`` (of those
    visited), ``size``."""
    digits: int
    """Digits of the codes; 0 where codes have no parts."""
    draws: list[str]
    groups: list[GroupOfMap]
    sentences: list[str]
