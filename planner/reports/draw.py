"""Looking: a draw as it stands, and one entity's whole story."""

from __future__ import annotations

from yaohao.planner.draw.stages import is_unwitnessed, next_step
from yaohao.planner.draw.story import list_entry, story
from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.reports.draws import DrawLine, DrawReport, ExplanationReport, Reminder
from yaohao.planner.schema.visit import Visit, VisitRow
from yaohao.planner.storage.entity_lookup import in_frame
from yaohao.planner.storage.evidence import standing_of
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.frozen import FrozenDraw
from yaohao.planner.storage.publications import shown_draws, unpublished_rounds


def show(workspace: WorkspaceFolder, draw: str) -> DrawReport:
    """A draw as it stands: stage, plan, rounds, counts, cells, visits, and what comes next.

    For the bureau's own eyes: it holds cells and chances also where tiers are hidden.
    """
    stored = workspace.store.draw(draw)
    names = {row["inspector_id"]: row["name"] for row in workspace.store.roster("inspectors")}
    visits = workspace.store.visits(draw)
    acts = [line.act for line in workspace.store.ledger()]
    shown = shown_draws(acts)[draw]
    loads: dict[str, int] = {}
    for visit in visits:
        for inspector in visit["inspectors"]:
            loads[inspector] = loads.get(inspector, 0) + 1
    return {
        "draw": draw,
        "stage": stored.stage.value,
        "next": next_step(stored, shown.stages, is_out=shown.is_out(stored.stage)),
        "title": stored.plan["title"],
        "authority": stored.plan["authority"],
        "as_of": stored.plan["as_of"],
        "window": stored.plan["window"],
        "select": stored.select,
        "crew": stored.crew,
        "abandoned": stored.record["abandoned"],
        "unwitnessed": is_unwitnessed(stored.rounds),
        "unpublished": unpublished_rounds(stored, shown.stages),
        "levels": standing_of(workspace.store, stored, acts),
        "cells": stored.cells,
        "reminders": _reminders(workspace, stored),
        "withdrawals": stored.withdrawals,
        "results": workspace.store.results(draw),
        "visits": [_bare(visit) for visit in visits],
        "loads": dict(sorted(loads.items())),
        "names": {inspector: names.get(inspector, "") for inspector in sorted(loads)},
    }


def _bare(visit: VisitRow) -> Visit:
    """A visit without what the database has it by."""
    return {
        "entity_id": visit["entity_id"],
        "name": visit["name"],
        "region": visit["region"],
        "standing": visit["standing"],
        "cell": visit["cell"],
        "expected": visit["expected"],
        "ticket": visit["ticket"],
        "reserve": visit["reserve"],
        "inspectors": visit["inspectors"],
        "result": visit["result"],
    }


def _reminders(workspace: WorkspaceFolder, stored: Draw) -> list[Reminder]:
    """Whom a draw leaves to be reminded first, with the entry of the four lists that says so."""
    if not stored.plan["trigger_based"]["tiers"]:
        return []
    # A frame of version 1 of the protocol can be read, though nothing be made from it.
    rows = FrozenDraw(stored, workspace.kept.frame(stored), workspace.kept).frame.reminders()
    return [
        {"entity_id": entity, "name": name, "region": region, **entry}
        for entity, name, region, reason in rows
        if (entry := list_entry(stored.plan, reason)) is not None
    ]


def draws(workspace: WorkspaceFolder) -> list[DrawLine]:
    """All draws of a workspace in the order in which they were frozen, and what comes next.

    `unpublished` are the rounds whose commitment was not published before their seed, `levels` what
    stands behind each round that has one.
    """
    acts = [line.act for line in workspace.store.ledger()]
    shown = shown_draws(acts)
    published = [act for act in acts if act.get("act") == "publication"]
    return [
        {
            "draw": draw.id,
            "plan_id": draw.plan_id,
            "stage": draw.stage.value,
            "next": next_step(
                draw, shown[draw.id].stages, is_out=shown[draw.id].is_out(draw.stage)
            ),
            "unwitnessed": is_unwitnessed(draw.rounds),
            "unpublished": unpublished_rounds(draw, shown[draw.id].stages),
            "levels": standing_of(workspace.store, draw, published),
        }
        for draw in workspace.store.all_draws()
    ]


def why(workspace: WorkspaceFolder, draw: str, entity_id: str) -> ExplanationReport:
    """All about one entity in a draw: standing and rule, cell, chance, ticket, drawn or not, crew.

    `chance` is a fraction ``[numerator, denominator]``. Raises PlannerError for an entity that is
    not in the frame.
    """
    stored = workspace.store.draw(draw)
    frozen = workspace.frozen(stored)
    entity_id = in_frame(workspace, draw, frozen.path, entity_id)
    row = frozen.row(entity_id)
    visit = next((v for v in workspace.store.visits(draw) if v["entity_id"] == entity_id), None)
    return story(stored, row, frozen.lottery, visit, frozen.secret)
