"""`yaohao due`: deadlines for publishing results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    is_csv,
    limit_option,
    note,
    table,
    tabular,
    title,
    warn,
)


@cli_command("due")
@argument("draw", meta="draw", required=False)
@option("--as-of", words="due-as-of", meta="day", default="")
@limit_option()
@tabular("due")
def command(draw: str | None, as_of: str, limit: int) -> None:
    """Show the deadlines."""
    with open_workspace() as workspace:
        report = workspace.due(draw or "", as_of)
    finish(report, lambda shown: show_due(shown, limit))
    if report["estimated_years"]:
        warn("estimated", years=report["estimated_years"])
    if report["counts"]["overdue"]:
        warn("overdue", number=report["counts"]["overdue"], day=report["as_of"])


def show_due(report: Mapping[str, Any], limit: int) -> None:
    """Print the counts by status, then the overdue and pending visits by deadline."""
    facts(
        [
            fact("as-of", report["as_of"]),
            *(fact(f"due-{state}", number) for state, number in report["counts"].items() if number),
        ]
    )
    waiting = [row for row in report["visits"] if row["state"] in ("overdue", "open", "no-day")]
    waiting.sort(key=lambda row: (row["due_on"] or "9999", row["draw"], row["entity_id"]))
    if not waiting and not is_csv():
        if report["visits"]:
            note("nothing-due")
        else:
            note("no-results-yet")
        return
    title("due")
    _show_waiting(waiting[:limit])
    if len(waiting) > limit:
        note("more", shown=limit, size=len(waiting))


def _show_waiting(rows: Sequence[Mapping[str, Any]]) -> None:
    columns = [
        column("entity"),
        column("name", flex=True),
        column("visited-on"),
        column("due-on"),
        column("state"),
        column("sure"),
    ]
    table(
        columns,
        [
            (
                row["entity_id"],
                row["name"],
                row["visited_on"] or "-",
                row["due_on"] or "-",
                say(f"common.label-due-{row['state']}"),
                say(f"common.label-sure-{row['sure']}") if row["sure"] else "-",
            )
            for row in rows
        ],
    )
