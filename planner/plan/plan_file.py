"""The plan in a file."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_small_text


def plan_of(path: Path) -> Plan:
    """The plan in a file; PlannerError with everything that is wrong with it."""
    try:
        text = read_small_text(path)
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise refuse("workspace.unreadable", file=str(path), found=found) from error
    return read_plan(text, str(path))
