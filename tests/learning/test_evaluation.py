"""Effects of being drawn, of trials, and where no lot decided: planted, found, and not invented."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from yaohao.planner.learning.comparisons import at_limit, difference_in_differences, yearly_means
from yaohao.planner.learning.evaluation import drawn_effect, visited_effect
from yaohao.planner.learning.trial import (
    Arm,
    analysed,
    analysis_digest,
    arm_sizes,
    assigned,
    check_arms,
    smallest_effect,
)
from yaohao.planner.vocabulary.problems import PlannerError

CELL = np.repeat(np.arange(6), [400, 300, 200, 60, 30, 10])
VISITS = np.array([20, 30, 40, 12, 10, 1])


def lot(rng: np.random.Generator, rounds: int = 1) -> np.ndarray:
    """Who is drawn in each round: the lowest tickets of each cell."""
    drawn = np.zeros((rounds, len(CELL)), np.bool_)
    for cell, visits in enumerate(VISITS):
        rows = np.flatnonzero(cell == CELL)
        order = np.argsort(rng.random((rounds, len(rows))), axis=1)[:, :visits]
        np.put_along_axis(drawn, rows[order], True, axis=1)
    return drawn


def uniform_by_ks(p: np.ndarray) -> bool:
    """Whether a Kolmogorov-Smirnov test keeps uniformity at 1 in 1,000."""
    steps = np.arange(1, len(p) + 1) / len(p)
    ordered = np.sort(p)
    gap = max((steps - ordered).max(), (ordered - steps + 1 / len(p)).max())
    return bool(gap < 1.95 / math.sqrt(len(p)))


def test_a_planted_effect_is_recovered() -> None:
    rng = np.random.default_rng(11)
    base = rng.random(len(CELL)) < 0.3 + 0.1 * (CELL % 3)
    redraws = lot(rng, 400)
    inside = close = 0
    for drawn in lot(rng, 300):
        y = np.where(drawn, base | (rng.random(len(CELL)) < 0.3), base).astype(float)
        found = drawn_effect(y, drawn, CELL)
        weights = np.bincount(CELL) / len(CELL)
        truth = 0.3 * float(weights @ (1 - np.bincount(CELL, base) / np.bincount(CELL)))
        inside += found.interval.low <= truth <= found.interval.high
        close += found.value - truth
    assert abs(close / 300) < 0.02
    assert inside / 300 > 0.92
    one = drawn_effect(y, drawn, CELL, lambda r: redraws[r], 400)
    assert one.p < 0.02
    assert (one.cells, one.lone, one.drawn, one.entities) == (6, 1, 113, 1000)


def test_p_is_uniform_where_nothing_happened() -> None:
    """2,000 lots, each against 2,000 redraws of the lot."""
    rng = np.random.default_rng(12)
    y = (rng.random(len(CELL)) < 0.3).astype(float)
    real, again = lot(rng, 2000), lot(rng, 2000)
    whole = np.bincount(CELL)

    def gaps(drawn: np.ndarray) -> np.ndarray:
        sums = np.add.reduceat(drawn * y, np.r_[0, np.cumsum(whole)[:-1]], axis=1)
        rest = np.bincount(CELL, y) - sums
        return (sums / VISITS - rest / (whole - VISITS)) @ (whole / len(CELL))

    reference = np.sort(np.abs(gaps(again)))
    seen = np.abs(gaps(real))
    p = (1 + len(reference) - np.searchsorted(reference, seen - 1e-12)) / (len(reference) + 1)
    assert uniform_by_ks(p + rng.uniform(-1, 0, len(p)) / (len(reference) + 1))
    checked = drawn_effect(y, real[0], CELL, lambda r: again[r])
    assert checked.p == pytest.approx(p[0])
    assert abs(checked.value) == pytest.approx(seen[0])


def test_neyman_by_enumeration() -> None:
    """Every lot of a small pool: unbiased, and the variance no less than the true one."""
    y1, y0 = np.array([3.0, 1, 4, 1, 5, 9]), np.array([2.0, 1, 1, 0, 3, 4])
    values, variances = [], []
    for chosen in itertools.combinations(range(6), 3):
        drawn = np.isin(np.arange(6), chosen)
        found = drawn_effect(np.where(drawn, y1, y0), drawn, np.zeros(6, np.int64))
        values.append(found.value)
        variances.append(found.se**2)
    assert np.mean(values) == pytest.approx((y1 - y0).mean())
    gap = (y1 - y0).var(ddof=1) / 6
    assert np.mean(variances) == pytest.approx(np.var(values) + gap)


def test_nothing_to_compare_is_refused() -> None:
    for drawn in (np.ones(10), np.zeros(10)):
        with pytest.raises(PlannerError) as told:
            drawn_effect(np.arange(10.0), drawn, np.zeros(10, np.int64))
        assert told.value.problems[0].code == "learning.no-comparison"
    with pytest.raises(PlannerError):
        drawn_effect([1.0, 0.0], [1, 0], [0, 0])
    with pytest.raises(PlannerError):
        drawn_effect(np.ones(10), np.arange(10) < 5, np.zeros(10, np.int64))


def test_the_effect_on_the_visited() -> None:
    rng = np.random.default_rng(13)
    inside = 0
    for _ in range(200):
        drawn = rng.permutation(400) < 150
        willing = rng.random(400) < 0.7
        visited = drawn & willing
        y = rng.normal(0, 1, 400) + np.where(willing, 1.0, 0) + np.where(visited, 0.8, 0)
        found = visited_effect(y, visited, drawn, np.zeros(400, np.int64))
        inside += found.low <= 0.8 <= found.high
        assert found.kind == "interval"
    assert 0.91 <= inside / 200 <= 0.99
    assert found.first_stage.value == pytest.approx(0.7, abs=0.15)


def test_a_weak_draw_tells_nothing_about_the_visited() -> None:
    rng = np.random.default_rng(14)
    drawn = np.arange(200) % 2 == 0
    visited = rng.random(200) < 0.3
    found = visited_effect(rng.normal(0, 1, 200), visited, drawn, np.zeros(200, np.int64))
    assert found.kind in ("everything", "outside")
    full = visited_effect(rng.normal(0, 1, 200), drawn, drawn, np.zeros(200, np.int64))
    assert full.first_stage.value == 1
    assert full.kind == "interval"


def test_difference_in_differences() -> None:
    rng = np.random.default_rng(15)
    inside = 0
    for _ in range(200):
        office = np.repeat(np.arange(20), 40)
        treated = office < 10
        after = np.tile(np.arange(40) % 2 == 1, 20)
        shock = rng.normal(0, 0.5, (20, 2))
        y = shock[office, after.astype(int)] + treated * 1.0 + after * 0.5 + (treated & after) * 0.7
        found = difference_in_differences(y + rng.normal(0, 1, 800), treated, after, office)
        inside += found.interval.low <= 0.7 <= found.interval.high
    assert inside / 200 > 0.9
    assert found.assumes == "parallel"
    by_hand = found.means[3] - found.means[2] - (found.means[1] - found.means[0])
    assert found.value == pytest.approx(by_hand)
    with pytest.raises(PlannerError):
        difference_in_differences(y, treated, after, office % 2)
    with pytest.raises(PlannerError):
        difference_in_differences(y, treated, np.ones(800), office)
    means = yearly_means([1.0, 3.0, 5.0], [0, 0, 1], [2024, 2024, 2025])
    assert means[2024][0] == 2
    assert math.isnan(means[2025][0])


def test_clusters_and_local_lines_of_statsmodels() -> None:
    """statsmodels 0.15: OLS with cov_type = "cluster" and use_t; WLS with HC1 on either side."""
    n = np.arange(60)
    office, treated, after = n % 12, n % 12 < 6, n // 12 % 2
    y = (n * 37 % 17) / 4 + treated * after
    found = difference_in_differences(y, treated, after, office)
    told = (found.value, found.se, found.p, found.interval.low, found.interval.high)
    oracle = (0.7638888889, 0.5319735133, 0.1788381176, -0.40697692, 1.9347547)
    assert told == pytest.approx(oracle, abs=1e-7)
    n = np.arange(400)
    age = (n * 29 % 401) / 100
    jump = at_limit(0.3 * age + (age >= 2) * 0.5 + (n * 13 % 7) / 10, age, 2.0, 1.0)
    assert (jump.below, jump.above) == pytest.approx((0.9037464440, 1.2918555620), abs=1e-9)
    assert jump.se == pytest.approx(math.hypot(0.0337674559, 0.0318524506), abs=1e-9)
    assert (jump.count_below, jump.count_above) == (99, 100)


def test_the_age_limit() -> None:
    rng = np.random.default_rng(16)
    inside = piled = 0
    for _ in range(200):
        age = rng.uniform(1, 5, 1500)
        y = 0.2 * age + np.where(age >= 3, 0.5, 0.0) + rng.normal(0, 0.6, 1500)
        found = at_limit(y, age, 3.0, 1.0)
        inside += found.interval.low <= 0.5 <= found.interval.high
        piled += found.density_p < 0.05
    assert 0.9 <= inside / 200 <= 0.99
    assert piled / 200 < 0.1
    moved = np.where((age > 2.8) & (age < 3), 3.05, age)
    assert at_limit(y, moved, 3.0, 1.0).density_p < 1e-6
    with pytest.raises(PlannerError, match="bandwidth"):
        at_limit(y, age, 3.0, 0.01)
    with pytest.raises(PlannerError):
        at_limit(y, age, 3.0, 0.0)


ARMS = (Arm("letter", 1), Arm("message", 1), Arm("talk", 2))


def test_arms_are_assigned_by_tickets() -> None:
    ids = [f"firm-{number}" for number in range(1003)]
    stratum = np.arange(1003) % 7
    found = assigned(ids, stratum, ARMS, "a" * 64)
    counts = np.array([np.bincount(found[stratum == layer], minlength=3) for layer in range(7)])
    assert (counts == arm_sizes(np.bincount(stratum), [1, 1, 2])).all()
    assert np.abs(counts.sum(axis=0) - 1003 * np.array([0.25, 0.25, 0.5])).max() < 1.5
    shuffled = np.random.default_rng(1).permutation(1003)
    again = assigned([ids[row] for row in shuffled], stratum[shuffled], ARMS, "a" * 64)
    assert (again == found[shuffled]).all()
    assert (assigned(ids, stratum, ARMS, "b" * 64) != found).any()
    # SHA-256 of "a…a|firm-0" and so on, ordered: the lowest of stratum 0 gets the first arm.
    from hashlib import sha256

    rows = np.flatnonzero(stratum == 0)
    lowest = min(rows, key=lambda row: sha256(f"{'a' * 64}|{ids[row]}".encode()).hexdigest())
    assert found[lowest] == 0
    with pytest.raises(PlannerError):
        assigned(["x", "x"], [0, 0], ARMS, "a")


def test_sizes_of_small_strata() -> None:
    sizes = np.array([1] * 9 + [0, 2, 5])
    found = arm_sizes(sizes, [1, 1, 1])
    assert (found >= 0).all()
    assert (found.sum(axis=1) == sizes).all()
    assert np.abs(found[:9].sum(axis=0) - 3).max() == 0
    assert np.abs(found.sum(axis=0) - sizes.sum() / 3).max() <= 1
    assert (np.abs(found - sizes[:, None] / 3) < 1).all()


def test_a_trial_withholds_nothing_that_is_due() -> None:
    with pytest.raises(PlannerError, match="annual report"):
        check_arms([Arm("now", 1), Arm("never", 1, ("annual report",))], ["annual report"])
    check_arms([Arm("now", 1), Arm("later", 1, ("a talk",))], ["annual report"])
    with pytest.raises(PlannerError):
        check_arms([Arm("one", 1)], [])


def test_the_smallest_effect_a_trial_can_see() -> None:
    points = [round(100 * smallest_effect(0.3, n, n), 1) for n in (500, 2500, 10_000)]
    assert points == [8.1, 3.6, 1.8]


def test_a_trial_is_analysed_as_committed() -> None:
    rng = np.random.default_rng(17)
    ids = [f"{number:06d}" for number in range(2000)]
    stratum = np.arange(2000) % 5
    arm = assigned(ids, stratum, ARMS, "c" * 64)
    plan = {"outcome": "report on time", "arms": ["letter", "message", "talk"], "strata": "tier"}
    digest = analysis_digest(plan)
    y = rng.random(2000) < np.array([0.3, 0.3, 0.5])[arm]
    found = analysed(y, arm, stratum, ARMS, plan, digest, 300)
    assert found.effects["talk"].value == pytest.approx(0.2, abs=0.07)
    assert found.effects["talk"].p < 0.01
    assert found.effects["message"].p > 0.01
    assert found.outcome == "report on time"
    with pytest.raises(PlannerError, match="committed"):
        analysed(y, arm, stratum, ARMS, plan | {"outcome": "other"}, digest)


def test_a_trial_of_nothing_has_uniform_p() -> None:
    rng = np.random.default_rng(18)
    stratum = np.repeat([0, 1], 60)
    plan = {"outcome": "y"}
    p = []
    for number in range(150):
        arm = assigned([f"{k}" for k in range(120)], stratum, ARMS[:2], f"{number}")
        y = rng.normal(0, 1, 120)
        found = analysed(y, arm, stratum, ARMS[:2], plan, analysis_digest(plan), 99, number)
        p.append(found.effects["message"].p)
    assert uniform_by_ks(np.array(p) - rng.random(150) / 100)
