"""The raking against a general convex solver, its optimality conditions, and exact bounds."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from helpers.bounds_cases import MILLION, plans
from helpers.campaign import tried
from hypothesis import assume, example, given
from hypothesis import strategies as st
from yaohao.planner.frame.allocation.constraints import Bound, broken, outcome_bounds
from yaohao.planner.frame.allocation.raking import closest, raked
from yaohao.planner.frame.cells import Cell
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.reproducible_math import (
    exp,
    factor,
    gram,
    log,
    substitute,
)


def cells_of(*pairs: tuple[int, int]) -> list[Cell]:
    return [Cell(f"c{i:03d}", size, own) for i, (size, own) in enumerate(pairs)]


def general_solver(cells: list[Cell], bounds: list[Bound]) -> np.ndarray | None:
    """The same optimum by scipy's SLSQP, from the problem as the plan states it."""
    from scipy.optimize import minimize

    own = np.array([cell.expected for cell in cells]) / MILLION
    most = np.array([float(cell.size) for cell in cells])
    rows = []
    for bound in bounds:
        inside = np.zeros(len(cells))
        inside[list(bound.members)] = 1.0
        for end, sign in ((bound.least, 1.0), (bound.most, -1.0)):
            if end is None:
                continue
            value = end / MILLION
            line, limit = (inside - value, 0.0) if bound.is_share else (inside, value)
            scale = max(1e-9, float(np.abs(line) @ own))
            rows.append((sign * line / scale, sign * limit / scale))
    lines = np.array([line for line, _ in rows])
    limits = np.array([limit for _, limit in rows])
    weight = own / own.sum()
    found = minimize(
        lambda y: float(np.sum(weight * (y * np.log(y) - y + 1.0))),
        np.ones(len(cells)),
        jac=lambda y: weight * np.log(y),
        bounds=list(zip(1e-6 / own, most / own, strict=True)),
        constraints=[
            {
                "type": "ineq",
                "fun": lambda y: lines @ (y * own) - limits,
                "jac": lambda y: lines * own,
            }
        ],
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-16},
    )
    return found.x * own * MILLION if found.success else None


def divergence(counts: np.ndarray, own: np.ndarray) -> float:
    return float(np.sum(counts * np.log(counts / own) - counts + own))


