"""Comparisons where no lot decided: two groups over two times, and an age limit.

Both rest on assumptions that the result names: that both groups would have moved alike
(``parallel``), and that nothing else changes at the limit (``continuous``). Card & Krueger 1994;
Liang & Zeger 1986 for clusters; Hahn, Todd & van der Klaauw 2001 for the limit; McCrary 2008 for
why numbers on both sides are compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from yaohao.planner.learning.intervals import LEVEL, Interval
from yaohao.planner.learning.sample import (
    Floats,
    Ints,
    bools,
    floats,
    ints,
)
from yaohao.planner.learning.special import (
    binomial_two_sided,
    normal_quantile,
    student_cdf,
    student_quantile,
    two_sided,
)
from yaohao.planner.vocabulary.problems import PlannerError, refuse

LEAST_CLUSTERS = 4
LEAST_SIDE = 20
_LEVEL = 0.05


@dataclass(frozen=True)
class Difference:
    """A difference in differences, with standard errors by cluster.

    `means` are those of (others before, others after, treated before, treated after).
    """

    value: float
    se: float
    interval: Interval
    p: float
    means: tuple[float, float, float, float]
    clusters: int
    assumes: str = "parallel"


def difference_in_differences(
    outcome: Any, treated: Any, after: Any, cluster: Any, level: float = LEVEL
) -> Difference:
    """(treated after - before) less (others after - before), by least squares.

    The variance is that of clusters (offices) with the factor G/(G-1)·(n-1)/(n-4), Student's t
    with G - 1 degrees of freedom. Refused with fewer than four clusters, or one of the four
    groups empty.
    """
    y = floats(outcome, "outcome")
    one, late = bools(treated, "treated", y.shape), bools(after, "after", y.shape)
    office = np.unique(ints(cluster, "cluster", y.shape), return_inverse=True)[1]
    groups = one * 2 + late
    counts = np.bincount(groups, minlength=4)
    clusters = int(office.max()) + 1 if len(y) else 0
    if (counts == 0).any():
        raise refuse("learning.no-comparison")
    if clusters < LEAST_CLUSTERS:
        raise refuse("learning.few-clusters", found=clusters, least=LEAST_CLUSTERS)
    means = np.bincount(groups, y, minlength=4) / counts
    design = np.stack([np.ones(len(y)), one, late, one & late], axis=1).astype(np.float64)
    value = float(means[3] - means[2] - means[1] + means[0])
    variance = _clustered(design, y - means[groups], office, clusters)
    se = math.sqrt(max(float(variance[3, 3]), 0.0))
    if se <= 0:
        raise refuse("learning.no-ground", share=value, se=se, df=clusters - 1)
    reach = student_quantile(0.5 + level / 2, clusters - 1) * se
    p = 2 * (1 - student_cdf(abs(value / se), clusters - 1))
    a, b, c, d = (float(mean) for mean in means)
    interval = Interval(value - reach, value + reach, "student", level)
    return Difference(value, se, interval, p, (a, b, c, d), clusters)


def _clustered(design: Floats, residual: Floats, cluster: Ints, clusters: int) -> Floats:
    n, k = design.shape
    bread = np.linalg.inv(design.T @ design)
    scores = np.zeros((clusters, k))
    np.add.at(scores, cluster, design * residual[:, None])
    factor = clusters / (clusters - 1) * (n - 1) / (n - k)
    variance: Floats = factor * bread @ (scores.T @ scores) @ bread
    return variance


def yearly_means(outcome: Any, treated: Any, year: Any) -> dict[int, tuple[float, float]]:
    """The means of the others and of the treated by year: the picture before anything happened.

    nan where a year has nobody of a group.
    """
    y = floats(outcome, "outcome")
    one, when = bools(treated, "treated", y.shape), ints(year, "year", y.shape)

    def mean(values: Floats) -> float:
        return float(values.mean()) if len(values) else math.nan

    return {
        int(now): (mean(y[(when == now) & ~one]), mean(y[(when == now) & one]))
        for now in np.unique(when)
    }


@dataclass(frozen=True)
class PreTrend:
    """How two groups moved over the times before: their means, and each step's difference.

    `others` and `treated` have a mean for each time, the last being the one after. `steps` are the
    differences in differences between each time before and the next, where there should be none;
    None where a step has no spread to judge it by.
    """

    others: tuple[float, ...]
    treated: tuple[float, ...]
    steps: tuple[Difference | None, ...]

    @property
    def moved_alike(self) -> bool | None:
        """Whether no step before shows a difference (Bonferroni); None without a step."""
        known = [one.p for one in self.steps if one]
        return min(known) * len(known) >= _LEVEL if known else None


def pre_trend(outcomes: Any, treated: Any, cluster: Any, level: float = LEVEL) -> PreTrend:
    """The picture before: `outcomes` has a row for each time, the last one the time after.

    Entities are the same at all times. Refused as `difference_in_differences`.
    """
    y = floats(outcomes, "outcomes")
    if y.ndim != 2 or len(y) < 2:
        raise refuse("learning.no-comparison")
    one = bools(treated, "treated", y.shape[1:])
    office = ints(cluster, "cluster", y.shape[1:])
    if one.all() or not one.any():
        raise refuse("learning.no-comparison")
    means = yearly_means(y.ravel(), np.tile(one, len(y)), np.repeat(np.arange(len(y)), len(one)))
    steps: list[Difference | None] = []
    for early, late in pairwise(y[:-1]):
        try:
            steps.append(
                difference_in_differences(
                    np.concatenate([early, late]), np.tile(one, 2),
                    np.repeat([False, True], len(one)), np.tile(office, 2), level,
                )
            )  # fmt: skip
        except PlannerError as error:
            if error.problems[0].code != "learning.no-ground":
                raise
            steps.append(None)
    others, given = zip(*(means[time] for time in range(len(y))), strict=True)
    return PreTrend(others, given, tuple(steps))


@dataclass(frozen=True)
class AtLimit:
    """The jump of the outcome where the running value passes the limit.

    `below` and `above` are the fitted values at the limit, with so many entities within the
    `bandwidth` on each side. `near_below`, `near_above` and `density_p` compare the numbers
    close by: a small p says that entities were moved over the limit or differ in number there.
    """

    value: float
    se: float
    interval: Interval
    p: float
    below: float
    above: float
    count_below: int
    count_above: int
    bandwidth: float
    near_below: int
    near_above: int
    density_p: float
    assumes: str = "continuous"


def at_limit(
    outcome: Any, running: Any, limit: float, bandwidth: float, level: float = LEVEL
) -> AtLimit:
    """Local linear regression on both sides of `limit`, triangular weights, HC1 errors.

    Refused with fewer than twenty entities within the bandwidth on a side. The numbers near the
    limit are those within a fifth of the bandwidth, tested as even (exact binomial).
    """
    y = floats(outcome, "outcome")
    distance = floats(running, "running", y.shape) - limit
    if not bandwidth > 0:
        raise refuse("learning.bandwidth", found=bandwidth)
    fits = []
    for side in (distance < 0, distance >= 0):
        here = side & (np.abs(distance) < bandwidth)
        if here.sum() < LEAST_SIDE or len(np.unique(distance[here])) < 3:
            raise refuse("learning.few-near", found=int(here.sum()), least=LEAST_SIDE)
        weights = 1 - np.abs(distance[here]) / bandwidth
        fits.append((*_line(y[here], distance[here], weights), int(here.sum())))
    (low, low_variance, below), (high, high_variance, above) = fits
    value, se = high - low, math.sqrt(low_variance + high_variance)
    if se <= 0:
        raise refuse("learning.no-ground", share=value, se=se, df="")
    reach = normal_quantile(0.5 + level / 2) * se
    near = bandwidth / 5
    left = int(((distance < 0) & (distance >= -near)).sum())
    right = int(((distance >= 0) & (distance < near)).sum())
    return AtLimit(
        value,
        se,
        Interval(value - reach, value + reach, "local-linear", level),
        two_sided(value / se),
        low,
        high,
        below,
        above,
        bandwidth,
        left,
        right,
        binomial_two_sided(left, left + right),
    )


def _line(y: Floats, x: Floats, weights: Floats) -> tuple[float, float]:
    """The fitted value at x = 0 and its HC1 variance."""
    design = np.stack([np.ones(len(x)), x], axis=1)
    bread = np.linalg.inv(design.T @ (design * weights[:, None]))
    fit = bread @ (design.T @ (weights * y))
    scores = design * (weights * (y - design @ fit))[:, None]
    variance = bread @ (scores.T @ scores) @ bread * len(x) / (len(x) - 2)
    return float(fit[0]), float(variance[0, 0])
