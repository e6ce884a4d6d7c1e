"""Quantiles and intervals against published figures and against definitions."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.learning import special
from yaohao.planner.learning.intervals import (
    clopper_pearson,
    hypergeometric,
    korn_graubard,
    logit,
    one_cell,
    wilson,
)
from yaohao.planner.vocabulary.problems import PlannerError


def test_quantiles_of_the_tables() -> None:
    # R 4.3: qnorm, qt, qbeta, pchisq.
    assert special.normal_quantile(0.975) == pytest.approx(1.959963984540054, abs=1e-14)
    assert special.student_quantile(0.975, 197) == pytest.approx(1.972079, abs=1e-6)
    assert special.student_quantile(0.975, 1) == pytest.approx(12.7062047364, abs=1e-9)
    assert special.student_quantile(0.025, 5) == pytest.approx(-2.5705818366, abs=1e-9)
    assert special.student_quantile(0.975, math.inf) == special.normal_quantile(0.975)
    assert special.chi_square_sf(3.841458820694124, 1) == pytest.approx(0.05, abs=1e-13)
    assert special.chi_square_sf(16.91897760462045, 9) == pytest.approx(0.05, abs=1e-13)
    assert special.beta_quantile(0.025, 1, 20) == pytest.approx(1 - 0.975 ** (1 / 20), abs=1e-14)
    assert special.binomial_two_sided(2, 10) == pytest.approx(112 / 1024, abs=1e-14)
    assert special.binomial_two_sided(5, 10) == 1.0


@settings(max_examples=60, deadline=None)
@given(st.floats(0.001, 0.999), st.integers(1, 40), st.integers(1, 40))
def test_the_beta_function_is_a_binomial_tail(x: float, a: int, b: int) -> None:
    n = a + b - 1
    tail = sum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert special.beta_cdf(x, a, b) == pytest.approx(tail, abs=1e-12)
    found = special.beta_quantile(0.3, a, b)
    assert special.beta_cdf(found, a, b) == pytest.approx(0.3, abs=1e-12)


@pytest.mark.parametrize("df", [1, 2, 3.5, 10, 1000, 1e6])
@pytest.mark.parametrize("share", [0.005, 0.3, 0.5, 0.9, 0.9999])
def test_student_turns_round(df: float, share: float) -> None:
    assert special.student_cdf(special.student_quantile(share, df), df) == pytest.approx(
        share, abs=1e-9
    )


def test_gamma_by_the_poisson_sum() -> None:
    for shape in (1, 3, 20):
        for x in (0.1, 2.0, 19.0, 60.0):
            poisson = sum(math.exp(-x) * x**k / math.factorial(k) for k in range(shape))
            assert special.gamma_sf(x, shape) == pytest.approx(poisson, rel=1e-12)


def test_newcombe() -> None:
    """Newcombe 1998, table I: method 3 (score) and method 5 (exact)."""
    for hits, visits, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = wilson(hits, visits)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    for hits, visits, low, high in (
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0000, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ):
        found = clopper_pearson(hits, visits)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_hypergeometric_limits() -> None:
    assert hypergeometric(0, 20, 40).high == 4 / 40
    assert round(hypergeometric(0, 20, 462).high, 4) == 0.1645
    assert round(hypergeometric(3, 30, 300).high, 4) == 0.2567


def exact_limits(hits: int, visits: int, size: int) -> tuple[Fraction, Fraction]:
    """By the definition: every number of wrong ones that neither tail excludes."""
    kept = []
    for wrong in range(hits, size - visits + hits + 1):
        whole = math.comb(size, visits)
        chance = [
            math.comb(wrong, x) * math.comb(size - wrong, visits - x) for x in range(visits + 1)
        ]
        least, most = sum(chance[hits:]), sum(chance[: hits + 1])
        if min(Fraction(least, whole), Fraction(most, whole)) > Fraction(25, 1000):
            kept.append(wrong)
    return Fraction(min(kept), size), Fraction(max(kept), size)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_hypergeometric_is_its_definition(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 60))
    visits = data.draw(st.integers(1, size))
    hits = data.draw(st.integers(0, visits))
    found = hypergeometric(hits, visits, size)
    low, high = exact_limits(hits, visits, size)
    assert (found.width == 0) == (found.method == "census") == (visits == size)
    if low < high:
        assert (found.low, found.high) == (float(low), float(high))


def test_a_chance_of_just_the_limit_is_not_above_it() -> None:
    """3 of the 120 pairs among 16 have no wrong one where 13 are: 2.5 % and no more."""
    assert hypergeometric(0, 2, 16).high == 12 / 16
    assert hypergeometric(2, 2, 16).low == 4 / 16


def test_only_a_census_has_no_width() -> None:
    assert exact_limits(0, 60, 61) == (0, 0)
    assert hypergeometric(0, 60, 61).high == 1 / 61
    assert hypergeometric(0, 61, 61).width == 0


def test_a_great_cell_is_close_to_the_binomial() -> None:
    found, near = hypergeometric(40, 1000, 10**7), clopper_pearson(40, 1000)
    assert found.low == pytest.approx(near.low, abs=1e-4)
    assert found.high == pytest.approx(near.high, abs=1e-4)


def test_one_cell_chooses() -> None:
    assert one_cell(0, 200, 10_000).method == "hypergeometric"
    assert one_cell(20, 200, 10_000).method == "wilson"
    assert one_cell(20, 200, 1_000).method == "hypergeometric"
    assert one_cell(5, 20, 10_000).method == "hypergeometric"


def test_nothing_without_ground() -> None:
    with pytest.raises(PlannerError):
        logit(0.0, 0.1, 5)
    with pytest.raises(PlannerError):
        logit(0.2, 0.1, 0)
    with pytest.raises(PlannerError):
        wilson(1, 0)
    with pytest.raises(PlannerError):
        hypergeometric(3, 2, 10)
    assert korn_graubard(0.0, 0.0, 20, 5).high == pytest.approx(clopper_pearson(0, 20).high)
    assert korn_graubard(1.0, 0.0, 20, 5).low < 1
