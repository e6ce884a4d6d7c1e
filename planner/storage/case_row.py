"""What the rows of a case are, made from the case itself; nothing else decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.vocabulary.digest import canonical, sha
from yaohao.planner.vocabulary.text import name_core

if TYPE_CHECKING:  # most acts touch no case
    from yaohao.planner.follow_up.case import Case
    from yaohao.planner.follow_up.counting import Counting
    from yaohao.planner.follow_up.due_days import PendingDue
    from yaohao.planner.follow_up.events import Event
    from yaohao.planner.follow_up.kind_model import Kind


class CaseRow(NamedTuple):
    """Where a case stands (`case_tables`)."""

    number: int
    id: str
    kind: str
    version: str
    subject: str
    office: str
    cause: str
    once: str
    state: str
    closed: int
    waits: str
    proposer: str
    opened_on: str
    entered_on: str
    last_day: str
    members: int
    cohort: int
    next_due: str
    moves_on: str
    clock_on: str
    published: str
    queued: int
    events: int


class DueRow(NamedTuple):
    """Something that is due in a case."""

    case_number: int
    name: str
    kind: str
    version: str
    state: str
    band: str
    day: str
    hard: int
    members: int
    moves_on: str
    office: str


class KeptEvent(NamedTuple):
    """An event as it is kept: its case, its number there, its canonical JSON and the digest."""

    case_number: int
    event: int
    document: str
    digest: str


def kept_event(number: int, event: Event) -> KeptEvent:
    """An event of the case with a number, as it is kept."""
    document = canonical(dict(event))
    return KeptEvent(number, event["number"], document, sha(document))


def case_rows(
    number: int, case: Case, kind: Kind, counting: Counting, office: str = ""
) -> tuple[CaseRow, list[DueRow]]:
    """The row of a case, and a row for each thing that is due in it."""
    from yaohao.planner.follow_up.case_clock import next_move
    from yaohao.planner.follow_up.due_days import pending_dues

    pending = list(pending_dues(case, kind, counting))
    onwards, noted = next_move(case, kind, pending)
    # In a cohort that everybody has left nothing is due any more.
    dues = pending if case.remaining else []
    row = CaseRow(
        number=number,
        id=case.id,
        kind=case.kind,
        version=case.version,
        subject=case.subject,
        office=office,
        cause=case.cause,
        once=case.once,
        state=case.state,
        closed=int(case.closed),
        waits="" if case.closed else kind.states[case.state].waits,
        proposer=name_core(case.proposer),
        opened_on=case.opened_on.isoformat(),
        entered_on=case.entered_on.isoformat(),
        last_day=case.last_day.isoformat(),
        members=case.remaining,
        cohort=int(case.members is not None),
        next_due=min(due.day for due in dues).isoformat() if dues else "",
        moves_on=onwards.isoformat() if onwards else "",
        clock_on=noted.isoformat() if noted else "",
        published=case.published,
        queued=len(case.queued),
        events=len(case.events),
    )
    return row, [_due_row(row, due, kind) for due in dues]


def _due_row(row: CaseRow, due: PendingDue, kind: Kind) -> DueRow:
    from yaohao.planner.follow_up.today import band_of

    return DueRow(
        case_number=row.number,
        name=due.rule.name,
        kind=row.kind,
        version=row.version,
        state=row.state,
        band=band_of(due, kind),
        day=due.day.isoformat(),
        hard=int(due.rule.hard),
        members=row.members,
        moves_on=row.moves_on,
        office=row.office,
    )
