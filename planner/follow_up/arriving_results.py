"""Rows of results that arrive: which of them hold, beside each other and beside those there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Result = Mapping[str, Any]


class Arriving(NamedTuple):
    """The rows that hold, one an item; and how many of those that came do not."""

    rows: list[dict[str, Any]]
    repeated: int
    """Rows of which the files have one of a later day, about the same entity and item."""
    older: int
    """Rows of which an earlier import has one of a later day."""


def arriving(
    before: Iterable[Result],
    fresh: Sequence[Result],
    silent: Sequence[frozenset[str]],
    items: Sequence[str],
    *,
    correct: bool,
) -> Arriving:
    """Which rows hold: of an entity and item the later day, unless they are to `correct`.

    A row without an item is one of each of `items`. Where the day is that of the result which is
    there, what a row says nothing of (`silent`, for each row its fields) stays as it is.
    """
    known = {(row["entity_id"], row["item_id"]): row for row in before}
    latest: dict[tuple[str, str], str] = {}
    for row in fresh:
        key = (row["entity_id"], row["item_id"])
        latest[key] = max(latest.get(key, ""), row["visited_on"])
    rows, repeated, older = [], 0, 0
    for row, unsaid in zip(fresh, silent, strict=True):
        if row["visited_on"] < latest[row["entity_id"], row["item_id"]]:
            repeated += 1
            continue
        is_older = False
        for item in [row["item_id"]] if row["item_id"] else items or [""]:
            was = known.get((row["entity_id"], item))
            if was and not correct and "" < row["visited_on"] < was["visited_on"]:
                is_older = True
                continue
            now = {**row, "item_id": item}
            if was and row["visited_on"] in ("", was["visited_on"]):
                now |= {name: was[name] for name in unsaid if name in now and name != "item_id"}
            # A row that names its item goes before one of the same day that names none.
            rows.append(now | {"named": bool(row["item_id"])})
        older += is_older
    rows.sort(key=lambda row: (row["visited_on"], row.pop("named")))
    return Arriving(rows, repeated, older)
