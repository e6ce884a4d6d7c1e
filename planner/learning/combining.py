"""Several draws together: the mean over their pools, and the change from one to another.

Lots drawn afresh are independent of each other, so that variances add.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from yaohao.planner.learning.estimates import Estimate
from yaohao.planner.learning.intervals import LEVEL, Interval
from yaohao.planner.learning.special import student_quantile, two_sided
from yaohao.planner.vocabulary.problems import refuse


@dataclass(frozen=True)
class Combined:
    """A weighted sum of estimates with its standard error, interval, and p of being nothing."""

    value: float
    se: float
    df: float
    interval: Interval
    p: float


def weighted(
    estimates: Sequence[Estimate], weights: Sequence[float], level: float = LEVEL
) -> Combined:
    """Σ w_i e_i of independent draws; degrees of freedom by Satterthwaite (1946)."""
    if len(estimates) != len(weights) or not estimates:
        raise refuse(
            "learning.shape", what="weights", found=[len(weights)], expected=[len(estimates)]
        )
    parts = [(w * one.se) ** 2 for w, one in zip(weights, estimates, strict=True)]
    variance = sum(parts)
    if variance <= 0 or any(part <= 0 for part in parts):
        # One of them found nothing: its standard error of 0 is no knowledge.
        raise refuse("learning.one-found-nothing")
    value = sum(w * one.value for w, one in zip(weights, estimates, strict=True))
    below = sum(part**2 / one.df for part, one in zip(parts, estimates, strict=True))
    df = variance**2 / below
    reach = student_quantile(0.5 + level / 2, df) * math.sqrt(variance)
    se = math.sqrt(variance)
    return Combined(
        value,
        se,
        df,
        Interval(value - reach, value + reach, "student", level),
        two_sided(value / se),
    )


def mean_of_pools(
    shares: Sequence[Estimate], pools: Sequence[int], level: float = LEVEL
) -> Combined:
    """The share over several pools, or over several draws of one, weighted by their sizes."""
    whole = sum(pools)
    if whole <= 0:
        raise refuse("learning.nothing-seen")
    return weighted(shares, [one / whole for one in pools], level)


def change(before: Estimate, after: Estimate, level: float = LEVEL) -> Combined:
    """The later estimate less the earlier, both from lots drawn afresh."""
    return weighted([before, after], [-1.0, 1.0], level)
