"""`yaohao register entities`: list the entities that match a filter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.format import code_name
from yaohao.scripts.command_base import (
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.output import (
    column,
    finish,
    limit_option,
    note,
    table,
    tabular,
)

SORTS = ("entity_id", "name", "region", "tier", "kind", "status", "established_on", "inspected_on")


@cli_command("entities")
@option("--filter", "typed", words="entities-filter", default="")
@option("--sort", words="entities-sort", type=click.Choice(SORTS), default=SORTS[0])
@option("--reverse", words="entities-reverse", is_flag=True)
@option("--today", words="entities-today", meta="day", default="")
@limit_option()
@tabular("entities")
def command(*, typed: str, sort: str, reverse: bool, today: str, limit: int) -> None:
    """List the entities that match a filter."""
    try:
        day = date.fromisoformat(today) if today else None
    except ValueError as error:
        raise refuse("cli.bad-day", found=today) from error
    with open_workspace() as workspace:
        entities = workspace.browse(day)
        places = entities.find(typed, sort, descending=reverse)
        rows = entities.rows(places if session().json else places[:limit])
    told = {"size": entities.size, "found": len(places), "entities": rows}
    finish(told, lambda told: _show(told, limit))


def _show(told: Mapping[str, Any], limit: int) -> None:
    columns = [
        column("entity"),
        column("name", flex=True),
        column("stratum-region"),
        column("stratum-tier"),
        column("inspected"),
    ]
    rows = (
        (
            row["entity_id"],
            row["name"],
            code_name("region", row["region"]),
            row["tier"],
            row["inspected_on"],
        )
        for row in told["entities"]
    )
    table(columns, rows, "entities")
    if told["found"] > limit:
        note("more", shown=limit, size=told["found"])
    else:
        note("found", size=told["found"])
