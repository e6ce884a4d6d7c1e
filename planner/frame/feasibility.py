"""Whether linear bounds can all hold, in exact arithmetic.

Source: the general simplex method, Dutertre and de Moura 2006, on a tableau of whole numbers with
one common denominator (Bareiss 1968; Edmonds 1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Ends = tuple[int | None, int | None]

_GREEDY = 200


def stuck_rows(
    rows: Sequence[Sequence[int]], of_rows: Sequence[Ends], of_columns: Sequence[tuple[int, int]]
) -> list[tuple[int, bool]] | None:
    """None where x within `of_columns` exists with every row's sum within `of_rows`.

    Otherwise rows that cannot all hold, in ascending order, each with whether it is its upper end
    that cannot be kept. Everything is in whole numbers; `rows` hold a coefficient a column.
    """
    count, width = len(rows), len(of_columns)
    low = [ends[0] for ends in of_columns] + [ends[0] for ends in of_rows]
    high = [ends[1] for ends in of_columns] + [ends[1] for ends in of_rows]
    table: Any = np.array([list(row) for row in rows], dtype=object).reshape(count, width)
    values: Any = np.array([ends[0] for ends in of_columns], dtype=object)
    outside = list(range(width))
    inside = list(range(width, width + count))
    scale = 1
    for step in range(1 << 30):
        sums = table @ values if width else np.zeros(count, dtype=object)
        row, goal = _worst(sums, inside, low, high, scale, greedy=step < _GREEDY)
        if row is None or goal is None:
            return None
        rising = goal * scale > sums[row]
        column = _entering(table[row], values, outside, low, high, rising=rising)
        if column is None:
            # The variable that cannot be mended may be a column: then its box is the cause.
            found = [(inside[row], not rising)]
            for place, name in enumerate(outside):
                if table[row, place] != 0:
                    found.append((name, (table[row, place] > 0) == rising))
            return sorted((name - width, end) for name, end in found if name >= width)
        scale = _pivot(table, row, column, scale)
        inside[row], outside[column] = outside[column], inside[row]
        values[column] = goal
    raise AssertionError("Bland's rule ends")


def _worst(
    sums: Any,
    inside: Sequence[int],
    low: Sequence[int | None],
    high: Sequence[int | None],
    scale: int,
    *,
    greedy: bool,
) -> tuple[int | None, int | None]:
    """The row to mend and the end to set it to: the most broken, or by Bland's rule the first."""
    best: tuple[Any, int, int] | None = None
    for row, name in enumerate(inside):
        least, most = low[name], high[name]
        if least is not None and sums[row] < least * scale:
            goal, by = least, least * scale - sums[row]
        elif most is not None and sums[row] > most * scale:
            goal, by = most, sums[row] - most * scale
        else:
            continue
        key = (-by, name) if greedy else (name,)
        if best is None or key < best[0]:
            best = (key, row, goal)
    return (None, None) if best is None else best[1:]


def _entering(
    line: Any,
    values: Any,
    outside: Sequence[int],
    low: Sequence[int | None],
    high: Sequence[int | None],
    *,
    rising: bool,
) -> int | None:
    """The first column, by name, that can move the row's sum the way it is to go."""
    best: tuple[int, int] | None = None
    for place, name in enumerate(outside):
        if line[place] == 0:
            continue
        end = high[name] if (line[place] > 0) == rising else low[name]
        is_free = end is None or values[place] != end
        if is_free and (best is None or (name, place) < best):
            best = (name, place)
    return None if best is None else best[1]


def _pivot(table: Any, row: int, column: int, scale: int) -> int:
    """Exchange a row's and a column's variable, in place; the new common denominator."""
    pivot = table[row, column]
    line, stem = table[row].copy(), table[:, column].copy()
    table *= pivot
    table -= stem[:, None] * line[None, :]
    table //= scale
    table[:, column] = stem
    table[row] = -line
    table[row, column] = scale
    if pivot < 0:
        table *= -1
        pivot = -pivot
    return int(pivot)
