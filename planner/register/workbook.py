"""The rows of a workbook as texts: of the sheets that are asked for, or of the one that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from yaohao.planner.register.delimited import text_arrays
from yaohao.planner.register.file_probe import unreadable
from yaohao.planner.register.heading_rows import HEADING_ROWS, Span, find_headings
from yaohao.planner.register.limits import MOST_CELLS
from yaohao.planner.register.old_workbook import is_old, old_marks_of, why_unreadable
from yaohao.planner.register.open_document import is_open_document, open_marks_of
from yaohao.planner.register.scalars import cell_text
from yaohao.planner.register.sheet_marks import SheetMarks, marks_of, shown_number
from yaohao.planner.register.sheet_request import SheetRequest, SheetSource
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa
    import python_calamine

_ROWS = 32_768  # rows of a chunk

Range = tuple[tuple[int, int], tuple[int, int]]
Part: TypeAlias = "tuple[list[str], list[pa.Array], list[int], list[list[object]], dict[str, int]]"
"""Headings, columns of texts, the sheet's own row numbers, rejected rows, counts by kind."""


def read_sheets(path: Path, request: SheetRequest) -> Iterator[tuple[SheetSource, Iterator[Part]]]:
    """The rows, not blank, below the headings of the sheets of a workbook.

    Without any asked for, it is the visible sheet that has the headings of the register. Raises
    PlannerError where the file cannot be read or has no rows, a sheet asked for is not there, and
    where none or several fit.
    """
    import python_calamine

    old = is_old(path)
    look = old_marks_of if old else open_marks_of if is_open_document(path) else marks_of
    # The reader takes one with a password for what it is not, or for an unknown format.
    if old and (why := why_unreadable(path)):
        raise why
    try:
        with path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
            tables, source = _chosen(path, book, request)
            for table in tables:
                table.note(look(path, table.name))
                yield SheetSource(table.name, *source), table.parts()
    except (OSError, ValueError, python_calamine.CalamineError) as error:
        raise unreadable(path, error) from None
    except BaseException as error:
        # The reader's Rust code panics on some broken files; a panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(path, error) from None


def _chosen(
    path: Path, book: python_calamine.CalamineWorkbook, request: SheetRequest
) -> tuple[list[_Table], tuple[bool, list[str], list[str]]]:
    """The sheets to be read; whether there are others with rows, and the names of those."""
    hidden = {
        one.name for one in book.sheets_metadata if "Hidden" in str(one.visible)
    }  # very hidden ones too
    kinds = {one.name: str(one.typ) for one in book.sheets_metadata}
    tables = []
    for name in book.sheet_names:
        if "WorkSheet" not in kinds.get(name, "WorkSheet"):
            continue
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            tables.append(_Table(path, sheet, request))
    asked = _asked(path, tables, hidden, request, book.sheet_names)
    names = {table.name for table in asked}
    others = [table.name for table in tables if table.name not in names]
    return asked, (
        len(tables) > 1,
        [name for name in others if name not in hidden],
        [name for name in others if name in hidden],
    )


def _asked(
    path: Path,
    tables: Sequence[_Table],
    hidden: set[str],
    request: SheetRequest,
    names: Sequence[str],
) -> list[_Table]:
    if request.sheets:
        by_name = {table.name: table for table in tables}
        strange = [name for name in request.sheets if name not in names]
        if strange:
            raise refuse("sheet.unknown", file=path.name, found=strange, known=list(names))
        blank = [name for name in request.sheets if name not in by_name]
        if blank:
            raise refuse("sheet.blank", file=path.name, found=blank)
        return [by_name[name] for name in dict.fromkeys(request.sheets)]
    if not tables:
        raise refuse("intake.empty-file", file=path.name)
    shown = [table for table in tables if table.name not in hidden]
    fit = [table for table in shown if request.fits(table.headings)]
    if request.every:
        if not fit:
            raise refuse("sheet.none-fits", file=path.name, sheets=[t.name for t in tables])
        return fit
    if len(fit) > 1:
        sheets = [f"{table.name} ({table.size():,})" for table in fit]
        raise refuse("sheet.several", file=path.name, sheets=sheets)
    if fit:
        return fit
    behind = [t.name for t in tables if t.name in hidden and request.fits(t.headings)]
    if behind:
        raise refuse("sheet.hidden", file=path.name, sheets=behind)
    if len(shown) == 1:
        return shown
    raise refuse("sheet.none-fits", file=path.name, sheets=[table.name for table in tables])


@dataclass
class _Merge:
    """Merged cells, in the sheet's rows and in the columns of its table, both from 0."""

    first: int
    last: int
    left: int
    right: int
    text: str = ""


