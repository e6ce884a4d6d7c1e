"""`yaohao import`: take files into a register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_toml
from yaohao.planner.wording.format import file_words, intake_words, item_words
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
    progress,
    tally,
    text,
    title,
)

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace

REGISTERS = ("entities", "inspectors", "items", "leads", "lists")
RESULTS = "results"
"""What visits found; no register, but read from files like one."""


@cli_command("import")
@argument("register", meta="import-register", type=click.Choice((*REGISTERS, RESULTS)))
@argument("files", meta="file", nargs=-1, required=True)
@option("--map", "maps", words="import-map", meta="map", multiple=True)
@option("--mapping", words="import-mapping", meta="toml", default="")
@option("--value", "values", words="import-value", meta="value", multiple=True)
@option("--date-order", words="import-dates", type=click.Choice(("mdy", "dmy")), default=None)
@option("--encoding", words="import-encoding", meta="encoding", default="")
@option("--sheet", "sheets", words="import-sheet", meta="sheet", multiple=True)
@option("--all-sheets", words="import-all-sheets", is_flag=True)
@option("--draw", words="import-draw", meta="draw", default="")
@option("--replace", words="import-replace", is_flag=True)
@option("--dry-run", words="import-dry-run", is_flag=True)
def command(
    *,
    register: str,
    files: Sequence[str],
    maps: Sequence[str],
    mapping: str,
    values: Sequence[str],
    date_order: str | None,
    encoding: str,
    sheets: Sequence[str],
    all_sheets: bool,
    draw: str,
    replace: bool,
    dry_run: bool,
) -> None:
    """Import, and tell what was accepted, set aside, mended and ignored."""
    columns, codes = read_mapping(mapping) if mapping else ({}, {})
    columns |= dict(_map(one) for one in maps)
    for one in values:
        field, old, new = _value(one)
        codes.setdefault(field, {})[old] = new
    if sheets and all_sheets:
        raise refuse("cli.sheets-or-all")
    if register == RESULTS and replace:
        raise refuse("cli.results-replace")
    if register != RESULTS and draw:
        raise refuse("cli.draw-for-results", register=register)
    with open_workspace() as workspace, progress("importing") as moved:
        if register == RESULTS:
            results = workspace.import_results(
                draw or _only_draw(workspace),
                files,
                columns,
                codes,
                date_order=date_order or "",
                dry_run=dry_run,
                encoding=encoding,
                sheets=sheets,
                all_sheets=all_sheets,
                progress=moved,
            )
            finish(results, show_import)
            _after(results, register, dry_run=dry_run)
            return
        told = workspace.import_files(
            register,
            files,
            columns,
            codes,
            date_order=date_order or "",
            replace=replace,
            dry_run=dry_run,
            encoding=encoding,
            sheets=sheets,
            all_sheets=all_sheets,
            progress=moved,
        )
    finish(told, show_import)
    _after(told, register, dry_run=dry_run)


def _after(told: Mapping[str, Any], register: str, *, dry_run: bool) -> None:
    if dry_run:
        note("dry-run")
    elif told["set_aside"]:
        note("after-set-aside", register=register)


def _only_draw(workspace: Workspace) -> str:
    """The only draw whose crews are dealt; PlannerError where there are none or several."""
    dealt = [row["draw"] for row in workspace.draws() if row["stage"] == "dealt"]
    if len(dealt) != 1:
        raise refuse("cli.which-draw" if dealt else "cli.no-dealt-draw", known=dealt)
    return str(dealt[0])


def _map(word: str) -> tuple[str, str]:
    field, sign, column = word.partition("=")
    if not sign or not field.strip() or not column:
        raise refuse("cli.bad-map", found=word)
    return field.strip(), column


def _value(word: str) -> tuple[str, str, str]:
    field, colon, change = word.partition(":")
    old, sign, new = change.rpartition("=")
    if not colon or not sign or not field.strip() or not old:
        raise refuse("cli.bad-value", found=word)
    return field.strip(), old, new


def read_mapping(file: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The tables [map] and [value.FIELD] of a mapping file; PlannerError for any other file."""
    try:
        document = read_toml(Path(file))
    except (OSError, ValueError) as error:
        raise refuse("cli.bad-mapping", file=file, found=str(error)) from error
    columns, values = document.get("map", {}), document.get("value", {})
    strange = sorted(set(document) - {"map", "value"})
    if strange:
        raise refuse("cli.bad-mapping", file=file, found=", ".join(strange))
    for table in (columns, *(values.values() if isinstance(values, Mapping) else [values])):
        if not _is_texts(table):
            raise refuse("cli.bad-mapping", file=file, found=str(table)[:80])
    return dict(columns), {field: dict(table) for field, table in values.items()}


def _is_texts(table: Any) -> bool:
    return isinstance(table, Mapping) and all(isinstance(text, str) for text in table.values())


def show_import(told: dict[str, Any]) -> None:
    """Print what came of an import."""
    facts(
        [
            fact("register", say(f"cli.register-{told['register']}")),
            *(fact("file", one["file"]) for one in told["files"]),
            fact("rows", told["rows"]),
            fact("accepted", told["accepted"]),
            fact("set-aside", told["set_aside"]),
            fact("holds", told["size"]) if "size" in told else None,
            fact("draw", told["draw"]) if "draw" in told else None,
            fact("open", told["open"]) if "open" in told else None,
        ]
    )
    for line in [*file_words(told), *item_words(told)]:
        facts([("", line)])
    for heading in ("reasons", "mended", "warnings"):
        if told[heading]:
            title(heading)
            tally((count, intake_words(code)) for code, count in told[heading].items())
    if told["ignored"]:
        title("ignored")
        facts([("", ", ".join(heading[:60] for heading in told["ignored"]))])
    if not told["changed"] and not told["dry_run"]:
        text("unchanged")
