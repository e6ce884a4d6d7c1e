"""Whether crews are the optimum (draw protocol, "Crews"), by their prices and without a solver."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from yaohao.planner.draw.crews.costs import components_with_costs
from yaohao.planner.draw.crews.eligibility import (
    BoolArray,
    Eligibility,
    IntArray,
    RosterDocument,
    VisitClass,
    Window,
    eligible,
)
from yaohao.planner.draw.crews.exchange import (
    NO_EXCHANGE,
    Prices,
    Seating,
    compositions,
    fills,
    lower_exchanges,
    swaps,
    type_key,
)
from yaohao.planner.schema.visit import CrewVisit
from yaohao.planner.vocabulary.problems import Problem

_SHOWN = 20
"""Failures of one kind that are told; a forged record may have millions."""

_LARGEST = 1 << 60
"""Prices beyond it could overflow sums of 64 bits; costs have 40. Doubled, sums of four would
still fit."""


# Many parameters: the documents of a crew round, each read from a file of its own.
def certificate_problems(
    visits: Collection[CrewVisit],
    roster: RosterDocument,
    window: Window,
    key: str,
    crews: Collection[Any],
    potentials: Mapping[str, Any],
    *,
    squares: int | None = None,
    cost: int | None = None,
) -> list[Problem]:
    """What shows that `crews` are not the one right deal; empty where they are proved to be.

    `crews` is the list of [entity_id, [inspector ids]] in the order of the visits, `potentials` a
    price (square, cost) of every inspector of the roster; `squares` and `cost` are the recorded
    sums, compared where given. Raises PlannerError for documents of another form than the
    protocol's "Rounds: commit, then seed".

    With load l of inspector i, prices p compared square first, and c the hash cost, it holds that

    * every seat of every visit is filled by someone who may take it, within capacities;
    * p(i) >= (2 l - 1, 0) where l > 0, and p(i) <= (2 l + 1, 0) where l < the capacity;
    * p(i) + (0, c(v, i)) <= p(j) + (0, c(v, j)) for each visit v, each i of its crew, and each j
      not in it who could take the place of i with every seat still filled.

    By the last each crew has the least sum of prices and costs of all crews of its visit (exchange
    optimality of matroid bases), and by the second no other loads gain what they cost: together no
    assignment has less (squares, cost).
    """
    who = eligible(visits, roster, window)
    taken, problems = _seated(who, crews)
    problems += _misfilled(who, taken)
    loads = np.zeros(len(who.inspector_ids), np.int64)
    for pool, seated in zip(who.pools, taken, strict=True):
        loads[pool.inspectors] += seated.sum(axis=0)
    problems += [
        Problem(
            "crews.over_capacity",
            {
                "inspector": who.inspector_ids[at],
                "found": int(loads[at]),
                "expected": int(who.limits[at]),
            },
        )
        for at in np.flatnonzero(loads > who.limits).tolist()[:_SHOWN]
    ]
    prices, misformed = _read_prices(who, potentials)
    problems += misformed
    if problems:  # the rest is about crews that could be
        return problems
    total, cheaper = 0, []
    for component, costs in components_with_costs(who, key):
        own = [taken[at] for at in component]
        total += sum(int(c[seated].sum()) for c, seated in zip(costs, own, strict=True))
        cheaper += _cheaper(who, component, prices, costs, own)
    for name, actual, expected in (
        ("squares", squares, int((loads * loads).sum())),
        ("cost", cost, total),
    ):
        if actual is not None and actual != expected:
            problems.append(Problem(f"crews.{name}", {"found": actual, "expected": expected}))
    return problems + _misloaded(who, prices, loads) + cheaper


def _seated(who: Eligibility, crews: Collection[Any]) -> tuple[list[BoolArray], list[Problem]]:
    """The crews as (m, k) arrays a pool, and what in them is no seat anyone may take."""
    taken = [np.zeros((len(pool.visits), len(pool.inspectors)), bool) for pool in who.pools]
    if not isinstance(crews, Collection) or len(crews) != len(who.entity_ids):
        actual = len(crews) if isinstance(crews, Collection) else repr(crews)
        return taken, [Problem("crews.count", {"found": actual, "expected": len(who.entity_ids)})]
    number = {name: at for at, name in enumerate(who.inspector_ids)}
    rows = _Rows(who)
    columns = [
        {i: column for column, i in enumerate(pool.inspectors.tolist())} for pool in who.pools
    ]
    problems: list[Problem] = []
    for visit, (entity_id, entry) in enumerate(zip(who.entity_ids, crews, strict=True)):
        crew = _crew(entry, entity_id)
        if crew is None:
            problems.append(Problem("crews.entry", {"expected": entity_id, "found": repr(entry)}))
            continue
        for name in crew:
            for at, row in rows.of(visit):
                column = columns[at].get(number.get(name, -1))
                if column is not None:
                    taken[at][row, column] = True
                    break
            else:
                where = {"entity_id": entity_id, "inspector": name}
                problems.append(Problem("crews.not_eligible", where))
    return taken, problems[:_SHOWN]


class _Rows:
    """Where each visit stands: its pools in their order, and its row in each of them."""

    def __init__(self, who: Eligibility) -> None:
        sizes = [len(pool.visits) for pool in who.pools]
        visits = np.concatenate([np.empty(0, np.int64), *(pool.visits for pool in who.pools)])
        order = np.argsort(visits, kind="stable")
        self._pools = np.repeat(np.arange(len(sizes)), sizes)[order]
        self._rows = np.concatenate([np.empty(0, np.int64), *map(np.arange, sizes)])[order]
        self._starts = np.searchsorted(visits[order], np.arange(len(who.entity_ids) + 1))

    def of(self, visit: int) -> Iterator[tuple[int, int]]:
        """(pool, row) of a visit."""
        own = slice(*self._starts[visit : visit + 2].tolist())
        return zip(self._pools[own].tolist(), self._rows[own].tolist(), strict=True)


def _crew(entry: Any, entity_id: str) -> list[str] | None:
    """The inspector ids of an entry; None unless it is the entity's, ascending, nobody twice."""
    if not isinstance(entry, list | tuple) or len(entry) != 2 or entry[0] != entity_id:
        return None
    crew = entry[1]
    if not isinstance(crew, list | tuple) or not all(isinstance(name, str) for name in crew):
        return None
    return list(crew) if list(crew) == sorted(set(crew)) else None


