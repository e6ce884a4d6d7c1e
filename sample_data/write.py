"""Files of a population: CSV, JSON Lines, workbooks and Parquet, written page by page."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.whole_folders import process_folder
from yaohao.sample_data.corruption_kinds import Change

FORMATS = ("csv", "xlsx", "jsonl", "parquet")
ENCODINGS = ("utf-8", "gb18030")
SHEET_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds below its headings."""

_TO_QUOTE = re.compile(r'[",\r\n]')
_UNIQUE = frozenset(("entity_id", "name", "address", "phone", "content", "measure", "text"))
"""Columns that hardly repeat, and the propensities by item are such too: see `ParquetWriter`."""
_VISITS = "visits_this_year"
_MADE = datetime(2000, 1, 1)


class Writer(ABC):
    """A file to which tables are written one after the other; a context that closes it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
            return
        with suppress(Exception):  # what failed first is what is to be told
            self.close()

    @abstractmethod
    def write(self, table: Any, changes: Sequence[Change] = ()) -> list[int]:
        """Write the next rows; the lines (as an import counts them) on which changed rows begin.

        `changes` are all rows whose texts may need quoting, in order.
        """

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


class CsvWriter(Writer):
    """CSV: lines end in LF, fields are quoted only where they must be, lists joined by ``;``."""

    def __init__(self, path: Path, encoding: str = "utf-8", *, clean: bool = True) -> None:
        """`clean` says that only changed rows can hold what must be quoted."""
        super().__init__(path)
        self._file = path.open("wb")
        self._encoding = encoding
        self._clean = clean
        self._rows = 0
        self._extra = 0  # line breaks inside the fields above

    def write(self, table: Any, changes: Sequence[Change] = ()) -> list[int]:
        """Write the next rows."""
        if not self._rows and not self._file.tell():
            self._put((",".join(table.column_names) + "\n").encode())
        lines = []
        for change in changes:
            lines.append(change.row + 1 + self._extra)
            self._extra += change.after.count("\n")
        places: Sequence[int] = range(len(table))
        if self._clean:
            places = [change.row - 1 - self._rows for change in changes]
        self._put(_lines(table, places))
        self._rows += len(table)
        return lines

    def _put(self, text: bytes | memoryview) -> None:
        if self._encoding != "utf-8":
            text = bytes(text).decode("utf-8").encode(self._encoding)
        self._file.write(text)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class JsonWriter(Writer):
    """JSON Lines: UTF-8, an object a line."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, table: Any, changes: Sequence[Change] = ()) -> list[int]:
        """Write the next rows."""
        encode = json.JSONEncoder(ensure_ascii=False).encode
        for batch in table.to_batches(8192):
            self._file.write("".join(encode(record) + "\n" for record in batch.to_pylist()))
        return [change.row for change in changes]

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class WorkbookWriter(Writer):
    """A workbook of one sheet, every text a text; PlannerError for more rows than one holds."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        super().__init__(path)
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(process_folder()),
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        # A fixed moment: the same population gives the same file on any day.
        self._book.set_properties({"created": _MADE})
        self._sheet = self._book.add_worksheet()
        self._rows = 0

    def write(self, table: Any, changes: Sequence[Change] = ()) -> list[int]:
        """Write the next rows."""
        sheet = self._sheet
        if self._rows + len(table) > SHEET_ROWS:
            raise refuse("synth.too-long", file=self.path.name, most=SHEET_ROWS)
        if not self._rows:
            for place, name in enumerate(table.column_names):
                sheet.write_string(0, place, name)
        for batch in table.to_batches(8192):
            columns = [column.to_pylist() for column in batch.columns]
            for cells in zip(*columns, strict=True):
                self._rows += 1
                for place, value in enumerate(cells):
                    if isinstance(value, int):
                        sheet.write_number(self._rows, place, value)
                    elif value:
                        sheet.write_string(self._rows, place, value)
        return [change.row + 1 for change in changes]

    def close(self) -> None:
        """Finish the file. Raises OSError where it cannot be written."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:  # it wraps what the system said
            raise error.args[0] if isinstance(error.args[0], OSError) else error from error


class ParquetWriter(Writer):
    """Parquet, a row group a page."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer: Any = None

    def write(self, table: Any, changes: Sequence[Change] = ()) -> list[int]:
        """Write the next rows."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._writer is None:
            # What hardly repeats is not worth a dictionary.
            types = dict(zip(table.column_names, table.schema.types, strict=True))
            repeated = [
                name
                for name, kind in types.items()
                if name not in _UNIQUE and not (kind == pa.int32() and name != _VISITS)
            ]
            self._writer = pq.ParquetWriter(self.path, table.schema, use_dictionary=repeated)
        self._writer.write_table(table, row_group_size=max(len(table), 1))
        return [change.row for change in changes]

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()


def open_writer(path: Path, fmt: str, encoding: str = "utf-8", *, clean: bool = True) -> Writer:
    """A writer for a file of one of `FORMATS`; `encoding` is for CSV."""
    if fmt == "csv":
        return CsvWriter(path, encoding, clean=clean)
    if fmt == "jsonl":
        return JsonWriter(path)
    return WorkbookWriter(path) if fmt == "xlsx" else ParquetWriter(path)


def records_table(columns: Sequence[str], records: Sequence[Mapping[str, object]]) -> Any:
    """Records as an Arrow table, every column text."""
    import pyarrow as pa

    return pa.table(
        {name: pa.array([str(row[name]) for row in records], pa.string()) for name in columns}
    )


def _lines(table: Any, places: Sequence[int]) -> Any:
    """The bytes of a page as CSV; rows at `places` are looked through for what must be quoted."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for name in table.column_names:
        column = table.column(name).combine_chunks().cast(pa.string())
        if name == "fields":
            column = pc.replace_substring(column, ",", ";")
        columns.append(_quoted(column, places))
    columns[-1] = pc.binary_join_element_wise(columns[-1], "\n", "")
    lines = pc.binary_join_element_wise(*columns, ",")
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int32, len(lines) + 1, lines.offset * 4)
    return memoryview(data)[int(ends[0]) : int(ends[-1])] if len(lines) else b""


def _quoted(column: Any, places: Sequence[int]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    quoted = {}
    for place in places:
        text = column[place].as_py()
        if _TO_QUOTE.search(text):
            quoted[place] = '"' + text.replace('"', '""') + '"'
    if not quoted:
        return column
    mask = [False] * len(column)
    for place in quoted:
        mask[place] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(quoted.values(), pa.string()))
