"""Whether a score would have been of use: judged within crews, and against random orders.

A score is tested on visits that it was not made from, in the order of time. It may rank only where
there are hits enough and where it beats the tiers alone, with an interval that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from yaohao.planner.learning.auc import (
    Area,
    Gain,
    area,
    area_within,
    gain,
)
from yaohao.planner.learning.intervals import Interval, wilson
from yaohao.planner.learning.risk_model import calibration
from yaohao.planner.learning.sample import (
    Bools,
    Floats,
    Ints,
    bools,
    floats,
    ints,
)
from yaohao.planner.vocabulary.problems import (
    PlannerError,
    Problem,
    raise_all,
    refuse,
)

LEAST_HITS = 50
TENTHS = 10
Fit = Callable[[Ints, Ints], Any]
"""Rows to learn from and rows to score, to the scores of the latter."""


@dataclass(frozen=True)
class Earlier:
    """Days by which wrong ones would have been found earlier, against random orders.

    `days` is the mean over the wrong ones; `random` the mean of random orders with the span that
    holds nineteen of twenty of them; `gain` is `days` - `random`; `p` the part of random orders
    that did as well.
    """

    days: float
    random: float
    low: float
    high: float
    p: float

    @property
    def gain(self) -> float:
        """Days earlier than by chance."""
        return self.days - self.random


@dataclass(frozen=True)
class Tenth:
    """A tenth of the visits by predicted chance: mean prediction, visits, hits, and interval."""

    predicted: float
    visits: int
    hits: int
    interval: Interval


@dataclass(frozen=True)
class Calibration:
    """Intercept and slope (0 and 1 are right), tenths, and Brier's score beside that of the base
    rate alone."""

    intercept: float
    slope: float
    tenths: tuple[Tenth, ...]
    brier: float
    brier_of_base: float


@dataclass(frozen=True)
class Gap:
    """A group's visits, hits and predicted hits, and how many of it are among the first n."""

    visits: int
    hits: int
    predicted: float
    first: int


@dataclass(frozen=True)
class First:
    """Hits among the first n by score and by tiers, and by chance with its span."""

    n: int
    by_score: int
    by_tiers: int
    random: float
    low: int
    high: int
    best: int


@dataclass(frozen=True)
class BackTest:
    """All that a back-test tells; `problems` says why the score may not rank, if anything does."""

    visits: int
    hits: int
    area: Area
    area_of_tiers: Area
    gain: Gain
    within: Area | None
    first: First
    earlier: Earlier
    earlier_within: Earlier
    calibration: Calibration
    gaps: Mapping[str, Mapping[int, Gap]]
    problems: tuple[Problem, ...] = field(default=())


def rolling_scores(known: Any, origins: Sequence[int], fit: Fit) -> tuple[Ints, Floats]:
    """Rows tested and their scores: each origin learns from what was known before it alone.

    Rows from one origin up to the next are scored by a fit to the rows `known` before that origin.
    """
    days = ints(known, "known")
    edges = list(origins)
    if edges != sorted(set(edges)) or not edges:
        raise refuse("learning.origins")
    rows, scores = [], []
    for start, end in zip(edges, [*edges[1:], int(days.max()) + 1], strict=True):
        train, test = np.flatnonzero(days < start), np.flatnonzero((days >= start) & (days < end))
        if len(test):
            rows.append(test)
            scores.append(floats(fit(train, test), "scores", test.shape))
    if not rows:
        raise refuse("learning.origins")
    return np.concatenate(rows), np.concatenate(scores)


# Many parameters: arrays of one length each, and the settings of the test.
def back_test(
    score: Any,
    wrong: Any,
    day: Any,
    tiers: Any,
    inspector: Any,
    capacity: int,
    groups: Mapping[str, Any] | None = None,
    rounds: int = 1000,
    seed: int = 0,
) -> BackTest:
    """Judge `score` (log odds, made before these visits) by what the visits found.

    Each visit has a `day` (ordinal), a tier, and the number of the `inspector` who led it.
    Refused with fewer than fifty hits. Other reasons not to rank are listed in `problems`.
    """
    value = floats(score, "score")
    is_hit = bools(wrong, "wrong", value.shape)
    days, crews = ints(day, "day", value.shape), ints(inspector, "inspector", value.shape)
    classes = floats(tiers, "tiers", value.shape)
    hits = int(is_hit.sum())
    if hits < LEAST_HITS or len(is_hit) - hits < LEAST_HITS:
        raise refuse("learning.few-hits", found=min(hits, len(is_hit) - hits), least=LEAST_HITS)
    if not 0 < capacity <= len(is_hit):
        raise refuse("learning.capacity", found=capacity, most=len(is_hit))
    rng = np.random.default_rng(seed)
    better = gain(value, classes, is_hit)
    within = _within(value, is_hit, crews)
    chance = 0.5 * (1 + np.tanh(value / 2))
    named = {
        name: _gaps(ints(codes, name, value.shape), is_hit, chance, value, capacity)
        for name, codes in (groups or {}).items()
    }
    nobody = np.zeros_like(crews)
    return BackTest(
        len(is_hit),
        hits,
        area(value, is_hit),
        area(classes, is_hit),
        better,
        within,
        _first(value, classes, is_hit, capacity, rng),
        _earlier(value, is_hit, days, nobody, rounds, rng),
        _earlier(value, is_hit, days, crews, rounds, rng),
        _calibration(value, chance, is_hit),
        named,
        tuple(_problems(better, within)),
    )


