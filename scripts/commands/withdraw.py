"""`yaohao withdraw`: withdraw a drawn entity that no longer exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.vocabulary.terms import GONE
from yaohao.planner.wording.messages import say
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


@cli_command("withdraw")
@argument("draw", meta="draw")
@argument("entity", meta="entity")
@option("--result", words="withdraw-result", type=click.Choice(GONE), required=True)
@option("--evidence", words="withdraw-evidence", required=True)
@option("--no-reserve", "alone", words="withdraw-alone", is_flag=True)
def command(draw: str, entity: str, result: str, evidence: str, alone: bool) -> None:
    """Withdraw a drawn entity; the next reserve of its cell is called."""
    with open_workspace() as workspace:
        told = workspace.withdraw(draw, entity, result, evidence, reserve=not alone)
    finish(told, _show)
    if told["reserve"] is None and not alone:
        note("no-reserve")


def _show(told: Mapping[str, Any]) -> None:
    facts(
        [
            fact("draw", told["draw"]),
            fact("entity", told["entity_id"]),
            fact("result", f"{told['result']}  {say('result.' + told['result'])}"),
            fact("evidence", told["evidence"]),
            fact("at", told["at"]),
            fact("reserve", told["reserve"] or "-"),
            fact("inspectors", ", ".join(told["inspectors"])) if told["inspectors"] else None,
        ]
    )
