"""Tiers that separate, inspectors who differ, draws put together, and the checks beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from yaohao.planner.learning.checks import checks
from yaohao.planner.learning.combining import (
    change,
    mean_of_pools,
    weighted,
)
from yaohao.planner.learning.crew_severity import crew_severity
from yaohao.planner.learning.estimates import share_of, total_wrong
from yaohao.planner.learning.sample import (
    Cells,
    DesignSample,
    Table,
    simple_sample,
)
from yaohao.planner.learning.tiers import tier_separation, trend
from yaohao.planner.learning.years import Portion, year_of
from yaohao.planner.vocabulary.problems import PlannerError

M = 1_000_000


def sample_of(rates: list[float], seed: int = 1, visits: int = 50) -> DesignSample:
    rng = np.random.default_rng(seed)
    size = len(rates)
    cells = Cells(np.full(size, 1000), np.full(size, visits * M), np.arange(size))
    table = Table(np.array([M]), np.full((1, size), visits))
    cell = np.repeat(np.arange(size), visits)
    outcome = (rng.random(len(cell)) < np.array(rates)[cell]).astype(int)
    return simple_sample(cells, table, cell, outcome)


def ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values))


def test_tiers_that_separate() -> None:
    found = tier_separation(sample_of([0.04, 0.1, 0.3, 0.6]))
    rates = [one.rate for one in found.tiers]
    assert rates == sorted(rates)
    assert found.trend.p_rising <= 2 / 2001
    assert found.tiers[3].lift > 1.5
    assert found.tiers[0].lift < 0.5
    assert found.visited_share == pytest.approx(50 / 1000)
    assert all(one.interval.low < one.rate < one.interval.high for one in found.tiers)
    mean = sum(one.rate for one in found.tiers) / 4
    assert found.overall == pytest.approx(mean)


def test_the_trend_is_that_of_the_table() -> None:
    # Agresti 2002, table 5.3 (alcohol and malformation) has z² = 6.57 with scores 0, .5, 1.5, 4, 7;
    # with even scores by hand: Σ s (x - n p) / sqrt(p (1 - p) (Σ n s² - (Σ n s)²/N)).
    wrong, seen = np.array([1, 2, 6]), np.array([20, 20, 20])
    found = trend(wrong, seen, 4000)
    share = 9 / 60
    spread = share * (1 - share) * (20 * 5 - 60**2 / 60)
    assert found.statistic == pytest.approx((14 - 9) / math.sqrt(spread))
    assert found.p_rising < found.p < 0.1
    with pytest.raises(PlannerError):
        trend(np.array([1, 0]), np.array([5, 0]))
    with pytest.raises(PlannerError):
        trend(np.array([6, 0]), np.array([5, 3]))


def test_the_trend_s_p_is_uniform_or_more_where_tiers_are_alike() -> None:
    rng = np.random.default_rng(5)
    seen = np.array([40, 30, 20, 10])
    below = sum(trend(rng.binomial(seen, 0.2), seen, 400, k).p <= 0.1 for k in range(400))
    assert below / 400 < 0.15


def test_a_tier_with_one_visit_gives_an_honest_interval() -> None:
    cells = Cells(np.array([100, 10]), np.array([10 * M, M]), np.array([0, 1]))
    table = Table(np.array([M]), np.array([[10, 1]]))
    outcome = [0] * 8 + [1, 2] + [1]
    found = tier_separation(simple_sample(cells, table, [0] * 10 + [1], outcome))
    one = found.tiers[1]
    assert (one.found, one.wrong, one.estimate) == (1, 1, None)
    assert one.interval.width > 0.8
    assert one.interval.method == "hypergeometric"


def dealt(rng: np.random.Generator, visits: int, inspectors: int, seats: int) -> np.ndarray:
    """A balanced deal: rows (visit, inspector), nobody twice in a visit."""
    people = np.concatenate(
        [rng.permutation(inspectors) for _ in range(visits * seats // inspectors)]
    )
    return np.stack([np.repeat(np.arange(visits), seats), people], axis=1)


def test_planted_severity_is_recovered() -> None:
    rng = np.random.default_rng(7)
    severity = np.linspace(-0.35, 0.35, 25)
    teams = dealt(rng, 25 * 40, 25, 1)
    chance = rng.uniform(0.35, 0.6, 1000)
    wrong = rng.random(1000) < np.clip(chance + severity[teams[:, 1]], 0, 1)
    deals = [dealt(rng, 1000, 25, 1) for _ in range(500)]
    found = crew_severity(wrong, chance, np.ones(1000), teams, deals)
    assert (found.visits == 40).all()
    assert np.corrcoef(ranks(found.excess), ranks(severity))[0, 1] > 0.9
    assert found.p == pytest.approx(1 / 501)
    assert found.p_of[0] < 0.01
    assert found.spread == pytest.approx(float(np.std(severity)), rel=0.25)
    assert found.excess.sum() == pytest.approx(0, abs=1e-9)
    assert np.abs(found.excess).max() < np.abs(found.rate - found.expected).max()


def test_crews_of_two_are_parted_by_their_changing_colleagues() -> None:
    rng = np.random.default_rng(8)
    severity = np.linspace(-0.3, 0.3, 20)
    teams = dealt(rng, 1600, 20, 2)
    wrong = rng.random(1600) < 0.5 + severity[teams[:, 1]].reshape(1600, 2).mean(axis=1)
    found = crew_severity(wrong, np.full(1600, 0.5), np.ones(1600), teams)
    assert np.corrcoef(found.excess, severity)[0, 1] > 0.85
    assert found.deals == 0
    assert math.isnan(found.p)


def test_inspectors_alike_give_no_severity() -> None:
    rng = np.random.default_rng(9)
    below = 0
    for _ in range(60):
        teams = dealt(rng, 200, 10, 1)
        wrong = rng.random(200) < 0.3
        found = crew_severity(
            wrong, np.full(200, 0.3), np.ones(200), teams, lambda r: dealt(rng, 200, 10, 1), 99
        )
        below += found.p <= 0.2
        assert np.abs(found.excess).max() < 0.25
    assert 3 <= below <= 22


def test_severity_needs_visits() -> None:
    with pytest.raises(PlannerError, match="20"):
        crew_severity([1, 0], [0.5, 0.5], [1, 1], [[0, 0], [1, 1]])
    with pytest.raises(PlannerError):
        crew_severity(np.ones(30), np.full(30, 0.5), np.ones(30), [[30, 1], [0, 0]])
    teams = [[k, k % 2] for k in range(30)] + [[0, 3]]
    with pytest.raises(PlannerError):
        crew_severity(np.ones(30), np.full(30, 0.5), np.ones(30), teams, [[[0, 4]]])
    with pytest.raises(PlannerError):
        crew_severity(np.ones(30), np.full(30, 0.5), np.ones(30), teams, lambda r: [[0, 1, 2]])
    found = crew_severity(np.arange(30) % 3 == 0, np.full(30, 0.3), np.arange(30) > 0, teams)
    assert found.visits[3] == 0
    assert math.isnan(found.rate[3])


def test_draws_put_together() -> None:
    first, second = sample_of([0.1, 0.3], 1), sample_of([0.1, 0.3], 2)
    totals = [total_wrong(one) for one in (first, second)]
    portions = [Portion(one, np.ones(len(one))) for one in (first, second)]
    both = year_of(portions, 2 * first.cells.pool, sum(one.hits for one in totals)).total
    assert both.value == sum(one.value for one in totals)
    assert both.se == pytest.approx(math.hypot(*(one.se for one in totals)))
    shares = [share_of(one, one.wrong) for one in (first, second)]
    mean = mean_of_pools(shares, [1000, 3000])
    assert mean.value == pytest.approx(0.25 * shares[0].value + 0.75 * shares[1].value)
    later = share_of(sample_of([0.4, 0.6], 3), sample_of([0.4, 0.6], 3).wrong)
    risen = change(shares[0], later)
    assert risen.interval.low > 0
    assert risen.p < 0.01
    with pytest.raises(PlannerError):
        weighted(shares, [1.0])
    nothing = sample_of([0.0, 0.0])
    with pytest.raises(PlannerError):
        change(shares[0], share_of(nothing, nothing.wrong))


def test_checks() -> None:
    cells = Cells(np.array([40, 60]), np.array([10 * M, M]), np.array([0, 1]))
    table = Table(np.array([M]), np.array([[10, 1]]))
    outcome = [0, 1, 0, 2, 0, 1, 0, 0, 0, 3, 1]
    found = checks(simple_sample(cells, table, [0] * 10 + [1], outcome))
    assert (found.pool, found.drawn, found.visited, found.reached) == (100, 11, 10, 9)
    assert (found.not_found, found.thin_cells, found.smallest, found.cells) == (1, 1, 1, 2)
    assert found.lottery_share == 0
    assert found.is_witnessed
    assert found.draws == 1
