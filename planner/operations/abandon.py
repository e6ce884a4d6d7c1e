"""Giving a draw up: it stays in the ledger for ever, with the reason."""

from __future__ import annotations

from typing import Any

from yaohao.planner.publication.disclosure import without_phones
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy


def abandon(workspace: WorkspaceFolder, draw: str, reason: str) -> dict[str, Any]:
    """Give a draw up; it stays in the ledger for ever. Raises PlannerError without a reason."""
    reason = without_phones(tidy(reason))
    if not reason:
        raise refuse("draw.no-reason")
    with workspace.act("abandon") as store:
        found = store.draw(draw)
        record = found["record"]
        if found["stage"] == "abandoned":
            raise refuse("draw.abandoned", draw=draw, **record["abandoned"])
        if found["stage"] == "dealt":
            raise refuse("draw.already", draw=draw, stage="dealt", wanted="abandon")
        line = store.append({"act": "abandonment", "draw": draw, "reason": reason})
        record["abandoned"] = {"at": line.act["at"], "reason": reason}
        store.update_draw(draw, "abandoned", record)
        return {"draw": draw, **record["abandoned"]}