def _within(score: Floats, is_hit: Bools, crews: Ints) -> Area | None:
    try:
        return area_within(score, is_hit, crews)
    except PlannerError:
        return None


def _problems(better: Gain, within: Area | None) -> list[Problem]:
    problems = []
    if better.low <= 0:
        problems.append(Problem("learning.no-better", {"gain": better.value, "low": better.low}))
    if within is None:
        problems.append(Problem("learning.no-crews", {}))
    elif within.interval.low <= 0.5:
        limits = {"area": within.value, "low": within.interval.low}
        problems.append(Problem("learning.no-order", limits))
    return problems


def require(test: BackTest) -> None:
    """Refuse to rank by a score that its back-test does not bear out."""
    raise_all(test.problems)


def _order(score: Floats, ties: Floats) -> Ints:
    """Rows from the highest score; those alike in the order of `ties`."""
    return np.lexsort((ties, -score))


def _first(
    score: Floats, classes: Floats, is_hit: Bools, capacity: int, rng: np.random.Generator
) -> First:
    ties = rng.random(len(score))
    total = int(is_hit.sum())
    dealt = rng.hypergeometric(total, len(is_hit) - total, capacity, size=4000)
    low, high = np.quantile(dealt, (0.025, 0.975), method="inverted_cdf")
    return First(
        capacity,
        int(is_hit[_order(score, ties)[:capacity]].sum()),
        int(is_hit[_order(classes, ties)[:capacity]].sum()),
        capacity * total / len(is_hit),
        int(low),
        int(high),
        min(capacity, total),
    )


def _earlier(
    score: Floats, is_hit: Bools, days: Ints, group: Ints, rounds: int, rng: np.random.Generator
) -> Earlier:
    """The visits of each group in the order of the score, on the days that the group has."""
    slots = np.lexsort((days, group))
    ordered_days = days[slots]

    def mean_days(values: Floats) -> float:
        rows = np.lexsort((-values, group))
        given = np.empty(len(days))
        given[rows] = ordered_days
        return float((days - given)[is_hit].mean())

    # Ties are parted by chance, not by the order of the rows.
    ranked = np.empty(len(score))
    ranked[np.lexsort((rng.random(len(score)), score))] = np.arange(len(score))
    real = mean_days(ranked)
    random = np.array([mean_days(rng.random(len(days))) for _ in range(rounds)])
    low, high = np.quantile(random, (0.025, 0.975))
    p = (1 + int((random >= real).sum())) / (rounds + 1)
    return Earlier(real, float(random.mean()), float(low), float(high), p)


def _calibration(score: Floats, chance: Floats, is_hit: Bools) -> Calibration:
    intercept, slope = calibration(score, is_hit.astype(np.float64), np.ones(len(score)))
    rows = []
    for part in np.array_split(np.argsort(chance, kind="stable"), TENTHS):
        if len(part):
            hits = int(is_hit[part].sum())
            mean = float(chance[part].mean())
            rows.append(Tenth(mean, len(part), hits, wilson(hits, len(part))))
    rate = float(is_hit.mean())
    return Calibration(
        intercept, slope, tuple(rows), float(((chance - is_hit) ** 2).mean()), rate * (1 - rate)
    )


def _gaps(
    codes: Ints, is_hit: Bools, chance: Floats, score: Floats, capacity: int
) -> dict[int, Gap]:
    first = np.zeros(len(codes), np.bool_)
    first[np.argsort(-score, kind="stable")[:capacity]] = True
    gaps = {}
    for code in np.unique(codes):
        here = codes == code
        gaps[int(code)] = Gap(
            int(here.sum()),
            int(is_hit[here].sum()),
            float(chance[here].sum()),
            int(first[here].sum()),
        )
    return gaps


def cumulative(score: Any, wrong: Any) -> Floats:
    """Hits found after each visit, in the order of the score (ties in the order of the rows)."""
    value = floats(score, "score")
    is_hit = bools(wrong, "wrong", value.shape)
    total: Floats = np.cumsum(is_hit[np.argsort(-value, kind="stable")]).astype(np.float64)
    return total
