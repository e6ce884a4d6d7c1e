"""What `yaohao report` tells: what is public of an entity, and a year in figures."""

from __future__ import annotations

from typing import TypedDict

from yaohao.planner.schema.reports.publications import ProofReport
from yaohao.planner.schema.reports.today import Duty


class PublicResult(TypedDict):
    """A published result of one item of a visit."""

    item_id: str
    item: str
    visited_on: str
    result: str
    published_on: str


class PartInDraw(TypedDict):
    """The part of an entity in a draw, as far as the draw is published.

    `chance` is a fraction; it and `ticket`, `frame` and `has_proof` are those of a draw under
    version 2 of the protocol, one under version 1 has none. `drawn` is None until the selection is
    published.
    """

    draw: str
    title: str
    window: list[str]
    protocol: int
    stage: str
    abandoned: bool
    standing: str | None
    reason: str
    chance: list[int] | None
    ticket: str | None
    drawn: bool | None
    withdrawn: bool
    results: list[PublicResult]
    frame: str
    has_proof: bool
    proof: ProofReport | None
    """Its own row with the path to the root `frame`; None under version 1 of the protocol."""


class PublicRecord(TypedDict):
    """A case that is on display now."""

    id: str
    kind: str
    kind_words: dict[str, str]
    state: str
    state_words: dict[str, str]
    opened_on: str
    shown_on: str
    letters: list[str]
    basis: str


class EntityRecord(TypedDict):
    """`yaohao report entity`: what is public of an entity on a day."""

    as_of: str
    authority: str
    rehearsal: bool
    entity: dict[str, str]
    draws: list[PartInDraw]
    records: list[PublicRecord]


class YearRow(TypedDict):
    """The counts of one group; `planned` is in visits, None where plans do not tell it apart."""

    code: str
    name: str
    planned: float | None
    drawn: int
    visited: int
    in_time: int
    late: int
    found: int
    closed: int


class CasesOfYear(TypedDict):
    """The cases of a kind in a year: opened, closed, and open now with their members."""

    kind: str
    words: dict[str, str]
    opened: int
    closed: int
    open_now: int
    members: int


class YearReport(TypedDict):
    """`yaohao report year`: a year in figures, as of a day."""

    year: int
    as_of: str
    authority: str
    rehearsal: bool
    total: YearRow
    by: dict[str, list[YearRow]]
    abandoned: int
    cases: list[CasesOfYear]
    duties: list[Duty]
