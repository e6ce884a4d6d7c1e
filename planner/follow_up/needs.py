"""What a step needs and does not have: every unmet need of it, told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.due_days import count_day
from yaohao.planner.follow_up.events import Members
from yaohao.planner.follow_up.kind_model import (
    DECIDERS,
    PERSONS,
    Fact,
    Kind,
    Step,
)
from yaohao.planner.follow_up.named_needs import in_names
from yaohao.planner.vocabulary.identity_numbers import mask
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.text import name_core

OVERRULED = ("case.need-condition", "case.need-day-from", "case.need-day-until")
"""Needs that a person may set aside with a reason, unless the step is firm."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
# Numbers that belong in the private register of contacts: mobile phones, identity numbers.
_PRIVATE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<![0-9A-Za-z])[1-8]\d{16}[\dXx](?![0-9A-Za-z])")


@dataclass(frozen=True)
class Act:
    """Who does something, when, and what is brought: facts, documents by digest, a letter."""

    day: date
    role: str
    actor: str = ""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    letter: str = ""
    basis: str = ""
    reason: str = ""
    members: Members | None = None


def unmet_needs(
    case: Case, kind: Kind, step: Step, act: Act, counting: Counting
) -> tuple[Problem, ...]:
    """Every need of `step` that `act` does not meet; empty where the step can be taken.

    State, order of days, role, second person, facts and their types, documents, letter, condition,
    days and the limits of its message are all looked at, whatever fails first.
    """
    return in_names(kind, _unmet(case, kind, step, act, counting))


def _unmet(case: Case, kind: Kind, step: Step, act: Act, counting: Counting) -> Iterator[Problem]:
    here = {"step": step.id, "case": case.id}
    if case.state not in step.sources:
        available = [one.id for one in kind.steps_from(case.state)] if not case.closed else []
        code = "case.need-state" if available else "case.need-state-none"
        yield Problem(code, {**here, "state": case.state, "known": available})
    if act.day < case.last_day:
        yield Problem(
            "case.need-order",
            {**here, "day": act.day.isoformat(), "last": case.last_day.isoformat()},
        )
    yield from _who(case, step, act)
    facts = {**case.facts, **act.facts, **brought(step, act)}
    yield from fact_problems(kind, act.facts)
    missing = [name for name in step.needs if facts.get(name) is None]
    yield from _conditions(case, kind, step, act, counting, facts, missing)
    for name in step.documents:
        digest = act.documents.get(name, "")
        if not _DIGEST.fullmatch(digest):
            yield Problem("case.need-document", {**here, "found": name})
    for name in kind.apart.intersection(act.documents):
        for other, digest in act.documents.items():
            if other != name and digest == act.documents[name]:
                yield Problem("case.same-document", {**here, "found": name, "other": other})
    for name in act.documents:
        if name not in kind.documents:
            yield Problem("case.unknown-document", {**here, "found": name})
    if step.series and not act.letter:
        yield Problem("case.need-letter", {**here, "series": kind.series[step.series]})
    if act.letter and act.letter in case.letters:
        yield Problem("case.letter-twice", {**here, "letter": act.letter})
    if step.message:
        yield from _message(case, kind, step, act)


