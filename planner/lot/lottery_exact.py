"""Small lotteries exactly: every outcome listed, and mixtures of them by rational simplex.

Used where groups cross in three ways and the step-by-step table fails: it proves that there is
none, or finds one, or finds the least widening with which there is one.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.lot.decompose import Fractions, Stream, Table, decompose
from planner.lot.margins import Groups, Ints
from planner.lot.rounding import ListFinder

Points = NDArray[np.int8]
LISTED = 20_000
"""The most outcomes that are listed."""
_VERTICES = 12
_TRIALS = 400


def list_points(groups: Groups, least: Ints, most: Ints) -> Points | None:
    """Every vector of zeros and ones whose group sums keep to the bounds; None if too many.

    Built cell by cell; a beginning that no end can mend is dropped.
    """
    points = np.zeros((1, 0), dtype=np.int8)
    sums = np.zeros((1, groups.count), dtype=np.int64)
    to_come = groups.sizes.copy()
    for cell in range(groups.cells):
        mine = groups.of_cell[cell]
        mine = mine[mine < groups.count]
        to_come[mine] -= 1
        taken = sums.copy()
        taken[:, mine] += 1
        sums = np.concatenate([sums, taken])
        zeros = np.zeros((len(points), 1), dtype=np.int8)
        points = np.concatenate([np.hstack([points, zeros]), np.hstack([points, zeros + 1])])
        good = (sums[:, mine] <= most[mine]).all(axis=1)
        good &= (sums[:, mine] + to_come[mine] >= least[mine]).all(axis=1)
        points, sums = points[good], sums[good]
        if len(points) > LISTED:
            return None
    return points


@dataclass(frozen=True)
class Mixture:
    """Weights of columns (all others zero), or a certificate that there are none.

    The certificate c has c·column <= 0 for every column, and c·target > 0.
    """

    weights: dict[int, Fraction]
    certificate: NDArray[Any] | None = None


class _Simplex:
    """Revised simplex in whole numbers: the basis inverse is `inverse / scale` (Edmonds 1967)."""

    def __init__(self, columns: Ints, target: Sequence[int]) -> None:
        self.columns = columns
        rows = len(target)
        self.inverse = np.array([[int(i == j) for j in range(rows)] for i in range(rows)], object)
        self.scale = 1
        self.level = np.array([int(value) for value in target], dtype=object)
        self.basis = [-1 - row for row in range(rows)]

    def prices(self, vector: NDArray[Any]) -> NDArray[Any]:
        """vector·column for every column, exactly."""
        small = sum(abs(int(value)) for value in vector) < 1 << 62
        kind = np.int64 if small else object
        found: NDArray[Any] = self.columns.astype(kind) @ vector.astype(kind)
        return found

    def pivot(self, row: int, direction: NDArray[Any], column: int) -> None:
        """Bring a column, whose image under the inverse is `direction`, in at `row`."""
        lead = direction[row]
        kept = self.inverse[row].copy()
        kept_level = self.level[row]
        self.inverse = (lead * self.inverse - np.outer(direction, kept)) // self.scale
        self.level = (lead * self.level - direction * kept_level) // self.scale
        self.inverse[row] = kept
        self.level[row] = kept_level
        self.scale = lead
        if lead < 0:
            self.inverse, self.level, self.scale = -self.inverse, -self.level, -lead
        self.basis[row] = column

    def leaving(self, direction: NDArray[Any]) -> int | None:
        """The row whose variable first reaches zero; of several the one of lowest column."""
        best: int | None = None
        for row, slope in enumerate(direction):
            if slope <= 0:
                continue
            if best is None:
                best = row
                continue
            order = self.level[row] * direction[best] - self.level[best] * slope
            if order < 0 or (order == 0 and self.basis[row] < self.basis[best]):
                best = row
        return best

    def climb(self, costs: Ints | None) -> NDArray[Any]:
        """Pivot to the optimum; the gains vector there. No costs: of the artificial variables."""
        still = 0
        while True:
            if costs is None:
                artificial = np.array([int(column < 0) for column in self.basis], dtype=object)
                vector = artificial @ self.inverse
                gains = self.prices(vector)
            else:
                held = [int(costs[k]) if k >= 0 else 0 for k in self.basis]
                vector = np.array(held, dtype=object) @ self.inverse
                gains = costs.astype(object) * self.scale - self.prices(vector)
            positive = np.flatnonzero(gains > 0)
            if not len(positive):
                break
            # The steepest column, but after many idle pivots the first (Bland), against cycling.
            column = int(positive[0]) if still > 30 else int(np.argmax(gains))
            direction = self.inverse @ self.columns[column].astype(object)
            row = self.leaving(direction)
            if row is None:
                break
            still = still + 1 if self.level[row] == 0 else 0
            self.pivot(row, direction, column)
        final: NDArray[Any] = vector
        return final

    def drop_artificial(self) -> None:
        """Replace artificial variables at zero by columns, where any column can take the row."""
        for row, column in enumerate(list(self.basis)):
            if column >= 0:
                continue
            usable = np.flatnonzero(self.prices(self.inverse[row]) != 0)
            if len(usable):
                entering = int(usable[0])
                direction = self.inverse @ self.columns[entering].astype(object)
                self.pivot(row, direction, entering)


def mixture(points: Points, rest: Ints, units: int, costs: Ints | None = None) -> Mixture:
    """Weights of `points`, summing to `units`, whose weighted sum is `rest`; exact.

    Of all such weights those of greatest total `costs`, where costs are given.
    """
    columns = np.hstack([points, np.ones((len(points), 1), dtype=np.int8)]).astype(np.int64)
    simplex = _Simplex(columns, [*rest.tolist(), units])
    certificate = simplex.climb(None)
    artificial = [row for row, column in enumerate(simplex.basis) if column < 0]
    if any(simplex.level[row] > 0 for row in artificial):
        return Mixture({}, certificate)
    if costs is not None:
        simplex.drop_artificial()
        simplex.climb(costs)
    return Mixture(
        {
            column: Fraction(int(level), int(simplex.scale))
            for column, level in zip(simplex.basis, simplex.level, strict=True)
            if column >= 0 and level
        }
    )


def mixed_table(task: Fractions, points: Points, seed: str) -> Table | None:
    """A table out of listed outcomes: several random mixtures averaged, then made whole numbers.

    None where the last few units could not be given in whole numbers.
    """
    stream = Stream(f"{seed}|mixture")
    shares: dict[int, Fraction] = {}
    for _ in range(_VERTICES):
        costs = stream.integers(len(points)) >> 16
        found = mixture(points, task.rest, task.units, costs)
        if found.certificate is not None:
            return None
        for column, share in found.weights.items():
            shares[column] = shares.get(column, Fraction(0)) + share / _VERTICES
    columns = sorted(shares)
    support = points[columns]
    for spare in (0, 1, 2, 5, 12, 30, task.units):
        weights = [max(0, int(shares[column]) - spare) for column in columns]
        given = np.array(weights, dtype=np.int64) @ support.astype(np.int64)
        left = task.units - sum(weights)
        outcomes = [points[column].astype(np.int64) for column in columns]
        small = Fractions(task.rest - given, left, task.groups, task.least, task.most)
        for candidates in (support, points):
            tail = decompose(small, ListFinder(task.groups, candidates), f"{seed}|{spare}", 10)
            if tail.stuck is None:
                return Table([*weights, *tail.weights], [*outcomes, *tail.outcomes])
    return None


def least_widening(
    task: Fractions, limits: tuple[Ints, Ints], copies: Ints
) -> tuple[Ints, Ints] | None:
    """The bounds, within `limits`, that add the least to those of `task` so that there is a table.

    The least sum, over margins, of what is added below and above (group g stands for `copies[g]`
    margins), then the fewest. Best-first search; where a set of bounds has no mixture, the
    certificate tells which outcomes could help, and one of them must be let in.
    None where that takes too long, or nothing within the limits will do.
    """
    groups = task.groups
    for reach in (groups.cells, 2, 1):
        wide = (
            np.maximum(limits[0], task.least - reach),
            np.minimum(limits[1], task.most + reach),
        )
        points = list_points(groups, *wide)
        if points is not None:
            break
    else:
        return None
    sums = np.array([groups.sums(point) for point in points], dtype=np.int64)
    sums = sums.reshape(len(points), groups.count)
    excess = np.hstack([np.maximum(task.least - sums, 0), np.maximum(sums - task.most, 0)])
    price = np.concatenate([copies, copies])
    columns = np.hstack([points, np.ones((len(points), 1), dtype=np.int8)]).astype(object)
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, (0,) * (2 * groups.count))]
    seen = {waiting[0][2]}
    for _ in range(_TRIALS):
        if not waiting:
            return None
        _, _, state = heapq.heappop(waiting)
        added = np.array(state, dtype=np.int64)
        allowed = points[(excess <= added).all(axis=1)]
        found = mixture(allowed, task.rest, task.units)
        if found.certificate is None:
            return task.least - added[: groups.count], task.most + added[groups.count :]
        helpful = excess[columns @ found.certificate > 0]
        for following in _lowest(np.maximum(helpful, added), price):
            if following not in seen:
                seen.add(following)
                cost = int(np.array(following) @ price)
                heapq.heappush(waiting, (cost, sum(map(bool, following)), following))
    return None


def _lowest(states: Ints, price: Ints) -> list[tuple[int, ...]]:
    """The states that no other state of the list is below."""
    rows = np.unique(states, axis=0)
    rows = rows[np.argsort(rows @ price, kind="stable")]
    kept: list[tuple[int, ...]] = []
    lows = np.zeros((0, states.shape[1]), dtype=np.int64)
    for row in rows:
        if not (lows <= row).all(axis=1).any():
            lows = np.vstack([lows, row])
            kept.append(tuple(row.tolist()))
    return kept
