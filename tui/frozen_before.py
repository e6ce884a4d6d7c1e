"""Whether a plan was frozen before: whoever freezes it again is told of the first draws."""

from __future__ import annotations

import tomllib
from contextlib import suppress

from yaohao.planner.workspace import Workspace


def frozen_before(workspace: Workspace, text: str) -> list[str]:
    """The draws of the plan of this text that were not abandoned, the first first."""
    plan = None
    with suppress(ValueError, RecursionError):
        plan = tomllib.loads(text).get("id")
    return [
        str(row["draw"])
        for row in workspace.draws()
        if row["plan_id"] == plan and row["stage"] != "abandoned"
    ]
