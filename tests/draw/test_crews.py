"""Crews: their optimum, its certificate, the rules of who may go, and equal chances.

The oracle is networkx's network simplex in whole numbers of any size, on a network of its own make
(a node for every pair of visit and inspector), with both goals in a single cost.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations
from typing import Any

import networkx as nx
import pytest
from helpers.campaign import sizes, tried
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from scipy.stats import chisquare
from yaohao.planner.draw.crews import assignment, costs
from yaohao.planner.draw.crews import network as crew_network
from yaohao.planner.draw.crews.assignment import deal, shortfalls
from yaohao.planner.draw.crews.certificate import certificate_problems
from yaohao.planner.draw.crews.eligibility import eligible
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.messages import catalogue, say_problem

WINDOW = ("2027-01-11", "2027-03-31")
KEY = "00112233445566778899aabbccddeeff"
SOLVER_SETTINGS = [(16, 8), (1, 1)]
"""As set, and so small that every shortcut has to be taken back."""

Rows = list[Any]


def visit(name: str, *seats: tuple[str, str], region: str = "150502") -> Any:
    asked = [{"department": d, "qualification": q} for d, q in seats or (("market", ""),) * 2]
    return {"entity_id": name, "standing": "pool", "ticket": "", "region": region, "seats": asked}


def inspector(name: str, **changes: Any) -> Any:
    return {
        "inspector_id": name,
        "department": "market",
        "regions": ["1505"],
        "qualifications": [],
        "certificate_until": "2027-12-31",
        "capacity": None,
        "absent": [],
        "recused": [],
    } | changes


def hash_cost(key: str, entity_id: str, inspector_id: str) -> int:
    return int(sha(f"{key}|{entity_id}|{inspector_id}")[:10], 16)


def may_go(person: dict[str, Any], to: dict[str, Any]) -> bool:
    """The rules again, in plain words; whole absences are single intervals here."""
    return (
        any(to["region"].startswith(prefix) for prefix in person["regions"])
        and person["certificate_until"] >= WINDOW[1]
        and not any(a <= WINDOW[0] and b >= WINDOW[1] for a, b in person["absent"])
        and to["entity_id"] not in person["recused"]
    )


def may_sit(person: dict[str, Any], seat: dict[str, str]) -> bool:
    return person["department"] == seat["department"] and (
        not seat["qualification"] or seat["qualification"] in person["qualifications"]
    )


def network(visits: Rows, roster: Rows, key: str) -> tuple[nx.DiGraph, int]:
    """Every seat, every pair and every further visit of an inspector as nodes and arcs."""
    most = 1 << 60  # above any total of these small instances
    graph = nx.DiGraph()
    seats = 0
    for to in visits:
        for at, seat in enumerate(to["seats"]):
            seats += 1
            graph.add_node(("seat", to["entity_id"], at), demand=-1)
            for person in roster:
                if may_go(person, to) and may_sit(person, seat):
                    pair = (to["entity_id"], person["inspector_id"])
                    graph.add_edge(("seat", to["entity_id"], at), ("in", *pair), capacity=1)
                    cost = hash_cost(key, *pair)
                    graph.add_edge(("in", *pair), ("by", *pair), capacity=1, weight=cost)
                    graph.add_edge(("by", *pair), ("person", pair[1]), capacity=1)
    for person in roster:
        limit = len(visits) if person["capacity"] is None else person["capacity"]
        for load in range(1, min(limit, len(visits)) + 1):
            step = ("load", person["inspector_id"], load)
            name = ("person", person["inspector_id"])
            graph.add_edge(name, step, capacity=1, weight=(2 * load - 1) * most)
            graph.add_edge(step, "end", capacity=1)
    graph.add_node("end", demand=seats)
    return graph, seats


def oracle(visits: Rows, roster: Rows, key: str) -> list[tuple[str, list[str]]] | None:
    graph, _ = network(visits, roster, key)
    try:
        _, flow = nx.network_simplex(graph)
    except nx.NetworkXUnfeasible:
        return None
    sent = {(n[1], n[2]) for n in flow if n[0] == "in" and sum(flow[n].values())}
    return [
        (
            to["entity_id"],
            sorted(person for entity_id, person in sent if entity_id == to["entity_id"]),
        )
        for to in visits
    ]


def unfilled(visits: Rows, roster: Rows) -> int:
    graph, seats = network(visits, roster, KEY)
    for node, demand in list(graph.nodes(data="demand")):
        if demand == -1:
            graph.add_edge("start", node, capacity=1)
    graph.add_nodes_from(["start", "end"])
    return seats - int(nx.maximum_flow_value(graph, "start", "end"))


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Small rounds with several departments, qualifications, regions, and things that bar."""
    kinds = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["150502", "150581"]),
                st.lists(
                    st.tuples(
                        st.sampled_from(["market", "market", "fire"]),
                        st.sampled_from(["", "", "food", "drug"]),
                    ),
                    min_size=1,
                    max_size=4,
                ),
            ),
            min_size=1,
            max_size=3,
        )
    )
    names = [f"E{n}" for n in range(draw(st.integers(1, 6)))]
    visits = []
    for name in names:
        region, seats = draw(st.sampled_from(kinds))
        visits.append(visit(name, *seats, region=region))
    roster = [
        inspector(
            f"i{n:02d}",
            department=draw(st.sampled_from(["market", "market", "fire"])),
            regions=draw(st.sampled_from([["1505"], [""], ["150502"], ["150581"], []])),
            qualifications=draw(st.sampled_from([[], ["food"], ["drug", "food"], ["drug"]])),
            certificate_until=draw(st.sampled_from([*["2027-03-31"] * 6, "2027-03-30", ""])),
            capacity=draw(st.sampled_from([None, None, None, 3, 1, 0])),
            absent=draw(
                st.sampled_from([*[[]] * 6, [list(WINDOW)], [["2027-01-12", "2027-12-31"]]])
            ),
            recused=sorted(draw(st.sets(st.sampled_from(names), max_size=1))),
        )
        for n in range(draw(st.integers(3, 12)))
    ]
    return visits, roster


