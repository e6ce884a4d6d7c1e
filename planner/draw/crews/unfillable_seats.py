"""Which seats cannot be filled, found before any commitment (draw protocol, "Crews")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
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
from yaohao.planner.draw.crews.network import coarse, largest_flow
from yaohao.planner.schema.visit import CrewVisit, Seat
from yaohao.planner.vocabulary.problems import Problem

_EXAMPLES = 3
"""Entities named for each shortfall: enough to look one up."""
_NAMED = 8
"""Codes named in a sentence; the rest is an ellipsis."""


@dataclass(frozen=True)
class _Demand:
    """A seat group (column `group` of a pool) in the cut, and the `short` seats it leaves empty.

    `rivals` are the inspectors and sorts of inspector of the cut that could fill it.
    """

    pool: VisitClass
    group: int
    short: int
    rivals: frozenset[tuple[str, int]]

    @property
    def asks(self) -> list[tuple[str, str, str]]:
        pool = self.pool
        return [(pool.department, region, self.qualification) for region in pool.regions]

    @property
    def qualification(self) -> str:
        return self.pool.qualifications[self.group]


def shortfalls(visits: VisitsDocument, roster: RosterDocument, window: Window) -> list[Problem]:
    """What keeps seats from being filled; empty where every seat can be.

    Each Problem is one smallest set of seats that asks for more than its inspectors can give (a
    minimum cut, Ford and Fulkerson 1956). Its code tells the want: ``crews.want_of_people``,
    ``_capacity``, ``_recusals`` (lifting these alone would do) or ``_both`` (both together). Its
    params: `asked` (department, regions, qualifications in short), `department`, `regions`,
    `qualifications`; `short` and `seats` (numbers of seats); `visits` (number), `examples` (entity
    ids); `inspectors` (who may take some of them), `expired`, `absent` (who could but for that).
    Raises PlannerError for documents of another form.
    """
    staff = Roster(roster, window)
    return shortfalls_among(visits, staff, eligible_among(visits, staff))


def shortfalls_among(visits: VisitsDocument, staff: Roster, who: Eligibility) -> list[Problem]:
    """As `shortfalls`, for documents already read."""
    problems = []
    for component in who.components:
        cut = _unfilled([who.pools[at] for at in component], who.limits)
        problems += [
            _problem(part, visits, staff, who)
            for part in _parts(cut)
            if any(demand.short for demand in part)
        ]
    return sorted(
        problems, key=lambda problem: (-problem.params["short"], problem.params["examples"])
    )


def _unfilled(pools: Sequence[VisitClass], limits: IntArray) -> list[_Demand]:
    """Demands on the source's side of a least cut; empty where every seat can be filled.

    Which of them stay short may differ from one largest flow to another, their sums do not.
    """
    people = np.unique(np.concatenate([pool.inspectors for pool in pools]))
    places = [np.searchsorted(people, pool.inspectors) for pool in pools]
    network = coarse(pools, places, len(people))
    source, sink = network.nodes, network.inspectors
    seating, pairing = network.seating, network.pairing
    flows, side = largest_flow(
        np.concatenate(
            [
                np.full(len(network.groups), source),
                seating.tail,
                pairing.tail,
                np.arange(len(people)),
            ]
        ),
        np.concatenate(
            [network.groups, seating.head, pairing.head, np.full(len(people), sink)],
        ),
        np.concatenate([network.wanted, seating.capacity, pairing.capacity, limits[people]]),
        source,
        sink,
    )
    left = network.wanted - flows[: len(network.groups)]
    if not left.any():
        return []
    reached = np.zeros(network.nodes + 1, bool)
    reached[side] = True
    cut = []
    node = 0
    for at, pool in enumerate(pools):
        near = reached[places[at]]
        sorts = reached[network.sorts[at] : network.sorts[at] + len(pool.types)]
        for group in range(len(pool.seats)):
            if reached[network.groups[node]]:
                names = pool.inspectors[near & pool.fits[:, group]].tolist()
                rivals = {("inspector", name) for name in names}
                kinds = np.flatnonzero(sorts & pool.types[:, group]) + network.sorts[at]
                rivals |= {("sort", kind) for kind in kinds.tolist()}
                cut.append(_Demand(pool, group, int(left[node]), frozenset(rivals)))
            node += 1
    return cut


def _parts(cut: list[_Demand]) -> list[list[_Demand]]:
    """Demands that contend for the same inspectors, or that ask the same for one region."""
    parts: list[tuple[set[object], list[_Demand]]] = []
    for demand in cut:
        names: set[object] = {*demand.rivals, *demand.asks}
        members = [demand]
        apart = []
        for part in parts:
            if part[0] & names:
                names, members = names | part[0], part[1] + members
            else:
                apart.append(part)
        parts = [*apart, (names, members)]
    return [members for _, members in parts]


def _problem(
    part: list[_Demand], visits: VisitsDocument, staff: Roster, who: Eligibility
) -> Problem:
    asks = sorted({ask for demand in part for ask in demand.asks})
    department = asks[0][0]
    regions = sorted({region for _, region, _ in asks})
    qualifications = sorted({q for _, _, q in asks if q})
    own = sorted({visit for demand in part for visit in demand.pool.visits.tolist()})
    able = {
        name
        for demand in part
        for name in demand.pool.inspectors[demand.pool.fits[:, demand.group]].tolist()
    }
    expired, absent = _barred(asks, staff)
    asked = (department, _some(regions), _some(qualifications))
    return Problem(
        f"crews.want_of_{_want(part, visits, staff)}",
        {
            "asked": "; ".join(text for text in asked if text),
            "department": department,
            "regions": regions,
            "qualifications": qualifications,
            "short": sum(demand.short for demand in part),
            "seats": sum(d.pool.seats[d.group] * len(d.pool.visits) for d in part),
            "visits": len(own),
            "examples": [who.entity_ids[at] for at in own[:_EXAMPLES]],
            "inspectors": len(able),
            "expired": expired,
            "absent": absent,
        },
    )


def _some(codes: list[str]) -> str:
    return ", ".join([*codes[:_NAMED], "..."] if len(codes) > _NAMED else codes)


def _want(part: list[_Demand], visits: VisitsDocument, staff: Roster) -> str:
    """What these seats want for, were they the only ones: they do not share what they lack."""
    seats: dict[int, list[Seat]] = {}
    for demand in part:
        seat: Seat = {"department": demand.pool.department, "qualification": demand.qualification}
        for at in demand.pool.visits.tolist():
            seats.setdefault(at, []).extend([seat] * demand.pool.seats[demand.group])
    asked: list[CrewVisit] = [{**visits[at], "seats": own} for at, own in sorted(seats.items())]
    for want, recusals, capacities in (
        ("recusals", False, True),
        ("capacity", True, False),
        ("both", False, False),
    ):
        free = eligible_among(asked, staff, recusals=recusals, capacities=capacities)
        if not _unfilled(free.pools, free.limits):
            return want
    return "people"


def _barred(asks: Sequence[tuple[str, str, str]], staff: Roster) -> tuple[int, int]:
    """How many of the same department, regions and qualifications lack a certificate; are away."""
    expired, absent = np.zeros(len(staff.ids), bool), np.zeros(len(staff.ids), bool)
    for department, region, qualification in asks:
        here = (
            staff.of_department(department) & staff.covering(region) & staff.holding(qualification)
        )
        expired |= here & ~staff.certified
        absent |= here & staff.certified & staff.away
    return int(expired.sum()), int(absent.sum())