def test_general_solver_agrees_on_moderate_plans() -> None:
    generator = np.random.default_rng(5)
    compared = 0
    for _ in range(60):
        count = int(generator.integers(3, 9))
        sizes = generator.integers(20, 400, count)
        cells = cells_of(*[(int(n), int(n * generator.integers(20_000, 300_000))) for n in sizes])
        aim = [cell.expected * float(generator.uniform(0.6, 1.6)) for cell in cells]
        bounds = []
        for number in range(4):
            members = tuple(np.flatnonzero(generator.random(count) < 0.5).tolist())
            here = sum(aim[i] for i in members)
            if number == 3:
                bounds.append(
                    Bound(
                        "d", members, most=int(here / sum(aim) * MILLION) + 1, kind="share_of_draw"
                    )
                )
            elif number % 2:
                bounds.append(Bound("l", members, least=int(here // MILLION) * MILLION))
            else:
                bounds.append(Bound("m", members, most=int(here // MILLION + 1) * MILLION))
        other = general_solver(cells, bounds)
        if other is None:
            continue
        compared += 1
        mine = closest(cells, bounds)
        assert mine is not None
        assert np.abs(mine / other - 1.0).max() < 1e-6
        whole = np.array(raked(cells, bounds))
        assert np.abs(whole - mine).max() <= 300
        assert np.abs(whole / other - 1.0).max() < 1e-4
    assert compared > 40


AT_ITS_END = (
    [Cell("c000", 1, MILLION), Cell("c001", 50_000, 5_000 * MILLION)],
    [Bound("quota[0]", (0,), 276, None, "share_of_draw")],
)
"""A share that allows the total below the real one alone, not the one above that is nearer."""
AT_ITS_CAP = (
    [Cell("c000", 1, MILLION), Cell("c001", 50_000, 5_000 * MILLION)],
    [
        Bound("quota[0]", (0,), 278, None, "share_of_draw"),
        Bound("quota[1]", (0, 1), None, 3_800 * MILLION),
    ],
)
"""A share that only a price above a thousand keeps: its cell is full, the other one gives way."""


@tried(80, of=3)
@example(AT_ITS_END)
@example(AT_ITS_CAP)
@given(plans())
def test_bounds_hold_exactly_and_the_optimum_is_one(plan: tuple[list[Cell], list[Bound]]) -> None:
    cells, bounds = plan
    own = [cell.expected for cell in cells]
    try:
        found = raked(cells, bounds)
    except PlannerError as refused:
        assert broken(bounds, own)
        assert refused.problems[0].code != "quota.no-whole"
        return
    assert not broken(bounds, found)
    assert all(1 <= count <= cell.size * MILLION for count, cell in zip(found, cells, strict=True))
    if not broken(bounds, own):
        assert found == own
        return
    real = closest(cells, bounds)
    assert real is not None
    # Within the room that narrow bounds leave, the whole counts lie next to the real ones.
    assert abs(sum(found) - real.sum()) <= 2100 + len(cells)
    # Nothing feasible is closer: along the way to the whole counts the divergence only grows.
    start = np.array(own, dtype=float)
    slope = float(np.log(real / start) @ (np.array(found) - real))
    assert slope >= -1e-6 * max(1.0, float(np.abs(np.log(real / start)) @ real)) - 1e-2


@tried(40, of=3)
@given(plans())
def test_factors_are_equal_under_equal_bounds(plan: tuple[list[Cell], list[Bound]]) -> None:
    cells, bounds = plan
    real = closest(cells, bounds)
    assume(real is not None)
    factors: dict[tuple[int, ...], list[float]] = {}
    for index, cell in enumerate(cells):
        under = tuple(k for k, bound in enumerate(bounds) if index in bound.members)
        if 1.001 < real[index] < cell.size * MILLION * (1 - 1e-9):
            factors.setdefault(under, []).append(real[index] / cell.expected)
    for group in factors.values():
        assert max(group) == pytest.approx(min(group), rel=1e-7)
    for index, cell in enumerate(cells):
        under = tuple(k for k, bound in enumerate(bounds) if index in bound.members)
        for factor_of in factors.get(under, [])[:1]:
            cut = min(max(cell.expected * factor_of, 1.0), cell.size * MILLION)
            assert real[index] == pytest.approx(cut, rel=1e-6, abs=1e-2)


def test_a_total_scales_every_rate_alike() -> None:
    cells = cells_of((1000, 10_000_000), (500, 50_000_000), (100, 30_000_000))
    total = Bound("limits.total", (0, 1, 2), most=30 * MILLION)
    assert raked(cells, [total]) == [3_333_333, 16_666_667, 10_000_000]


def test_a_least_is_reached_and_full_cells_pass_on() -> None:
    cells = cells_of((2, 1_000_000), (100, 1_000_000), (100, 5_000_000))
    least = Bound("quota[0].min", (0, 1), least=20 * MILLION)
    assert raked(cells, [least]) == [2_000_000, 18_000_000, 5_000_000]


def test_a_share_of_the_draw_is_of_what_comes_out() -> None:
    cells = cells_of((1000, 100_000_000), (1000, 100_000_000))
    found = raked(cells, [Bound("quota[0].max", (0,), most=50_000, kind="share_of_draw")])
    assert found[0] * 20 <= sum(found) < (found[0] + 1) * 20
    # The others grow a little: log a : log b = -0.95 : 0.05 for the two factors a and b.
    ratio = [count / 100_000_000 for count in found]
    assert ratio[0] ** 0.05 * ratio[1] ** 0.95 == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("share", [500_000, 333_333, 250_000, 123_456])
def test_an_exact_share_finds_a_total_that_it_divides(share: int) -> None:
    cells = cells_of((1000, 7_777_777), (1000, 9_999_998), (2000, 5_555_555))
    found = raked(cells, [Bound("q", (0, 2), share, share, "share_of_draw")])
    assert Fraction(found[0] + found[2], sum(found)) == Fraction(share, MILLION)


def test_two_way_margins_come_out_whole() -> None:
    """A table of 12 by 9 with every row and column sum given: all of them hold to the millionth."""
    generator = np.random.default_rng(3)
    places = list(product(range(12), range(9)))
    cells = cells_of(*[(5000, int(generator.integers(1, 10**8))) for _ in places])
    aim = generator.integers(1, 60, (12, 9))
    bounds = [
        Bound(f"row{r}", tuple(i for i, (a, _) in enumerate(places) if a == r), s, s)
        for r, s in enumerate((aim.sum(axis=1) * MILLION).tolist())
    ] + [
        Bound(f"column{c}", tuple(i for i, (_, b) in enumerate(places) if b == c), s, s)
        for c, s in enumerate((aim.sum(axis=0) * MILLION).tolist())
    ]
    found = raked(cells, bounds)
    assert not broken(bounds, found)
    real = closest(cells, bounds)
    assert real is not None
    assert np.abs(np.array(found) - real).max() < 3.0
    fitted = np.array([cell.expected for cell in cells], dtype=float).reshape(12, 9)
    for _ in range(2000):  # iterative proportional fitting, Deming and Stephan 1940
        fitted *= (aim.sum(axis=1) * MILLION / fitted.sum(axis=1))[:, None]
        fitted *= aim.sum(axis=0) * MILLION / fitted.sum(axis=0)
    assert real == pytest.approx(fitted.ravel(), rel=1e-6)


@tried(40)
@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_cells_moves_nothing_but_roundings(plan, random) -> None:
    cells, bounds = plan
    real = closest(cells, bounds)
    assume(real is not None)
    order = list(range(len(cells)))
    random.shuffle(order)
    where = {old: new for new, old in enumerate(order)}
    shuffled = [
        Bound(b.place, tuple(where[i] for i in b.members), b.least, b.most, b.kind) for b in bounds
    ]
    other = closest([cells[i] for i in order], shuffled)
    assert other is not None
    assert other[[where[i] for i in range(len(cells))]] == pytest.approx(real, rel=1e-6, abs=1e-2)


SCRIPT = """
import random, hashlib
from yaohao.planner.frame.allocation.constraints import Bound
from yaohao.planner.frame.cells import Cell
from yaohao.planner.frame.allocation.raking import raked
rng = random.Random(11)
sizes = [rng.randint(1, 900) for _ in range(300)]
cells = [Cell(f"c{i:03d}", n, n * rng.choice([10000, 30000, 100000])) for i, n in enumerate(sizes)]
aim = [min(c.size * 10**6, int(c.expected * rng.uniform(0.5, 1.8))) for c in cells]
bounds = []
for k in range(30):
    members = tuple(i for i in range(300) if rng.random() < 0.2)
    here = sum(aim[i] for i in members)
    if k % 3:
        bounds.append(Bound(f"q{k}", members, here // 10**6 * 10**6, (here // 10**6 + 1) * 10**6))
    else:
        share = here * 10**6 // sum(aim)
        bounds.append(Bound(f"q{k}", members, share - 50, share + 50, "share_of_draw"))
print(hashlib.sha256(repr(raked(cells, bounds)).encode()).hexdigest())
"""

PINNED = "27b5afe5c185d8c43b8111f1c1abb821387a5530d28e6839fabdfe9b6a4ee420"


def test_the_result_is_pinned_on_any_machine() -> None:
    """Whatever the hash seed, and whichever instructions numpy and its BLAS may use."""
    found = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", SCRIPT],
            env={"PATH": "", **environment},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for environment in (
            {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "2"},
            {"PYTHONHASHSEED": "4711", "OPENBLAS_CORETYPE": "Prescott"},
            {"PYTHONHASHSEED": "1", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX"},
        )
    }
    assert found == {PINNED}


def test_elementary_functions() -> None:
    values = np.concatenate([np.linspace(-30, 30, 4001), [0.0, 1e-12, -1e-300]])
    assert exp(values) == pytest.approx(np.exp(values), rel=4e-16)
    assert exp(np.array([0.0]))[0] == 1.0
    positive = np.exp(values)
    assert log(positive) == pytest.approx(np.log(positive), rel=4e-16, abs=1e-300)
    assert log(np.array([1.0]))[0] == 0.0


@tried(40)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_linear_algebra(size: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    member = (generator.random((size, 40)) < 0.4).astype(float)
    weights = generator.random(40) * 10.0 ** generator.integers(-6, 12)
    assert gram(member, weights) == pytest.approx(member @ np.diag(weights) @ member.T, rel=1e-9)
    order = generator.permutation(40)
    assert (gram(member[:, order], weights[order]) == gram(member, weights)).all()
    matrix = member @ member.T + np.eye(size)
    right = generator.standard_normal(size)
    assert substitute(factor(matrix), right) == pytest.approx(
        np.linalg.solve(matrix, right), rel=1e-9
    )


def test_outcome_bounds() -> None:
    bounds = [
        Bound("quota[0]", (0,), 2 * MILLION, 5 * MILLION),
        Bound("quota[1].max", (1,), most=50_000, kind="share_of_draw"),
        Bound("rates.region.1505.min", (0, 1), least=1234, kind="rate"),
    ]
    found = outcome_bounds(bounds, [4_000_000, 206_250])
    assert [(b.place, b.least, b.most) for b in found] == [
        ("quota[0]", 2, 5),
        ("quota[1].max", None, 1),
    ]


def test_a_count_is_whole() -> None:
    with pytest.raises(ValueError, match=r"quota\[0\]"):
        Bound("quota[0]", (0,), least=1_500_000)
    with pytest.raises(ValueError, match="twice"):
        Bound("quota[0]", (0, 0), least=MILLION)
