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
        report = workspace.withdraw(draw, entity, result, evidence, reserve=not alone, on=on)
    finish(report, _show)
    if report["reserve"] is None and not alone:
        note("no-reserve")


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("draw", report["draw"]),
            fact("entity", report["entity_id"]),
            fact("result", f"{report['result']}  {say('result.' + report['result'])}"),
            fact("evidence", report["evidence"]),
            fact("steps.found-gone", report["on"]),
            fact("at", local_moment(report["at"])),
            fact("reserve", report["reserve"] or "-"),
            fact("inspectors", ", ".join(report["inspectors"])) if report["inspectors"] else None,
        ]
    )


def _show_undone(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("draw", report["draw"]),
            fact("steps.undone", report["entity_id"]),
            fact("reason", report["reason"]),
            fact("at", local_moment(report["at"])),
            fact("steps.reserve-free", report["reserve"]) if report["reserve"] else None,
        ]
    )
