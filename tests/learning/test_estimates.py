"""Totals and shares against enumeration, published figures and simulated populations."""

from __future__ import annotations

import csv
import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import campaign
from helpers.simulated import FULL, THIN, coverage, draw, population
from yaohao.planner.learning.estimates import (
    degrees_of_freedom,
    design_variance,
    domain_shares,
    share_of,
    three_way,
    total_wrong,
)
from yaohao.planner.learning.outcomes import outcome_of
from yaohao.planner.learning.sample import (
    NO_RESULT,
    NOT_FOUND,
    RIGHT,
    WRONG,
    Cells,
    DesignSample,
    Table,
    frame_of,
    simple_sample,
)
from yaohao.planner.learning.strata import stratified_mean
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.terms import RESULTS

DATA = Path(__file__).parent / "data"
M = 1_000_000

SIZES = np.array([4, 5, 6])
HITS = (np.array([1, 0, 0, 1]), np.array([0, 1, 0, 0, 1]), np.array([1, 1, 0, 0, 0, 0]))
CELLS = Cells(SIZES, np.array([1_500_000, 2_500_000, 2_000_000]), np.array([0, 0, 1]))
TABLE = Table(np.array([500_000, 500_000]), np.array([[1, 3, 2], [2, 2, 2]]))


def enumerated(values: list[list[Any]]) -> tuple[Fraction, Fraction]:
    """Mean and variance of the total over every sample of either outcome, in fractions."""
    weights = [Fraction(4 * 2, 3), Fraction(2), Fraction(3)]
    chances: list[tuple[Fraction, Fraction]] = []
    for counts in TABLE.counts.tolist():
        parts = [list(itertools.combinations(v, n)) for v, n in zip(values, counts, strict=True)]
        samples = list(itertools.product(*parts))
        for sample in samples:
            total = sum(w * sum(seen) for w, seen in zip(weights, sample, strict=True))
            chances.append((Fraction(1, 2 * len(samples)), Fraction(total)))
    mean = Fraction(sum(chance * total for chance, total in chances))
    return mean, Fraction(sum(chance * (total - mean) ** 2 for chance, total in chances))


def test_the_variance_is_exact() -> None:
    """916/135, found by enumerating every sample of either outcome in fractions."""
    mean, variance = enumerated([h.tolist() for h in HITS])
    assert (mean, variance) == (Fraction(6), Fraction(916, 135))
    shares = np.array([h.mean() for h in HITS])
    found = design_variance(CELLS, TABLE, shares, shares)
    assert Fraction(found.total).limit_denominator(10_000) == Fraction(916, 135)
    assert round(found.total, 6) == 6.785185
    assert round(100 * found.lottery_share, 2) == 1.05