def checked(visits: Rows, roster: Rows, key: str, dealt: assignment.Crews) -> list[Problem]:
    return certificate_problems(
        visits,
        roster,
        WINDOW,
        key,
        dealt.crews,
        dealt.potentials,
        squares=dealt.squares,
        cost=dealt.cost,
    )


@pytest.fixture(params=SOLVER_SETTINGS)
def solver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    cheapest, near = request.param
    monkeypatch.setattr(assignment, "_CHEAPEST", cheapest)
    monkeypatch.setattr(crew_network, "_NEAR", near)


@pytest.mark.usefixtures("solver")
@tried(120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds(), st.integers(0, 1 << 30))
def test_the_deal_is_the_optimum_of_another_solver(case: tuple[Rows, Rows], number: int) -> None:
    visits, roster = case
    key = f"{number:032x}"
    expected = oracle(visits, roster, key)
    told = shortfalls(visits, roster, WINDOW)
    assert sum(problem.params["short"] for problem in told) == unfilled(visits, roster)
    if expected is None:
        with pytest.raises(PlannerError) as caught:
            deal(visits, roster, WINDOW, key)
        assert list(caught.value.problems) == told
        return
    dealt = deal(visits, roster, WINDOW, key)
    assert dealt.crews == expected
    loads = Counter(person for _, crew in expected for person in crew)
    assert dealt.loads == {p["inspector_id"]: loads[p["inspector_id"]] for p in roster}
    assert dealt.squares == sum(load * load for load in loads.values())
    assert dealt.cost == sum(hash_cost(key, e, i) for e, crew in expected for i in crew)
    assert checked(visits, roster, key, dealt) == []
    # The optimum of another key is a fair assignment, and not the one of this key.
    other = deal(visits, roster, WINDOW, f"{number + 1:032x}")
    if other.crews != dealt.crews:
        assert certificate_problems(visits, roster, WINDOW, key, other.crews, dealt.potentials)
        assert certificate_problems(visits, roster, WINDOW, key, other.crews, other.potentials)


