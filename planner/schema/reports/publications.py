"""Reports on what is published, proved and written for inspectors."""

from __future__ import annotations

from typing import Any, TypedDict


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


class AuditReport(TypedDict):
    """`yaohao audit`: the auditor's folder written; it holds the secret."""

    draw: str
    folder: str
    stage: str
    files: list[str]


class ProofCell(TypedDict):
    """Cell of an entity in the lottery."""

    cell: str
    """Public name of the cell."""
    size: int
    expected: int
    """Expected number drawn, in millionths."""
    salt: str
    cells: int
    """How many cells there are."""
    index: int
    path: list[str]
    """Audit path to the root of the cells."""
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
