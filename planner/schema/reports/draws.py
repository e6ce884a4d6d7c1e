"""Reports on the rounds of a draw."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from yaohao.planner.schema.draw import Abandonment, CrewRound, DrawnCell, SelectRound, Withdrawal
from yaohao.planner.schema.ledger_acts import CrewBearing, FrameCounts, SelectBearing
from yaohao.planner.schema.lottery import NumberedCell
from yaohao.planner.schema.result import ResultRow
from yaohao.planner.schema.seed_part import SeedPart
from yaohao.planner.schema.visit import Visit
from yaohao.planner.vocabulary.problems import ProblemReport


class FrozenDrawReport(FrameCounts):
    """A draw that was frozen: what it is committed to."""

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
    committed_at: str
    """UTC time of the act in the ledger."""
    source: str
    """Where the seed will come from, as the plan announces it."""
    cosigners: list[str]
    """Names of those who are to cosign the published commitments, as the plan names them."""


class FreezeReport(FrozenDrawReport):
    """`yaohao freeze`: a plan frozen into a draw."""

    warnings: list[ProblemReport]
    """What the plan may get wrong, as `yaohao plan check` tells it."""


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
    """`yaohao staff`: recusals and absences closed, the assignment round committed."""

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
    """`yaohao deal`: the assignment round."""

    draw: str
    key: str
    dealt: int
    """Visits that have a team."""
    least_load: int
    """Visits of the inspector with fewest, among those whose certificates last."""
    most_load: int
    seeded_at: str
    witnessed: bool
    published: bool


class AbandonReport(Abandonment):
    """`yaohao abandon`: a draw given up."""

    draw: str
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


class RoundEvidence(TypedDict):
    """What stands behind a round that has a seed."""

    round: str
    level: int
    """From 0 to 4 (docs/bundle.md)."""
    cosigned: int
    """Cosignatures that are kept of its publication, made before the seed."""
    stamped: int
    attested: int


class DrawLine(TypedDict):
    """A draw in the list of `yaohao status`."""

    draw: str
    plan_id: str
    stage: str
    next: str | None
    """The command that comes next; null where nothing does."""
    unwitnessed: bool
    """Whether a seed has neither source nor witness."""
    unpublished: list[str]
    """Rounds whose commitment had not been published before their seed."""
    levels: list[RoundEvidence]


class DrandReport(TypedDict):
    """A round of drand as a part of the seed of the round that is due."""

    draw: str
    round: str
    part: SeedPart
    at: str
    """When the round of drand was due."""
    announced: bool
    """Whether the plan named it before the commitment."""


class WithdrawalReport(Withdrawal):
    """`yaohao withdraw`: a drawn entity that is gone."""

    draw: str
    inspectors: list[str]
    """Who visit the reserve; none where there is no reserve, or inspectors are not assigned yet."""


class UndoneWithdrawal(TypedDict):
    """`yaohao withdraw --undo`."""

    draw: str
    entity_id: str
    reason: str
    at: str
    reserve: str | None
    """The reserve that stands by again."""


class ListEntry(TypedDict):
    """An entry of the four lists of trigger-based supervision, as a reason names it."""

    entry: str
    item_id: str
    content: str
    measure: str
    trigger: str


class Reminder(ListEntry):
    """An entity that is to be reminded first."""

    entity_id: str
    name: str
    region: str


class DrawReport(TypedDict):
    """`yaohao show`: a draw as it stands; internal."""

    draw: str
    stage: str
    next: str | None
    title: str
    authority: str
    as_of: str
    window: list[str]
    select: SelectRound
    crew: CrewRound | None
    abandoned: Abandonment | None
    unwitnessed: bool
    unpublished: list[str]
    levels: list[RoundEvidence]
    cells: list[DrawnCell] | None
    reminders: list[Reminder]
    withdrawals: list[Withdrawal]
    results: list[ResultRow]
    visits: list[Visit]
    loads: dict[str, int]
    """Visits by inspector."""
    names: dict[str, str]
    """Their names by id."""


class ExplanationReport(TypedDict):
    """`yaohao why`: one entity in a draw."""

    draw: str
    stage: str
    entity: dict[str, Any]
    """Its row of the frame, by column."""
    standing: str
    reason: str
    entry: ListEntry | None
    cell: NumberedCell | None
    chance: list[int]
    """A fraction in its lowest terms."""
    ticket: str | None
    count: int | None
    """How many of the cell were drawn."""
    threshold: str | None
    """The highest ticket of the cell that was drawn."""
    drawn: bool | None
    reserve: bool | None
    inspectors: list[str]
    result: str | None


class Neighbour(TypedDict):
    """An entity of the same cell, next by ticket."""

    entity_id: str
    name: str
    ticket: str
    rank: int
    drawn: bool


class RankedExplanation(ExplanationReport):
    """`yaohao why --neighbours`: with its rank and its neighbours by ticket."""

    rank: int | None
    neighbours: list[Neighbour]
