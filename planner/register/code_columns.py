"""The codes and days of a register by column: what is met there, and how many rules apply to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.schema.entity import CODES, DAYS, PREFIXED, SETS
from yaohao.planner.vocabulary.numbered_columns import blocks, read_numbered
from yaohao.planner.vocabulary.parquet_files import open_parquet

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

Conditions = Mapping[str, Sequence[str]]
"""For each column the codes of which an entity must have one; a prefix where the column has them,
any one of the set where it holds several. An empty sequence asks for nothing."""


class CodeColumns:
    """The columns of codes of a snapshot as numbers, read once and asked often; its latest days."""

    def __init__(self, snapshot: Path) -> None:
        """Read the Parquet file of a snapshot."""
        names = [*CODES, *SETS]
        self._snapshot = snapshot
        with open_parquet(snapshot, read_dictionary=names) as file:
            self._latest = {name: _latest(file.metadata, name) for name in DAYS}
            self.size: int = file.metadata.num_rows
            self._columns = read_numbered(file, names)
        self._tallies: dict[str, list[int]] = {}

    def counts(self, column: str) -> dict[str, int]:
        """How many entities have each code of a column; the empty code is left out."""
        totals: Counter[str] = Counter()
        for value, number in self._tally(column):
            for code in value.split(",") if column in SETS else (value,):
                if code and number:
                    totals[code] += number
        return dict(totals)

    def later_than(self, column: str, day: str) -> int:
        """How many entities have a day in a column that comes after `day` (ISO)."""
        if self._latest[column] <= day:
            return 0
        import pyarrow.compute as pc

        return int(pc.sum(pc.greater(_read(self._snapshot, [column]).column(0), day)).as_py() or 0)

    def count(self, *conditions: Conditions) -> int:
        """How many entities fulfil all conditions."""
        asked = [
            self._having(column, tuple(codes))
            for one in conditions
            for column, codes in one.items()
            if codes
        ]
        if not asked:
            return self.size
        total = 0
        for block in blocks(self.size):
            masks = (holds[numbers[block]] for holds, numbers in asked)
            total += int(reduce(and_, masks).sum())
        return total

    def _having(
        self, column: str, wanted: tuple[str, ...]
    ) -> tuple[NDArray[np.bool_], NDArray[Any]]:
        """For each number of a column whether its value has one of some codes, and the number of
        each entity.
        """
        import numpy as np

        numbered = self._columns[column]
        holds = [_holds(column, value, wanted) for value in numbered.values]
        return np.array(holds, np.bool_), numbered.numbers

    def _tally(self, column: str) -> list[tuple[str, int]]:
        numbered = self._columns[column]
        if column not in self._tallies:
            self._tallies[column] = numbered.tally().tolist()
        return list(zip(numbered.values, self._tallies[column], strict=True))


def _holds(column: str, value: str, wanted: tuple[str, ...]) -> bool:
    if column in PREFIXED:
        # An empty code asks for those that have none, and begins no other.
        return any(value.startswith(code) if code else not value for code in wanted)
    if column in SETS:
        return not set(value.split(",")).isdisjoint(wanted)
    return value in wanted


def _latest(metadata: pq.FileMetaData, column: str) -> str:
    """The latest day of a column by the statistics of the file; after all days without them."""
    place = metadata.schema.names.index(column)
    latest = ""
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(place).statistics
        if statistics is None or not statistics.has_min_max:
            return "~"
        latest = max(latest, str(statistics.max))
    return latest


def _read(snapshot: Path, names: Sequence[str]) -> pa.Table:
    """Columns of a Parquet file as an Arrow table, without the machinery for sets of files."""
    with open_parquet(snapshot) as file:
        return file.read(columns=list(names))
