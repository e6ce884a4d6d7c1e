"""Whether the tiers part firms that are found wrong from those that are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.estimates import Estimate, share_of
from yaohao.planner.learning.intervals import LEVEL, Interval, hypergeometric
from yaohao.planner.learning.sample import (
    DesignSample,
    Floats,
    Ints,
    ints,
)
from yaohao.planner.vocabulary.problems import refuse


@dataclass(frozen=True)
class TierRate:
    """The rate of wrong ones in one tier among those found, and what became of its violators.

    `lift` is the rate over that of the pool (nan where nothing was found wrong at all);
    `visited_share` the drawn wrong ones over the estimated wrong ones of the tier. `estimate` is
    None where the visits of the tier are too few for the variance of the design; `interval` is
    then the exact one of the tier taken as one cell.
    """

    tier: int
    found: int
    wrong: int
    rate: float
    interval: Interval
    lift: float
    estimate: Estimate | None


@dataclass(frozen=True)
class TierSeparation:
    """Rates by tier, the share of all estimated violators that the draw visited, and the trend."""

    tiers: tuple[TierRate, ...]
    overall: float
    visited_share: float
    trend: Trend


@dataclass(frozen=True)
class Trend:
    """The Cochran-Armitage statistic with p by randomisation: rising, and either way."""

    statistic: float
    p_rising: float
    p: float
    rounds: int


def tier_separation(
    sample: DesignSample, rounds: int = 2000, seed: int = 0, level: float = LEVEL
) -> TierSeparation:
    """Rates by tier with intervals, lift, share of violators visited, and the test of a trend."""
    if not sample.reached.any():
        raise refuse("learning.nothing-seen")
    overall = share_of(sample, sample.wrong, sample.reached, level).value
    rows = [_tier_rate(sample, int(tier), overall, level) for tier in np.unique(sample.tier)]
    estimated = float(sample.weights @ sample.wrong)
    visited = float(sample.wrong.sum()) / estimated if estimated > 0 else float("nan")
    size = int(sample.cells.tiers.max()) + 1
    reached = np.bincount(sample.tier[sample.reached], minlength=size)
    wrong = np.bincount(sample.tier[sample.wrong], minlength=size)
    return TierSeparation(tuple(rows), overall, visited, trend(wrong, reached, rounds, seed))


def _tier_rate(sample: DesignSample, tier: int, overall: float, level: float) -> TierRate:
    here = sample.reached & (sample.tier == tier)
    reached, wrong = int(here.sum()), int((here & sample.wrong).sum())
    if reached == 0:
        return TierRate(tier, 0, 0, float("nan"), Interval(0, 1, "census"), float("nan"), None)
    size = int(sample.cells.sizes[sample.cells.tiers == tier].sum())
    if reached < 2:
        rate, estimate = wrong / reached, None
        interval = hypergeometric(wrong, reached, size, level)
    else:
        own = np.equal(sample.cells.tiers, tier)
        estimate = share_of(sample, sample.wrong, here, level, own)
        rate, interval = estimate.value, estimate.interval
    lift = rate / overall if overall > 0 else float("nan")
    return TierRate(tier, reached, wrong, rate, interval, lift, estimate)


def trend(wrong: Ints, reached: Ints, rounds: int = 2000, seed: int = 0) -> Trend:
    """Whether rates rise with the tier, scores 0, 1, 2 … (Cochran 1954, Armitage 1955).

    The reference is that of dealing the wrong ones to the visits anew (multivariate
    hypergeometric), so that it holds with few hits too.
    """
    seen, hits = ints(reached, "found"), ints(wrong, "wrong", np.asarray(reached).shape)
    if (hits > seen).any() or (hits < 0).any():
        raise refuse("learning.counts", hits=hits.tolist(), visits=seen.tolist(), level="")
    if (seen > 0).sum() < 2:
        raise refuse("learning.one-group")
    scores = np.arange(len(seen), dtype=np.float64)
    total, whole = int(hits.sum()), int(seen.sum())
    centre = total * float(scores @ seen) / whole
    dealt: Floats = (
        np.random.default_rng(seed).multivariate_hypergeometric(seen, total, size=rounds) @ scores
        - centre
    )
    real = float(scores @ hits) - centre
    rising = (1 + int((dealt >= real - 1e-9).sum())) / (rounds + 1)
    either = (1 + int((np.abs(dealt) >= abs(real) - 1e-9).sum())) / (rounds + 1)
    share = total / whole
    spread = (float(scores**2 @ seen) - float(scores @ seen) ** 2 / whole) * share * (1 - share)
    return Trend(real / spread**0.5 if spread > 0 else 0.0, rising, either, rounds)
