"""The frame of a plan on the registers of a workspace."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.frame.frame import classify, classify_into, classify_to_count
from yaohao.planner.frame.framed_plan import FramedPlan
from yaohao.planner.frame.prior_draws import prior_table
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.seats import seats_for
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.prior_draws import resolved


def framed_plan(
    workspace: WorkspaceFolder, plan: Plan, into: Path | None = None, *, counted: bool = False
) -> FramedPlan:
    """The frame of the current register under a plan, and what goes with it.

    The frame is held by the engine, or is written to the file `into` and read there; one that is
    only `counted` is neither.
    """
    seats = seats_for(
        plan,
        workspace.store.roster("items"),
        [row["department"] for row in workspace.store.roster("inspectors")],
    )
    plan, earlier = resolved(workspace, plan)
    path, content, _ = workspace.snapshot_path()
    leads, prior = workspace.store.roster("leads"), prior_table(plan, earlier)
    if into is not None:
        frame = classify_into(plan, path, leads, prior, into, workspace.engine)
    elif counted:
        frame = classify_to_count(plan, path, leads, prior, workspace.engine)
    else:
        frame = classify(plan, path, leads, prior, workspace.engine)
    return FramedPlan(frame, content, seats, earlier)
