"""Mending a plan: the conflicts of its rules, and taking one of the changes that mend them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yaohao.planner.operations.freeze import plan_of
from yaohao.planner.plan.fixes import can_mend, mended
from yaohao.planner.reports.plan_preview import preview
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.faults import system_problem
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.vocabulary.small_files import read_small_text


def mends(workspace: WorkspaceFolder, path: Path) -> list[Problem]:
    """The problems of a plan that one change of its text mends; none where it is sound.

    Raises PlannerError for a plan that has other problems alone.
    """
    plan_of(path)
    try:
        preview(workspace, path)
    except PlannerError as error:
        found = [problem for problem in error.problems if can_mend(problem)]
        if not found:
            raise
        return found
    return []


def mend(workspace: WorkspaceFolder, path: Path, number: int) -> dict[str, Any]:
    """Take the mend of that number, from 1, and write the plan file; its comments stay."""
    found = mends(workspace, path)
    if not 1 <= number <= len(found):
        raise refuse("mend.number", found=number, size=len(found))
    problem = found[number - 1]
    text = mended(read_small_text(path), problem)
    try:
        outside_writes.write_file(workspace.folder, path, text.encode())
    except OSError as error:
        raise PlannerError(system_problem(error, path)) from error
    return {"file": str(path), "mended": problem.as_json(), "left": len(mends(workspace, path))}
