"""Rates that follow findings: what they keep, what they find, and what they cost the estimate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from helpers.simulated import RULES, years
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.learning.proposals import (
    GREEDY,
    floors,
    frontier,
    ground,
    kept,
    proposed,
)
from yaohao.planner.learning.shrinkage import MOST_STRENGTH, shrunk_rates
from yaohao.planner.vocabulary.problems import PlannerError

SIZES = np.array([1000, 500, 200, 50])
HITS = np.array([1, 3, 8, 6])
VISITS = np.array([40, 30, 25, 10])
TIERS = np.array([0, 1, 2, 2])


def known() -> Any:
    return ground(SIZES, HITS, VISITS, TIERS)


def test_shrinkage_by_hand() -> None:
    found = shrunk_rates(np.array([1, 9]), np.array([10, 10]), np.array([0, 0]), least=0.0)
    # Σ n (p - μ)² = 2·10·0.16 = 3.2; spread 0.25 each: ρ = (3.2 - 0.5)/(0.25·18) = 0.6.
    assert found.strength == pytest.approx(1 / 0.6 - 1)
    assert found.rates.tolist() == pytest.approx(
        [
            (1 + found.strength / 2) / (10 + found.strength),
            (9 + found.strength / 2) / (10 + found.strength),
        ]
    )
    alike = shrunk_rates(np.array([5, 5]), np.array([10, 10]), np.array([0, 0]))
    assert alike.strength == MOST_STRENGTH
    assert known().shrunk.strength >= 10
    unseen = shrunk_rates(np.array([2, 0]), np.array([10, 0]), np.array([0, 1]))
    assert unseen.rates[1] == pytest.approx(0.2)
    assert math.isnan(unseen.raw[1])
    with pytest.raises(PlannerError):
        shrunk_rates(np.array([0]), np.array([0]), np.array([0]))
    with pytest.raises(PlannerError):
        shrunk_rates(np.array([2]), np.array([1]), np.array([0]))


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 4) | st.just(GREEDY), st.floats(20, 900))
def test_rates_spend_the_total_within_limits(alpha: float, total: float) -> None:
    cap = np.array([0.5, 0.6, 1.0, 1.0])
    found = proposed(known(), total, alpha, floor=0.01, cap=cap)
    assert float(found.visits.sum()) == pytest.approx(total, rel=1e-9)
    assert (found.rates >= 0.01 - 1e-12).all()
    assert (found.rates <= cap + 1e-12).all()
    free = found.rates[found.rates < cap - 1e-9]
    assert alpha > 0 or not len(free) or np.ptp(free) < 1e-9
    order = np.argsort(known().rates)
    assert (np.diff(found.rates[order][1:]) >= -1e-9).all()


def test_equal_rates_and_greedy_are_the_ends() -> None:
    equal, greedy = proposed(known(), 175, 0.0), proposed(known(), 175, GREEDY)
    assert equal.rates == pytest.approx([0.1] * 4)
    rates = known().rates
    best = int(np.argmax(rates))
    assert greedy.rates[best] == pytest.approx(1.0)
    assert greedy.floored == 2
    finds = [proposed(known(), 175, alpha).finds for alpha in (0, 0.5, 1, 2, 8, GREEDY)]
    assert finds == sorted(finds)
    assert proposed(known(), 175, 40.0).finds == pytest.approx(greedy.finds, rel=0.01)


def test_the_frontier_shows_both_sides() -> None:
    found = frontier(known(), 175)
    assert len(found) == 6
    assert [one.finds for one in found] == sorted(one.finds for one in found)
    best = min(found, key=lambda one: one.error)
    assert best.rule == "neyman"
    assert found[-1].rule == "greedy"
    assert found[-1].error > 1.5 * best.error
    assert all(one.bias == 0 for one in found)
    assert all(one.finds_interval.low < one.finds < one.finds_interval.high for one in found)


def test_without_a_floor_the_estimate_is_lost_and_the_proposal_says_so() -> None:
    found = proposed(known(), 60, GREEDY, floor=0.0)
    assert found.bias < -0.3
    assert found.error == math.inf
    now = kept(known(), np.full(4, 0.1))
    assert now.finds == pytest.approx(proposed(known(), 175, 0.0).finds)
    with pytest.raises(PlannerError):
        kept(known(), np.full(4, 1.1))


def test_floors() -> None:
    found = floors(known(), law=[0.03, 0, 0, 0])
    assert found.tolist() == pytest.approx([0.03, 0.005, 0.008, 0.008])
    small = ground([1, 100], [0, 1], [1, 10], [0, 1])
    assert floors(small).tolist() == pytest.approx([1.0, 0.02])
    with pytest.raises(PlannerError, match="minimum rates"):
        proposed(known(), 10, floor=0.1)
    with pytest.raises(PlannerError, match="maximum"):
        proposed(known(), 900, cap=0.5)
    with pytest.raises(PlannerError):
        proposed(known(), 100, floor=0.2, cap=0.1)
    with pytest.raises(PlannerError):
        proposed(known(), 100, alpha=-1)
    with pytest.raises(PlannerError, match="equal"):
        proposed(ground(SIZES, np.zeros(4), VISITS, TIERS), 100)


def test_the_interval_of_finds_holds_what_is_found() -> None:
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(150):
        tier_rates = np.array([0.05, 0.1, 0.3])[TIERS]
        p = rng.beta(20 * tier_rates, 20 * (1 - tier_rates))
        seen = np.array([60, 60, 60, 40])
        told = proposed(ground(SIZES, rng.binomial(seen, p), seen, TIERS), 175, 1.0)
        finds = rng.binomial(np.rint(told.visits).astype(int), p).sum()
        inside += told.finds_interval.low <= finds <= told.finds_interval.high
    assert inside / 150 > 0.92


def test_more_finds_cost_the_estimate_and_a_floor_saves_it() -> None:
    """Equal, Neyman, α = 1, α = 2, greedy with a floor: more finds, more error, no bias; greedy
    without a floor finds most and loses most of the total."""
    found = {rule: years(rule, 15) for rule in RULES}
    finds = [found[rule][0] for rule in RULES]
    assert finds == sorted(finds)
    assert finds[3] > 2 * finds[0]
    assert finds[4] > 0.75 * finds[5]
    errors = {rule: one[1] for rule, one in found.items()}
    assert errors["neyman"] < errors["two"] < errors["greedy"] < errors["no-floor"]
    assert errors["neyman"] < 1.1 * errors["equal"]
    assert all(abs(found[rule][2]) < 0.08 for rule in list(RULES)[:5])
    assert found["no-floor"][2] < -0.4
