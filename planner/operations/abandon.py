"""Giving a draw up: it stays in the ledger for ever, with the reason."""

from __future__ import annotations

from yaohao.planner.draw.stages import check_not_abandoned
from yaohao.planner.schema.draw import Abandonment, Stage
from yaohao.planner.schema.reports.draws import AbandonReport
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import shown_draws
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy


def abandon(workspace: WorkspaceFolder, draw: str, reason: str) -> AbandonReport:
    """Give a draw up; it stays in the ledger for ever. Raises PlannerError without a reason.

    What comes back says how far it was (`was`), at which stage it was published last (`published`,
    None for never), and how many entities had been drawn.
    """
    reason = without_phones(tidy(reason))
    if not reason:
        raise refuse("draw.no-reason")
    with workspace.act("abandon") as store:
        stored = store.draw(draw)
        check_not_abandoned(stored)
        if stored.stage is Stage.DEALT:
            raise refuse("draw.abandon-dealt", draw=draw)
        line = store.append({"act": "abandonment", "draw": draw, "reason": reason})
        abandoned: Abandonment = {"at": line.act["at"], "reason": reason}
        store.update_draw(draw, Stage.ABANDONED, {**stored.record, "abandoned": abandoned})
        public = shown_draws(one.act for one in store.ledger())[draw].last
        drawn = sum(not visit["reserve"] for visit in store.visits(draw))
        return {
            "draw": draw,
            **abandoned,
            "was": stored.stage.value,
            "published": public,
            "drawn": drawn,
        }
