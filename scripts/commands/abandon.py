"""`yaohao abandon`: abandon a draw permanently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
)


@cli_command("abandon")
@argument("draw", meta="draw")
@option("--reason", words="abandon-reason", required=True)
def command(draw: str, reason: str) -> None:
    """Abandon the draw."""
    with open_workspace() as workspace:
        report = workspace.abandon(draw, reason)
    finish(report, _show)
    public = report["published"]
    if report["drawn"]:
        note("steps.abandoned-drawn", number=f"{report['drawn']:,}")
    if public:
        stage = say(f"common.stage-{public}")
        note("steps.abandoned-public", draw=draw, stage=stage)
    else:
        note("steps.abandoned-unseen", draw=draw)


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("draw", report["draw"]),
            fact("steps.was", say(f"common.stage-{report['was']}")),
            fact("at", local_moment(report["at"])),
            fact("reason", report["reason"]),
        ]
    )
