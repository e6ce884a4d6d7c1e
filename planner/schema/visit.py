"""A visit of a draw (检查任务): in the database, and as the assignment round commits to it."""

from __future__ import annotations

from typing import TypedDict


class Visit(TypedDict):
    """An entity that a draw took, or that stands by as a reserve, with what came of it."""

    entity_id: str
    name: str
    region: str
    standing: str
    """``pool`` for who was drawn, ``directed`` for who is visited without a draw."""
    cell: int | None
    """The number of its cell, from 1; null for a directed entity."""
    expected: int | None
    """What its cell expects, in millionths of visits."""
    ticket: str
    reserve: bool
    inspectors: list[str]
    """Ids; none before inspectors are assigned."""
    result: str
    """A code of results; ``0`` is none yet."""


class VisitRow(Visit):
    """A visit as the database has it, with its draw."""

    draw: str
    place: int
    """Its place in the draw's list, from 1."""


class Seat(TypedDict):
    """What one inspector of a team must be: of a department, with a qualification ("" for any)."""

    department: str
    qualification: str


class CrewVisit(TypedDict):
    """A visit that is to be made, as the assignment round commits to it."""

    entity_id: str
    standing: str
    region: str
    seats: list[Seat]


class RosterRow(TypedDict):
    """An inspector, as the assignment round commits to the roster; the name is not."""

    inspector_id: str
    department: str
    regions: list[str]
    """Prefixes of the regions where the inspector works; ``[""]`` is anywhere."""
    qualifications: list[str]
    certificate_until: str
    """ISO date; empty for an auxiliary without certificate."""
    capacity: int | None
    """The most visits in one draw; None for no bound."""
    absent: list[list[str]]
    """First and last day of absences, ISO dates."""
    recused: list[str]
    """Ids of entities that the inspector does not visit."""


class CrewsDocument(TypedDict):
    """What the assignment round gave, with the duals that prove it the one optimum."""

    crews: list[list[str | list[str]]]
    """Pairs of an entity and the ids of its inspectors, in the order of the visits."""
    potentials: dict[str, list[int]]
    """By inspector the prices of a visit and of its cost."""
    squares: int
    cost: str
