"""`yaohao import`: import files into a register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_toml
from yaohao.planner.wording.column_words import absent_words, alike_words, unread_words
from yaohao.planner.wording.format import file_words, intake_words
from yaohao.planner.wording.import_words import effect_words
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
from yaohao.scripts.told_commands import command_line, import_line

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace

REGISTERS = ("entities", "inspectors", "items", "leads", "lists")
RESULTS = "results"
"""What visits found; no register, but read from files like one."""
INSPECTIONS = "inspections"
"""Visits that were made elsewhere, alike."""


@cli_command("import")
@argument("register", meta="import-register", type=click.Choice((*REGISTERS, RESULTS, INSPECTIONS)))
@argument("files", meta="file", nargs=-1, required=True)
@option("--map", "maps", words="import-map", meta="map", multiple=True)
@option("--mapping", words="import-mapping", meta="toml", default="")
@option("--value", "values", words="import-value", meta="value", multiple=True)
@option("--date-order", words="import-dates", type=click.Choice(("mdy", "dmy")), default=None)
@option("--today", words="import-today", meta="first-day", default="")
@option("--vouch", words="import-vouch", meta="file", multiple=True)
@option("--encoding", words="import-encoding", meta="encoding", default="")
@option("--sheet", "sheets", words="import-sheet", meta="sheet", multiple=True)
@option("--all-sheets", words="import-all-sheets", is_flag=True)
@option("--draw", words="import-draw", meta="draw", default="")
@option("--replace", words="import-replace", count=True)
@option("--empty", words="import-empty", is_flag=True)
@option("--supersedes", words="import-supersedes", meta="file", multiple=True)
@option("--correct", words="import-correct", is_flag=True)
@option("--close-leads", words="import-close-leads", is_flag=True)
@option("--dry-run", words="import-dry-run", is_flag=True)
def command(
    *,
    register: str,
    files: Sequence[str],
    maps: Sequence[str],
    mapping: str,
    values: Sequence[str],
    date_order: str | None,
    today: str,
    vouch: Sequence[str],
    encoding: str,
    sheets: Sequence[str],
    all_sheets: bool,
    draw: str,
    replace: int,
    empty: bool,
    supersedes: Sequence[str],
    correct: bool,
    close_leads: bool,
    dry_run: bool,
) -> None:
    """Import, and tell what was accepted, set aside, mended and ignored, and what it changed."""
    columns, codes = read_mapping(mapping) if mapping else ({}, {})
    columns |= _maps(maps)
    for one in values:
        field, old, new = _value(one)
        codes.setdefault(field, {})[old] = new
    if sheets and all_sheets:
        raise refuse("cli.sheets-or-all")
    if register == RESULTS and replace:
        raise refuse("cli.results-replace")
    if register != RESULTS and draw:
        raise refuse("cli.draw-for-results", register=register)
    if register in (RESULTS, INSPECTIONS) and vouch:
        raise refuse("vouch.for-registers", register=register)
    if register != RESULTS and (correct or close_leads):
        raise refuse("effects.for-results", register=register)
    if register == INSPECTIONS and (replace or empty):
        raise refuse("effects.inspections-added")
    read: dict[str, Any] = {
        "date_order": date_order or "",
        "today": today,
        "encoding": encoding,
        "sheets": sheets,
        "all_sheets": all_sheets,
        "supersedes": supersedes,
        "dry_run": dry_run,
    }
    report: Mapping[str, Any]
    with open_workspace() as workspace, progress("importing") as moved:
        if register == RESULTS:
            draw = draw or _only_draw(workspace)
            report = workspace.import_results(
                draw,
                files,
                columns,
                codes,
                empty=empty,
                correct=correct,
                close_leads=close_leads,
                progress=moved,
                **read,
            )
        elif register == INSPECTIONS:
            report = workspace.import_inspections(files, columns, codes, progress=moved, **read)
        else:
            report = workspace.import_files(
                register,
                files,
                columns,
                codes,
                replace=replace > 0,
                replace_most=replace > 1,
                empty=empty,
                vouch=vouch,
                progress=moved,
                **read,
            )
    finish(report, show_import)
    used = {"map": columns, "value": codes, "draw": draw, **read}
    _after(report, register, files, used)


def _after(
    report: Mapping[str, Any], register: str, files: Sequence[str], used: Mapping[str, Any]
) -> None:
    """Tell what may be done next, as commands that work."""
    if report["dry_run"]:
        note("dry-run")
        return
    if report["set_aside"]:
        aside = command_line("register", "set-aside", "--register", register)
        note("after-set-aside", command=aside)
    if report.get("leads") and not report["leads_closed"]:
        note("after-leads", command=import_line(register, files, used, "--close-leads"))
    if report.get("older"):
        note("after-older", command=import_line(register, files, used, "--correct"))
    effects = report.get("effects", {})
    if report["changed"] and (effects.get("changed") or effects.get("gone")):
        note("after-import", command=command_line("register", "undo", "--register", register))


def _only_draw(workspace: Workspace) -> str:
    """The only draw whose crews are dealt; PlannerError where there are none or several."""
    dealt = [row["draw"] for row in workspace.draws() if row["stage"] == "dealt"]
    if len(dealt) != 1:
        raise refuse("cli.which-draw" if dealt else "cli.no-dealt-draw", known=dealt)
    return str(dealt[0])


def _maps(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Field → its columns, in their order; none for a field that is to be left out."""
    columns: dict[str, tuple[str, ...]] = {}
    for word in words:
        field, sign, column = word.partition("=")
        if not sign or not field.strip():
            raise refuse("cli.bad-map", found=word)
        named = columns.get(field.strip(), ())
        columns[field.strip()] = (*named, column) if column else named
    return columns


