"""The plan in a file."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_small_text


def plan_text(path: Path) -> str:
    """The text of a plan file; PlannerError where it cannot be read."""
    try:
        return read_small_text(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("workspace.unreadable", file=str(path), found=reason) from error


def plan_of(path: Path) -> Plan:
    """The plan in a file, outside a workspace; PlannerError with everything that is wrong."""
    return read_plan(plan_text(path), str(path))
