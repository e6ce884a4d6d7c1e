"""`yaohao recuse`: an inspector recuses from an entity; the list of recusals, and undoing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.format import span_words
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    is_csv,
    note,
    table,
    tabular,
    text,
)


@cli_command("recuse")
@argument("inspector", meta="inspector", required=False)
@argument("entity", meta="entity", required=False)
@option("--reason", words="steps.recuse-reason", default="")
@option("--undo", words="steps.recuse-undo", is_flag=True)
@option("--list", "listed", words="steps.recuse-list", is_flag=True)
@tabular("recusals")
def command(
    inspector: str | None, entity: str | None, reason: str, *, undo: bool, listed: bool
) -> None:
    """Note the recusal, take it back, or list what is noted."""
    with open_workspace() as workspace:
        if listed:
            finish({"recusals": workspace.recusals(inspector or "")}, _show_list)
            return
        if inspector is None or entity is None:
            raise refuse("steps.recuse-whom")
        if undo:
            finish(workspace.undo_recusal(inspector, entity), show_inspector)
            return
        report = workspace.recuse(inspector, entity, reason)
    finish(report, show_inspector)
    if not reason and report["changed"]:
        note("steps.no-reason")


def _show_list(report: Mapping[str, Any]) -> None:
    rows: Sequence[Mapping[str, Any]] = report["recusals"]
    if not rows and not is_csv():
        text("steps.no-recusals")
        return
    table(
        [
            column("inspector"),
            column("name", flex=True),
            column("entity"),
            column("steps.entity-name", flex=True),
            column("reason", flex=True),
            column("at"),
        ],
        [
            (
                row["inspector_id"],
                row["name"],
                row["entity_id"],
                "-" if row["entity_name"] is None else row["entity_name"],
                row["reason"] or "-",
                local_moment(row["noted_at"]) if row["noted_at"] else "-",
            )
            for row in rows
        ],
        "recusals",
    )


def show_inspector(report: Mapping[str, Any]) -> None:
    """Print an inspector's recusals and absences."""
    row = report["inspector"]
    facts(
        [
            fact("inspector", f"{row['inspector_id']}  {row['name'][:60]}"),
            fact("recused", ", ".join(row["recused"]) or "-"),
            fact(
                "absent",
                say("common.comma").join(span_words(span) for span in row["absent"]) or "-",
            ),
        ]
    )
    if not report["changed"]:
        text("unchanged")