def _value(word: str) -> tuple[str, str, str]:
    field, colon, change = word.partition(":")
    old, sign, new = change.rpartition("=")
    if not colon or not sign or not field.strip() or not old:
        raise refuse("cli.bad-value", found=word)
    return field.strip(), old, new


Columns = dict[str, str | Sequence[str]]


def read_mapping(file: str) -> tuple[Columns, dict[str, dict[str, str]]]:
    """The tables [map] and [value.FIELD] of a mapping file; PlannerError for any other file."""
    try:
        document = read_toml(Path(file))
    except (OSError, ValueError) as error:
        raise refuse("cli.bad-mapping", file=file, found=str(error)) from error
    columns, values = document.get("map", {}), document.get("value", {})
    strange = sorted(set(document) - {"map", "value"})
    if strange:
        raise refuse("cli.bad-mapping", file=file, found=", ".join(strange))
    tables = values.values() if isinstance(values, Mapping) else [values]
    for table, may_list in [(columns, True), *((one, False) for one in tables)]:
        if not _is_texts(table, may_list):
            raise refuse("cli.bad-mapping", file=file, found=str(table)[:80])
    return dict(columns), {field: dict(table) for field, table in values.items()}


def _is_texts(table: Any, may_list: bool) -> bool:
    """Whether it is a table of texts, or (several headings of a field) lists of texts."""
    if not isinstance(table, Mapping):
        return False
    lists = [one for one in table.values() if may_list and isinstance(one, list)]
    single = [one for one in table.values() if not (may_list and isinstance(one, list))]
    return all(isinstance(text, str) for text in (*single, *(t for one in lists for t in one)))


def show_import(report: dict[str, Any]) -> None:
    """Print the result of an import."""
    facts(
        [
            fact("register", say(f"common.register-{report['register']}")),
            *(fact("file", one["file"]) for one in report["files"]),
            fact("rows", report["rows"]),
            fact("accepted", report["accepted"]),
            fact("set-aside", report["set_aside"]),
            fact("holds", report["size"]) if "size" in report else None,
            fact("draw", report["draw"]) if "draw" in report else None,
            fact("open", report["open"]) if "open" in report else None,
        ]
    )
    for line in [*file_words(report), *effect_words(report)]:
        facts([("", line)])
    for heading in ("reasons", "mended", "warnings"):
        if report[heading]:
            title(heading)
            tally((count, intake_words(code)) for code, count in report[heading].items())
    columns = [*absent_words(report), *alike_words(report)]
    if columns:
        title("columns")
        facts([("", line) for line in columns])
    if report["not_understood"]:
        title("not-understood")
        tally(unread_words(report))
    if not report["changed"] and not report["dry_run"]:
        text("unchanged")