def _who(case: Case, step: Step, act: Act) -> Iterator[Problem]:
    here = {"step": step.id, "case": case.id}
    if act.role not in step.by:
        yield Problem("case.need-role", {**here, "role": act.role, "known": list(step.by)})
    if act.role in PERSONS and not act.actor:
        yield Problem("case.need-actor", here)
    if step.two and act.role in DECIDERS and is_same_person(act.actor, case.proposer):
        yield Problem("case.need-second", {**here, "actor": act.actor})


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are of one person; case, blanks and the width of characters aside."""
    return bool(one) and name_core(one) == name_core(other)


# Many parameters: what a need may be about: facts, documents, day, role, and where they stand.
def _conditions(
    case: Case,
    kind: Kind,
    step: Step,
    act: Act,
    counting: Counting,
    facts: Mapping[str, FactValue],
    missing: list[str],
) -> Iterator[Problem]:
    here = {"step": step.id, "case": case.id}
    values = kind.values_on(case.rules_on)
    # A condition is about what was known before the step; what the step itself makes so counts
    # only where nothing was known. Else a step that may be taken once could never be taken.
    judged = {**facts, **case.facts, **act.facts}
    for condition, code in ((step.when, "case.need-condition"), (step.guard, "case.need-guard")):
        if condition is None:
            continue
        holds = condition.value(judged, act.day, values)
        unknown = [name for name in condition.facts() if judged.get(name) is None]
        if holds is None and unknown:
            missing += unknown
        elif not holds:
            yield Problem(code, {**here, "condition": condition.text})
    # What a day is counted from is what was known before the step: an extension is asked for
    # before the old end, not before the new one.
    before = {**facts, **case.facts}
    for rule, code in ((step.not_before, "from"), (step.not_after, "until")):
        if rule is None:
            continue
        counted = count_day(
            rule, case, kind, counting, roll=step.roll, basis=step.basis, facts=before
        )
        if counted is None:
            missing.append(rule.base)
            continue
        day = counted.reckoning.day
        if act.day < day if code == "from" else act.day > day:
            yield Problem(
                f"case.need-day-{code}",
                {
                    **here,
                    "day": act.day.isoformat(),
                    "limit": day.isoformat(),
                    "rule": rule.text,
                    "basis": counted.basis,
                },
            )
    for name in dict.fromkeys(missing):
        yield Problem("case.need-fact", {**here, "found": name})


def _message(case: Case, kind: Kind, step: Step, act: Act) -> Iterator[Problem]:
    rule = kind.messages[step.message]
    here = {"step": step.id, "case": case.id, "message": rule.id}
    days = [day for message, day in case.sent if message == rule.id]
    days += [
        date.fromisoformat(case.events[number - 1]["day"])
        for number, message in case.queued.items()
        if message == rule.id
    ]
    if len(days) >= rule.most:
        yield Problem("case.need-most", {**here, "limit": rule.most})
    elif days and act.day < max(days) + timedelta(days=rule.gap_days):
        limit = max(days) + timedelta(days=rule.gap_days)
        yield Problem("case.need-gap", {**here, "limit": limit.isoformat(), "days": rule.gap_days})


def brought(step: Step, act: Act) -> dict[str, FactValue]:
    """The facts that a step brings by itself: fixed ones, and its day where it stamps one."""
    stamped = {step.stamps: act.day.isoformat()} if step.stamps else {}
    return {**step.gives, **stamped}


def fact_problems(kind: Kind, facts: Mapping[str, FactValue]) -> Iterator[Problem]:
    """What is wrong with facts: not of the kind, of another type, or private numbers in a text."""
    for name, value in facts.items():
        fact = kind.facts.get(name)
        if fact is None:
            yield Problem("case.unknown-fact", {"found": name, "known": list(kind.facts)})
        elif not _is_of_type(fact, value):
            yield Problem("case.fact-type", {"found": name, "value": str(value), "type": fact.type})
        elif isinstance(value, str) and fact.type == "text" and _is_private(value):
            yield Problem("case.private", {"found": name})


def _is_of_type(fact: Fact, value: FactValue) -> bool:
    if fact.type == "yes":
        return isinstance(value, bool)
    if fact.type == "count":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53
    if fact.type in ("days", "codes"):
        if not isinstance(value, list):
            return False
        return all(_is_day(one) if fact.type == "days" else one in fact.options for one in value)
    if not isinstance(value, str):
        return False
    if fact.type == "day":
        return _is_day(value)
    return value in fact.options if fact.type == "code" else 0 < len(value) <= 500


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except (ValueError, TypeError):
        return False


def not_to_overrule(step: Step, needs: Iterable[Problem]) -> tuple[Problem, ...]:
    """The needs that stay even where a person decides against the proposal."""
    return tuple(need for need in needs if step.firm or need.code not in OVERRULED)


def _is_private(text: str) -> bool:
    """Whether a mobile telephone number or an identity number, old ones too, stands in a text."""
    return _PRIVATE.search(text) is not None or mask(text) != text
