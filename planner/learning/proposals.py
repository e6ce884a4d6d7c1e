"""Rates for the next draw from what the last ones found, and what each choice costs.

One knob, α, moves from estimating (0 equal, one half to 1) through tilting (2) to finding
(infinite: cells filled in order of their rate). A floor on every cell keeps the estimate honest;
the frontier shows both sides and makes no choice. All of it assumes that firms do not change
because they are watched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.intervals import LEVEL, Interval
from yaohao.planner.learning.sample import (
    Floats,
    Ints,
    floats,
    ints,
    summed,
)
from yaohao.planner.learning.shrinkage import Shrunk, shrunk_rates
from yaohao.planner.vocabulary.problems import refuse

GREEDY = math.inf
DEFAULT_ALPHA = 2.0
_STEEPEST, _FLATTERED = 32.0, 1.1
LEAST_RATE = 0.005
LEAST_VISITS_A_TIER = 2.0
ALPHAS = (0.0, 0.5, 1.0, 2.0, GREEDY)
_STEPS = 200
_WORLDS = 4000


@dataclass(frozen=True)
class Ground:
    """What is known of the cells before a proposal: sizes, tiers, and shrunk rates of findings."""

    sizes: Ints
    tiers: Ints
    shrunk: Shrunk

    @property
    def rates(self) -> Floats:
        """The shrunk rate of each cell."""
        return self.shrunk.rates


@dataclass(frozen=True)
class Proposal:
    """Rates and expected visits by cell, with expected finds and the error of the next estimate.

    `error` is the expected standard error of the estimated total over the total, infinite where a
    cell with findings would have no chance; `bias` the part of the findings that no visit could
    reach, as a negative share. `floored` and `capped` count the cells at a limit.
    """

    rule: str
    alpha: float
    rates: Floats
    visits: Floats
    finds: float
    finds_interval: Interval
    error: float
    bias: float
    floored: int
    capped: int


def ground(sizes: Any, hits: Any, visits: Any, tiers: Any) -> Ground:
    """Shrunk rates of cells from past draws; refused where nobody was visited."""
    size = ints(sizes, "sizes")
    if (size <= 0).any():
        raise refuse("learning.cells")
    group = ints(tiers, "tiers", size.shape)
    hit, seen = floats(hits, "hits", size.shape), ints(visits, "visits", size.shape)
    return Ground(size, group, shrunk_rates(hit, seen, group))


def floors(known: Ground, law: Any = 0.0, least: float = LEAST_RATE) -> Floats:
    """The least rate of each cell: `least`, the law's (of all or of each), two visits a tier."""
    legal = np.broadcast_to(np.asarray(law, np.float64), known.sizes.shape)
    whole = np.bincount(known.tiers, known.sizes)
    of_tier = np.minimum(1.0, LEAST_VISITS_A_TIER / np.maximum(whole, 1))[known.tiers]
    return floats(np.maximum(np.maximum(legal, least), of_tier), "floor")


# Many parameters: arrays of one length each, and the plan's own knobs.
def proposed(
    known: Ground,
    total: float,
    alpha: float = DEFAULT_ALPHA,
    floor: Any = LEAST_RATE,
    cap: Any = 1.0,
    level: float = LEVEL,
    seed: int = 0,
) -> Proposal:
    """Rates clip(κ p^α, floor, cap) with Σ N r = `total` visits; α infinite fills greedily.

    Refused where the floors ask for more visits than there are, or the caps allow fewer.
    """
    rates = rates_by(known, total, alpha, floor, cap)
    low, high = _limits(known, total, floor, cap)
    rule = "greedy" if math.isinf(alpha) else "power" if alpha else "equal"
    return _told(rule, alpha, known, rates, low, high, level, seed)


def rates_by(
    known: Ground, total: float, alpha: float, floor: Any = LEAST_RATE, cap: Any = 1.0
) -> Floats:
    """The rates of `proposed` alone, without what is expected of them."""
    low, high = _limits(known, total, floor, cap)
    if not alpha >= 0:
        raise refuse("learning.alpha", found=alpha)
    if math.isinf(alpha):
        return _greedy(known, total, low, high)
    return _scaled(known.rates**alpha, known, total, low, high)


def enough(
    known: Ground, total: float, finds: float, floor: Any = LEAST_RATE, cap: Any = 1.0
) -> float:
    """The least weight α, from the default on, with which no fewer than `finds` are found at
    `total` visits.

    Rates that follow risk more steeply than what was found bears out find more than the default
    weight would. A tenth more has to be expected, since whoever chooses by estimates is flattered
    by them. Infinite where no smaller weight comes to as many as `finds`.
    """

    def found(alpha: float) -> float:
        rates = rates_by(known, total, alpha, floor, cap)
        return float((known.sizes * rates) @ known.rates)

    if known.rates.max() <= 0 or found(DEFAULT_ALPHA) >= _FLATTERED * finds:
        return DEFAULT_ALPHA
    low, high = DEFAULT_ALPHA, _STEEPEST
    if found(high) < finds:
        return math.inf
    wanted = min(_FLATTERED * finds, found(high))
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if found(middle) < wanted else (low, middle)
    return math.ceil(high * 100) / 100


def neyman(
    known: Ground, total: float, floor: Any = LEAST_RATE, cap: Any = 1.0, level: float = LEVEL,
    seed: int = 0,
) -> Proposal:  # fmt: skip
    """Rates in proportion to √(p(1-p)), which make the error of the total least (Neyman 1934)."""
    low, high = _limits(known, total, floor, cap)
    spread = np.sqrt(known.rates * (1 - known.rates))
    if spread.max() <= 0 < known.rates.max():
        spread = np.ones_like(spread)  # where all are wrong no visit tells more than another
    rates = _scaled(spread, known, total, low, high)
    return _told("neyman", math.nan, known, rates, low, high, level, seed)


