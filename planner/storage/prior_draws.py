"""The history of a workspace that a plan must know: what its earlier draws drew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yaohao.planner.frame.prior_draws import EarlierDraw, counts_for, in_batch
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.triggers import with_entries
from yaohao.planner.schema.draw import Stage
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.digest import canonical
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


def earlier_draws(workspace: WorkspaceFolder, plan: Plan) -> list[EarlierDraw]:
    """All draws that have been drawn and not given up, in their order."""
    earlier: list[EarlierDraw] = []
    for one in workspace.store.draw_ids():
        draw = workspace.store.draw(one)
        if draw.stage in (Stage.COMMITTED, Stage.ABANDONED):
            if plan.frequency > 1 and draw.stage is Stage.COMMITTED and draw.plan_id == plan.id:
                raise refuse("frame.batch-pending", draw=one, plan=plan.id)
            continue
        counts = counts_for(plan, draw.plan)
        visits = workspace.store.visited(one) if counts else None
        earlier.append(EarlierDraw(one, draw.plan, visits))
    return earlier


def earlier_text(workspace: WorkspaceFolder, plan: Plan, ids: Sequence[str]) -> Iterator[bytes]:
    """The earlier draws with some ids as an auditor is given them, canonical JSON in pieces.

    A list of ``{"draw", "plan", "visits"}``: the id, the plan document, and the visits document
    (docs/bundle.md), null where `counts_for` says that it does not count.
    """
    before = "["
    for one in workspace.store.draw_ids():
        if one not in ids:
            continue
        draw = workspace.store.draw(one)
        head = canonical({"draw": one, "plan": draw.plan})
        yield f'{before}{head.removesuffix("}")},"visits":'.encode()
        counts = counts_for(plan, draw.plan)
        pieces = workspace.store.document_pieces(one, "visits") if counts else None
        yield from pieces if pieces is not None else [b"null"]
        before = "},"
    yield b"[]" if before == "[" else b"}]"
