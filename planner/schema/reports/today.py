"""The list of the morning: what is to be done, in four bands."""

from __future__ import annotations

from typing import Any, TypedDict


class Line(TypedDict):
    """One thing to do, for one case or many alike.

    `number` counts the cases, of which `cases` names the first; `count` the members of cohorts too.
    """

    band: str
    """`law`, `decision`, `theirs` or `quarter`."""
    kind: str
    version: str
    due: str
    """The name of what is due; empty where something waits for a decision."""
    what: dict[str, str]
    day: str | None
    days_left: int | None
    """In the rule's unit, negative where it is late; null for decisions."""
    unit: str
    hard: bool
    late: bool
    who: str
    cases: list[str]
    number: int
    count: int
    why: dict[str, Any]
    """The rule, its basis and the arithmetic."""
    next_steps: list[str]


class Today(TypedDict):
    """The list, and for each band the next day on which something is due after it."""

    as_of: str
    lines: list[Line]
    next: dict[str, str | None]


class TodayLine(Line):
    """A line with the words of its kind and, where it is of one case, the name of its subject.

    Of results and visits `cases` is empty and `subject` the draw, of certificates both are empty.
    """

    kind_words: dict[str, str]
    subject: str
    name: str
    estimated_years: list[int]


class Duty(TypedDict):
    """A yearly duty of the bureau: done so far, asked for in the year, and by now."""

    kind: str
    done: int
    target: int
    by_now: int
    behind: int


class TodayReport(TypedDict):
    """`yaohao today`: the list of the morning, and for each band the next day on which something
    is due after it.

    `clock` counts the cases that the clock has something to note in; `duties` are those of the
    bureau over the year.
    """

    as_of: str
    lines: list[TodayLine]
    next: dict[str, str | None]
    clock: int
    duties: list[Duty]
    filter: dict[str, str]
