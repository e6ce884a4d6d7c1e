"""Reports on who was drawn and who was not; internal."""

from __future__ import annotations

from typing import TypedDict

from yaohao.planner.schema.reports.draws import OutcomeReport


class ReviewGroup(TypedDict):
    """What became of how many entities of a frame."""

    standing: str
    """``drawn``, ``directed``, ``reserve``, ``not-drawn`` or ``out``."""
    reason: str
    """The rule that decided, or empty."""
    size: int


class ReviewReport(TypedDict):
    """`yaohao review`: the groups of a draw."""

    draw: str
    stage: str
    groups: list[ReviewGroup]
    outcome: OutcomeReport | None
    """Which allocation was drawn; null before the draw."""


class CodeTally(TypedDict):
    """What became of the entities that have a code: `yaohao review --by tier` and the like."""

    code: str
    frame: int
    """Entities in scope."""
    pool: int
    expected: int
    """In millionths of visits."""
    drawn: int
    directed: int
    out: int


class CellTally(TypedDict):
    """What became of a cell: `yaohao review --by cell`."""

    code: str
    """The codes of the cell, one a stratum."""
    number: int
    size: int
    expected: int
    """In millionths of visits."""
    chance: list[int]
    """A fraction in its lowest terms."""
    drawn: int | None
    """Null before the draw."""
    threshold: str | None


class CrewTally(TypedDict):
    """The visits of an inspector: `yaohao review --by crew`."""

    code: str
    name: str
    visits: int
