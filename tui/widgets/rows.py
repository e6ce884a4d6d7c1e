"""Where the rows of a table come from, how they are known again, grouped and narrowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from yaohao.tui.widgets.columns import Column

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from yaohao.planner.workspace import Workspace

    Places = Sequence[int] | NDArray[Any]

STEP = 2_000
"""Rows read at a time where all of them are read."""

Row = Sequence[Any]
Number = int | Decimal

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)
_NOTHING = 2


@dataclass
class Group:
    """The rows that have one value in a column: what the source knows it by, its words, how many
    rows there are, the sums of other columns by their keys.
    """

    value: Any
    words: str
    size: int = 0
    sums: dict[str, Number] = field(default_factory=dict)


class Rows:
    """Where rows come from: a value a column, a text or a number, or ``(value, tone)``.

    A source that has a database groups and narrows in it; the others are read from end to end.
    """

    def __len__(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def page(self, first: int, last: int) -> Sequence[Row]:
        """The rows from `first` up to, without, `last`."""
        raise NotImplementedError

    def picked(self, places: Places) -> Sequence[Row]:
        """The rows at these places."""
        return [self.page(int(place), int(place) + 1)[0] for place in places]

    def subset(self, places: NDArray[Any]) -> Rows:
        """The rows at these places, as a source of their own."""
        return PickedRows(self, places)

    def place_of(self, known_by: Any, ident: Sequence[int]) -> int | None:
        """The place of the row that is known by these values; None where it is not found soon."""
        for place, row in enumerate(self.page(0, min(len(self), STEP))):
            if known(row, ident) == known_by:
                return place
        return None

    def groups(self, column: Column, amounts: Sequence[Column]) -> list[Group] | None:
        """The groups by a column, by a database; None where there is none for it."""
        return None

    def narrowed(self, column: Column, value: Any) -> NDArray[Any] | None:
        """The places of the rows of a group, by a database; None where there is none for it."""
        return None

    def elsewhere(self, workspace: Workspace) -> Rows:
        """The same rows for another thread, which has a workspace of its own."""
        return self


class ListRows(Rows):
    """Rows that are all there already."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def page(self, first: int, last: int) -> Sequence[Row]:
        """The rows from `first` up to, without, `last`."""
        return self.rows[first:last]

    def picked(self, places: Places) -> Sequence[Row]:
        """The rows at these places."""
        return [self.rows[int(place)] for place in places]

    def place_of(self, known_by: Any, ident: Sequence[int]) -> int | None:
        """The place of the row that is known by these values."""
        found = (at for at, row in enumerate(self.rows) if known(row, ident) == known_by)
        return next(found, None)


class PickedRows(Rows):
    """Some of the rows of a source, in an order of their own."""

    def __init__(self, source: Rows, places: NDArray[Any]) -> None:
        self.source, self.places = source, places

    def __len__(self) -> int:
        return len(self.places)

    def page(self, first: int, last: int) -> Sequence[Row]:
        """The rows from `first` up to, without, `last`."""
        return self.source.picked(self.places[first:last])

    def picked(self, places: Places) -> Sequence[Row]:
        """The rows at these places."""
        return self.source.picked(self.places[places])

    def subset(self, places: NDArray[Any]) -> Rows:
        """The rows at these places."""
        return PickedRows(self.source, self.places[places])

    def elsewhere(self, workspace: Workspace) -> Rows:
        """The same rows for another thread."""
        return PickedRows(self.source.elsewhere(workspace), self.places)


# values


def bare(cell: Any) -> Any:
    """The value of a cell without its tone; None for the mark that stands for nothing."""
    if isinstance(cell, tuple):
        cell, tone = cell
        if cell == "-" and tone == "dim":
            return None
    return cell


def known(row: Row, ident: Sequence[int]) -> tuple[Any, ...]:
    """What a row is known by: its values at these places, all of them without any."""
    return tuple(bare(row[place]) for place in ident) if ident else tuple(map(bare, row))


def number_of(value: Any) -> Number | None:
    """The number that a value is or says, exactly; None for what is none, as a long code."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    text = str(value).strip().replace(",", "")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def order_key(cell: Any) -> tuple[int, Any, str]:
    """What cells are ordered by: numbers by size, then texts, then what is not there."""
    value = bare(cell)
    number = number_of(value)
    if number is not None:
        return 0, number, ""
    if value is None or value == "":
        return _NOTHING, 0, ""
    return 1, 0, str(value).casefold()


# all rows


def every_row(rows: Rows, moved: Callable[[int, int | None], None] | None = None) -> Iterator[Row]:
    """All rows, read some at a time; `moved` is told how many have been."""
    size = len(rows)
    for first in range(0, size, STEP):
        yield from rows.page(first, min(first + STEP, size))
        if moved is not None:
            moved(min(first + STEP, size), size)


def grouped(
    rows: Rows,
    place: int,
    column: Column,
    amounts: Sequence[tuple[int, Column]],
    moved: Callable[[int, int | None], None] | None = None,
) -> list[Group]:
    """The groups of rows by a column, the largest first, with the sums of the amounts in each."""
    found = rows.groups(column, [one for _, one in amounts])
    if found is None:
        by_value: dict[Any, Group] = {}
        for row in every_row(rows, moved):
            value = bare(row[place])
            group = by_value.get(value)
            if group is None:
                words = "" if value is None else str(value)
                group = by_value[value] = Group(value, words)
            group.size += 1
            for at, amount in amounts:
                number = number_of(bare(row[at]))
                if number is not None:
                    group.sums[amount.key] = group.sums.get(amount.key, 0) + number
        found = list(by_value.values())
    return sorted(found, key=lambda group: (-group.size, order_key(group.words)))


def places_of(
    rows: Rows,
    place: int,
    column: Column,
    value: Any,
    moved: Callable[[int, int | None], None] | None = None,
) -> NDArray[Any]:
    """The places of the rows that have a value in a column: those that `grouped` counted."""
    import numpy as np

    found = rows.narrowed(column, value)
    if found is None:
        every = enumerate(every_row(rows, moved))
        found = np.array([at for at, row in every if bare(row[place]) == value], np.int64)
    return found


def ordered(
    rows: Rows,
    place: int,
    *,
    descending: bool,
    moved: Callable[[int, int | None], None] | None = None,
) -> NDArray[Any]:
    """The places of all rows, ordered by a column; those alike as they came, nothing at the end."""
    import numpy as np

    keys = [order_key(row[place]) for row in every_row(rows, moved)]
    there = [at for at, key in enumerate(keys) if key[0] != _NOTHING]
    places = sorted(there, key=keys.__getitem__, reverse=descending)
    places += [at for at, key in enumerate(keys) if key[0] == _NOTHING]
    return np.array(places, np.int64)
