"""Whole counts where the bounds leave little: against listing, and against CP-SAT."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import pytest
from helpers.bounds_cases import MILLION, pools
from helpers.campaign import tried
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.frame.allocation.branch_and_bound import UndecidedError, whole_point
from yaohao.planner.frame.allocation.constraints import Bound, broken
from yaohao.planner.frame.allocation.exact_simplex import Tableau
from yaohao.planner.frame.allocation.integer_search import CellClasses, searched_counts
from yaohao.planner.frame.allocation.lattice_reduction import short_basis, whole_solutions
from yaohao.planner.frame.allocation.raking import closest, raked
from yaohao.planner.frame.cells import Cell
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say_problem


@st.composite
def small_systems(draw: st.DrawFn):
    width = draw(st.integers(1, 4))
    boxes = [
        (low, low + draw(st.integers(0, 4)))
        for low in draw(st.lists(st.integers(-2, 2), min_size=width, max_size=width))
    ]
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        line = draw(st.lists(st.integers(-4, 4), min_size=width, max_size=width))
        low = draw(st.integers(-6, 6))
        ends = draw(st.sampled_from([(low, None), (None, low), (low, low), (low, low + 2)]))
        lines.append((line, *ends))
    return lines, boxes


def keeps(lines, point: Sequence[int]) -> bool:
    for line, least, most in lines:
        value = sum(a * x for a, x in zip(line, point, strict=True))
        if (least is not None and value < least) or (most is not None and value > most):
            return False
    return True


@tried(300, of=3)
@given(small_systems())
def test_a_point_is_found_exactly_where_listing_finds_one(system) -> None:
    lines, boxes = system
    everything = product(*(range(low, high + 1) for low, high in boxes))
    found = whole_point(lines, boxes, 10_000)
    assert (found is not None) == any(keeps(lines, point) for point in everything)
    if found is not None:
        assert keeps(lines, found)
        assert all(low <= x <= high for x, (low, high) in zip(found, boxes, strict=True))


@tried(150, of=3)
@given(small_systems(), st.booleans())
def test_how_far_a_row_can_go(system, up: bool) -> None:
    from scipy.optimize import linprog

    lines, boxes = system
    width = len(boxes)
    tableau = Tableau([line for line, _, _ in lines], [ends for _, *ends in lines], boxes)
    if not lines or tableau.stuck() is not None:
        return
    sides = [([s * a for a in line], s * end)
             for line, least, most in lines
             for s, end in ((-1, least), (1, most)) if end is not None]  # fmt: skip
    for place, (line, _, _) in enumerate(lines):
        found = tableau.furthest(width + place, up=up)
        other = linprog(
            [-a if up else a for a in line],
            A_ub=[side for side, _ in sides],
            b_ub=[limit for _, limit in sides],
            bounds=boxes,
        )
        assert found is not None
        assert float(found) == pytest.approx(-other.fun if up else other.fun, abs=1e-6)
        assert tableau.stuck() is None


def test_gaps_that_no_halving_of_a_box_would_find() -> None:
    wide = [(0, 10**12)] * 2
    assert whole_point([([2, -2], 1, 1)], wide, 100) is None
    assert whole_point([([10**6, -(10**6) - 1], 1, 1)], [(0, 10**6 - 1)] * 2, 100) is None
    found = whole_point([([10**6, -(10**6) - 1], 1, 1)], wide, 100)
    assert found is not None
    assert found[0] * 10**6 - found[1] * (10**6 + 1) == 1


def test_the_end_of_the_work_is_told() -> None:
    with pytest.raises(UndecidedError):
        whole_point([([6, 10, 15], 1, 1)], [(-100, 100)] * 3, 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-9, 9), min_size=4, max_size=4), min_size=1, max_size=3))
def test_all_solutions_of_equations(lines: list[list[int]]) -> None:
    found = whole_solutions(lines, [sum(line) for line in lines], 4)
    assert found is not None  # (1, 1, 1, 1) is one
    start, basis = found
    for line in lines:
        assert sum(a * x for a, x in zip(line, start, strict=True)) == sum(line)
        assert all(sum(a * x for a, x in zip(line, v, strict=True)) == 0 for v in basis)
    # The difference to the known solution is a whole combination of the basis.
    gap = [1 - x for x in start]
    if not basis:
        assert gap == [0] * 4
        return
    assert whole_solutions([[v[k] for v in basis] for k in range(4)], gap, len(basis)) is not None
    short = short_basis(basis, basis)
    assert whole_solutions([[v[k] for v in short] for k in range(4)], gap, len(short)) is not None
    assert (
        min(sum(x * x for x in v) for v in short) <= min(sum(x * x for x in v) for v in basis) * 4
    )


@st.composite
def thin_plans(draw: st.DrawFn) -> tuple[list[Cell], list[Bound]]:
    """Bounds close around counts that nothing else is known of; some of them equations."""
    cells = draw(pools(7))
    aim = [draw(st.integers(1, cell.size * MILLION)) for cell in cells]
    bounds = []
    for number in range(draw(st.integers(2, 6))):
        members = tuple(sorted(draw(st.sets(st.sampled_from(range(len(cells))), min_size=1))))
        kind = draw(st.sampled_from(["count", "rate", "share_of_draw"]))
        here, width = sum(aim[i] for i in members), draw(st.sampled_from([0, 0, 1, 2]))
        pool = sum(cells[i].size for i in members)
        step = {"count": MILLION, "rate": pool, "share_of_draw": 1}[kind]
        least = here // step * step if kind != "share_of_draw" else here * MILLION // sum(aim)
        most = least + width * step
        if kind == "share_of_draw":
            most = min(most, MILLION)
        bounds.append(Bound(f"q[{number}]", members, least, most, kind))
    return cells, bounds


def second_opinion(cells: list[Cell], bounds: list[Bound]) -> bool | None:
    """Whether CP-SAT finds whole counts; None where it does not tell in time."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = [model.new_int_var(1, cell.size * MILLION, "") for cell in cells]
    for bound in bounds:
        here = sum(x[i] for i in bound.members)
        left = here * MILLION if bound.is_share else here
        for end, sign in ((bound.least, 1), (bound.most, -1)):
            limit = end * sum(x) if bound.is_share else end
            model.add(sign * (left - limit) >= 0)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 2
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return True
    return False if status == cp_model.INFEASIBLE else None


