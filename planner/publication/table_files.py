"""Tables as files of four kinds: CSV, a workbook, JSON and Parquet, written as their rows come.

Names are untrusted: nothing in a cell may work as a formula (docs/bundle.md, "Guard").
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from yaohao.planner.publication.visit_tables import cell_text
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import language, say

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = ("csv", "xlsx", "json", "parquet")
"""What a table can be written as; each is also the ending of such a file's name."""

MARK = b"\xef\xbb\xbf"
"""What a spreadsheet takes UTF-8 by."""

_PIECE = 5_000
"""Rows held at a time."""

_WIDEST = 60.0
_NARROWEST = 8.0
_MEASURED = 200
"""Rows from which the widths of a workbook's columns are taken."""

Row = Sequence[Any]


@dataclass(frozen=True)
class Field:
    """A column of a file: its name for programs, its heading for people."""

    key: str
    heading: str


def write_table(
    file: BinaryIO, form: str, title: str, fields: Sequence[Field], rows: Iterable[Row]
) -> int:
    """Write a table into an open file as one of `FORMATS`; gives the number of rows.

    A value is a text, a number, a truth, None, or a list of texts. JSON and Parquet know a column
    by its key, CSV and a workbook by its heading. Raises PlannerError for more rows than a sheet
    of a workbook may have.
    """
    counted = _Counted(rows)
    _WRITERS[form](file, title, fields, counted)
    return counted.size


class _Counted:
    """Rows, counted while they go by."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows, self.size = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.size += 1
            yield row


def _write_csv(file: BinaryIO, title: str, fields: Sequence[Field], rows: Iterable[Row]) -> None:
    file.write(MARK)
    for piece in _pieces([[one.heading for one in fields]], rows):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerows([cell_text(value) for value in row] for row in piece)
        file.write(text.getvalue().encode("utf-8", "backslashreplace"))


def _write_json(file: BinaryIO, title: str, fields: Sequence[Field], rows: Iterable[Row]) -> None:
    names = unique([one.key for one in fields])
    before = b"[\n"
    for row in rows:
        text = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        file.write(before + text.encode("utf-8", "backslashreplace"))
        before = b",\n"
    file.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def _write_parquet(
    file: BinaryIO, title: str, fields: Sequence[Field], rows: Iterable[Row]
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = unique([one.key for one in fields])
    parts: list[list[pa.Array]] = [[] for _ in names]
    for piece in _pieces([], rows):
        for part, values in zip(parts, zip(*piece, strict=True), strict=True):
            part.append(_column(values))
    columns = [_joined(part) for part in parts]
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), file, compression="zstd")


def _column(values: Sequence[Any]) -> pa.Array:
    """Values as a column: whole numbers or fractions where all are such, else texts."""
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None and value != ""}
    if kinds and kinds <= {
        int,
        float,
    }:  # beside numbers an empty text is a number that is not known
        values = [None if value == "" else value for value in values]
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int} and all(abs(one) < 1 << 63 for one in values if one is not None):
        return pa.array(values, pa.int64())
    if float in kinds and kinds <= {int, float}:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array([_parquet_text(value) for value in values], pa.string())


def _parquet_text(value: Any) -> str | None:
    """A value as a text that UTF-8 can hold; no cell of Parquet works as a formula."""
    if value is None:
        return None
    text = ";".join(value) if isinstance(value, list) else str(value)
    return text.encode("utf-8", "backslashreplace").decode()


def _joined(parts: Sequence[pa.Array]) -> pa.ChunkedArray:
    """The parts of a column as one, of the narrowest kind that holds them all."""
    import pyarrow as pa

    kinds = {part.type for part in parts if part.null_count < len(part)}
    if len(kinds) > 1:
        numbers = kinds <= {pa.int64(), pa.float64()}
        kind = pa.float64() if numbers else pa.string()
    else:
        kind = next(iter(kinds), pa.string())
    return pa.chunked_array([part.cast(kind) for part in parts], kind)


def _write_workbook(
    file: BinaryIO, title: str, fields: Sequence[Field], rows: Iterable[Row]
) -> None:
    from yaohao.planner.publication import workbook_writer
    from yaohao.planner.vocabulary.text import plain

    kept = [[_workbook_text(value) for value in row] for row in _at_most(rows)]
    headings = [one.heading for one in fields]
    widths = [
        _width([heading, *(row[place] for row in kept[:_MEASURED])])
        for place, heading in enumerate(headings)
    ]
    book = workbook_writer.Book(language())

    def all_rows() -> Iterator[workbook_writer.Row]:
        yield "head", 0.0, headings
        for row in kept:
            yield "cell", 0.0, row

    size = len(kept) + 1
    name = plain(say("output.sheet"))
    sheet = book.sheet(name, widths, title, all_rows(), size, wide=True, head=0)
    sheet.autofilter(0, 0, size - 1, len(headings) - 1)
    book.write(file)


def _at_most(rows: Iterable[Row]) -> Iterator[Row]:
    from yaohao.planner.publication.workbook_writer import MOST_ROWS

    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise refuse("output.too-long", limit=MOST_ROWS)
        yield row


def _workbook_text(value: Any) -> str:
    """The text of a cell of a workbook, whose cells are all texts and never formulas."""
    if isinstance(value, list):
        return ";".join(value)
    return value if isinstance(value, str) else cell_text(value)


def _width(texts: Sequence[str]) -> float:
    """A column's width: that of its longest text, a Chinese sign taking two, within bounds."""
    longest = max(len(text) + sum(mark > "\u2e7f" for mark in text) for text in texts)
    return min(max(longest + 3.0, _NARROWEST), _WIDEST)


def unique(names: Sequence[str]) -> list[str]:
    """Names of which no two are alike: the later ones have a number behind."""
    taken: list[str] = []
    for name in names:
        number, numbered = 1, name
        while numbered in taken:
            number += 1
            numbered = f"{name} {number}"
        taken.append(numbered)
    return taken


def _pieces(first: list[Row], rows: Iterable[Row]) -> Iterator[list[Row]]:
    if first:
        yield first
    source = iter(rows)
    while piece := list(islice(source, _PIECE)):
        yield piece


_WRITERS: dict[str, Callable[[BinaryIO, str, Sequence[Field], Iterable[Row]], None]] = {
    "csv": _write_csv,
    "xlsx": _write_workbook,
    "json": _write_json,
    "parquet": _write_parquet,
}
