"""A register of entities as lines of JSON, which an auditor reads without any library.

The first line tells the names of the columns, and of those that are private, as telephone numbers,
only their part of the register's digest; each further line is the list of an entity's values. All
are canonical JSON. Source: docs/bundle.md, "Audit folder".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.snapshot import column_line
from yaohao.planner.schema.entity import ENTITY, completed, in_digest, schema
from yaohao.planner.vocabulary.digest import canonical, sha

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = tuple(column.name for column in ENTITY if not column.private)
"""The columns that lines hold."""

PRIVATE = tuple(column.name for column in ENTITY if column.private)

_KINDS = [int if column.kind == "count" else str for column in ENTITY if not column.private]
_WITHHELD = re.compile("([a-z_]+) [0-9a-f]{64} [0-9a-f]{64}")
_AT_ONCE = 1 << 14
_LARGEST = (1 << 31) - 1


@dataclass(frozen=True)
class Register:
    """A register that was read of lines: its entities, private columns empty, and its digest."""

    entities: pa.Table
    content: str


class LinesError(ValueError):
    """Lines that are no register: which line, what was expected there, and what stands there."""

    def __init__(self, line: int, expected: str, found: str) -> None:
        super().__init__(line, expected, found)
        self.line = line
        self.expected = expected
        self.found = found


def write_lines(table: pa.Table, path: Path) -> None:
    """Write a table of entities as lines, in the order of its rows."""
    told = [column_line(table, name) for name in in_digest(table) if name in PRIVATE]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(canonical({"columns": list(SHOWN), "withheld": told}) + "\n")
        for batch in table.select(list(SHOWN)).to_batches(max_chunksize=_AT_ONCE):
            columns = [column.to_pylist() for column in batch.columns]
            file.writelines(canonical(list(row)) + "\n" for row in zip(*columns, strict=True))


def read_lines(lines: Iterable[str]) -> Register:
    """The register that lines hold, with every column of `schema.entity`.

    Raises LinesError for what is not written as `write_lines` does, and for rows out of order.
    """
    import pyarrow as pa

    found = iter(lines)
    withheld = _withheld(next(found, ""))
    fields = [schema().field(name) for name in SHOWN]
    batches = []
    for rows in _rows(found):
        values = zip(*rows, strict=True)
        arrays = [pa.array(one, field.type) for one, field in zip(values, fields, strict=True)]
        batches.append(pa.record_batch(arrays, names=list(SHOWN)))
    if not batches:
        raise LinesError(2, "an entity", "nothing")
    table = pa.Table.from_batches(batches)
    told = [*(column_line(table, name) for name in SHOWN), *withheld]
    return Register(completed(table), sha("".join(f"{line}\n" for line in told)))


def _withheld(line: str) -> list[str]:
    """What the first line tells of the columns that are not shown."""
    head = _value(line, 1)
    told = head.get("withheld") if isinstance(head, dict) else None
    matched = [_WITHHELD.fullmatch(one) for one in told or () if isinstance(one, str)]
    names = [found[1] for found in matched if found]
    known = [name for name in PRIVATE if name in names]
    meant = {"columns": list(SHOWN), "withheld": told}
    if not isinstance(told, list) or head != meant or (names, len(told)) != (known, len(known)):
        raise LinesError(1, f"columns {', '.join(SHOWN)}; withheld ones with digests", line[:160])
    return told


def _rows(lines: Iterator[str]) -> Iterator[list[list[Any]]]:
    rows: list[list[Any]] = []
    last = ""
    for number, line in enumerate(lines, 2):
        row = _value(line, number)
        if (
            not isinstance(row, list)
            or list(map(type, row)) != _KINDS
            or any(type(value) is int and not 0 <= value <= _LARGEST for value in row)
        ):
            raise LinesError(number, f"{len(SHOWN)} values, texts and whole numbers", line[:160])
        if row[0] <= last:
            raise LinesError(number, f"an entity_id after {last}", row[0])
        last = row[0]
        rows.append(row)
        if len(rows) == _AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _value(line: str, number: int) -> Any:
    """The document that a line holds, if it is written in the one form there is."""
    try:
        value = json.loads(line)
        sound = f"{canonical(value)}\n" == line
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise LinesError(number, "canonical JSON and a line feed", line[:160])
    return value
