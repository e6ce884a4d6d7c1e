"""A frame compared with a file of one row by row, in their order, some thousands at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine.base import EngineError
from yaohao.planner.schema.frame import FRAME_COLUMNS
from yaohao.planner.vocabulary.parquet_files import open_parquet

if TYPE_CHECKING:
    import pyarrow as pa
    from yaohao.planner.engine.base import Batch

_AT_ONCE = 1 << 16


Difference = tuple[str, str, Any, Any]
"""An entity, a column, and what stands there in both, None for a row that is not there."""


def first_row_difference(meant: Iterable[Batch], held: Path) -> Difference | None:
    """The first entity whose row in a frame is another in the file `held`.

    Both have the columns of a frame's file, and are in ascending order of their ids. EngineError
    for what cannot be read as one.
    """
    import pyarrow as pa

    try:
        return _first_difference(meant, held)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise EngineError(str(error)) from error


def _first_difference(meant: Iterable[Batch], held: Path) -> Difference | None:
    ours, theirs = _pieces(meant), _pieces(rows_of(held))
    for one, other in zip(ours, theirs, strict=False):
        if not one.equals(other):
            return _difference(one, other)
    # As far as the shorter one goes they are the same.
    for one in ours:
        return _difference(one, one.slice(0, 0))
    for other in theirs:
        return _difference(other.slice(0, 0), other)
    return None


def rows_of(path: Path) -> Iterator[Batch]:
    """The rows of a file of a frame, some at a time."""
    with open_parquet(path) as file:
        yield from file.iter_batches(_AT_ONCE, columns=list(FRAME_COLUMNS))


def _pieces(batches: Iterable[Batch]) -> Iterator[pa.Table]:
    """The rows of batches, always as many at a time but for the last."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    rows = 0
    for batch in batches:
        waiting.append(_plain(pa.Table.from_batches([batch]).select(list(FRAME_COLUMNS))))
        rows += batch.num_rows
        while rows >= _AT_ONCE:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, _AT_ONCE)
            waiting, rows = [whole.slice(_AT_ONCE)], rows - _AT_ONCE
    yield pa.concat_tables(waiting) if waiting else pa.table({})


def _plain(table: pa.Table) -> pa.Table:
    """A table with the one type of texts and of whole numbers that both sides are compared in."""
    import pyarrow as pa

    return table.cast(
        pa.schema(
            [
                (field.name, pa.int32() if pa.types.is_integer(field.type) else pa.string())
                for field in table.schema
            ]
        )
    )


def _difference(one: pa.Table, other: pa.Table) -> Difference | None:
    """The first difference of two tables, of which the rows before are the same."""
    ours, theirs = (table.to_pylist() for table in (one, other))
    for number in range(max(len(ours), len(theirs))):
        left = ours[number] if number < len(ours) else None
        right = theirs[number] if number < len(theirs) else None
        if left == right:
            continue
        first = min(row["entity_id"] for row in (left, right) if row is not None)
        left = left if left is not None and left["entity_id"] == first else None
        right = right if right is not None and right["entity_id"] == first else None
        for column in FRAME_COLUMNS:
            held = (row[column] if row is not None else None for row in (left, right))
            was, now = held
            if was != now:
                return first, column, was, now
    return None
