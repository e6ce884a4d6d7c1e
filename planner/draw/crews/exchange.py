"""Exchanges between inspectors and the prices that rule them out: the certificate of the optimum.

Every crew of a visit is a base of a matroid, so an assignment is the optimum exactly if inspectors
have prices under which no crew gets cheaper by exchanging one member and no load pays off to change
(Murota, Discrete Convex Analysis, 2003, ch. 9: valuated matroid intersection).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from yaohao.planner.draw.crews.eligibility import BoolArray, IntArray, VisitClass

NO_EXCHANGE = np.int64(1) << np.int64(62)
"""Stands in an exchange matrix where no exchange is possible."""

_BLOCK = 1 << 21
"""Entries of an exchange matrix worked on at once, 16 MB of 64 bits; it changes no result."""


@dataclass(frozen=True)
class Prices:
    """A price of every inspector of a component, a pair compared square first, then cost."""

    squares: IntArray
    costs: IntArray


@dataclass(frozen=True)
class Seating:
    """Who sits where in a pool: `costs` and `taken` are (m, k) as the pool, `places` (k,) are the
    rows of its inspectors in the arrays of their component.
    """

    pool: VisitClass
    places: IntArray
    costs: IntArray
    taken: BoolArray


@lru_cache(maxsize=65536)
def fills(
    types: tuple[tuple[bool, ...], ...], seats: tuple[int, ...], crew: tuple[int, ...]
) -> bool:
    """Whether a crew with ``crew[t]`` members of sort `t` fills ``seats[g]`` seats of each group.

    By augmenting paths (Kuhn 1955), a member each; crews are small.
    """
    if sum(seats) != sum(crew):
        return False
    groups = [group for group, count in enumerate(seats) for _ in range(count)]
    holder = [-1] * len(groups)
    members = [sort for sort, count in enumerate(crew) for _ in range(count)]

    def seat(member: int, tried: set[int]) -> bool:
        for at, group in enumerate(groups):
            if at not in tried and types[members[member]][group]:
                tried.add(at)
                if holder[at] < 0 or seat(holder[at], tried):
                    holder[at] = member
                    return True
        return False

    return all(seat(member, set()) for member in range(len(members)))


def compositions(pool: VisitClass, taken: BoolArray) -> Iterator[tuple[tuple[int, ...], IntArray]]:
    """The different mixtures of sorts among the crews of a pool, each with its rows."""
    if len(pool.types) == 1:
        counts = taken.sum(axis=1)
        for size in np.unique(counts).tolist():
            yield (size,), np.flatnonzero(counts == size)
        return
    by_sort = np.stack(
        [taken[:, pool.type_of == sort].sum(axis=1) for sort in range(len(pool.types))], axis=1
    )
    mixtures, of = np.unique(by_sort, axis=0, return_inverse=True)
    for at, mixture in enumerate(mixtures.tolist()):
        yield tuple(mixture), np.flatnonzero(of.reshape(-1) == at)


def type_key(pool: VisitClass) -> tuple[tuple[bool, ...], ...]:
    """The sorts of a pool as a key for `fills`."""
    return tuple(tuple(row) for row in pool.types.tolist())


def swaps(pool: VisitClass, crew: tuple[int, ...]) -> BoolArray:
    """``[s, t]``: whether a crew stays complete when a member of sort s gives way to one of t."""
    sorts = type_key(pool)
    able = np.zeros((len(sorts), len(sorts)), bool)
    for leaving in range(len(sorts)):
        if crew[leaving]:
            for coming in range(len(sorts)):
                after = list(crew)
                after[leaving] -= 1
                after[coming] += 1
                able[leaving, coming] = fills(sorts, pool.seats, tuple(after))
    return able


def lower_exchanges(matrix: IntArray, seating: Seating, kept: BoolArray | None = None) -> None:
    """Lower ``matrix[i, j]`` to the least that i giving way to j adds to the cost at one visit.

    Only pairs `kept`, (m, k), may come in. What stays at `NO_EXCHANGE` is possible nowhere.
    """
    pool, taken = seating.pool, seating.taken
    offers = np.where(taken if kept is None else taken | ~kept, NO_EXCHANGE, seating.costs)
    for crew, rows in compositions(pool, taken):
        able = swaps(pool, crew)
        for leaving in np.flatnonzero(able.any(axis=1)).tolist():
            coming = able[leaving][pool.type_of]
            _lower(matrix, seating, offers, rows, (pool.type_of == leaving, coming))


def _lower(
    matrix: IntArray,
    seating: Seating,
    offers: IntArray,
    rows: IntArray,
    sides: tuple[BoolArray, BoolArray],
) -> None:
    """One mixture and one leaving sort: all its (visit, member) pairs, in blocks, by member."""
    places, costs, taken = seating.places, seating.costs, seating.taken
    leaving, coming = sides
    whole = len(rows) == len(taken)
    chosen = (taken if whole else taken[rows]) & leaving
    member, row = np.nonzero(chosen.T)  # sorted by member
    if not len(member):
        return
    visit = row if whole else rows[row]
    columns = None if coming.all() else np.flatnonzero(coming)
    targets = places if columns is None else places[columns]
    step = max(1, _BLOCK // max(1, len(targets)))
    for start in range(0, len(member), step):
        who, where = member[start : start + step], visit[start : start + step]
        block = offers[where] if columns is None else offers[where[:, None], columns]
        block = block - costs[where, who][:, None]
        first = np.flatnonzero(np.diff(who, prepend=-1))
        least = np.minimum.reduceat(block, first, axis=0)
        least[least > NO_EXCHANGE // 2] = NO_EXCHANGE
        at = np.ix_(places[who[first]], targets)
        matrix[at] = np.minimum(matrix[at], least)


def square_prices(possible: BoolArray, loads: IntArray, limits: IntArray) -> IntArray:
    """The greatest first parts of prices: at most the next load's 2 l + 1, and never falling
    along an exchange; with the least sum of squares they are then at least 2 l - 1 as well.
    """
    if not len(loads):
        return loads.copy()
    top = 2 * int(loads.max()) + 1
    price = np.where(loads < limits, 2 * loads + 1, top)
    while True:
        reach = np.where(possible, price[None, :], top).min(axis=1)
        lower = np.minimum(price, reach)
        if np.array_equal(lower, price):
            return price
        price = lower


def cost_prices(
    matrix: IntArray, squares: IntArray, loads: IntArray, limits: IntArray
) -> IntArray | None:
    """The second parts of prices, by Bellman and Ford over exchanges between equal first parts.

    A load at its bound ties its inspector to 0 from one side. None where an exchange pays, that
    is where no prices exist.
    """
    tight = np.where(squares[:, None] == squares[None, :], matrix, NO_EXCHANGE)
    free_up = (squares == 2 * loads + 1) & (loads < limits)
    free_down = (squares == 2 * loads - 1) & (loads > 0)
    price, load = np.zeros(len(loads), np.int64), np.int64(0)
    for _ in range(len(loads) + 2):
        lower = np.minimum(price, (tight + price[None, :]).min(axis=1, initial=NO_EXCHANGE))
        lower[free_up] = np.minimum(lower[free_up], load)
        next_load = min(load, lower[free_down].min(initial=NO_EXCHANGE))
        if next_load == load and np.array_equal(lower, price):
            return price - load
        price, load = lower, next_load
    return None


def violated_pairs(seating: Seating, prices: Prices) -> BoolArray:
    """Pairs (m, k) that would come in: cheaper than a member they can replace, squares equal."""
    pool, taken = seating.pool, seating.taken
    violated = np.zeros(taken.shape, bool)
    squares = prices.squares[seating.places]
    total = seating.costs + prices.costs[seating.places]
    for crew, rows in compositions(pool, taken):
        able = swaps(pool, crew)
        for square in np.unique(squares).tolist():
            level = squares == square
            for coming in np.flatnonzero(able.any(axis=0)).tolist():
                leaving = level & able[:, coming][pool.type_of]
                here = taken[rows]
                worst = np.where(here & leaving, total[rows], -NO_EXCHANGE).max(axis=1)
                better = ~here & (level & (pool.type_of == coming)) & (total[rows] < worst[:, None])
                violated[rows] |= better
    return violated
