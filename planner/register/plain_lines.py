"""Lines of JSON without any escape, read as columns without a Python object for each value.

Such lines are CSV between brackets, which Arrow reads. What it read counts only where the lines,
written anew of it, are the same bytes: then each line is the canonical JSON of its row.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

_CONTROLS = bytes(code for code in range(32) if code != ord("\n"))


def plain_columns(block: bytes, kinds: Sequence[type], largest: int) -> list[Any] | None:
    """The columns (Arrow) of lines that end in line feeds, each a list of texts and whole numbers
    in canonical JSON; None where one is anything else, or has an escape.

    `kinds` are ``str`` or ``int``, one for each column; whole numbers are from 0 to `largest`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    if b"\\" in block or block.translate(None, _CONTROLS) != block or not _is_text(block):
        return None
    number = block.count(b"\n")
    # Two marks around every text and none inside.
    if not number or block.count(b'"') != 2 * kinds.count(str) * number:
        return None
    names = [str(place) for place in range(len(kinds))]
    try:
        table = csv.read_csv(
            io.BytesIO(block[1:-2].replace(b"]\n[", b"\n") + b"\n"),
            csv.ReadOptions(column_names=names, block_size=len(block) + 1),
            csv.ParseOptions(double_quote=False),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        ).combine_chunks()
        columns = [
            column if kind is str else pc.cast(column, pa.int64())
            for column, kind in zip(table.columns, kinds, strict=True)
        ]
    except (pa.ArrowException, ValueError):
        return None
    if len(table) != number:
        return None
    for column, kind in zip(columns, kinds, strict=True):
        if kind is int and not 0 <= pc.min(column).as_py() <= pc.max(column).as_py() <= largest:
            return None
    return [_one(column) for column in columns] if _written(columns, kinds) == block else None


def _written(columns: Sequence[Any], kinds: Sequence[type]) -> memoryview:
    """The lines of columns: what stands between brackets, quoted where it is a text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[Any] = []
    between = "["
    for column, kind in zip(columns, kinds, strict=True):
        quote = '"' if kind is str else ""
        parts += [between + quote, column if kind is str else pc.cast(column, pa.string())]
        between = quote + ","
    parts.append(between[:-1] + "]\n")
    array = _one(pc.binary_join_element_wise(*parts, ""))
    _, offsets, data = array.buffers()
    ends = memoryview(offsets).cast("i")
    return memoryview(data).cast("B")[ends[array.offset] : ends[array.offset + len(array)]]


def _one(column: Any) -> Any:
    """A column as one array."""
    import pyarrow as pa

    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column


def _is_text(block: bytes) -> bool:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