def _misfilled(who: Eligibility, taken: list[BoolArray]) -> list[Problem]:
    problems = []
    for pool, seated in zip(who.pools, taken, strict=True):
        for crew, rows in compositions(pool, seated):
            if not fills(type_key(pool), pool.seats, crew):
                problems += [
                    Problem(
                        "crews.seats",
                        {
                            "entity_id": who.entity_ids[visit],
                            "asked": _asked(pool),
                            "expected": pool.size,
                            "found": sum(crew),
                        },
                    )
                    for visit in pool.visits[rows[:_SHOWN]].tolist()
                ]
    return problems[:_SHOWN]


def _asked(pool: VisitClass) -> str:
    """The seats of a pool in short: its department, and how many of each qualification."""
    wanted = zip(pool.qualifications, pool.seats, strict=True)
    return "; ".join(filter(None, [pool.department, *(f"{q} {n}" for q, n in wanted if q)]))


def _read_prices(who: Eligibility, potentials: Any) -> tuple[Prices, list[Problem]]:
    problems = []
    rows = []
    known = potentials if isinstance(potentials, Mapping) else {}
    for name in who.inspector_ids:
        price = known.get(name)
        if (
            isinstance(price, list | tuple)
            and len(price) == 2
            and all(type(part) is int and abs(part) < _LARGEST for part in price)
        ):
            rows.append(price)
        else:
            problems.append(Problem("crews.potential", {"inspector": name, "found": repr(price)}))
    if problems:
        rows = [(0, 0) for _ in who.inspector_ids]
    parts = np.array(rows, np.int64).reshape(-1, 2)
    return Prices(parts[:, 0], parts[:, 1]), problems[:_SHOWN]


