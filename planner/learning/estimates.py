"""Totals and shares of the pool from a draw, with the exact variance of the design.

The variance of a total has two parts, both taken from the committed table: that of the lottery
over the cells' counts, and that of the tickets within cells (Särndal, Swensson & Wretman 1992,
chapters 2 and 3). It needs no pair of cells to be seen together, and no cell to have two visits.
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
    Bools,
    Cells,
    DesignSample,
    Floats,
    Table,
)
from yaohao.planner.learning.shrinkage import shrunk_rates
from yaohao.planner.vocabulary.problems import refuse

_OF_ALL = 2.0
"""Visits that the rate of all counts for within a tier, where variances are estimated."""


@dataclass(frozen=True)
class Variance:
    """The variance of a total, N-weighted: from the lottery over counts, and from the tickets."""

    lottery: float
    tickets: float

    @property
    def total(self) -> float:
        """The whole variance."""
        return self.lottery + self.tickets

    @property
    def lottery_share(self) -> float:
        """The part of the variance that the lottery's outcome carries; 0 where there is none."""
        return self.lottery / self.total if self.total > 0 else 0.0


def design_variance(cells: Cells, table: Table, means: Floats, squares: Floats) -> Variance:
    """Var(T) of T = Σ (N_c/x_c) Σ y, from each cell's mean of y and mean of y squared.

    Exact where means and squares are those of the whole cells. The lottery's part is
    Σ_k w_k (Σ_c (n_kc - x_c) Y_c/x_c)², which is Σ_c Σ_d (Y_c/x_c)(Y_d/x_d) Cov(n_c, n_d).
    """
    sizes, visits = cells.sizes.astype(np.float64), cells.visits
    pull = sizes * means / visits
    moved = table.counted @ pull - float(visits @ pull)
    lottery = float(table.chances @ (moved * moved))
    means_of_n, squares_of_n = table.moments
    inside = np.maximum(means_of_n - squares_of_n / sizes, 0.0)  # E[n(1 - n/N)]
    spread = np.maximum(squares - means * means, 0.0) * sizes / np.maximum(sizes - 1, 1)
    tickets = float(((sizes / visits) ** 2 * inside * spread).sum())
    return Variance(lottery, tickets)


@dataclass(frozen=True)
class Estimate:
    """An estimated share or total with its standard error, interval and grounds.

    `drawn` and `hits` count the drawn entities it rests on and those that count; `df` the degrees
    of freedom; `effective` the visits of a simple draw that would tell as much. `korn_graubard`
    stands beside the interval where hits are few (and is the interval where there are none).
    """

    value: float
    se: float
    df: float
    interval: Interval
    korn_graubard: Interval
    drawn: int
    hits: int
    effective: float
    lottery_share: float

    @property
    def design_effect(self) -> float:
        """The visits made over the visits of a simple draw that would tell as much."""
        return self.drawn / self.effective if self.effective > 0 else math.inf


@dataclass(frozen=True)
class ThreeWay:
    """The share of wrong ones: bounds that need no assumption, and one that does.

    `least` counts everyone not found as right, `most` as wrong; `alike` assumes that those not
    found are like those found. `interval` reaches from the lower limit of `least` to the upper
    limit of `most`.
    """

    least: Estimate
    most: Estimate
    alike: Estimate
    interval: Interval


def total_wrong(
    sample: DesignSample, domain: Bools | None = None, level: float = LEVEL
) -> Estimate:
    """The number of the pool that would have been found and found wrong (formula 1).

    Unbiased over lottery and tickets; in a thin draw it may pass the pool, which its interval does
    not. `domain` marks the drawn entities that count, such as those
    of one industry. The interval is that of the share of the pool, times the pool; it never
    begins below the number that was seen.
    """
    counted = sample.wrong if domain is None else sample.wrong & domain
    values = counted.astype(np.float64)
    means, squares = _cell_moments(sample, values, counted)
    variance = design_variance(sample.cells, sample.table, means, squares)
    value = float(sample.weights[counted].sum())
    pool, hits = sample.cells.pool, int(counted.sum())
    share = min(value / pool, 1.0)
    rate = _estimate(sample, np.ones(len(sample), np.bool_), share, variance, pool, hits, level)
    interval, beside = (
        Interval(min(max(one.low * pool, hits), value), one.high * pool, one.method, level)
        for one in (rate.interval, rate.korn_graubard)
    )
    return Estimate(
        value, rate.se * pool, rate.df, interval, beside, len(sample), hits, rate.effective,
        rate.lottery_share,
    )  # fmt: skip


