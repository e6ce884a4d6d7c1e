"""`yaohao report`: what is public of a business, a year in figures, a compliance checklist; and
pictures of the work: a year's calendar, the load of crews by week, a map of divisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.text import plain
from yaohao.scripts.command_base import (
    Group,
    argument,
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.findings import picture_options
from yaohao.scripts.findings import tell as tell_finding
from yaohao.scripts.output import facts, finish, line, note, prose, table, tabular
from yaohao.scripts.tables import Column, emit

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace


MEASURES = ("rate", "visits", "violations", "size")


@cli_command("entity", words="reporting.entity")
@argument("entity", meta="entity")
@option("--as-of", words="reporting.as-of", meta="day", default="")
@option("--to", "files", words="reporting.to", meta="file", multiple=True)
@tabular("records")
def entity_(entity: str, as_of: str, files: tuple[str, ...]) -> None:
    """Show what is public of a business."""
    with open_workspace() as workspace:
        _tell(workspace, workspace.reports.entity(entity, as_of), files)


@cli_command("year", words="reporting.year")
@argument("year", meta="reporting.year", required=False, type=int)
@option("--as-of", words="reporting.as-of", meta="day", default="")
@option("--to", "files", words="reporting.to", meta="file", multiple=True)
@tabular("draw", "rule", "tier", "region", "item", "office", "cases", "duties")
def year_(year: int | None, as_of: str, files: tuple[str, ...]) -> None:
    """Show a year in figures."""
    with open_workspace() as workspace:
        _tell(workspace, workspace.reports.year(year or 0, as_of), files)


@cli_command("checklist", words="reporting.checklist")
@option("--from", "first", words="reporting.from", meta="day", default="")
@option("--until", "last", words="reporting.until", meta="day", default="")
@option("--least", words="reporting.least", meta="number", type=click.IntRange(1), default=2)
@option("--most", words="reporting.most", meta="number", type=click.IntRange(1), default=10)
@option("--to", "files", words="reporting.to", meta="file", multiple=True)
def checklist_(first: str, last: str, least: int, most: int, files: tuple[str, ...]) -> None:
    """Draft the compliance checklist from own results."""
    with open_workspace() as workspace:
        report = workspace.reports.checklist(first, last, least=least, most=most)
        _tell(workspace, report, files)


@cli_command("calendar", words="reporting.calendar")
@argument("year", meta="reporting.year", required=False, type=int)
@option("--as-of", words="reporting.as-of", meta="day", default="")
@picture_options()
def calendar_(year: int | None, as_of: str, ascii_only: bool, svg: str) -> None:
    """Show the days of a year: draws, visits, what is due."""
    with open_workspace() as workspace:
        finding = workspace.reports.calendar(year or 0, as_of)
        tell_finding(workspace, finding, ascii_only=ascii_only, svg=svg)


@cli_command("load", words="reporting.load")
@argument("draw", meta="draw", required=False)
@option("--as-of", words="reporting.as-of", meta="day", default="")
@picture_options()
def load_(draw: str | None, as_of: str, ascii_only: bool, svg: str) -> None:
    """Show visits by inspector and week."""
    with open_workspace() as workspace:
        finding = workspace.reports.load(draw or "", as_of)
        tell_finding(workspace, finding, ascii_only=ascii_only, svg=svg)


@cli_command("map", words="reporting.map")
@argument("draw", meta="draw", required=False)
@option("--by", words="reporting.by", type=click.Choice(MEASURES), default=MEASURES[0])
@option("--digits", words="reporting.digits", meta="number", type=int, default=0)
@picture_options()
def map_(draw: str | None, by: str, digits: int, ascii_only: bool, svg: str) -> None:
    """Show the divisions of the register as tiles."""
    with open_workspace() as workspace:
        finding = workspace.reports.map(by, draw=draw or "", digits=digits)
        tell_finding(workspace, finding, ascii_only=ascii_only, svg=svg)


def _tell(workspace: Workspace, report: Any, files: tuple[str, ...]) -> None:
    """Print a report, or give it as JSON; write it where files are named."""
    written = workspace.reports.write(report, files, overwrite=session().overwrite)
    finish(report, lambda shown: _show(workspace.reports.page(shown)))
    for file in written:
        note("reporting.written", file=file)


def _show(page: Any) -> None:
    if page.authority:
        line(page.authority)
    emit(plain(page.title), bold=True)
    line(page.day)
    for section in page.sections:
        emit()
        emit(plain(section.title), bold=True)
        facts(section.facts)
        if section.headings:
            columns = [
                Column(heading, right=0 <= section.numbers <= place, flex=place != section.numbers)
                for place, heading in enumerate(section.headings)
            ]
            table(columns, section.rows, section.name)
        for words in section.notes:
            prose(words)
    if page.notes:
        emit()
    for words in page.notes:
        prose(words)


command: click.Command = Group(
    "report",
    "reporting.report",
    members={
        "entity": ("reporting.entity", entity_),
        "year": ("reporting.year", year_),
        "checklist": ("reporting.checklist", checklist_),
        "calendar": ("reporting.calendar", calendar_),
        "load": ("reporting.load", load_),
        "map": ("reporting.map", map_),
    },
)
