"""The codes and days of a register by column: what is met there, and how many rules apply to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.schema.entity import CODES, DAYS, PREFIXED, SETS
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
            # On one thread: starting others takes longer than all there is to read.
            table = file.read(columns=names, use_threads=False).unify_dictionaries()
        self.size: int = table.num_rows
        self._values: dict[str, list[str]] = {}
        self._numbers: dict[str, Any] = {}
        self._tallies: dict[str, list[int]] = {}
        for name in names:
            self._values[name], self._numbers[name] = _numbered(table.column(name))

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
        import numpy as np

        mask = np.ones(self.size, np.bool_)
        for one in conditions:
            for column, codes in one.items():
                if codes:
                    mask &= self._having(column, codes)
        return int(mask.sum())

    def _tally(self, column: str) -> list[tuple[str, int]]:
        import numpy as np

        values = self._values[column]
        if column not in self._tallies:
            counted = np.bincount(self._numbers[column], minlength=len(values))
            self._tallies[column] = counted.tolist()
        return list(zip(values, self._tallies[column], strict=True))

    def _having(self, column: str, codes: Sequence[str]) -> NDArray[np.bool_]:
        import numpy as np

        wanted = tuple(codes)
        holds = np.array(
            [_holds(column, value, wanted) for value in self._values[column]], np.bool_
        )
        mask: NDArray[np.bool_] = holds[self._numbers[column]]
        return mask


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


def _numbered(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    """The values of a column of one dictionary, and for each row the number of its own."""
    import numpy as np

    if not len(column):
        return [""], np.zeros(0, np.int32)
    parts = []
    for chunk in column.chunks:
        # Columns read through a dictionary have 32-bit indices; `to_numpy` would load pandas first.
        indices = chunk.indices
        start = indices.offset * 4
        parts.append(np.frombuffer(indices.buffers()[1], np.int32, len(indices), start))
    return column.chunk(0).dictionary.to_pylist(), np.concatenate(parts)


def _read(snapshot: Path, names: Sequence[str]) -> pa.Table:
    """Columns of a Parquet file as an Arrow table, without the machinery for sets of files."""
    with open_parquet(snapshot) as file:
        return file.read(columns=list(names))
