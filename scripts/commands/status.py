"""`yaohao status`: stage and next step of every draw, and what needs attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.wording.format import level_cell, warning_words
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import cli_command, open_workspace
from yaohao.scripts.output import (
    column,
    finish,
    is_csv,
    line,
    note,
    prose,
    table,
    tabular,
    title,
)


@cli_command("status")
@tabular("draws", "registers")
def command() -> None:
    """Show draws and plans with their next step, the registers, and what needs attention."""
    with open_workspace() as workspace:
        report = workspace.overview()
    finish(report, _show)


def _show(report: Mapping[str, Any]) -> None:
    columns = [
        column("plan", flex=True),
        column("title", flex=True),
        column("stage"),
        column("vouching.level"),
        column("next"),
    ]
    rows = [
        (
            row["draw"],
            row["title"],
            say(f"common.stage-{row['stage']}"),
            level_cell(row["levels"]),
            _next(row),
        )
        for row in report["draws"]
    ] + [
        (
            row["plan"],
            row["title"],
            say("status.step-planned"),
            "-",
            _next_of_plan(row),
        )
        for row in report["plans"]
    ]
    if rows or is_csv():
        table(columns, rows, "draws")
    else:
        note("no-draws")
    line()
    table(
        [column("register"), column("holds", right=True), column("set-aside", right=True)],
        (
            (say(f"common.register-{name}"), counts["size"], counts["set_aside"])
            for name, counts in report["registers"].items()
        ),
        "registers",
    )
    if report["warnings"]:
        title("attention")
        for warning in report["warnings"]:
            prose(f"! {_urgency(warning)}: {warning_words(warning)}")


def _urgency(warning: Mapping[str, Any]) -> str:
    return say(f"status.urgency-{warning['urgency']}")


def _next(row: Mapping[str, Any]) -> str:
    return f"yaohao {row['next']} {row['draw']}" if row["next"] else "-"


def _next_of_plan(row: Mapping[str, Any]) -> str:
    if row["next"] == "import":
        return f"yaohao import {row['register']} {say('status.file-to-import')}"
    command = "freeze" if row["next"] == "freeze" else "plan check"
    return f"yaohao {command} {shell_word(row['file'])}"
