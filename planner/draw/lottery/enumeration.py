"""Small lotteries exactly: every outcome listed, and mixtures of them by rational simplex.

Used where groups cross in three ways and the step-by-step table fails: it proves that there is
none, or finds one, or finds the least widening with which there is one.
"""

from __future__ import annotations

import heapq
from fractions import Fraction

import numpy as np
from yaohao.planner.draw.lottery.birkhoff import Fractions, LotteryTable, Stream
from yaohao.planner.draw.lottery.integer_weights import whole_weights
from yaohao.planner.draw.lottery.margins import Groups, Ints
from yaohao.planner.draw.lottery.mixture_simplex import Mixture, Points

LISTED = 20_000
"""The most outcomes that are listed."""
_STEPS = 40
"""Pivots that favour another outcome; more spread the weights further."""
_TRIALS = 60
"""Sets of widened margins that are tried, the least first; beyond it another method is used."""


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


def mixed_table(
    task: Fractions, first: LotteryTable, points: Points, near: Points, seed: str
) -> LotteryTable | None:
    """A table of which a part is `first`, as far as it goes well, and the rest a mixture of points.

    The mixture is the average of random corners. `near` are pairs of points that differ in little;
    they get what weight they can, to make the weights whole with. None where there is no mixture.
    """
    stream = Stream(f"{seed}|mixture")
    corners = 2 if len(near) else 6
    for kept in (task.units // 4, 0):
        weights, outcomes = _beginning(first, kept)
        if kept and not weights:
            continue
        given = np.array(outcomes, dtype=np.int64).reshape(-1, len(task.rest))
        rest = task.rest - np.array(weights, dtype=np.int64) @ given
        units = task.units - sum(weights)
        mixture = Mixture(points, rest, units)
        if mixture.certificate() is not None:
            continue
        share = mixture.reserve(near) if len(near) else 0
        shares: dict[int, Fraction] = {}
        for _ in range(corners):
            costs = stream.integers(mixture.width) >> 16
            for column, weight in mixture.favour(costs, _STEPS).items():
                shares[column] = shares.get(column, Fraction(0)) + weight / corners
        more = shares.pop(len(points), Fraction(0))
        every = [*near, *outcomes, *(points[column] for column in shares)]
        both = [*[share + more] * len(near), *map(Fraction, weights), *shares.values()]
        whole = whole_weights(np.array(every, dtype=np.int8), both, len(near) // 2)
        if whole is not None:
            return LotteryTable(whole, [outcome.astype(np.int64) for outcome in every])
    return None


def _beginning(table: LotteryTable, units: int) -> tuple[list[int], list[Ints]]:
    """The first outcomes of a table, with their weights, as far as `units` go."""
    reached = 0
    for number, weight in enumerate(table.weights):
        reached += weight
        if reached > units:
            return table.weights[:number], table.outcomes[:number]
    return table.weights, table.outcomes


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
