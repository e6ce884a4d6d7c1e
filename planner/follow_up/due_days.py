"""The days of a case: what its rules come to on its facts, what is pending, what is next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.counting import (
    Counting,
    Reckoning,
    Span,
    parse_span,
)
from yaohao.planner.follow_up.kind_model import (
    DayRule,
    DueRule,
    Kind,
    SpanName,
)

AHEAD = 7
"""Days before a due's day from which a message answers for it: those that the list looks ahead."""


class Counted(NamedTuple):
    """A day rule counted: the arithmetic, and the basis of the values it used."""

    reckoning: Reckoning
    basis: str


@dataclass(frozen=True)
class PendingDue:
    """A due of a case that has not been met."""

    rule: DueRule
    counted: Counted

    @property
    def day(self) -> date:
        """The last day on which it is in time."""
        return self.counted.reckoning.day

    def why(self) -> dict[str, Any]:
        """The rule, its basis and the arithmetic, as plain JSON values."""
        return {
            "rule": self.rule.at.text,
            "basis": self.counted.basis,
            **self.counted.reckoning.as_json(),
        }


# Many parameters: a rule's own parts: day, number, unit, roll, calendar.
def count_day(
    rule: DayRule,
    case: Case,
    kind: Kind,
    counting: Counting,
    *,
    roll: str,
    basis: str,
    facts: Mapping[str, FactValue] | None = None,
) -> Counted | None:
    """The day that a rule comes to for a case; None where the fact it counts from is not known."""
    base = _base(rule, case, case.facts if facts is None else facts)
    if base is None:
        return None
    spans = []
    bases = [basis] if basis else []
    for span in rule.spans:
        if isinstance(span, SpanName):
            value = kind.value_on(span.name, case.rules_on)
            assert value is not None  # checked when the kind was loaded
            taken = parse_span(str(value.value))
            spans.append(Span(taken.number * span.sign, taken.unit))
            bases.append(value.basis)
        else:
            spans.append(span)
    return Counted(counting.reckon(base, spans, roll), "; ".join(dict.fromkeys(bases)))


def _base(rule: DayRule, case: Case, facts: Mapping[str, FactValue]) -> date | None:
    if rule.base == "entered":
        return case.entered_on
    if rule.base == "opened":
        return case.opened_on
    if rule.base[0].isdigit():
        return date.fromisoformat(rule.base)
    value = facts.get(rule.base)
    if value is None:
        return None
    if rule.month_day:
        return date(int(str(value)), *rule.month_day)
    return date.fromisoformat(str(value))


def pending_dues(case: Case, kind: Kind, counting: Counting) -> Iterator[PendingDue]:
    """The dues of the state a case stands in that are not met, in the order of the kind.

    A due is met when the case leaves its states, or when one of its ``done_by`` steps is taken: see
    `_is_met`.
    """
    if case.closed:
        return
    for rule in kind.dues_in(case.state):
        if rule.when is not None:
            values = kind.values_on(case.rules_on)
            if rule.when.value(case.facts, case.last_day, values) is not True:
                continue
        counted = count_day(rule.at, case, kind, counting, roll=rule.roll, basis=rule.basis)
        if counted is None:
            continue
        day = counted.reckoning.day
        if not _is_met(rule, case, kind, day):
            yield PendingDue(rule, counted)


def _is_met(rule: DueRule, case: Case, kind: Kind, day: date) -> bool:
    """Whether one of the steps that meet a due was taken, soon enough not to be another's.

    A message answers for the dues of its day and those that the list shows beside it, `AHEAD` days
    later; what it told long before has to be told again. Anything else that is done counts whenever
    it was done, unless it is what the due is counted from: then the next one is due.
    """
    for name, taken in case.taken:
        if name in rule.done_by:
            step = kind.steps[name]
            moves = rule.at.base in (step.stamps, *step.needs)
            if (day - taken).days <= AHEAD or not (step.message or moves):
                return True
    return False


def next_due(case: Case, kind: Kind, counting: Counting) -> date | None:
    """The earliest day on which something is due in a case; None where nothing is."""
    return min((due.day for due in pending_dues(case, kind, counting)), default=None)
