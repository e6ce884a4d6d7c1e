"""The history of a workspace that a plan must know: what its earlier draws drew."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.frame.prior_draws import counts_for, in_batch
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.triggers import with_entries
from yaohao.planner.schema.draw import EarlierDraw, Stage
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse


def resolved(workspace: WorkspaceFolder, plan: Plan) -> tuple[Plan, list[EarlierDraw]]:
    """A plan with what the workspace knows of it, and the earlier draws (`frame.prior_draws`).

    The workspace knows the batch that comes next and the entries of the four lists. Raises
    PlannerError where the year's batches are all drawn, where one of them is frozen and not yet
    drawn, and where the plan rests on lists that have no entry for its items.
    """
    plan = with_entries(plan, workspace.store.roster("lists"))
    if plan.trigger_based.tiers and not plan.trigger_based.entries:
        raise refuse("frame.no-entries", items=list(plan.all_items), key="trigger_based")
    draws = earlier_draws(workspace, plan)
    return in_batch(plan, draws), draws


def earlier_draws(
    workspace: WorkspaceFolder, plan: Plan, ids: Sequence[str] | None = None
) -> list[EarlierDraw]:
    """All draws that have been drawn and not given up, or those with `ids`, in their order."""
    earlier: list[EarlierDraw] = []
    for one in workspace.store.draw_ids():
        if ids is not None and one not in ids:
            continue
        draw = workspace.store.draw(one)
        if ids is None and draw.stage in (Stage.COMMITTED, Stage.ABANDONED):
            if plan.frequency > 1 and draw.stage is Stage.COMMITTED and draw.plan_id == plan.id:
                raise refuse("frame.batch-pending", draw=one, plan=plan.id)
            continue
        counts = counts_for(plan, draw.plan)
        visits = workspace.store.document(one, "visits") if counts else None
        earlier.append({"draw": one, "plan": draw.plan, "visits": visits})
    return earlier
