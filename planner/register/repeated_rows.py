"""Rows of one entity that differ only in the day of the last inspection: a table of inspections.

Public tables of inspections have a row for each visit, or for each finding. As a register they are
one entity with its latest day; the day of the row that stands first would be an old one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yaohao.planner.schema.entity import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

_DAY = COLUMNS.index("inspected_on")

Row = tuple[Any, ...]


class RepeatedRows:
    """The rows that were accepted, and of each entity that came again its latest day."""

    def __init__(self) -> None:
        self.latest: dict[str, str] = {}
        self._accepted: list[pa.RecordBatch] = []
        self._first: dict[str, Row] = {}

    def accept(self, batch: pa.RecordBatch) -> None:
        """Take rows in that were accepted."""
        self._accepted.append(batch)

    def split(
        self,
        ids: Sequence[str],
        again: Mapping[int, int | None],
        checked: Mapping[str, pa.Array],
        *,
        by_finding: bool,
    ) -> set[int]:
        """Which rows that come again say nothing but a day of an entity accepted before.

        `again` has the indexes of rows whose id was accepted before, with the index of that row
        where it is one of these. Rows of the same day are further ones only where there may be
        several a visit (`by_finding`): they differ in what is not read, then.
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
                self._first.setdefault(entity, rows[first])
            before = self._first[entity]
            if _but_day(row) != _but_day(before):
                continue
            day, held = row[_DAY], self.latest.get(entity, before[_DAY])
            if day == before[_DAY] and not (by_finding and day):
                continue
            self.latest[entity] = max(day, held)
            further.add(index)
        return further

    def _look_up(self, entities: Collection[str]) -> None:
        """Find the rows of some entities among those that were accepted."""
        import pyarrow as pa
        import pyarrow.compute as pc

        missing = pa.array(sorted(entities - self._first.keys()), pa.string())
        if not len(missing):
            return
        for batch in self._accepted:
            found = batch.filter(pc.is_in(batch.column("entity_id"), value_set=missing))
            if found.num_rows:
                texts = [column.to_pylist() for column in found.select(list(COLUMNS)).columns]
                self._first |= {row[0]: row for row in zip(*texts, strict=True)}


def _but_day(row: Row) -> Row:
    """A row without its day; counts as texts, as they are before they are stored."""
    return tuple(str(value) for place, value in enumerate(row) if place != _DAY)
