"""The rows of a Parquet file as texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from yaohao.planner.register.delimited import (
    Rejected,
    named,
    strange,
    text_arrays,
)
from yaohao.planner.register.file_probe import unreadable
from yaohao.planner.register.limits import MOST_CELLS
from yaohao.planner.register.scalars import cell_text
from yaohao.planner.register.text_encodings import UNDECODABLE
from yaohao.planner.vocabulary.parquet_files import open_parquet

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 32_768  # rows of a chunk

Part: TypeAlias = (
    "tuple[list[str], list[pa.Array], Sequence[int], Sequence[list[object]], dict[str, int]]"
)


def read_rows(path: Path) -> Iterator[Part]:
    """The rows of a Parquet file, numbered from 1; those that hold what is no text are rejected.

    The first part has the headings alone. Raises PlannerError where the file cannot be read.
    """
    import pyarrow as pa

    first = 1
    try:
        with open_parquet(path) as file:
            headings = list(file.schema_arrow.names)
            yield headings, [pa.array([], pa.string())] * len(headings), [], [], {}
            size = max(min(_ROWS, MOST_CELLS // max(len(headings), 1)), 1)
            for batch in file.iter_batches(batch_size=size, use_threads=False):
                yield _sound(headings, list(batch.columns), first, batch.num_rows)
                first += batch.num_rows
    except (OSError, ValueError, pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError) as error:
        if isinstance(error, pa.ArrowMemoryError):
            raise
        raise unreadable(path, error) from None


def _text_array(column: pa.Array) -> pa.Array | None:
    """A column as an Arrow array of texts without nulls, None where it holds what is no text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return pa.array(_texts(column), pa.string()) if not pa.types.is_binary(kind) else None
    column = column.cast(pa.string()).fill_null("")
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return None if pc.any(pc.match_substring(column, "\0")).as_py() else column


def _texts(column: pa.Array) -> list[str]:
    try:
        return [cell_text(value) for value in column.to_pylist()]
    except TypeError:  # structures within structures: no register's column, but no reason to stop
        return [str(value) for value in column.to_pylist()]


def _sound(headings: list[str], columns: list[pa.Array], first: int, count: int) -> Part:
    """A chunk of the rows that hold nothing but text; the others are rejected."""
    import pyarrow as pa

    lines = range(first, first + count)
    arrays = [_text_array(column) for column in columns]
    if all(array is not None for array in arrays):
        return headings, arrays, lines, [], {}
    texts = [
        [
            (value or b"").decode("utf-8", UNDECODABLE)
            for value in column.cast(pa.binary()).to_pylist()
        ]
        if array is None
        else array.to_pylist()
        for column, array in zip(columns, arrays, strict=True)
    ]
    kept: list[list[str]] = []
    numbers: list[int] = []
    rejected: list[Rejected] = []
    for line, row in zip(lines, map(list, zip(*texts, strict=True)), strict=True):
        reason, cell = strange(row)
        if reason:
            rejected.append(Rejected(line, reason, cell, named(headings, row)))
        else:
            kept.append(row)
            numbers.append(line)
    return (
        headings,
        text_arrays(kept, len(headings)),
        numbers,
        [list(vars(one).values()) for one in rejected],
        {},
    )
