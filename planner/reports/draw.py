"""Looking: a draw as it stands, and one entity's whole story."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from yaohao.planner.frame.frame import open_frame
from yaohao.planner.operations.publish import frame_row
from yaohao.planner.operations.rounds import NEXT, check_frame_file, is_witnessed
from yaohao.planner.plan.document import plan_from_document
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
    record = found["record"]
    names = {row["inspector_id"]: row["name"] for row in workspace.store.roster("inspectors")}
    visits = workspace.store.visits(draw)
    loads: dict[str, int] = {}
    for visit in visits:
        for inspector in visit["inspectors"]:
            loads[inspector] = loads.get(inspector, 0) + 1
    return {
        "draw": draw,
        "stage": found["stage"],
        "next": NEXT.get(found["stage"]),
        "title": found["plan"]["title"],
        "authority": found["plan"]["authority"],
        "as_of": found["plan"]["as_of"],
        "window": found["plan"]["window"],
        "select": record["select"],
        "crew": record["crew"],
        "abandoned": record["abandoned"],
        "unwitnessed": _unwitnessed(record),
        "unpublished": unpublished_of(workspace, draw, record),
        "cells": record["cells"],
        "reminders": _reminders(workspace, found),
        "withdrawals": record["withdrawals"],
        "results": workspace.store.document(draw, "results") or [],
        "visits": [
            {key: value for key, value in visit.items() if key not in ("draw", "place")}
            for visit in visits
        ],
        "loads": dict(sorted(loads.items())),
        "names": {inspector: names.get(inspector, "") for inspector in sorted(loads)},
    }


def _reminders(workspace: WorkspaceFolder, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Whom a draw leaves to be reminded first, with the entry of the four lists that says so."""
    if not found["plan"]["trigger_based"]["tiers"]:
        return []
    path = workspace.frame_folder(found["record"]["select"]["frame"]) / "frame.parquet"
    check_frame_file(path, found["record"]["frame_file"], found["draw"])
    frame = open_frame(plan_from_document(found["plan"]), path)
    rows = frame.query(
        """SELECT entity_id, name, region, reason FROM frame
           WHERE starts_with(reason, 'reminder:') ORDER BY entity_id"""
    )
    return [
        {"entity_id": entity, "name": name, "region": region, **_entry(found["plan"], reason)}
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
    rows = workspace.store.all_draws()
    return [
        {
            **{key: row[key] for key in ("draw", "plan_id", "stage")},
            "next": NEXT.get(row["stage"]),
            "unwitnessed": _unwitnessed(record := json.loads(row["record"])),
            "unpublished": unpublished_rounds(record, stages.get(row["draw"], ())),
        }
        for row in rows
    ]


def _unwitnessed(record: Mapping[str, Any]) -> bool:
    """Whether a seed of a draw has neither source nor witness."""
    rounds = [round_ for round_ in (record["select"], record["crew"]) if round_ and round_["seed"]]
    return any(not is_witnessed(round_) for round_ in rounds)


def why(workspace: WorkspaceFolder, draw: str, entity_id: str) -> dict[str, Any]:
    """All about one entity in a draw: standing and rule, cell, chance, ticket, drawn or not, crew.

    `chance` is a fraction ``[numerator, denominator]``. Raises PlannerError for an entity that is
    not in the frame.
    """
    from yaohao.planner.operations.rounds import lottery_document

    found = workspace.store.draw(draw)
    record, select = found["record"], found["record"]["select"]
    path = workspace.frame_folder(select["frame"]) / "frame.parquet"
    check_frame_file(path, record["frame_file"], draw)
    entity_id = in_frame(workspace, draw, path, entity_id)
    row = frame_row(open_frame(plan_from_document(found["plan"]), path), draw, entity_id)
    lottery = lottery_document(workspace, draw, select)
    visit = next((v for v in workspace.store.visits(draw) if v["entity_id"] == entity_id), None)
    return story(found, row, lottery, visit)


def story(
    found: Mapping[str, Any],
    row: Mapping[str, Any],
    lottery: Mapping[str, Any],
    visit: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What `why` tells, from a draw of the store, a row of its frame, its lottery, its visit."""
    record, select = found["record"], found["record"]["select"]
    cell = _cell_of(lottery, row["cell"]) if row["standing"] == "pool" else None
    told: dict[str, Any] = {
        "draw": found["draw"],
        "stage": found["stage"],
        "entity": row,
        "standing": row["standing"],
        "reason": row["reason"],
        "entry": _entry(found["plan"], row["reason"]) or None,
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
    if select["key"]:
        told["ticket"] = ticket(select["key"], row["entity_id"])
        told["drawn"] = visit is not None and not visit["reserve"]
        if visit is not None:
            told |= {key: visit[key] for key in ("reserve", "inspectors", "result")}
        if cell:
            judged_cell = record["cells"][cell["number"] - 1]
            told |= {key: judged_cell[key] for key in ("count", "threshold")}
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
