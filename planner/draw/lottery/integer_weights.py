"""From a mixture in fractions to one in whole numbers, the mean staying exact.

The fractions are cut off, and what is then missing is written as a whole combination, of either
sign, of outcomes that weigh enough to bear it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.draw.lottery.mixture_simplex import Points


def whole_weights(points: Points, shares: Sequence[Fraction], pairs: int) -> list[int] | None:
    """Whole weights of `points`, none below zero, of the same sum and weighted sum as `shares`.

    The first `pairs` pairs of points differ in little within each pair: they carry what is missing
    after rounding. Where there are no pairs, all points may. None where no such weights were found.
    """
    weights = [int(share) for share in shares]
    fractions = [share - weight for share, weight in zip(shares, weights, strict=True)]
    lacking = sum(fractions, Fraction(0))
    if lacking.denominator != 1:
        return None
    # The largest remainders are rounded up, so that little is missing of any cell.
    order = sorted(range(len(points)), key=lambda k: (-fractions[k], k))
    for k in order[: int(lacking)]:
        weights[k] += 1
        fractions[k] -= 1
    cells = points.astype(object)
    missing = np.array(
        [sum((fractions[k] for k in np.flatnonzero(cell)), Fraction(0)) for cell in cells.T],
        dtype=object,
    )
    if any(value.denominator != 1 for value in missing):
        return None
    missing = np.array([int(value) for value in missing], dtype=object)
    if not missing.any():
        return weights
    moves = (cells[1 : 2 * pairs : 2] - cells[: 2 * pairs : 2]).T
    changed = list(weights)
    if pairs:
        combination = _combination(moves, missing)
        for pair, value in enumerate(combination or []):
            changed[2 * pair + 1] += value
            changed[2 * pair] -= value
    else:
        ones = np.ones((1, len(points)), dtype=object)
        combination = _combination(np.vstack([cells.T, ones]), np.append(missing, 0))
        for index, value in enumerate(combination or []):
            changed[index] += value
    return changed if combination is not None and min(changed) >= 0 else None


def _combination(columns: NDArray[Any], target: NDArray[Any]) -> list[int] | None:
    """Whole numbers z with columns·z = target, or None where none were found.

    A basis of the columns of small determinant is sought: exchanging in the smallest entry that
    is no multiple of the determinant makes it smaller, until the basis spans what all columns do.
    """
    rows, number = columns.shape
    table = np.hstack([columns, target[:, None]])
    scale = 1
    basis = [-1] * rows
    while True:
        body = table[:, :number]
        open_rows = np.array([column < 0 for column in basis])
        usable = (body != 0) & open_rows[:, None]
        if not usable.any():
            usable = (body % scale != 0) & ~open_rows[:, None]
            if not usable.any():
                break
            low = np.where(usable, abs(body), 0)
            best = min(value for value in low[usable])
            if best >= scale:
                break
        else:
            low = abs(body)
            best = min(value for value in low[usable])
        row, column = (int(place[0]) for place in np.nonzero(usable & (low == best)))
        lead, kept = table[row, column], table[row].copy()
        table = (table * lead - np.outer(table[:, column], kept)) // scale
        table[row] = kept
        scale = lead
        if lead < 0:
            table, scale = -table, -lead
        basis[row] = column
    result = [0] * number
    for row, column in enumerate(basis):
        value = table[row, number]
        if (column < 0 and value) or value % scale:
            return None
        if column >= 0:
            result[column] += int(value // scale)
    return result
