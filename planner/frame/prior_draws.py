"""What earlier draws did: whom they drew, which a later plan's caps and batches count.

An earlier draw is told as ``{"draw", "plan", "visits"}``: its id, its plan document, and its visits
document (docs/bundle.md), which may be None where `counts_for` says that it does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.draw import EarlierDraw
from yaohao.planner.vocabulary.problems import refuse

Row = tuple[str, int, int, str, str]
"""A row in the order of `yaohao.planner.schema.frame.PRIOR`."""


def counts_for(plan: Plan, document: Mapping[str, Any]) -> bool:
    """Whether visits of a draw under an earlier plan document count for a plan.

    They do if its window closes in the calendar year of the plan's day, or so late that
    `days_between` may matter.
    """
    closes = date.fromisoformat(document["window"][1])
    recent = plan.window[0] - timedelta(days=plan.limits.days_between)
    return is_of_year(plan, document) or closes > recent


def is_of_year(plan: Plan, document: Mapping[str, Any]) -> bool:
    """Whether the window of an earlier plan document closes in the year of the plan's day."""
    return date.fromisoformat(document["window"][1]).year == plan.as_of.year


def is_batch_of(plan: Plan, document: Mapping[str, Any]) -> bool:
    """Whether an earlier plan document is of an earlier batch of the plan, in the same year."""
    return bool(plan.frequency > 1 and document["id"] == plan.id and is_of_year(plan, document))


def earlier_rows(plan: Plan, draws: Iterable[EarlierDraw]) -> list[Row]:
    """What earlier draws did, one row an entity that they visit, in ascending order of id.

    Visits for cause do not count against the cap; of several visits the last window is told.
    """
    rows: dict[str, Row] = {}
    for draw in draws:
        document, visits = draw["plan"], draw["visits"]
        if visits is None or not counts_for(plan, document):
            continue
        in_year, in_plan = is_of_year(plan, document), is_batch_of(plan, document)
        since, until = document["window"]
        for visit in visits:
            entity = visit["entity_id"]
            by_lot = int(visit["standing"] == "pool")
            _, year, batch, first, last = rows.get(entity, (entity, 0, 0, "", ""))
            window = (since, until) if until > last else (first, last)
            year, batch = year + (by_lot and in_year), batch + (by_lot and in_plan)
            rows[entity] = (entity, year, batch, *window)
    return [rows[entity] for entity in sorted(rows)]


def in_batch(plan: Plan, draws: Iterable[Mapping[str, Any]]) -> Plan:
    """The plan with the number of the batch that comes after those drawn.

    Raises PlannerError where all batches of the year have been drawn.
    """
    if plan.frequency == 1:
        return plan
    before = [draw["draw"] for draw in draws if is_batch_of(plan, draw["plan"])]
    if len(before) >= plan.frequency:
        params = {"frequency": plan.frequency, "draws": before, "year": plan.as_of.year}
        raise refuse("frame.batches-drawn", **params)
    return replace(plan, batch=len(before) + 1)
