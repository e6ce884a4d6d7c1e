"""Accepted rows of entities outside memory: runs of rows sorted by id, read back by ranges of ids.

A run is a file of Arrow record batches, written once in a folder that goes with the import. With
each row go what it says nothing of (`Silence`) and its mark of `unread_marks`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yaohao.planner.register.silence import Silence
from yaohao.planner.schema.entity import COLUMNS, NUMBER, schema
from yaohao.planner.vocabulary.faults import disk_problems

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

BATCH = 1 << 13
"""Rows of a batch of a run. Doubled, what is read at the ends of ranges doubles."""
_SILENT, _SPOKEN, _MARK = "silent", "spoken", "mark"
_BIT = {name: 1 << place for place, name in enumerate(COLUMNS)}

Row = tuple[Any, ...]


class Slice(NamedTuple):
    """Rows in ascending bytes of their ids, and what they say nothing of."""

    rows: pa.Table
    silence: Silence


class SortedRuns:
    """The accepted rows of an import, in runs; no id stands twice."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._runs: list[_Run] = []
        self._rows = 0
        self.latest: Mapping[str, str] = {}
        """Entity → the latest day of an inspection that further rows of it tell."""

    @classmethod
    def of_table(cls, table: pa.Table, silence: Silence) -> SortedRuns:
        """Rows in memory as a single run, which no file holds."""
        import numpy as np

        runs = cls()
        whole = _sorted(table, silence, np.zeros(table.num_rows, np.int64))
        runs._runs.append(_Run(None, whole.to_batches(max_chunksize=BATCH)))
        runs._rows = table.num_rows
        return runs

    def add(self, table: pa.Table, silence: Silence, marks: NDArray[np.int64]) -> None:
        """Write rows as a run."""
        import pyarrow as pa

        if not table.num_rows:
            return
        assert self._folder is not None  # runs in memory are not added to
        path = self._folder / f"{len(self._runs):05d}.arrow"
        whole = _sorted(table, silence, marks)
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with disk_problems(path, whole.nbytes):
            path.touch(0o600)
            with (
                pa.OSFile(str(path), "wb") as file,
                pa.ipc.new_file(file, whole.schema, options=options) as writer,
            ):
                writer.write_table(whole, max_chunksize=BATCH)
        batches = whole.to_batches(max_chunksize=BATCH)
        self._runs.append(_Run(path, [], [one.column(0)[0].as_py() for one in batches]))
        self._rows += table.num_rows

    def __len__(self) -> int:
        return self._rows

    def weights(self) -> list[tuple[bytes, int]]:
        """Ids, as bytes, each with about how many rows stand from it to the next of its run."""
        return [(first, BATCH) for run in self._runs for first in run.firsts]

    def between(self, first: bytes, stop: bytes | None) -> Slice:
        """The rows whose ids are from `first` to below `stop`."""
        import pyarrow as pa
        import pyarrow.compute as pc
        from yaohao.planner.register.merging import with_later_days

        pieces = [piece for run in self._runs for piece in run.between(first, stop)]
        if not pieces:
            return Slice(schema().empty_table(), Silence())
        table = pa.concat_tables(pieces).combine_chunks()
        if len(self._runs) > 1:
            table = table.take(pc.sort_indices(table.column("entity_id").cast(pa.binary())))
        rows = table.select(list(COLUMNS))
        return Slice(with_later_days(rows, self.latest).table, _silence(table))

    def rows_of(self, ids: Collection[str]) -> Iterator[tuple[Row, int]]:
        """The rows of those of some ids that are here, each with its mark."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for run in self._runs:
            places: dict[int, list[str]] = {}
            for one in ids:
                place = bisect_right(run.firsts, one.encode()) - 1
                if place >= 0:
                    places.setdefault(place, []).append(one)
            for place, asked in sorted(places.items()):
                batch = run.batch(place)
                there = batch.filter(
                    pc.is_in(batch.column("entity_id"), value_set=pa.array(asked, pa.string()))
                )
                columns = [there.column(name).to_pylist() for name in COLUMNS]
                yield from zip(
                    zip(*columns, strict=True), there.column(_MARK).to_pylist(), strict=True
                )

    def among(self, ids: Collection[str]) -> set[str]:
        """Those of some ids of which there is a row."""
        return {str(row[0]) for row, _ in self.rows_of(ids)}

    def identified(self) -> Iterator[pa.RecordBatch]:
        """Ids and registration numbers of all rows, piece by piece, run by run."""
        for run in self._runs:
            for place in range(len(run.firsts)):
                yield run.batch(place).select(["entity_id", NUMBER])


class _Run:
    """Batches in ascending order of ids, in a file or in memory."""

    def __init__(
        self, path: Path | None, held: list[pa.RecordBatch], firsts: list[str] | None = None
    ) -> None:
        import pyarrow as pa

        self._held = held
        names = [one.column(0)[0].as_py() for one in held] if firsts is None else firsts
        self.firsts = [name.encode() for name in names]
        self._reader = None
        if path is not None:
            with disk_problems(path):
                self._reader = pa.ipc.open_file(pa.OSFile(str(path)))

    def batch(self, place: int) -> pa.RecordBatch:
        """A batch, from 0."""
        return self._held[place] if self._reader is None else self._reader.get_batch(place)

    def between(self, first: bytes, stop: bytes | None) -> Iterator[pa.Table]:
        """The rows whose ids are from `first` to below `stop`, in pieces."""
        import pyarrow as pa

        begin = max(bisect_right(self.firsts, first) - 1, 0)
        end = len(self.firsts) if stop is None else bisect_left(self.firsts, stop)
        for place in range(begin, end):
            batch = self.batch(place)
            low, high = 0, batch.num_rows
            if place == begin or place == end - 1:
                ids = [one.encode() for one in batch.column("entity_id").to_pylist()]
                low = bisect_left(ids, first)
                high = high if stop is None else bisect_left(ids, stop)
            if low < high:
                yield pa.Table.from_batches([batch.slice(low, high - low)])


def _sorted(table: pa.Table, silence: Silence, marks: NDArray[np.int64]) -> pa.Table:
    """Rows with what goes with them, in ascending bytes of their ids."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    silent = np.zeros(table.num_rows, np.int32)
    for name, mask in silence.fields.items():
        silent |= np.asarray(mask).astype(np.int32) * _BIT[name]
    spoken = silence.key_fields
    if spoken is None:
        spoken = pa.nulls(table.num_rows, pa.string())
    for name, values in ((_SILENT, silent), (_SPOKEN, spoken), (_MARK, marks)):
        table = table.append_column(name, pa.array(values) if name != _SPOKEN else spoken)
    order = pc.sort_indices(table.column("entity_id").cast(pa.binary()))
    return table.take(order).combine_chunks()


def _silence(table: pa.Table) -> Silence:
    """What rows of runs say nothing of."""
    import numpy as np
    import pyarrow as pa

    silent = table.column(_SILENT).to_numpy()
    told_of = np.bitwise_or.reduce(silent) if len(silent) else 0
    fields = {name: pa.array(silent & bit != 0) for name, bit in _BIT.items() if told_of & bit}
    spoken = table.column(_SPOKEN)
    if spoken.null_count == len(spoken):
        return Silence(fields)
    return Silence(fields, spoken.combine_chunks())
