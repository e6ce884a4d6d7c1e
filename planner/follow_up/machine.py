"""The state machine of cases: open, step, overrule, correct. Pure: values in, events out.

Every function gives new events or all the unmet needs, never both, and changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from yaohao.planner.follow_up.case import (
    Case,
    advance,
    fold,
    standing,
)
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.events import Event, EventName, case_id
from yaohao.planner.follow_up.kind_model import (
    CORRECTED,
    DECIDERS,
    Kind,
    Opening,
    Step,
)
from yaohao.planner.follow_up.named_needs import CORRECTION, in_names, no_step
from yaohao.planner.follow_up.needs import (
    Act,
    brought,
    fact_problems,
    is_same_person,
    not_to_overrule,
    unmet_needs,
)
from yaohao.planner.vocabulary.problems import Problem


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: the case now, the new events, or why not.

    `unchanged` says that the same was done before, the same day on the same facts: there are then
    no events and no unmet needs.
    """

    case: Case | None
    events: tuple[Event, ...] = ()
    unmet: tuple[Problem, ...] = ()
    unchanged: bool = False


def open_case(
    kind: Kind,
    source: str,
    subject: str,
    act: Act,
    *,
    cause: str = "",
    taken: Container[str] = (),
) -> Outcome:
    """Open a case of `kind` from a source (finding, import, clock, person or case).

    `taken` has the once-keys that stand already: for an opening that counts ever, of all cases;
    else of open ones. The first opening whose conditions hold is used.
    """
    problems = [*fact_problems(kind, act.facts)]
    openings = [opening for opening in kind.openings if opening.source == source]
    if not openings:
        known = sorted({opening.source for opening in kind.openings})
        problems.append(Problem("case.no-opening", {"kind": kind.id, "known": known}))
    if not subject:
        problems.append(Problem("case.no-subject", {"kind": kind.id}))
    chosen, why = _fitting(kind, openings, act)
    if chosen is None:
        return Outcome(None, unmet=in_names(kind, (*problems, *why)))
    if problems:
        return Outcome(None, unmet=in_names(kind, problems))
    once = once_key(kind, chosen, subject, {**act.facts, **chosen.gives})
    if once and once in taken:
        return Outcome(None, unchanged=True)
    facts: dict[str, FactValue] = {**act.facts, **chosen.gives}
    opening = {"subject": subject, "cause": cause, "day": act.day.isoformat(), "facts": facts}
    event = _event(kind, case_id(kind.id, opening), 1, "opened", act, to=chosen.state, facts=facts)
    event |= {"subject": subject, "cause": cause, "once": once}
    if act.members is not None:
        event["members"] = act.members
    return Outcome(advance(None, event, kind), (event,))


def once_key(kind: Kind, opening: Opening, subject: str, facts: Mapping[str, FactValue]) -> str:
    """What may stand only once, as a text; empty where an opening may be repeated."""
    if not opening.once_per:
        return ""
    named = [subject if name == "subject" else facts.get(name, "") for name in opening.once_per]
    return "|".join([kind.id, opening.once, *map(str, named)])


def _fitting(
    kind: Kind, openings: list[Opening], act: Act
) -> tuple[Opening | None, tuple[Problem, ...]]:
    why: list[Problem] = []
    values = kind.values_on(act.day)
    for opening in openings:
        facts = {**act.facts, **opening.gives}
        missing = [name for name in opening.needs if facts.get(name) is None]
        holds = opening.when is None or opening.when.value(facts, act.day, values)
        if holds is None and opening.when is not None:
            missing += [name for name in opening.when.facts() if facts.get(name) is None]
        if holds and not missing:
            return opening, ()
        if holds is False and opening.when is not None:
            why.append(
                Problem("case.opening-condition", {"kind": kind.id, "condition": opening.when.text})
            )
        why += [Problem("case.opening-fact", {"kind": kind.id, "found": name}) for name in missing]
    return None, tuple(one for place, one in enumerate(why) if one not in why[:place])


def take_step(case: Case, kind: Kind, step_id: str, act: Act, counting: Counting) -> Outcome:
    """Take a step: what the clock had to do before it, then the step; or every unmet need.

    The same step on the same day with the same facts and documents again changes nothing.
    """
    return _step(case, kind, step_id, act, counting, "step")


def overrule(case: Case, kind: Kind, step_id: str, act: Act, counting: Counting) -> Outcome:
    """Take a step against its condition or its days, with a reason; the proposal stays on record.

    Role, second person, facts, documents and letter are needed as ever, and a firm step cannot be
    overruled.
    """
    return _step(case, kind, step_id, act, counting, "overruled")


def _step(
    case: Case, kind: Kind, step_id: str, act: Act, counting: Counting, name: EventName
) -> Outcome:
    step = kind.steps.get(step_id)
    if step is None:
        return Outcome(case, unmet=(_no_step(case, kind, step_id),))
    if _is_done(case, step, act):
        return Outcome(case, unchanged=True)
    before = clock(case, kind, act.day, counting)
    now = before[-1][0] if before else case
    unmet = unmet_needs(now, kind, step, act, counting)
    if name == "overruled":
        unmet = in_names(kind, _overruled(step, act, unmet))
    if unmet:
        return Outcome(case, unmet=unmet)
    event = _event(
        kind,
        case.id,
        now.number(),
        name,
        act,
        step=step.id,
        to=step.leads(now.state),
        facts={**act.facts, **brought(step, act)},
        tells=step.tells,
        basis=act.basis or step.basis,
    )
    after = advance(now, event, kind)
    event["withdraws"] = _withdrawn(now, after)
    return Outcome(after, (*(one for _, one in before), event))


