"""Mending a plan: the conflicts of its rules, and taking one of the changes that mend them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.acts.desk import Desk
from planner.acts.freezing import plan_of
from planner.acts.previewing import preview
from planner.plan.mending import can_mend, mended
from planner.vocabulary.faults import system_problem
from planner.vocabulary.problems import PlannerError, Problem, refuse
from planner.vocabulary.small_files import read_small_text
from planner.vocabulary.whole_folders import write_file


def mends(desk: Desk, path: Path) -> list[Problem]:
    """The problems of a plan that one change of its text mends; none where it is sound.

    Raises PlannerError for a plan that has other problems alone.
    """
    plan_of(path)
    try:
        preview(desk, path)
    except PlannerError as error:
        found = [problem for problem in error.problems if can_mend(problem)]
        if not found:
            raise
        return found
    return []


def mend(desk: Desk, path: Path, number: int) -> dict[str, Any]:
    """Take the mend of that number, from 1, and write the plan file; its comments stay."""
    found = mends(desk, path)
    if not 1 <= number <= len(found):
        raise refuse("mend.number", found=number, size=len(found))
    problem = found[number - 1]
    text = mended(read_small_text(path), problem)
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise PlannerError(system_problem(error, path)) from error
    return {"file": str(path), "mended": problem.as_json(), "left": len(mends(desk, path))}
