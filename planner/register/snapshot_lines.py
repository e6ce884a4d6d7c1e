"""A register of entities as lines of JSON, which an auditor reads without any library.

The first line tells the names of the columns, and of those that are private, as telephone numbers,
only their part of the register's digest; each further line is the list of an entity's values. All
are canonical JSON. Source: docs/bundle.md, "Audit folder".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice, takewhile
from operator import lt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.plain_lines import plain_columns
from yaohao.planner.register.snapshot import ContentDigest, TableWriter
from yaohao.planner.schema.entity import ENTITY, completed, schema
from yaohao.planner.vocabulary.digest import canonical, sha
from yaohao.planner.vocabulary.parquet_files import open_parquet

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = tuple(column.name for column in ENTITY if not column.private)
"""The columns that lines hold."""

PRIVATE = tuple(column.name for column in ENTITY if column.private)

_KINDS = [int if column.kind == "count" else str for column in ENTITY if not column.private]
_WITHHELD = re.compile("([a-z_]+) [0-9a-f]{64} [0-9a-f]{64}")
_AT_ONCE = 1 << 14
_LARGEST = (1 << 31) - 1
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Register:
    """A register that was read of lines: its entities, private columns empty, in a table or in a
    Parquet file; and its digest.
    """

    entities: pa.Table | Path
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
    _write(path, lambda: table.to_batches(max_chunksize=_AT_ONCE))


def write_lines_of(register: Path, path: Path) -> None:
    """As `write_lines`, of a register's Parquet file, a piece of which is in memory at a time."""
    import pyarrow as pa

    def batches() -> Iterator[pa.RecordBatch]:
        with open_parquet(register) as file:
            for batch in file.iter_batches(_AT_ONCE):
                yield from completed(pa.Table.from_batches([batch])).to_batches()

    _write(path, batches)


def _write(path: Path, batches: Callable[[], Iterable[pa.RecordBatch]]) -> None:
    import pyarrow as pa

    digest = ContentDigest()
    for batch in batches():
        digest.add(pa.Table.from_batches([batch]).select(list(PRIVATE)))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        digests = digest.lines(PRIVATE)
        file.write(canonical({"columns": list(SHOWN), "withheld": digests}) + "\n")
        for batch in batches():
            columns = [column.to_pylist() for column in batch.select(list(SHOWN)).columns]
            # Texts and small whole numbers: this is their canonical JSON.
            lines = map(_ENCODE, zip(*columns, strict=True))
            file.write("".join([f"{line}\n" for line in lines]))


Stop = Callable[[], bool]
"""Whether what is read matters no more to anybody."""


def never() -> bool:
    """No."""
    return False


def read_lines(lines: Iterable[str], into: Path | None = None, stop: Stop = never) -> Register:
    """The register that lines hold, with every column of `schema.entity`.

    Its entities are in memory, or are written `into` a Parquet file. Once `stop` says so nothing
    more is read. Raises LinesError for what is
    not written as `write_lines` does, and for rows out of order.
    """
    import pyarrow as pa

    rest = iter(lines)
    withheld = _withheld(next(rest, ""))
    fields = [schema().field(name) for name in SHOWN]
    digest, batches = ContentDigest(), []
    with TableWriter(into, schema()) if into else nullcontext() as writer:
        for values in takewhile(lambda _: not stop(), _columns(rest)):
            arrays = [_array(one, field.type) for one, field in zip(values, fields, strict=True)]
            table = pa.table(arrays, names=list(SHOWN))
            digest.add(table)
            if writer is None:
                batches += table.to_batches()
            else:
                writer.add(completed(table))
    if not digest.rows:
        raise LinesError(2, "an entity", "nothing")
    digests = [*digest.lines(SHOWN), *withheld]
    content = sha("".join(f"{line}\n" for line in digests))
    return Register(into or completed(pa.Table.from_batches(batches)), content)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    """A column of values, or one that Arrow has already, as an array of its type."""
    import pyarrow as pa

    return values.cast(kind) if isinstance(values, pa.Array) else pa.array(values, kind)


def _withheld(line: str) -> list[str]:
    """What the first line tells of the columns that are not shown."""
    head = _value(line, 1)
    withheld = head.get("withheld") if isinstance(head, dict) else None
    matched = [_WITHHELD.fullmatch(one) for one in withheld or () if isinstance(one, str)]
    names = [found[1] for found in matched if found]
    known = [name for name in PRIVATE if name in names]
    meant = {"columns": list(SHOWN), "withheld": withheld}
    if (
        not isinstance(withheld, list)
        or head != meant
        or (names, len(withheld)) != (known, len(known))
    ):
        raise LinesError(1, f"columns {', '.join(SHOWN)}; withheld ones with digests", line[:160])
    return withheld


def _columns(lines: Iterator[str]) -> Iterator[list[Any]]:
    """The values of rows by column, some thousands of rows at a time: tuples, or arrays."""
    number, last = 2, ""
    while some := list(islice(lines, _AT_ONCE)):
        columns = _without_escapes(some, last) or _plainly(some, last)
        if columns is None:
            columns = list(zip(*_one_by_one(some, number, last), strict=True))
        number, last = number + len(some), str(columns[0][-1])
        yield columns


def _without_escapes(lines: Sequence[str], last: str) -> list[pa.Array] | None:
    """The columns of lines that are as they should be and have no escape; None for others."""
    import pyarrow.compute as pc

    try:
        block = "".join(lines).encode("utf-8")
    except UnicodeEncodeError:  # half a character is no text
        return None
    if block.count(b"\n") != len(lines) or not all(line.endswith("\n") for line in lines):
        return None
    columns = plain_columns(block, _KINDS, _LARGEST)
    if columns is None:
        return None
    ids = columns[0]
    rises = pc.all(pc.less(ids[:-1], ids[1:])).as_py()  # by bytes, as texts by characters
    return columns if last < ids[0].as_py() and rises is not False else None


def _plainly(lines: Sequence[str], last: str) -> list[tuple[Any, ...]] | None:
    """The columns of lines that are all as they should be, read in one go; None for others."""
    text = ",".join(lines)
    try:
        text.encode()  # half a character is no text
        rows = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return None
    # No text of JSON has a line feed inside. Where every line ends as a row does, and there are as
    # many rows as lines, each line is a row.
    if not len(rows) == len(lines) == text.count("]\n") == text.count("\n"):
        return None
    if set(map(type, rows)) != {list} or set(map(len, rows)) != {len(SHOWN)}:
        return None
    columns = list(zip(*rows, strict=True))
    for column, kind in zip(columns, _KINDS, strict=True):
        if set(map(type, column)) != {kind}:
            return None
        if kind is int and not 0 <= min(column) <= max(column) <= _LARGEST:
            return None
    if _ENCODE(rows) != f"[{text.replace(chr(10), '')}]":
        return None
    ids = columns[0]
    return columns if last < ids[0] and all(map(lt, ids, ids[1:])) else None


def _one_by_one(lines: Iterable[str], first: int, last: str) -> list[list[Any]]:
    """The rows of lines; LinesError for the first that is not as it should be."""
    rows: list[list[Any]] = []
    for number, line in enumerate(lines, first):
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
    return rows


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
