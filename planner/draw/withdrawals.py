"""Withdrawals: drawn entities that turn out to be gone, and the reserves used in their place.

A withdrawn entity keeps its row and closes with its result. Where the plan asks for reserves, the
cell's next one, in ascending order of ticket, is used in its place. Source: the draw protocol,
"Selection".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from yaohao.planner.vocabulary.clock import day_of

TAKEN_BACK = "0"
"""The result in the ledger's act that takes the last withdrawal of its entity back."""


def next_reserve(
    visits: Iterable[Mapping[str, Any]], withdrawals: Iterable[Mapping[str, Any]], entity_id: str
) -> str | None:
    """The reserve that takes the place of an entity, or None where its cell has none left.

    `visits` are those of the draw with `entity_id`, `cell`, `ticket` and `reserve`, `withdrawals`
    those before. A directed entity has no cell, and so no reserve.
    """
    rows = list(visits)
    cell = next(row["cell"] for row in rows if row["entity_id"] == entity_id)
    used = {one["reserve"] for one in withdrawals}
    spare = [
        (row["ticket"], row["entity_id"])
        for row in rows
        if cell is not None
        and row["cell"] == cell
        and row["reserve"]
        and row["entity_id"] not in used
    ]
    return min(spare)[1] if spare else None


def withdrawn_on(withdrawal: Mapping[str, Any], zone: tzinfo | None) -> str:
    """The ISO day on which an entity was found gone: the one entered, else that of the act."""
    return str(withdrawal.get("on") or day_of(withdrawal["at"], zone))


def made_visits(
    visits: Sequence[Mapping[str, Any]], withdrawals: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The visits that are to be made: the withdrawn left out, reserves only where they are used."""
    listed = list(withdrawals)
    gone = {one["entity_id"] for one in listed}
    used = {one["reserve"] for one in listed}
    return [
        {**visit, "reserve": False}
        for visit in visits
        if visit["entity_id"] not in gone and (not visit["reserve"] or visit["entity_id"] in used)
    ]


def crew_of(
    visits: Sequence[Mapping[str, Any]], withdrawals: Sequence[Mapping[str, Any]], entity_id: str
) -> list[str]:
    """The crew of an entity: its own, or that of the one whose place it took."""
    place_of = {one["reserve"]: one["entity_id"] for one in withdrawals if one["reserve"]}
    crews = {visit["entity_id"]: visit["inspectors"] for visit in visits}
    while not crews[entity_id] and entity_id in place_of:
        entity_id = place_of[entity_id]
    return list(crews[entity_id])
