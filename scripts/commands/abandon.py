"""`yaohao abandon`: abandon a draw permanently."""

from __future__ import annotations

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
        told = workspace.abandon(draw, reason)
    finish(
        told, lambda shown: facts([fact(name, shown[name]) for name in ("draw", "at", "reason")])
    )
    note("after-abandon")
