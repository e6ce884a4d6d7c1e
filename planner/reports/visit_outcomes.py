"""The visits of a draw with what came of them: result so far, due day, withdrawal; read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.draw.withdrawals import crew_of
from yaohao.planner.follow_up.results import GROUPS, group_of
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.storage.due_results import due
from yaohao.planner.storage.folder import WorkspaceFolder

_PRESSING = ("overdue", "open", "no-day", "late", "published")
"""The states of `due`, that which asks for most first."""


def visited(workspace: WorkspaceFolder, draw: str, as_of: str = "") -> dict[str, Any]:
    """A draw's visits in its order, each with its results so far and when they must be public.

    Reserves stand among them only once they are used. `counts` has every visit in one of `GROUPS`,
    with `checked`, those that have a result, and `missed`, those that have none though the plan's
    window is over on the day `as_of` (ISO, else today). `due` are the counts of `due`; the `state`
    of a visit is that of its day that asks for most, or ``missed``. Raises PlannerError as `due`
    does.
    """
    stored = workspace.store.draw(draw)
    plan = stored.plan
    deadlines = due(workspace, draw, as_of)
    days: dict[str, list[Mapping[str, Any]]] = {}
    for row in deadlines["visits"]:
        days.setdefault(row["entity_id"], []).append(row)
    results: dict[str, list[Mapping[str, Any]]] = {}
    for one in workspace.store.results(draw):
        results.setdefault(one["entity_id"], []).append(one)
    asked = max(len(stored_plan(plan).all_items), 1)
    all_visits, withdrawals = workspace.store.visits(draw), stored.withdrawals
    gone = {one["entity_id"]: one for one in withdrawals}
    instead = {one["reserve"]: one["entity_id"] for one in withdrawals if one["reserve"]}
    spare = _spare(all_visits, instead)
    is_over = deadlines["as_of"] > plan["window"][1]
    visits = []
    for place, visit in enumerate(all_visits, 1):
        entity = visit["entity_id"]
        if visit["reserve"] and entity not in instead:
            continue
        group = group_of(visit["result"])
        is_open = group == "not-yet" and entity not in gone
        state = {"state": "missed" if is_open and is_over else None, "due_on": None,
                 "days_left": None, "sure": None, "published_on": None}  # fmt: skip
        if entity in days:
            state |= _most_pressing(days[entity], state["state"])
        visits.append(
            {
                "place": place,
                **{key: visit[key] for key in ("entity_id", "name", "region", "standing")},
                "inspectors": crew_of(all_visits, withdrawals, entity)
                if entity in instead
                else list(visit["inspectors"]),
                "group": group,
                "result": visit["result"],
                "results": results.get(entity, []),
                "items": asked,
                "visited_on": max(
                    (row["visited_on"] for row in results.get(entity, [])), default=""
                ),
                **state,
                "instead_of": instead.get(entity),
                "withdrawal": gone.get(entity),
                "next_reserve": spare.get(visit["cell"] or 0) if is_open else None,
            }
        )
    counts = Counter(visit["group"] for visit in visits)
    return {
        "draw": draw,
        "stage": stored.stage.value,
        "as_of": deadlines["as_of"],
        "window": plan["window"],
        "counts": {
            "visits": len(visits),
            "checked": len(visits) - counts["not-yet"],
            **{group: counts[group] for group in GROUPS},
            "missed": sum(visit["state"] == "missed" for visit in visits),
        },
        "due": deadlines["counts"],
        "reserves": sum(visit["reserve"] for visit in all_visits) - len(instead),
        "names": _names(workspace, all_visits),
        "visits": visits,
    }


def _most_pressing(rows: Sequence[Mapping[str, Any]], missed: str | None) -> dict[str, Any]:
    """What is due of the day that asks for most, earlier days before later ones."""
    row = min(rows, key=lambda one: (_PRESSING.index(one["state"]), one["due_on"] or "9999"))
    names = ("state", "due_on", "days_left", "sure", "published_on")
    pressing = {name: row[name] for name in names}
    if missed and pressing["state"] != "overdue":
        pressing["state"] = missed
    return pressing


def _spare(visits: Iterable[Mapping[str, Any]], used: Mapping[str, str]) -> dict[int, str]:
    """The reserve of each cell that would be used next, as `replacing.next_reserve` has it."""
    first: dict[int, tuple[str, str]] = {}
    for visit in visits:
        if visit["reserve"] and visit["cell"] is not None and visit["entity_id"] not in used:
            one = (visit["ticket"], visit["entity_id"])
            first[visit["cell"]] = min(one, first.get(visit["cell"], one))
    return {cell: entity for cell, (_, entity) in first.items()}


def _names(workspace: WorkspaceFolder, visits: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    crews = {one for visit in visits for one in visit["inspectors"]}
    return {
        row["inspector_id"]: row["name"]
        for row in workspace.store.roster("inspectors")
        if row["inspector_id"] in crews
    }
