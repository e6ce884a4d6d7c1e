"""Weights of outcomes with a given mean: the simplex method in whole numbers, nothing rounded."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.draw.lottery.margins import Ints

Points = NDArray[np.int8]
Vector = NDArray[Any]


class Mixture:
    """Weights of `points`, summing to `units`, whose weighted sum is `rest`.

    Revised simplex; the basis inverse is `_inverse / _scale`, both whole (Edmonds 1967). Points
    may be added between calls, and each call goes on from where the last one ended.
    """

    def __init__(self, points: Points, rest: Ints, units: int) -> None:
        rows = len(rest) + 1
        self.points = points
        self._columns = _columns(points)
        self._inverse = np.array([[int(i == j) for j in range(rows)] for i in range(rows)], object)
        self._scale = 1
        self._level = np.array([*rest.tolist(), units], dtype=object)
        # Rows without a column yet are held by artificial variables, numbered below zero.
        self._basis = [row - rows for row in range(rows)]

    def certificate(self) -> Vector | None:
        """None if there are such weights; else c with c·(point, 1) <= 0 for every point.

        And c·(rest, units) > 0, so that only points with c·(point, 1) > 0 can help.
        """
        certificate = self._climb(None)
        if any(self._level[row] > 0 for row, column in enumerate(self._basis) if column < 0):
            return certificate
        self._drop_artificial()
        return None

    def add(self, points: Points) -> None:
        """Let in more points."""
        self.points = np.concatenate([self.points, points])
        self._columns = np.concatenate([self._columns, _columns(points)])

    def favour(self, costs: Ints, most: int | None) -> dict[int, Fraction]:
        """Such weights, of great total `costs`, one a point; points that are not named weigh zero.

        They are a corner at most `most` steps on from the last one. Only after `certificate`
        was None.
        """
        self._climb(costs, most)
        return {
            column: Fraction(int(level), int(self._scale))
            for column, level in zip(self._basis, self._level, strict=True)
            if column >= 0 and level
        }

    def reserve(self, points: Points) -> int:
        """Set aside the same weight for each of `points`, much of what there is room for; that.

        Only after `certificate` was None. All of them together are one more column after this.
        """
        self._columns = np.concatenate([self._columns, _columns(points).sum(axis=0)[None, :]])
        costs = np.zeros(self.width, dtype=np.int64)
        costs[-1] = 1
        room = self.favour(costs, None).get(self.width - 1, Fraction(0))
        weight = int(room * 3 / 4)
        if weight:
            self._level[self._basis.index(self.width - 1)] -= weight * self._scale
        return weight

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self._columns)

    def _prices(self, vector: Vector) -> Vector:
        """vector·column for every column, exactly."""
        small = sum(abs(int(value)) for value in vector) < 1 << 62
        kind = np.int64 if small else object
        prices: Vector = self._columns.astype(kind) @ vector.astype(kind)
        return prices

    def _pivot(self, row: int, direction: Vector, column: int) -> None:
        """Bring a column, whose image under the inverse is `direction`, in at `row`."""
        lead = direction[row]
        kept, kept_level = self._inverse[row].copy(), self._level[row]
        changed = np.flatnonzero(direction != 0)
        if lead != self._scale:
            self._inverse = self._inverse * lead
            self._level = self._level * lead
        else:
            self._inverse[changed] *= lead
            self._level[changed] *= lead
        self._inverse[changed] -= np.outer(direction[changed], kept)
        self._level[changed] -= direction[changed] * kept_level
        if lead != self._scale:
            self._inverse //= self._scale
            self._level //= self._scale
        else:
            self._inverse[changed] //= self._scale
            self._level[changed] //= self._scale
        self._inverse[row], self._level[row] = kept, kept_level
        self._scale = lead
        if lead < 0:
            self._inverse, self._level, self._scale = -self._inverse, -self._level, -lead
        self._basis[row] = column

    def _leaving(self, direction: Vector) -> int | None:
        """The row whose variable first reaches zero; of several the one of lowest column."""
        best: int | None = None
        for row in np.flatnonzero(direction > 0).tolist():
            if best is None:
                best = row
                continue
            order = self._level[row] * direction[best] - self._level[best] * direction[row]
            if order < 0 or (order == 0 and self._basis[row] < self._basis[best]):
                best = row
        return best

    def _climb(self, costs: Ints | None, most: int | None = None) -> Vector:
        """Pivot to the optimum and return the duals there; no costs: lower the artificial ones."""
        idle = 0
        for step in count():
            if costs is None:
                held = [int(column < 0) for column in self._basis]
                duals = np.array(held, dtype=object) @ self._inverse
                gains = self._prices(duals)
            else:
                held = [int(costs[column]) if column >= 0 else 0 for column in self._basis]
                duals = np.array(held, dtype=object) @ self._inverse
                gains = costs.astype(object) * self._scale - self._prices(duals)
            positive = np.flatnonzero(gains > 0)
            if not len(positive) or step == most:
                break
            # The steepest column, but after many idle pivots the first (Bland), against cycling.
            column = int(positive[0]) if idle > 50 else int(np.argmax(gains))
            direction = self._inverse @ self._columns[column].astype(object)
            row = self._leaving(direction)
            if row is None:
                break
            idle = idle + 1 if self._level[row] == 0 else 0
            self._pivot(row, direction, column)
        prices: Vector = duals
        return prices

    def _drop_artificial(self) -> None:
        """Replace artificial variables at zero by columns, where any column can take the row."""
        for row, column in enumerate(list(self._basis)):
            if column >= 0:
                continue
            usable = np.flatnonzero(self._prices(self._inverse[row]) != 0)
            if len(usable):
                entering = int(usable[0])
                direction = self._inverse @ self._columns[entering].astype(object)
                self._pivot(row, direction, entering)


def _columns(points: Points) -> Ints:
    """Points with a one added, which stands for the sum of weights."""
    return np.hstack([points, np.ones((len(points), 1), dtype=np.int8)]).astype(np.int64)
