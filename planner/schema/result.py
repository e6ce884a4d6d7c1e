"""Results (检查结果): a row as files have it, and what a person who enters one says beyond it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict

from yaohao.planner.schema.import_report import CasesOfResults


class ResultState(StrEnum):
    """How far a result is on its way to the public.

    One that a reviewer sent back waits for who entered it, until it is entered again.
    """

    ENTERED = "entered"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    PUBLISHED = "published"


class ResultRow(TypedDict):
    """What a visit found, by entity and item; without an item it is about all of the visit's."""

    entity_id: str
    item_id: str
    visited_on: str
    method: str
    result: str
    follow_up: str
    follow_up_closed_on: str


class EvidenceFile(TypedDict):
    """A file that shows what was found: the digest of its content; the file itself is not kept."""

    name: str
    sha256: str


class ResultEntry(ResultRow):
    """The result that holds of an entity and item, how far it is, and who entered it."""

    name: str
    """The name of the entity."""
    state: str
    """`entered`, `returned`, `reviewed` or `published`."""
    needs_review: bool
    """Whether a person entered it and no other has reviewed it."""
    role: str
    person: str
    """Who reviewed it, sent it back, or entered it; empty for an import."""
    entered_by: str
    at: str
    finding: str
    evidence: list[EvidenceFile]
    officers: list[str]
    statement: str
    """What the enterprise said of it."""
    reason: str
    """Why it was sent back, or an earlier result corrected; empty where it is the first."""


class ResultItems(TypedDict):
    """`yaohao results items`: the results of a draw item by item; `counts` those of every state,
    and that wait.
    """

    draw: str
    counts: dict[str, int]
    results: list[ResultEntry]


class ResultsToEnter(TypedDict):
    """What a person who enters results goes by.

    `item_ids` are those of the plan; `waiting` says how many results of each entity wait for
    a second person, `returned` why those that were sent back were, and `next` for each visit the
    next one without a result and the first one of the next team.
    """

    item_ids: list[str]
    waiting: dict[str, int]
    returned: dict[str, str]
    next: dict[str, tuple[str, str]]


class EntryReport(TypedDict):
    """`yaohao results enter`, `yaohao results review`, `yaohao results return`.

    What entering, reviewing or sending back results did to a draw.
    """

    draw: str
    results: list[ResultEntry]
    """The results that were added, as they stand."""
    unchanged: int
    """Results that were there as they were given."""
    cases: CasesOfResults
    changed: bool
    open: int
    """Visits that are not wholly inspected yet."""
    waiting: int
    """Results that wait for a second person."""
    returned: int
    """Results that a reviewer sent back, and that nobody entered again."""
    next: str
    """The next entity of the draw that is not wholly inspected; empty where there is none."""
    next_crew: str
    """The first such entity of the next team; empty where there is none."""
