"""Mending a plan: taking one of the changes that mend the conflicts of its rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from yaohao.planner.plan.fixes import mended
from yaohao.planner.schema.reports.plans import PlanFixReport
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.plan_files import code_reader
from yaohao.planner.vocabulary.faults import system_problem
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.vocabulary.small_files import like_before, read_small_text


def mend(
    workspace: WorkspaceFolder, path: Path, number: int, mends: Callable[[], list[Problem]]
) -> PlanFixReport:
    """Take the mend of that number, from 1, and write the plan file; its comments stay.

    `mends` tells those of the file as it is. Raises PlannerError for a number that there is not.
    """
    problems = mends()
    if not 1 <= number <= len(problems):
        raise refuse("mend.number", found=number, size=len(problems))
    problem = problems[number - 1]
    text = mended(read_small_text(path), problem, code_reader(workspace))
    try:
        outside_writes.write_file(workspace.folder, path, like_before(path, text))
    except OSError as error:
        raise PlannerError(system_problem(error, path)) from error
    return {"file": str(path), "mended": problem.as_json(), "left": len(mends())}
