"""A register of entities as lines of JSON, which an auditor reads without any library.

The first line is the list of column names, each further one the list of an entity's values in that
order; all are canonical JSON. The columns are those that the register's digest is taken over.
Source: docs/bundle.md, "Audit folder".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.schema.entity import COLUMNS, ENTITY, completed, in_digest, schema
from yaohao.planner.vocabulary.digest import canonical

if TYPE_CHECKING:
    import pyarrow as pa

NEEDED = tuple(column.name for column in ENTITY if not column.private)
"""The columns that every register has."""

_AT_ONCE = 1 << 14
_LARGEST = (1 << 31) - 1


class LinesError(ValueError):
    """Lines that are no register: which line, what was expected there, and what stands there."""

    def __init__(self, line: int, expected: str, found: str) -> None:
        super().__init__(line, expected, found)
        self.line = line
        self.expected = expected
        self.found = found


def write_lines(table: pa.Table, path: Path) -> None:
    """Write a table of entities as lines, in the order of its rows."""
    names = in_digest(table)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(canonical(names) + "\n")
        for batch in table.select(names).to_batches(max_chunksize=_AT_ONCE):
            columns = [column.to_pylist() for column in batch.columns]
            file.writelines(canonical(list(row)) + "\n" for row in zip(*columns, strict=True))


def read_lines(lines: Iterable[str]) -> pa.Table:
    """The table of entities that lines hold, with every column of `schema.entity`.

    Raises LinesError for what is not written as `write_lines` does, and for rows out of order.
    """
    import pyarrow as pa

    found = iter(lines)
    names = _columns(next(found, ""))
    batches = []
    for rows in _rows(found, names):
        values = list(zip(*rows, strict=True))
        fields = [schema().field(name) for name in names]
        arrays = [pa.array(one, field.type) for one, field in zip(values, fields, strict=True)]
        batches.append(pa.record_batch(arrays, names=list(names)))
    if not batches:
        raise LinesError(2, "an entity", "nothing")
    table = completed(pa.Table.from_batches(batches))
    if (told := in_digest(table)) != list(names):
        raise LinesError(1, f"columns {', '.join(told)}", ", ".join(names))
    return table


def _columns(line: str) -> tuple[str, ...]:
    names = _values(line, 1)
    known = [name for name in COLUMNS if name in names]
    if names != known or not set(NEEDED) <= set(known):
        raise LinesError(1, f"columns {', '.join(NEEDED)}", line[:160])
    return tuple(known)


def _rows(lines: Iterator[str], names: tuple[str, ...]) -> Iterator[list[list[Any]]]:
    kinds = [int if column.kind == "count" else str for column in ENTITY if column.name in names]
    rows: list[list[Any]] = []
    last = ""
    for number, line in enumerate(lines, 2):
        row = _values(line, number)
        if list(map(type, row)) != kinds or any(
            type(value) is int and not 0 <= value <= _LARGEST for value in row
        ):
            raise LinesError(number, f"{len(names)} values, texts and whole numbers", line[:160])
        if row[0] <= last:
            raise LinesError(number, f"an entity_id after {last}", row[0])
        last = row[0]
        rows.append(row)
        if len(rows) == _AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _values(line: str, number: int) -> list[Any]:
    """The list that a line holds, if it is written in the one form there is."""
    try:
        values = json.loads(line)
        sound = isinstance(values, list) and f"{canonical(values)}\n" == line
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise LinesError(number, "a list as canonical JSON, and a line feed", line[:160])
    return list(values)
