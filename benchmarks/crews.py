"""How long crews take: 10,000 visits and 500 inspectors, all in, beside a peer in the same run.

Run as ``python -m benchmarks.crews``. Times are of one process, the slow libraries loaded once
before (their loading is printed too); "all in" is from the two documents to crews and certificate.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter
from typing import Any

from yaohao.planner.draw.crews.assignment import deal, eligible
from yaohao.planner.draw.crews.certificate import certificate_problems
from yaohao.planner.draw.crews.costs import costs_of

from benchmarks.ortools_flow import by_ortools

WINDOW = ("2027-01-11", "2027-03-31")
KEY = "00112233445566778899aabbccddeeff"


def make_round(
    visits: int, inspectors: int, regions: int, *, recused: int = 0
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Two seats a visit; each third visit asks for a qualification that each third person holds."""
    chance = random.Random(2027)
    wanted: list[dict[str, Any]] = [
        {
            "entity_id": f"91150502MA0N{n:06d}",
            "standing": "pool",
            "ticket": "",
            "region": f"1505{n % regions:02d}",
            "seats": [
                {"department": "market", "qualification": ""},
                {"department": "market", "qualification": "" if n % 3 else "food"},
            ],
        }
        for n in range(visits)
    ]
    roster = [
        {
            "inspector_id": f"insp-{n:04d}",
            "department": "market",
            "regions": [f"1505{n % regions:02d}"],
            "qualifications": [] if n // regions % 3 else ["food"],
            "certificate_until": "2027-12-31",
            "capacity": None,
            "absent": [],
            "recused": sorted(
                wanted[chance.randrange(visits)]["entity_id"] for _ in range(recused)
            ),
        }
        for n in range(inspectors)
    ]
    return wanted, roster


def timed(what: str, run: Callable[[], Any]) -> tuple[float, Any]:
    start = perf_counter()
    answer = run()
    seconds = perf_counter() - start
    print(f"{what:<68}{seconds:8.2f} s", flush=True)
    return seconds, answer


def load_libraries() -> None:
    import duckdb
    import highspy

    duckdb.connect().close()
    assert highspy.Highs


def peer(visits: list[dict[str, Any]], roster: list[dict[str, Any]]) -> tuple[int, int]:
    """Squares and cost by networkx's network simplex, from the same hash costs; one region."""
    import networkx as nx

    who = eligible(visits, roster, WINDOW)
    costs = costs_of(who, range(len(who.pools)), KEY).values()
    most = 1 << 60
    graph = nx.DiGraph()
    for pool, cost in zip(who.pools, costs, strict=True):
        for row, visit in enumerate(pool.visits.tolist()):
            for group, seats in enumerate(pool.seats):
                graph.add_node(("group", visit, group), demand=-seats)
            for column, person in enumerate(pool.inspectors.tolist()):
                weight = int(cost[row, column])
                graph.add_edge(("in", visit, person), ("person", person), capacity=1, weight=weight)
                for group in range(len(pool.seats)):
                    if pool.fits[column, group]:
                        graph.add_edge(("group", visit, group), ("in", visit, person))
    seats = 2 * len(visits)
    graph.add_node("end", demand=seats)
    ceiling = 2 * seats // len(roster) + 2
    for person in range(len(roster)):
        for load in range(1, ceiling + 1):
            step = ("load", person, load)
            graph.add_edge(("person", person), step, capacity=1, weight=(2 * load - 1) * most)
            graph.add_edge(step, "end", capacity=1)
    total = int(nx.network_simplex(graph)[0])
    return divmod(total, most)


def main() -> None:
    timed("loading HiGHS and DuckDB", load_libraries)
    ordinary = make_round(10_000, 500, 8)
    deal(*make_round(200, 40, 1), WINDOW, KEY)  # what is loaded and started once
    seconds, crews = timed(
        "deal 10,000 visits x 500 inspectors, 8 regions (goal 1.5 s, bound 3 s)",
        lambda: deal(*ordinary, WINDOW, KEY),
    )
    print("  within the bound" if seconds < 3 else "  OVER THE BOUND")
    with by_ortools():
        theirs, same = timed("the same by OR-Tools", lambda: deal(*ordinary, WINDOW, KEY))
    assert same == crews
    print(f"  same crews and prices; OR-Tools : deal = {theirs / seconds:.2f}")
    check, problems = timed(
        "its certificate checked, without a solver",
        lambda: certificate_problems(*ordinary, WINDOW, KEY, crews.crews, crews.potentials),
    )
    assert not problems
    print(f"  check : deal = {check / seconds:.2f}")
    recusals = make_round(10_000, 500, 8, recused=2)
    other, _ = timed("the same with 1,000 recusals", lambda: deal(*recusals, WINDOW, KEY))
    print(f"  : ordinary = {other / seconds:.2f}")
    whole = make_round(10_000, 500, 1)
    other, _ = timed("one region, all 5,000,000 pairs possible", lambda: deal(*whole, WINDOW, KEY))
    who = eligible(*whole, WINDOW)
    hashing, _ = timed(
        "  of which hashing the pairs", lambda: costs_of(who, range(len(who.pools)), KEY)
    )
    print(f"  : ordinary = {other / seconds:.2f}, hashing is {hashing / other:.0%} of it")
    small = make_round(200, 40, 1)
    own, crews = timed(
        "deal 200 visits x 40 inspectors, one region", lambda: deal(*small, WINDOW, KEY)
    )
    theirs, answer = timed("networkx network simplex, the same", lambda: peer(*small))
    assert answer == (crews.squares, crews.cost), (answer, crews.squares, crews.cost)
    print(f"  same squares and cost; networkx : deal = {theirs / own:.0f}")


if __name__ == "__main__":
    main()
