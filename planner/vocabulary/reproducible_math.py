"""Elementary functions and solves that give the same bits on every machine.

The raking is iterated in floating point, and what it finds is committed. IEEE 754 fixes the result
of + - * / and sqrt to the last bit, but not that of a library's exp or log, nor of a sum whose
order a library chooses. So exp and log are series here, sums run in the order of the
elements, and the only matrix product is one of whole numbers below 2^53, which is exact in any
order.
"""

from __future__ import annotations

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
    found = np.ones_like(rest)
    for term in range(_TERMS, 0, -1):
        found = found * rest
        found = found / term
        found = found + 1.0
    return np.ldexp(found, halvings.astype(np.int32))


def log(values: Floats) -> Floats:
    """The natural logarithm of positive `values`, by the series of the inverse tanh."""
    fraction, power = np.frexp(values)
    low = fraction < 0.70710678
    fraction = np.where(low, fraction * 2.0, fraction)
    power = np.where(low, power - 1, power).astype(np.float64)
    ratio = (fraction - 1.0) / (fraction + 1.0)
    square = ratio * ratio
    found = np.zeros_like(ratio)
    for term in range(_TERMS, -1, -1):
        found = found * square
        found = found + 1.0 / (2 * term + 1)
    found = found * ratio
    return power * _LN2_HIGH + (power * _LN2_LOW + 2.0 * found)


def total(values: Floats) -> float:
    """The sum of `values`, from the first to the last."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def dot(matrix: Floats, vector: Floats) -> Floats:
    """`matrix` times `vector`, each row summed from its first element to its last."""
    if not matrix.shape[1]:
        return np.zeros(len(matrix))
    found: Floats = np.cumsum(matrix * vector, axis=1)[:, -1]
    return found


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
    found: Floats = np.ldexp((member * whole) @ member.T, -shift)
    return found


def factor(matrix: Floats) -> Floats:
    """The lower Cholesky factor of a symmetric positive semidefinite matrix.

    A column whose pivot vanishes against its diagonal element is left 0.
    """
    size = len(matrix)
    rest = matrix.copy()
    least = 1e-15 * np.abs(np.diagonal(matrix))
    found = np.zeros_like(matrix)
    for step in range(size):
        pivot = rest[step, step]
        if pivot > least[step]:
            column = rest[step:, step] / np.sqrt(pivot)
            found[step:, step] = column
            rest[step + 1 :, step + 1 :] -= column[1:, None] * column[None, 1:]
    return found


def substitute(lower: Floats, right: Floats) -> Floats:
    """The solution of `lower` · `lower`ᵀ · x = `right`; 0 where `lower` has a column of 0."""
    found = right.copy()
    upper = np.ascontiguousarray(lower.T)
    ends = np.diagonal(lower).tolist()
    for step, end in enumerate(ends):
        found[step] = found[step] / end if end else 0.0
        found[step + 1 :] -= upper[step, step + 1 :] * found[step]
    for step in range(len(ends) - 1, -1, -1):
        found[step] = found[step] / ends[step] if ends[step] else 0.0
        found[:step] -= lower[step, :step] * found[step]
    return found
