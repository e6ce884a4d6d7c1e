"""Crews dealt again under fresh keys: what a round could as well have come to.

The rules are those of `assignment.deal`: who may take which seat, loads as even as they can be, and
of all such assignments the one of least cost, where the costs of pairs are as random as the hashes
of a fresh key. Which loads are even hangs on no key and is found once. No certificate is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from yaohao.planner.draw.crews.assignment import cheapest
from yaohao.planner.draw.crews.eligibility import (
    Eligibility,
    IntArray,
    Roster,
    RosterDocument,
    VisitClass,
    VisitsDocument,
    Window,
    eligible_among,
)
from yaohao.planner.draw.crews.network import OptimalFace, coarse, least_cost, least_squares
from yaohao.planner.draw.crews.unfillable_seats import shortfalls_among
from yaohao.planner.vocabulary.problems import raise_all, refuse

_CHEAPEST = 16
"""Cheapest pairs a seat that are looked at; doubled, no crew of a tried round was another."""
_COSTS = 1 << 40


@dataclass(frozen=True)
class _Part:
    """Visits and inspectors that share none with the others, and what loads they may have."""

    positions: tuple[int, ...]
    pools: Sequence[VisitClass]
    places: Sequence[IntArray]
    face: OptimalFace


class Redeals:
    """A round of crews that can be dealt again and again."""

    def __init__(self, visits: VisitsDocument, roster: RosterDocument, window: Window) -> None:
        """Raises PlannerError as `assignment.deal` does."""
        staff = Roster(roster, window)
        self.who: Eligibility = eligible_among(visits, staff)
        raise_all(shortfalls_among(visits, staff, self.who))
        self._parts = [self._part(component) for component in self.who.components]

    def _part(self, component: tuple[int, ...]) -> _Part:
        pools = [self.who.pools[at] for at in component]
        people = np.unique(np.concatenate([pool.inspectors for pool in pools]))
        places = [np.searchsorted(people, pool.inspectors) for pool in pools]
        face = least_squares(coarse(pools, places, len(people)), pools, self.who.limits[people])
        return _Part(component, pools, places, face)

    def anew(self, rng: np.random.Generator) -> IntArray:
        """The rows (visit, inspector) of a deal under a fresh key, by their positions."""
        return self.by_costs(
            [rng.integers(0, _COSTS, (len(one.visits), len(one.inspectors)))
             for one in self.who.pools]
        )  # fmt: skip

    def by_costs(self, costs: Sequence[IntArray]) -> IntArray:
        """The rows of the deal of least cost: an (m, k) array of costs for each pool."""
        rows = []
        for part in self._parts:
            own = [costs[at] for at in part.positions]
            most, taken = _CHEAPEST, None
            while taken is None:
                kept = [cheapest(pool, c, most) for pool, c in zip(part.pools, own, strict=True)]
                taken = least_cost(part.pools, part.places, own, kept, part.face)
                if taken is None and all(mask.all() for mask in kept):
                    raise refuse("crews.solver", step="cost")
                most *= 4
            for pool, seated in zip(part.pools, taken, strict=True):
                visit, person = np.nonzero(seated)
                rows.append(np.stack([pool.visits[visit], pool.inspectors[person]], axis=1))
        return np.concatenate(rows) if rows else np.empty((0, 2), np.int64)
