"""A case: the fold of its events. Its state is nowhere written but in what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.events import Event, Members
from yaohao.planner.follow_up.kind_model import CORRECTED, PERSONS, Kind


@dataclass(frozen=True)
class Case:
    """Where a case stands after its events.

    `rules_on` is the day whose dated values hold for it; `proposer` who last took a clerk's step;
    `taken` the steps in force with their days; `queued` messages not yet sent (number of the event
    → message); `published` is empty, ``show``, ``hide`` or ``withdraw``.
    """

    id: str
    kind: str
    version: str
    subject: str
    cause: str
    once: str
    opened_on: date
    rules_on: date
    state: str
    closed: bool
    entered_on: date
    last_day: date
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    proposer: str = ""
    taken: tuple[tuple[str, date], ...] = ()
    late: frozenset[str] = frozenset()
    queued: Mapping[int, str] = field(default_factory=dict)
    sent: tuple[tuple[str, date], ...] = ()
    published: str = ""
    before_step: Mapping[str, str] = field(default_factory=dict)
    letters: tuple[str, ...] = ()
    members: Members | None = None
    gone: int = 0
    corrections: int = 0
    events: tuple[Event, ...] = ()

    @property
    def remaining(self) -> int:
        """Members of a cohort that still stand in it; 1 for a case of a single subject."""
        return self.members["count"] - self.gone if self.members else 1

    def number(self) -> int:
        """The number of the next event."""
        return len(self.events) + 1


def fold(events: Iterable[Event], kind: Kind) -> Case:
    """The case that `events` make, in their order.

    Raises:
        ValueError: where there are none, or the first is no opening.
    """
    case: Case | None = None
    for event in events:
        case = advance(case, event, kind)
    if case is None:
        raise ValueError("no events")
    return case


def standing(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events in force: without corrections, and without what they made as if it had not been.

    Messages that went out stay, whatever is corrected: they cannot be called back.
    """
    kept: list[Event] = []
    for event in events:
        if event["event"] == "corrected":
            kept = [one for one in kept if one["number"] < event["of"] or _is_sending(one)]
        else:
            kept.append(event)
    return tuple(kept)


def _is_sending(event: Event) -> bool:
    return event["event"] in ("sent", "failed")


def advance(case: Case | None, event: Event, kind: Kind) -> Case:
    """The case after one more event."""
    day = date.fromisoformat(event["day"])
    if case is None:
        return _opened(event, day, kind)
    events = (*case.events, event)
    if event["event"] == "corrected":
        return _corrected(case, event, kind)
    changed = _APPLY[event["event"]](case, event, day, kind)
    # A message that went out later must not keep a step of an earlier day from being noted.
    last = case.last_day if _is_sending(event) else max(case.last_day, day)
    return replace(changed, events=events, last_day=last)


def _opened(event: Event, day: date, kind: Kind) -> Case:
    if event["event"] != "opened":
        raise ValueError(event["event"])
    return Case(
        id=event["case"],
        kind=event["kind"],
        version=event["version"],
        subject=event.get("subject", ""),
        cause=event.get("cause", ""),
        once=event.get("once", ""),
        opened_on=day,
        rules_on=date.fromisoformat(event.get("rules_on", event["day"])),
        state=event["to"],
        closed=kind.is_closed(event["to"]),
        entered_on=day,
        last_day=day,
        facts=event["facts"],
        proposer=event.get("proposer", event["actor"] if event["role"] in PERSONS else ""),
        published=event["tells"],
        members=event.get("members"),
        events=(event,),
    )


def _stepped(case: Case, event: Event, day: date, kind: Kind) -> Case:
    state = event["to"]
    moved = state != case.state
    closed = kind.is_closed(state)
    step = kind.steps[event["step"]]
    published = event["tells"] or case.published
    if step.undo and step.undo in case.before_step:
        published = case.before_step[step.undo]
    queued = {} if closed else dict(case.queued)
    if step.message and not closed:
        queued[event["number"]] = step.message
    dues = {due.name for due in kind.dues_in(state)}
    return replace(
        case,
        state=state,
        closed=closed,
        entered_on=day if moved else case.entered_on,
        facts={**case.facts, **event["facts"]},
        proposer=event["actor"] if event["role"] == "clerk" else case.proposer,
        taken=(*case.taken, (event["step"], day)),
        late=case.late & dues,
        queued=queued,
        published=published,
        before_step={**case.before_step, event["step"]: case.published},
        letters=(*case.letters, event["letter"]) if event["letter"] else case.letters,
    )


def _noted(case: Case, event: Event, day: date, kind: Kind) -> Case:
    return replace(case, facts={**case.facts, **event["facts"]})


def _marked_late(case: Case, event: Event, day: date, kind: Kind) -> Case:
    return replace(case, late=case.late | {event["step"]})


def _took_rules(case: Case, event: Event, day: date, kind: Kind) -> Case:
    return replace(case, rules_on=day)


def _message(case: Case, event: Event, day: date, kind: Kind) -> Case:
    queued = dict(case.queued)
    message = queued.pop(event["of"], event["step"])
    sent = (*case.sent, (message, day)) if event["event"] == "sent" else case.sent
    return replace(case, queued=queued, sent=sent)


def _some(case: Case, event: Event, day: date, kind: Kind) -> Case:
    members = event.get("members")
    return replace(case, gone=case.gone + (members["count"] if members else 0))


_APPLY = {
    "step": _stepped,
    "overruled": _stepped,
    "facts": _noted,
    "late": _marked_late,
    "rules": _took_rules,
    "sent": _message,
    "failed": _message,
    "some": _some,
}


def _corrected(case: Case, event: Event, kind: Kind) -> Case:
    """As if the event and what followed had not been; what was shown is withdrawn."""
    events = (*case.events, event)
    left = standing(events)
    if event["of"] == 1:
        first = _opened(case.events[0], case.opened_on, kind)
        before = replace(first, state=CORRECTED, closed=True, sent=case.sent)
    else:
        before = fold(left, kind)
    stays = case.published if case.published == "withdraw" else before.published
    published = event["tells"] or stays
    return replace(
        before,
        published=published,
        corrections=case.corrections + 1,
        letters=case.letters,
        events=events,
    )
