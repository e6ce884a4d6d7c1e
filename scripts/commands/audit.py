"""`yaohao audit`: write the audit folder of a draw."""

from __future__ import annotations

from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.commands.publish import show_folder
from yaohao.scripts.output import finish, warn, warn_unwitnessed


@cli_command("audit")
@argument("draw", meta="draw")
@option("--to", words="audit-to", meta="dir", required=True)
def command(draw: str, to: str) -> None:
    """Write the folder."""
    with open_workspace() as workspace:
        report = workspace.audit(draw, to)
        finish(report, show_folder)
        warn_unwitnessed(workspace, draw)
    warn("audit-secret")