def mixed_round(visits: int, inspectors: int, seed: int) -> tuple[Rows, Rows]:
    """Uneven regions, a qualification and recusals; every seat can be filled."""
    chance = random.Random(seed)
    regions = ["150502", "150502", "150502", "150581"]
    wanted = [
        visit(
            f"E{n:04d}",
            ("market", "food" if n % 3 == 0 else ""),
            ("market", ""),
            *([("fire", "")] if n % 5 == 0 else []),
            region=chance.choice(regions),
        )
        for n in range(visits)
    ]
    roster = [
        inspector(
            f"i{n:03d}",
            department="fire" if n % 6 == 5 else "market",
            regions=["1505"] if n % 4 == 0 or n % 6 == 5 else [chance.choice(regions)],
            qualifications=["food"] if n % 2 == 0 else [],
            capacity=visits // 4 if n % 7 == 3 else None,
            recused=sorted({f"E{chance.randrange(visits):04d}" for _ in range(2)}),
        )
        for n in range(inspectors)
    ]
    return wanted, roster


def test_shortcuts_do_not_change_the_deal(monkeypatch: pytest.MonkeyPatch) -> None:
    visits, roster = mixed_round(200, 30, 5)
    dealt = []
    for cheapest, near in [*SOLVER_SETTINGS, (10**6, 10**6)]:
        monkeypatch.setattr(assignment, "_CHEAPEST", cheapest)
        monkeypatch.setattr(crew_network, "_NEAR", near)
        dealt.append(deal(visits, roster, WINDOW, KEY))
    assert dealt[0] == dealt[1] == dealt[2]
    assert checked(visits, roster, KEY, dealt[0]) == []
    # Order of the documents is no matter but for the order of the answer.
    turned = deal(visits[::-1], roster[::-1], WINDOW, KEY)
    assert turned.crews[::-1] == dealt[0].crews
    assert turned.potentials == dealt[0].potentials


