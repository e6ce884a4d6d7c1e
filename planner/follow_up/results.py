"""Results: what visits found, by entity and item, and what that makes of each visit.

A visit that nobody made reads as not yet inspected, never as passed. Source: the national
publicity record of inspections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.terms import GONE, NOT_YET

NO_PROBLEM = "1"
_BY_WEIGHT = ("8", "C", "A", "D", "B", "6", "E", "F", "7", "12", "11", "10", "9")
"""Results that say more than that no problem was found, the gravest first."""

GROUPS = ("passed", "problems", "not-found", "not-yet")
"""What a visit came to: nothing found against it; something found; nobody there; no result yet."""

_NOBODY = frozenset(("6", "F", *GONE))
"""Results of an entity that could not be reached, does not trade, or is gone."""

Result = Mapping[str, Any]


def group_of(result: str) -> str:
    """The group of `GROUPS` to which a visit's result belongs."""
    if result == NOT_YET:
        return "not-yet"
    if result == NO_PROBLEM:
        return "passed"
    return "not-found" if result in _NOBODY else "problems"


def merged_results(
    before: Iterable[Result],
    fresh: Iterable[Result],
    items: Sequence[str],
    order: Sequence[str],
) -> list[dict[str, Any]]:
    """All results of a draw: fresh ones take the place of those before, by entity and item.

    A fresh result without an item is one of each of `items`; of several fresh ones the latest day
    holds. They stand in the order of the visits
    (`order`, entity ids), then of the items.
    """
    places = {entity: place for place, entity in enumerate(order)}
    merged = {(row["entity_id"], row["item_id"]): dict(row) for row in before}
    # Of what one import holds the later day wins, and what names its item over what names none.
    for row in sorted(fresh, key=lambda row: (row.get("visited_on", ""), bool(row["item_id"]))):
        for item in [row["item_id"]] if row["item_id"] else items or [""]:
            merged[row["entity_id"], item] = {**row, "item_id": item}
    return [
        merged[key]
        for key in sorted(merged, key=lambda key: (places[key[0]], item_place(items, key[1])))
    ]


def item_place(items: Sequence[str], item: str) -> int:
    """Where an item stands among those of a plan."""
    return items.index(item) if item in items else len(items)


def visit_result(results: Iterable[Result], items: Sequence[str]) -> str:
    """The code of a visit from the results of its items.

    The gravest finding; no problem only where every item was inspected; else not yet inspected.
    """
    by_item = {row["item_id"]: row["result"] for row in results}
    for code in _BY_WEIGHT:
        if code in by_item.values():
            return code
    asked = set(items) if items else {""}
    return NO_PROBLEM if by_item and asked <= set(by_item) else NOT_YET
