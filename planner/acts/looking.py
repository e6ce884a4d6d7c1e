"""Looking: a plan before it is frozen, a draw as it stands, one entity's whole story."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.acts.desk import Desk
from planner.acts.drawing import NEXT, check_frame_file, is_witnessed
from planner.acts.freezing import judged, plan_of
from planner.acts.publishing import frame_row
from planner.frame.cells import Cell, bounds_of, own_counts
from planner.frame.frame import open_frame
from planner.plan.document import plan_from_document
from planner.plan.model import Plan
from planner.vocabulary.digest import ticket

MILLION = 1_000_000


def check_plan(desk: Desk | None, path: Path) -> dict[str, Any]:
    """Read a plan file and, in a workspace, hold it against items and roster.

    Raises PlannerError with everything that is wrong.
    """
    plan = plan_of(path)
    if desk is not None:
        from planner.plan.seats import seats_for

        departments = [row["department"] for row in desk.store.roster("inspectors")]
        seats_for(plan, desk.store.roster("items"), departments)
    return {"plan": plan.id, "title": plan.title, "file": str(path), "strata": list(plan.strata)}


def preview(desk: Desk, path: Path, against: Path | None = None) -> dict[str, Any]:
    """Who would be in, out and directed under a plan, what is expected, and the crews' load.

    With `against`, also what changes from that other plan. Nothing is frozen. Expected numbers are
    in millionths. Raises PlannerError for a plan that cannot be carried out.
    """
    told = _preview(desk, path)
    if against is not None:
        before = _preview(desk, against)
        told["against"] = {"plan": before["plan"], "changes": compared(told, before)}
    return told


def _preview(desk: Desk, path: Path) -> dict[str, Any]:
    plan = plan_of(path)
    frame, _, seats = judged(desk, plan)
    counts = frame.counts()
    pool = frame.pool_cells()
    cells = frame.cells(pool) if counts.pool else []
    directed = frame.query(
        "SELECT reason, count(*) FROM frame WHERE standing = 'directed' GROUP BY 1 ORDER BY 1"
    )
    by = {stratum: _by_code(plan, cells, place) for place, stratum in enumerate(plan.strata)}
    expected = sum(cell.expected for cell in cells)
    outside = _leads_outside(desk, plan, frame)
    inspectors = desk.store.roster("inspectors")
    last = plan.window[1].isoformat()
    able = [row for row in inspectors if row["certificate_until"] >= last]
    visits = expected + counts.directed * MILLION
    return {
        "plan": plan.id,
        "title": plan.title,
        **counts.as_json(),
        "directed_by": dict(directed),
        "leads_outside": outside,
        "cells": len(cells),
        "expected": expected,
        "expected_own": sum(cell.expected for cell in own_counts(plan, pool)),
        "expected_by": by,
        "rules": _rules(plan, cells),
        "crews": {
            "seats_per_visit": len(seats),
            "expected_seats": visits * len(seats),
            "inspectors": len(inspectors),
            "certified": len(able),
            "expires_in_window": sum(
                1
                for row in inspectors
                if plan.window[0].isoformat() <= row["certificate_until"] < last
            ),
            "load": visits * len(seats) // len(able) if able else None,
        },
    }


def _by_code(plan: Plan, cells: Sequence[Cell], place: int) -> dict[str, dict[str, int]]:
    """By code of a stratum: pool, expected inspections, least and most possible, and chances.

    Possible numbers are the expectation rounded down and up, as every outcome of the lottery keeps
    to unless a margin has to be widened; chances are in millionths, rounded down and up.
    """
    members: dict[str, list[Cell]] = {}
    for cell in cells:
        members.setdefault(cell.codes[place], []).append(cell)
    return {code: _group(group) for code, group in sorted(members.items())}


def _group(cells: Sequence[Cell]) -> dict[str, int]:
    expected = sum(cell.expected for cell in cells)
    return {
        "size": sum(cell.size for cell in cells),
        "expected": expected,
        "least": expected // MILLION,
        "most": -(-expected // MILLION),
        "chance_least": min((cell.expected // cell.size for cell in cells), default=0),
        "chance_most": max((-(-cell.expected // cell.size) for cell in cells), default=0),
    }


def _rules(plan: Plan, cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """The plan's bounds: what each asks for in millionths, and what its group gets."""
    return [
        {
            "rule": bound.place,
            "kind": bound.kind,
            "asked_least": bound.least,
            "asked_most": bound.most,
            **_group([cells[member] for member in bound.members]),
        }
        for bound in bounds_of(plan, cells)
    ]


