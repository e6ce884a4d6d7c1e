"""Prices under which each visit's cheapest crew makes nearly the loads that are wanted.

They decide nothing: the flow of least cost is the same from any prices, and sooner found from near
ones. Each inspector's price is moved by what the load is off, over the visits they may take (Newton
steps; costs are spread evenly).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from yaohao.planner.draw.crews.eligibility import BoolArray, IntArray, VisitClass

_STEPS = 8
"""Steps at most; each mends about three quarters of what is off, until single visits are left."""
_COSTS = 1 << 40
"""Costs lie below it."""
_FAR = np.int64(1) << np.int64(50)
"""More than any cost and price: a pair that is not open."""


@dataclass(frozen=True)
class Offers:
    """What may be taken in a pool: `places`, `sorts` and `costs` of pairs, each (m, k)."""

    places: IntArray
    sorts: IntArray
    costs: IntArray
    seats: tuple[int, ...]
    """Seats of each group that are not settled."""
    may: BoolArray
    """(groups, sorts): whether the sort may take seats of the group."""

    @classmethod
    def of(
        cls,
        pool: VisitClass,
        places: IntArray,
        costs: IntArray,
        open_: BoolArray,
        settled: tuple[BoolArray, BoolArray],
    ) -> Offers:
        """The `open_` pairs (m, k) of a pool, in as few columns as hold them all.

        `settled` are the inspectors (k,) that sit at every visit, and who `may` sit where.
        """
        sure, may = settled
        left = list(pool.seats)
        for sort in pool.type_of[sure].tolist():
            able = [group for group in np.flatnonzero(may[:, sort]).tolist() if left[group]]
            if able:
                left[min(able, key=lambda group: int(may[group].sum()))] -= 1
        offered = np.where(open_, costs, _FAR)
        most = min(len(places), int(open_.sum(axis=1).max(initial=0)) + 1)
        column = np.broadcast_to(np.arange(len(places)), costs.shape)
        if most < len(places):
            column = np.argpartition(offered, most - 1, axis=1)[:, :most]
            offered = np.take_along_axis(offered, column, axis=1)
        return cls(places[column], pool.type_of[column], offered, tuple(left), may)

    def taken(self, prices: IntArray) -> tuple[BoolArray, IntArray, IntArray]:
        """Pairs (m, k) of the cheapest crews, and prices (m, groups) and (m, sorts) of seats.

        Seats that fewer may take are taken first: nearly the cheapest crew, and mostly just that.
        """
        total = self.costs + prices[self.places]
        rest, bounds = total.copy(), np.full((len(total), len(self.seats)), -_FAR)
        for group in np.argsort(self.may.sum(axis=1), kind="stable").tolist():
            count = self.seats[group]
            if not count:
                continue
            able = rest if self.may[group].all() else self._of_group(rest, group)
            if count < able.shape[1]:
                near = np.partition(able, (count - 1, count), axis=1)
                least, next_ = near[:, count - 1], near[:, count]
            else:
                least = next_ = able.max(axis=1)
            bounds[:, group] = least + np.minimum((next_ - least + 1) // 2, _COSTS >> 8)
            rest[able <= least[:, None]] = _FAR
        of_sorts = np.stack(
            [bounds[:, groups].max(axis=1, initial=-_FAR) for groups in self.may.T], axis=1
        )
        of_groups = np.stack(
            [of_sorts[:, sorts].min(axis=1, initial=_FAR) for sorts in self.may], axis=1
        )
        return total < np.take_along_axis(of_sorts, self.sorts, axis=1), of_groups, of_sorts

    def _of_group(self, rest: IntArray, group: int) -> IntArray:
        return np.where(self.may[group][self.sorts], rest, _FAR)


def first_prices(
    offers: Sequence[Offers], low: IntArray, high: IntArray
) -> tuple[IntArray, list[tuple[IntArray, IntArray]]]:
    """Prices of inspectors for loads from `low` to `high`; of each pool's groups and sorts."""
    prices = np.zeros(len(low), np.int64)
    room = np.ones(len(low), np.int64)
    for pool in offers:
        np.add.at(room, pool.places[pool.costs < _FAR], 1)
    best, least = prices, -1
    for _ in range(_STEPS):
        loads = np.zeros(len(low), np.int64)
        for pool in offers:
            loads += np.bincount(pool.places[pool.taken(prices)[0]], minlength=len(low))
        off = loads - np.clip(loads, low, high)
        missed = int(np.abs(off).sum())
        if least < 0 or missed < least:
            best, least = prices, missed
        if not missed:
            break
        step = off * (_COSTS // room)
        prices = np.clip(prices + step - step // 4, -_COSTS, _COSTS)
    return best, [pool.taken(best)[1:] for pool in offers]
