"""A draw (一次抽查): how far it is, its plan, its two rounds, and what was noted of it since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NotRequired, TypedDict

from yaohao.planner.schema.ledger_acts import CrewBearing, FrameCounts, SelectBearing
from yaohao.planner.schema.plan_document import PlanDocument
from yaohao.planner.schema.seed_part import AnnouncedPart, SeedPart

RoundName = Literal["select", "crew"]
ROUNDS: tuple[RoundName, ...] = ("select", "crew")
"""The rounds in their order."""


class Stage(StrEnum):
    """How far a draw is. The first four follow on each other; an abandoned one goes no further."""

    COMMITTED = "committed"
    DRAWN = "drawn"
    STAFFED = "staffed"
    DEALT = "dealt"
    ABANDONED = "abandoned"


COMMITTED_AT: Mapping[RoundName, Stage] = {"select": Stage.COMMITTED, "crew": Stage.STAFFED}
"""At which stage of a draw the commitment of each round is published; the round's seed ends it."""


class Round(TypedDict):
    """What both rounds have: a commitment, and after it a seed, whose sources are told."""

    commitment: str
    committed_at: str
    seed: str | None
    announced: list[AnnouncedPart]
    """The parts of the seed as the plan names them before there is one."""
    parts: list[SeedPart]
    """The parts of the seed; none until there is one."""
    source: str
    """Where the seed comes from, in words: as the plan announces it until there is a seed."""
    seeded_at: str | None
    witnesses: list[str]
    key: str | None


class SelectRound(Round):
    """The selection round: plan, frame, lottery and cells as they were committed, by digests."""

    plan: str
    frame: str
    lottery: str
    cells_root: str
    """The root over the cells, under their public names; draws under version 1 have none."""
    bearing: SelectBearing
    """What bears on who is drawn (docs/bundle.md)."""
    outcome: int | None
    """Which of the lottery's outcomes was taken, from 0."""
    counts: FrameCounts


class CrewRound(Round):
    """The assignment round; `visits` and `roster` are what was committed, by digests."""

    visits: str
    roster: str
    bearing: CrewBearing
    """What affects the choice of a team: recusals, absences, the least choice (docs/bundle.md)."""


class DrawnCell(TypedDict):
    """A cell after the selection; `cell` is its number, from 1, `blind` its public name."""

    cell: int
    blind: str
    name: str
    size: int
    expected: int
    """In millionths of visits."""
    count: int
    threshold: str | None
    """The highest ticket that was drawn; None where nobody was."""


class Withdrawal(TypedDict):
    """A drawn entity that turned out to be gone, and the reserve that took its place, if any."""

    entity_id: str
    result: str
    evidence: str
    at: str
    reserve: str | None
    on: NotRequired[str]
    """The ISO day on which it was found gone, where another than that of the act was entered."""


class Abandonment(TypedDict):
    """When and why a draw was given up."""

    at: str
    reason: str


class DrawRecord(TypedDict):
    """What a workspace keeps of a draw besides its plan."""

    select: SelectRound
    crew: CrewRound | None
    abandoned: Abandonment | None
    cells: list[DrawnCell] | None
    frame_file: str
    """SHA-256 of the Parquet file of the frozen frame."""
    withdrawals: list[Withdrawal]


@dataclass(frozen=True)
class Draw:
    """A draw as it was loaded. An act changes its record and hands that back to the storage."""

    id: str
    plan_id: str
    stage: Stage
    plan: PlanDocument
    """The plan's document, as it was frozen."""
    record: DrawRecord

    @property
    def is_older(self) -> bool:
        """Whether it was frozen under version 1 of the protocol, and so cannot go on here."""
        return "cells_root" not in self.record["select"]

    @property
    def select(self) -> SelectRound:
        """The selection round."""
        return self.record["select"]

    @property
    def crew(self) -> CrewRound | None:
        """The assignment round; None until staffing closes."""
        return self.record["crew"]

    def round(self, name: RoundName) -> SelectRound | CrewRound | None:
        """A round by its name; None where it has no commitment yet."""
        return self.crew if name == "crew" else self.select

    @property
    def rounds(self) -> list[Round]:
        """The rounds that have a seed, in their order."""
        return [one for one in (self.select, self.crew) if one is not None and one["seed"]]

    @property
    def cells(self) -> list[DrawnCell] | None:
        """The cells; None before the selection."""
        return self.record["cells"]

    @property
    def withdrawals(self) -> list[Withdrawal]:
        """The entities that turned out to be gone, in the order in which that was noted."""
        return self.record["withdrawals"]

    @property
    def window(self) -> tuple[str, str]:
        """The first and the last day of the visits, ISO dates."""
        first, last = self.plan["window"]
        return first, last
