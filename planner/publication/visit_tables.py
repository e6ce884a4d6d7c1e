"""The visits of a draw as tables: CSV for programs and Excel, and a workbook.

Names are untrusted: nothing in a cell may work as a formula (docs/bundle.md, "Guard").
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from yaohao.planner.publication.workbook_writer import Row, across, writing
from yaohao.planner.vocabulary.text import guard
from yaohao.planner.wording.messages import language


def cell_text(value: Any) -> str:
    """A value of a visit as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return guard(";".join(value))
    return guard(value) if isinstance(value, str) else str(value)


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A table as CSV (RFC 4180): UTF-8 with byte order mark, lines end in CR LF."""
    return b"".join(csv_pieces(columns, rows))


def csv_pieces(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """As `csv_bytes`, in pieces."""
    return _pieces(columns, (map(row.__getitem__, columns) for row in rows))


def table_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """As `csv_bytes`, of rows whose values stand in the order of the headings."""
    return b"".join(_pieces(headings, rows))


def _pieces(headings: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    source = iter(rows)
    yield b"\xef\xbb\xbf" + _lines([headings])
    while some := list(islice(source, _AT_ONCE)):
        yield _lines([cell_text(value) for value in row] for row in some)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


_AT_ONCE = 1_000
"""Rows that are text at a time."""


def write_workbook(
    path: Path,
    title: str,
    notes: Sequence[str],
    headings: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """A workbook of one sheet: title, notes, table; every cell is text and no cell a formula."""
    widths = [_WIDTHS.get(name, 10.0) for name in columns]
    opening = [across("heading", title, widths)]
    opening += [across("text", note, widths) for note in (*notes, "")]

    def all_rows() -> Iterator[Row]:
        yield from opening
        yield "head", 0.0, headings
        for visit in rows:
            yield "cell", 0.0, [_plain_cell(visit[name]) for name in columns]

    with writing(path, language()) as book:
        top, size = len(opening), len(opening) + 1 + len(rows)
        sheet = book.sheet("visits", widths, title, all_rows(), size, wide=True, head=top)
        for row in range(top - 1):
            sheet.merge_range(row, 0, row, len(columns) - 1, "")
        sheet.autofilter(top, 0, size - 1, len(columns) - 1)


_WIDTHS = {
    "entity_id": 21.0, "name": 34.0, "ticket": 34.0, "inspectors": 17.0,
    "address": 34.0, "phone": 15.0, "items": 24.0, "crew": 22.0, "number": 6.0,
}  # fmt: skip


def _plain_cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return value if isinstance(value, str) else cell_text(value)
