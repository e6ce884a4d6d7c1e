"""Reports on the rounds of a draw."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from yaohao.planner.schema.ledger_acts import CrewBearing, SelectBearing


class FreezeReport(TypedDict):
    """`yaohao freeze`: a plan frozen into a draw."""

    draw: str
    commitment: str
    """Digest that binds plan, frame, lottery and secret, to be published before the seed."""
    plan: str
    """Digest of the plan."""
    frame: str
    """Merkle root of the frame's rows."""
    lottery: str
    """Digest of the lottery document."""
    cells_root: str
    """Root over the cells under their public names."""
    bearing: SelectBearing
    scope: int
    """Entities that the plan is about: `pool`, `directed` and those left out."""
    pool: int
    directed: int
    out: dict[str, int]
    """Entities left out, by reason."""
    committed_at: str
    """UTC time of the act in the ledger."""
    source: str
    """Where the seed will come from, as the plan announces it."""
    cosigners: list[str]
    """Names of those who are to cosign the published commitments, as the plan names them."""
    warnings: list[dict[str, Any]]
    """What the plan may get wrong: `code` and `params` of each, as `yaohao plan check` tells."""


class SelectionReport(TypedDict):
    """`yaohao draw`: the selection round."""

    draw: str
    key: str
    """Key of the round: 32 hex digits from the secret and the seed."""
    outcome: int
    """Number of the outcome on which the lot's point fell, from 0."""
    drawn: int
    directed: int
    reserves: int
    seeded_at: str
    witnessed: bool
    published: bool
    """Whether the commitment had been published before the seed."""


class StaffReport(TypedDict):
    """`yaohao staff`: recusals and absences closed, the crew round committed."""

    draw: str
    commitment: str
    visits: str
    """Digest of the visits."""
    roster: str
    """Digest of the roster."""
    bearing: CrewBearing
    visit_count: int
    inspectors: int
    source: str
    committed_at: str


class CrewReport(TypedDict):
    """`yaohao deal`: the crew round."""

    draw: str
    key: str
    dealt: int
    """Visits that have a crew."""
    least_load: int
    """Visits of the inspector with fewest, among those whose certificates last."""
    most_load: int
    seeded_at: str
    witnessed: bool
    published: bool


class Abandonment(TypedDict):
    """`yaohao abandon`: a draw given up."""

    draw: str
    at: str
    reason: str
    was: str
    """The stage at which it was given up."""
    published: str | None
    """The stage at which it was published last."""
    drawn: int
    """Entities that were to be visited."""


class CommitmentReport(TypedDict):
    """`yaohao commitment`: the commitment of a round and its QR code."""

    draw: str
    round: str
    """``select`` or ``crew``."""
    commitment: str
    committed_at: str
    source: str
    modules: list[str]
    """Rows of the QR code, ``1`` for dark."""
    file: NotRequired[str]
    """Where the code was written, if it was asked for."""


class OutcomeReport(TypedDict):
    """`outcome` of `yaohao review`: where the lot's point fell on the line of outcomes."""

    draw: str
    outcome: int
    outcomes: int
    point: int
    """Place of the point on a line of a million."""
    first: int
    """Start of the stretch of the outcome, in millionths."""
    last: int
    ends: list[int]
    """Ends of all stretches, in millionths."""
    drawn: int
