"""Reports for people as values: sections of facts, tables and pictures; as HTML and as a workbook.

What stands in them is untrusted: in HTML it is escaped, in a workbook every cell is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yaohao.planner.learning.chart_svg import render
from yaohao.planner.learning.charts import Bars
from yaohao.planner.publication.paper.templating import Templates
from yaohao.planner.publication.workbook_writer import Row, across, writing
from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name

TEMPLATE = "report.html"
_NO_SHEET = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31  # characters of the name of a sheet
_WIDTH = 110.0  # characters across a sheet


@dataclass(frozen=True)
class Section:
    """A part of a report: its heading, label and value pairs, a table, a picture, remarks.

    Columns from `numbers` on are numbers; -1 for none.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: int = -1
    chart: Bars | None = None
    notes: tuple[str, ...] = ()
    name: str = ""
    """What a table is known by on the command line."""


@dataclass(frozen=True)
class ReportPage:
    """A report: authority, title, day, sections."""

    authority: str
    title: str
    day: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


class _Picture(str):
    """A picture, which goes into a page as it is: of escaped texts alone (`chart_svg.safe`)."""

    __slots__ = ()

    def __html__(self) -> str:
        """The picture as it stands in a page (the protocol of markupsafe)."""
        return str(self)


def html(page: ReportPage, workspace: Path, language: str) -> bytes:
    """The report as one page that needs nothing else; a bureau can replace its template.

    Raises PlannerError for a template of the bureau's own that is at fault.
    """
    pictures = [_Picture(render(one.chart)) if one.chart else "" for one in page.sections]
    values = {"page": page, "sections": list(zip(page.sections, pictures, strict=True))}
    return b"".join(Templates(workspace, language).pieces(TEMPLATE, values))


def workbook(page: ReportPage, language: str) -> bytes:
    """The report as a workbook, a sheet for each section that has facts or a table."""
    path = process_folder() / unfinished_name()
    try:
        with writing(path, language) as book:
            taken: set[str] = set()
            for section in page.sections:
                if not (section.facts or section.headings):
                    continue
                columns = max(len(section.headings), 2)
                widths = [_WIDTH / columns] * columns
                rows = list(_sheet_rows(page, section, widths))
                name = _sheet_name(section.title, taken)
                sheet = book.sheet(name, widths, section.title, rows, len(rows), wide=True)
                for place, (looks, _, _) in enumerate(rows):
                    if looks in ("heading", "text"):
                        sheet.merge_range(place, 0, place, columns - 1, "")
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _sheet_rows(page: ReportPage, section: Section, widths: list[float]) -> Iterator[Row]:
    yield across("heading", f"{page.title} {section.title}", widths)
    yield across("text", f"{page.authority} {page.day}".strip(), widths)
    for label, value in section.facts:
        yield ["label", "cell"], 0.0, [label, value]
    if section.headings:
        yield "head", 0.0, section.headings
    for row in section.rows:
        yield "cell", 0.0, row
    for note in (*section.notes, *page.notes):
        yield across("text", note, widths)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that a sheet may have and no other sheet has."""
    stem = _NO_SHEET.sub(" ", title).strip() or "-"
    name, number = stem[:_LONGEST_NAME], 1
    while name.casefold() in taken:
        number += 1
        tail = f" {number}"
        name = stem[: _LONGEST_NAME - len(tail)] + tail
    taken.add(name.casefold())
    return name
