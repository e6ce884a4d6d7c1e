"""The lottery table: its four properties in exact arithmetic, and tables that others published."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from helpers.campaign import tried
from helpers.lottery_oracle import generic_cells
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.margins import Margin, margins_of
from yaohao.planner.draw.lottery.picked_outcome import pick_outcome
from yaohao.planner.draw.lottery.property_check import lottery_problems
from yaohao.planner.schema.lottery import Lottery, Weighted

MILLION = 1_000_000
Cells = list[tuple[str, int, int]]


def table(cells: Cells, strata: list[str], quotas: tuple[Margin, ...] = ()) -> Lottery:
    cells = sorted(cells, key=lambda cell: cell[0].encode())
    return build_lottery(cells, margins_of([name for name, _, _ in cells], strata), quotas)


def plain_check(lottery: Lottery, strata: list[str]) -> None:
    """Properties 1, 2 and 4 with Fractions, written from the protocol alone."""
    cells, outcomes = lottery["cells"], lottery["outcomes"]
    assert sum(outcome["weight"] for outcome in outcomes) == MILLION
    assert all(outcome["weight"] > 0 for outcome in outcomes)
    groups: dict[tuple[str, str], list[int]] = {("", ""): list(range(len(cells)))}
    for place, cell in enumerate(cells):
        for stratum, code in zip(strata, cell["cell"].split("/"), strict=True):
            groups.setdefault((stratum, code), []).append(place)
        x = Fraction(cell["expected"], MILLION)
        counts = [outcome["counts"][place] for outcome in outcomes]
        mean = sum(Fraction(o["weight"], MILLION) * o["counts"][place] for o in outcomes)
        assert mean == x
        assert set(counts) <= {x.__floor__(), x.__ceil__()}
    room = {(w["margin"]["stratum"], w["margin"]["code"]): w["by"] for w in lottery["widened"]}
    for key, members in groups.items():
        x = Fraction(sum(cells[place]["expected"] for place in members), MILLION)
        below, above = room.get(key, (0, 0))
        for outcome in outcomes:
            count = sum(outcome["counts"][place] for place in members)
            assert x.__floor__() - below <= count <= x.__ceil__() + above


@st.composite
def random_tables(draw: st.DrawFn) -> tuple[Cells, list[str]]:
    dims = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    unit = draw(st.sampled_from([1, 10, 10_000, 250_000, 500_000]))
    names = ["/".join(map(str, codes)) for codes in itertools.product(*map(range, dims))]
    kept = draw(st.lists(st.sampled_from(names), min_size=1, max_size=24, unique=True))
    cells = []
    for name in kept:
        size = draw(st.integers(1, 9))
        cells.append((name, size, draw(st.integers(1, size * MILLION // unit)) * unit))
    return cells, [f"s{place}" for place in range(len(dims))]


@tried(80)
@given(random_tables())
def test_all_properties_hold(drawn: tuple[Cells, list[str]]) -> None:
    cells, strata = drawn
    lottery = table(cells, strata)
    plain_check(lottery, strata)
    assert lottery_problems(lottery, strata) == []
    if len(strata) <= 2:
        assert lottery["widened"] == []


def needs_widening(cells: Cells, strata: list[str]) -> bool:
    """Whether the expectation lies outside the hull of all roundings that keep every margin."""
    parts = [divmod(x, MILLION)[1] for _, _, x in cells]
    margins = margins_of([name for name, _, _ in cells], strata)
    roundings = itertools.product(*[(0, 1) if part else (0,) for part in parts])
    points = [
        point
        for point in roundings
        if all(
            sum(parts[m] for m in margin.members) // MILLION
            <= sum(point[m] for m in margin.members)
            <= -(-sum(parts[m] for m in margin.members) // MILLION)
            for margin in margins
        )
    ]
    if not points:
        return True
    matrix = np.vstack([np.array(points, float).T, np.ones(len(points))])
    right = np.array([part / MILLION for part in parts] + [1.0])
    return not linprog(np.zeros(len(points)), A_eq=matrix, b_eq=right).success


@tried(60)
@given(st.data())
def test_widened_only_where_it_must_be(data: st.DataObject) -> None:
    names = ["/".join(codes) for codes in itertools.product("01", repeat=3)]
    kept = sorted(data.draw(st.lists(st.sampled_from(names), min_size=2, unique=True)))
    halves = st.sampled_from([250_000, 333_333, 500_000, 750_000])
    cells = [(name, 1, data.draw(halves)) for name in kept]
    strata = ["a", "b", "c"]
    lottery = table(cells, strata)
    plain_check(lottery, strata)
    assert bool(lottery["widened"]) == needs_widening(cells, strata)


def test_four_cells_that_cannot_keep_all_margins() -> None:
    cells = [(name, 1, 500_000) for name in ("0/0/0", "0/1/1", "1/0/1", "1/1/0")]
    lottery = table(cells, ["a", "b", "c"])
    plain_check(lottery, ["a", "b", "c"])
    assert sum(sum(entry["by"]) for entry in lottery["widened"]) >= 1
    assert all(max(entry["by"]) == 1 for entry in lottery["widened"])


def test_thirds_give_the_six_permutations() -> None:
    # Thirds are no whole millionths, so the last of each row and column takes what is missing.
    thirds = [[333_333, 333_333, 333_334], [333_333, 333_334, 333_333], [333_334, 333_333, 333_333]]
    cells = [(f"{r}/{c}", 1, thirds[r][c]) for r in range(3) for c in range(3)]
    lottery = table(cells, ["row", "column"])
    plain_check(lottery, ["row", "column"])
    found = {tuple(outcome["counts"]) for outcome in lottery["outcomes"]}
    permutations = {
        tuple(int(order[r] == c) for r in range(3) for c in range(3))
        for order in itertools.permutations(range(3))
    }
    assert found == permutations


def test_the_three_by_five_table_of_small_count_rounding() -> None:
    # The vignette of the R package SmallCountRounding, base 5.
    rows = [[6, 0, 1, 3, 4], [1, 2, 3, 1, 2], [0, 1, 1, 0, 2]]
    cells = [
        (f"{r}/{c}", 10, value * 200_000)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if value
    ]
    lottery = table(cells, ["row", "column"])
    plain_check(lottery, ["row", "column"])
    assert lottery["widened"] == []


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ([], [()]),
        ([("A", 5, 2_000_000)], [(2,)]),
        ([("A", 1, 1)], [(0,), (1,)]),
        ([("A", 3, 3_000_000), ("B", 2, 1_000_000)], [(3, 1)]),
    ],
)
def test_small_tables(cells: Cells, counts: list[tuple[int, ...]]) -> None:
    lottery = table(cells, ["s"])
    assert sorted(tuple(outcome["counts"]) for outcome in lottery["outcomes"]) == counts
    plain_check(lottery, ["s"])


def test_no_two_cells_are_tied_without_need() -> None:
    cells = [(f"{n:02d}", 100, 500_000 + 1000 * n) for n in range(30)]
    lottery = table(cells, [])
    counts = np.array([outcome["counts"] for outcome in lottery["outcomes"]], float)
    weights = np.array([outcome["weight"] for outcome in lottery["outcomes"]], float)
    covariance = np.cov(counts.T, aweights=weights)
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)
    assert np.abs(correlation - np.eye(30)).max() < 0.6


def test_a_quota_holds_in_every_outcome() -> None:
    cells = [(f"{t}/{r}", 20, 1_300_000) for t in "AB" for r in "123"]
    quota = Margin("rule", "quota[1].min", (0, 1, 3), least=3, most=4)
    lottery = table(cells, ["tier", "region"], (quota,))
    for outcome in lottery["outcomes"]:
        assert 3 <= sum(outcome["counts"][place] for place in quota.members) <= 4
    assert lottery_problems(lottery, ["tier", "region"], (quota,)) == []
    broken = {**lottery, "outcomes": [{**lottery["outcomes"][0], "weight": MILLION}]}
    assert lottery_problems(broken, ["tier", "region"], (quota,))


def test_640_cells_of_three_crossing_strata() -> None:
    lottery = table(generic_cells(4, 8, 20), ["tier", "region", "industry"])
    assert lottery_problems(lottery, ["tier", "region", "industry"]) == []
    assert lottery["widened"] == []


@pytest.mark.campaign
def test_5000_cells_of_three_crossing_strata() -> None:
    lottery = table(generic_cells(8, 25, 25), ["tier", "region", "industry"])
    assert lottery_problems(lottery, ["tier", "region", "industry"]) == []


def test_outcome_is_picked_by_the_key() -> None:
    outcomes: list[Weighted] = [{"weight": 550_000}, {"weight": 450_000}]
    key = "00112233445566778899aabbccddeeff"
    u = int("63bc3dfd17b5b4151185867a77d03f8370f903d24e739a3be61dc5ec32629d8f", 16)
    assert pick_outcome(key, outcomes) == int(u * MILLION >= 550_000 << 256)