@pytest.mark.parametrize("held", [1, 400, 10**9])
def test_what_falls_apart_is_dealt_as_if_there_were_nothing_else(
    monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    """The optimum of independent parts is that of the whole, however many are held at once."""
    monkeypatch.setattr(costs, "_HELD_PAIRS", held)
    parts = []
    for number in range(5):
        visits, roster = mixed_round(12 + number, 9, number)
        region = f"15{number:02d}"
        for at, one in enumerate(visits):
            one["region"] = region + one["region"][4:]
            one["entity_id"] = f"{region}-{at:03d}-{one['entity_id']}"
        for one in roster:
            one["regions"] = [region + code[4:] for code in one["regions"]]
            one["inspector_id"] = f"{region}-{one['inspector_id']}"
            one["recused"] = []
        parts.append((visits, roster))
    visits = [one for part, _ in parts for one in part]
    roster = [one for _, part in parts for one in part]
    whole = deal(visits, roster, WINDOW, KEY)
    alone = [deal(*part, WINDOW, KEY) for part in parts]
    assert whole.crews == [crew for one in alone for crew in one.crews]
    assert whole.squares == sum(one.squares for one in alone)
    assert whole.cost == sum(one.cost for one in alone)
    assert whole.potentials == {k: v for one in alone for k, v in one.potentials.items()}
    assert checked(visits, roster, KEY, whole) == []


def test_every_exchange_and_every_chain_of_two_is_found_out() -> None:
    visits, roster = mixed_round(40, 14, 3)
    dealt = deal(visits, roster, WINDOW, KEY)
    people = {person["inspector_id"]: person for person in roster}
    chance = random.Random(0)
    changed_rounds = 0
    for _ in range(120):
        changed = [(e, list(crew)) for e, crew in dealt.crews]
        for at in chance.sample(range(len(visits)), chance.choice([1, 2])):
            crew = changed[at][1]
            leaving = chance.choice(crew)
            coming = chance.choice(
                [
                    name
                    for name, person in people.items()
                    if name not in crew
                    and person["department"] == people[leaving]["department"]
                    and (
                        set(person["qualifications"]) >= set(people[leaving]["qualifications"])
                        and may_go(person, visits[at])
                    )
                ]
                or [leaving]
            )
            crew[crew.index(leaving)] = coming
            crew.sort()
        if changed == dealt.crews:
            continue
        changed_rounds += 1
        problems = certificate_problems(visits, roster, WINDOW, KEY, changed, dealt.potentials)
        assert {p.code for p in problems} & {
            "crews.cheaper",
            "crews.load_price",
            "crews.over_capacity",
        }
    assert changed_rounds > 100


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda c, p: c.pop(), "crews.count"),
        (lambda c, p: c.reverse(), "crews.entry"),
        (lambda c, p: c[0][1].reverse(), "crews.entry"),
        (lambda c, p: c[0][1].append(c[0][1][-1]), "crews.entry"),
        (lambda c, p: c[0].append("x"), "crews.entry"),
        (lambda c, p: c[0].__setitem__(1, None), "crews.entry"),
        (lambda c, p: c[0][1].pop(), "crews.seats"),
        (lambda c, p: c[0].__setitem__(1, ["i1", "i2", "i3"]), "crews.seats"),
        (lambda c, p: c[0].__setitem__(1, ["i1", "nobody"]), "crews.not_eligible"),
        (lambda c, p: c[0].__setitem__(1, ["i1", "i9"]), "crews.not_eligible"),
        (lambda c, p: p.pop("i1"), "crews.potential"),
        (lambda c, p: p.update(i1=[1.0, 0]), "crews.potential"),
        (lambda c, p: p.update(i1=[1 << 70, 0]), "crews.potential"),
        (lambda c, p: p.update(i1=[99, 0]), "crews.load_price"),
        (lambda c, p: p.update(i1=[p["i1"][0], p["i1"][1] + (1 << 50)]), "crews.cheaper"),
    ],
)
def test_a_spoiled_record_is_named(spoil: Any, code: str) -> None:
    visits = [visit(f"E{n}") for n in range(6)]
    roster = [inspector(f"i{n}") for n in range(1, 5)] + [inspector("i9", certificate_until="")]
    dealt = deal(visits, roster, WINDOW, KEY)
    record, prices = [[e, list(c)] for e, c in dealt.crews], dict(dealt.potentials)
    assert certificate_problems(visits, roster, WINDOW, KEY, record, prices) == []
    spoil(record, prices)
    problems = certificate_problems(visits, roster, WINDOW, KEY, record, prices)
    assert code in {problem.code for problem in problems}
    for problem in problems:
        for language in ("zh", "en"):
            assert "{" not in say_problem(problem, language)


def test_recorded_sums_are_compared() -> None:
    visits, roster = [visit("E1")], [inspector(f"i{n}") for n in range(3)]
    dealt = deal(visits, roster, WINDOW, KEY)
    found = certificate_problems(
        visits, roster, WINDOW, KEY, dealt.crews, dealt.potentials, squares=3, cost=dealt.cost + 1
    )
    assert [problem.code for problem in found] == ["crews.squares", "crews.cost"]


def test_a_capacity_can_be_passed_by_nobody() -> None:
    visits = [visit(f"E{n}") for n in range(4)]
    roster = [inspector("a", capacity=1), *(inspector(n) for n in "bcd")]
    dealt = deal(visits, roster, WINDOW, KEY)
    assert dealt.loads["a"] == 1
    forged = [[e, ["a", "b"]] for e, _ in dealt.crews]
    codes = [
        p.code for p in certificate_problems(visits, roster, WINDOW, KEY, forged, dealt.potentials)
    ]
    assert codes == ["crews.over_capacity"]