def apistrat() -> dict[str, Any]:
    with (DATA / "apistrat.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    order = sorted({row["stype"] for row in rows})
    stratum = np.array([order.index(row["stype"]) for row in rows])
    sizes = np.array([next(int(r["fpc"]) for r in rows if r["stype"] == one) for one in order])
    return {
        "api00": np.array([float(row["api00"]) for row in rows]),
        "enroll": np.array([float(row["enroll"]) for row in rows]),
        "wide": np.array([float(row["sch_wide"] == "Yes") for row in rows]),
        "design": (stratum, sizes),
    }


def test_the_survey_package_of_r() -> None:
    """R survey 4.4, svydesign(id = ~1, strata = ~stype, fpc = ~fpc, data = apistrat)."""
    school = apistrat()
    api = stratified_mean(school["api00"], *school["design"])
    assert (round(api.mean, 2), round(api.se, 4)) == (662.29, 9.4089)
    enroll = stratified_mean(school["enroll"], *school["design"])
    assert (round(enroll.total), round(enroll.total_se)) == (3_687_178, 114_642)
    wide = stratified_mean(school["wide"], *school["design"])
    assert (round(wide.mean, 6), round(wide.se, 6), wide.df) == (0.827948, 0.024345, 197)
    beside = wide.korn_graubard
    assert beside is not None
    assert (round(wide.interval.low, 5), round(wide.interval.high, 5)) == (0.77454, 0.87081)
    assert (round(beside.low, 5), round(beside.high, 5)) == (0.77417, 0.87343)


def test_the_survey_package_of_r_without_correction_for_the_population() -> None:
    """srvyr, issue 39: the same design without fpc; the share above 875 by both methods."""
    school = apistrat()
    stratum, sizes = school["design"]
    few = stratified_mean((school["api00"] > 875).astype(float), stratum, sizes * 10**6)
    assert few.korn_graubard is not None
    assert round(few.mean, 4) == 0.0318
    assert round(few.korn_graubard.low, 5) == 0.00997
    assert round(few.korn_graubard.high, 4) == 0.0744


def test_lonely_strata_collapse_within_their_tier_and_say_so() -> None:
    values = np.array([1.0, 0, 1, 0, 0, 1, 0])
    stratum = np.array([0, 0, 0, 1, 2, 2, 2])
    sizes, tiers = np.array([30, 10, 40]), np.array([0, 0, 1])
    expected = np.array([3.0, 1.0, 3.0])
    found = stratified_mean(values, stratum, sizes, tiers, expected)
    assert found.collapsed == (1,)
    assert found.df == 5
    with pytest.raises(PlannerError, match="fewer than two"):
        stratified_mean(values, stratum, sizes)
    with pytest.raises(PlannerError, match="degree"):
        stratified_mean(
            np.array([1.0]), np.array([0]), np.array([5]), np.array([0]), np.array([1.0])
        )


@pytest.mark.parametrize("draws", campaign.sizes(2000))
@pytest.mark.parametrize(
    ("sizes", "expected", "rates"),
    [(*THIN, (0.15, 0.2, 0.3, 0.5)), (*FULL, (0.1, 0.2, 0.35))],
    ids=["less-than-one-expected", "ten-and-more"],
)
def test_coverage(
    sizes: np.ndarray, expected: np.ndarray, rates: tuple[float, ...], draws: int
) -> None:
    """Between 93.5 and 96.5 of 100 intervals at 95 % hold the truth, over 2,000 draws.

    Over fewer the bounds are as many standard errors away.
    """
    found = coverage(sizes, expected, rates, draws)
    wider = np.sqrt(2000 / draws)
    assert abs(found.mean - found.truth) < 4 * found.sd / np.sqrt(draws)
    assert found.se == pytest.approx(found.sd, rel=0.04 * wider)
    assert abs(found.of_total - 0.95) <= 0.015 * wider
    assert abs(found.of_share - 0.95) <= 0.015 * wider


def test_the_table_that_the_program_commits_to() -> None:
    """A lottery of the program over tiers and regions: the variance of its table holds."""
    from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
    from yaohao.planner.draw.lottery.margins import margins_of

    rng = np.random.default_rng(8)
    names = sorted(f"{tier}/{region:02d}" for tier in "ABCD" for region in range(12))
    sizes = rng.integers(20, 400, 48)
    expected = rng.integers(200_000, 3_000_000, 48)
    margins = margins_of(names, ["tier", "region"])
    cells = [(n, int(s), int(x)) for n, s, x in zip(names, sizes, expected, strict=True)]
    frame = frame_of(build_lottery(cells, margins), np.repeat(np.arange(4), 12))
    assert (len(frame.kept), frame.without_chance) == (48, 0)
    known, table = frame.cells, frame.table
    rates = np.repeat([0.1, 0.2, 0.3, 0.5], 12)
    hits = [rng.random(n) < p for n, p in zip(sizes, rates, strict=True)]
    truth = sum(int(h.sum()) for h in hits)
    drawn = [draw(rng, known, table, hits) for _ in range(400)]
    found = [total_wrong(one) for one in drawn]
    shares = np.array([h.mean() for h in hits])
    exact = design_variance(known, table, shares, shares)
    values = np.array([one.value for one in found])
    assert abs(values.mean() - truth) < 4 * exact.total**0.5 / 20
    assert values.var() == pytest.approx(exact.total, rel=0.25)
    inside = [one.interval.low <= truth <= one.interval.high for one in found]
    assert 0.92 <= float(np.mean(inside)) <= 0.98
    assert exact.lottery_share < 0.25


def test_cells_without_a_chance_are_counted_and_left_out() -> None:
    document = {
        "cells": [
            {"cell": "a", "size": 40, "expected": 2 * M},
            {"cell": "b", "size": 7, "expected": 0},
            {"cell": "c", "size": 0, "expected": 0},
            {"cell": "d", "size": 9, "expected": M},
        ],
        "outcomes": [{"weight": M, "counts": [2, 0, 0, 1]}],
        "widened": [],
    }
    frame = frame_of(document, [0, 0, 1, 1])
    assert frame.kept.tolist() == [0, 3]
    assert frame.without_chance == 7
    assert frame.table.counts.tolist() == [[2, 1]]
    with pytest.raises(PlannerError):
        frame_of(document, [0, 1])


def test_a_domain_of_one_has_an_interval_that_says_so() -> None:
    sample = draw(np.random.default_rng(6), *population(
        np.random.default_rng(6), *FULL, np.repeat(np.arange(3), 4), (0.1, 0.2, 0.35)
    ))  # fmt: skip
    codes = np.zeros(len(sample), dtype=int)
    codes[0] = 1
    found = domain_shares(sample, codes)
    assert found[1].drawn == 1
    assert found[1].interval.width > 0.9


def test_domains_and_three_ways() -> None:
    rng = np.random.default_rng(5)
    cells, table, hits = population(rng, *FULL, np.repeat(np.arange(3), 4), (0.1, 0.2, 0.35))
    sample = draw(rng, cells, table, hits)
    outcome = sample.outcome.copy()
    outcome[::7] = 2
    unsure = simple_sample(cells, table, sample.cell, outcome)
    found = three_way(unsure)
    assert found.least.value < found.alike.value < found.most.value
    assert found.interval.low == found.least.interval.low < found.alike.interval.low
    assert found.interval.high == found.most.interval.high > found.alike.interval.high
    everyone = three_way(sample)
    assert everyone.least == everyone.most == everyone.alike
    codes = np.arange(len(sample)) % 3
    by_domain = domain_shares(sample, codes)
    assert sorted(by_domain) == [0, 1, 2]
    weights = [sample.weights[codes == code].sum() for code in by_domain]
    mean = np.average([one.value for one in by_domain.values()], weights=weights)
    assert mean == pytest.approx(share_of(sample, sample.wrong).value)
    assert all(one.se > share_of(sample, sample.wrong).se for one in by_domain.values())


def test_nothing_found_gives_a_bound_and_never_no_width() -> None:
    cells = Cells(np.array([40, 60]), np.array([10 * M, 10 * M]), np.array([0, 0]))
    table = Table(np.array([M]), np.array([[10, 10]]))
    cell = np.repeat([0, 1], 10)
    for outcome in (0, 1):
        sample = simple_sample(cells, table, cell, np.full(20, outcome))
        found = total_wrong(sample)
        share = share_of(sample, sample.wrong)
        assert found.interval.width > 0
        assert share.interval.width > 0
        assert share.interval.method == "korn-graubard"
    assert found.interval.low >= 0


def test_too_little_is_refused() -> None:
    cells = Cells(np.array([40]), np.array([M]), np.array([0]))
    table = Table(np.array([M]), np.array([[1]]))
    with pytest.raises(PlannerError) as told:
        total_wrong(simple_sample(cells, table, [0], [1]))
    assert told.value.problems[0].code == "learning.no-freedom"
    nobody = simple_sample(cells, table, [0], [2])
    with pytest.raises(PlannerError) as told:
        three_way(nobody)
    assert told.value.problems[0].code in ("learning.no-freedom", "learning.nothing-seen")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": [0, 4]}, "code"),
        ({"outcome": [0.5, 1]}, "whole"),
        ({"outcome": [0, 1, 1]}, "shape"),
        ({"cell": [0, 2]}, "code"),
        ({"visited": [True, False]}, "visited"),
        ({"withdrawn": [True, False]}, "withdrawn"),
        ({"chance": [[1, 4], [1, 5]]}, "chance"),
        ({"teams": [[2, 0]]}, "code"),
        ({"table": Table(np.array([M]), np.array([[2, 0]]))}, "table-mean"),
        ({"table": Table(np.array([M]), np.array([[2, 0, 0]]))}, "shape"),
    ],
)
def test_a_sample_that_cannot_be_is_refused(change: dict[str, Any], code: str) -> None:
    cells = Cells(np.array([4, 4]), np.array([M, M]), np.array([0, 0]))
    given: dict[str, Any] = {
        "cells": cells, "table": Table(np.array([M]), np.array([[1, 1]])), "cell": [0, 1],
        "outcome": [0, 1], "chance": [[1, 4], [2, 8]], "visited": [True, True],
        "withdrawn": [False, False], "draw": [0, 0],
    }  # fmt: skip
    assert len(DesignSample(**given)) == 2
    with pytest.raises(PlannerError) as told:
        DesignSample(**given | change)
    assert told.value.problems[0].code == f"learning.{code}"


