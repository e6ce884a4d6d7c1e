"""Which visit is entered next: the next one that has no result, and the first of the next crew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.terms import NOT_YET

Visit = Mapping[str, Any]


def next_visits(visits: Sequence[Visit], entity: str) -> tuple[str, str]:
    """After an entity's visit the next open one, and the first open one of the next crew.

    `visits` are those to be made, in their order, each with its `inspectors`; after the last one
    they begin again. Crews stand in the order of their first visits. Of an entity that is none of
    them, from the first on. "" where there is none; the visit itself is never told.
    """
    next_of = following(visits)
    if entity in next_of:
        return next_of[entity]
    first = next((one["entity_id"] for one in visits if one["result"] == NOT_YET), "")
    return first, first


def following(visits: Sequence[Visit]) -> dict[str, tuple[str, str]]:
    """For each visit, by its entity, what `next_visits` tells; in time linear in their number."""
    crews = list(dict.fromkeys(map(_crew, visits)))
    first: dict[tuple[str, ...], str] = {}
    for visit in visits:
        if visit["result"] == NOT_YET:
            first.setdefault(_crew(visit), visit["entity_id"])
    after = _after(crews, [crew if crew in first else None for crew in crews])
    next_crew = dict(zip(crews, after, strict=True))
    open_ids = [one["entity_id"] if one["result"] == NOT_YET else None for one in visits]
    ids = [one["entity_id"] for one in visits]
    next_of = {}
    for visit, one in zip(visits, _after(ids, open_ids), strict=True):
        crew = next_crew[_crew(visit)]
        next_of[visit["entity_id"]] = (one or "", first[crew] if crew else "")
    return next_of


def _after(keys: Sequence[Any], marked: Sequence[Any]) -> list[Any]:
    """For each key the next of those marked, round the end, None where there is no other."""
    later: list[Any] = [None] * len(keys)
    last = None
    for place in reversed(range(2 * len(keys))):
        at = place % len(keys)
        if place < len(keys):
            later[at] = last if last != keys[at] else None
        last = marked[at] if marked[at] is not None else last
    return later


def _crew(visit: Visit) -> tuple[str, ...]:
    return tuple(sorted(visit["inspectors"]))
