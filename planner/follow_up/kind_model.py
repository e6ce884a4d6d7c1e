"""A kind of case as values: its facts, states, steps, dues, messages and dated values.

Nothing here reads files or decides; `kind_reader` builds these, `kind_checks` judges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from yaohao.planner.follow_up.conditions import Condition
from yaohao.planner.follow_up.counting import Hours, Span

ROLES = ("clerk", "reviewer", "head", "entity", "import", "clock")
"""Who takes a step. ``import`` is a file or a result read in: it reports, it does not decide."""
PERSONS = ("clerk", "reviewer", "head")
DECIDERS = ("reviewer", "head")
PARTIES = (*PERSONS, "entity", "import", "court")
"""For whom a state may wait."""
CLASSES = ("open", "waiting", "decided", "closed")
FACT_TYPES = ("yes", "day", "days", "code", "codes", "count", "text")
SOURCES = ("finding", "import", "clock", "person", "case")
TELLS = ("show", "hide", "withdraw")
BANDS = ("law", "decision", "theirs", "quarter")
LINKS = ("lead", "directed", "out", "scope", "tier", "items", "result", "none")
CORRECTED = "as-if-not"
"""The state of a case that was corrected as a whole."""


class Words(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


class Fact(NamedTuple):
    """A named fact: its type, and the codes it may have where it is one."""

    name: str
    type: str
    options: tuple[str, ...]
    words: Words


class DatedValue(NamedTuple):
    """What a value is from a day on, and on what basis."""

    start: date
    value: str | int
    basis: str
    setting: bool
    """Whether it is a setting of the bureau, because no rule was found, rather than law."""


class SpanName(NamedTuple):
    """A span that is a dated value of the kind, ``+$listing``."""

    sign: int
    name: str


@dataclass(frozen=True)
class DayRule:
    """A day as ``+10wd(listed_on)``: spans counted from a base.

    `base` is a fact, ``entered`` (the day the state was entered), ``opened``, or an ISO day;
    with `month_day` it is that day of the year in the fact `base`.
    """

    text: str
    spans: tuple[Span | SpanName, ...]
    base: str
    month_day: tuple[int, int] | None = None

    def value_names(self) -> tuple[str, ...]:
        """The dated values that it uses."""
        return tuple(span.name for span in self.spans if isinstance(span, SpanName))


class State(NamedTuple):
    """Where a case can stand; `waits` names the party whose turn it is."""

    id: str
    words: Words
    type: str
    waits: str
    ends: str


@dataclass(frozen=True)
class Opening:
    """What opens a case: a source, conditions on the facts it brings, and how often."""

    source: str
    state: str
    when: Condition | None
    needs: tuple[str, ...]
    gives: Mapping[str, str | int | bool]
    once_per: tuple[str, ...]
    once: str
    cohort: bool
    on: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Step:
    """A way from states to a state: who may take it, what it needs and what it brings about.

    `when` can be overruled with a reason, `guard` never; a `firm` step keeps its days as well.
    """

    id: str
    words: Words
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    needs: tuple[str, ...]
    when: Condition | None
    guard: Condition | None
    not_before: DayRule | None
    not_after: DayRule | None
    roll: str
    documents: tuple[str, ...]
    series: str
    message: str
    tells: str
    undo: str
    stamps: str
    gives: Mapping[str, str | int | bool]
    two: bool
    firm: bool
    basis: str

    def leads(self, state: str) -> str:
        """The state after it: its target, or the same state where that is ``same``."""
        return state if self.target == "same" else self.target


@dataclass(frozen=True)
class DueRule:
    """A day by which something must have happened while the case stands in `states`."""

    name: str
    words: Words
    states: tuple[str, ...]
    at: DayRule
    roll: str
    hard: bool
    late: str
    then: str
    done_by: tuple[str, ...]
    when: Condition | None
    band: str
    who: str
    basis: str


@dataclass(frozen=True)
class MessageRule:
    """A message: to whom, how, how often at most, at what hours, and its text."""

    id: str
    words: Words
    to: str
    channels: tuple[str, ...]
    gap_days: int
    most: int
    hours: Hours
    template: str


class DrawEffect(NamedTuple):
    """What a case does to a draw while it stands in `states`."""

    link: str
    states: tuple[str, ...]
    trigger: str
    direction: str
    note: Words


@dataclass(frozen=True)
class Kind:
    """A kind of case: one version of it."""

    id: str
    version: str
    words: Words
    about: Words
    subject: str
    two: bool
    draft: bool
    in_force: tuple[date | None, date | None]
    basis: str
    old_cases: str
    facts: Mapping[str, Fact]
    values: Mapping[str, tuple[DatedValue, ...]]
    openings: tuple[Opening, ...]
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    dues: Mapping[str, DueRule]
    messages: Mapping[str, MessageRule]
    documents: Mapping[str, Words]
    apart: frozenset[str]
    """Documents that are no part of another: two letters are never one."""
    series: Mapping[str, str]
    templates: Mapping[str, Words]
    draw: tuple[DrawEffect, ...]
    file: str
    text: str = field(default="", repr=False, compare=False)
    """The text of its file, kept beside the cases that were opened under it."""

    def value_on(self, name: str, day: date) -> DatedValue | None:
        """The value `name` in force on `day`; the first one for days before it."""
        entries = self.values.get(name, ())
        current = [entry for entry in entries if entry.start <= day]
        return current[-1] if current else (entries[0] if entries else None)

    def values_on(self, day: date) -> dict[str, str | int]:
        """All values in force on `day`."""
        entries = {name: self.value_on(name, day) for name in self.values}
        return {name: entry.value for name, entry in entries.items() if entry is not None}

    def changes(self) -> tuple[date, ...]:
        """The days on which a value of the kind changes, in order."""
        days = {entry.start for entries in self.values.values() for entry in entries[1:]}
        return tuple(sorted(days))

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on `day`."""
        first, last = self.in_force
        return not self.draft and (first or date.min) <= day <= (last or date.max)

    def steps_from(self, state: str) -> Iterator[Step]:
        """The steps out of a state, in the order written."""
        return (step for step in self.steps.values() if state in step.sources)

    def dues_in(self, state: str) -> Iterator[DueRule]:
        """The dues of a state, in the order written."""
        return (due for due in self.dues.values() if state in due.states)

    def is_closed(self, state: str) -> bool:
        """Whether a case in `state` has ended."""
        return state == CORRECTED or self.states[state].type == "closed"
