"""Small lotteries exactly: every outcome listed, and mixtures of them by rational simplex.

Used where groups cross in three ways and the step-by-step table fails: it proves that there is
none, or finds one, or finds the least widening with which there is one.
"""

from __future__ import annotations

import heapq
from fractions import Fraction

import numpy as np

from planner.lot.decompose import Fractions, Stream, Table, decompose
from planner.lot.lottery_simplex import Mixture, Points
from planner.lot.margins import Groups, Ints
from planner.lot.rounding import ListFinder

LISTED = 20_000
"""The most outcomes that are listed."""
VERTICES = 12
"""How many random mixtures are averaged."""
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


def mixed_table(task: Fractions, points: Points, seed: str) -> Table | None:
    """A table out of the given outcomes: random mixtures averaged, then made whole numbers.

    None where there is no mixture, or its last few units could not be given in whole numbers.
    """
    mixture = Mixture(points, task.rest, task.units)
    if mixture.certificate() is not None:
        return None
    stream = Stream(f"{seed}|mixture")
    shares: dict[int, Fraction] = {}
    for _ in range(VERTICES):
        for column, share in mixture.favour(_costs(stream, points)).items():
            shares[column] = shares.get(column, Fraction(0)) + share / VERTICES
    columns = sorted(shares)
    support = points[columns]
    for spare in (0, 1, 2, 5, 12, 30, task.units):
        weights = [max(0, int(shares[column]) - spare) for column in columns]
        given = np.array(weights, dtype=np.int64) @ support.astype(np.int64)
        left = task.units - sum(weights)
        small = Fractions(task.rest - given, left, task.groups, task.least, task.most)
        tail = _whole_mixture(small, support, stream)
        if tail is None:
            tail = decompose(small, ListFinder(task.groups, support), f"{seed}|{spare}", 10)
        if tail.stuck is None:
            outcomes = [point.astype(np.int64) for point in support]
            return Table([*weights, *tail.weights], [*outcomes, *tail.outcomes])
    return None


def _whole_mixture(task: Fractions, points: Points, stream: Stream) -> Table | None:
    """A mixture whose weights happen to be whole numbers, as those of corners often are."""
    mixture = Mixture(points, task.rest, task.units)
    if mixture.certificate() is not None:
        return None
    for _ in range(2 * VERTICES):
        found = mixture.favour(_costs(stream, points))
        if all(share.denominator == 1 for share in found.values()):
            outcomes = [points[column].astype(np.int64) for column in found]
            return Table([int(share) for share in found.values()], outcomes)
    return None


def _costs(stream: Stream, points: Points) -> Ints:
    return stream.integers(len(points)) >> 16


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
        certificate = Mixture(allowed, task.rest, task.units).certificate()
        if certificate is None:
            return task.least - added[: groups.count], task.most + added[groups.count :]
        helpful = excess[columns @ certificate > 0]
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
