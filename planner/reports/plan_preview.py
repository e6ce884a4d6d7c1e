"""Previewing: what a plan would do, before anything is frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.draw.crews.outlook import seat_warnings
from yaohao.planner.draw.plan_effect import previewed, told_of
from yaohao.planner.plan.fixes import can_mend
from yaohao.planner.plan.plan_file import plan_of
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.framed_plans import framed_plan
from yaohao.planner.vocabulary.problems import PlannerError, Problem

MILLION = 1_000_000


def check_plan(workspace: WorkspaceFolder | None, path: Path) -> dict[str, Any]:
    """Read a plan file and, in a workspace, hold it against items and roster.

    `warnings` tell of seats that too few inspectors can take, as ``{"code", "params"}``. Raises
    PlannerError with everything that is wrong.
    """
    plan = plan_of(path)
    warnings: list[Problem] = []
    if workspace is not None:
        from yaohao.planner.plan.seats import seats_for

        inspectors = workspace.store.roster("inspectors")
        departments = [row["department"] for row in inspectors]
        seats = seats_for(plan, workspace.store.roster("items"), departments)
        warnings = seat_warnings(plan, seats, inspectors)
    return {
        "plan": plan.id,
        "title": plan.title,
        "file": str(path),
        "strata": list(plan.strata),
        "warnings": told_of(warnings),
    }


def preview(workspace: WorkspaceFolder, path: Path, against: Path | None = None) -> dict[str, Any]:
    """Who would be in, out and directed under a plan, what is expected, and the crews' load.

    With `against`, also what changes from that other plan. Nothing is frozen. Expected numbers are
    in millionths. Raises PlannerError for a plan that cannot be carried out.
    """
    told = _preview(workspace, path)
    if against is not None:
        before = _preview(workspace, against)
        told["against"] = {"plan": before["plan"], "changes": compared(told, before)}
    return told


def _preview(workspace: WorkspaceFolder, path: Path) -> dict[str, Any]:
    return previewed(framed_plan(workspace, plan_of(path)), workspace.store.roster("inspectors"))


def mends(workspace: WorkspaceFolder, path: Path) -> list[Problem]:
    """The problems of a plan that one change of its text mends; none where it is sound.

    Raises PlannerError for a plan that has other problems alone.
    """
    plan_of(path)
    try:
        _preview(workspace, path)
    except PlannerError as error:
        found = [problem for problem in error.problems if can_mend(problem)]
        if not found:
            raise
        return found
    return []


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
