"""The outlook for the crews of a plan: who would visit how often, and what seats lack people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

from yaohao.planner.frame.cells import Cell
from yaohao.planner.frame.frame import Frame
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.reports.plans import CrewLoads
from yaohao.planner.schema.visit import CrewVisit, RosterRow, Seat
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.units import PPM

MOST_VISITS = 2000
"""Visits that the outlook deals at most; where more are expected, each stands for several."""
_KEY = "0" * 32


@dataclass(frozen=True)
class Outlook:
    """The loads of inspectors in whole visits, by id, and what keeps seats from being filled.

    `scale` is how many visits one that was dealt stands for; without loads some seat stays empty.
    """

    loads: Mapping[str, int]
    scale: int
    warnings: Sequence[Problem] = field(default=())

    def as_json(self) -> CrewLoads:
        """As the preview shows it."""
        loads = sorted(self.loads.values())
        return {
            "loads": dict(sorted(self.loads.items())),
            "least_load": loads[0] if loads else None,
            "most_load": loads[-1] if loads else None,
        }


def expected_visits(frame: Frame, cells: Sequence[Cell]) -> dict[str, int]:
    """The visits expected in each region, directed ones too, in millionths, rounded up."""
    expected = {cell.name: (cell.expected, cell.size) for cell in cells}
    by_region: dict[str, int] = {}
    for region, standing, cell, number in frame.by_region():
        above, below = expected[cell] if standing == "pool" else (PPM, 1)
        by_region[region] = by_region.get(region, 0) - (-number * above // below)
    return by_region


def crew_outlook(
    plan: Plan,
    seats: Sequence[Seat],
    inspectors: Sequence[InspectorRow],
    visits: Mapping[str, int],
) -> Outlook:
    """The loads if every region had its expected visits, dealt evenly as the crew round deals.

    An estimate: the lot decides which visits there are, and recusals count for nothing here.
    """
    from yaohao.planner.draw.crews.assignment import deal, shortfalls

    if not inspectors or not seats or not visits:
        return Outlook({}, 1)
    scale = _scale(visits)
    made = _visits(visits, seats, scale)
    roster = _roster(inspectors, scale)
    window = (plan.window[0].isoformat(), plan.window[1].isoformat())
    short = shortfalls(made, roster, window)
    if short:
        return Outlook({}, scale, [_scaled(problem, scale) for problem in short])
    last = window[1]
    able = {row["inspector_id"] for row in inspectors if row["certificate_until"] >= last}
    dealt = deal(made, roster, window, _KEY).loads
    return Outlook({one: load * scale for one, load in dealt.items() if one in able}, scale)


def unstaffed(
    plan: Plan,
    seats: Sequence[Seat],
    inspectors: Sequence[InspectorRow],
    visits: Mapping[str, int],
) -> list[Problem]:
    """The seats that cannot be filled whatever the lottery gives; `visits` as `expected_visits`.

    Nobody may go where there may be a visit, or there are more visits than all capacities can
    take even where every region has the least that is expected. Of the same form as `shortfalls`.
    """
    from yaohao.planner.draw.crews.assignment import shortfalls

    if not inspectors or not seats or not visits:
        return []
    scale = _scale(visits)
    window = (plan.window[0].isoformat(), plan.window[1].isoformat())
    roster = _roster(inspectors, 1)
    unbound: list[RosterRow] = [
        {**row, "capacity": 0 if row["capacity"] == 0 else None} for row in roster
    ]
    problems = shortfalls(_visits(visits, seats, scale), unbound, window)
    if not problems:
        at_least = _visits(visits, seats, scale, at_least=True)
        room: list[RosterRow] = [
            {**row, "capacity": None if row["capacity"] is None else ceil(row["capacity"] / scale)}
            for row in roster
        ]
        problems = shortfalls(at_least, room, window) if at_least else []
    return [_scaled(problem, scale) for problem in problems]


def seat_warnings(
    plan: Plan, seats: Sequence[Seat], inspectors: Sequence[InspectorRow]
) -> list[Problem]:
    """The seats of one visit, anywhere, that too few inspectors can take."""
    from yaohao.planner.draw.crews.assignment import shortfalls

    if not inspectors:
        return []
    roster: list[RosterRow] = [{**row, "regions": [""]} for row in _roster(inspectors, 1)]
    window = (plan.window[0].isoformat(), plan.window[1].isoformat())
    return shortfalls([_visit("any", "", seats)], roster, window)


def _scale(visits: Mapping[str, int]) -> int:
    return max(ceil(sum(visits.values()) / PPM / MOST_VISITS), 1)


def _visits(
    visits: Mapping[str, int],
    seats: Sequence[Seat],
    scale: int,
    *,
    at_least: bool = False,
) -> list[CrewVisit]:
    """As many visits in each region as are expected, each for `scale`; rounded down `at_least`."""
    whole = floor if at_least else ceil
    return [
        _visit(f"{region or '-'}.{number}", region, seats)
        for region, expected in sorted(visits.items())
        for number in range(whole(expected / PPM / scale))
    ]


def _visit(name: str, region: str, seats: Sequence[Seat]) -> CrewVisit:
    entity = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in name)[-64:]
    return {
        "entity_id": entity,
        "standing": "pool",
        "region": region,
        "seats": list(seats),
    }


def _roster(inspectors: Sequence[InspectorRow], scale: int) -> list[RosterRow]:
    from yaohao.planner.draw.visits import roster_document

    return [
        {
            **row,
            "recused": [],
            "capacity": None if row["capacity"] is None else row["capacity"] // scale,
        }
        for row in roster_document(inspectors)
    ]


def _scaled(problem: Problem, scale: int) -> Problem:
    """A shortfall of visits that stand for several, told without their made-up names."""
    numbers = {name: problem.params[name] * scale for name in ("short", "seats", "visits")}
    params = {**problem.params, **numbers, "examples": problem.params["regions"]}
    return Problem(problem.code, params)
