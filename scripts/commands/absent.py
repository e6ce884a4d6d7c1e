"""`yaohao absent`: an inspector is absent for some days; the list of absences, and undoing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.commands.recuse import show_inspector
from yaohao.scripts.output import column, finish, is_csv, table, tabular, text


@cli_command("absent")
@argument("inspector", meta="inspector", required=False)
@argument("first", meta="first-day", required=False)
@argument("last", meta="last-day", required=False)
@option("--undo", words="steps.absent-undo", is_flag=True)
@option("--list", "listed", words="steps.absent-list", is_flag=True)
@tabular("absences")
def command(
    inspector: str | None, first: str | None, last: str | None, *, undo: bool, listed: bool
) -> None:
    """Note the absence, take it back, or list what is noted."""
    with open_workspace() as workspace:
        if listed:
            finish({"absences": workspace.absences(inspector or "")}, _show_list)
            return
        if inspector is None or first is None or last is None:
            raise refuse("steps.absent-when")
        change = workspace.undo_absence if undo else workspace.note_absence
        finish(change(inspector, first, last), show_inspector)


def _show_list(report: Mapping[str, Any]) -> None:
    if not report["absences"] and not is_csv():
        text("steps.no-absences")
        return
    table(
        [
            column("inspector"),
            column("name", flex=True),
            column("steps.first-day"),
            column("steps.last-day"),
        ],
        [
            (row["inspector_id"], row["name"], row["first"], row["last"])
            for row in report["absences"]
        ],
        "absences",
    )
