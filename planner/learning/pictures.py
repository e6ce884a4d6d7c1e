"""The chart of each result, in the language in use."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from yaohao.planner.learning.activity import CohortGrid
from yaohao.planner.learning.backtest import Calibration, cumulative
from yaohao.planner.learning.charts import (
    Bar,
    Bars,
    Curves,
    Grid,
    Series,
    Unit,
)
from yaohao.planner.learning.comparisons import PreTrend
from yaohao.planner.learning.estimates import Estimate
from yaohao.planner.learning.proposals import Proposal
from yaohao.planner.learning.sample import Floats
from yaohao.planner.learning.survival import HazardByYear, Survival
from yaohao.planner.learning.tiers import TierSeparation
from yaohao.planner.wording.messages import say

OFFICIAL_HAZARD = (0.016, 0.063, 0.095)
"""Exit rates in the first three years of life, as published for new firms."""


def rates_by_tier(separation: TierSeparation, names: Sequence[str]) -> Bars:
    """Rates of wrong ones by tier with whiskers; `names` of the tiers from the lowest risk."""
    rows = tuple(
        Bar(
            names[one.tier],
            one.rate,
            one.interval.low,
            one.interval.high,
            f"{one.wrong}/{one.found}",
        )
        for one in separation.tiers
        if one.found
    )
    return Bars(say("learning.chart-tiers"), rows)


def shares_by_domain(shares: Mapping[int, Estimate], names: Mapping[int, str]) -> Bars:
    """Estimated shares by domain, greatest first."""
    rows = tuple(
        Bar(names[code], one.value, one.interval.low, one.interval.high, f"{one.hits}/{one.drawn}")
        for code, one in sorted(shares.items(), key=lambda pair: -pair[1].value)
    )
    return Bars(say("learning.chart-domains"), rows)


def shares_by_draw(shares: Sequence[Estimate], names: Sequence[str]) -> Curves:
    """The estimated share of each draw with its limits, one after the other: a trend."""
    x = tuple(float(place) for place in range(1, len(shares) + 1))
    return Curves(
        say("learning.chart-trend"),
        say("learning.axis-draw"),
        say("learning.axis-share"),
        (
            Series(
                say("learning.series-share"),
                x,
                tuple(one.value for one in shares),
                "points",
                tuple(max(one.interval.low, 0.0) for one in shares),
                tuple(min(one.interval.high, 1.0) for one in shares),
                tuple(names),
            ),
        ),
    )


def rates_by_inspector(rows: Sequence[tuple[str, float, float, str]]) -> Bars:
    """What each inspector would find at average firms: name, rate, its error, and a note.

    In the order given; the whiskers are twice the error on either side.
    """
    bars = tuple(
        Bar(name, rate, max(rate - 2 * se, 0.0), min(rate + 2 * se, 1.0), note)
        if se > 0
        else Bar(name, rate, note=note)
        for name, rate, se, note in rows
    )
    return Bars(say("learning.chart-inspectors"), bars)


def finds_and_error(proposals: Sequence[Proposal]) -> Curves:
    """Expected finds against the error of the next estimate; left out where it has none."""
    kept = [one for one in proposals if math.isfinite(one.error)]
    return Curves(
        say("learning.chart-frontier"),
        say("learning.axis-finds"),
        say("learning.axis-error"),
        (
            Series(
                say("learning.series-rules"),
                tuple(one.finds for one in kept),
                tuple(one.error for one in kept),
                "points",
                labels=tuple(rule_name(one) for one in kept),
            ),
        ),
    )


def rates_now_and_proposed(names: Sequence[str], now: Floats, then: Floats, sizes: Floats) -> Bars:
    """Rates of groups as they are and as proposed, one bar under the other."""
    rows = []
    for name, before, after, size in zip(names, now, then, sizes, strict=True):
        for word, visits in (("now", before), ("then", after)):
            label = say(f"learning.rate-{word}", name=name)
            rows.append(Bar(label, float(visits / size), note=f"{visits:,.1f}"))
    return Bars(say("learning.chart-rates"), tuple(rows))


def rule_name(proposal: Proposal) -> str:
    """The words for how a proposal shares out visits."""
    return say(f"learning.rule-{proposal.rule}", alpha=f"{proposal.alpha:g}")


def calibration_by_tenths(calibration: Calibration) -> Curves:
    """Predicted chance against what was found, a point for each tenth, beside the diagonal."""
    return Curves(
        say("learning.chart-calibration"),
        say("learning.axis-predicted"),
        say("learning.axis-found"),
        (
            Series(
                say("learning.series-tenths"),
                tuple(one.predicted for one in calibration.tenths),
                tuple(one.hits / one.visits for one in calibration.tenths),
                "points",
                tuple(one.interval.low for one in calibration.tenths),
                tuple(one.interval.high for one in calibration.tenths),
            ),
        ),
        x_unit="percent",
        diagonal=True,
    )


def cumulative_finds(as_it_was: Floats, score: Floats, wrong: Floats, seed: int = 0) -> Curves:
    """Finds after each visit: as it was, by score, by chance with its span, and at best.

    `as_it_was` ranks the visits as they took place, first visit highest.
    """
    truth = np.asarray(wrong, np.float64)
    size, total = len(truth), float(truth.sum())
    steps = np.unique(np.linspace(0, size, min(size, 100) + 1).astype(int))
    rng = np.random.default_rng(seed)
    orders = np.stack([np.cumsum(rng.permutation(truth)) for _ in range(400)])
    low, high = np.quantile(orders, (0.025, 0.975), axis=0)

    def at(values: Floats) -> tuple[float, ...]:
        return tuple(float(v) for v in np.concatenate([[0.0], values])[steps])

    x = tuple(float(step) for step in steps)
    mean = total * np.arange(1, size + 1) / size
    best = np.minimum(np.arange(1, size + 1), total)
    series = [
        Series(say("learning.series-score"), x, at(cumulative(score, truth))),
        Series(say("learning.series-as-it-was"), x, at(cumulative(as_it_was, truth))),
        Series(say("learning.series-random"), x, at(mean), "line", at(low), at(high)),
        Series(say("learning.series-best"), x, at(best)),
    ]
    axes = say("learning.axis-visits"), say("learning.axis-found-number")
    return Curves(say("learning.chart-cumulative"), *axes, tuple(series), y_unit="number")


def survival_steps(curves: Mapping[str, Survival], unit: str) -> Curves:
    """Survival curves as steps with bands, cut where few are at risk; numbers at risk as labels.

    `unit` is the word for the unit of time. A curve with few at risk from the start is left out;
    refused where none is left.
    """
    series = []
    for name, curve in curves.items():
        kept = curve.at.times < curve.small_from
        if not len(curve.at.times) and curve.last > 0:  # nobody left
            series.append(Series(name, (0.0, curve.last), (1.0, 1.0), "steps"))
        elif kept.any():
            numbers = [int(n) for n in curve.at.at_risk[kept]]
            labels = [say("learning.at-risk", number=n) for n in (numbers[0], *numbers)]
            series.append(
                Series(
                    name,
                    (0.0, *(float(t) for t in curve.at.times[kept])),
                    (1.0, *(float(s) for s in curve.survival[kept])),
                    "steps",
                    (1.0, *(float(s) for s in curve.low[kept])),
                    (1.0, *(float(s) for s in curve.high[kept])),
                    tuple(labels),
                )
            )
    return Curves(say("learning.chart-survival"), unit, say("learning.axis-alive"), tuple(series))


def hazard_years(hazard: HazardByYear) -> Curves:
    """Exits a year lived by year of life, beside the published line."""
    known = [k for k, rate in enumerate(hazard.rates) if math.isfinite(rate)]
    official = tuple(float(k + 1) for k in range(len(OFFICIAL_HAZARD)))
    return Curves(
        say("learning.chart-hazard"),
        say("learning.axis-year-of-life"),
        say("learning.axis-exits"),
        (
            Series(
                say("learning.series-here"),
                tuple(float(k + 1) for k in known),
                tuple(float(hazard.rates[k]) for k in known),
            ),
            Series(say("learning.series-official"), official, OFFICIAL_HAZARD),
        ),
    )


def cohorts(grid: CohortGrid) -> Grid:
    """Survival by year of establishment and age."""
    ages = grid.survival.shape[1]
    return Grid(
        say("learning.chart-cohorts"),
        tuple(str(int(one)) for one in grid.cohorts),
        tuple(say("learning.age", years=year) for year in range(1, ages + 1)),
        tuple(tuple(float(v) for v in row) for row in grid.survival),
    )


def counts_by_name(title: str, counts: Mapping[str, float]) -> Bars:
    """Plain counts by name, in the order given: cases by state, duties due by week, their pace."""
    return Bars(title, tuple(Bar(name, float(n)) for name, n in counts.items()), "number")


def two_groups(trend: PreTrend, names: Sequence[str]) -> Curves:
    """The means of both groups at each time, the last one after; `names` are those of the times."""
    x = tuple(float(k + 1) for k in range(len(names)))
    means = (*trend.others, *trend.treated)
    unit: Unit = "percent" if min(means) >= 0 and max(means) <= 1 else "number"
    return Curves(
        say("learning.chart-pre-trend"),
        say("learning.axis-time"),
        say("learning.axis-mean"),
        (
            Series(say("learning.series-others"), x, trend.others, labels=tuple(names)),
            Series(say("learning.series-group"), x, trend.treated, labels=tuple(names)),
        ),
        y_unit=unit,
    )