def test_cells_without_a_chance_are_refused() -> None:
    with pytest.raises(PlannerError, match="chance"):
        Cells(np.array([4, 4]), np.array([M, 0]), np.array([0, 0]))
    with pytest.raises(PlannerError, match="weights"):
        Table(np.array([M - 1]), np.array([[1]]))


def test_degrees_of_freedom_by_tier_where_cells_are_thin() -> None:
    sample = simple_sample(CELLS, TABLE, [0, 1, 1, 1, 2, 2], [0, 1, 0, 0, 1, 0])
    assert degrees_of_freedom(sample) == 6 - 2


@pytest.mark.parametrize(
    ("results", "items", "outcome"),
    [
        (["1", "1"], 2, RIGHT),
        (["1", "E"], 2, WRONG),
        (["8"], 3, WRONG),
        (["1"], 2, NO_RESULT),
        (["1", "0"], 2, NO_RESULT),
        ([], 1, NO_RESULT),
        (["6", "F"], 2, NOT_FOUND),
        (["1", "F"], 2, RIGHT),
        (["12"], 1, NOT_FOUND),
    ],
)
def test_outcomes_of_visits(results: list[str], items: int, outcome: int) -> None:
    assert outcome_of(results, items) == outcome


def test_every_code_of_a_result_has_an_outcome() -> None:
    for term in RESULTS:
        assert outcome_of([term.code], 1) in (RIGHT, WRONG, NOT_FOUND, NO_RESULT)
    with pytest.raises(PlannerError, match="X"):
        outcome_of(["X"], 1)
