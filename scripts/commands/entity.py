"""`yaohao register entity`: show everything known of one entity."""

from __future__ import annotations

from yaohao.planner.wording.format import entity_facts
from yaohao.scripts.command_base import argument, cli_command, open_workspace
from yaohao.scripts.output import facts, finish


@cli_command("entity")
@argument("entity", meta="entity")
def command(entity: str) -> None:
    """Show everything known of one entity."""
    with open_workspace() as workspace:
        finish(workspace.entity(entity), lambda told: facts(entity_facts(told)))