@pytest.mark.parametrize(
    ("changes", "goes"),
    [
        ({}, True),
        ({"department": "fire"}, False),
        ({"department": "Market"}, False),
        ({"regions": ["150502"]}, True),
        ({"regions": ["15050200"]}, False),
        ({"regions": ["150581", "15"]}, True),
        ({"regions": [""]}, True),
        ({"regions": []}, False),
        ({"qualifications": ["drug"]}, False),
        ({"qualifications": ["drug", "food"]}, True),
        ({"certificate_until": "2027-03-31"}, True),
        ({"certificate_until": "2027-03-30"}, False),
        ({"certificate_until": ""}, False),
        ({"absent": [["2027-01-11", "2027-03-31"]]}, False),
        ({"absent": [["2026-01-01", "2028-03-31"]]}, False),
        ({"absent": [["2027-01-12", "2027-03-31"]]}, True),
        ({"absent": [["2027-01-11", "2027-03-30"]]}, True),
        ({"absent": [["2027-02-01", "2027-04-01"], ["2027-01-01", "2027-01-31"]]}, False),
        ({"absent": [["2027-01-01", "2027-01-31"], ["2027-02-02", "2027-04-01"]]}, True),
        ({"absent": [["2027-01-01", "2027-03-01"], ["2027-01-05", "2027-01-06"]]}, True),
        ({"recused": ["E"]}, False),
        ({"recused": ["E2", "e"]}, True),
        ({"capacity": 0}, False),
        ({"capacity": 1}, True),
    ],
)
def test_who_may_go(changes: dict[str, Any], goes: bool) -> None:
    person = inspector("a", **{"qualifications": ["food"], **changes})
    who = eligible([visit("E", ("market", "food"))], [person], WINDOW)
    assert who.pairs == int(goes)
    if goes:
        assert who.pools[0].inspectors.tolist() == [0]
    else:
        assert [
            p.params["short"]
            for p in shortfalls([visit("E", ("market", "food"))], [person], WINDOW)
        ] == [1]


def test_nobody_takes_two_seats_of_a_visit() -> None:
    both = inspector("a", qualifications=["drug", "food"])
    asked = visit("E", ("market", "drug"), ("market", "food"))
    told = shortfalls([asked], [both], WINDOW)
    assert [(p.code, p.params["short"]) for p in told] == [("crews.want_of_people", 1)]
    dealt = deal([asked], [both, inspector("b", qualifications=["food"])], WINDOW, KEY)
    assert dealt.crews == [("E", ["a", "b"])]


@pytest.mark.parametrize(
    ("roster", "code", "short"),
    [
        ([], "crews.want_of_people", 4),
        ([inspector("a")], "crews.want_of_people", 2),
        (
            [inspector("a"), inspector("b", certificate_until="2027-01-11")],
            "crews.want_of_people",
            2,
        ),
        ([inspector("a"), inspector("b", capacity=1)], "crews.want_of_capacity", 1),
        ([inspector("a"), inspector("b", recused=["E1"])], "crews.want_of_recusals", 1),
        ([inspector("a", capacity=1), inspector("b", recused=["E1"])], "crews.want_of_both", 2),
        ([inspector("a"), inspector("b", capacity=0)], "crews.want_of_capacity", 2),
    ],
)
def test_what_falls_short_is_told_before_any_commitment(
    roster: Rows, code: str, short: int
) -> None:
    visits = [visit("E1"), visit("E2")]
    told = shortfalls(visits, roster, WINDOW)
    assert {problem.code for problem in told} == {code}
    assert sum(problem.params["short"] for problem in told) == short
    assert told[0].params["regions"] == ["150502"]
    with pytest.raises(PlannerError, match="positions"):
        deal(visits, roster, WINDOW, KEY)


def test_a_shortfall_names_only_what_is_short() -> None:
    visits = [visit("A1"), visit("B1", ("market", "food"), ("market", ""), region="150581")]
    roster = [inspector(n) for n in "abc"] + [
        inspector("d", qualifications=["food"], certificate_until="2027-02-01"),
        inspector("e", qualifications=["food"], absent=[list(WINDOW)]),
    ]
    (problem,) = shortfalls(visits, roster, WINDOW)
    assert problem == Problem(
        "crews.want_of_people",
        {
            "asked": "market; 150581; food",
            "department": "market",
            "regions": ["150581"],
            "qualifications": ["food"],
            "short": 1,
            "seats": 1,
            "visits": 1,
            "examples": ["B1"],
            "inspectors": 0,
            "expired": 1,
            "absent": 1,
        },
    )


