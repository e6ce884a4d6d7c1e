"""`yaohao survive`: how long firms live, entries and exits, activity."""

from __future__ import annotations

import click
from yaohao.scripts.command_base import (
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.findings import picture_options, tell

GROUPS = ("kind", "industry", "region", "tier", "cohort")


# Many parameters: the options, each by its own name.
@cli_command("survive", words="learn.survive")
@option("--by", "by", words="learn.survive-by", type=click.Choice(GROUPS), default=None)
@option("--exits", words="learn.exits", meta="file", default="")
@option("--since", words="learn.since", meta="day", default="")
@option("--reports", words="learn.reports", meta="file", default="")
@option("--zeros-active", words="learn.zeros-active", is_flag=True)
@picture_options()
def command(
    *,
    by: str | None,
    exits: str,
    since: str,
    reports: str,
    zeros_active: bool,
    ascii_only: bool,
    svg: str,
) -> None:
    """Estimate survival with late entry; compare groups."""
    with open_workspace() as workspace:
        finding = workspace.survive(
            by or "",
            exits=exits or None,
            since=since,
            reports=reports or None,
            needs_figures=not zeros_active,
        )
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)
