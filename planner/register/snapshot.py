"""Snapshots of the entity register: merging an import into one, and the digest of its content."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.silence import Silence
from yaohao.planner.schema.entity import UNLIKE, in_digest

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    import pyarrow as pa


_GROUP = 1 << 17
"""Rows of a group in a file."""


def merge_entities(current: pa.Table | None, new: pa.Table, replace: bool = False) -> pa.Table:
    """The register after an import of rows that speak of every column, and empty what is empty.

    Rows of `new` take the place of those with the same `entity_id` (of all rows with `replace`),
    and of that whose id is their registration number; sorted by the bytes of `entity_id`. Both are
    tables of `schema.entity.schema()` in which no id stands twice.
    """
    from yaohao.planner.register.merging import Merging, merge

    return merge(current, new, Silence(), Merging(replace, empty=True)).table


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table of entities, or a frame of them, as Parquet.

    Only codes and dates go through a dictionary: ids, names and addresses hardly repeat, and trying
    costs a third of the time.
    """
    import pyarrow.parquet as pq

    pq.write_table(table, path, row_group_size=_GROUP, **_form(table.schema))


def write_batches(batches: Iterable[pa.RecordBatch], path: Path) -> None:
    """Write batches, of which there is at least one, as `write_table` writes a table of them.

    What is held meanwhile are the rows of one group.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    held: list[pa.RecordBatch] = []
    rest = iter(batches)
    first = next(rest)
    with pq.ParquetWriter(path, first.schema, **_form(first.schema)) as writer:
        for batch in chain((first,), rest):
            held.append(batch)
            while sum(one.num_rows for one in held) >= _GROUP:
                table = pa.Table.from_batches(held)
                writer.write_table(table.slice(0, _GROUP), row_group_size=_GROUP)
                held = table.slice(_GROUP).to_batches()
        if held:
            writer.write_table(pa.Table.from_batches(held), row_group_size=_GROUP)


def _form(schema: pa.Schema) -> dict[str, Any]:
    """How entities are written: what hardly repeats goes through no dictionary."""
    return {
        "compression": "zstd",
        "use_dictionary": [name for name in schema.names if name not in UNLIKE],
    }


def content_digest(table: pa.Table) -> str:
    """A digest of what an entity table holds, the same on every machine and library version.

    Canonical form: a text of one line per column of `in_digest`, ``name lengths bytes`` and a
    line feed, where `lengths` is the SHA-256 of the UTF-8 lengths of the values as unsigned
    32-bit little-endian numbers and `bytes` that of the values themselves, one after the other;
    whole numbers are taken as decimal texts. The digest is the SHA-256 of that text.
    """
    lines = [f"{column_line(table, name)}\n" for name in in_digest(table)]
    return sha256("".join(lines).encode("ascii")).hexdigest()


def column_line(table: pa.Table, name: str) -> str:
    """What the digest of a table is taken over for one column, without the line feed."""
    lengths, content = sha256(), sha256()
    for chunk in table.column(name).chunks:
        _add(chunk, lengths, content)
    return f"{name} {lengths.hexdigest()} {content.hexdigest()}"


def _add(chunk: pa.Array, lengths: Hash, content: Hash) -> None:
    import numpy as np
    import pyarrow as pa

    array = chunk if pa.types.is_large_string(chunk.type) else chunk.cast(pa.string())
    if array.null_count:
        array = array.fill_null("")
    if not len(array):
        return
    kind = np.int64 if pa.types.is_large_string(array.type) else np.int32
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, kind, len(array) + 1, array.offset * kind().itemsize)
    lengths.update(np.diff(ends).astype("<u4").tobytes())
    if data is not None:
        content.update(memoryview(data)[int(ends[0]) : int(ends[-1])])
