"""`yaohao withdraw`: withdraw a drawn entity that no longer exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import GONE
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


@cli_command("withdraw")
@argument("draw", meta="draw")
@argument("entity", meta="entity")
@option("--result", words="steps.withdraw-result", type=click.Choice(GONE), default=None)
@option("--evidence", words="steps.withdraw-evidence", required=True)
@option("--on", words="steps.withdraw-on", meta="day", default="")
@option("--no-reserve", "alone", words="withdraw-alone", is_flag=True)
@option("--undo", words="steps.undo-withdrawal", is_flag=True)
def command(
    *, draw: str, entity: str, result: str | None, evidence: str, on: str, alone: bool, undo: bool
) -> None:
    """Close a drawn entity; its cell's next reserve takes its place."""
    if undo:
        with open_workspace() as workspace:
            finish(workspace.undo_withdrawal(draw, entity, evidence), _show_undone)
        return
    if result is None:
        raise refuse("steps.no-result")
    with open_workspace() as workspace:
        told = workspace.withdraw(draw, entity, result, evidence, reserve=not alone, on=on)
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
            fact("steps.found-gone", told["on"]),
            fact("at", local_moment(told["at"])),
            fact("reserve", told["reserve"] or "-"),
            fact("inspectors", ", ".join(told["inspectors"])) if told["inspectors"] else None,
        ]
    )


def _show_undone(told: Mapping[str, Any]) -> None:
    facts(
        [
            fact("draw", told["draw"]),
            fact("steps.undone", told["entity_id"]),
            fact("reason", told["reason"]),
            fact("at", local_moment(told["at"])),
            fact("steps.reserve-free", told["reserve"]) if told["reserve"] else None,
        ]
    )
