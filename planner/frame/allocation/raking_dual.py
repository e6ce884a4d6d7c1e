"""The raking over the reals: the counts closest to the plan's own within the bounds.

Source: I-divergence geometry, Csiszár 1975. An interior-point method finds which bounds are tight;
a semismooth Newton method on the dual (projected Newton, Bertsekas 1982) then settles the factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from yaohao.planner.frame.allocation.constraint_rows import ConstraintRows, Inequalities
from yaohao.planner.frame.allocation.interior_point import interior
from yaohao.planner.vocabulary.reproducible_math import (
    Floats,
    dot,
    exp,
    factor,
    log,
    substitute,
    total,
)

_FEW = 80
"""Rows up to which Newton's method is tried from no prices; beyond, the interior point gives
them."""
_FIRST = 25
"""Newton steps of the first attempt."""
_STEPS = 40
"""Newton steps from the interior point's prices, where convergence is quadratic."""
_LARGEST_MOVE = 4.0
"""Largest change of a price in one step: counts change by e^4 at most, which keeps exponentials
finite."""
_EXACT = 1e-13
"""Residual, relative, at which the counts are as exact as 64-bit floats tell."""
_GOOD_ENOUGH = 1e-9
"""Residual from which rounding to millionths is certain."""


@dataclass(frozen=True, slots=True)
class _State:
    """A point of the dual, and what it makes of the cells."""

    prices: Floats  # one a row: the logarithm of its factor, not below 0 for an inequality
    counts: Floats  # one a cell
    is_open: Floats  # one a cell: 1 where it is neither 1 nor the most, else 0
    slope: Floats  # one a row: by how much it is broken
    error: Floats  # one a row: how far from optimal, against the row's size
    height: float  # the dual objective

    @property
    def worst(self) -> float:
        """The largest error."""
        return float(self.error.max(initial=0.0))


class Projection:
    """min Σ x log(x/own) - x + own over x with the rows' bounds and 1 <= x <= most.

    At the solution x = own · Π factors of the groups that the cell is in · the factor of all cells
    (that of the shares of the draw), cut to 1 and to `most`; one that is not tight has factor 1.
    """

    def __init__(
        self, own: Floats, most: Floats, rows: ConstraintRows, margin: float = 0.0
    ) -> None:
        self.own, self.most = own, most
        self.rows = Inequalities(rows, margin)
        self._log_least, self._log_most = log(1.0 / own), log(most / own)

    def solve(self) -> Floats | None:
        """The counts, one a cell; None where no point is found that keeps all bounds.

        With few rows the Newton method is tried alone first. Else, and where it does not settle,
        the interior-point method finds near the solution from the plan's own counts, or from where
        Newton's came, and hands over to it. It stops when no row is off by more than 1e-13 of its
        own size (what a sum of many cells can be known to), or when no step improves; the result
        counts if it is within 1e-9.
        """
        first = self._at(np.zeros(self.rows.count))
        if self.rows.count <= _FEW:
            first = self._settled(first, _FIRST)
        for start in (None, self.own, first.counts):
            if start is not None:
                prices = interior(self.own, self.most, self.rows, start)
                first = first if prices is None else self._settled(self._at(prices), _STEPS)
            if first.worst <= _GOOD_ENOUGH:
                return first.counts
        return None

    def _settled(self, state: _State, steps: int) -> _State:
        for _ in range(steps):
            if state.worst <= _EXACT:
                break
            after = self._step(state)
            if after is None:
                break
            state = after
        return state

    def _at(self, prices: Floats) -> _State:
        lowered = self.rows.spread(prices)
        log_ratio = np.minimum(np.maximum(-lowered, self._log_least), self._log_most)
        counts = np.minimum(np.maximum(self.own * exp(log_ratio), 1.0), self.most)
        counts = np.where(-lowered >= self._log_most, self.most, counts)
        counts = np.where(-lowered <= self._log_least, 1.0, counts)
        is_open = ((-lowered > self._log_least) & (-lowered < self._log_most)).astype(np.float64)
        slope = self.rows.values(counts) - self.rows.limit
        off = np.where(self.rows.equal | (prices > 0.0), np.abs(slope), np.maximum(slope, 0.0))
        height = fsum((counts * (log_ratio + lowered - 1.0) + self.own).tolist())
        height -= fsum((prices * self.rows.limit).tolist())
        return _State(prices, counts, is_open, slope, off / self.rows.sizes(counts), height)

    def _step(self, state: _State) -> _State | None:
        """A better point, or None where none is found."""
        direction = self._direction(state)
        move = float(np.abs(self.rows.spread(direction)).max(initial=0.0))
        part = min(1.0, _LARGEST_MOVE / move) if move > 0.0 else 1.0
        promise = total(state.slope * direction)
        worst = state.worst
        noise = 1e-15 * abs(state.height)
        for _ in range(30):
            prices = state.prices + part * direction
            prices = np.where(self.rows.equal, prices, np.maximum(prices, 0.0))
            after = self._at(prices)
            if after.worst <= 0.9 * worst and after.height >= state.height - 100.0 * noise:
                return after
            if after.height >= state.height + 1e-4 * part * promise + noise:
                return after
            part *= 0.5
        return None

    def _direction(self, state: _State) -> Floats:
        """The regularised Newton step within prices that may not fall below 0."""
        equal = self.rows.equal
        places = np.flatnonzero(equal | (state.prices > 0.0) | (state.slope > 0.0))
        curve = self.rows.curvature(state.is_open * state.counts, places)
        plain = np.maximum(self.rows.diagonal(state.counts, places), 1.0)
        curve[np.diag_indices(len(places))] += (1e-6 * min(1.0, state.worst) + 1e-13) * plain
        slope, prices, free = state.slope[places], state.prices[places], equal[places]
        step = np.zeros(len(places))
        held = np.zeros(len(places), dtype=np.bool_)
        for _ in range(len(places) + 1):
            loose, fixed = np.flatnonzero(~held), np.flatnonzero(held)
            right = slope[loose] - dot(curve[np.ix_(loose, fixed)], step[fixed])
            step[loose] = substitute(factor(curve[np.ix_(loose, loose)]), right)
            below = ~held & ~free & (prices + step < 0.0)
            if not below.any():
                break
            step[below] = -prices[below]
            held |= below
        direction = np.zeros(len(state.prices))
        direction[places] = step
        return direction
