"""Held to what scikit-learn, lifelines and statsmodels gave; `oracles.py` is how it was asked."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import cases, lung
from yaohao.planner.learning.auc import area
from yaohao.planner.learning.backtest import back_test
from yaohao.planner.learning.intervals import clopper_pearson, wilson
from yaohao.planner.learning.risk_model import fitted
from yaohao.planner.learning.survival import hazard_by_year, log_rank, restricted_mean, survival


@pytest.mark.parametrize(
    ("penalty", "coefficients", "intercept", "auc", "brier"),
    [
        (0.5, (0.916546, -0.460009, -0.215836), -0.619815, 0.67661934, 0.21068994),
        (20.0, (0.718159, -0.366238, -0.167025), -0.599263, 0.67675456, 0.21151895),
    ],
)
def test_ridge_logistic_area_and_brier_of_scikit_learn(
    penalty: float, coefficients: tuple[float, ...], intercept: float, auc: float, brier: float
) -> None:
    """scikit-learn 1.9.1: LogisticRegression(C = 1/penalty) on standardised columns."""
    x, wrong = cases()
    nobody = np.zeros(len(x), np.int64)
    model = fitted(x, wrong, nobody, ["a", "b", "c"], penalties=[penalty])
    assert model.coefficients == pytest.approx(coefficients, abs=2e-5)
    mean = x.mean(axis=0)
    z = model.intercept + float(mean @ model.coefficients)  # theirs is at the mean of each column
    assert z == pytest.approx(intercept, abs=2e-5)
    score = model.score(x)
    assert area(score, wrong).value == pytest.approx(auc, abs=1e-6)
    told = back_test(score, wrong, np.arange(len(x)), nobody, nobody, 40, rounds=10)
    assert told.calibration.brier == pytest.approx(brier, abs=1e-6)


def test_restricted_mean_hazard_and_three_groups_of_lifelines() -> None:
    """lifelines 0.30.3: restricted_mean_survival_time, NelsonAalenFitter, the log-rank test."""
    data = lung()
    times, died = data["time"], data["died"] == 1
    curve = survival(times, died)
    means = [round(restricted_mean(curve, horizon).value, 4) for horizon in (365, 1000)]
    assert means == [263.2219, 375.1671]
    half_years = hazard_by_year(times / 180, died, years=2)
    years = hazard_by_year(times / 365, died, years=2)
    sums = [half_years.cumulative[0], *years.cumulative]
    assert [round(float(one), 6) for one in sums] == [0.324828, 0.888325, 2.125043]
    test = log_rank(times, died, np.arange(len(times)) % 3)
    assert (round(test.statistic, 6), round(test.p, 8)) == (1.029867, 0.59754047)


@pytest.mark.parametrize(
    ("hits", "visits", "score", "exact"),
    [
        (0, 20, (0.0, 0.16112516), (0.0, 0.16843347)),
        (3, 50, (0.02061497, 0.16217092), (0.01254859, 0.16548195)),
        (81, 263, (0.25528852, 0.36620958), (0.25273675, 0.36762192)),
        (148, 148, (0.97470086, 1.0), (0.9753832, 1.0)),
    ],
)
def test_intervals_of_statsmodels(
    hits: int, visits: int, score: tuple[float, float], exact: tuple[float, float]
) -> None:
    """statsmodels 0.15: proportion_confint with ``wilson`` and ``beta``."""
    for found, limits in ((wilson(hits, visits), score), (clopper_pearson(hits, visits), exact)):
        assert (found.low, found.high) == pytest.approx(limits, abs=1e-8)