def share_of(
    sample: DesignSample,
    counted: Bools,
    among: Bools | None = None,
    level: float = LEVEL,
    cells: Bools | None = None,
) -> Estimate:
    """The share of `counted` among the entities of the pool like `among` (Hájek).

    Both mark drawn entities; `cells` marks the cells that have entities like `among` at all, where
    that is known (a tier, a region by which the lot was divided): the others add no variance then.
    The variance is that of the total of the residuals y - p, over the square of the estimated
    number of those counted in (Särndal, Swensson & Wretman 1992, 5.6).
    """
    inside = np.ones(len(sample), np.bool_) if among is None else np.asarray(among, np.bool_)
    hit = inside & np.asarray(counted, np.bool_)
    if not inside.any():
        raise refuse("learning.nothing-seen")
    weights = sample.weights
    # Sums of some rows: products of long vectors wait for each other's threads.
    whole = float(weights[inside].sum())
    share = float(weights[hit].sum()) / whole
    values = np.where(inside, hit - share, 0.0)
    means, squares = residual_moments(sample, hit, inside & ~hit, share)
    if cells is not None:
        means, squares = np.where(cells, means, 0.0), np.where(cells, squares, 0.0)
    variance = design_variance(sample.cells, sample.table, means, squares)
    if not values.any():
        variance = Variance(0.0, 0.0)
    return _estimate(sample, inside, share, variance, whole, int(hit.sum()), level)


def three_way(sample: DesignSample, domain: Bools | None = None, level: float = LEVEL) -> ThreeWay:
    """The share of wrong ones with those not found counted as right, as wrong, and left out.

    `alike` is refused where nobody was found.
    """
    inside = np.ones(len(sample), np.bool_) if domain is None else np.asarray(domain, np.bool_)
    least = share_of(sample, sample.wrong, inside, level)
    most = share_of(sample, sample.wrong | ~sample.reached, inside, level)
    alike = share_of(sample, sample.wrong, inside & sample.reached, level)
    low, high = least.interval, most.interval
    return ThreeWay(least, most, alike, Interval(low.low, high.high, high.method, level))


def domain_shares(
    sample: DesignSample, codes: np.ndarray, level: float = LEVEL
) -> dict[int, Estimate]:
    """The share of wrong ones among those found, for each code that a drawn entity found has."""
    return {
        int(code): share_of(sample, sample.wrong, sample.reached & (codes == code), level)
        for code in np.unique(codes[sample.reached])
    }


def _cell_moments(sample: DesignSample, values: Floats, hit: Bools) -> tuple[Floats, Floats]:
    """The mean of y and of y squared in each cell, for y = 0 or 1, shrunk to the tier."""
    rates = _rates(sample, hit)
    return rates, rates


def residual_moments(
    sample: DesignSample, hit: Bools, miss: Bools, share: float
) -> tuple[Floats, Floats]:
    """The means of y and of y squared in each cell, shrunk to the tier, for the residuals
    y = 1 - p where hit, -p where missed, 0 outside the domain.
    """
    hits, misses = _rates(sample, hit), _rates(sample, miss)
    means = hits * (1 - share) - misses * share
    squares = hits * (1 - share) ** 2 + misses * share**2
    return means, squares


def _rates(sample: DesignSample, marked: Bools) -> Floats:
    """The shrunk rate of each cell, those of the tiers themselves drawn to the rate of all.

    A tier in which few visits found nothing has not shown that there is nothing to find.
    """
    hits = np.bincount(sample.cell, marked, minlength=len(sample.cells))
    shrunk = shrunk_rates(hits, sample.drawn, sample.cells.tiers)
    tiers = sample.cells.tiers
    size = len(shrunk.tier_rates)
    overall = float(sample.weights[marked].sum() / sample.weights.sum())
    seen = np.bincount(tiers, sample.drawn, minlength=size)
    tier_hits = np.bincount(tiers, hits, minlength=size)
    tier_rates = (tier_hits + _OF_ALL * overall) / (seen + _OF_ALL)
    rates: Floats = (hits + shrunk.strength * tier_rates[tiers]) / (sample.drawn + shrunk.strength)
    return rates


def degrees_of_freedom(sample: DesignSample) -> int:
    """Drawn entities less cells; less tiers, where a cell has fewer than two."""
    drawn = sample.drawn
    parts = len(drawn) if (drawn >= 2).all() else len(np.unique(sample.tier))
    return len(sample) - parts


# Many parameters: the parts of an estimate, said once.
def _estimate(
    sample: DesignSample,
    inside: Bools,
    share: float,
    variance: Variance,
    whole: float,
    hits: int,
    level: float,
) -> Estimate:
    """The estimate of a share from the variance of its total, by one draw."""
    df = degrees_of_freedom(sample)
    return estimate_of(share, variance, whole, hits, sample.weights[inside], df, level)


# Many parameters: the parts of an estimate, said once.
def estimate_of(
    share: float,
    variance: Variance,
    whole: float,
    hits: int,
    weights: Floats,
    df: float,
    level: float,
) -> Estimate:
    """The estimate of a share from the variance of its total; Kish's number where none is hit.

    `whole` is the number that the share is of, `weights` are those of the drawn entities that it
    rests on. PlannerError without degrees of freedom.
    """
    drawn = len(weights)
    # No product of long vectors: these wait for each other's threads.
    kish = float(weights.sum() ** 2 / np.square(weights).sum()) if drawn else 0.0
    if df <= 0 or drawn < 1:
        raise refuse("learning.no-freedom", drawn=drawn, df=df)
    se = math.sqrt(variance.total) / whole
    sure = se > 0 and 0 < share < 1
    beside = korn_graubard(share, se * se if sure else 0.0, drawn if sure else kish, df, level)
    interval = logit(share, se, df, level) if sure else beside
    effective = share * (1 - share) / (se * se) if sure else kish
    return Estimate(share, se, df, interval, beside, drawn, hits, effective, variance.lottery_share)
