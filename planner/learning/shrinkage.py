"""Rates of small cells drawn towards those of their tier (beta-binomial, by moments).

The strength M of the tier's rate counts in visits: a cell with M visits of its own is halfway.
Kleinman 1973 for the moments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.sample import (
    Floats,
    Ints,
    floats,
    ints,
)
from yaohao.planner.vocabulary.problems import refuse

LEAST_STRENGTH = 10.0
MOST_STRENGTH = 1e6


@dataclass(frozen=True)
class Shrunk:
    """Rates of cells: the raw ones (nan without a visit), the tiers', the shrunk, and M."""

    raw: Floats
    tier_rates: Floats
    rates: Floats
    strength: float
    hits: Floats
    visits: Ints


def shrunk_rates(
    hits: Floats | Ints, visits: Ints, tiers: Ints, least: float = LEAST_STRENGTH
) -> Shrunk:
    """Rates p_c = (a_c + M μ_t) / (n_c + M) of each cell, M by moments and no less than `least`.

    A tier without any visit takes the rate of all; refused where nobody was visited at all.
    """
    hit = floats(hits, "hits")
    seen = ints(visits, "visits", hit.shape)
    group = ints(tiers, "tiers", hit.shape)
    if (hit < 0).any() or (hit > seen).any():
        raise refuse("learning.counts", hits=hit.tolist(), visits=seen.tolist(), level="")
    if not seen.any():
        raise refuse("learning.nothing-seen")
    count = int(group.max()) + 1
    tier_visits = np.bincount(group, seen, minlength=count)
    tier_hits = np.bincount(group, hit, minlength=count)
    overall = tier_hits.sum() / tier_visits.sum()
    tier_rates = np.where(tier_visits > 0, tier_hits / np.maximum(tier_visits, 1), overall)
    strength = _strength(hit, seen, tier_rates[group], least)
    rates = (hit + strength * tier_rates[group]) / (seen + strength)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = hit / seen
    return Shrunk(raw, tier_rates, rates, strength, hit, seen)


def _strength(hits: Floats, visits: Ints, means: Floats, least: float) -> float:
    """M = 1/ρ - 1, where ρ is the share of the variance of a visit that lies between cells."""
    seen = visits > 0
    n, mean = visits[seen].astype(np.float64), means[seen]
    spread = mean * (1 - mean)
    if spread.sum() <= 0:
        return MOST_STRENGTH
    squares = n * (hits[seen] / n - mean) ** 2
    # E squares = spread (1 + (n - 1) ρ) where means are known.
    above = float(squares.sum() - spread.sum())
    below = float((spread * (n - 1)).sum())
    share = above / below if below > 0 else 0.0
    if share <= 1 / (MOST_STRENGTH + 1):
        return MOST_STRENGTH
    return float(max(least, 1 / min(share, 0.999) - 1))
