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

from planner.lot.lottery_simplex import Points

_SHARES = (1000, 100, 10, 1, 0)


def whole_weights(points: Points, shares: Sequence[Fraction]) -> list[int] | None:
    """Whole weights of `points`, none below zero, of the same sum and weighted sum as `shares`.

    None where none were found.
    """
    rows = np.hstack([points, np.ones((len(points), 1), dtype=np.int8)]).astype(object)
    weights = [int(share) for share in shares]
    missing = [share - weight for share, weight in zip(shares, weights, strict=True)]
    target = np.array(
        [
            sum((m for m, one in zip(missing, row, strict=True) if one), Fraction(0))
            for row in rows.T
        ],
        dtype=object,
    )
    if any(value.denominator != 1 for value in target):
        return None
    target = np.array([int(value) for value in target], dtype=object)
    if not target.any():
        return weights
    tried = 0
    for least in _SHARES:
        heavy = [index for index, weight in enumerate(weights) if weight >= least]
        if len(heavy) == tried:
            continue
        tried = len(heavy)
        found = _combination(rows[heavy].T, target)
        if found is None:
            continue
        changed = list(weights)
        for index, value in zip(heavy, found, strict=True):
            changed[index] += value
        if min(changed) >= 0:
            return changed
    return None


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
