"""`yaohao worksheet`: the internal list of visits, with addresses and telephone numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.output import (
    Column,
    fact,
    facts,
    finish,
    limit_option,
    note,
    table,
    tabular,
    warn,
    warn_unwitnessed,
)

_GIVING = ("name", "address", "items", "crew")


@cli_command("worksheet", words="worksheet.worksheet")
@argument("draw", meta="draw")
@option("--to", words="worksheet.to", meta="file", default="")
@limit_option()
@tabular("visits")
def command(draw: str, to: str, limit: int) -> None:
    """Write the list, or show it."""
    now = session()
    if to and (now.output or now.format):
        raise refuse("worksheet.to-or-output")
    with open_workspace() as workspace:
        if to:
            written = workspace.write_worksheet(draw, to, overwrite=now.overwrite)
            finish(written, _show_written)
            lacking = written["without_phone"]
            size, crewless = written["visits"], written["without_inspectors"]
        else:
            report = workspace.worksheet(draw)
            rows = report["visits"]
            lacking = sum(not row["phone"] for row in rows)
            size, crewless = len(rows), sum(not row["crew"] for row in rows)
            finish(report, lambda shown: _show(shown, limit))
        warn_unwitnessed(workspace, draw)
    if lacking:
        warn("worksheet.no-phone", number=lacking, size=size)
    if crewless:
        warn("worksheet.no-inspectors", draw=draw)
    if to:
        note("worksheet.after", file=to)


def _show_written(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("draw", report["draw"]),
            fact("file", report["file"]),
            fact("visits", report["visits"]),
            fact("worksheet.without-phone", report["without_phone"]),
            fact("worksheet.without-address", report["without_address"]),
        ]
    )


def _show(report: Mapping[str, Any], limit: int) -> None:
    names = report["columns"]
    columns = [Column(say(f"worksheet.column-{name}"), flex=name in _GIVING) for name in names]
    rows = report["visits"]
    table(columns, ([row[name] for name in names] for row in rows[:limit]), "visits")
    if len(rows) > limit:
        note("more", shown=limit, size=len(rows))