def compared(told: Mapping[str, Any], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What changes between two previews: `what`, `before`, `after`; expected in millionths."""
    rows = []
    flat = [dict(_figures(side)) for side in (before, told)]
    for what in sorted(flat[0].keys() | flat[1].keys()):
        one, other = flat[0].get(what, 0), flat[1].get(what, 0)
        if one != other:
            rows.append({"what": what, "before": one, "after": other})
    return rows


def _figures(told: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for name in ("scope", "pool", "directed", "expected"):
        yield name, told[name]
    for reason, count in told["out"].items():
        yield f"out.{reason}", count
    for stratum, by in told["expected_by"].items():
        for code, row in by.items():
            yield f"expected.{stratum}.{code}", row["expected"]
    yield "crews.expected_seats", told["crews"]["expected_seats"]


def _leads_outside(desk: Desk, plan: Plan, frame: Any) -> int:
    """Entities with a lead in force that are not in the plan's scope: somebody else must go."""
    from planner.frame.standings import leads_in_force

    found = leads_in_force(desk.store.roster("leads"), plan)
    within = frame.query("SELECT count(*) FROM frame WHERE reason LIKE 'lead:%'")[0][0]
    return len(found) - int(within)


def show(desk: Desk, draw: str) -> dict[str, Any]:
    """A draw as it stands: stage, plan, rounds, counts, cells, visits, and what comes next.

    For the bureau's own eyes: it holds cells and chances also where tiers are hidden.
    """
    found = desk.store.draw(draw)
    record = found["record"]
    names = {row["inspector_id"]: row["name"] for row in desk.store.roster("inspectors")}
    visits = desk.store.visits(draw)
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
        "cells": record["cells"],
        "visits": [
            {key: value for key, value in visit.items() if key not in ("draw", "place")}
            for visit in visits
        ],
        "loads": dict(sorted(loads.items())),
        "names": {inspector: names.get(inspector, "") for inspector in sorted(loads)},
    }


def draws(desk: Desk) -> list[dict[str, Any]]:
    """All draws of a workspace in the order in which they were frozen, and what comes next."""
    rows = desk.store.rows("SELECT draw, plan_id, stage, record FROM draws ORDER BY place")
    return [
        {
            **{key: row[key] for key in ("draw", "plan_id", "stage")},
            "next": NEXT.get(row["stage"]),
            "unwitnessed": _unwitnessed(json.loads(row["record"])),
        }
        for row in rows
    ]


def _unwitnessed(record: Mapping[str, Any]) -> bool:
    """Whether a seed of a draw has neither source nor witness."""
    rounds = [round_ for round_ in (record["select"], record["crew"]) if round_ and round_["seed"]]
    return any(not is_witnessed(round_) for round_ in rounds)


def why(desk: Desk, draw: str, entity_id: str) -> dict[str, Any]:
    """All about one entity in a draw: standing and rule, cell, chance, ticket, drawn or not, crew.

    `chance` is a fraction ``[numerator, denominator]``. Raises PlannerError for an entity that is
    not in the frame.
    """
    from planner.acts.drawing import lottery_document

    found = desk.store.draw(draw)
    record, select = found["record"], found["record"]["select"]
    path = desk.frame_folder(select["frame"]) / "frame.parquet"
    check_frame_file(path, record["frame_file"], draw)
    row = frame_row(open_frame(plan_from_document(found["plan"]), path), draw, entity_id)
    lottery = lottery_document(desk, draw, select)
    cell = _cell_of(lottery, row["cell"]) if row["standing"] == "pool" else None
    told: dict[str, Any] = {
        "draw": draw,
        "stage": found["stage"],
        "entity": row,
        "standing": row["standing"],
        "reason": row["reason"],
        "cell": cell,
        "chance": _chance(cell) if cell else [int(row["standing"] == "directed"), 1],
        "ticket": None,
        "count": None,
        "threshold": None,
        "drawn": None,
        "reserve": None,
        "inspectors": [],
        "result": None,
    }
    if select["key"]:
        visit = next((v for v in desk.store.visits(draw) if v["entity_id"] == entity_id), None)
        told["ticket"] = ticket(select["key"], entity_id)
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


def _chance(cell: Mapping[str, Any]) -> list[int]:
    from math import gcd

    above, below = cell["expected"], MILLION * cell["size"]
    common = gcd(above, below)
    return [above // common, below // common]
