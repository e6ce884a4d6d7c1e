"""`yaohao recuse`: record that an inspector is recused from an entity."""

from __future__ import annotations

from typing import Any

from yaohao.scripts.command_base import argument, cli_command, open_workspace
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    text,
)


@cli_command("recuse")
@argument("inspector", meta="inspector")
@argument("entity", meta="entity")
def command(inspector: str, entity: str) -> None:
    """Record the recusal."""
    with open_workspace() as workspace:
        finish(workspace.recuse(inspector, entity), show_inspector)


def show_inspector(told: dict[str, Any]) -> None:
    """Print an inspector's recusals and absences."""
    row = told["inspector"]
    facts(
        [
            fact("inspector", f"{row['inspector_id']}  {row['name'][:60]}"),
            fact("recused", ", ".join(row["recused"]) or "-"),
            fact("absent", ", ".join(f"{a} .. {b}" for a, b in row["absent"]) or "-"),
        ]
    )
    if not told["changed"]:
        text("unchanged")
