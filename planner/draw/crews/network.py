"""The crews of one component as two minimum cost flows: least squares, then least cost.

Seat groups send their seats through the sorts of inspectors that may take them to the inspectors;
a pair has capacity one, so that nobody takes two seats at one visit. Both are solved exactly; one
solve would need larger costs than fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from yaohao.planner.draw.crews.eligibility import BoolArray, IntArray, VisitClass
from yaohao.planner.draw.crews.first_prices import Offers, first_prices
from yaohao.planner.draw.network_flow import UnsettledError, maximum_flow, minimum_cost_flow
from yaohao.planner.vocabulary.problems import refuse

_NEAR = 8
"""Loads this near to the expected one are modelled one by one, further ones in growing steps."""


@dataclass(frozen=True)
class Arcs:
    """Arcs as arrays; each of nodes `tail` and `head` and a `capacity`."""

    tail: IntArray
    head: IntArray
    capacity: IntArray


@dataclass(frozen=True)
class GroupedNetwork:
    """The network of a component in which all visits of a pool are one.

    Exact for loads: a flow of it, spread evenly over the visits of each pool, is a flow of the
    whole network, and whole loads leave that one an integral flow. Nodes: inspectors, sink (number
    ``inspectors``), then each pool's groups and sorts.
    """

    inspectors: int
    nodes: int
    groups: IntArray
    wanted: IntArray
    seating: Arcs
    pairing: Arcs
    pair_starts: tuple[int, ...]
    seat_starts: tuple[int, ...]
    sorts: tuple[int, ...]


@dataclass(frozen=True)
class OptimalFace:
    """All assignments of least squares: bounds of loads, and for each pool what is decided."""

    low: IntArray
    high: IntArray
    pairs: tuple[IntArray, ...]
    """(k,) a pool: 0 the inspector may sit at any of its visits, 1 sits at all, -1 at none."""
    open: tuple[BoolArray, ...]
    """(groups, sorts) a pool: whether the sort may take seats of the group."""


def coarse(
    pools: Sequence[VisitClass], places: Sequence[IntArray], inspectors: int
) -> GroupedNetwork:
    """The coarse network; `places` are the nodes of each pool's inspectors."""
    node = inspectors + 1
    groups, wanted, seating, pairing = [], [], [], []
    sorts, pair_starts, seat_starts = [], [0], [0]
    for pool, place in zip(pools, places, strict=True):
        count = len(pool.visits)
        first_sort = node + len(pool.seats)
        may, group = np.nonzero(pool.types)
        groups.append(np.arange(node, first_sort))
        wanted.append(np.array(pool.seats, np.int64) * count)
        seating.append((node + group, first_sort + may, wanted[-1][group]))
        pairing.append((first_sort + pool.type_of, place, np.full(len(place), count)))
        sorts.append(first_sort)
        pair_starts.append(pair_starts[-1] + len(place))
        seat_starts.append(seat_starts[-1] + len(may))
        node = first_sort + len(pool.types)
    return GroupedNetwork(
        inspectors,
        node,
        _joined(groups),
        _joined(wanted),
        Arcs(*(_joined([arcs[part] for arcs in seating]) for part in range(3))),
        Arcs(*(_joined([arcs[part] for arcs in pairing]) for part in range(3))),
        tuple(pair_starts),
        tuple(seat_starts),
        tuple(sorts),
    )


def least_squares(
    network: GroupedNetwork, pools: Sequence[VisitClass], limits: IntArray
) -> OptimalFace:
    """The face of assignments with the least sum of squared loads.

    The square is a chain of segments between loads p < q with slope (q² - p²) / (q - p) = p + q;
    segments are split until those beside every load are one wide, where the chain is the square.
    """
    n = network.inspectors
    top = np.zeros(n, np.int64)
    expected = np.zeros(n)
    for at, pool in enumerate(pools):
        place = network.pairing.head[network.pair_starts[at] : network.pair_starts[at + 1]]
        top[place] += len(pool.visits)
        expected[place] += len(pool.visits) * pool.size / len(place)
    top = np.minimum(top, limits)
    loads = np.minimum(expected.astype(np.int64), top)
    steps = [_far_steps(int(load), int(most)) for load, most in zip(loads, top, strict=True)]
    while True:
        for own, load, most in zip(steps, loads.tolist(), top.tolist(), strict=True):
            own.update(range(max(0, load - _NEAR), min(most, load + _NEAR) + 1))
        seated, paired, loads = _solve_squares(network, steps)
        if all(
            load in own and (load == 0 or load - 1 in own) and (load == most or load + 1 in own)
            for own, load, most in zip(steps, loads.tolist(), top.tolist(), strict=True)
        ):
            return _face(network, pools, (seated, paired), loads, top)


