"""`yaohao staff`: close recusals and absences, make the commitment of the crew round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.wording.format import inspector_notes
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.wording.moments import local_moment
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
    note,
    prose,
    table,
    tabular,
    title,
    warn,
    warn_unwitnessed,
)


@cli_command("staff")
@argument("draw", meta="draw")
@option("--dry-run", words="staff-dry-run", is_flag=True)
@tabular("inspectors")
def command(draw: str, *, dry_run: bool) -> None:
    """Check that every position can be filled, and make the commitment of the crew round."""
    if dry_run:
        _look(draw)
        return
    with open_workspace() as workspace:
        report = workspace.staff(draw)
        finish(report, show_staff)
        warn_unwitnessed(workspace, draw)
    if not report["source"]:
        warn("no-source-named")
    note("after-staff", draw=draw)


def _look(draw: str) -> None:
    """Show who may go where; end with 1 where seats cannot be filled."""
    with open_workspace() as workspace:
        report = workspace.staffing(draw)
    finish(report, show_staffing)
    if report["shortfalls"]:
        click.get_current_context().exit(1)


def show_staffing(report: Mapping[str, Any]) -> None:
    """Print the inspectors, shortfalls, and changes recorded too late."""
    facts(
        [
            fact("draw", report["draw"]),
            fact("visits", report["visits"]),
            fact("all-seats", report["seats"]),
        ]
    )
    columns = [
        column("inspector"),
        column("name", flex=True),
        column("may", right=True),
        column("visits", right=True),
        column("notes", flex=True, whole=True),
    ]
    table(
        columns,
        [
            (
                one["inspector_id"],
                one["name"],
                one["may"],
                "-" if one["load"] is None else one["load"],
                inspector_notes(one) or "-",
            )
            for one in report["inspectors"]
        ],
        "inspectors",
    )
    if report["shortfalls"]:
        title("shortfalls")
        for one in report["shortfalls"]:
            prose(say_problem(Problem(one["code"], one["params"])))
    if report["conflicts"]:
        title("conflicts")
        for one in report["conflicts"]:
            prose(say(f"common.conflict-{one['kind']}", **one))


def show_staff(report: Mapping[str, Any]) -> None:
    """Print the commitment of the crew round."""
    facts(
        [
            fact("draw", report["draw"]),
            fact("visits", report["visit_count"]),
            fact("inspectors", report["inspectors"]),
            fact("visits-digest", report["visits"]),
            fact("roster-digest", report["roster"]),
            fact("commitment", report["commitment"]),
            fact("committed-at", local_moment(report["committed_at"])),
            fact("source", report["source"] or "-"),
        ]
    )
