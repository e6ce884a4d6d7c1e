"""One entity's whole story in a draw: its standing, its chance, its ticket, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.schema.draw import Draw
from yaohao.planner.vocabulary.digest import salt, ticket

MILLION = 1_000_000


def story(
    found: Draw,
    row: Mapping[str, Any],
    lottery: Mapping[str, Any],
    visit: Mapping[str, Any] | None,
    secret: str,
) -> dict[str, Any]:
    """What `why` tells, from a draw of the store, a row of its frame, its lottery, its visit.

    The `secret` gives the ticket where tiers are hidden.
    """
    key, cells = found.select["key"], found.cells
    cell = _cell_of(lottery, row["cell"]) if row["standing"] == "pool" else None
    told: dict[str, Any] = {
        "draw": found.id,
        "stage": found.stage.value,
        "entity": row,
        "standing": row["standing"],
        "reason": row["reason"],
        "entry": list_entry(found.plan, row["reason"]) or None,
        "cell": cell,
        "chance": chance_of(cell) if cell else [int(row["standing"] == "directed"), 1],
        "ticket": None,
        "count": None,
        "threshold": None,
        "drawn": None,
        "reserve": None,
        "inspectors": [],
        "result": None,
    }
    if key:
        hidden = found.plan["publication"]["tiers"] == "hidden"
        own = salt(secret, row["entity_id"]) if hidden else ""
        told["ticket"] = ticket(key, row["entity_id"], own)
        told["drawn"] = visit is not None and not visit["reserve"]
        if visit is not None:
            told |= {part: visit[part] for part in ("reserve", "inspectors", "result")}
        if cell and cells:
            judged_cell = cells[cell["number"] - 1]
            told |= {"count": judged_cell["count"], "threshold": judged_cell["threshold"]}
    return told


def _cell_of(lottery: Mapping[str, Any], name: str) -> dict[str, Any]:
    for number, cell in enumerate(lottery["cells"], 1):
        if cell["cell"] == name:
            return {"number": number, **cell}
    raise AssertionError(f"no cell {name}")


def chance_of(cell: Mapping[str, Any]) -> list[int]:
    """The chance of everybody in a cell of the lottery, as a fraction in its lowest terms."""
    from math import gcd

    above, below = cell["expected"], MILLION * cell["size"]
    common = gcd(above, below)
    return [above // common, below // common]


def list_entry(plan: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The entry of the four lists that a reason names; empty where it names none."""
    head, _, named = reason.partition(":")
    if head not in ("trigger", "reminder", "trigger-based"):
        return {}
    entries = plan["trigger_based"]["entries"]
    entry = next(one for one in entries if one["entry_id"] == named)
    parts = ("item_id", "content", "measure", "trigger")
    return {"entry": named, **{part: entry[part] for part in parts}}