def _far_steps(load: int, most: int) -> set[int]:
    steps, reach = {0, most}, _NEAR
    while reach < most:
        steps.update({max(0, load - reach), min(most, load + reach)})
        reach *= 2
    return steps


def _solve_squares(
    network: GroupedNetwork, steps: list[set[int]]
) -> tuple[IntArray, IntArray, IntArray]:
    """Flows on the seating and pairing arcs and the loads of the segmented problem."""
    ends = [np.array(sorted(own), np.int64) for own in steps]
    lower, upper = _joined([e[:-1] for e in ends]), _joined([e[1:] for e in ends])
    tail = np.repeat(np.arange(network.inspectors), [len(e) - 1 for e in ends])
    seating, pairing = network.seating, network.pairing
    supplies = np.zeros(network.nodes, np.int64)
    supplies[network.groups] = network.wanted
    supplies[network.inspectors] = -network.wanted.sum()
    flows = _cheapest_flow(
        np.concatenate([seating.tail, pairing.tail, tail]),
        np.concatenate([seating.head, pairing.head, np.full(len(tail), network.inspectors)]),
        np.concatenate([seating.capacity, pairing.capacity, upper - lower]),
        np.concatenate([np.zeros(len(seating.tail) + len(pairing.tail), np.int64), lower + upper]),
        supplies,
    )
    if flows is None:
        raise refuse("crews.solver", step="squares")
    seats, pairs = len(seating.tail), len(seating.tail) + len(pairing.tail)
    loads = np.zeros(network.inspectors, np.int64)
    np.add.at(loads, tail, flows[pairs:])
    return flows[:seats], flows[seats:pairs], loads


