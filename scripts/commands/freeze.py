"""`yaohao freeze`: freeze a plan into a frame, a lottery and a commitment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.scripts.command_base import argument, cli_command, open_workspace
from yaohao.scripts.output import (
    counts_facts,
    fact,
    facts,
    finish,
    line,
    note,
    warn,
)


@cli_command("freeze")
@argument("plan", meta="plan")
def command(plan: str) -> None:
    """Freeze a plan and print the commitment."""
    with open_workspace() as workspace:
        told = workspace.freeze(plan)
    finish(told, show_freeze)
    if not told["source"]:
        warn("no-source-named")
    note("after-freeze", draw=told["draw"])


def show_freeze(told: Mapping[str, Any]) -> None:
    """Print a frozen draw: its digests, its counts, its commitment."""
    facts([fact("draw", told["draw"]), *counts_facts(told)])
    line()
    facts(
        [
            fact("plan-digest", told["plan"]),
            fact("frame", told["frame"]),
            fact("lottery", told["lottery"]),
            fact("commitment", told["commitment"]),
            fact("committed-at", told["committed_at"]),
            fact("source", told["source"] or "-"),
        ]
    )
