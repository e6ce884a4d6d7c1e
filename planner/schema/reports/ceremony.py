"""Reports on a round while it is held: the ceremony, and the inspectors before staffing closes."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from yaohao.planner.schema.draw import Abandonment, CrewRound, SelectRound
from yaohao.planner.schema.reports.draws import RoundEvidence
from yaohao.planner.schema.visit import RosterRow
from yaohao.planner.vocabulary.problems import ProblemReport


class ShownSelectRound(SelectRound):
    """The selection round as it is shown."""

    witnessed: bool | None
    """Null before its seed."""
    published: bool
    """Whether its commitment was published, before the seed."""
    level: RoundEvidence | None
    """What stands behind it; null before its seed."""


class ShownCrewRound(CrewRound):
    """The assignment round as it is shown."""

    witnessed: bool | None
    published: bool
    level: RoundEvidence | None


class ShownVisit(TypedDict):
    """A visit as it may stand on the wall: where tiers are hidden, without what gives them away."""

    entity_id: str
    name: str
    region: str
    standing: str
    cell: NotRequired[int | None]
    expected: NotRequired[int | None]
    ticket: NotRequired[str]
    reserve: bool
    inspectors: list[str]
    result: str
    mark: str
    """By which they fall: the ticket where it is public, else what the list is in order of."""


class ShownGroup(TypedDict):
    """Visits that fall together: of a cell where cells are public, else of a region."""

    cell: NotRequired[int]
    region: NotRequired[str]
    name: NotRequired[str]
    size: NotRequired[int]
    visits: list[int]
    """Indexes of the visits, in the order in which they fall."""


class CeremonyReport(TypedDict):
    """What the screens show in public while a round is held; nothing hidden is in it."""

    draw: str
    stage: str
    title: str
    authority: str
    window: list[str]
    tiers: str
    """``shown`` or ``hidden``."""
    announced: dict[str, str]
    """By round where its seed will come from."""
    asked: dict[str, str]
    """By round what of that is typed by hand."""
    abandoned: Abandonment | None
    round: str
    """The round whose commitment came last."""
    rounds: dict[str, ShownSelectRound | ShownCrewRound]
    visits: list[ShownVisit]
    groups: list[ShownGroup]
    names: dict[str, str]
    """Names of inspectors by id."""


class StaffedInspector(RosterRow):
    """An inspector as staffing sees them."""

    name: str
    days: int
    """Days of the window on which they can visit."""
    days_of: int | None
    """The length of the window, where those are few; else null."""
    certified: bool
    away: bool
    """Whether they are absent for the whole of the window."""
    recused_here: list[str]
    """Entities of the visits from which they are recused."""
    able: bool
    """Whether they can take a position in this draw; before it is drawn, wherever it may be."""
    may: int
    """Visits that they may take."""
    load: int | None
    """Visits assigned to them; null before."""


class StaffingConflict(TypedDict):
    """What was noted too late to count."""

    kind: str
    """``changed``, ``gone``, ``recused``, ``certificate`` or ``absent``."""
    inspector_id: str
    entity_id: str


class StaffingReport(TypedDict):
    """`yaohao staff --dry-run`: who may go where, and what falls short; nothing is committed."""

    draw: str
    stage: str
    window: list[str]
    visits: int
    seats: int
    inspectors: list[StaffedInspector]
    shortfalls: list[ProblemReport]
    """Of a draw whose staffing is open."""
    conflicts: list[StaffingConflict]
    """Of a draw whose staffing is closed."""
