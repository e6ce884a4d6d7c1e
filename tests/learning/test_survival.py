"""Survival against lifelines, scikit-survival and R's figures for two public-domain data sets."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest
from yaohao.planner.learning.activity import activity, cohort_grid, movement
from yaohao.planner.learning.survival import (
    at_risk,
    hazard_by_year,
    log_rank,
    median,
    restricted_mean,
    survival,
)
from yaohao.planner.vocabulary.problems import PlannerError

DATA = Path(__file__).parent / "data"


def table(name: str) -> dict[str, np.ndarray]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    return columns | {
        "time": columns["time"].astype(float),
        "died": columns["died"].astype(int).astype(bool),
    }


def codes(values: np.ndarray) -> np.ndarray:
    return np.unique(values, return_inverse=True)[1]


def test_lung() -> None:
    """R survival 3.5 and lifelines 0.30: survfit(Surv(time, status) ~ 1, lung)."""
    lung = table("lung")
    curve = survival(lung["time"], lung["died"])
    assert (len(lung["time"]), int(curve.at.exits.sum())) == (228, 165)
    share, se, low, high = curve.at_time(180)
    assert (round(share, 6), round(se, 6)) == (0.721671, 0.029812)
    share, se, low, high = curve.at_time(365)
    assert (round(share, 6), round(se, 6)) == (0.409242, 0.035824)
    assert (round(low, 6), round(high, 6)) == (0.338714, 0.478381)
    where = np.searchsorted(curve.at.times, 365, side="right") - 1
    assert round(curve.log_low[where], 6) == 0.344722
    assert round(curve.log_high[where], 6) == 0.485838
    assert round(curve.at_time(730)[0], 6) == 0.115693
    half = median(curve)
    assert (half.value, half.low, half.high) == (310, 285, 363)
    assert round(restricted_mean(curve, 365).value, 4) == 263.2219
    assert round(restricted_mean(curve, 1000).value, 4) == 375.1671
    by_sex = log_rank(lung["time"], lung["died"], codes(lung["sex"]))
    assert (round(by_sex.statistic, 6), by_sex.df) == (10.326742, 1)
    assert round(by_sex.p, 8) == 0.00131116


def test_veteran() -> None:
    """scikit-survival 0.28."""
    men = table("veteran")
    curve = survival(men["time"], men["died"])
    assert (len(men["time"]), int(curve.at.exits.sum())) == (137, 128)
    for day, share in ((30, 0.700435), (90, 0.464038), (180, 0.222411), (365, 0.090045)):
        assert round(curve.at_time(day)[0], 6) == share
    assert median(curve).value == 80
    found = log_rank(men["time"], men["died"], codes(men["treatment"]))
    assert (round(found.statistic, 6), round(found.p, 6)) == (0.008227, 0.927727)
    found = log_rank(men["time"], men["died"], codes(men["celltype"]))
    assert (round(found.statistic, 6), found.df) == (25.403700, 3)
    assert found.p == pytest.approx(1.27125e-5, rel=1e-5)


def test_late_entry_of_lifelines() -> None:
    """lifelines 0.30.3, KaplanMeierFitter().fit(time, died, entry = entry): log-log limits."""
    men = table("veteran")
    late = np.arange(len(men["time"])) % 3 == 0
    curve = survival(men["time"], men["died"], np.where(late, np.floor(men["time"] / 2), 0.0))
    for day, told in (
        (30, (0.5979375955, 0.4969154741, 0.6851092784)),
        (90, (0.3486189638, 0.2645219229, 0.4338632847)),
        (180, (0.1454599189, 0.0927226337, 0.2095430170)),
        (365, (0.0536926685, 0.0255578468, 0.0970596956)),
    ):
        share, _, low, high = curve.at_time(day)
        assert (share, low, high) == pytest.approx(told, abs=1e-9)


def test_a_restricted_mean_s_error_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(3)
    values, errors = [], []
    for _ in range(400):
        life, seen = rng.exponential(4.0, 150), rng.uniform(1, 9, 150)
        found = restricted_mean(survival(np.minimum(life, seen), life <= seen), 5.0)
        values.append(found.value)
        errors.append(found.se)
    assert float(np.mean(values)) == pytest.approx(4 * (1 - math.exp(-5 / 4)), abs=0.05)
    assert float(np.mean(errors)) == pytest.approx(float(np.std(values)), rel=0.1)


def test_late_entry_by_its_definition_and_without_bias() -> None:
    rng = np.random.default_rng(4)
    life = rng.exponential(5.0, 4000)
    entry = np.where(rng.random(4000) < 0.5, rng.uniform(0, 6, 4000), 0.0)
    alive = life > entry
    life, entry = life[alive], entry[alive]
    times, left = np.minimum(life, 8.0), life <= 8.0
    found = at_risk(times, left, entry)
    for t, n in list(zip(found.times, found.at_risk, strict=True))[::200]:
        assert n == ((entry < t) & (times >= t)).sum()
    late = survival(times, left, entry).at_time(5)
    assert late[2] < math.exp(-1) < late[3]
    assert survival(times, left).at_time(5)[0] > late[3]  # as if all had been seen from birth


def test_a_stratified_log_rank_sees_through_a_mixture() -> None:
    rng = np.random.default_rng(9)
    stratum = rng.integers(0, 2, 3000)
    group = (rng.random(3000) < np.where(stratum == 1, 0.8, 0.2)).astype(int)
    life = rng.exponential(np.where(stratum == 1, 1.0, 4.0))
    times, left = np.minimum(life, 5), life <= 5
    assert log_rank(times, left, group).p < 1e-6
    assert log_rank(times, left, group, stratum=stratum).p > 0.01
    entry = np.minimum(times / 2, 0.3)
    assert log_rank(times, left, group, entry, stratum).p > 0.01


def test_ties_by_hand() -> None:
    curve = survival([1, 1, 2, 2, 3], [True, False, True, True, False])
    assert curve.survival.tolist() == pytest.approx([4 / 5, 4 / 5 * 1 / 3])
    assert curve.at_time(0.5) == (1.0, 0.0, 1.0, 1.0)
    everyone = survival([1.0, 2.0], [True, True])
    assert everyone.survival[-1] == 0
    assert everyone.high[-1] > 0
    assert np.isfinite(everyone.se).all()
    assert everyone.small_from == 1.0
    with pytest.raises(PlannerError, match="3"):
        curve.at_time(3.5)
    with pytest.raises(PlannerError):
        restricted_mean(curve, 4)
    with pytest.raises(PlannerError):
        survival([], [])
    with pytest.raises(PlannerError):
        log_rank([1, 2], [True, True], [0, 0])
    with pytest.raises(PlannerError):
        survival([-1.0], [True])
    assert median(survival([1.0, 2.0, 3.0], [True, False, False])).value == math.inf


def test_hazard_by_year() -> None:
    rng = np.random.default_rng(2)
    years = np.array([0.016, 0.063, 0.095])
    hazard = -np.log1p(-years)
    gone = rng.random((60_000, 3)) < years
    first = np.where(gone.any(axis=1), gone.argmax(axis=1), 3)
    inside = rng.random(60_000)
    life = first - np.log1p(-inside * years[np.minimum(first, 2)]) / hazard[np.minimum(first, 2)]
    times = np.where(first < 3, life, 3.0)
    found = hazard_by_year(times, first < 3, years=4)
    assert found.exits[:3].tolist() == np.bincount(first, minlength=3)[:3].tolist()
    assert found.rates[:3] == pytest.approx(hazard, rel=0.06)
    assert math.isnan(found.rates[3])
    assert found.cumulative[2] == pytest.approx(hazard.sum(), rel=0.03)
    late = hazard_by_year([2.5, 3.0], [True, False], [2.25, 2.0], years=3)
    assert late.lived.tolist() == [0, 0, 1.25]


def test_entries_exits_and_activity() -> None:
    born = [2020.1, 2021.5, 2024.2, 2024.9, 2019.0]
    died = [2024.5, math.inf, 2024.8, math.inf, 2023.0]
    year = movement(born, died, 2024, 2025)
    assert (year.alive_before, year.entries, year.exits, year.net) == (2, 2, 2, 0)
    assert (year.exits_by_entries, year.net_by_entries, year.exit_rate) == (1, 0, 1)
    assert year.median_age_at_exit == pytest.approx(2.5)
    assert math.isnan(movement(born, died, 2030, 2031).exits_by_entries)
    with pytest.raises(PlannerError):
        movement([2020.0], [2019.0], 2019, 2021)
    found = activity([1, 1, 0, 1], [0, 1, 0, 0], [1, 1, 1, 0])
    assert (found.active, found.owed) == (1, 3)
    assert activity([1, 1, 0, 1], [0, 1, 0, 0], [1, 1, 1, 0], needs_figures=False).active == 2
    with pytest.raises(PlannerError):
        activity([1], [0], [0])


def test_a_grid_of_cohorts_cuts_small_groups_off() -> None:
    grid = cohort_grid(
        np.repeat([2019, 2020, 2021], [40, 40, 5]),
        np.concatenate([np.linspace(0.5, 6, 40), np.linspace(0.5, 5, 40), np.full(5, 3.0)]),
        np.concatenate([np.arange(40) % 2, np.arange(40) % 2, np.zeros(5)]),
        ages=6,
    )
    assert grid.cohorts.tolist() == [2019, 2020, 2021]
    assert np.isnan(grid.survival[2]).all()
    assert (np.diff(grid.survival[0, :4]) < 0).all()
    assert np.isnan(grid.survival[:, 5]).all()


def test_a_million_rows_are_quick() -> None:
    rng = np.random.default_rng(1)
    times = np.round(rng.exponential(1500, 1_000_000))
    left = rng.random(1_000_000) < 0.4
    entry = np.maximum(times - rng.integers(1, 900, 1_000_000), 0)
    before = time.process_time()
    survival(times, left, entry)
    log_rank(times, left, (times % 2).astype(int), entry)
    assert time.process_time() - before < 2
