"""Staffing looked at: who may go where, what falls short, what changed since it closed; read only.

`drawing.staff` closes it; here nothing is committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from yaohao.planner.draw.visits import roster_document
from yaohao.planner.plan.findings import days_there, is_hardly_there
from yaohao.planner.schema.draw import Stage
from yaohao.planner.schema.reports.ceremony import (
    StaffedInspector,
    StaffingConflict,
    StaffingReport,
)
from yaohao.planner.storage.folder import WorkspaceFolder

CHANGES = ("recused", "absent", "certificate_until", "regions", "qualifications", "capacity")
"""What of an inspector may change after staffing closed, without a part in that draw any more."""


def staffing(workspace: WorkspaceFolder, draw: str) -> StaffingReport:
    """The inspectors of a draw, who may take how many of its visits, and what stands against it.

    Each of `inspectors` has their row and `certified`, `away` (for the whole of the window),
    `days` (of the window on which they can visit; `days_of` is its length where they are few, else
    None), `recused_here` (entities of the visits), `able` (whether they can take a seat here; as
    long as there are no visits, of any that the plan asks for), `may` (visits that they may take)
    and `load` (visits dealt to them, None before). `shortfalls` are problems as JSON, of a draw
    whose staffing is open; `conflicts` are ``{"kind", "inspector_id", "entity_id"}`` of one whose
    staffing is closed: what was noted too late to count.
    """
    import numpy as np
    from yaohao.planner.draw.crews.eligibility import Roster, eligible_among
    from yaohao.planner.draw.crews.unfillable_seats import shortfalls_among

    stored = workspace.store.draw(draw)
    window = stored.window
    visits = workspace.store.document(draw, "visits") or []
    rows = workspace.store.roster("inspectors")
    current = roster_document(rows)
    staff = Roster(current, window)
    who = eligible_among(visits, staff)
    may = np.zeros(len(current), np.int64)
    for pool in who.pools:
        may[pool.inspectors] += len(pool.visits)
    able = may > 0 if visits else staff.able(stored.plan["crew"]["seats"])
    loads = _loads(workspace.store.visits(draw)) if stored.stage is Stage.DEALT else None
    here = {visit["entity_id"] for visit in visits}
    name_of = {row["inspector_id"]: row["name"] for row in rows}
    first, last = (date.fromisoformat(day) for day in window)
    total = (last - first).days + 1
    inspectors: list[StaffedInspector] = [
        {
            **row,
            "days": (there := days_there(row, (first, last))),
            "days_of": total if is_hardly_there(there, total) else None,
            "name": name_of[row["inspector_id"]],
            "certified": bool(certified),
            "away": bool(away),
            "recused_here": [entity for entity in row["recused"] if entity in here],
            "able": bool(is_able),
            "may": int(number),
            "load": None if loads is None else loads.get(row["inspector_id"], 0),
        }
        for row, certified, away, is_able, number in zip(
            current, staff.certified, staff.away, able, may, strict=True
        )
    ]
    is_open = stored.stage is Stage.DRAWN
    return {
        "draw": draw,
        "stage": stored.stage.value,
        "window": list(window),
        "visits": len(visits),
        "seats": sum(len(visit["seats"]) for visit in visits),
        "inspectors": inspectors,
        "shortfalls": [one.as_json() for one in shortfalls_among(visits, staff, who)]
        if is_open
        else [],
        "conflicts": _conflicts(workspace, draw, inspectors),
    }


def _loads(visits: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    loads: dict[str, int] = {}
    for visit in visits:
        for inspector in visit["inspectors"]:
            loads[inspector] = loads.get(inspector, 0) + 1
    return loads


def _conflicts(
    workspace: WorkspaceFolder, draw: str, inspectors: Sequence[Mapping[str, Any]]
) -> list[StaffingConflict]:
    """What was noted after staffing closed; of a dealt draw only what stands against its crews."""
    closed = workspace.store.document(draw, "roster")
    if closed is None:
        return []
    now = {row["inspector_id"]: row for row in inspectors}
    before: dict[str, Mapping[str, Any]] = {row["inspector_id"]: row for row in closed}
    crews = workspace.store.document(draw, "crews")
    if crews is None:
        return [
            {"kind": "changed", "inspector_id": one, "entity_id": ""}
            for one, row in before.items()
            if one not in now or any(row[name] != now[one][name] for name in CHANGES)
        ]
    conflicts: list[StaffingConflict] = []
    for entity, crew in cast("list[tuple[str, list[str]]]", crews["crews"]):
        for one in crew:
            kind = _against(now.get(one), before[one], entity)
            if kind:
                conflicts.append({"kind": kind, "inspector_id": one, "entity_id": entity})
    return conflicts


def _against(now: Mapping[str, Any] | None, before: Mapping[str, Any], entity: str) -> str:
    """What now stands against an inspector's visit to an entity; "" where nothing does."""
    if now is None:
        return "gone"
    if entity in now["recused"] and entity not in before["recused"]:
        return "recused"
    if not now["certified"]:
        return "certificate"
    return "absent" if now["away"] else ""
