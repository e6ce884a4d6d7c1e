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
        told = workspace.staff(draw)
        finish(told, show_staff)
        warn_unwitnessed(workspace, draw)
    if not told["source"]:
        warn("no-source-named")
    note("after-staff", draw=draw)


def _look(draw: str) -> None:
    """Show who may go where; end with 1 where seats cannot be filled."""
    with open_workspace() as workspace:
        told = workspace.staffing(draw)
    finish(told, show_staffing)
    if told["shortfalls"]:
        click.get_current_context().exit(1)


def show_staffing(told: Mapping[str, Any]) -> None:
    """Print the inspectors, shortfalls, and changes recorded too late."""
    facts(
        [
            fact("draw", told["draw"]),
            fact("visits", told["visits"]),
            fact("all-seats", told["seats"]),
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
            for one in told["inspectors"]
        ],
        "inspectors",
    )
    if told["shortfalls"]:
        title("shortfalls")
        for one in told["shortfalls"]:
            prose(say_problem(Problem(one["code"], one["params"])))
    if told["conflicts"]:
        title("conflicts")
        for one in told["conflicts"]:
            prose(say(f"common.conflict-{one['kind']}", **one))


def show_staff(told: Mapping[str, Any]) -> None:
    """Print the commitment of the crew round."""
    facts(
        [
            fact("draw", told["draw"]),
            fact("visits", told["visit_count"]),
            fact("inspectors", told["inspectors"]),
            fact("visits-digest", told["visits"]),
            fact("roster-digest", told["roster"]),
            fact("commitment", told["commitment"]),
            fact("committed-at", local_moment(told["committed_at"])),
            fact("source", told["source"] or "-"),
        ]
    )