def _face(
    network: GroupedNetwork,
    pools: Sequence[VisitClass],
    flows: tuple[IntArray, IntArray],
    loads: IntArray,
    top: IntArray,
) -> OptimalFace:
    """Complementary slackness: an arc with a reduced cost has the same flow in every optimum."""
    seating, pairing = network.seating, network.pairing
    seated, paired = flows
    people, sink = np.arange(network.inspectors), network.inspectors
    used_seats, used_pairs = seated > 0, paired > 0
    spare = paired < pairing.capacity
    up, down = loads < top, loads > 0
    sinks = np.full(network.inspectors, sink)
    zeros = np.zeros
    potential = potentials(
        network.nodes,
        np.concatenate(
            [
                *(seating.tail, seating.head[used_seats], pairing.tail[spare]),
                *(pairing.head[used_pairs], people[up], sinks[down]),
            ]
        ),
        np.concatenate(
            [
                *(seating.head, seating.tail[used_seats], pairing.head[spare]),
                *(pairing.tail[used_pairs], sinks[up], people[down]),
            ]
        ),
        np.concatenate(
            [
                zeros(
                    len(seating.tail) + used_seats.sum() + spare.sum() + used_pairs.sum(), np.int64
                ),
                2 * loads[up] + 1,
                1 - 2 * loads[down],
            ]
        ),
    )
    price = potential[sink] - potential[people]
    low, high = np.clip(price // 2, 0, top), np.clip((price + 1) // 2, 0, top)
    decided = np.sign(potential[pairing.head] - potential[pairing.tail])
    kept = potential[seating.tail] == potential[seating.head]
    pairs, opened = [], []
    for at, pool in enumerate(pools):
        pairs.append(decided[network.pair_starts[at] : network.pair_starts[at + 1]])
        may = np.zeros(pool.types.shape, bool)
        may[pool.types] = kept[network.seat_starts[at] : network.seat_starts[at + 1]]
        opened.append(may.T)
    return OptimalFace(low, high, tuple(pairs), tuple(opened))


def potentials(nodes: int, tail: IntArray, head: IntArray, cost: IntArray) -> IntArray:
    """Least costs of a walk to each node from any other (Bellman and Ford): reduced costs are >= 0.

    Raises PlannerError where a cycle has a negative cost: the flow was no optimum.
    """
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.flatnonzero(np.diff(head, prepend=-1))
    reached = head[first]
    potential = np.zeros(nodes, np.int64)
    for _ in range(nodes + 1):
        least = np.minimum.reduceat(potential[tail] + cost, first)
        if (least >= potential[reached]).all():
            return potential
        potential[reached] = np.minimum(potential[reached], least)
    raise refuse("crews.solver", step="potentials")


def least_cost(
    pools: Sequence[VisitClass],
    places: Sequence[IntArray],
    costs: Sequence[IntArray],
    kept: Sequence[BoolArray],
    face: OptimalFace,
) -> list[BoolArray] | None:
    """Of the face, the assignment of least cost that uses only `kept` pairs; None if there is none.

    Answers with (m, k) arrays a pool: who sits where. Pairs the face decides are always used.
    """
    n = len(face.low)
    forced = np.zeros(n, np.int64)
    for pool, place, decided in zip(pools, places, face.pairs, strict=True):
        forced[place] += np.where(decided > 0, len(pool.visits), 0)
    low = np.maximum(face.low - forced, 0)
    offers, prices = _offers(pools, places, costs, kept, face), [np.zeros(n + 1, np.int64)]
    prices[0][:n], of_seats = first_prices(offers, low, face.high - forced)
    supplies = [-low, np.zeros(1, np.int64)]
    arcs = [(np.arange(n), np.full(n, n), face.high - forced - low, np.zeros(n, np.int64))]
    chosen = []
    node = n + 1
    for at, pool in enumerate(pools):
        count, own, sorts = len(pool.visits), len(pool.seats), len(pool.types)
        sure, open_ = face.pairs[at] > 0, face.pairs[at] == 0
        seats = np.array(pool.seats, np.int64)
        settled = np.bincount(pool.type_of[sure], minlength=sorts)
        visit, person = np.nonzero(kept[at] & open_)
        chosen.append((visit, person))
        if own == 1:
            # One group and one sort: the visit is a single node.
            supplies.append(np.full(count, seats[0] - settled[0]))
            prices.append(of_seats[at][0][:, 0])
            tail = node + visit
            node += count
        else:
            supplies.append(np.tile(np.concatenate([seats, -settled]), count))
            prices.append(np.concatenate(of_seats[at], axis=1).reshape(-1))
            base = node + np.arange(count) * (own + sorts)
            group, sort = np.nonzero(face.open[at])
            arcs.append(
                (
                    (base[:, None] + group).reshape(-1),
                    (base[:, None] + own + sort).reshape(-1),
                    np.tile(seats[group], count),
                    np.zeros(count * len(group), np.int64),
                )
            )
            tail = base[visit] + own + pool.type_of[person]
            node += count * (own + sorts)
        arcs.append(
            (tail, places[at][person], np.ones(len(tail), np.int64), costs[at][visit, person])
        )
    supply = np.concatenate(supplies)
    supply[n] = -supply.sum()
    tail, head, capacity, cost = (_joined([arc[part] for arc in arcs]) for part in range(4))
    flows = _cheapest_flow(tail, head, capacity, cost, supply, np.concatenate(prices))
    return None if flows is None else _seated(pools, face, arcs, chosen, flows)


def _seated(
    pools: Sequence[VisitClass],
    face: OptimalFace,
    arcs: list[tuple[IntArray, IntArray, IntArray, IntArray]],
    chosen: list[tuple[IntArray, IntArray]],
    flows: IntArray,
) -> list[BoolArray]:
    crews = []
    start, batch = len(arcs[0][0]), 1
    for at, pool in enumerate(pools):
        if len(pool.seats) > 1:
            start += len(arcs[batch][0])
            batch += 1
        visit, person = chosen[at]
        used = flows[start : start + len(visit)] > 0
        start += len(visit)
        batch += 1
        taken = np.zeros((len(pool.visits), len(pool.inspectors)), bool)
        taken[visit[used], person[used]] = True
        taken[:, face.pairs[at] > 0] = True
        crews.append(taken)
    return crews


def _offers(
    pools: Sequence[VisitClass],
    places: Sequence[IntArray],
    costs: Sequence[IntArray],
    kept: Sequence[BoolArray],
    face: OptimalFace,
) -> list[Offers]:
    """What the face leaves open of each pool."""
    offers = []
    for at, pool in enumerate(pools):
        decided = face.pairs[at]
        open_ = kept[at] & (decided == 0)
        offers.append(Offers.of(pool, places[at], costs[at], open_, (decided > 0, face.open[at])))
    return offers


def _cheapest_flow(
    tail: IntArray,
    head: IntArray,
    capacity: IntArray,
    cost: IntArray,
    supplies: IntArray,
    prices: IntArray | None = None,
) -> IntArray | None:
    """As `minimum_cost_flow`. Raises PlannerError where the solver gives up."""
    try:
        return minimum_cost_flow((tail, head), capacity, cost, supplies, prices)
    except UnsettledError as error:
        raise refuse("crews.solver", step=str(error)) from None


def largest_flow(
    tail: IntArray, head: IntArray, capacity: IntArray, source: int, sink: int
) -> tuple[IntArray, IntArray]:
    """As `maximum_flow`. Raises PlannerError where the solver gives up."""
    try:
        return maximum_flow((tail, head), capacity, source, sink)
    except UnsettledError as error:
        raise refuse("crews.solver", step=str(error)) from None


def _joined(parts: Sequence[IntArray]) -> IntArray:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
