"""Several draws of a year as one figure: the total over all whom any of their pools held.

Pools may be apart, one inside another, or overlap. An entity counts once: either each of the m
draws whose pools held it gives a part of 1/m (the multiplicity estimator, Mecatti 2007; Hartley
1962 for frames that overlap), or, where a later pool hangs on what an earlier draw drew, the first
draw whose pool held it counts alone (screening, González-Villalobos & Wallace 1996). Parts that are
fixed before the seeds leave each draw's total unbiased and its variance that of its own committed
table; lots drawn afresh are independent, so that variances add.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from yaohao.planner.learning.estimates import (
    Estimate,
    Variance,
    degrees_of_freedom,
    design_variance,
    estimate_of,
    residual_moments,
)
from yaohao.planner.learning.intervals import LEVEL, Interval
from yaohao.planner.learning.sample import Bools, DesignSample, Floats, floats
from yaohao.planner.vocabulary.problems import refuse

APART, SHARED, FIRST = "apart", "shared", "first"
"""How an entity of several pools counts: there is none, in parts, or by the first draw alone."""


@dataclass(frozen=True)
class Portion:
    """A draw, and the part that each of its drawn entities has in the figure, from 0 to 1."""

    sample: DesignSample
    parts: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", floats(self.parts, "parts", (len(self.sample),)))
        if len(self.parts) and not (self.parts.min() >= 0 and self.parts.max() <= 1):
            raise refuse("learning.code", what="parts", most=1)

    @property
    def weights(self) -> Floats:
        """What each drawn entity stands for."""
        return self.sample.weights * self.parts


@dataclass(frozen=True)
class Year:
    """The total over the union of pools, and the share of those found, with what each draw gives.

    `totals` are the parts of the total by draw, `variances` their variances; they sum to those of
    the whole.
    """

    total: Estimate
    share: Estimate
    union: int
    totals: tuple[float, ...]
    variances: tuple[float, ...]


def year_of(portions: Sequence[Portion], union: int, seen: int, level: float = LEVEL) -> Year:
    """The year's figures from draws whose pools held `union` entities together.

    `seen` counts the entities that were found wrong in any of them. PlannerError where nobody was
    found, or where no degree of freedom is left.
    """
    used = [one for one in portions if (one.parts > 0).any()]
    reached_weight = float(sum(one.weights[one.sample.reached].sum() for one in used))
    if not reached_weight > 0:
        raise refuse("learning.nothing-seen")
    totals = [float(one.weights[one.sample.wrong].sum()) for one in portions]
    variances = [_variance(one, one.sample.wrong, np.zeros(len(one.parts), np.bool_), 0.0)
                 for one in used]  # fmt: skip
    value = sum(totals)
    freedom = _freedom(used, variances)
    every = _joined(used, [np.ones(len(one.parts), np.bool_) for one in used])
    inner = estimate_of(min(value / union, 1.0), _sum(variances), union, seen, every, freedom,
                        level)  # fmt: skip
    interval, beside = (
        Interval(min(max(one.low * union, seen), value), one.high * union, one.method, level)
        for one in (_by_parts(used, inner, union, level), inner.korn_graubard)
    )
    total = Estimate(value, inner.se * union, inner.df, interval, beside, inner.drawn, inner.hits,
                     inner.effective, inner.lottery_share)  # fmt: skip
    share = sum(totals) / reached_weight
    residuals = [
        _variance(one, one.sample.wrong, one.sample.reached & ~one.sample.wrong, share)
        if seen
        else Variance(0.0, 0.0)
        for one in used
    ]
    reached = _joined(used, [one.sample.reached for one in used])
    of_found = estimate_of(share, _sum(residuals), reached_weight, seen, reached,
                           _freedom(used, residuals), level)  # fmt: skip
    of_found = replace(
        of_found, interval=_by_parts(used, of_found, reached_weight, level, of_found=True)
    )
    by_draw = {id(one): variance.total for one, variance in zip(used, variances, strict=True)}
    return Year(
        total,
        of_found,
        union,
        tuple(totals),
        tuple(by_draw.get(id(one), 0.0) for one in portions),
    )


def _by_parts(
    used: Sequence[Portion], whole: Estimate, size: float, level: float, *, of_found: bool = False
) -> Interval:
    """The interval of a share of `size` from those of its parts, each as skewed as it is itself.

    Zou & Donner 2008 (MOVER): the squares of the parts' distances to their limits add up, brought
    to the variance of the whole, in which parts of one draw hang together.
    """
    below = above = variances = 0.0
    for one in used:
        for part in np.unique(one.parts[one.parts > 0]):
            like = (one.parts == part) & (one.sample.reached if of_found else True)
            if not like.any():
                continue
            hit = one.sample.wrong & like
            weights = one.sample.weights[like]
            held = float(weights.sum())
            share = float(one.sample.weights[hit].sum()) / held
            miss = like & ~hit if of_found and hit.any() else np.zeros_like(like)
            means, squares = residual_moments(one.sample, hit, miss, share if of_found else 0.0)
            variance = design_variance(one.sample.cells, one.sample.table, means, squares)
            df = max(int(like.sum()) - len(np.unique(one.sample.cell[like])), 1)
            own = estimate_of(share, variance, held, int(hit.sum()), weights, df, level)
            scale = part * held / size
            below += (scale * (share - own.interval.low)) ** 2
            above += (scale * (own.interval.high - share)) ** 2
            variances += (scale * own.se) ** 2
    if not (variances > 0 and whole.se > 0):
        return whole.interval
    bring = whole.se / math.sqrt(variances)
    low, high = whole.value - bring * math.sqrt(below), whole.value + bring * math.sqrt(above)
    return Interval(max(low, 0.0), min(high, 1.0), "mover", level)


def _variance(one: Portion, hit: Bools, miss: Bools, share: float) -> Variance:
    """The variance of one draw's Σ w·part·(y - p): moments by the parts that entities have."""
    cells = len(one.sample.cells)
    means, squares = np.zeros(cells), np.zeros(cells)
    for part in np.unique(one.parts[one.parts > 0]):
        like = one.parts == part
        mean, square = residual_moments(one.sample, hit & like, miss & like, share)
        means += part * mean
        squares += part * part * square
    return design_variance(one.sample.cells, one.sample.table, means, squares)


def _joined(used: Sequence[Portion], kept: Sequence[Bools]) -> Floats:
    weights = [one.weights[rows & (one.parts > 0)] for one, rows in zip(used, kept, strict=True)]
    return np.concatenate(weights)


def _sum(variances: Sequence[Variance]) -> Variance:
    return Variance(sum(one.lottery for one in variances), sum(one.tickets for one in variances))


def _freedom(used: Sequence[Portion], variances: Sequence[Variance]) -> float:
    """Degrees of freedom by Satterthwaite (1946); their sum where no draw has a variance."""
    freedoms = [degrees_of_freedom(one.sample) for one in used]
    if min(freedoms) <= 0:
        return 0.0
    below = sum(v.total**2 / df for v, df in zip(variances, freedoms, strict=True))
    whole = sum(one.total for one in variances)
    return whole**2 / below if below > 0 else float(sum(freedoms))
