"""Files of a population: CSV made by joining texts, Parquet by Arrow."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sample_data.dirt import Change
from sample_data.entities import COLUMNS

Note = Callable[[Change, int], None]
"""Told of every damage: the change, and the line of the file on which its row begins (0 where a
file has no lines)."""

_TO_QUOTE = re.compile(r'[",\r\n]')


def write_csv(
    path: Path, pages: Iterable[tuple[Any, list[Change]]], note: Note | None = None
) -> None:
    """Write pages of the register as CSV: UTF-8, LF, fields quoted only where they must be.

    Lists inside a field are joined by ``;``.
    """
    row, extra = 1, 0  # extra: line breaks inside the fields above
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n").encode())
        for table, changes in pages:
            for change in changes:
                if note:
                    note(change, change.row + 1 + extra)
                extra += change.after.count("\n")
            places = [change.row - row for change in changes]
            file.write(_lines(table, places))
            row += len(table)


def write_parquet(
    path: Path, pages: Iterable[tuple[Any, list[Change]]], note: Note | None = None
) -> None:
    """Write pages of the register as Parquet, one row group a page; lists are joined by ``,``."""
    import pyarrow.parquet as pq

    writer = None
    for table, changes in pages:
        if writer is None:
            # Texts that hardly repeat are not worth a dictionary.
            writer = pq.ParquetWriter(path, table.schema, use_dictionary=list(COLUMNS[3:]))
        writer.write_table(table, row_group_size=len(table))
        for change in changes:
            if note:
                note(change, 0)
    if writer is not None:
        writer.close()


def write_records(
    path: Path, columns: Sequence[str], records: Iterable[Mapping[str, object]]
) -> None:
    """Write records as CSV: UTF-8, LF."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def write_records_parquet(
    path: Path, columns: Sequence[str], records: Iterable[Mapping[str, object]]
) -> None:
    """Write records as Parquet, every column text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = list(records)
    texts = {name: pa.array([str(row[name]) for row in rows], pa.string()) for name in columns}
    pq.write_table(pa.table(texts), path)


def _lines(table: Any, places: Sequence[int]) -> Any:
    """The bytes of a page; clean texts hold nothing to be quoted, so `places` alone are checked."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for name in COLUMNS:
        column = table.column(name).combine_chunks().cast(pa.string())
        if name == "fields":
            column = pc.replace_substring(column, ",", ";")
        columns.append(_quoted(column, places))
    columns[-1] = pc.binary_join_element_wise(columns[-1], "\n", "")
    lines = pc.binary_join_element_wise(*columns, ",")
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, np.int32, len(lines) + 1, lines.offset * 4)
    return memoryview(data)[int(ends[0]) : int(ends[-1])]


def _quoted(column: Any, places: Sequence[int]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = {}
    for place in places:
        text = column[place].as_py()
        if _TO_QUOTE.search(text):
            found[place] = '"' + text.replace('"', '""') + '"'
    if not found:
        return column
    mask = [False] * len(column)
    for place in found:
        mask[place] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(found.values(), pa.string()))
