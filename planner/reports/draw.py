"""Looking: a draw as it stands, and one entity's whole story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.draw.stages import NEXT, is_unwitnessed
from yaohao.planner.schema.draw import Draw
from yaohao.planner.storage.entity_lookup import in_frame
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import published_stages, unpublished_of, unpublished_rounds
from yaohao.planner.vocabulary.digest import ticket

MILLION = 1_000_000


def show(workspace: WorkspaceFolder, draw: str) -> dict[str, Any]:
    """A draw as it stands: stage, plan, rounds, counts, cells, visits, and what comes next.

    For the bureau's own eyes: it holds cells and chances also where tiers are hidden.
    """
    found = workspace.store.draw(draw)
    names = {row["inspector_id"]: row["name"] for row in workspace.store.roster("inspectors")}
    visits = workspace.store.visits(draw)
    loads: dict[str, int] = {}
    for visit in visits:
        for inspector in visit["inspectors"]:
            loads[inspector] = loads.get(inspector, 0) + 1
    return {
        "draw": draw,
        "stage": found.stage.value,
        "next": NEXT.get(found.stage),
        "title": found.plan["title"],
        "authority": found.plan["authority"],
        "as_of": found.plan["as_of"],
        "window": found.plan["window"],
        "select": found.select,
        "crew": found.crew,
        "abandoned": found.record["abandoned"],
        "unwitnessed": is_unwitnessed(found.rounds),
        "unpublished": unpublished_of(workspace, found),
        "cells": found.cells,
        "reminders": _reminders(workspace, found),
        "withdrawals": found.withdrawals,
        "results": workspace.store.document(draw, "results") or [],
        "visits": [
            {key: value for key, value in visit.items() if key not in ("draw", "place")}
            for visit in visits
        ],
        "loads": dict(sorted(loads.items())),
        "names": {inspector: names.get(inspector, "") for inspector in sorted(loads)},
    }


def _reminders(workspace: WorkspaceFolder, found: Draw) -> list[dict[str, Any]]:
    """Whom a draw leaves to be reminded first, with the entry of the four lists that says so."""
    if not found.plan["trigger_based"]["tiers"]:
        return []
    rows = workspace.frozen(found).frame.query(
        """SELECT entity_id, name, region, reason FROM frame
           WHERE starts_with(reason, 'reminder:') ORDER BY entity_id"""
    )
    return [
        {"entity_id": entity, "name": name, "region": region, **_entry(found.plan, reason)}
        for entity, name, region, reason in rows
    ]


def _entry(plan: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The entry of the four lists that a reason names; empty where it names none."""
    head, _, named = reason.partition(":")
    if head not in ("trigger", "reminder", "trigger-based"):
        return {}
    entries = plan["trigger_based"]["entries"]
    entry = next(one for one in entries if one["entry_id"] == named)
    parts = ("item_id", "content", "measure", "trigger")
    return {"entry": named, **{part: entry[part] for part in parts}}


def draws(workspace: WorkspaceFolder) -> list[dict[str, Any]]:
    """All draws of a workspace in the order in which they were frozen, and what comes next.

    `unpublished` are the rounds whose commitment was not published before their seed.
    """
    stages = published_stages(line.act for line in workspace.store.ledger())
    return [
        {
            "draw": draw.id,
            "plan_id": draw.plan_id,
            "stage": draw.stage.value,
            "next": NEXT.get(draw.stage),
            "unwitnessed": is_unwitnessed(draw.rounds),
            "unpublished": unpublished_rounds(draw, stages.get(draw.id, ())),
        }
        for draw in workspace.store.all_draws()
    ]


def why(workspace: WorkspaceFolder, draw: str, entity_id: str) -> dict[str, Any]:
    """All about one entity in a draw: standing and rule, cell, chance, ticket, drawn or not, crew.

    `chance` is a fraction ``[numerator, denominator]``. Raises PlannerError for an entity that is
    not in the frame.
    """
    found = workspace.store.draw(draw)
    frozen = workspace.frozen(found)
    entity_id = in_frame(workspace, draw, frozen.path, entity_id)
    row = frozen.row(entity_id)
    visit = next((v for v in workspace.store.visits(draw) if v["entity_id"] == entity_id), None)
    return story(found, row, frozen.lottery, visit)


def story(
    found: Draw,
    row: Mapping[str, Any],
    lottery: Mapping[str, Any],
    visit: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What `why` tells, from a draw of the store, a row of its frame, its lottery, its visit."""
    key, cells = found.select["key"], found.cells
    cell = _cell_of(lottery, row["cell"]) if row["standing"] == "pool" else None
    told: dict[str, Any] = {
        "draw": found.id,
        "stage": found.stage.value,
        "entity": row,
        "standing": row["standing"],
        "reason": row["reason"],
        "entry": _entry(found.plan, row["reason"]) or None,
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
        told["ticket"] = ticket(key, row["entity_id"])
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
