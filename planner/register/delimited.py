"""Delimited text (CSV) to rows: no row is lost, moved or merged, whatever the file holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yaohao.planner.register.file_probe import (
    LONGEST_LINE,
    FileProbe,
    unreadable,
)
from yaohao.planner.register.heading_rows import HEADING_ROWS, CountKnown, find_headings
from yaohao.planner.register.limits import MOST_COLUMNS, MOST_EXTRA
from yaohao.planner.register.sheet_request import SheetSource
from yaohao.planner.register.text_encodings import OTHER, UNDECODABLE
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = (",", "\t", ";", "|")
_CHUNK = 1 << 21  # characters read at once
_LINES = 1 << 16  # and so many lines at most
_WINDOWS = (8, 128, 2_048, 32_768)  # lines in which the end of a quoted record is looked for
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be read as one: where, why, and its cells as far as they can be told.

    `column` is the field whose text is the reason, where there is one.
    """

    line: int
    reason: str
    found: str
    row: dict[str, str]
    column: str = ""


@dataclass
class Chunk:
    """Rows of a sheet by columns: `columns[i]`, an Arrow array of texts without nulls, is under
    `headings[i]`; `lines` are line numbers; `rejected` the rows between them that are no rows of
    this table. `source` is the sheet they are from; `counts` tell what was done to them before, by
    kind.
    """

    headings: tuple[str, ...]
    columns: list[pa.Array]
    lines: Sequence[int]
    rejected: Sequence[Rejected] = field(default_factory=list)
    source: SheetSource | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def text_arrays(rows: Sequence[Sequence[str]], width: int) -> list[pa.Array]:
    """Rows of `width` texts as Arrow arrays, one a column."""
    import pyarrow as pa

    columns: list[Sequence[str]] = list(zip(*rows, strict=True)) or [()] * width
    return [pa.array(column, pa.string()) for column in columns]