@pytest.mark.parametrize("batch", [1, 5, 10**6])
def test_both_ways_of_hashing_pairs_agree(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    visits = [visit(f"E{n}", region="150502" if n % 2 else "150581") for n in range(9)]
    roster = [inspector(f"人{n}", regions=["1505" if n else "150502"]) for n in range(4)]
    who = eligible(visits, roster, WINDOW)
    plain = list(costs.costs_of(who, range(len(who.pools)), KEY).values())
    monkeypatch.setattr(costs, "_ENGINE_PAIRS", 0)
    monkeypatch.setattr(costs, "_SMALL_POOL", 0)
    monkeypatch.setattr(costs, "_BATCH_PAIRS", batch)
    engine = list(costs.costs_of(who, range(len(who.pools)), KEY).values())
    for pool, one, two in zip(who.pools, plain, engine, strict=True):
        assert one.tolist() == two.tolist()
        assert one.tolist() == [
            [
                hash_cost(KEY, who.entity_ids[v], who.inspector_ids[i])
                for i in pool.inspectors.tolist()
            ]
            for v in pool.visits.tolist()
        ]


@pytest.mark.parametrize("rounds_dealt", sizes(1000, of=3))
def test_equal_inspectors_are_dealt_equally_often(rounds_dealt: int) -> None:
    visits, roster = [visit("E1"), visit("E2")], [inspector(n) for n in "abcde"]
    first: Counter[tuple[str, ...]] = Counter()
    idle: Counter[str] = Counter()
    for number in range(rounds_dealt):
        dealt = deal(visits, roster, WINDOW, sha(f"monte carlo {number}")[:32])
        first[tuple(dealt.crews[0][1])] += 1
        idle.update(name for name, load in dealt.loads.items() if not load)
    assert sum(idle.values()) == rounds_dealt  # four seats, five people, nobody twice
    assert chisquare([first[pair] for pair in combinations("abcde", 2)]).pvalue > 0.001
    assert chisquare([idle[name] for name in "abcde"]).pvalue > 0.001


@pytest.mark.parametrize(
    ("visits", "roster", "window", "code"),
    [
        ([{"entity_id": "E"}], [], WINDOW, "crews.document"),
        ([visit("E") | {"seats": [["market", ""]]}], [], WINDOW, "crews.document"),
        (["E"], [], WINDOW, "crews.document"),
        ([], [inspector("a", capacity=-1)], WINDOW, "crews.document"),
        ([], [inspector("a", capacity=True)], WINDOW, "crews.document"),
        ([], [inspector("a", regions=[1505])], WINDOW, "crews.document"),
        ([], [inspector("a", absent=[["2027-02-30", "2027-03-01"]])], WINDOW, "crews.document"),
        ([], [inspector("a", absent=["2027-02-03"])], WINDOW, "crews.document"),
        ([], [inspector("a"), inspector("a")], WINDOW, "crews.inspector_twice"),
        ([], [], ("2027-03-31", "2027-01-11"), "crews.window"),
        ([], [], ("2027-01-11",), "crews.window"),
        ([], [], ("soon", "later"), "crews.window"),
    ],
)
def test_other_documents_are_refused(visits: Any, roster: Any, window: Any, code: str) -> None:
    with pytest.raises(PlannerError) as caught:
        deal(visits, roster, window, KEY)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert "{" not in str(caught.value).replace(repr({}), "")


def test_nothing_to_deal() -> None:
    assert deal([], [], WINDOW, KEY).crews == []
    idle = deal([], [inspector("a")], WINDOW, KEY)
    assert (idle.loads, idle.squares, idle.cost) == ({"a": 0}, 0, 0)
    assert certificate_problems([], [inspector("a")], WINDOW, KEY, [], idle.potentials) == []
    bare = visit("E") | {"seats": []}
    assert deal([bare], [], WINDOW, KEY).crews == [("E", [])]


def test_words_are_there_in_both_languages() -> None:
    for name, words in catalogue("crews").items():
        assert set(words) == {"en", "zh"}, name
