"""The visits of a draw as tables: CSV for programs and Excel, and a workbook.

Names are untrusted: nothing in a cell may work as a formula (docs/bundle.md, "Guard").
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.vocabulary.text import guard

_MOST_CHARACTERS = 32_767  # of a cell of a workbook


def cell_text(value: Any) -> str:
    """A value of a visit as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return guard(";".join(value))
    return guard(value) if isinstance(value, str) else str(value)


def csv_bytes(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A table as CSV (RFC 4180): UTF-8 with byte order mark, lines end in CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell_text(row[column]) for column in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_workbook(
    path: Path,
    title: str,
    notes: Sequence[str],
    headings: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """A workbook of one sheet: title, notes, table; every cell is text and no cell a formula."""
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        # A fixed moment: the same draw gives the same file on any day.
        book.set_properties({"created": _EPOCH})
        sheet = book.add_worksheet("visits")
        bold = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EDEDED"})
        text = book.add_format({"num_format": "@"})
        sheet.write_string(0, 0, title[:_MOST_CHARACTERS], bold)
        for row, note in enumerate(notes, 1):
            sheet.write_string(row, 0, note[:_MOST_CHARACTERS])
        top = len(notes) + 2
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, heading, head)
        for row, visit in enumerate(rows, top + 1):
            for column, name in enumerate(columns):
                sheet.write_string(row, column, _plain_cell(visit[name])[:_MOST_CHARACTERS], text)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)
        widths = {"entity_id": 21, "name": 36, "ticket": 20, "inspectors": 24}
        for column, name in enumerate(columns):
            sheet.set_column(column, column, widths.get(name, 10))


def _plain_cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return value if isinstance(value, str) else cell_text(value)


def _epoch() -> Any:
    from datetime import UTC, datetime

    return datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


_EPOCH = _epoch()
