"""The flows of `network_flow`, by OR-Tools: the peer of crews and of tables, in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from yaohao.planner.draw.crews import network
from yaohao.planner.draw.lottery import outcome_search

Ints = Any


@contextmanager
def by_ortools() -> Iterator[None]:
    """While the block runs, flows of least cost are those of OR-Tools' cost scaling."""
    from ortools.graph.python import min_cost_flow

    def flow(ends: tuple[Ints, Ints], capacity: Ints, cost: Ints, supplies: Ints, *_: Any) -> Ints:
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            ends[0].astype(np.int32), ends[1].astype(np.int32), capacity, cost
        )
        solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
        return solver.flows(arcs) if solver.solve() == solver.OPTIMAL else None

    places: list[Any] = [network, outcome_search]
    own = [place.minimum_cost_flow for place in places]
    try:
        for place in places:
            place.minimum_cost_flow = flow
        yield
    finally:
        for place, function in zip(places, own, strict=True):
            place.minimum_cost_flow = function
