"""Survival of firms: Kaplan-Meier with late entry, its intervals, restricted means, log-rank.

Times are numbers from establishment (years or days). An entity is at risk at time t where it
entered before t and left at t or later; one that was first seen alive in a snapshot enters at
that age (left truncation). Moves away are censored, suspended entities are alive.

Kaplan & Meier 1958; Greenwood 1926; Kalbfleisch & Prentice 2002; Andersen, Borgan, Gill & Keiding
1993 for late entry; Royston & Parmar 2013 for restricted means.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.intervals import LEVEL
from yaohao.planner.learning.sample import (
    Bools,
    Floats,
    Ints,
    bools,
    floats,
    ints,
)
from yaohao.planner.learning.special import chi_square_sf, normal_quantile
from yaohao.planner.vocabulary.problems import refuse

LEAST_AT_RISK = 10


@dataclass(frozen=True)
class AtRisk:
    """Numbers at risk and of exits at each time at which someone left, in order."""

    times: Floats
    at_risk: Ints
    exits: Ints


@dataclass(frozen=True)
class Survival:
    """The survival curve after each exit time, with Greenwood's standard error.

    `log_low`/`log_high` are the limits on the log scale (R's default), `low`/`high` those on the
    log-minus-log scale, which stay between 0 and 1. `last` is the greatest time observed, and
    `small_from` the first time with fewer at risk than LEAST_AT_RISK, infinite where there is none.
    """

    at: AtRisk
    survival: Floats
    se: Floats
    low: Floats
    high: Floats
    log_low: Floats
    log_high: Floats
    last: float
    small_from: float

    def at_time(self, time: float) -> tuple[float, float, float, float]:
        """Survival, its standard error and log-log limits at `time`; refused beyond the last."""
        if time > self.last:
            raise refuse("learning.beyond", time=time, last=self.last)
        where = int(np.searchsorted(self.at.times, time, side="right")) - 1
        if where < 0:
            return 1.0, 0.0, 1.0, 1.0
        return (
            float(self.survival[where]),
            float(self.se[where]),
            float(self.low[where]),
            float(self.high[where]),
        )


@dataclass(frozen=True)
class _Lives:
    """Checked rows that were ever at risk; `begun` is -1 for those seen from the very beginning."""

    times: Floats
    gone: Bools
    begun: Floats
    kept: Bools


def _lives(exit_time: Any, left: Any, entry: Any) -> _Lives:
    times = floats(exit_time, "exit_time")
    gone = bools(left, "left", times.shape)
    begun = np.zeros_like(times) if entry is None else floats(entry, "entry", times.shape)
    if (times < 0).any() or (begun < 0).any():
        raise refuse("learning.negative-time")
    kept = (times > begun) | (begun == 0)
    if not kept.any():
        raise refuse("learning.nothing-seen")
    if not kept.all():
        times, gone, begun = times[kept], gone[kept], begun[kept]
    return _Lives(times, gone, np.where(begun > 0, begun, -1.0), kept)


def _staying(times: Floats, begun: Floats, moments: Floats) -> Ints:
    """How many are at risk at each moment: entered before it, and left no earlier."""
    staying = len(times) - np.searchsorted(np.sort(times), moments, side="left")
    if (begun > 0).any():
        staying -= len(times) - np.searchsorted(np.sort(begun), moments, side="left")
    return staying.astype(np.int64)


def at_risk(exit_time: Any, left: Any, entry: Any = None) -> AtRisk:
    """Numbers at risk and of exits by time; rows that end where they enter are never at risk."""
    lives = _lives(exit_time, left, entry)
    moments, exits = np.unique(lives.times[lives.gone], return_counts=True)
    staying = _staying(lives.times, lives.begun, moments)
    return AtRisk(moments, staying, exits.astype(np.int64))


def survival(exit_time: Any, left: Any, entry: Any = None, level: float = LEVEL) -> Survival:
    """The Kaplan-Meier curve of entities that left (`left`) or were last seen at `exit_time`."""
    risk_sets = at_risk(exit_time, left, entry)
    d, n = risk_sets.exits.astype(np.float64), risk_sets.at_risk.astype(np.float64)
    curve = np.cumprod(1 - d / n).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(np.cumsum(d / (n * (n - d))))
        se = np.where(curve > 0, curve * relative, 0.0)
        z = normal_quantile(0.5 + level / 2)
        log_low, log_high = curve * np.exp(-z * relative), curve * np.exp(z * relative)
        bend = z * relative / np.log(curve)
        low, high = curve ** np.exp(-bend), curve ** np.exp(bend)
    gone = curve <= 0
    # Where nobody is left the logarithms have no limit.
    low, high = (np.where(gone, 0.0, side) for side in (low, high))
    # The curve ends at 0 with no spread of its own; its limit there is that of one step before.
    high = np.where(gone, np.concatenate([[1.0], high])[:-1], high)
    small = risk_sets.times[risk_sets.at_risk < LEAST_AT_RISK]
    return Survival(
        risk_sets,
        curve,
        se,
        low,
        high,
        np.where(gone, 0.0, log_low),
        np.minimum(np.where(gone, 1.0, log_high), 1.0),
        float(np.max(np.asarray(exit_time, dtype=np.float64))),
        float(small[0]) if len(small) else math.inf,
    )


@dataclass(frozen=True)
class Quantile:
    """A time by which a share has left; infinite where the curve or its limit stays above."""

    value: float
    low: float
    high: float


def median(curve: Survival, share: float = 0.5) -> Quantile:
    """The time at which survival falls to `share` (the median), limits from the log-scale band."""

    def first(side: Floats) -> float:
        below = np.flatnonzero(side <= share + 1e-12)
        return float(curve.at.times[below[0]]) if len(below) else math.inf

    return Quantile(first(curve.survival), first(curve.log_low), first(curve.log_high))


@dataclass(frozen=True)
class RestrictedMean:
    """The mean time lived up to a horizon, and its standard error."""

    value: float
    se: float
    horizon: float


def restricted_mean(curve: Survival, horizon: float) -> RestrictedMean:
    """The area under the curve up to `horizon`; refused where it was not observed so far."""
    if horizon > curve.last or horizon <= 0:
        raise refuse("learning.beyond", time=horizon, last=curve.last)
    inside = curve.at.times < horizon
    times = np.concatenate([[0.0], curve.at.times[inside], [horizon]])
    heights = np.concatenate([[1.0], curve.survival[inside]])
    areas = np.diff(times) * heights
    after = np.cumsum(areas[::-1])[::-1][1:]
    d, n = curve.at.exits[inside].astype(np.float64), curve.at.at_risk[inside].astype(np.float64)
    rest = n - d
    parts = np.divide(d, n * rest, out=np.zeros_like(d), where=rest > 0)
    return RestrictedMean(float(areas.sum()), float(np.sqrt((after**2 * parts).sum())), horizon)


@dataclass(frozen=True)
class HazardByYear:
    """Exits, time lived, and exits a year lived, for each whole year of life."""

    exits: Ints
    lived: Floats
    rates: Floats
    cumulative: Floats


def hazard_by_year(exit_time: Any, left: Any, entry: Any = None, years: int = 10) -> HazardByYear:
    """Exits by year of life (times in years), with the Nelson-Aalen sum at each year's end.

    A year in which nobody lived has the rate nan, which is no rate at all.
    """
    lives = _lives(exit_time, left, entry)
    times, gone, begun = lives.times, lives.gone, lives.begun
    edges = np.arange(years + 1, dtype=np.float64)
    spans = np.stack([np.clip(times, 0, edge) - np.clip(begun, 0, edge) for edge in edges])
    lived = np.diff(np.maximum(spans, 0).sum(axis=1))
    inside = gone & (times <= years)
    year = np.ceil(times[inside]).astype(np.int64) - 1
    exits = np.bincount(np.maximum(year, 0), minlength=years)[:years]
    rates = np.divide(exits, lived, out=np.full(years, np.nan), where=lived > 0)
    risk_sets = at_risk(exit_time, left, entry)
    steps = np.concatenate([[0.0], np.cumsum(risk_sets.exits / risk_sets.at_risk)])
    cumulative = steps[np.searchsorted(risk_sets.times, edges[1:], side="right")]
    return HazardByYear(exits, lived, rates, cumulative)


@dataclass(frozen=True)
class LogRank:
    """The log-rank statistic with its degrees of freedom and p; observed and expected by group."""

    statistic: float
    df: int
    p: float
    observed: Floats
    expected: Floats


def log_rank(
    exit_time: Any, left: Any, group: Any, entry: Any = None, stratum: Any = None
) -> LogRank:
    """Whether groups leave alike (Mantel 1966), within each `stratum` where that is given.

    `group` and `stratum` are codes from 0. Refused where there is one group, or no exit.
    """
    lives = _lives(exit_time, left, entry)
    shape = lives.kept.shape
    groups = ints(group, "group", shape)[lives.kept]
    layers = (
        np.zeros_like(groups) if stratum is None else ints(stratum, "stratum", shape)[lives.kept]
    )
    size = int(groups.max()) + 1
    observed, expected, spread = np.zeros(size), np.zeros(size), np.zeros((size, size))
    for layer in np.unique(layers):
        here = layers == layer
        parts = _compared(
            lives.times[here], lives.gone[here], lives.begun[here], groups[here], size
        )
        observed, expected, spread = observed + parts[0], expected + parts[1], spread + parts[2]
    present = np.flatnonzero(expected > 0)
    if len(present) < 2:
        raise refuse("learning.one-group")
    apart = (observed - expected)[present[:-1]]
    block = spread[np.ix_(present[:-1], present[:-1])]
    statistic = float(apart @ np.linalg.lstsq(block, apart, rcond=None)[0])
    df = len(present) - 1
    return LogRank(statistic, df, chi_square_sf(statistic, df), observed, expected)


def _compared(
    times: Floats, gone: Bools, begun: Floats, groups: Ints, size: int
) -> tuple[Floats, Floats, Floats]:
    """Observed and expected exits by group, and their covariance, within one stratum."""
    moments = np.unique(times[gone])
    n, d = np.zeros((size, len(moments))), np.zeros((size, len(moments)))
    for code in range(size):
        here = groups == code
        exits = np.searchsorted(moments, times[here & gone])
        d[code] = np.bincount(exits, minlength=len(moments))
        n[code] = _staying(times[here], begun[here], moments)
    all_n, all_d = n.sum(axis=0), d.sum(axis=0)
    share = n / all_n
    factor = all_d * (all_n - all_d) / np.maximum(all_n - 1, 1)
    spread = np.diag((share * factor).sum(axis=1)) - (share * factor) @ share.T
    return d.sum(axis=1), (share * all_d).sum(axis=1), spread
