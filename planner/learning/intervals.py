"""Intervals for a share: one cell, several cells, and the bound where nothing was found.

Wilson 1927; Clopper & Pearson 1934; the exact hypergeometric interval by inversion of both tails;
logit with Student's t; Korn & Graubard 1998 (beta on the effective number of visits). None of
them has width 0 unless everyone was visited.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from yaohao.planner.learning.special import beta_quantile, normal_quantile, student_quantile
from yaohao.planner.vocabulary.problems import refuse

LEVEL = 0.95
_FEW = 5
_ENOUGH = 30
_NEAR = 1e-9  # of the limit; the error of the sums below is far less
_FINEST = 10**9  # levels are decimals: 0.025 is meant, not the nearest binary fraction


@dataclass(frozen=True)
class Interval:
    """Limits of a share at a level, and the method that gave them.

    `method` is ``wilson``, ``hypergeometric``, ``clopper-pearson``, ``logit``, ``mover``,
    ``korn-graubard``, ``student`` or ``census``.
    """

    low: float
    high: float
    method: str
    level: float = LEVEL

    @property
    def width(self) -> float:
        """The upper less the lower limit."""
        return self.high - self.low

    def times(self, number: float) -> Interval:
        """The interval of `number` > 0 times the share."""
        return Interval(self.low * number, self.high * number, self.method, self.level)


def _check(hits: float, visits: float, level: float) -> None:
    if not 0 <= hits <= visits or visits <= 0 or not 0 < level < 1:
        raise refuse("learning.counts", hits=hits, visits=visits, level=level)


def wilson(hits: int, visits: int, level: float = LEVEL) -> Interval:
    """Wilson's score interval of `hits` in `visits` (Newcombe 1998, method 3)."""
    _check(hits, visits, level)
    z = normal_quantile(0.5 + level / 2)
    middle = hits + z * z / 2
    spread = z * math.sqrt(hits * (visits - hits) / visits + z * z / 4)
    whole = visits + z * z
    return Interval(
        max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole), "wilson", level
    )


def clopper_pearson(hits: float, visits: float, level: float = LEVEL) -> Interval:
    """The exact binomial interval; `hits` and `visits` may be effective numbers."""
    _check(hits, visits, level)
    rest = (1 - level) / 2
    low = beta_quantile(rest, hits, visits - hits + 1) if hits > 0 else 0.0
    high = beta_quantile(1 - rest, hits + 1, visits - hits) if hits < visits else 1.0
    return Interval(low, high, "clopper-pearson", level)


def hypergeometric(hits: int, visits: int, size: int, level: float = LEVEL) -> Interval:
    """The exact interval of a share among `size` entities, `visits` of them drawn equally.

    Lower limit: the least number of wrong ones under which so many hits or more have a chance
    above (1 - level)/2; upper limit: the greatest under which so few have. Where nearly everyone
    was visited both may be the same number; the interval then takes in one entity more on either
    side where that is possible, so that only a census has width 0.
    """
    _check(hits, visits, level)
    if visits > size:
        raise refuse("learning.counts", hits=hits, visits=visits, level=level)
    rest = (1 - level) / 2
    least, most = hits, size - (visits - hits)
    low, high = least, most
    while low < high:
        middle = (low + high) // 2
        if _is_above(hits, visits, middle, size, rest):
            high = middle
        else:
            low = middle + 1
    first = low
    low, high = first, most
    while low < high:
        middle = (low + high + 1) // 2
        # At most so many right ones among the drawn is the same event seen from the other side.
        if _is_above(visits - hits, visits, size - middle, size, rest):
            low = middle
        else:
            high = middle - 1
    if visits == size:
        return Interval(first / size, low / size, "census", level)
    if first == low:
        first, low = max(first - 1, least), min(low + 1, most)
    return Interval(first / size, low / size, "hypergeometric", level)