def _misloaded(who: Eligibility, prices: Prices, loads: IntArray) -> list[Problem]:
    below, above = 2 * loads - 1, 2 * loads + 1
    square, cost = prices.squares, prices.costs
    low = (loads > 0) & ((square < below) | ((square == below) & (cost < 0)))
    high = (loads < who.limits) & ((square > above) | ((square == above) & (cost > 0)))
    return [
        Problem(
            "crews.load_price",
            {
                "inspector": who.inspector_ids[at],
                "load": int(loads[at]),
                "found": [int(square[at]), int(cost[at])],
                "expected": [int(below[at]), int(above[at])],
            },
        )
        for at in np.flatnonzero(low | high).tolist()[:_SHOWN]
    ]


def _cheaper(
    who: Eligibility,
    component: Sequence[int],
    prices: Prices,
    costs: Sequence[IntArray],
    taken: Sequence[BoolArray],
) -> list[Problem]:
    """Exchanges that would lower a price, each shown at the first visit where it would.

    `costs` and `taken` are those of the pools of the component.
    """
    pools = [who.pools[at] for at in component]
    people = np.unique(np.concatenate([pool.inspectors for pool in pools]))
    places = [np.searchsorted(people, pool.inspectors) for pool in pools]
    matrix = np.full((len(people), len(people)), NO_EXCHANGE)
    for at, (pool, place) in enumerate(zip(pools, places, strict=True)):
        lower_exchanges(matrix, Seating(pool, place, costs[at], taken[at]))
    square, cost = prices.squares[people], prices.costs[people]
    pays = (matrix < NO_EXCHANGE) & (
        (square[:, None] > square[None, :])
        | ((square[:, None] == square[None, :]) & (cost[:, None] - cost[None, :] > matrix))
    )
    problems = []
    for leaving, coming in np.argwhere(pays)[:_SHOWN].tolist():
        out, into = int(people[leaving]), int(people[coming])
        for at, (pool, place) in enumerate(zip(pools, places, strict=True)):
            exchange = _witness(Seating(pool, place, costs[at], taken[at]), out, into, prices)
            if exchange is not None:
                row, i, j = exchange
                problems.append(
                    Problem(
                        "crews.cheaper",
                        {
                            "entity_id": who.entity_ids[int(pool.visits[row])],
                            "inspector": who.inspector_ids[out],
                            "other": who.inspector_ids[into],
                            "found": [int(square[leaving]), int(cost[leaving] + costs[at][row, i])],
                            "expected": [
                                int(square[coming]),
                                int(cost[coming] + costs[at][row, j]),
                            ],
                        },
                    )
                )
                break
    return problems


def _witness(seating: Seating, out: int, into: int, prices: Prices) -> tuple[int, int, int] | None:
    """The first visit of a pool (row, columns of both) where `into` for `out` would be cheaper."""
    pool, costs, taken = seating.pool, seating.costs, seating.taken
    i, j = (int(np.searchsorted(pool.inspectors, person)) for person in (out, into))
    members = pool.inspectors.tolist()
    if members[i : i + 1] != [out] or members[j : j + 1] != [into]:
        return None
    pays = taken[:, i] & ~taken[:, j]
    if prices.squares[out] == prices.squares[into]:
        pays &= costs[:, i] + prices.costs[out] > costs[:, j] + prices.costs[into]
    able = np.zeros(len(taken), bool)
    for crew, rows in compositions(pool, taken):
        if crew[pool.type_of[i]] and swaps(pool, crew)[pool.type_of[i], pool.type_of[j]]:
            able[rows] = True
    rows = np.flatnonzero(pays & able)
    return (int(rows[0]), i, j) if len(rows) else None
