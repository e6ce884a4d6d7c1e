"""`yaohao absent`: record that an inspector is absent."""

from __future__ import annotations

from yaohao.scripts.command_base import argument, cli_command, open_workspace
from yaohao.scripts.commands.recuse import show_inspector
from yaohao.scripts.output import finish


@cli_command("absent")
@argument("inspector", meta="inspector")
@argument("first", meta="first-day")
@argument("last", meta="last-day")
def command(inspector: str, first: str, last: str) -> None:
    """Record the absence."""
    with open_workspace() as workspace:
        finish(workspace.note_absence(inspector, first, last), show_inspector)
