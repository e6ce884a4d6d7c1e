"""The experiment that a lot has run: drawn against not drawn, within each cell.

Within a cell the tickets decide alone who is drawn, so that later differences are the effect of
being drawn. Neyman 1923 for the variance, Fisher's test by drawing the lot again, Anderson & Rubin
1949 for the effect on those visited (Imbens & Rubin 2015, chapters 6, 7, 23).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.intervals import LEVEL, Interval
from yaohao.planner.learning.sample import (
    Bools,
    Floats,
    Ints,
    bools,
    floats,
    ints,
    summed,
)
from yaohao.planner.learning.special import normal_quantile, two_sided
from yaohao.planner.vocabulary.problems import refuse

Redraw = Callable[[int], Any]
"""Number r to whom a lot with a fresh key draws: a truth value for each entity."""


@dataclass(frozen=True)
class Effect:
    """The mean effect of being drawn on the entities of the cells that tell of it.

    `cells` and `entities` count those cells (someone drawn, someone not) and their entities;
    `lone` the cells with a single entity on a side, whose spread is taken from that side of all
    cells. `p` is by drawing the lot again (nan where that was not asked for), `p_normal` by the
    standard error.
    """

    value: float
    se: float
    interval: Interval
    p: float
    p_normal: float
    drawn: int
    others: int
    cells: int
    lone: int
    entities: int
    redraws: int


@dataclass(frozen=True)
class _Cells:
    """Means and variances of the means by cell, on both sides."""

    share: Floats
    gap: Floats
    spread: Floats
    used: Bools
    lone: int


def drawn_effect(
    outcome: Any, drawn: Any, cell: Any, redraw: Redraw | None = None, redraws: int = 2000,
    level: float = LEVEL,
) -> Effect:  # fmt: skip
    """τ = Σ (N_c/N)(ȳ_1c - ȳ_0c) over cells, its Neyman variance, and p by redrawing.

    One value for each entity of the pool: its later `outcome`, whether it was `drawn`, its cell.
    Cells where everyone or nobody was drawn have nothing to compare and are left out; refused
    where none is left.
    """
    y = floats(outcome, "outcome")
    given, where = bools(drawn, "drawn", y.shape), ints(cell, "cell", y.shape)
    size = int(where.max()) + 1 if len(y) else 0
    whole = np.bincount(where, minlength=size)
    compared = _compared(y, given, where, whole)
    value, se = (
        float(compared.share @ compared.gap),
        math.sqrt(float(compared.share**2 @ compared.spread)),
    )
    if se <= 0:
        raise refuse("learning.no-ground", share=value, se=se, df="")
    reach = normal_quantile(0.5 + level / 2) * se
    beyond, count = 1, 0
    if redraw is not None:
        count = redraws
        for number in range(redraws):
            again = bools(redraw(number), "redraw", y.shape)
            beyond += abs(_gap(y, again, where, whole)) >= abs(value) - 1e-12
    used = compared.used[where]
    return Effect(
        value,
        se,
        Interval(value - reach, value + reach, "neyman", level),
        beyond / (count + 1) if count else math.nan,
        two_sided(value / se),
        int((given & used).sum()),
        int((~given & used).sum()),
        int(compared.used.sum()),
        compared.lone,
        int(used.sum()),
        count,
    )


def _gap(y: Floats, given: Bools, where: Ints, whole: Ints) -> float:
    """τ alone, as often as the lot is drawn again."""
    one = np.bincount(where[given], minlength=len(whole))
    used = (one > 0) & (one < whole)
    sums = summed(where[given], y[given], len(whole))
    rest = summed(where, y, len(whole)) - sums
    gaps = sums[used] / one[used] - rest[used] / (whole - one)[used]
    return float(whole[used] @ gaps / whole[used].sum()) if used.any() else 0.0


def _compared(y: Floats, given: Bools, where: Ints, whole: Ints) -> _Cells:
    one = np.bincount(where[given], minlength=len(whole))
    used = (one > 0) & (one < whole)
    if not used.any():
        raise refuse("learning.no-comparison")
    means, spreads, lone = [], np.zeros(len(whole)), np.zeros(len(whole), np.bool_)
    for side, count in ((given, one), (~given, whole - one)):
        kept = side & used[where]
        many = np.maximum(count, 1)
        mean = summed(where[kept], y[kept], len(whole)) / many
        squares = summed(where[kept], (y[kept] - mean[where[kept]]) ** 2, len(whole))
        alone = used & (count < 2)
        able = used & ~alone
        freedom = float((count[able] - 1).sum())
        if alone.any() and freedom <= 0:
            raise refuse("learning.no-freedom", drawn=int(count[used].sum()), df=0)
        pooled = float(squares[able].sum()) / freedom if freedom > 0 else 0.0
        variance = np.where(alone, pooled, squares / np.maximum(count - 1, 1))
        spreads += np.where(used, variance / many, 0.0)
        means.append(np.where(used, mean, 0.0))
        lone |= alone
    share = np.where(used, whole, 0) / whole[used].sum()
    return _Cells(share, means[0] - means[1], spreads, used, int(lone.sum()))


@dataclass(frozen=True)
class VisitedEffect:
    """The effect on those who were visited because they were drawn, by Anderson and Rubin.

    `kind` is ``interval``, ``outside`` (everything but the interval), ``everything`` (the draw
    moved too few visits to tell) or ``nothing`` (no effect agrees with the data).
    """

    value: float
    low: float
    high: float
    kind: str
    first_stage: Effect
    level: float


def visited_effect(
    outcome: Any, visited: Any, drawn: Any, cell: Any, level: float = LEVEL
) -> VisitedEffect:
    """The Wald ratio of the effects of being drawn on `outcome` and on `visited`.

    Assumes that being drawn acts through the visit alone, and keeps nobody from being visited.
    The interval holds every β for which y - β·visited shows no effect of being drawn.
    """
    y = floats(outcome, "outcome")
    seen = floats(visited, "visited", y.shape)
    given, where = bools(drawn, "drawn", y.shape), ints(cell, "cell", y.shape)
    whole = np.bincount(where) if len(y) else np.zeros(0, np.int64)
    parts = [_compared(values, given, where, whole) for values in (y, seen, y + seen)]
    ty, td, _ = (float(part.share @ part.gap) for part in parts)
    vy, vd, both = (float(part.share**2 @ part.spread) for part in parts)
    covariance = (both - vy - vd) / 2
    z2 = normal_quantile(0.5 + level / 2) ** 2
    # (ty - β td)² <= z² (vy - 2 β cov + β² vd)
    a, b, c = td * td - z2 * vd, -2 * (ty * td - z2 * covariance), ty * ty - z2 * vy
    low, high, kind = _solved(a, b, c)
    if td == 0:
        raise refuse("learning.no-comparison")
    stage = _first_stage(seen, given, where, level)
    return VisitedEffect(ty / td, low, high, kind, stage, level)


def _first_stage(seen: Floats, given: Bools, where: Ints, level: float) -> Effect:
    if (seen == given).all():
        # Everyone drawn and nobody else was visited: the effect is 1, and there is no doubt of it.
        sure = Interval(1.0, 1.0, "census", level)
        count = int(given.sum())
        cells = len(np.unique(where))
        return Effect(
            1.0, 0.0, sure, math.nan, 0.0, count, len(seen) - count, cells, 0, len(seen), 0
        )
    return drawn_effect(seen, given, where, level=level)


def _solved(a: float, b: float, c: float) -> tuple[float, float, str]:
    """Where a β² + b β + c <= 0."""
    inside = b * b - 4 * a * c
    if abs(a) < 1e-15:
        return -math.inf, math.inf, "everything"
    if inside < 0:
        return (math.nan, math.nan, "nothing") if a > 0 else (-math.inf, math.inf, "everything")
    roots = sorted(((-b - math.sqrt(inside)) / (2 * a), (-b + math.sqrt(inside)) / (2 * a)))
    return roots[0], roots[1], "interval" if a > 0 else "outside"
