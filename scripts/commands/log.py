"""`yaohao log`: show or verify the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.schema.reports.ledger import LedgerLine
from yaohao.planner.wording.format import act_words
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import cli_command, open_workspace, option
from yaohao.scripts.output import (
    Column,
    column,
    fact,
    facts,
    finish,
    table,
    tabular,
    text,
)


@cli_command("log")
@option("--draw", words="log-draw", meta="draw", default="")
@option("--verify", words="log-verify", is_flag=True)
@tabular("log")
def command(draw: str, verify: bool) -> None:
    """Show the ledger, or verify its chain."""
    with open_workspace() as workspace:
        if verify:
            finish(workspace.verify_ledger(), _show_check)
            return
        lines: list[LedgerLine] = [
            {"line": number, **entry} for number, entry in enumerate(workspace.ledger(), 1)
        ]
        bare = set(workspace.unpublished_seeds())
    for one in lines:
        if one["entry"] in bare:
            one["unpublished"] = True
    chosen = [one for one in lines if not draw or one["act"].get("draw") == draw]
    finish({"ledger": chosen}, lambda told: _show(told["ledger"]))


def _show_check(report: Mapping[str, Any]) -> None:
    facts([fact("lines", report["lines"]), fact("head", report["head"] or "-")])
    text("ledger-sound")


def _words(one: Mapping[str, Any]) -> str:
    return act_words(one["act"], unpublished=one.get("unpublished", False))


def _show(lines: Sequence[Mapping[str, Any]]) -> None:
    columns: list[Column] = [
        column("line", right=True),
        column("at"),
        column("draw", flex=True),
        column("act", flex=True, whole=True),
    ]
    table(
        columns,
        (
            (
                one["line"],
                local_moment(str(one["act"].get("at", ""))),
                one["act"].get("draw", ""),
                _words(one),
            )
            for one in lines
        ),
        "log",
    )