def _overruled(step: Step, act: Act, unmet: tuple[Problem, ...]) -> tuple[Problem, ...]:
    kept = not_to_overrule(step, unmet)
    if act.role not in DECIDERS:
        known = list(DECIDERS)
        kept += (Problem("case.need-role", {"step": step.id, "role": act.role, "known": known}),)
    if not act.reason.strip():
        kept += (Problem("case.need-reason", {"step": step.id}),)
    return kept


def _withdrawn(before: Case, after: Case) -> list[int]:
    return sorted(set(before.queued) - set(after.queued))


def _is_done(case: Case, step: Step, act: Act) -> bool:
    facts = {**act.facts, **brought(step, act)}
    return any(
        event["event"] in ("step", "overruled")
        and event["step"] == step.id
        and event["day"] == act.day.isoformat()
        and event["facts"] == facts
        and event["documents"] == dict(act.documents)
        for event in standing(case.events)
    )


def _no_step(case: Case, kind: Kind, step_id: str) -> Problem:
    known = [step.id for step in kind.steps_from(case.state)] if not case.closed else []
    return no_step(kind, step_id, known)


def note_facts(case: Case, kind: Kind, act: Act) -> Outcome:
    """Note facts that came to be known, without a step."""
    unmet = [*fact_problems(kind, act.facts)]
    if case.closed:
        unmet.append(Problem("case.closed", {"case": case.id, "state": case.state}))
    if act.day < case.last_day:
        days = {"day": act.day.isoformat(), "last": case.last_day.isoformat()}
        unmet.append(Problem("case.need-order", {"case": case.id, **days}))
    if unmet:
        return Outcome(case, unmet=in_names(kind, unmet))
    if all(case.facts.get(name) == value for name, value in act.facts.items()):
        return Outcome(case, unchanged=True)
    event = _event(kind, case.id, case.number(), "facts", act, to=case.state, facts=act.facts)
    return Outcome(advance(case, event, kind), (event,))


def message_went(case: Case, kind: Kind, number: int, act: Act, *, delivered: bool) -> Outcome:
    """Note that a queued message went out, or could not be delivered."""
    if number not in case.queued:
        return Outcome(case, unmet=(Problem("case.no-message", {"case": case.id, "of": number}),))
    event = _event(
        kind,
        case.id,
        case.number(),
        "sent" if delivered else "failed",
        act,
        step=case.queued[number],
        to=case.state,
        of=number,
    )
    return Outcome(advance(case, event, kind), (event,))


def correct(case: Case, kind: Kind, of: int, act: Act) -> Outcome:
    """Make event number `of`, and all after it, as if they had not been; nothing is deleted.

    The first event corrected is the whole case. What was shown because of them is withdrawn, as
    are messages not yet sent. A person who may decide does it, with a reason, and where the kind
    wants two persons another than the one who proposed.
    """
    unmet: list[Problem] = []
    if act.role not in DECIDERS:
        params = {"step": CORRECTION, "role": act.role, "known": list(DECIDERS)}
        unmet.append(Problem("case.need-role", params))
    if not act.actor:
        unmet.append(Problem("case.need-actor", {"step": CORRECTION, "case": case.id}))
    elif kind.two and is_same_person(act.actor, case.proposer):
        unmet.append(Problem("case.need-second", {"step": CORRECTION, "actor": act.actor}))
    if not act.reason.strip():
        unmet.append(Problem("case.need-reason", {"step": CORRECTION}))
    numbers = {event["number"] for event in standing(case.events)}
    if not 1 <= of <= len(case.events) or case.events[of - 1]["event"] in ("sent", "failed"):
        unmet.append(Problem("case.no-event", {"case": case.id, "of": of}))
    if unmet:
        return Outcome(case, unmet=in_names(kind, unmet))
    if of not in numbers or case.state == CORRECTED:
        return Outcome(case, unchanged=True)
    kept = [event for event in standing(case.events) if event["number"] < of]
    state = fold(kept, kind).state if kept else CORRECTED
    event = _event(kind, case.id, case.number(), "corrected", act, to=state, of=of)
    after = advance(case, event, kind)
    if case.published == "show" and after.published != "show":
        event["tells"] = "withdraw"
        after = advance(case, event, kind)
    event["withdraws"] = _withdrawn(case, after)
    return Outcome(after, (event,))


# Many parameters: the columns of an event, said once.
def _event(
    kind: Kind,
    case: str,
    number: int,
    name: EventName,
    act: Act,
    *,
    to: str,
    step: str = "",
    facts: Mapping[str, FactValue] | None = None,
    of: int = 0,
    tells: str = "",
    basis: str = "",
) -> Event:
    return {
        "case": case,
        "kind": kind.id,
        "version": kind.version,
        "number": number,
        "event": name,
        "step": step,
        "to": to,
        "day": act.day.isoformat(),
        "role": act.role,
        "actor": act.actor,
        "facts": dict(facts or {}),
        "documents": dict(act.documents),
        "letter": act.letter,
        "basis": basis or act.basis,
        "reason": act.reason,
        "of": of,
        "tells": tells,
        "withdraws": [],
    }


def opened_days(opening: Opening, after: date, until: date) -> tuple[date, ...]:
    """The days after `after`, up to `until`, on which the clock opens cases by an opening."""
    days = [
        date(year, month, day)
        for year in range(after.year, until.year + 1)
        for month, day in opening.on
    ]
    return tuple(sorted(day for day in days if after < day <= until))