def _is_above(hits: int, visits: int, wrong: int, size: int, rest: float) -> bool:
    """Whether P(X >= hits) is above `rest`; what is too near to tell is counted exactly.

    A chance can be just (1 - level)/2, as 3/120 is 2.5 %: then it is not above it.
    """
    chance = _chance_of_least(hits, visits, wrong, size)
    if abs(chance - rest) > _NEAR * rest:
        return chance > rest
    ways = sum(
        math.comb(wrong, x) * math.comb(size - wrong, visits - x)
        for x in range(hits, min(visits, wrong) + 1)
    )
    exactly = Fraction(ways, math.comb(size, visits))
    return exactly > Fraction(rest).limit_denominator(_FINEST)


def _chance_of_least(hits: int, visits: int, wrong: int, size: int) -> float:
    """P(X >= hits) where `visits` of `size` are drawn, of whom `wrong` count."""
    if hits <= max(0, visits - (size - wrong)):
        return 1.0
    most = min(visits, wrong)
    if hits > most:
        return 0.0
    log_term = _log_choose(wrong, hits) + _log_choose(size - wrong, visits - hits)
    term = math.exp(log_term - _log_choose(size, visits))
    mean = visits * wrong / size
    total = term
    if hits > mean:
        for x in range(hits, most):
            term *= (wrong - x) * (visits - x) / ((x + 1) * (size - wrong - visits + x + 1))
            total += term
            if term < total * 1e-16:
                break
        return total
    below = 0.0
    for x in range(hits, max(0, visits - (size - wrong)), -1):
        term *= x * (size - wrong - visits + x) / ((wrong - x + 1) * (visits - x + 1))
        below += term
        if term < below * 1e-16:
            break
    return 1.0 - below


def _log_choose(above: int, below: int) -> float:
    return math.lgamma(above + 1) - math.lgamma(below + 1) - math.lgamma(above - below + 1)


def one_cell(hits: int, visits: int, size: int, level: float = LEVEL) -> Interval:
    """The interval of a share within one cell of `size` entities.

    Wilson for thirty visits and more with hits and misses enough (five), of no more than a tenth
    of the cell; else the exact hypergeometric one.
    """
    _check(hits, visits, level)
    few = min(hits, visits - hits) < _FEW
    if visits < _ENOUGH or few or visits * 10 > size:
        return hypergeometric(hits, visits, size, level)
    return wilson(hits, visits, level)


def logit(share: float, se: float, df: float, level: float = LEVEL) -> Interval:
    """The interval on the scale of log odds, Student's t with `df` degrees of freedom.

    Refused where the share is 0 or 1, the standard error 0 or no degree of freedom is left: the
    method has nothing to say then.
    """
    if not (0 < share < 1 and se > 0 and df > 0):
        raise refuse("learning.no-ground", share=share, se=se, df=df)
    reach = student_quantile(0.5 + level / 2, df) * se / (share * (1 - share))
    centre = math.log(share / (1 - share))
    return Interval(_expit(centre - reach), _expit(centre + reach), "logit", level)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def korn_graubard(
    share: float, variance: float, visits: float, df: float, level: float = LEVEL
) -> Interval:
    """Clopper-Pearson on the effective number of visits, adjusted for the degrees of freedom.

    Where the variance is 0 (nothing found, or nothing else) `visits` itself is taken as the
    effective number; hand in Kish's number where chances are unequal.
    """
    if not (0 <= share <= 1 and visits > 0):
        raise refuse("learning.no-ground", share=share, se=variance, df=df)
    if variance <= 0 or share in (0.0, 1.0):
        effective = float(visits)
    else:
        effective = share * (1 - share) / variance
        if visits > 1 and df > 0:
            rest = (1 - level) / 2
            ratio = student_quantile(rest, visits - 1) / student_quantile(rest, df)
            effective *= ratio * ratio
    interval = clopper_pearson(effective * share, effective, level)
    return Interval(interval.low, interval.high, "korn-graubard", level)
