"""Elementary functions and solves that give the same bits on every machine.

The raking is iterated in floating point, and what it finds is committed. IEEE 754 fixes the result
of + - * / and sqrt to the last bit, but not that of a library's exp or log, nor of a sum whose
order a library chooses. So exp and log are series here, sums run in the order of the
elements, and the only matrix product is one of whole numbers below 2^53, which is exact in any
order.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LN2_HIGH = 0.693147180369123816490  # 32 bits, so that a whole multiple of it is exact
_LN2_LOW = 1.90821492927058770002e-10
_TERMS = 14


def exp(values: Floats) -> Floats:
    """The exponential, to about one unit in the last place; arguments are cut to -700 .. 700."""
    cut = np.clip(values, -700.0, 700.0)
    halvings = np.rint(cut / (_LN2_HIGH + _LN2_LOW))
    rest = cut - halvings * _LN2_HIGH
    rest = rest - halvings * _LN2_LOW
    power = np.ones_like(rest)
    for term in range(_TERMS, 0, -1):
        power = power * rest
        power = power / term
        power = power + 1.0
    return np.ldexp(power, halvings.astype(np.int32))


def log(values: Floats) -> Floats:
    """The natural logarithm of positive `values`, by the series of the inverse tanh."""
    fraction, power = np.frexp(values)
    low = fraction < 0.70710678
    fraction = np.where(low, fraction * 2.0, fraction)
    power = np.where(low, power - 1, power).astype(np.float64)
    ratio = (fraction - 1.0) / (fraction + 1.0)
    square = ratio * ratio
    series = np.zeros_like(ratio)
    for term in range(_TERMS, -1, -1):
        series = series * square
        series = series + 1.0 / (2 * term + 1)
    series = series * ratio
    return power * _LN2_HIGH + (power * _LN2_LOW + 2.0 * series)


def total(values: Floats) -> float:
    """The sum of `values`, from the first to the last."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def dot(matrix: Floats, vector: Floats) -> Floats:
    """`matrix` times `vector`, each row summed from its first element to its last."""
    if not matrix.shape[1]:
        return np.zeros(len(matrix))
    product: Floats = np.cumsum(matrix * vector, axis=1)[:, -1]
    return product


def ordered_sum(rows: Iterable[Floats]) -> Floats:
    """The sum of rows of numbers, of which there is one, from the first to the last."""
    rest = iter(rows)
    total = next(rest).copy()
    for row in rest:
        total += row
    return total


def gram(member: Floats, weights: Floats) -> Floats:
    """`member` · diag(`weights`) · `member`ᵀ for a matrix of zeros and ones, weights not negative.

    The weights are first cut to whole numbers so small that every sum stays below 2^53.
    """
    top = float(weights.max(initial=0.0))
    if top == 0.0:
        return np.zeros((len(member), len(member)))
    _, power = np.frexp(np.array(top * max(1, len(weights))))
    shift = 52 - int(power)
    whole = np.rint(np.ldexp(weights, shift))
    product: Floats = np.ldexp((member * whole) @ member.T, -shift)
    return product


_PANEL, _TILE = 48, 128
"""Columns that are taken together, and the edge of what is worked on at once. They change no bit,
only time: a tile and what is taken off it fit into a processor's cache."""


def whole_gram(rows: Floats, weights: Floats) -> Floats:
    """`rows`ᵀ · diag(`weights`) · `rows`, of `rows` of zeros and ones and whole `weights`.

    Exact in any order, and in half the bits where all sums are whole numbers that fit into them.
    """
    weighted = weights != 0
    kind = np.float32 if np.abs(weights).sum() < _SINGLE else np.float64
    some = rows[weighted].astype(kind)
    product: Floats = (some.T @ (weights[weighted].astype(kind)[:, None] * some)).astype(np.float64)
    return product


_SINGLE = 1 << 24
"""Below it single precision holds every whole number."""


def factor(matrix: Floats) -> Floats:
    """The lower Cholesky factor of a symmetric positive semidefinite matrix.

    A column whose pivot vanishes against its diagonal element is left 0. From each element the
    products are taken off one by one, in the order of the columns.
    """
    size = len(matrix)
    rest = matrix.copy()
    least = 1e-15 * np.abs(np.diagonal(matrix))
    lower = np.zeros_like(matrix)
    for start in range(0, size, _PANEL):
        stop = min(start + _PANEL, size)
        taken = []
        for step in range(start, stop):
            pivot = rest[step, step]
            if pivot > least[step]:
                column = rest[step:, step] / np.sqrt(pivot)
                lower[step:, step] = column
                width = stop - step
                rest[step + 1 :, step + 1 : stop] -= column[1:, None] * column[None, 1:width]
                taken.append(step)
        _take_off(rest, np.ascontiguousarray(lower[:, taken].T), stop)
    return lower


def _take_off(rest: Floats, columns: Floats, stop: int) -> None:
    """Take the products of columns, one in a row, off what is left from `stop` on, below the
    diagonal: nobody reads what is above it.
    """
    size = len(rest)
    room = np.empty(_TILE * _TILE)
    for top in range(stop, size, _TILE):
        bottom = min(top + _TILE, size)
        for left in range(stop, bottom, _TILE):
            right = min(left + _TILE, bottom)
            tile = rest[top:bottom, left:right].copy()
            product = room[: tile.size].reshape(tile.shape)
            for column in columns:
                np.multiply(column[top:bottom, None], column[None, left:right], out=product)
                np.subtract(tile, product, out=tile)
            rest[top:bottom, left:right] = tile


def substitute(lower: Floats, right: Floats) -> Floats:
    """The solution of `lower` · `lower`ᵀ · x = `right`; 0 where `lower` has a column of 0."""
    solution = right.copy()
    upper = np.ascontiguousarray(lower.T)
    ends = np.diagonal(lower).tolist()
    for step, end in enumerate(ends):
        solution[step] = solution[step] / end if end else 0.0
        solution[step + 1 :] -= upper[step, step + 1 :] * solution[step]
    for step in range(len(ends) - 1, -1, -1):
        solution[step] = solution[step] / ends[step] if ends[step] else 0.0
        solution[:step] -= lower[step, :step] * solution[step]
    return solution
