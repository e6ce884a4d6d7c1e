"""Linear bounds in exact arithmetic: whether they can all hold, and how far a sum can go.

Source: the general simplex method, Dutertre and de Moura 2006, on a tableau of whole numbers with
one common denominator (Bareiss 1968; Edmonds 1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

Ends = tuple[int | None, int | None]

_GREEDY = 200
"""Pivots by the largest gain before Bland's rule, which cannot cycle (Bland 1977), takes over."""


def stuck_rows(
    rows: Sequence[Sequence[int]], of_rows: Sequence[Ends], of_columns: Sequence[tuple[int, int]]
) -> list[tuple[int, bool]] | None:
    """None where x within `of_columns` exists with every row's sum within `of_rows`.

    Otherwise rows that cannot all hold, in ascending order, each with whether it is its upper end
    that cannot be kept. Everything is in whole numbers; `rows` hold a coefficient a column.
    """
    width = len(of_columns)
    stuck = Tableau(rows, of_rows, of_columns).stuck()
    if stuck is None:
        return None
    # The variable that cannot be mended may be a column: then its box is the cause.
    return sorted((name - width, end) for name, end in stuck if name >= width)


class Tableau:
    """Rows over columns, each within two ends; None is no end.

    Columns are named from 0, rows behind them. What is outside the basis has a whole value, and
    each row of the table, over `scale`, tells what is inside by what is outside.
    """

    def __init__(
        self, rows: Sequence[Sequence[int]], of_rows: Sequence[Ends], of_columns: Sequence[Ends]
    ) -> None:
        self.width = len(of_columns)
        self._low = [ends[0] for ends in (*of_columns, *of_rows)]
        self._high = [ends[1] for ends in (*of_columns, *of_rows)]
        self._table: Any = np.array([list(row) for row in rows], dtype=object)
        self._table = self._table.reshape(len(rows), self.width)
        first = [next((end for end in ends if end is not None), 0) for ends in of_columns]
        self._values: Any = np.array(first, dtype=object)
        self._outside = list(range(self.width))
        self._inside = list(range(self.width, self.width + len(rows)))
        self._scale = 1
        self.pivots = 0

    def copy(self) -> Tableau:
        """The same, to go on with apart."""
        other = Tableau.__new__(Tableau)
        other.width, other._scale, other.pivots = self.width, self._scale, self.pivots
        other._low, other._high = list(self._low), list(self._high)
        other._table, other._values = self._table.copy(), self._values.copy()
        other._outside, other._inside = list(self._outside), list(self._inside)
        return other

    def narrow(self, name: int, least: int | None, most: int | None) -> None:
        """Set the ends of a row or column, where not None."""
        if least is not None:
            self._low[name] = least
        if most is not None:
            self._high[name] = most
        if name in self._outside:
            place = self._outside.index(name)
            if least is not None and self._values[place] < least:
                self._values[place] = least
            elif most is not None and self._values[place] > most:
                self._values[place] = most

    def stuck(self) -> list[tuple[int, bool]] | None:
        """None where all can hold, and `point` then does; else ends that cannot.

        Each of these is a name with whether it is the upper end.
        """
        for step in range(1 << 30):
            sums = self._sums()
            row, goal = self._worst(sums, greedy=step < _GREEDY)
            if row is None or goal is None:
                return None
            rising = goal * self._scale > sums[row]
            column = self._entering(self._table[row], rising=rising)
            if column is None:
                names = [(self._inside[row], not rising)]
                for place, name in enumerate(self._outside):
                    if self._table[row, place] != 0:
                        names.append((name, (self._table[row, place] > 0) == rising))
                return names
            self._pivot(row, column, goal)
        raise AssertionError("Bland's rule ends")

    def point(self, count: int) -> list[Fraction]:
        """The values of the first `count` columns."""
        values = [Fraction(0)] * count
        for place, name in enumerate(self._outside):
            if name < count:
                values[name] = Fraction(int(self._values[place]))
        sums = self._sums()
        for row, name in enumerate(self._inside):
            if name < count:
                values[name] = Fraction(int(sums[row]), self._scale)
        return values

    def furthest(self, name: int, *, up: bool) -> Fraction | None:
        """The largest or smallest value that a row or column can have; None for no end.

        Only where `stuck` was None; it stays so.
        """
        while True:
            if name in self._inside:
                line = self._table[self._inside.index(name)]
                column = self._entering(line, rising=up)
                rising = column is not None and (line[column] > 0) == up
            else:
                column, rising = self._outside.index(name), up
            if column is None:
                return self._value(name)
            end = self._advance(column, rising=rising)
            if end is None:
                return None
            if name in self._outside and end == name:
                return self._value(name)

    def _advance(self, column: int, *, rising: bool) -> int | None:
        """Move a column until something ends; the name of what did, None where nothing does."""
        sums, scale = self._sums(), self._scale
        entering = self._outside[column]
        own = self._high[entering] if rising else self._low[entering]
        best: tuple[Fraction, int] | None = None
        leaving = goal = None
        if own is not None:
            best = (Fraction(abs(own - int(self._values[column]))), entering)
        for row, name in enumerate(self._inside):
            rate = self._table[row, column]
            if rate == 0:
                continue
            end = self._high[name] if (rate > 0) == rising else self._low[name]
            if end is None:
                continue
            key = (Fraction(int(abs(end * scale - sums[row])), int(abs(rate))), name)
            if best is None or key < best:
                best, leaving, goal = key, row, end
        if best is None:
            return None
        if leaving is None or goal is None:
            self._values[column] = own
        else:
            self._pivot(leaving, column, goal)
        return best[1]

    def _value(self, name: int) -> Fraction:
        if name in self._outside:
            return Fraction(int(self._values[self._outside.index(name)]))
        return Fraction(int(self._sums()[self._inside.index(name)]), self._scale)

    def _sums(self) -> Any:
        if not self.width:
            return np.zeros(len(self._inside), dtype=object)
        return self._table @ self._values

    def _worst(self, sums: Any, *, greedy: bool) -> tuple[int | None, int | None]:
        """The row to mend and the end to set it to: the most broken, or the first (Bland)."""
        best: tuple[Any, int, int] | None = None
        for row, name in enumerate(self._inside):
            least, most = self._low[name], self._high[name]
            if least is not None and sums[row] < least * self._scale:
                goal, by = least, least * self._scale - sums[row]
            elif most is not None and sums[row] > most * self._scale:
                goal, by = most, sums[row] - most * self._scale
            else:
                continue
            key = (-by, name) if greedy else (name,)
            if best is None or key < best[0]:
                best = (key, row, goal)
        return (None, None) if best is None else best[1:]

    def _entering(self, line: Any, *, rising: bool) -> int | None:
        """The first column, by name, that can move the row's sum the way it is to go."""
        best: tuple[int, int] | None = None
        for place, name in enumerate(self._outside):
            if line[place] == 0:
                continue
            end = self._high[name] if (line[place] > 0) == rising else self._low[name]
            is_free = end is None or self._values[place] != end
            if is_free and (best is None or (name, place) < best):
                best = (name, place)
        return None if best is None else best[1]

    def _pivot(self, row: int, column: int, goal: int) -> None:
        """Exchange a row's and a column's variable; what leaves is set to its end `goal`."""
        table = self._table
        pivot = table[row, column]
        line, stem = table[row].copy(), table[:, column].copy()
        table *= pivot
        table -= stem[:, None] * line[None, :]
        table //= self._scale
        table[:, column] = stem
        table[row] = -line
        table[row, column] = self._scale
        if pivot < 0:
            table *= -1
            pivot = -pivot
        self._scale = int(pivot)
        self._inside[row], self._outside[column] = self._outside[column], self._inside[row]
        self._values[column] = goal
        self.pivots += 1
