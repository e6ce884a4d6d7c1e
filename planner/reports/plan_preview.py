"""Previewing: what a plan would do, before anything is frozen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from yaohao.planner.draw.crews.outlook import seat_warnings
from yaohao.planner.draw.plan_effect import previewed, told_of
from yaohao.planner.engine.alike import twins
from yaohao.planner.plan.findings import outside, placed, with_causes
from yaohao.planner.plan.fixes import can_mend
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import Draft, draft_plan
from yaohao.planner.plan.plan_file import plan_of
from yaohao.planner.plan.seats import seats_for
from yaohao.planner.schema.reports.plans import (
    ComparedPlans,
    ComparedPreview,
    PlanChange,
    PlanCheckReport,
    PlanEffect,
    PreviewReport,
)
from yaohao.planner.storage.case_effects import effects_now
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.framed_plans import framed_plan
from yaohao.planner.storage.plan_files import (
    code_reader,
    draft_in,
    plan_in,
    shown_file,
    warnings_of,
)
from yaohao.planner.vocabulary.problems import PlannerError, Problem, raise_all

_NOT_YET = ("frame.batch-pending", "frame.batches-drawn")
"""What keeps a sound plan from being frozen just now."""


def check_plan(
    workspace: WorkspaceFolder | None, path: Path, today: str | None = None
) -> PlanCheckReport:
    """Read a plan file and, in a workspace, hold it against the registers.

    `warnings` tell what it may get wrong on the day `today` (ISO; the present day), as
    ``{"code", "params"}``. Raises PlannerError with everything that is wrong: what stands in the
    file, what the registers lack, and rules that cannot all hold.
    """
    if workspace is None:
        plan = plan_of(path)
        return _checked(plan, path, [])
    draft = draft_in(workspace, path)
    warnings = warnings_of(workspace, draft, path, today)
    problems, staff = _against_registers(workspace, draft, str(path))
    if problems:
        raise PlannerError(*with_causes(problems, warnings))
    assert draft.plan is not None
    warnings += [*staff, *_twins(workspace, draft.plan)]
    return _checked(draft.plan, path, warnings)


def _checked(plan: Plan, path: Path, warnings: Sequence[Problem]) -> PlanCheckReport:
    return {
        "plan": plan.id,
        "title": plan.title,
        "file": str(path),
        "strata": list(plan.strata),
        "warnings": told_of(warnings),
    }


def text_problems(workspace: WorkspaceFolder, text: str, path: Path) -> list[Problem]:
    """What keeps a plan's text, which is to stand in a file, from being carried out."""
    draft = draft_plan(text, str(path), code_reader(workspace))
    if draft.problems:  # as it was before: somebody mends it step by step
        return []
    return _against_registers(workspace, draft, str(path))[0]


def _against_registers(
    workspace: WorkspaceFolder, draft: Draft, file: str
) -> tuple[list[Problem], list[Problem]]:
    """What keeps a plan from being carried out, and what it then runs into."""
    problems = list(draft.problems)
    plan = draft.plan
    if plan is None:
        return problems, []
    inspectors = workspace.store.roster("inspectors")
    departments = [row["department"] for row in inspectors]
    try:
        seats = seats_for(plan, workspace.store.roster("items"), departments)
    except PlannerError as error:
        return [*problems, *(placed(draft, file, one) for one in error.problems)], []
    if problems or workspace.store.snapshot() is None:
        return problems, [] if problems else seat_warnings(plan, seats, inspectors)
    try:
        report = previewed(framed_plan(workspace, plan, counted=True), inspectors)
    except PlannerError as error:
        placed_problems = [placed(draft, file, one) for one in error.problems]
        return (
            ([], placed_problems)
            if all(one.code in _NOT_YET for one in placed_problems)
            else (placed_problems, [])
        )
    warnings = [Problem(one["code"], one["params"]) for one in report["warnings"]]
    shown = shown_file(workspace, Path(file))
    beside = (placed(draft, shown, one) for one in outside(plan, report))
    return [], [*warnings, *beside]


