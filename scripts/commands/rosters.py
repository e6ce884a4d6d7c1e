"""`yaohao register inspectors` and `register items`: the rows of the small registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.wording.format import code_name
from yaohao.scripts.command_base import cli_command, open_workspace, option
from yaohao.scripts.output import column, finish, limit_option, note, table, tabular


@cli_command("inspectors", words="rosters.inspectors")
@option("--filter", "typed", words="rosters.filter-texts", default="")
@limit_option()
@tabular("inspectors")
def inspectors(*, typed: str, limit: int) -> None:
    """List the inspectors."""
    with open_workspace() as workspace:
        rows = _matching(workspace.inspectors(), typed)
    finish({"inspectors": rows}, lambda report: _show_inspectors(report, limit))


@cli_command("items", words="rosters.items")
@option("--filter", "typed", words="rosters.filter-texts", default="")
@limit_option()
@tabular("items")
def items(*, typed: str, limit: int) -> None:
    """List the items of inspection."""
    with open_workspace() as workspace:
        rows = _matching(workspace.items(), typed)
    finish({"items": rows}, lambda report: _show_items(report, limit))


def _matching(rows: Sequence[Any], typed: str) -> list[Any]:
    """The rows in which every word that was typed stands somewhere."""
    words = typed.casefold().split()
    texts = ((row, " ".join(map(str, row.values())).casefold()) for row in rows)
    return [row for row, held in texts if all(word in held for word in words)]


def _show_inspectors(report: Mapping[str, Any], limit: int) -> None:
    columns = [
        column("inspector"),
        column("name"),
        column("rosters.department", flex=True),
        column("rosters.regions", flex=True),
        column("rosters.certificate"),
    ]
    rows = [
        (
            one["inspector_id"],
            one["name"],
            one["department"],
            ", ".join(code_name("region", region) for region in one["regions"]) or "-",
            one["certificate_until"] or "-",
        )
        for one in report["inspectors"][:limit]
    ]
    table(columns, rows, "inspectors")
    _told_size("rosters.inspectors", len(report["inspectors"]), limit)


def _show_items(report: Mapping[str, Any], limit: int) -> None:
    columns = [
        column("rosters.item"),
        column("name", flex=True),
        column("rosters.department"),
        column("rosters.object", flex=True),
    ]
    rows = [
        (one["item_id"], one["name"], one["department"] or "-", one["object"] or "-")
        for one in report["items"][:limit]
    ]
    table(columns, rows, "items")
    _told_size("rosters.rows", len(report["items"]), limit)


def _told_size(words: str, size: int, limit: int) -> None:
    if size > limit:
        note("more", shown=limit, size=size)
    else:
        note(words, n=size)
