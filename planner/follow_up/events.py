"""Events of a case: what happened, as plain values that a ledger can chain.

An event is content; the ledger has its digest alone, so that nothing of a case becomes public.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.schema.ledger_acts import CaseAct
from yaohao.planner.vocabulary.digest import document_digest

EventName = Literal[
    "opened", "step", "overruled", "facts", "late", "rules", "sent", "failed", "corrected", "some"
]
"""Opened · a step taken · a step taken against its conditions, with a reason · facts noted · a due
marked late by the clock · newer dated values taken over · a message sent, or not delivered · an
event and all after it made as if they had not been · a step taken by some members of a cohort."""


class Members(TypedDict):
    """A frozen list of subjects: how many, and the digest of the sorted list."""

    count: int
    digest: str


class Event(TypedDict):
    """One event. `day` is the day in law on which it counts; the ledger has the moment of writing.

    `salt` cannot be guessed, and so an event not from its digest. `step` is the step, or the due
    that was marked late; `to` the state after it; `of` the number
    of the event that is corrected or whose message was sent.
    """

    case: str
    kind: str
    version: str
    number: int
    event: EventName
    step: str
    to: str
    day: str
    role: str
    actor: str
    facts: dict[str, FactValue]
    documents: dict[str, str]
    letter: str
    basis: str
    reason: str
    of: int
    tells: str
    withdraws: list[int]
    subject: NotRequired[str]
    cause: NotRequired[str]
    once: NotRequired[str]
    members: NotRequired[Members]
    rules_on: NotRequired[str]
    proposer: NotRequired[str]
    salt: NotRequired[str]


def ledger_act(event: Event) -> CaseAct:
    """The act of the ledger for an event: its kind, case and name, and the digest of the whole."""
    return {
        "act": "case",
        "kind": event["kind"],
        "case": event["case"],
        "event": event["event"],
        "content": document_digest(dict(event)),
    }


def batch_act(events: Sequence[Event], digests: Sequence[str]) -> CaseAct:
    """The one act of the ledger for the same event of many cases of a kind, as many as `digests`.

    Its content is the digest of the list of the digests of the events, in their order.
    """
    content = document_digest(list(digests))
    first = events[0]
    return {
        "act": "case",
        "kind": first["kind"],
        "case": f"{first['kind']}-batch-{content[:16]}",
        "event": first["event"],
        "content": content,
    }


def case_id(kind: str, opening: Mapping[str, object]) -> str:
    """The id of a case, from what opened it: the same opening always has the same id."""
    return f"{kind}-{document_digest(dict(opening))[:16]}"
