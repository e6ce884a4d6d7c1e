"""Crews: who inspects whom, dealt evenly and by lot (draw protocol, "Crews").

Of all assignments that fill every seat, the one with the least sum of squared loads and, of those,
with the least total of hash costs. Nothing is left to choose once the round's key is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from yaohao.planner.draw.crews.costs import components_with_costs
from yaohao.planner.draw.crews.eligibility import (
    BoolArray,
    Eligibility,
    IntArray,
    Roster,
    RosterDocument,
    VisitClass,
    VisitsDocument,
    Window,
    eligible,
    eligible_among,
)
from yaohao.planner.draw.crews.exchange import (
    NO_EXCHANGE,
    Prices,
    Seating,
    cost_prices,
    lower_exchanges,
    square_prices,
    violated_pairs,
)
from yaohao.planner.draw.crews.network import coarse, least_cost, least_squares
from yaohao.planner.draw.crews.unfillable_seats import shortfalls, shortfalls_among
from yaohao.planner.vocabulary.problems import raise_all, refuse

__all__ = ["Crews", "deal", "eligible", "shortfalls"]

_CHEAPEST = 16
"""Cheapest pairs a seat that are tried first; the certificate tells whether they were enough."""


@dataclass(frozen=True)
class Crews:
    """The crews of a round and the certificate that they are the optimum."""

    crews: list[tuple[str, list[str]]]
    """Entity id and ascending inspector ids, in the order of the visits."""
    loads: dict[str, int]
    """Visits of each inspector of the roster."""
    potentials: dict[str, list[int]]
    """Price of each inspector, ``[square, cost]``; see `crew_certificate.certificate_problems`."""
    squares: int
    cost: int


def deal(visits: VisitsDocument, roster: RosterDocument, window: Window, key: str) -> Crews:
    """Deal the inspectors of a roster to visits under the key of the crew round.

    Raises PlannerError with every shortfall where not all seats can be filled, and where a document
    does not have the form of the protocol's "Rounds: commit, then seed".
    """
    staff = Roster(roster, window)
    who = eligible_among(visits, staff)
    raise_all(shortfalls_among(visits, staff, who))
    loads = np.zeros(len(who.inspector_ids), np.int64)
    prices = Prices(np.zeros_like(loads), np.zeros_like(loads))
    prices.squares[who.limits > 0] = 1  # what one visit would cost those that none can use
    crews: list[list[int]] = [[] for _ in visits]
    total = 0
    for component, own in components_with_costs(who, key):
        pools = [who.pools[at] for at in component]
        people = np.unique(np.concatenate([pool.inspectors for pool in pools]))
        taken, priced, dealt = _deal_component(pools, own, people, who.limits[people])
        loads[people] = dealt
        prices.squares[people], prices.costs[people] = priced.squares, priced.costs
        for pool, cost, seated in zip(pools, own, taken, strict=True):
            total += int(cost[seated].sum())
            visit, person = np.nonzero(seated)
            for at, inspector in zip(
                pool.visits[visit].tolist(), pool.inspectors[person].tolist(), strict=True
            ):
                crews[at].append(inspector)
    return _answer(who, crews, loads, prices, total)


def _answer(
    who: Eligibility, crews: list[list[int]], loads: IntArray, prices: Prices, cost: int
) -> Crews:
    names = who.inspector_ids
    return Crews(
        crews=[
            (entity_id, sorted(names[at] for at in crew))
            for entity_id, crew in zip(who.entity_ids, crews, strict=True)
        ],
        loads=dict(zip(names, loads.tolist(), strict=True)),
        potentials={
            name: [square, second]
            for name, square, second in zip(
                names, prices.squares.tolist(), prices.costs.tolist(), strict=True
            )
        },
        squares=int((loads * loads).sum()),
        cost=cost,
    )


def _deal_component(
    pools: Sequence[VisitClass], costs: Sequence[IntArray], people: IntArray, limits: IntArray
) -> tuple[list[BoolArray], Prices, IntArray]:
    """Who sits where, prices and loads of a component; `people` are its inspectors, ascending.

    The cost is minimised over the cheapest pairs of each visit; while prices found for these show
    that another pair would lower it, such pairs are added: so the end is exact.
    """
    places = [np.searchsorted(people, pool.inspectors) for pool in pools]
    face = least_squares(coarse(pools, places, len(people)), pools, limits)
    most = _CHEAPEST
    kept = [cheapest(pool, cost, most) for pool, cost in zip(pools, costs, strict=True)]
    while True:
        taken = least_cost(pools, places, costs, kept, face)
        if taken is None:
            if all(mask.all() for mask in kept):
                raise refuse("crews.solver", step="cost")
            most *= 4
            kept = [
                mask | cheapest(pool, cost, most)
                for mask, pool, cost in zip(kept, pools, costs, strict=True)
            ]
            continue
        loads = np.zeros(len(people), np.int64)
        for place, seated in zip(places, taken, strict=True):
            loads[place] += seated.sum(axis=0)
        seatings = [Seating(*own) for own in zip(pools, places, costs, taken, strict=True)]
        whole = _exchanges(seatings, len(people))
        squares = square_prices(whole < NO_EXCHANGE, loads, limits)
        part = _exchanges(seatings, len(people), kept)
        first = cost_prices(part, squares, loads, limits)
        if first is None:
            raise refuse("crews.solver", step="cost")
        missing = [violated_pairs(seating, Prices(squares, first)) for seating in seatings]
        if not any(mask.any() for mask in missing):
            prices = cost_prices(whole, squares, loads, limits)
            if prices is None:
                raise refuse("crews.solver", step="prices")
            return taken, Prices(squares, prices), loads
        kept = [mask | more for mask, more in zip(kept, missing, strict=True)]


def cheapest(pool: VisitClass, costs: IntArray, most: int) -> BoolArray:
    """The `most` cheapest pairs of each visit for each seat and each sort of inspector."""
    kept = np.zeros(costs.shape, bool)
    count = most * pool.size
    for sort in range(len(pool.types)):
        columns = np.flatnonzero(pool.type_of == sort)
        if len(columns) <= count:
            kept[:, columns] = True
        else:
            own = costs[:, columns]
            bound = np.partition(own, count - 1, axis=1)[:, count - 1]
            kept[:, columns] = own <= bound[:, None]
    return kept


def _exchanges(
    seatings: Sequence[Seating], people: int, kept: Sequence[BoolArray] | None = None
) -> IntArray:
    matrix = np.full((people, people), NO_EXCHANGE)
    for at, seating in enumerate(seatings):
        lower_exchanges(matrix, seating, None if kept is None else kept[at])
    return matrix
