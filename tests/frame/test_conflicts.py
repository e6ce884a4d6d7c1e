"""Conflicts against a second solver: truly one, each rule needed, each mend the smallest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from helpers.bounds_cases import MILLION, plans
from helpers.campaign import tried
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from yaohao.planner.frame.allocation.constraints import Bound
from yaohao.planner.frame.allocation.exact_simplex import stuck_rows
from yaohao.planner.frame.allocation.infeasibility import (
    ConflictingRule,
    irreducible_subset,
    problems,
    refusal,
)
from yaohao.planner.frame.allocation.raking import raked
from yaohao.planner.frame.cells import Cell
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import catalogue, say_problem
from yaohao.planner.wording.template import parameters, parse


def cells_of(*sizes: int) -> list[Cell]:
    return [Cell(f"c{i}", size, size * 10_000) for i, size in enumerate(sizes)]


def slack(cells: Sequence[Cell], bounds: Sequence[Bound]) -> float:
    """The largest room, relative to each bound, that all bounds can have at once; by scipy.

    Above 0: feasible with room; below 0: infeasible. Counts are scaled by the pool so that the
    solver's tolerance means the same for all.
    """
    from scipy.optimize import linprog

    lines, limits = [], []
    for bound in bounds:
        inside = np.zeros(len(cells))
        inside[list(bound.members)] = 1.0
        for end, sign in ((bound.least, -1.0), (bound.most, 1.0)):
            if end is None:
                continue
            value = end / MILLION
            line, limit = (inside - value, 0.0) if bound.is_share else (inside, value)
            lines.append([*(sign * line), 1.0])
            limits.append(sign * limit)
    sizes = [cell.size for cell in cells]
    found = linprog(
        [*([0.0] * len(cells)), -1.0],
        A_ub=np.array(lines),
        b_ub=np.array(limits),
        bounds=[*[(1e-6, float(size)) for size in sizes], (None, 1.0)],
        method="highs",
    )
    assert found.status == 0
    return float(-found.fun)


def ends(bounds: Sequence[Bound]) -> dict[tuple[str, bool], Bound]:
    """Each end of each bound as a bound of its own."""
    found = {}
    for bound in bounds:
        if bound.least is not None:
            found[bound.place, False] = replace(bound, most=None)
        if bound.most is not None:
            found[bound.place, True] = replace(bound, least=None)
    return found


def with_value(bound: Bound, rule: ConflictingRule, value: int) -> Bound:
    step = MILLION if rule.kind == "count" else 1 if bound.is_share else rule.pool
    return replace(bound, most=value * step) if rule.is_most else replace(bound, least=value * step)


NEAR = 2e-6  # what the second solver in floating point can tell from nothing


@tried(70, of=3)
@given(plans())
def test_a_second_solver_confirms_every_conflict(plan: tuple[list[Cell], list[Bound]]) -> None:
    cells, bounds = plan
    found = irreducible_subset(cells, bounds)
    if found is None:
        assert slack(cells, bounds) > -NEAR
        raked(cells, bounds)
        return
    single = ends(bounds)
    core = [single[rule.place, rule.is_most] for rule in found.rules]
    assert slack(cells, core) < NEAR
    with pytest.raises(PlannerError):
        raked(cells, core)
    for place, rule in enumerate(found.rules):
        others = core[:place] + core[place + 1 :]
        if others:
            assert slack(cells, others) > -NEAR
        assert irreducible_subset(cells, others) is None
        mended = [*core]
        mended[place] = with_value(core[place], rule, rule.mend)
        assert slack(cells, mended) > -NEAR
        assert irreducible_subset(cells, mended) is None
        mended[place] = with_value(core[place], rule, rule.mend + (-1 if rule.is_most else 1))
        assert slack(cells, mended) < NEAR
        assert irreducible_subset(cells, mended) is not None


HARDLY_BROKEN = (
    [Cell("c000", 1, 1)],
    [
        Bound("quota[0]", (0,), None, 901_000, "share_of_draw"),
        Bound("quota[1]", (0,), 0, None),
        Bound("quota[2]", (0,), None, 0),
    ],
)
"""A share of a draw of one millionth of an inspection: floats see no break."""


@settings(max_examples=40, deadline=None)
@example(HARDLY_BROKEN)
@given(plans())
def test_enough_means_that_the_plan_then_works(plan: tuple[list[Cell], list[Bound]]) -> None:
    cells, bounds = plan
    found = irreducible_subset(cells, bounds)
    assume(found is not None)
    for rule in found.rules:
        mended = [
            bound if bound.place != rule.place else with_value(bound, rule, rule.mend)
            for bound in bounds
        ]
        if rule.is_enough:
            raked(cells, mended)
        else:
            assert irreducible_subset(cells, mended) is not None


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_exact_feasibility(rows: int, columns: int, data: st.DataObject) -> None:
    from scipy.optimize import linprog

    small = st.integers(-3, 3)
    table = [[data.draw(small) for _ in range(columns)] for _ in range(rows)]
    boxes = [
        (low, low + data.draw(st.integers(0, 4)))
        for low in data.draw(st.lists(st.integers(0, 3), min_size=columns, max_size=columns))
    ]
    sides = []
    for _ in range(rows):
        low = data.draw(st.integers(-8, 8))
        sides.append(
            data.draw(st.sampled_from([(low, None), (None, low), (low, low), (low, low + 2)]))
        )

    def feasible(chosen: Sequence[tuple[int, bool]]) -> bool:
        lines, limits = [], []
        for row, is_upper in chosen:
            end = sides[row][1 if is_upper else 0]
            sign = 1 if is_upper else -1
            lines.append([sign * value for value in table[row]])
            limits.append(sign * end)
        found = linprog([0.0] * columns, A_ub=lines or None, b_ub=limits or None, bounds=boxes)
        return found.status == 0

    everything = [
        (row, is_upper)
        for row in range(rows)
        for is_upper in (False, True)
        if sides[row][1 if is_upper else 0] is not None
    ]
    stuck = stuck_rows(table, sides, boxes)
    assert (stuck is None) == feasible(everything)
    if stuck is not None:
        assert len(set(stuck)) == len(stuck)
        assert not feasible(stuck)


def test_too_few_in_the_pool() -> None:
    bound = Bound("quota[0].min", (1,), least=20 * MILLION)
    with pytest.raises(PlannerError) as refused:
        raked(cells_of(1000, 7), [bound])
    (problem,) = refused.value.problems
    assert problem.code == "quota.too-few"
    assert "the rule asks for 20, but only 7 are in the pool" in say_problem(problem, "en")
    assert "仅有 7 户" in say_problem(problem, "zh")


def test_quotas_against_the_total() -> None:
    cells = cells_of(1000, 800, 600)
    bounds = [
        Bound("limits.total", (0, 1, 2), most=100 * MILLION),
        Bound("quota[0].min", (0,), least=60 * MILLION),
        Bound("quota[1].min", (1,), least=50 * MILLION),
        Bound("quota[2].min", (2,), least=1 * MILLION),
        Bound("quota[3].max", (2,), most=500 * MILLION),
    ]
    found = irreducible_subset(cells, bounds)
    assert found is not None
    # With the millionths that keep everybody's chance above 0, a total of 110 is not enough.
    assert [(r.place, r.asked, r.mend, r.is_enough) for r in found.rules] == [
        ("limits.total", 100, 111, True),
        ("quota[0].min", 60, 49, True),
        ("quota[1].min", 50, 39, True),
    ]


def test_shares_of_the_draw_above_the_whole() -> None:
    cells = cells_of(100, 100, 100)
    bounds = [
        Bound("quota[0].min", (0,), least=700_000, kind="share_of_draw"),
        Bound("quota[1].min", (1,), least=300_001, kind="share_of_draw"),
    ]
    found = irreducible_subset(cells, bounds)
    assert found is not None
    # The third cell keeps a millionth at least, of 200 inspections at most: its share is above 0.
    assert [(r.asked, r.mend) for r in found.rules] == [(700_000, 699_998), (300_001, 299_999)]
    words = [say_problem(problem, "en") for problem in problems(found)]
    assert (
        "2 rules of the plan cannot be satisfied together: quota[0].min, quota[1].min" in words[0]
    )
    assert "at least 70% of the draw" in words[1]
    assert "change it to 69.9998%" in words[1]


def test_a_rate_against_a_count() -> None:
    cells = cells_of(1000, 1000)
    bounds = [
        Bound("rates.region.150581.min", (0,), least=30_000 * 1000, kind="rate"),
        Bound("quota[0].max", (0, 1), most=20 * MILLION),
    ]
    found = irreducible_subset(cells, bounds)
    assert found is not None
    rate, count = found.rules
    assert (rate.asked, rate.mend, rate.is_enough) == (30_000, 19_999, True)
    assert (count.asked, count.mend, count.is_enough) == (20, 31, True)
    told = [say_problem(problem, "en") for problem in refusal(found).problems]
    assert "at least 3% of the group's 1000 in the pool; change it to 1.9999%" in told[1]


def test_two_conflicts_at_once_are_told() -> None:
    cells = cells_of(5, 9)
    bounds = [
        Bound("quota[0].min", (0,), least=6 * MILLION),
        Bound("quota[1].min", (1,), least=10 * MILLION),
    ]
    found = irreducible_subset(cells, bounds)
    assert found is not None
    assert [problem.code for problem in problems(found)] == ["quota.too-few", "quota.others-too"]


@pytest.mark.parametrize(
    ("bound", "code"),
    [
        (Bound("quota[0].min", (), least=MILLION), "quota.empty-group"),
        (Bound("quota[0].max", (0,), most=0), "quota.no-chance"),
        (Bound("quota[0].max", (0,), most=0, kind="share_of_draw"), "quota.no-chance"),
        (Bound("quota[0].min", (0,), least=MILLION, kind="share_of_draw"), "quota.least-share"),
    ],
)
def test_one_rule_alone(bound: Bound, code: str) -> None:
    with pytest.raises(PlannerError) as refused:
        raked(cells_of(50, 50), [bound])
    assert [problem.code for problem in refused.value.problems] == [code]


def test_every_problem_has_words_and_fills_them() -> None:
    params = {"key", "asked", "mend", "pool", "count", "places"}
    for name, entry in catalogue("quota").items():
        fields = [set(parameters(parse(entry[lang]))) for lang in ("zh", "en")]
        assert fields[0] == fields[1] <= params, name


def test_a_conflict_among_thousands_of_cells_is_found_soon() -> None:
    generator = np.random.default_rng(1)
    cells = cells_of(*generator.integers(1, 500, 3000).tolist())
    bounds = [
        Bound(
            f"quota[{k}].max",
            tuple(np.flatnonzero(generator.random(3000) < 0.1).tolist()),
            most=int(generator.integers(3000, 9000)) * MILLION,
        )
        for k in range(60)
    ]
    bounds.append(Bound("quota[60].min", bounds[7].members, least=bounds[7].most + MILLION))
    found = irreducible_subset(cells, bounds)
    assert found is not None
    assert [rule.place for rule in found.rules] == ["quota[7].max", "quota[60].min"]
