"""Flows of least cost and largest flows in networks of whole numbers, exact.

The vertices of such a linear program are whole. The simplex method proposes one in floating point,
over the arcs whose reduced costs are small at the given prices; whole-number prices then prove that
it is the optimum of all arcs, or name the arcs that are wanted too (sifting; Bixby et al. 1992).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.vocabulary.linear_program import Program, Ray, solve

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_ARCS_A_NODE = 8
"""So many arcs a node are given to the solver first. A vertex uses one; of fewer it misses some."""


class UnsettledError(Exception):
    """The solver gave up; the one argument is the step at which it did."""


def minimum_cost_flow(
    ends: tuple[Ints, Ints],
    capacity: Ints,
    cost: Ints,
    supplies: Ints,
    prices: Ints | None = None,
    needed: Flags | None = None,
) -> Ints | None:
    """Flow of each arc in a flow of least cost that meets all `supplies`; None if none does.

    `ends` are the nodes where arcs begin and end. `prices`, one a node, change no cost of the
    optimum: the nearer they are to its own, the sooner it is found; at the optimum's no arc that
    is used in part has a reduced cost ``cost - prices[tail] + prices[head]``. Nor does `needed`,
    the arcs without which there may be no flow at all; arcs that carry more than one are.
    Raises UnsettledError where the solver gives up.
    """
    tail, head = ends
    if supplies.sum():
        return None
    start = np.zeros(len(supplies), np.int64) if prices is None else prices
    reduced = cost - start[tail] + start[head]
    needed = (capacity > 1) | (False if needed is None else needed)
    chosen = _nearest(reduced, needed, _ARCS_A_NODE * len(supplies))
    while True:
        flows = np.where((reduced < 0) & ~chosen, capacity, 0)
        some = np.flatnonzero(chosen)
        answer = _solved((tail, head), capacity, reduced, supplies, (flows, some))
        if answer is None:
            if len(some) == len(cost):
                return None
            chosen = _nearest(reduced, needed, 4 * len(some))
            continue
        flows[some], own = answer
        left = reduced - own[tail] + own[head]
        wrong = ((left < 0) & (flows < capacity)) | ((left > 0) & (flows > 0))
        if not wrong.any():
            if not _balanced((tail, head), flows, supplies, capacity):
                raise UnsettledError("balance")
            return flows
        if (wrong & chosen).any():
            raise UnsettledError("prices")
        chosen |= wrong


def maximum_flow(
    ends: tuple[Ints, Ints], capacity: Ints, source: int, sink: int
) -> tuple[Ints, Ints]:
    """Flow of each arc in a largest flow, and the nodes on the source's side of the least cut.

    The cut is the one nearest to the source, which is the same for every largest flow.
    """
    tail, head = ends
    nodes = 1 + max(source, sink, int(tail.max(initial=0)), int(head.max(initial=0)))
    most = int(capacity[tail == source].sum())
    flows = minimum_cost_flow(
        (np.append(tail, sink), np.append(head, source)),
        np.append(capacity, most),
        np.append(np.zeros(len(tail), np.int64), -1),
        np.zeros(nodes, np.int64),
    )
    if flows is None:
        raise UnsettledError("flow")
    flows = flows[:-1]
    reached = np.zeros(nodes, np.bool_)
    reached[source] = True
    on, back = flows < capacity, flows > 0
    while True:
        after = reached.copy()
        after[head[on & reached[tail]]] = True
        after[tail[back & reached[head]]] = True
        if np.array_equal(after, reached):
            return flows, np.flatnonzero(reached)
        reached = after


def _nearest(reduced: Ints, needed: Flags, most: int) -> Flags:
    """The needed arcs, and of the others those whose costs are nearest to nothing."""
    if most >= len(reduced):
        return np.ones(len(reduced), np.bool_)
    size = np.where(needed, 0, np.abs(reduced))
    near: Flags = size <= np.partition(size, most)[most]
    return near


def _solved(
    ends: tuple[Ints, Ints],
    capacity: Ints,
    cost: Ints,
    supplies: Ints,
    part: tuple[Ints, Ints],
) -> tuple[Ints, Ints] | None:
    """Flows of some arcs, what flows on the others being given, and prices of nodes."""
    flows, some = part
    tail, head = ends
    lacking = supplies.copy()
    given = np.flatnonzero(flows)
    np.subtract.at(lacking, tail[given], flows[given])
    np.add.at(lacking, head[given], flows[given])
    values = np.tile(np.array([1.0, -1.0]), len(some))
    rows = np.stack([tail[some], head[some]], axis=1).reshape(-1)
    solution = solve(
        Program(
            cost[some], np.zeros(len(some)), capacity[some], lacking, lacking,
            np.arange(0, len(rows) + 1, 2), rows, values,
        )
    )  # fmt: skip
    if solution is None:
        raise UnsettledError("simplex")
    if isinstance(solution, Ray):
        return None
    return np.rint(solution.values).astype(np.int64), np.rint(solution.prices).astype(np.int64)


def _balanced(ends: tuple[Ints, Ints], flows: Ints, supplies: Ints, capacity: Ints) -> bool:
    lacking = supplies.copy()
    np.subtract.at(lacking, ends[0], flows)
    np.add.at(lacking, ends[1], flows)
    return not lacking.any() and bool(((flows >= 0) & (flows <= capacity)).all())
