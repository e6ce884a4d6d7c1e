"""A row of the history of visits (检查记录), as files have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypedDict


class InspectionRow(TypedDict):
    """What a visit of an entity, or of one item of it, came to; only ever added."""

    entity_id: str
    visited_on: str
    """An ISO date."""
    inspectors: list[str]
    """As the file names them, sorted."""
    item: str
    """The id of an item of the register, else the text of the file; "" for the visit as a whole."""
    result: str
    """A code of results, or "" where none is known."""
    findings: int | None
    """How many faults were found, where the file counts them."""


class VisitIndicators(NamedTuple):
    """What the further columns of a file said of an entity at a visit, by name, as texts."""

    entity_id: str
    visited_on: str
    item: str
    values: Mapping[str, str]
