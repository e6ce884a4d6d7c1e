"""What the clock does to a case: it marks late, ends what the law ends, takes newer values over.

The clock never decides. Whatever it does is an event on the day the rule names, so that running it
every day or once a year comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from yaohao.planner.follow_up.case import Case, advance
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.due_days import PendingDue, pending_dues
from yaohao.planner.follow_up.events import Event, EventName
from yaohao.planner.follow_up.kind_model import Kind, Step

_ONE = timedelta(days=1)


def clock(case: Case, kind: Kind, today: date, counting: Counting) -> list[tuple[Case, Event]]:
    """Everything the clock has to do in a case up to `today`, as events and the case after each."""
    done: list[tuple[Case, Event]] = []
    while not case.closed:
        dues = pending_dues(case, kind, counting)
        moves = sorted(_moves(case, kind, today, dues), key=lambda move: move[0])
        if not moves:
            break
        day, name, step_id, basis = moves[0]
        event = _event(case, kind, max(day, case.last_day), name, step_id, basis)
        after = advance(case, event, kind)
        event["withdraws"] = sorted(set(case.queued) - set(after.queued))
        done.append((after, event))
        case = after
    return done


def next_move(
    case: Case, kind: Kind, pending: Iterable[PendingDue]
) -> tuple[date | None, date | None]:
    """The day from which the clock takes a case on, and that from which it has anything to note.

    To take it on is to take a step or newer values over; a due marked late is only noted.
    `pending` is what is due in it (`pending_dues`).
    """
    if case.closed:
        return None, None
    moves = list(_moves(case, kind, date.max - _ONE, pending))
    onwards = [max(day, case.last_day) for day, name, *_ in moves if name != "late"]
    noted = [max(day, case.last_day) for day, *_ in moves]
    return min(onwards, default=None), min(noted, default=None)


def _moves(
    case: Case, kind: Kind, today: date, pending: Iterable[PendingDue]
) -> Iterator[tuple[date, EventName, str, str]]:
    if kind.old_cases == "new":
        for day in kind.changes():
            if case.rules_on < day <= today:
                yield day, "rules", "", _basis(kind, day)
    for due in pending:
        rule, basis = due.rule, due.counted.basis
        if rule.then and due.day <= today and _may(case, kind.steps[rule.then], kind, due.day):
            yield due.day, "step", rule.then, basis
        if rule.late == "none" or due.day >= today:
            continue
        if rule.late == "mark":
            if rule.name not in case.late:
                yield due.day + _ONE, "late", rule.name, basis
        elif _may(case, kind.steps[rule.late], kind, due.day + _ONE):
            yield due.day + _ONE, "step", rule.late, basis


def _may(case: Case, step: Step, kind: Kind, day: date) -> bool:
    """Whether the condition of a clock's step holds, and every fact it needs is there."""
    if any(case.facts.get(name) is None for name in step.needs):
        return False
    conditions = [one for one in (step.when, step.guard) if one is not None]
    values = kind.values_on(case.rules_on) if conditions else {}
    return all(one.value(case.facts, day, values) is True for one in conditions)


def _basis(kind: Kind, day: date) -> str:
    bases = [
        entry.basis for entries in kind.values.values() for entry in entries if entry.start == day
    ]
    return "; ".join(dict.fromkeys(bases))


def _event(case: Case, kind: Kind, day: date, name: EventName, step_id: str, basis: str) -> Event:
    step = kind.steps.get(step_id) if name == "step" else None
    stamped = {step.stamps: day.isoformat()} if step and step.stamps else {}
    return {
        "case": case.id,
        "kind": kind.id,
        "version": kind.version,
        "number": case.number(),
        "event": name,
        "step": step_id,
        "to": step.leads(case.state) if step else case.state,
        "day": day.isoformat(),
        "role": "clock",
        "actor": "",
        "facts": {**step.gives, **stamped} if step else {},
        "documents": {},
        "letter": "",
        "basis": basis,
        "reason": "",
        "of": 0,
        "tells": step.tells if step else "",
        "withdraws": [],
    }
