"""The frame of a plan on the registers of a workspace."""

from __future__ import annotations

from yaohao.planner.frame.frame import classify
from yaohao.planner.frame.framed_plan import FramedPlan
from yaohao.planner.frame.prior_draws import earlier_rows
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.seats import seats_for
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.prior_draws import resolved


def framed_plan(workspace: WorkspaceFolder, plan: Plan) -> FramedPlan:
    """The frame of the current register under a plan, and what goes with it."""
    seats = seats_for(
        plan,
        workspace.store.roster("items"),
        [row["department"] for row in workspace.store.roster("inspectors")],
    )
    plan, earlier = resolved(workspace, plan)
    path, content, _ = workspace.snapshot_path()
    leads = workspace.store.roster("leads")
    frame = classify(plan, path, leads, earlier_rows(plan, earlier), workspace.engine)
    return FramedPlan(frame, content, seats, earlier)
