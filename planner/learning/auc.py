"""How well a score orders: the area under the curve, its variance, within groups, and compared.

DeLong, DeLong & Clarke-Pearson 1988, by midranks (Sun & Xu 2014). Within groups (an inspector's
own visits) pairs of the same group alone are compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.intervals import LEVEL, Interval
from yaohao.planner.learning.sample import Bools, Floats, Ints
from yaohao.planner.learning.special import normal_quantile
from yaohao.planner.vocabulary.problems import refuse


@dataclass(frozen=True)
class Area:
    """An area under the curve (0.5 orders nothing, 1 all) with its error, interval and pairs."""

    value: float
    se: float
    interval: Interval
    pairs: int


def midranks(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = (ends - (counts - 1) / 2)[where]
    return ranks


def _placements(score: Floats, wrong: Bools) -> tuple[Floats, Floats]:
    """For each wrong one the share of right ones below it; for each right one, of wrong above."""
    hits, rest = score[wrong], score[~wrong]
    both = midranks(np.concatenate([hits, rest]))
    m, n = len(hits), len(rest)
    return (both[:m] - midranks(hits)) / n, 1 - (both[m:] - midranks(rest)) / m


def _interval(value: float, se: float, level: float) -> Interval:
    reach = normal_quantile(0.5 + level / 2) * se
    return Interval(max(0.0, value - reach), min(1.0, value + reach), "delong", level)


def area(score: Floats, wrong: Bools, level: float = LEVEL) -> Area:
    """The area of one score; refused with fewer than two wrong or two right ones."""
    m, n = int(wrong.sum()), int((~wrong).sum())
    if min(m, n) < 2:
        raise refuse("learning.few-hits", found=min(m, n), least=2)
    above, below = _placements(score, wrong)
    value = float(above.mean())
    se = math.sqrt(float(above.var(ddof=1)) / m + float(below.var(ddof=1)) / n)
    return Area(value, se, _interval(value, se, level), m * n)


@dataclass(frozen=True)
class Gain:
    """The area of one score less that of another on the same visits."""

    value: float
    se: float
    low: float
    high: float


def gain(score: Floats, other: Floats, wrong: Bools, level: float = LEVEL) -> Gain:
    """How much better `score` orders than `other`, paired."""
    m, n = int(wrong.sum()), int((~wrong).sum())
    if min(m, n) < 2:
        raise refuse("learning.few-hits", found=min(m, n), least=2)
    one, two = _placements(score, wrong), _placements(other, wrong)
    above, below = one[0] - two[0], one[1] - two[1]
    value = float(above.mean())
    se = math.sqrt(float(above.var(ddof=1)) / m + float(below.var(ddof=1)) / n)
    reach = normal_quantile(0.5 + level / 2) * se
    return Gain(value, se, value - reach, value + reach)


def area_within(score: Floats, wrong: Bools, group: Ints, level: float = LEVEL) -> Area:
    """The area over pairs of the same group, groups weighted by their pairs.

    Groups with fewer than two wrong or two right ones tell nothing of their spread and are left
    out; refused where none is left.
    """
    parts = []
    for code in np.unique(group):
        here = group == code
        if min(int(wrong[here].sum()), int((~wrong[here]).sum())) >= 2:
            parts.append(area(score[here], wrong[here], level))
    pairs = sum(one.pairs for one in parts)
    if not pairs:
        raise refuse("learning.few-hits", found=0, least=2)
    value = sum(one.pairs * one.value for one in parts) / pairs
    se = math.sqrt(sum((one.pairs * one.se) ** 2 for one in parts)) / pairs
    return Area(value, se, _interval(value, se, level), pairs)
