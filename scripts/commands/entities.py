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

BY = ("region", "tier", "kind", "status", "industry", "fields", "established_on", "inspected_on")
"""What entities can be counted by."""

SORTS = ("entity_id", "name", "region", "tier", "kind", "status", "established_on", "inspected_on")


@cli_command("entities")
@option("--filter", "typed", words="entities-filter", default="")
@option("--sort", words="entities-sort", type=click.Choice(SORTS), default=SORTS[0])
@option("--reverse", words="entities-reverse", is_flag=True)
@option("--today", words="entities-today", meta="day", default="")
@option("--by", words="entities-by", type=click.Choice(BY), default=None)
@option("--kept", words="entities-kept", meta="name", default="")
@limit_option()
@tabular("entities", "groups")
def command(
    *, typed: str, sort: str, reverse: bool, today: str, by: str | None, kept: str, limit: int
) -> None:
    """List the entities that match a filter, or count them by a column."""
    if kept:
        typed = f"{_kept_filter(kept)} {typed}".strip()
    try:
        day = date.fromisoformat(today) if today else None
    except ValueError as error:
        raise refuse("cli.bad-day", found=today) from error
    with open_workspace() as workspace:
        entities = workspace.browse(day)
        places = entities.find(typed, sort, descending=reverse)
        unknown = entities.not_understood(typed)
        if unknown:
            note("filter-unknown", found=unknown, known=workspace.filter_keys())
        if by is not None:
            counted = entities.groups(by, places, ("visits_this_year",))
            groups = sorted(counted, key=lambda one: (-one[1], str(one[0])))
            told = {
                "size": entities.size,
                "found": len(places),
                "not_understood": unknown,
                "by": by,
                "groups": [
                    {"code": code, "size": size, "visits_this_year": sums[0]}
                    for code, size, sums in groups
                ],
            }
            finish(told, lambda told: _show_groups(told, limit))
            return
        rows = entities.rows(places if session().json else places[:limit])
    told = {
        "size": entities.size,
        "found": len(places),
        "not_understood": unknown,
        "entities": rows,
    }
    finish(told, lambda told: _show(told, limit))


def _kept_filter(name: str) -> str:
    """The filter that is kept by a name for the register on the screens."""
    from yaohao.planner.doors.kept_tables import KeptTables

    filters = KeptTables().filters("register")
    if name not in filters:
        raise refuse("output.no-such-filter", found=name, known=list(filters))
    return filters[name]


def _show_groups(report: Mapping[str, Any], limit: int) -> None:
    """The counts, the largest first."""
    columns = [
        column("code"),
        column("name", flex=True),
        column("size", right=True),
        column("visits-this-year", right=True),
    ]
    by, groups = report["by"], report["groups"]
    rows = (
        (one["code"], _code_words(by, one["code"]), one["size"], one["visits_this_year"])
        for one in groups[:limit]
    )
    table(columns, rows, "groups")
    if len(groups) > limit:
        note("more", shown=limit, size=len(groups))
    note("found", size=report["found"])


def _code_words(by: str, code: str) -> str:
    if by == "fields":
        return ", ".join(code_name("fields", one) for one in code.split(",") if one)
    return code_name(by, code) if by in ("region", "tier", "kind", "status", "industry") else ""


def _show(report: Mapping[str, Any], limit: int) -> None:
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
        for row in report["entities"]
    )
    table(columns, rows, "entities")
    if report["found"] > limit:
        note("more", shown=limit, size=report["found"])
    else:
        note("found", size=report["found"])