class _Table:
    """One sheet: where its headings are, and its rows as texts."""

    def __init__(
        self, path: Path, sheet: python_calamine.CalamineSheet, request: SheetRequest
    ) -> None:
        self.path = path
        self.name: str = sheet.name
        self.sheet = sheet
        self.marks = SheetMarks()
        self.zeros: Counter[int] = Counter()  # by row, those kept of numbers
        self.left: int = sheet.start[1] if sheet.start else 0
        self.merges = self._merges(sheet.merged_cell_ranges or [])
        head = list(islice(self._filled(), HEADING_ROWS))
        rows = [row for _, row in head]
        places = {line: index for index, (line, _) in enumerate(head)}
        for one in self.merges:  # a heading that is merged down belongs to the lower row too
            text = rows[places[one.first]][one.left] if one.first in places else ""
            for line in range(one.first + 1, one.last + 1):
                if line in places and text and not rows[places[line]][one.left].strip():
                    rows[places[line]][one.left] = text
        spans: set[Span] = {
            (places[one.first], one.left, one.right)
            for one in self.merges
            if one.first in places and one.right > one.left
        }
        head_rows = find_headings(rows, request.known, spans)
        self.headings = head_rows.cells
        self.begin: int = head[head_rows.used - 1][0] + 1 if head_rows.used else 0

    def note(self, marks: SheetMarks) -> None:
        """Take note of what the sheet shows beside its values."""
        self.marks = marks
        if marks.merged:
            self.merges = self._merges(marks.merged)

    def size(self) -> int:
        """How many rows there are below the headings."""
        return sum(line >= self.begin for line, _ in self._filled())

    def _merges(self, ranges: Sequence[Range]) -> list[_Merge]:
        """The merged ranges within the sheet; PlannerError where they lie over each other."""
        height, width = (self.sheet.end[0] + 1 if self.sheet.end else 0), self.sheet.width
        merges, area = [], 0
        for (first, left), (last, right) in ranges:
            one = _Merge(
                first, min(last, height - 1), left - self.left, min(right - self.left, width - 1)
            )
            if one.left < 0 or one.first > one.last or one.left > one.right:
                continue
            area += (one.last - one.first + 1) * (one.right - one.left + 1)
            if area > height * width:
                raise refuse("sheet.merges", file=self.path.name, sheet=self.name)
            merges.append(one)
        return sorted(merges, key=lambda one: one.first)

    def _filled(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not blank: number from 0, texts as the sheet shows them."""
        marked = self.marks.faults.keys() | self.marks.zeros.keys()
        line = -1
        for line, cells in enumerate(self.sheet.iter_rows()):
            row = [cell_text(cell) for cell in cells]
            if line in marked:
                self._mark(line, cells, row)
            if any(text.strip() for text in row):
                yield line, row
        # The reader ends with the last cell that has a value: faults may stand below it.
        for below in sorted(one for one in self.marks.faults if one > line):
            row = [""] * self.sheet.width
            self._mark(below, row, row)
            if any(row):
                yield below, row

    def _mark(self, line: int, cells: Sequence[object], row: list[str]) -> None:
        for column, fault in self.marks.faults.get(line, {}).items():
            if 0 <= column - self.left < len(row):
                row[column - self.left] = fault
        for column, shape in self.marks.zeros.get(line, {}).items():
            at = column - self.left
            value = cells[at] if 0 <= at < len(row) else None
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if 0 <= value < 10**15 and value == int(value):
                row[at] = shown_number(int(value), shape)
                self.zeros[line] += row[at] != str(int(value))

    def parts(self) -> Iterator[Part]:
        """The rows below the headings, merged cells filled."""
        rows = self._rows()
        width = len(self.headings)
        size = max(min(_ROWS, MOST_CELLS // max(width, 1)), 1)
        none: list[str] = [""] * width
        yield list(self.headings), text_arrays([], width), [], [], {}
        while part := list(islice(rows, size)):
            counts: Counter[str] = Counter()
            for _, _, count in part:
                if count:
                    counts += count
            same = len(part[0][1]) == width
            texts = [row if same else (row + none)[:width] for _, row, _ in part]
            yield (
                list(self.headings),
                text_arrays(texts, width),
                [line + 1 for line, _, _ in part],
                [],
                dict(counts),
            )

    def _rows(self) -> Iterator[tuple[int, list[str], Counter[str]]]:
        waiting = [one for one in self.merges if one.first >= self.begin]
        waiting.reverse()
        active: list[_Merge] = []
        nothing: Counter[str] = Counter()
        for line, row in self._filled():
            if line < self.begin:
                continue
            counts = nothing
            if line in self.marks.hidden:
                counts = Counter({"hidden-rows": 1})
            if line in self.zeros:
                counts = counts + Counter({"leading-zeros": self.zeros.pop(line)})
            if waiting or active:
                active = [one for one in active if one.last >= line]
                filled = sum(_fill(row, one) for one in active)
                alone = sum(bool(text.strip()) for text in row) == 1
                while waiting and waiting[-1].first <= line:
                    one = waiting.pop()
                    if one.first < line or not row[one.left].strip():
                        continue
                    one.text = row[one.left]
                    # A text across a row that holds nothing else is a note, no value of each.
                    filled += 0 if alone else _fill(row, one)
                    if one.last > line:
                        one.right = one.left if alone else one.right
                        active.append(one)
                if filled:
                    counts = counts + Counter({"merged-filled": filled})
            yield line, row, counts


def _fill(row: list[str], one: _Merge) -> int:
    """Give the blank cells of a row that a merge covers its text; how many there were."""
    count = 0
    for column in range(one.left, one.right + 1):
        if not row[column].strip():
            row[column] = one.text
            count += 1
    return count