def _twins(workspace: WorkspaceFolder, plan: Plan) -> list[Problem]:
    """Entities that stand in the register under several ids."""
    if workspace.store.snapshot() is None:
        return []
    groups = twins(workspace.snapshot_path()[0], plan.scope.status)
    if not groups:
        return []
    examples = ["/".join(ids[:3]) for _, _, ids in groups[:3]]
    name = "twins-one" if len(groups) == 1 else "twins"
    return [Problem(f"plan_check.{name}", {"size": len(groups), "examples": examples})]


# Many parameters: options of a report, each by its name.
def preview(
    workspace: WorkspaceFolder,
    path: Path,
    against: Path | None = None,
    today: str | None = None,
) -> PreviewReport | ComparedPreview:
    """Who would be in, out and directed under a plan, what is expected, and the crews' load.

    With `against`, also what changes from that other plan. Nothing is frozen. Expected numbers are
    in millionths. Raises PlannerError for a plan that cannot be carried out.
    """
    draft = draft_in(workspace, path)
    raise_all(draft.problems)
    assert draft.plan is not None
    warnings = warnings_of(workspace, draft, path, today)
    file = shown_file(workspace, path)
    try:
        report = _previewed(workspace, draft.plan)
    except PlannerError as error:
        problems = [placed(draft, str(path), one) for one in error.problems]
        raise PlannerError(*with_causes(problems, warnings)) from error
    report["warnings"] = [
        *told_of(warnings),
        *report["warnings"],
        *told_of(placed(draft, file, one) for one in outside(draft.plan, report)),
    ]
    if against is None:
        return report
    before = _previewed(workspace, plan_in(workspace, against))
    changes: ComparedPlans = {"plan": before["plan"], "changes": compared(report, before)}
    return {**report, "against": changes}


def _previewed(workspace: WorkspaceFolder, plan: Plan) -> PreviewReport:
    report = previewed(
        framed_plan(workspace, plan, counted=True), workspace.store.roster("inspectors")
    )
    return {**report, "cases": effects_now(workspace)}


def mends(workspace: WorkspaceFolder, path: Path) -> list[Problem]:
    """The problems of a plan that one change of its text mends; none where it is sound.

    Raises PlannerError for a plan that has other problems alone.
    """
    draft = draft_in(workspace, path)
    problems, _ = _against_registers(workspace, draft, str(path))
    warnings = warnings_of(workspace, draft, path)
    mendable = [problem for problem in (*problems, *warnings) if can_mend(problem)]
    if problems and not mendable:
        raise PlannerError(*problems)
    return mendable


def compared(after: PlanEffect, before: PlanEffect) -> list[PlanChange]:
    """What changes between two previews: `what`, `before`, `after`; expected in millionths."""
    rows: list[PlanChange] = []
    flat = [dict(_figures(side)) for side in (before, after)]
    for what in sorted(flat[0].keys() | flat[1].keys()):
        one, other = flat[0].get(what, 0), flat[1].get(what, 0)
        if one != other:
            rows.append({"what": what, "before": one, "after": other})
    return rows


def _figures(effect: PlanEffect) -> Iterator[tuple[str, int]]:
    yield "scope", effect["scope"]
    yield "pool", effect["pool"]
    yield "directed", effect["directed"]
    yield "expected", effect["expected"]
    for reason, count in effect["out"].items():
        yield f"out.{reason}", count
    for stratum, by in effect["expected_by"].items():
        for code, row in by.items():
            yield f"expected.{stratum}.{code}", row["expected"]
    for rule in effect["rules"]:
        yield f"expected.rules.{rule['rule']}", rule["expected"]
    yield "expected.visits", effect["merging"]["visits"]
    yield "crews.expected_seats", effect["crews"]["expected_seats"]
    if effect["crews"]["load"] is not None:
        yield "crews.expected_load", effect["crews"]["load"]
