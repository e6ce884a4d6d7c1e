"""Distribution functions and quantiles that intervals and tests need, without a library.

Normal quantiles are the standard library's (Wichura 1988, AS 241). The incomplete beta and gamma
functions are continued fractions and series (Abramowitz & Stegun 1964, 6.5 and 26.5); quantiles
are found by bisection, which cannot fail to converge.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()
_SMALL = 1e-300
_PRECISE = 1e-15
_MOST_STEPS = 10_000


def normal_cdf(z: float) -> float:
    """P(Z <= z) of the standard normal distribution."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_quantile(share: float) -> float:
    """The z with P(Z <= z) = `share`, 0 < share < 1."""
    return _NORMAL.inv_cdf(share)


def two_sided(z: float) -> float:
    """P(|Z| >= |z|) of the standard normal distribution."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def beta_cdf(x: float, a: float, b: float) -> float:
    """P(B <= x) of the beta distribution with shapes `a`, `b` > 0."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1.0) / (a + b + 2.0):
        return math.exp(log_front) * _beta_fraction(x, a, b) / a
    return 1.0 - math.exp(log_front) * _beta_fraction(1.0 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _SMALL else _SMALL)
    value = d
    for m in range(1, _MOST_STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > _SMALL else _SMALL)
            c = 1.0 + term / c
            c = c if abs(c) > _SMALL else _SMALL
            value *= c * d
        if abs(c * d - 1.0) < _PRECISE:
            break
    return value


@lru_cache(maxsize=4096)
def beta_quantile(share: float, a: float, b: float) -> float:
    """The x with P(B <= x) = `share` of the beta distribution with shapes `a`, `b` > 0.

    Newton's steps within a bracket, halved where a step would leave it.
    """
    low, high, x = 0.0, 1.0, a / (a + b)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    for _ in range(200):
        above = beta_cdf(x, a, b) - share
        if above < 0:
            low = x
        else:
            high = x
        log_slope = (a - 1.0) * math.log(x) + (b - 1.0) * math.log1p(-x) - log_beta
        step = above * math.exp(min(-log_slope, 700.0))
        following = x - step
        if not low < following < high:
            following = (low + high) / 2.0
        if abs(following - x) <= 4e-16 * x or following in (low, high):
            return following
        x = following
    return x


def student_cdf(t: float, df: float) -> float:
    """P(T <= t) of Student's t with `df` > 0 degrees of freedom."""
    tail = 0.5 * beta_cdf(df / (df + t * t), df / 2.0, 0.5)
    return 1.0 - tail if t > 0 else tail


@lru_cache(maxsize=4096)
def student_quantile(share: float, df: float) -> float:
    """The t with P(T <= t) = `share`; `df` may be infinite (normal)."""
    if math.isinf(df):
        return normal_quantile(share)
    if share == 0.5:
        return 0.0
    tail = 2.0 * min(share, 1.0 - share)
    # Where the tail is found through 1 - x, few digits would be left of a x close to 1.
    rest = beta_quantile(1.0 - tail, 0.5, df / 2.0)
    size = math.sqrt(df * rest / (1.0 - rest))
    return size if share > 0.5 else -size


def chi_square_sf(x: float, df: float) -> float:
    """P(X >= x) of the chi-square distribution with `df` degrees of freedom."""
    return gamma_sf(x / 2.0, df / 2.0) if x > 0 else 1.0


def gamma_sf(x: float, shape: float) -> float:
    """P(G >= x) of the gamma distribution with scale 1: the upper regularised function Q."""
    if x <= 0:
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        for k in range(1, _MOST_STEPS):
            term *= x / (shape + k)
            total += term
            if term < total * _PRECISE:
                break
        return 1.0 - front * total
    b = x + 1.0 - shape
    c, d = 1.0 / _SMALL, 1.0 / b
    value = d
    for k in range(1, _MOST_STEPS):
        term = -k * (k - shape)
        b += 2.0
        d = term * d + b
        d = 1.0 / (d if abs(d) > _SMALL else _SMALL)
        c = b + term / c
        c = c if abs(c) > _SMALL else _SMALL
        value *= c * d
        if abs(c * d - 1.0) < _PRECISE:
            break
    return front * value


def binomial_two_sided(hits: int, size: int) -> float:
    """Two-sided exact p of `hits` out of `size` where either side has the chance one half."""
    if size == 0:
        return 1.0
    fewer = min(hits, size - hits)
    # P(X <= k) = P(B >= 1/2) with shapes k + 1, size - k.
    tail = 1.0 - beta_cdf(0.5, fewer + 1.0, float(size - fewer))
    return min(1.0, 2.0 * tail)
