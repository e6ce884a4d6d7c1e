"""Rows of one entity that differ only in the day of the last inspection: a table of inspections.

Public tables of inspections have a row for each visit, or for each finding. As a register they are
one entity with its latest day; the day of the row that stands first would be an old one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.parts import Part
from yaohao.planner.register.sorted_runs import SortedRuns
from yaohao.planner.schema.entity import COLUMNS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_DAY = COLUMNS.index("inspected_on")

Row = tuple[Any, ...]


class RepeatedRows:
    """The rows that were accepted, and of each entity that came again its latest day.

    Of rows that were put away `runs` has them.
    """

    def __init__(self, runs: SortedRuns | None = None) -> None:
        self.latest: dict[str, str] = {}
        self._runs = runs
        self._accepted: list[tuple[pa.RecordBatch, NDArray[np.int64]]] = []
        self._first: dict[str, tuple[Row, int]] = {}

    def accept(self, batch: pa.RecordBatch, unread: NDArray[np.int64]) -> None:
        """Take rows in that were accepted, with their marks of `unread_marks`."""
        self._accepted.append((batch, unread))

    def take(self) -> tuple[list[pa.RecordBatch], list[NDArray[np.int64]]]:
        """The rows accepted since they were taken last, and their marks: they are put away."""
        batches = [batch for batch, _ in self._accepted]
        marks = [unread for _, unread in self._accepted]
        self._accepted = []
        return batches, marks

    def split(
        self,
        ids: Sequence[str],
        again: Mapping[int, int | None],
        checked: Mapping[str, pa.Array],
        unread: NDArray[np.int64],
    ) -> set[int]:
        """Which rows that come again say nothing but a day of an entity accepted before.

        `again` has the indexes of rows whose id was accepted before, with the index of that row
        where it is one of these. Rows of the same day are further ones where they differ in what
        is not read, as those of several findings of a visit do; else they are duplicates.
        """
        import pyarrow as pa

        indexes = sorted({*again, *(first for first in again.values() if first is not None)})
        picked = pa.array(indexes, pa.int64())
        columns = [checked[name].take(picked).to_pylist() for name in COLUMNS]
        rows = dict(zip(indexes, zip(*columns, strict=True), strict=True))
        self._look_up({ids[index] for index, first in again.items() if first is None})
        further = set()
        for index, first in again.items():
            entity, row = ids[index], rows[index]
            if first is not None:
                self._first.setdefault(entity, (rows[first], int(unread[first])))
            before, mark = self._first[entity]
            if _but_day(row) != _but_day(before):
                continue
            day, held = row[_DAY], self.latest.get(entity, before[_DAY])
            if day == before[_DAY] and (not day or mark == unread[index]):
                continue
            self.latest[entity] = max(day, held)
            further.add(index)
        return further

    def _look_up(self, entities: Collection[str]) -> None:
        """Find the rows of some entities among those that were accepted."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        missing = pa.array(sorted(entities - self._first.keys()), pa.string())
        if not len(missing):
            return
        for batch, unread in self._accepted:
            there = pc.is_in(batch.column("entity_id"), value_set=missing)
            kept = batch.filter(there)
            if kept.num_rows:
                texts = [column.to_pylist() for column in kept.select(list(COLUMNS)).columns]
                marks = unread[np.asarray(there)].tolist()
                for row, mark in zip(zip(*texts, strict=True), marks, strict=True):
                    self._first[row[0]] = (row, mark)
        if self._runs is not None:
            left = entities - self._first.keys()
            for row, mark in self._runs.rows_of(left) if left else ():
                self._first[row[0]] = (row, mark)


def unread_marks(part: Part) -> NDArray[np.int64]:
    """For each row of a part a number that tells apart what is not read of it; 0 where the file
    has no such columns, or no day of the last inspection.
    """
    import numpy as np

    if not part.columns.ignored or part.field("inspected_on") is None:
        return np.zeros(len(part.chunk.lines), np.int64)
    ignored = set(part.columns.ignored)
    columns = [
        column.to_pylist()
        for heading, column in zip(part.chunk.headings, part.chunk.columns, strict=True)
        if heading in ignored
    ]
    return np.fromiter(map(hash, zip(*columns, strict=True)), np.int64, len(part.chunk.lines))


def _but_day(row: Row) -> Row:
    """A row without its day; counts as texts, as they are before they are stored."""
    return tuple(str(value) for place, value in enumerate(row) if place != _DAY)