def named(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A row by heading: no cell is lost. Those beyond the headings are called ``extra_1`` …, the
    hundred-and-first of which has all that are left; those without a heading, or with one that
    stood before, go by the number of their column.
    """
    row = dict(zip(headings, cells, strict=False))
    if len(row) == len(cells) == len(headings) and "" not in row:
        return row
    row.clear()
    most = len(headings) + MOST_EXTRA
    if len(cells) > most + 1:  # a name for each of a million cells would be no help to anybody
        cells = [*cells[:most], ",".join(cells[most:])]
    for index, cell in enumerate(cells):
        if index >= len(headings):
            row[f"extra_{index - len(headings) + 1}"] = cell
        else:
            name = headings[index]
            row[f"column_{index + 1}" if not name or name in row else name] = cell
    return row


def strange(row: Sequence[str]) -> tuple[str, str]:
    """The reason and the cell of a row that holds what is no text; two empty texts otherwise."""
    for cell in row:
        if "\0" in cell:
            return "nul", cell
        if OTHER in cell:
            return "other-encoding", cell
        if _SURROGATE.search(cell):
            return "undecodable", cell
    return "", ""


def read_delimited(probe: FileProbe, known: CountKnown) -> Iterator[Chunk]:
    """The rows of a delimited text in chunks, in file order.

    Raises PlannerError where the file cannot be read or has no row of headings.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    pieces = _pieces(probe)
    piece, last = next(pieces)
    parser, headings, lines_used, used = _open(probe, piece, known)
    number, rest = lines_used + 1, piece[used:]
    while True:
        chunk, lines_used, used = parser.parse(headings, rest, number, last)
        yield chunk
        if last:
            return
        number += lines_used
        piece, last = next(pieces)
        rest = rest[used:] + piece


def _pieces(probe: FileProbe) -> Iterator[tuple[str, bool]]:
    """The text in pieces that end with a line, and whether a piece is the last one."""
    try:
        with probe.path.open(
            encoding=probe.encoding, errors=UNDECODABLE, newline=probe.newline
        ) as file:
            rest = ""
            while text := file.read(_CHUNK):
                rest += text.replace("\r", "\n") if probe.newline == "\r" else text
                cut = rest.rfind("\n") + 1
                if cut:
                    for part in _parted(rest[:cut]):
                        yield part, False
                    rest = rest[cut:]
            yield rest, True
    except OSError as error:
        raise unreadable(probe.path, error) from None


def _parted(piece: str) -> Iterator[str]:
    """A piece, in smaller ones where its lines are so short that they are very many."""
    if piece.count("\n") <= _LINES:
        yield piece
        return
    cut = piece.find("\n", len(piece) // 2) + 1
    if not 0 < cut < len(piece):
        cut = piece.find("\n") + 1
    yield from _parted(piece[:cut])
    yield from _parted(piece[cut:])


def _open(
    probe: FileProbe, piece: str, known: CountKnown
) -> tuple[_Parser, tuple[str, ...], int, int]:
    """The delimiter under which most headings are known, the headings, and the lines and
    characters used up.
    """
    lines = io.StringIO(piece, newline="\n").readlines()
    best: tuple[tuple[int, int], _Parser, tuple[str, ...], int] | None = None
    for delimiter in DELIMITERS:
        parser = _Parser(delimiter, probe.dirty)
        rows: list[list[str]] = []
        ends: list[int] = []
        at = 0
        while at < len(lines) and len(rows) < HEADING_ROWS:
            row, span = parser.record(lines, at, None)
            at += max(span, 1)
            if row and any(cell.strip() for cell in row):
                rows.append(row)
                ends.append(at)
        if not rows:
            continue
        # Of more columns than can be read it does not matter whether they are known.
        head = find_headings([row[: MOST_COLUMNS + 1] for row in rows], known)
        width = max(len(head.cells), len(rows[head.used - 1]))
        score = (known(head.cells), width)
        if best is None or score > best[0]:
            best = (score, parser, head.cells, ends[head.used - 1])
    if best is None or (probe.dirty and strange(best[2])[0]):
        raise refuse("intake.not-a-table", file=probe.name)
    (_, width), parser, headings, end = best
    if width > MOST_COLUMNS:
        raise refuse("intake.many-columns", file=probe.name, found=width, limit=MOST_COLUMNS)
    return parser, headings, end, sum(map(len, lines[:end]))


class _Parser:
    """Records of a text with one delimiter, as RFC 4180 has them."""

    def __init__(self, delimiter: str, dirty: bool) -> None:
        self.delimiter = delimiter
        self.dirty = dirty

    def record(
        self, lines: list[str], at: int, width: int | None, last: bool = True
    ) -> tuple[list[str] | None, int]:
        """The record that begins at `lines[at]` and how many lines it takes.

        None for a line that begins no record; 0 lines where the text read so far ends inside it.
        A quote that opens a cell and swallows whole rows behind it begins no record: the lines
        behind are rows of their own.
        """
        line = lines[at]
        try:
            return next(csv.reader((line,), delimiter=self.delimiter, strict=True)), 1
        except csv.Error:
            if '"' not in line:
                return None, 1
        for size in _WINDOWS:
            window = lines[at : at + size]
            rest = iter(window)
            reader = csv.reader(rest, delimiter=self.delimiter, strict=True)
            try:
                row = next(reader)
            except csv.Error:
                if next(rest, None) is None and len(window) == size:
                    continue
                inside = len(window) < size and reader.line_num == len(window)
                return None, int(last or not inside)
            span = reader.line_num
            fits = width is None or len(row) == width
            if fits and not self._swallowed(window[1 : span - 1], width or 0):
                return row, span
            break
        return None, 1

    def _swallowed(self, inner: list[str], width: int) -> bool:
        return width >= 4 and bool(inner) and all(self._is_row(line, width) for line in inner)

    def _is_row(self, line: str, width: int) -> bool:
        """Whether a line is a whole row by itself."""
        try:
            row = next(csv.reader((line,), delimiter=self.delimiter, strict=True))
        except (csv.Error, StopIteration):
            return False
        return len(row) == width

    def parse(
        self, headings: tuple[str, ...], text: str, first: int, last: bool
    ) -> tuple[Chunk, int, int]:
        """A chunk of the rows of `text`, the first line of which has number `first`; the lines and
        the characters used up.
        """
        width = len(headings)
        count = text.count("\n") + (not text.endswith("\n") and text != "")
        data = b"" if self.dirty else text.encode("utf-8")
        # In bytes it is seen at once that there is none: only where there is one they are counted.
        if not self.dirty and (b"\r" not in data or data.count(b"\r") == data.count(b"\r\n")):
            plain = self._plainly(data, width, count)
            if plain is not None:
                return Chunk(headings, plain, range(first, first + count)), count, len(text)
        lines = io.StringIO(text, newline="\n").readlines()
        rejected: list[Rejected] = []
        rows, numbers, used = self._jointly(width, lines, first, last) or self._slowly(
            headings, lines, first, last, rejected
        )
        if self.dirty or set(map(len, rows)) - {width}:
            rows, numbers = self._sift(headings, rows, numbers, rejected)
        characters = len(text) if used == len(lines) else sum(map(len, lines[:used]))
        return Chunk(headings, text_arrays(rows, width), numbers, rejected), used, characters

    def _quoted(self, data: bytes) -> bool | None:
        """Whether a text has quotes, all of them where RFC 4180 has them; None where one is not,
        or where a line ends between two of them.
        """
        import numpy as np

        if b'"' not in data:
            return False
        view = np.frombuffer(b"\n" + data + b"\n", np.uint8)
        quotes = np.flatnonzero(view == ord('"'))
        ends = np.flatnonzero(view == ord("\n"))
        if (np.searchsorted(quotes, ends) % 2).any():
            return None
        edges = np.zeros(256, np.bool_)
        edges[[ord(self.delimiter), ord("\n"), ord('"')]] = True
        before = edges[view[quotes[0::2] - 1]]
        edges[ord("\r")] = True
        after = edges[view[quotes[1::2] + 1]]
        return True if before.all() and after.all() else None

    def _plainly(self, data: bytes, width: int, count: int) -> list[pa.Array] | None:
        """The columns of a text in which every line is a row and every quote has its place, None
        for another text: here all readers agree, and Arrow's is the fastest.
        """
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        names = [str(index) for index in range(width)]
        quoted = self._quoted(data)
        if quoted is None:
            return None
        if not data:
            return [pa.array([], pa.string())] * width
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(data),
                arrow_csv.ReadOptions(
                    use_threads=False, block_size=len(data) + 1, column_names=names
                ),
                arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    quote_char='"' if quoted else False,
                    ignore_empty_lines=True,  # they are then missing from the count
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=[],
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except (pa.ArrowException, ValueError):
            return None
        if table.num_rows != count:
            return None
        return [column.combine_chunks() for column in table.columns]

    def _jointly(
        self, width: int, lines: list[str], first: int, last: bool
    ) -> tuple[list[list[str]], Sequence[int], int] | None:
        """All records in one go; None where a stray quote is about."""
        rows: list[list[str]] = []
        numbers: list[int] = []
        at = 0
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for row in reader:
                end = reader.line_num
                inner = lines[at + 1 : end - 1]
                if end - at > 1 and (len(row) != width or self._swallowed(inner, width)):
                    return None
                rows.append(row)
                numbers.append(first + at)
                at = end
        except csv.Error:
            if last or reader.line_num < len(lines) or len(lines) - at >= _WINDOWS[0]:
                return None
        return rows, numbers, at

    def _slowly(
        self,
        headings: Sequence[str],
        lines: list[str],
        first: int,
        last: bool,
        rejected: list[Rejected],
    ) -> tuple[list[list[str]], Sequence[int], int]:
        """Record by record, where quoted line ends or stray quotes are about."""
        width = len(headings)
        rows, numbers, at = [], [], 0
        while at < len(lines):
            row, span = self.record(lines, at, width, last)
            if not span:
                break
            if row is None:
                text = lines[at].rstrip("\r\n")
                reason = "stray-quote" if '"' in text else "malformed"
                odd = strange((text,))[0] if self.dirty else ""
                row_text = named(headings, text.split(self.delimiter))
                rejected.append(Rejected(first + at, odd or reason, text, row_text))
            else:
                rows.append(row)
                numbers.append(first + at)
            at += span
        return rows, numbers, at

    def _sift(
        self,
        headings: Sequence[str],
        rows: list[list[str]],
        numbers: Sequence[int],
        rejected: list[Rejected],
    ) -> tuple[list[list[str]], Sequence[int]]:
        """Take out blank lines, rows with more or fewer cells than headings, and rows that hold
        what is no text. Empty cells too many are cut.
        """
        width = len(headings)
        kept, lines = [], []
        for row, line in zip(rows, numbers, strict=True):
            count = len(row)
            if not count or (count == 1 and width > 1 and not row[0].strip()):
                continue
            reason, cell = strange(row) if self.dirty else ("", "")
            if not reason and count > width and not any(extra.strip() for extra in row[width:]):
                del row[width:]
            elif not reason and count != width:
                reason, cell = "ragged", str(count)
            if reason:
                rejected.append(Rejected(line, reason, cell, named(headings, row)))
            else:
                kept.append(row)
                lines.append(line)
        rejected.sort(key=lambda one: one.line)
        return kept, lines
