"""Lists of rows that take little memory: held as bytes, or made anew each time they are read."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, overload

_BLOCK = 256
"""Rows that are made anew at a time."""

Row = dict[str, Any]


class HeldRows(Sequence[Row]):
    """Rows with the same keys, of texts, whole numbers, truths, None and lists of such.

    A row takes about as many bytes as its text; a list of the same dictionaries takes some ten
    times as many. Every row that is given out is a new dictionary, its keys in the order of
    `columns`; lists in it are not to be changed.
    """

    def __init__(self, columns: Sequence[str], rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self.columns = tuple(columns)
        self._blocks: list[bytes] = []
        self._size = 0
        self._near: tuple[int, list[tuple[Any, ...]]] = (-1, [])
        self._open: list[tuple[Any, ...]] = []
        self.extend(rows)

    def extend(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Put rows behind the others; KeyError where one lacks a column."""
        columns = self.columns
        source = iter(rows)
        while some := list(islice(source, _BLOCK - len(self._open))):
            self._open += [tuple([row[column] for column in columns]) for row in some]
            self._size += len(some)
            if len(self._open) == _BLOCK:
                self._blocks.append(marshal.dumps(self._open))
                self._open = []

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Row]:
        columns = self.columns
        for number in range(-(-self._size // _BLOCK)):
            for row in self._block(number):
                yield dict(zip(columns, row, strict=True))

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self._size))]
        at = place + self._size if place < 0 else place
        if not 0 <= at < self._size:
            raise IndexError(place)
        number, offset = divmod(at, _BLOCK)
        if self._near[0] != number or len(self._near[1]) <= offset:
            self._near = (number, list(self._block(number)))
        return dict(zip(self.columns, self._near[1][offset], strict=True))

    def _block(self, number: int) -> Sequence[tuple[Any, ...]]:
        if number < len(self._blocks):
            # These bytes were made in this process, a line or two above.
            rows: list[tuple[Any, ...]] = marshal.loads(self._blocks[number])
            return rows
        return self._open


class MadeRows(Collection[Any]):
    """A list whose rows are made each time it is gone through: so many, and what makes them."""

    def __init__(self, size: int, make: Callable[[], Iterator[Any]]) -> None:
        self._size, self._make = size, make

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return self._make()

    def __contains__(self, row: object) -> bool:
        return any(one == row for one in self)


LISTS = (list, HeldRows, MadeRows)
"""The types of what stands for a list of a JSON document."""
