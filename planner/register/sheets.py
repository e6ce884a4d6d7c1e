"""Files to rows: delimited text, workbooks, JSON Lines and Parquet all become the same chunks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import chain, islice
from math import isfinite
from typing import Any

from planner.register.delimited import (
    HEADING_ROWS,
    Chunk,
    CountKnown,
    Rejected,
    heading_row,
    named,
    read_delimited,
    strange,
    text_arrays,
)
from planner.register.survey import UNDECODABLE, Survey, check_unchanged, unreadable
from planner.vocabulary.problems import refuse

_ROWS = 32_768  # rows of a chunk
_CHARACTERS = 8 << 20  # characters of JSON read at once
_EXACT = 10**15  # beyond it a float no longer holds every whole number that a sheet may show


def read_sheet(found: Survey, known: CountKnown) -> Iterator[Chunk]:
    """The rows of a surveyed file in chunks, in file order.

    Raises PlannerError where it cannot be read, has no headings, or changed meanwhile.
    """
    reader = {
        "delimited": read_delimited,
        "workbook": _read_workbook,
        "json": _read_json,
        "parquet": _read_parquet,
    }[found.kind]
    yield from reader(found, known)
    check_unchanged(found)


def estimate(found: Survey) -> int | None:
    """About how many rows a file has, None where only reading it would tell."""
    if found.kind == "parquet":
        import pyarrow.parquet as pq

        try:
            return int(pq.read_metadata(found.path).num_rows)
        except Exception:  # the reader proper will say what is wrong
            return None
    return max(found.lines - 1, 0) if found.kind != "workbook" else None


def cell_text(value: Any) -> str:
    """The text of a cell: whole floats without a point, dates in ISO form, lists joined by ``;``.

    A float too large to be exact keeps its form as a float, so that a code which went through
    one is recognised as damaged. Raises TypeError for a value that is no scalar or list.
    """
    text: str
    match value:
        case str():
            text = value
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case float():
            text = _float_text(value)
        case datetime():
            midnight = value.time() == time()
            text = value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case date():
            text = value.isoformat()
        case list() | tuple():
            text = ";".join(_item_text(item) for item in value)
        case dict():
            raise TypeError("dict")
        case _:
            text = str(value)
    return text


def _float_text(value: float) -> str:
    if not isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _item_text(item: Any) -> str:
    """An item of a list; a pair, as a period of absence, becomes ``from..to``."""
    if isinstance(item, list | tuple) and len(item) == 2:
        if any(isinstance(end, list | tuple | dict) for end in item):
            raise TypeError(type(item).__name__)
        return "..".join(cell_text(end) for end in item)
    if isinstance(item, list | tuple | dict):
        raise TypeError(type(item).__name__)
    return cell_text(item)


def _read_workbook(found: Survey, known: CountKnown) -> Iterator[Chunk]:
    """The first sheet of a workbook that has any rows; lines are the sheet's own row numbers."""
    import python_calamine

    try:
        with found.path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.height:
                    yield from _sheet_rows(found, iter(sheet.iter_rows()), known)
                    return
    except (OSError, ValueError, python_calamine.CalamineError) as error:
        raise unreadable(found.path, error) from None
    except BaseException as error:
        # The reader's Rust code panics on some broken files; a panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(found.path, error) from None
    raise refuse("intake.empty-file", file=found.name)


def _sheet_rows(found: Survey, source: Iterator[list[Any]], known: CountKnown) -> Iterator[Chunk]:
    rows = ([cell_text(cell) for cell in row] for row in source)
    filled = (item for item in enumerate(rows, 1) if any(cell.strip() for cell in item[1]))
    head = list(islice(filled, HEADING_ROWS))
    if not head:
        raise refuse("intake.empty-file", file=found.name)
    index = heading_row([row for _, row in head], known)
    headings = tuple(head[index][1])
    following = chain(head[index + 1 :], filled)
    while True:
        part = list(islice(following, _ROWS))
        columns = text_arrays([row for _, row in part], len(headings))
        yield Chunk(headings, columns, [line for line, _ in part])
        if len(part) < _ROWS:
            return


def _no_constant(text: str) -> Any:
    raise ValueError(text)


_DECODE = json.JSONDecoder(parse_constant=_no_constant).decode


def _read_json(found: Survey, known: CountKnown) -> Iterator[Chunk]:
    """JSON Lines: an object a line; headings are all keys met so far, in order."""
    headings: dict[str, None] = {}
    first = 1
    try:
        with found.path.open(
            encoding=found.encoding, errors=UNDECODABLE, newline=found.newline
        ) as file:
            while lines := file.readlines(_CHARACTERS):
                yield _json_chunk(lines, first, headings, found.dirty)
                first += len(lines)
    except OSError as error:
        raise unreadable(found.path, error) from None


def _json_chunk(lines: list[str], first: int, headings: dict[str, None], dirty: bool) -> Chunk:
    import pyarrow as pa

    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    rejected: list[Rejected] = []
    for number, line in enumerate(lines, first):
        text = line.strip(" \t\r\n\ufeff")
        if not text:
            continue
        try:
            row = {key: cell_text(value) for key, value in _DECODE(text).items()}
        except TypeError:
            rejected.append(Rejected(number, "nested-value", text, {"json": text}))
            continue
        except (ValueError, AttributeError, RecursionError):
            odd = strange((text,))[0] if dirty else ""
            rejected.append(Rejected(number, odd or "bad-json", text, {"json": text}))
            continue
        for key in row:
            headings.setdefault(key)
        # Lone surrogates come from bytes that are no text, or are written as escapes.
        if dirty or "\\" in text:
            reason, cell = strange((*row.values(), *row))
            if reason:
                rejected.append(Rejected(number, reason, cell, dict(row)))
                continue
        rows.append(row)
        numbers.append(number)
    names = tuple(headings)
    columns = [pa.array([row.get(name, "") for row in rows], pa.string()) for name in names]
    return Chunk(names, columns, numbers, rejected)


def _read_parquet(found: Survey, known: CountKnown) -> Iterator[Chunk]:
    """Parquet; lines are row numbers from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = 1
    try:
        with pq.ParquetFile(found.path) as file:
            headings = tuple(file.schema_arrow.names)
            yield Chunk(headings, [pa.array([], pa.string())] * len(headings), ())
            for batch in file.iter_batches(batch_size=_ROWS):
                yield _sound(headings, list(batch.columns), first, batch.num_rows)
                first += batch.num_rows
    except (OSError, ValueError, pa.ArrowException, TypeError) as error:
        raise unreadable(found.path, error) from None


def _text_array(column: Any) -> Any:
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


def _texts(column: Any) -> list[str]:
    try:
        return [cell_text(value) for value in column.to_pylist()]
    except TypeError:  # structures within structures: no register's column, but no reason to stop
        return [str(value) for value in column.to_pylist()]


def _sound(headings: tuple[str, ...], columns: list[Any], first: int, count: int) -> Chunk:
    """A chunk of the rows that hold nothing but text; the others are rejected."""
    import pyarrow as pa

    lines = range(first, first + count)
    arrays = [_text_array(column) for column in columns]
    if all(array is not None for array in arrays):
        return Chunk(headings, arrays, lines)
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
    return Chunk(headings, text_arrays(kept, len(headings)), numbers, rejected)
