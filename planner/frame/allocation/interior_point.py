"""A primal-dual interior-point method for the raking: near the solution from any plan.

Source: Mehrotra 1992, predictor and corrector, for a separable convex objective.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.frame.allocation.constraint_rows import Inequalities
from yaohao.planner.vocabulary.reproducible_math import (
    Floats,
    factor,
    log,
    substitute,
    total,
)

_STEPS = 60
"""Iterations at most; primal-dual methods usually take a few dozen (Wright 1997)."""
_BACK = 0.995
"""Part of the way to the boundary that a step goes (Mehrotra 1992); 1 would stop on it."""
_LEVEL = 0.01
"""Centring at the start, as a part of the sizes; it changes the path, not the solution."""
_EXACT = 1e-11
"""Residual of the equations, relative, at which it has converged."""
_CLOSED = 1e-13
"""Duality gap, relative, at which it has converged."""
_STEEP = 1e12
"""A price beyond it means that no counts keep all constraints."""


@dataclass(slots=True)
class _Point:
    """Counts, their room below and above, slack of the rows; and the prices of each of these."""

    x: Floats
    below: Floats
    above: Floats
    slack: Floats
    price: Floats
    price_below: Floats
    price_above: Floats


@dataclass(frozen=True, slots=True)
class _Path:
    """The path that is followed: each room times its price is to be the same part of its weight."""

    own: Floats
    rows: Inequalities
    sizes: Floats

    def gap(self, point: _Point) -> float:
        """The mean part."""
        cells = (point.below * point.price_below + point.above * point.price_above) / self.own
        slack = np.where(self.rows.equal, 0.0, point.slack * point.price / self.sizes)
        return (total(cells) + total(slack)) / (2 * len(self.own) + self.rows.count)


def interior(own: Floats, most: Floats, rows: Inequalities, start: Floats) -> Floats | None:
    """The prices of the rows close to the solution; None where none is approached.

    Prices are set to 0 for rows that are not tight. Stops when rows and dual are within 1e-11, and
    the mean product of room and price within 1e-13, of their size; gives up after 60 steps.
    """
    path = _Path(start, rows, rows.sizes(start))
    point = _start(most, path)
    everything = np.arange(rows.count, dtype=np.int64)
    off = np.inf
    for _ in range(_STEPS):
        dual = log(point.x / own) + rows.spread(point.price)
        dual = dual - point.price_below + point.price_above
        primal = rows.values(point.x) + point.slack - rows.limit
        gap = path.gap(point)
        broken = float(np.abs(primal / rows.sizes(point.x)).max(initial=0.0))
        off = max(broken, float(np.abs(dual).max(initial=0.0)))
        if not np.isfinite(off) or float(np.abs(point.price).max(initial=0.0)) > _STEEP:
            return None
        if off <= _EXACT and gap <= _CLOSED:
            break
        rigid = 1.0 / point.x + point.price_below / point.below + point.price_above / point.above
        give = np.where(rows.equal, 0.0, point.slack / np.where(rows.equal, 1.0, point.price))
        matrix = rows.curvature(1.0 / rigid, everything)
        plain = np.maximum(rows.diagonal(1.0 / rigid, everything), 1e-30)
        matrix[np.diag_indices(rows.count)] += give + 1e-14 * plain
        lower = factor(matrix)
        system = (lower, rigid, dual, primal)
        guess = _move(point, path, system, 0.0, None)
        reach = _reach(point, guess, rows, 1.0)
        ahead = path.gap(_moved(point, guess, reach))
        centre = gap * (ahead / gap) ** 3 if gap > 0.0 else 0.0
        if reach < 0.1:
            centre = max(centre, 0.1 * gap)
        after = _stepped(point, path, system, centre, guess)
        if path.gap(after) > gap:
            # A correction can overshoot and go round in a circle (Cartis 2009): do without it.
            after = _stepped(point, path, system, max(centre, _LEVEL * gap), None)
        point = after
    if off > 1e-7:
        return None
    tight = rows.equal | (point.slack < point.price * rows.sizes(point.x))
    return np.where(tight, point.price, 0.0)


def _start(most: Floats, path: _Path) -> _Point:
    edge = np.minimum(0.5, 0.01 * (most - 1.0))
    own = path.own
    x = np.minimum(np.maximum(own, 1.0 + edge), most - edge * np.maximum(1.0, most * 1e-3))
    below, above, rows = x - 1.0, most - x, path.rows
    slack = np.maximum(rows.limit - rows.values(x), 0.01 * path.sizes)
    slack = np.where(rows.equal, 0.0, slack)
    price = np.where(rows.equal, 0.0, _LEVEL * path.sizes / np.where(rows.equal, 1.0, slack))
    return _Point(x, below, above, slack, price, _LEVEL * own / below, _LEVEL * own / above)


def _move(
    point: _Point,
    path: _Path,
    system: tuple[Floats, Floats, Floats, Floats],
    centre: float,
    guess: _Point | None,
) -> _Point:
    """The Newton step towards `centre`, and corrected by the second order of `guess`."""
    lower, rigid, dual, primal = system
    rows = path.rows
    goal_below = centre * path.own - point.below * point.price_below
    goal_above = centre * path.own - point.above * point.price_above
    goal_slack = centre * path.sizes - point.slack * point.price
    if guess is not None:
        goal_below = goal_below - guess.below * guess.price_below
        goal_above = goal_above - guess.above * guess.price_above
        goal_slack = goal_slack - guess.slack * guess.price
    price_of = np.where(rows.equal, 1.0, point.price)
    goal_slack = np.where(rows.equal, 0.0, goal_slack)
    pull = goal_below / point.below - goal_above / point.above - dual
    right = rows.values(pull / rigid) + primal + goal_slack / price_of
    price = substitute(lower, right)
    x = (pull - rows.spread(price)) / rigid
    slack = np.where(rows.equal, 0.0, (goal_slack - point.slack * price) / price_of)
    price_below = (goal_below - point.price_below * x) / point.below
    price_above = (goal_above + point.price_above * x) / point.above
    return _Point(x, x, -x, slack, price, price_below, price_above)


def _stepped(
    point: _Point,
    path: _Path,
    system: tuple[Floats, Floats, Floats, Floats],
    centre: float,
    guess: _Point | None,
) -> _Point:
    """The point after the step of `_move`, gone as far as everything stays positive."""
    move = _move(point, path, system, centre, guess)
    return _moved(point, move, _reach(point, move, path.rows, _BACK))


def _reach(point: _Point, move: _Point, rows: Inequalities, part: float) -> float:
    """How far the step can be gone, at most 1, with everything positive kept so."""
    reach = 1.0
    for value, change in (
        (point.below, move.below),
        (point.above, move.above),
        (point.price_below, move.price_below),
        (point.price_above, move.price_above),
        (point.slack[~rows.equal], move.slack[~rows.equal]),
        (point.price[~rows.equal], move.price[~rows.equal]),
    ):
        falling = change < 0.0
        if falling.any():
            reach = min(reach, part * float((value[falling] / -change[falling]).min()))
    return reach


def _moved(point: _Point, move: _Point, reach: float) -> _Point:
    return _Point(
        point.x + reach * move.x,
        point.below + reach * move.below,
        point.above + reach * move.above,
        point.slack + reach * move.slack,
        point.price + reach * move.price,
        point.price_below + reach * move.price_below,
        point.price_above + reach * move.price_above,
    )
