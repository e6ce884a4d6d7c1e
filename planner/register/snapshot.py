"""Snapshots of the entity register: merging an import into one, and the digest of its content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.silence import Silence
from yaohao.planner.schema.entity import COLUMNS, ENTITY, UNLIKE, in_digest

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    import pyarrow as pa


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

    pq.write_table(table, path, **_how(table.column_names))


ROW_GROUP = 1 << 17
"""Rows of a row group. Doubled, what is written by pieces holds twice as much, some 60 MB."""


def _how(names: Sequence[str]) -> dict[str, Any]:
    """How Parquet is written: the arguments of pyarrow."""
    repeating = [name for name in names if name not in UNLIKE]
    return {"compression": "zstd", "use_dictionary": repeating, "row_group_size": ROW_GROUP}


def write_batches(batches: Iterable[pa.RecordBatch], path: Path) -> None:
    """Write batches, of which there is at least one, as `write_table` writes a table of them."""
    rest = iter(batches)
    first = next(rest)
    with TableWriter(path, first.schema) as writer:
        for batch in chain((first,), rest):
            writer.add(batch)


class TableWriter:
    """Writes a table of entities, or a frame of them, as Parquet, of which a row group is in memory
    at a time. What it has written is a table once the block has ended.
    """

    def __init__(self, path: Path, form: pa.Schema) -> None:
        import pyarrow.parquet as pq

        how = _how(form.names)
        del how["row_group_size"]
        self._writer = pq.ParquetWriter(path, form, **how)
        self._form = form
        self._waiting: list[Any] = []
        self._rows = 0
        self.rows = 0
        """How many rows were given."""

    def add(self, batch: Any) -> None:
        """Write rows, an Arrow record batch or table, behind those before."""
        self.rows += batch.num_rows
        self._waiting.append(batch)
        self._rows += batch.num_rows
        while self._rows >= ROW_GROUP:
            table = self._gathered()
            whole = self._rows // ROW_GROUP * ROW_GROUP
            self._writer.write_table(table.slice(0, whole), row_group_size=ROW_GROUP)
            self._waiting = [table.slice(whole)]
            self._rows -= whole

    def _gathered(self) -> Any:
        import pyarrow as pa

        tables = [
            one if isinstance(one, pa.Table) else pa.Table.from_batches([one])
            for one in self._waiting
        ]
        return pa.concat_tables([table.cast(self._form) for table in tables]).combine_chunks()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._rows:
                self._writer.write_table(self._gathered(), row_group_size=ROW_GROUP)
        finally:
            self._waiting.clear()
            self._writer.close()


def content_digest(table: pa.Table) -> str:
    """A digest of what an entity table holds, the same on every machine and library version.

    Canonical form: a text of one line per column of `in_digest`, ``name lengths bytes`` and a
    line feed, where `lengths` is the SHA-256 of the UTF-8 lengths of the values as unsigned
    32-bit little-endian numbers and `bytes` that of the values themselves, one after the other;
    whole numbers are taken as decimal texts. The digest is the SHA-256 of that text.
    """
    digest = ContentDigest()
    digest.add(table)
    return digest.result()


class ContentDigest:
    """The digest of what a register holds, taken piece by piece (`content_digest`)."""

    def __init__(self) -> None:
        self._hashes = {name: (sha256(), sha256()) for name in COLUMNS}
        self._told = {column.name for column in ENTITY if not column.private}
        self.rows = 0
        """How many rows were taken in."""

    def add(self, table: pa.Table) -> None:
        """Take in the next rows: all columns, or always the same of them."""
        self.rows += table.num_rows
        self._told.update(name for name in in_digest(table) if name in table.column_names)
        for name, (lengths, content) in self._hashes.items():
            if name in table.column_names:
                for chunk in table.column(name).chunks:
                    _add(chunk, lengths, content)

    def result(self) -> str:
        """The digest of all rows."""
        text = "".join(f"{line}\n" for line in self.lines(COLUMNS))
        return sha256(text.encode("ascii")).hexdigest()

    def lines(self, names: Iterable[str]) -> list[str]:
        """What the digest is taken over of those of some columns that count, in their order."""
        wanted = set(names) & self._told
        return [
            f"{name} {lengths.hexdigest()} {content.hexdigest()}"
            for name, (lengths, content) in self._hashes.items()
            if name in wanted
        ]


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
