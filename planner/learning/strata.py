"""The ordinary stratified mean with its finite population correction, and collapsed strata.

With two visits and more in every stratum this is what survey packages compute. Where a stratum
has fewer, its tier stands for it: the weights stay those of the design, the variance is taken
over the whole tier, and the result says which strata were collapsed (Wolter 2007, section 2.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.intervals import (
    LEVEL,
    Interval,
    korn_graubard,
    logit,
)
from yaohao.planner.learning.sample import (
    Floats,
    Ints,
    floats,
    ints,
)
from yaohao.planner.learning.special import student_quantile
from yaohao.planner.vocabulary.problems import refuse


@dataclass(frozen=True)
class StratifiedMean:
    """A mean and total over strata, their standard errors, and the interval of the mean.

    `collapsed` lists the strata that their tier stood for; `korn_graubard` is given for shares.
    """

    mean: float
    se: float
    total: float
    total_se: float
    df: int
    interval: Interval
    korn_graubard: Interval | None
    collapsed: tuple[int, ...]
    drawn: int


def stratified_mean(
    values: Floats,
    stratum: Ints,
    sizes: Ints,
    tiers: Ints | None = None,
    expected: Floats | None = None,
    level: float = LEVEL,
) -> StratifiedMean:
    """The mean of `values` over strata of `sizes` entities, drawn equally within each.

    `tiers` (of each stratum) and `expected` visits are needed where a stratum has fewer than two
    visits. Where all values are 0 or 1 the interval is on the logit scale, with Korn & Graubard's
    beside it. Refused where no degree of freedom is left: no interval can be given then.
    """
    seen = floats(values, "values")
    where = ints(stratum, "stratum", seen.shape)
    size = ints(sizes, "sizes")
    drawn = np.bincount(where, minlength=len(size))
    if (drawn > size).any():
        raise refuse("learning.table-counts")
    lonely = (drawn < 2) & (drawn < size)
    collapsed = tuple(int(number) for number in np.flatnonzero(lonely))
    if not collapsed:
        weights = size[where] / drawn[where]
        group, whole = where, size
    else:
        if tiers is None or expected is None:
            raise refuse("learning.lonely", strata=list(collapsed))
        group_of = np.where(
            np.isin(tiers, np.asarray(tiers)[lonely]),
            np.asarray(tiers),
            np.arange(len(size)) + 10**6,
        )
        named, group_of = np.unique(group_of, return_inverse=True)
        whole = np.bincount(group_of, size, minlength=len(named)).astype(np.int64)
        weights = size[where] / floats(expected, "expected", size.shape)[where]
        group = group_of[where]
    return _mean(seen, weights, group, whole, collapsed, level)


def _mean(
    values: Floats,
    weights: Floats,
    group: Ints,
    sizes: Ints,
    collapsed: tuple[int, ...],
    level: float,
) -> StratifiedMean:
    count = np.bincount(group, minlength=len(sizes))
    df = len(values) - int((count > 0).sum())
    if df <= 0:
        raise refuse("learning.no-freedom", drawn=len(values), df=df)
    pool = float(weights.sum())
    mean = float(weights @ values) / pool
    rest = 1 - count / np.maximum(sizes, 1)
    total_se = math.sqrt(_variance(weights * values, group, count, rest))
    se = math.sqrt(_variance(weights * (values - mean), group, count, rest)) / pool
    interval, beside = _interval(values, mean, se, df, level)
    return StratifiedMean(
        mean, se, mean * pool, total_se, df, interval, beside, collapsed, len(values)
    )


def _variance(parts: Floats, group: Ints, count: Ints, rest: Floats) -> float:
    """Σ_g n_g (1 - f_g) s_g², s_g² of the weighted values within group g."""
    means = np.bincount(group, parts, minlength=len(count)) / np.maximum(count, 1)
    squares = np.bincount(group, (parts - means[group]) ** 2, minlength=len(count))
    return float((count * rest * squares / np.maximum(count - 1, 1)).sum())


def _interval(
    values: Floats, mean: float, se: float, df: int, level: float
) -> tuple[Interval, Interval | None]:
    if np.isin(values, (0.0, 1.0)).all():
        beside = korn_graubard(min(max(mean, 0.0), 1.0), se * se, len(values), df, level)
        return (logit(mean, se, df, level) if se > 0 and 0 < mean < 1 else beside), beside
    if se <= 0:
        raise refuse("learning.no-ground", share=mean, se=se, df=df)
    reach = student_quantile(0.5 + level / 2, df) * se
    return Interval(mean - reach, mean + reach, "student", level), None