def frontier(
    known: Ground, total: float, floor: Any = LEAST_RATE, cap: Any = 1.0,
    alphas: Sequence[float] = ALPHAS, seed: int = 0,
) -> tuple[Proposal, ...]:  # fmt: skip
    """A proposal for each α and Neyman's, in order of expected finds: all of it to be shown.

    Where nothing was ever found there is nothing to follow: equal rates alone.
    """
    if known.rates.max() <= 0:
        return (proposed(known, total, 0.0, floor, cap, seed=seed),)
    proposals = [proposed(known, total, alpha, floor, cap, seed=seed) for alpha in alphas]
    proposals.append(neyman(known, total, floor, cap, seed=seed))
    return tuple(sorted(proposals, key=lambda one: one.finds))


def kept(known: Ground, rates: Any, level: float = LEVEL, seed: int = 0) -> Proposal:
    """What the rates of now would find again, to compare a proposal with."""
    given = floats(rates, "rates", known.sizes.shape)
    if (given < 0).any() or (given > 1).any():
        raise refuse("learning.rates")
    return _told(
        "kept", math.nan, known, given, np.zeros_like(given), np.ones_like(given), level, seed
    )


def _limits(known: Ground, total: float, floor: Any, cap: Any) -> tuple[Floats, Floats]:
    low = floats(np.broadcast_to(np.asarray(floor, np.float64), known.sizes.shape), "floor")
    high = floats(np.broadcast_to(np.asarray(cap, np.float64), known.sizes.shape), "cap")
    if (low < 0).any() or (high > 1).any() or (low > high).any():
        raise refuse("learning.rates")
    least, most = float(known.sizes @ low), float(known.sizes @ high)
    if total < least - 1e-9:
        raise refuse("learning.floors", total=total, least=round(least, 1))
    if total > most + 1e-9:
        raise refuse("learning.caps", total=total, most=round(most, 1))
    return low, high


def _scaled(shape: Floats, known: Ground, total: float, low: Floats, high: Floats) -> Floats:
    """clip(κ shape, low, high) with the κ that spends `total`, by bisection on its logarithm."""
    if shape.max() <= 0:
        raise refuse("learning.nothing-found")
    base = shape / shape.max()
    small, great = -40.0, 40.0
    for _ in range(_STEPS):
        middle = (small + great) / 2
        if float(known.sizes @ np.clip(math.exp(middle) * base, low, high)) < total:
            small = middle
        else:
            great = middle
    rates: Floats = np.clip(math.exp(great) * base, low, high)
    return rates


def _greedy(known: Ground, total: float, low: Floats, high: Floats) -> Floats:
    """Floors first, then cells to their cap in order of their rate."""
    rates = low.copy()
    left = total - float(known.sizes @ low)
    for cell in np.argsort(-known.rates, kind="stable"):
        more = min(left, float(known.sizes[cell] * (high[cell] - low[cell])))
        rates[cell] += more / known.sizes[cell]
        left -= more
    return np.minimum(rates, high)


# Many parameters: the parts of a proposal, said once.
def _told(
    rule: str, alpha: float, known: Ground, rates: Floats, low: Floats, high: Floats, level: float,
    seed: int,
) -> Proposal:  # fmt: skip
    sizes, p = known.sizes.astype(np.float64), known.rates
    visits = sizes * rates
    wrong = sizes * p
    reached = rates > 0
    spread = np.where(reached, (1 - rates) / np.where(reached, rates, 1), 0.0)
    variance = float((sizes * spread * p * (1 - p)).sum())
    missed = float(wrong[~reached].sum() / wrong.sum()) if wrong.sum() > 0 else 0.0
    error = math.sqrt(variance) / float(wrong.sum()) if wrong.sum() > 0 else math.inf
    return Proposal(
        rule,
        alpha,
        rates,
        visits,
        float(visits @ p),
        _finds(known, visits, level, seed),
        math.inf if missed > 0 else error,
        -missed,
        int((np.isclose(rates, low) & (low > 0)).sum()),
        int((np.isclose(rates, high) & (high < 1)).sum()),
    )


def _finds(known: Ground, visits: Floats, level: float, seed: int) -> Interval:
    """The span of finds: tiers' rates, cells' rates given these, and finds given those, drawn.

    A tier's rate is as sure as its effective visits make it, Σ n (M + 1)/(n + M): visits of one
    cell repeat each other where cells differ.
    """
    rng = np.random.default_rng(seed)
    shrunk, tiers, strength = known.shrunk, known.tiers, known.shrunk.strength
    sure = shrunk.visits * (strength + 1) / (shrunk.visits + strength)
    sure_of = np.maximum(summed(tiers, sure, len(shrunk.tier_rates)), 1.0)
    mean = np.clip(shrunk.tier_rates, 1e-6, 1 - 1e-6)
    of_tier = rng.beta(sure_of * mean, sure_of * (1 - mean), (_WORLDS, len(mean)))
    prior = np.clip(of_tier, 1e-9, 1 - 1e-9)[:, tiers] * strength
    rates = rng.beta(
        shrunk.hits + prior, np.maximum(shrunk.visits - shrunk.hits + strength - prior, 1e-9)
    )
    whole = np.floor(visits)
    counts = (whole + (rng.random(rates.shape) < visits - whole)).astype(np.int64)
    finds = rng.binomial(counts, rates).sum(axis=1)
    rest = (1 - level) / 2
    low, high = np.quantile(finds, (rest, 1 - rest), method="inverted_cdf")
    return Interval(float(low), float(high), "beta-binomial", level)
