"""Files to rows: delimited text, workbooks, JSON Lines and Parquet all become the same chunks."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Any

from yaohao.planner.register.child_process import read_parquet, read_workbook
from yaohao.planner.register.delimited import (
    Chunk,
    Rejected,
    read_delimited,
    strange,
)
from yaohao.planner.register.file_probe import (
    FileProbe,
    check_unchanged,
    unreadable,
)
from yaohao.planner.register.heading_rows import CountKnown
from yaohao.planner.register.limits import MOST_CELLS, MOST_COLUMNS
from yaohao.planner.register.scalars import cell_text
from yaohao.planner.register.sheet_request import SheetRequest
from yaohao.planner.register.text_encodings import UNDECODABLE
from yaohao.planner.vocabulary.problems import refuse

_CHARACTERS = 8 << 20  # characters of JSON read at once


def read_sheet(probe: FileProbe, request: SheetRequest) -> Generator[Chunk, None, None]:
    """The rows of a surveyed file in chunks, in file order, sheet by sheet.

    Raises PlannerError where it cannot be read, has no headings, or changed meanwhile.
    """
    if probe.kind == "workbook":
        yield from read_workbook(probe, request)
    else:
        reader = {
            "delimited": read_delimited,
            "json": _read_json,
            "parquet": read_parquet,
        }[probe.kind]
        yield from reader(probe, request.known)
    check_unchanged(probe)


def estimate(probe: FileProbe) -> int | None:
    """About how many rows a file has, None where only reading it would tell."""
    if probe.kind == "parquet":
        import pyarrow.parquet as pq

        try:
            return int(pq.read_metadata(probe.path).num_rows)
        except (OSError, ValueError):  # the reader proper will say what is wrong
            return None
    return max(probe.lines - 1, 0) if probe.kind != "workbook" else None


def _no_constant(text: str) -> Any:
    raise ValueError(text)


_DECODE = json.JSONDecoder(parse_constant=_no_constant).decode


def _read_json(probe: FileProbe, known: CountKnown) -> Iterator[Chunk]:
    """JSON Lines: an object a line; headings are all keys met so far, in order."""
    headings: dict[str, None] = {}
    first = 1
    try:
        with probe.path.open(
            encoding=probe.encoding, errors=UNDECODABLE, newline=probe.newline
        ) as file:
            while lines := file.readlines(_CHARACTERS):
                yield from _json_chunks(probe, lines, first, headings)
                first += len(lines)
    except OSError as error:
        raise unreadable(probe.path, error) from None


def _json_chunks(
    probe: FileProbe, lines: list[str], first: int, headings: dict[str, None]
) -> Iterator[Chunk]:
    """The chunks of some lines: a wide table in smaller ones, since every row has every column."""
    import pyarrow as pa

    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    rejected: list[Rejected] = []

    def chunk() -> Chunk:
        names = tuple(headings)
        columns = [pa.array([row.get(name, "") for row in rows], pa.string()) for name in names]
        return Chunk(names, columns, tuple(numbers), tuple(rejected))

    for number, line in enumerate(lines, first):
        text = line.strip(" \t\r\n\ufeff")
        if not text:
            continue
        row = _json_row(text, number, probe.dirty, headings)
        if isinstance(row, Rejected):
            rejected.append(row)
            continue
        if len(headings) > MOST_COLUMNS:
            raise refuse(
                "intake.many-columns", file=probe.name, found=len(headings), limit=MOST_COLUMNS
            )
        rows.append(row)
        numbers.append(number)
        if len(rows) * len(headings) >= MOST_CELLS:
            yield chunk()
            for held in (rows, numbers, rejected):
                held.clear()
    yield chunk()


def _json_row(
    text: str, number: int, dirty: bool, headings: dict[str, None]
) -> dict[str, str] | Rejected:
    """The row of a line, whose keys are added to the headings, or why it is none."""
    try:
        row = {key: cell_text(value) for key, value in _DECODE(text).items()}
    except TypeError:
        return Rejected(number, "nested-value", text, {"json": text})
    except (ValueError, AttributeError, RecursionError):
        odd = strange((text,))[0] if dirty else ""
        return Rejected(number, odd or "bad-json", text, {"json": text})
    for key in row:
        headings.setdefault(key)
    # Lone surrogates come from bytes that are no text, or are written as escapes.
    if dirty or "\\" in text:
        reason, cell = strange((*row.values(), *row))
        if reason:
            return Rejected(number, reason, cell, dict(row))
    return row
