"""Reports on what is published, proved and written for inspectors."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from yaohao.planner.schema.lottery import BlindCellProof


class PublishReport(TypedDict):
    """`yaohao publish`: the bundle written."""

    draw: str
    folder: str
    stage: str
    """``committed``, ``drawn``, ``staffed``, ``dealt`` or ``abandoned``."""
    files: list[str]
    published_at: str
    key: str | None
    """Public key of the signature, hex; null where nothing was signed."""
    evidence: list[str]
    """Files of cosignatures, time stamps and attestations that it carries."""
    site: NotRequired[str]
    """The folder of the site that it is a stage of."""


class AuditReport(TypedDict):
    """`yaohao audit`: the auditor's folder written; it holds the secret."""

    draw: str
    folder: str
    stage: str
    files: list[str]


class ProofCell(BlindCellProof):
    """Cell of an entity in the lottery."""

    count: int | None
    """Number drawn of the cell; null before the draw."""


class ProofReport(TypedDict):
    """`yaohao proof`: one entity's own row, salt, cell and audit path."""

    format: str
    draw: str
    frame: str
    size: int
    """Rows of the frame."""
    index: int
    """Place of the row in the frame, from 0."""
    leaf: dict[str, Any]
    """The row as it was hashed, and its salt."""
    path: list[str]
    """Audit path from the leaf to the root (RFC 9162)."""
    cell: ProofCell | None


class ProofsReport(TypedDict):
    """`yaohao proof --all`: a proof for each entity of a frame."""

    draw: str
    folder: str
    proofs: int
    files: int


class NoticesReport(TypedDict):
    """`yaohao notices`: the bureau's own forms written."""

    draw: str
    stage: str
    folder: str
    language: str
    kinds: list[str]
    left_out: list[str]
    """Kinds that cannot be written at this stage."""
    visits: int
    files: list[str]


class FindingReport(TypedDict):
    """One check of `yaohao verify`."""

    name: str
    ok: bool | None
    """Null for a warning."""
    code: str
    params: dict[str, Any]


class LevelReport(TypedDict):
    """What stands behind a round that has a seed."""

    round: str
    level: int


class VerifyReport(TypedDict):
    """`yaohao verify`: every check of a publication."""

    ok: bool
    levels: list[LevelReport]
    findings: list[FindingReport]


class PublishPlan(TypedDict):
    """Where a publication would be written, and what is in it."""

    folder: str
    files: list[str]
    replaces: bool
    """Whether an earlier publication lies there."""
    site: list[str] | None
    """Files of the site that would be written anew; null outside a site."""


class PublicView(TypedDict):
    """What a publication of a draw would show by now."""

    draw: str
    stage: str
    published: str | None
    """The stage that was published last."""
    tiers: str
    """``shown`` or ``hidden``."""
    columns: list[str]
    hidden: list[str]
    """Columns of a visit that stay inside."""
    visits: list[dict[str, Any]]
    record: dict[str, Any]
    """The other members of ``draw.json`` (docs/bundle.md)."""


class PublishTrial(PublicView):
    """`yaohao publish --dry-run`."""

    would_write: PublishPlan


class AbsenceNeighbour(TypedDict):
    """The leaf beside which an entity would stand: its id, and a digest of the rest."""

    index: int
    entity_id: str
    inner: str
    path: list[str]


class AbsenceProof(TypedDict):
    """`yaohao proof` of an entity that is not in the frame (docs/bundle.md)."""

    format: str
    draw: str
    frame: str
    size: int
    entity_id: str
    why: str
    """``scope`` or ``register``."""
    rule: str
    """The rule of the plan's scope that leaves it out."""
    before: AbsenceNeighbour | None
    after: AbsenceNeighbour | None


class WorksheetVisit(TypedDict):
    """A visit with all that it needs, in words."""

    number: str
    entity_id: str
    name: str
    address: str
    phone: str
    region: str
    standing: str
    items: str
    crew: str
    result: str


class WorksheetReport(TypedDict):
    """`yaohao worksheet`: the visits that are to be made; internal."""

    draw: str
    title: str
    authority: str
    stage: str
    window: list[str]
    columns: list[str]
    visits: list[WorksheetVisit]


class WorksheetFile(TypedDict):
    """`yaohao worksheet --to`."""

    draw: str
    stage: str
    file: str
    visits: int
    without_phone: int
    without_address: int
    without_inspectors: int


class DueState(TypedDict):
    """When the results of one visit must be public, and what came of that."""

    due_on: str | None
    """Null where the day of the visit is not known."""
    sure: str | None
    """``confirmed``, or ``estimated`` where holidays are not announced yet."""
    estimated_years: list[int]
    published_on: str | None
    state: str
    """``published`` in time, ``late``, ``open``, ``overdue``, ``no-day``."""
    days_left: int | None
    """Working days; below 0 where overdue."""


class DueVisit(DueState):
    """A visit on a day, whose results must be public together."""

    draw: str
    entity_id: str
    name: str
    visited_on: str
    items: list[str]


class DueReport(TypedDict):
    """`yaohao due`."""

    as_of: str
    draws: list[str]
    counts: dict[str, int]
    """Visits by state."""
    estimated_years: list[int]
    visits: list[DueVisit]
