"""One entity's whole story in a draw: its standing, its chance, its ticket, what came of it."""

from __future__ import annotations

from typing import Any

from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.lottery import Lottery, LotteryCell, NumberedCell
from yaohao.planner.schema.plan_document import PlanDocument
from yaohao.planner.schema.reports.draws import ExplanationReport, ListEntry
from yaohao.planner.schema.visit import Visit
from yaohao.planner.vocabulary.digest import salt, ticket
from yaohao.planner.vocabulary.units import PPM


def story(
    stored: Draw,
    row: dict[str, Any],
    lottery: Lottery,
    visit: Visit | None,
    secret: str,
) -> ExplanationReport:
    """What `why` tells, from a draw of the store, a row of its frame, its lottery, its visit.

    The `secret` gives the ticket where tiers are hidden.
    """
    key, cells = stored.select["key"], stored.cells
    cell = _cell_of(lottery, row["cell"]) if row["standing"] == "pool" else None
    report: ExplanationReport = {
        "draw": stored.id,
        "stage": stored.stage.value,
        "entity": row,
        "standing": row["standing"],
        "reason": row["reason"],
        "entry": list_entry(stored.plan, row["reason"]),
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
        hidden = stored.plan["publication"]["tiers"] == "hidden"
        own = salt(secret, row["entity_id"]) if hidden else ""
        report["ticket"] = ticket(key, row["entity_id"], own)
        report["drawn"] = visit is not None and not visit["reserve"]
        if visit is not None:
            report["reserve"] = visit["reserve"]
            report["inspectors"] = visit["inspectors"]
            report["result"] = visit["result"]
        if cell and cells:
            judged_cell = cells[cell["number"] - 1]
            report["count"], report["threshold"] = judged_cell["count"], judged_cell["threshold"]
    return report


def _cell_of(lottery: Lottery, name: str) -> NumberedCell:
    for number, cell in enumerate(lottery["cells"], 1):
        if cell["cell"] == name:
            return {"number": number, **cell}
    raise AssertionError(f"no cell {name}")


def chance_of(cell: LotteryCell) -> list[int]:
    """The chance of everybody in a cell of the lottery, as a fraction in its lowest terms."""
    from math import gcd

    above, below = cell["expected"], PPM * cell["size"]
    common = gcd(above, below)
    return [above // common, below // common]


def list_entry(plan: PlanDocument, reason: str) -> ListEntry | None:
    """The entry of the four lists that a reason names; None where it names none."""
    head, _, named = reason.partition(":")
    if head not in ("trigger", "reminder", "trigger-based"):
        return None
    entries = plan["trigger_based"]["entries"]
    entry = next(one for one in entries if one["entry_id"] == named)
    return {
        "entry": named,
        "item_id": entry["item_id"],
        "content": entry["content"],
        "measure": entry["measure"],
        "trigger": entry["trigger"],
    }