@tried(40, of=3)
@given(thin_plans())
def test_refused_exactly_where_there_are_no_whole_counts(plan) -> None:
    cells, bounds = plan
    try:
        found = raked(cells, bounds)
    except PlannerError as refused:
        assert refused.problems[0].code != "quota.unsettled"
        assert second_opinion(cells, bounds) is not True
        return
    assert not broken(bounds, found)
    assert all(1 <= x <= cell.size * MILLION for x, cell in zip(found, cells, strict=True))
    assert second_opinion(cells, bounds) is not False


def thirds(ends: tuple[int, int]) -> list[Bound]:
    """Each three of four cells have one inspection together: a third each, in real numbers."""
    return [
        Bound(f"quota[{k}]", three, ends[0] * MILLION, ends[1] * MILLION)
        for k, three in enumerate(combinations(range(4), 3))
    ]


def test_rules_that_only_thirds_would_keep_are_told_with_what_mends_them() -> None:
    cells = [Cell(f"c{i}", 5, 50_000) for i in range(4)]
    with pytest.raises(PlannerError) as refused:
        raked(cells, thirds((1, 1)))
    told = refused.value.problems
    assert told[0].code == "quota.no-whole"
    named = {(p.params["key"], "most" in p.code) for p in told[1:] if p.params.get("key")}
    assert len(named) == told[0].params["count"] >= 4
    for problem in told[1:]:
        assert problem.code in {"quota.least-count-drop", "quota.least-count", "quota.most-count"}
        assert say_problem(problem, "en") != say_problem(problem, "zh")
        mended = [
            bound
            if bound.place != problem.params["key"]
            else Bound(bound.place, bound.members, bound.least, problem.params["mend"] * MILLION)
            if "most" in problem.code
            else Bound(bound.place, bound.members, problem.params["mend"] * MILLION, bound.most)
            for bound in thirds((1, 1))
        ]
        assert not broken(mended, raked(cells, mended))
    assert not broken(thirds((1, 2)), raked(cells, thirds((1, 2))))


def test_many_classes_of_cells() -> None:
    """More unknowns than the lattice is used for; with and without the real counts to be near."""
    rng = random.Random(8)
    cells = [Cell(f"c{i:02d}", 30, 300_000 * rng.randint(1, 9)) for i in range(40)]
    aim = [rng.randint(1, 29) * MILLION for _ in cells]
    bounds = []
    for number in range(12):
        members = tuple(i for i in range(40) if rng.random() < 0.4)
        here = sum(aim[i] for i in members)
        bounds.append(Bound(f"quota[{number}]", members, here, here))
    share = sum(aim[:20]) * MILLION // sum(aim)
    bounds.append(Bound("share", tuple(range(20)), share, share + 1, "share_of_draw"))
    assert len(CellClasses(cells, bounds).boxes) == 40
    real = closest(cells, bounds)
    assert real is not None
    near = searched_counts(cells, bounds, real)
    assert near is not None
    assert not broken(bounds, near)
    assert np.abs(np.array(near) - real).max() <= 1_000
    far = searched_counts(cells, bounds, None)
    assert far is not None
    assert not broken(bounds, far)
