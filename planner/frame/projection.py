"""The raking itself: the counts closest to the plan's own, within bounds, over the reals.

Source: I-divergence geometry, Csiszár 1975; the dual is solved by a regularised active-set Newton
method (projected Newton, Bertsekas 1982; semismooth Newton for the caps of the cells).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from planner.frame.exact import Floats, dot, exp, gram, log, solve
from planner.frame.rows import Rows
from planner.plan.model import WHOLE

_STEPS = 400
_LARGEST_MOVE = 4.0
_EXACT = 1e-13
_GOOD_ENOUGH = 1e-9

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _State:
    """A point of the dual, and what it makes of the cells."""

    prices: Floats  # one a row: the logarithm of its factor, not below 0 for an inequality
    counts: Floats  # one a cell
    slope: Floats  # one a row: by how much it is broken
    error: Floats  # one a row: how far from optimal, against the row's size
    height: float  # the dual objective


class Projection:
    """min Σ x log(x/own) - x + own over x with the rows' bounds and 1 <= x <= most.

    At the solution x = own · Π factors of the groups that the cell is in · the factor of all cells
    (that of the shares of the draw), cut to 1 and to `most`. A bound that is not tight has factor 1.
    """

    def __init__(self, own: Floats, most: Floats, rows: Rows) -> None:
        self.own, self.most, self.rows = own, most, rows
        self._log_least, self._log_most = log(1.0 / own), log(most / own)
        group, sign, share, limit, free = [], [], [], [], []
        for interval in rows.intervals:
            is_equal = interval.least is not None and interval.least == interval.most
            for value, side in ((interval.most, 1.0), (interval.least, -1.0)):
                if value is None or (is_equal and side < 0):
                    continue
                group.append(interval.group)
                sign.append(side)
                share.append(value / WHOLE if interval.is_share else 0.0)
                limit.append(0.0 if interval.is_share else float(value))
                free.append(is_equal)
        self._group = np.array(group, dtype=np.int64)
        self._sign = np.array(sign)
        self._share = np.array(share)
        self._limit = np.array(limit)
        self._free = np.array(free, dtype=np.bool_)
        self._matrix = rows.matrix()

    def solve(self) -> Floats | None:
        """The counts, one a cell; None where no point is found that keeps all bounds.

        Stops when no row is off by more than 1e-13 of its own size (what a sum of many cells can
        be known to), or when no step improves; the result then counts if it is within 1e-9.
        """
        state = self._at(np.zeros(len(self._group)))
        for _ in range(_STEPS):
            if state.error.max(initial=0.0) <= _EXACT:
                break
            after = self._step(state)
            if after is None:
                break
            state = after
        return state.counts if state.error.max(initial=0.0) <= _GOOD_ENOUGH else None

    def _lifts(self, prices: Floats) -> Floats:
        """The logarithm by which each cell is lowered."""
        by_row = self._sign * prices
        by_group = np.bincount(self._group, by_row, self.rows.count)
        everywhere = float(np.cumsum(np.append(0.0, by_row * self._share))[-1])
        return self.rows.spread(by_group) - everywhere

    def _sizes(self, counts: Floats) -> tuple[Floats, float]:
        return self.rows.sums(counts), float(np.cumsum(np.append(0.0, counts))[-1])

    def _at(self, prices: Floats) -> _State:
        lowered = self._lifts(prices)
        log_ratio = np.minimum(np.maximum(-lowered, self._log_least), self._log_most)
        counts = np.minimum(np.maximum(self.own * exp(log_ratio), 1.0), self.most)
        sums, total = self._sizes(counts)
        slope = self._sign * (sums[self._group] - self._share * total - self._limit)
        size = sums[self._group] + self._share * total + self._limit
        off = np.where(self._free | (prices > 0.0), np.abs(slope), np.maximum(slope, 0.0))
        height = fsum((counts * (log_ratio + lowered - 1.0) + self.own).tolist())
        height -= fsum((prices * self._sign * self._limit).tolist())
        return _State(prices, counts, slope, off / np.maximum(size, 1.0), height)

    def _step(self, state: _State) -> _State | None:
        """A better point, or None where none is found."""
        direction = self._direction(state)
        if direction is None:
            return None
        move = float(np.abs(self._lifts(direction)).max(initial=0.0))
        part = min(1.0, _LARGEST_MOVE / move) if move > 0.0 else 1.0
        promise = float(np.cumsum(np.append(0.0, state.slope * direction))[-1])
        worst = float(state.error.max())
        noise = 1e-15 * abs(state.height)
        for _ in range(40):
            prices = state.prices + part * direction
            prices = np.where(self._free, prices, np.maximum(prices, 0.0))
            after = self._at(prices)
            if after.error.max() <= 0.5 * worst and after.height >= state.height - noise * 1e3:
                return after
            if after.height >= state.height + 1e-4 * part * promise + noise:
                return after
            part *= 0.5
        return None

    def _direction(self, state: _State) -> Floats | None:
        """The Newton step within prices that may not fall below 0; regularised, always uphill."""
        working = self._free | (state.prices > 0.0) | (state.slope > 0.0)
        places = np.flatnonzero(working)
        curve, plain = self._curvature(state, places)
        worst = float(state.error.max())
        curve[np.diag_indices(len(places))] += (1e-3 * min(1.0, worst) + 1e-13) * plain
        slope, prices, free = state.slope[places], state.prices[places], self._free[places]
        step = np.zeros(len(places))
        held = np.zeros(len(places), dtype=np.bool_)
        for _ in range(len(places) + 1):
            loose = np.flatnonzero(~held)
            fixed = np.flatnonzero(held)
            right = slope[loose] - dot(curve[np.ix_(loose, fixed)], step[fixed])
            step[loose] = solve(curve[np.ix_(loose, loose)], right)
            below = ~held & ~free & (prices + step < 0.0)
            if not below.any():
                break
            step[below] = -prices[below]
            held |= below
        direction = np.zeros(len(state.prices))
        direction[places] = step
        if float(np.cumsum(np.append(0.0, slope * step))[-1]) > 0.0:
            return direction
        direction[places] = slope / np.maximum(plain, 1.0)
        direction = np.where(
            self._free, direction, np.maximum(state.prices + direction, 0.0) - state.prices
        )
        return direction if direction.any() else None

    def _curvature(self, state: _State, places: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """The Hessian over the rows `places`, and its diagonal as if no cell were cut."""
        counts = state.counts
        is_open = (counts > 1.0) & (counts < self.most)
        weights = np.where(is_open, counts, 0.0)
        groups = self._group[places]
        used, at = np.unique(groups, return_inverse=True)
        shared = gram(self._matrix[used], weights)[np.ix_(at, at)]
        inside, everywhere = self._sizes(weights)
        here, share, sign = inside[groups], self._share[places], self._sign[places]
        curve = shared - here[:, None] * share[None, :] - share[:, None] * here[None, :]
        curve = curve + share[:, None] * share[None, :] * everywhere
        curve = curve * (sign[:, None] * sign[None, :])
        sums, total = self._sizes(counts)
        plain = sums[groups] * (1.0 - 2.0 * share) + share * share * total
        return curve, np.maximum(plain, 1.0)
