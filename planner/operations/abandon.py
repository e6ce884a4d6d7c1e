"""Giving a draw up: it stays in the ledger for ever, with the reason."""

from __future__ import annotations

from typing import Any

from yaohao.planner.draw.stages import check_not_abandoned
from yaohao.planner.schema.draw import Abandonment, Stage
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy


def abandon(workspace: WorkspaceFolder, draw: str, reason: str) -> dict[str, Any]:
    """Give a draw up; it stays in the ledger for ever. Raises PlannerError without a reason."""
    reason = without_phones(tidy(reason))
    if not reason:
        raise refuse("draw.no-reason")
    with workspace.act("abandon") as store:
        found = store.draw(draw)
        check_not_abandoned(found)
        if found.stage is Stage.DEALT:
            raise refuse("draw.already", draw=draw, stage="dealt", wanted="abandon")
        line = store.append({"act": "abandonment", "draw": draw, "reason": reason})
        abandoned: Abandonment = {"at": line.act["at"], "reason": reason}
        store.update_draw(draw, Stage.ABANDONED, {**found.record, "abandoned": abandoned})
        return {"draw": draw, **abandoned}
