"""Columns of few different texts as small whole numbers: a byte or two for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    Numbers = NDArray[Any]
    """Whole numbers in the smallest type that holds them."""

_AT_ONCE = 1 << 20
"""Rows that are looked at at once: numpy makes numbers of 64 bits of them for it. It changes only
time and memory.
"""


def blocks(size: int) -> list[slice]:
    """Slices that follow each other, of so many rows in all."""
    return [slice(start, min(start + _AT_ONCE, size)) for start in range(0, size, _AT_ONCE)]


def smallest(size: int) -> np.dtype[Any]:
    """The smallest type for the numbers below `size`."""
    import numpy as np

    return np.min_scalar_type(max(size - 1, 0))


class NumberedColumn:
    """A column as the numbers of its texts, which are counted as they come."""

    def __init__(self, size: int) -> None:
        import numpy as np

        self._places: dict[str, int] = {}
        self._numbers: Numbers = np.zeros(size, np.uint8)
        self._end = 0

    @property
    def values(self) -> list[str]:
        """The texts, each at its number."""
        return list(self._places)

    @property
    def numbers(self) -> Numbers:
        """The number of each row."""
        return self._numbers

    def add(self, column: pa.ChunkedArray) -> None:
        """The rows that come next, read through a dictionary (Arrow)."""
        import numpy as np

        for chunk in column.chunks:
            places = self._places
            own = [places.setdefault(text, len(places)) for text in chunk.dictionary.to_pylist()]
            kind = smallest(len(places))
            if kind.itemsize > self._numbers.itemsize:
                self._numbers = self._numbers.astype(kind)
            # Such columns have 32-bit indices; `to_numpy` would load pandas first.
            indices = chunk.indices
            count, start = len(indices), indices.offset * 4
            if count:
                local = np.frombuffer(indices.buffers()[1], np.int32, count, start)
                end = self._end + count
                self._numbers[self._end : end] = np.array(own, self._numbers.dtype)[local]
                self._end = end

    def tally(self) -> NDArray[np.int64]:
        """How many rows have each text, by its number."""
        import numpy as np

        tally = np.zeros(len(self._places), np.int64)
        for block in blocks(len(self._numbers)):
            tally += np.bincount(self._numbers[block], minlength=len(tally))
        return tally


def read_numbered(file: pq.ParquetFile, names: Iterable[str]) -> dict[str, NumberedColumn]:
    """Columns of a Parquet file that was opened to read them through dictionaries, by their names;
    a row group is read at a time.
    """
    columns = {name: NumberedColumn(file.metadata.num_rows) for name in names}
    for group in range(file.metadata.num_row_groups):
        # On one thread: starting others takes longer than all there is to read.
        table = file.read_row_group(group, columns=list(columns), use_threads=False)
        for name, column in columns.items():
            column.add(table.column(name))
    return columns
