"""How much each inspector finds, against what the visits dealt to them would let expect.

Inspectors are dealt at random, so that a difference between them is one of severity and not of
the firms they saw. Private to the bureau. Shrinkage is that of a model with inspectors as random
effects (Henderson 1975; Robinson 1991), its variance by moments; p-values come from dealing the
crews again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.sample import (
    Bools,
    Floats,
    Ints,
    bools,
    floats,
    ints,
    summed,
)
from yaohao.planner.vocabulary.problems import refuse

LEAST_VISITS = 20
_LEAST_NOISE = 0.1
"""The least variance of a visit, as a part of that of an average one."""
Dealt = Callable[[int], Any]
"""Deal number r to the rows (visit, inspector) of a deal with a fresh key."""


@dataclass(frozen=True)
class CrewSeverity:
    """Severity of each inspector (by number), over the visits that found the firm.

    `rate` is the share of their visits that found something wrong, `expected` the same for their
    visits by the expectation handed in; `excess` the difference, shrunk, in shares, with the
    colleagues of each visit taken into account, `se` its prediction error. `spread` is the
    standard deviation between inspectors. `p` tests all of them at once, `p_of` each one; these
    are nan without new deals. A rate of an inspector without visits is nan.
    """

    visits: Ints
    hits: Floats
    rate: Floats
    expected: Floats
    excess: Floats
    se: Floats
    spread: float
    p: float
    p_of: Floats
    deals: int


# Many parameters: arrays of one length each, and the settings of the test.
def crew_severity(
    wrong: Any, expected: Any, reached: Any, teams: Any, deals: Dealt | Any | None = None,
    rounds: int = 2000, inspectors: int = 0,
) -> CrewSeverity:  # fmt: skip
    """Severity of inspectors from `wrong` (0/1) and `expected` chances of each visit.

    `teams` has a row (visit, inspector) for everyone who went; visits not `reached` do not count.
    `deals` is a callable from 0 … `rounds` - 1 to such rows under a fresh key, or an array of them
    (deals, rows, 2). `inspectors` is how many could have gone, where some
    went to no visit. Refused with fewer than twenty visits or two inspectors.
    """
    is_hit = bools(wrong, "wrong").astype(np.float64)
    chance = floats(expected, "expected", is_hit.shape)
    seen = bools(reached, "reached", is_hit.shape)
    pairs = ints(teams, "teams", (len(np.asarray(teams)), 2))
    if len(pairs) and (pairs.min() < 0 or pairs[:, 0].max() >= len(is_hit)):
        raise refuse("learning.code", what="teams", most=len(is_hit) - 1)
    size = max(int(pairs[:, 1].max()) + 1 if len(pairs) else 0, inspectors)
    if size < 2 or int(seen.sum()) < LEAST_VISITS:
        raise refuse("learning.few-visits", found=int(seen.sum()), least=LEAST_VISITS)
    # The expectation is brought to the level that was found: severity is relative to colleagues.
    level = float(is_hit[seen].sum()) - float(chance[seen].sum())
    residual = np.where(seen, is_hit - chance - level / seen.sum(), 0.0)
    counted = pairs[seen[pairs[:, 0]]]
    visits = np.bincount(counted[:, 1], minlength=size)
    hits = summed(counted[:, 1], is_hit[counted[:, 0]], size)
    hoped = summed(counted[:, 1], chance[counted[:, 0]], size)
    # A visit that nothing was expected of is not a thousand times as telling as the others.
    rate = float(is_hit[seen].mean())
    noise = np.maximum(chance * (1 - chance), max(_LEAST_NOISE * rate * (1 - rate), 1e-6))
    variance = _variance(residual, noise, counted, size)
    excess, se = _predicted(residual, noise, seen, counted, size, variance)
    p, p_of, count = _by_deals(residual, noise, seen, counted, size, deals, rounds)
    rate = np.divide(hits, visits, out=np.full(size, np.nan), where=visits > 0)
    hope = np.divide(hoped, visits, out=np.full(size, np.nan), where=visits > 0)
    return CrewSeverity(
        visits, hits, rate, hope, excess, se, float(np.sqrt(variance)), p, p_of, count
    )


def _scores(residual: Floats, noise: Floats, pairs: Ints, size: int) -> tuple[Floats, Floats]:
    """The sum of residuals and of variances of each inspector's visits."""
    sums = summed(pairs[:, 1], residual[pairs[:, 0]], size)
    spreads = summed(pairs[:, 1], noise[pairs[:, 0]], size)
    return sums, spreads


def _variance(residual: Floats, noise: Floats, pairs: Ints, size: int) -> float:
    """The variance between inspectors by moments, those who went together taken into account.

    E S_j² = Σ noise + σ² Σ_k m_jk², with m_jk the visits that j and k made together.
    """
    sums, spreads = _scores(residual, noise, pairs, size)
    together = np.zeros((size, size))
    order = pairs[np.argsort(pairs[:, 0], kind="stable")]
    starts = np.flatnonzero(np.diff(order[:, 0], prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        members = order[start:end, 1]
        together[np.ix_(members, members)] += 1
    return max(0.0, float((sums**2 - spreads).sum() / max((together**2).sum(), 1.0)))


def _predicted(
    residual: Floats, noise: Floats, seen: Bools, pairs: Ints, size: int, variance: float
) -> tuple[Floats, Floats]:
    """Best linear predictions of the inspectors' effects, and their prediction errors."""
    if variance <= 0:
        return np.zeros(size), np.zeros(size)
    numbers = np.cumsum(seen) - 1
    design = np.zeros((int(seen.sum()), size))
    design[numbers[pairs[:, 0]], pairs[:, 1]] = 1.0
    weight = 1 / noise[seen]
    inner = design.T @ (design * weight[:, None]) + np.eye(size) / variance
    inverse = np.linalg.inv(inner)
    effects: Floats = inverse @ (design.T @ (weight * residual[seen]))
    errors: Floats = np.sqrt(np.diag(inverse))
    went = np.bincount(pairs[:, 1], minlength=size) > 0
    return effects - effects[went].mean(), errors


# Many parameters: arrays of one length each, and the settings of the test.
def _by_deals(
    residual: Floats, noise: Floats, seen: Bools, pairs: Ints, size: int,
    deals: Dealt | Any | None, rounds: int,
) -> tuple[float, Floats, int]:  # fmt: skip
    """p of all at once (the sum of squared scores) and of each (two-sided), over new deals."""
    if deals is None:
        return float("nan"), np.full(size, np.nan), 0
    count = rounds if callable(deals) else len(deals)
    real = _standardised(residual, noise, pairs, size)
    beyond, beyond_of = 1, np.ones(size)
    for number in range(count):
        given = np.asarray(deals(number) if callable(deals) else deals[number])
        rows = ints(given, "deals", (len(given), 2))
        if len(rows) and not (rows.min() >= 0 and rows[:, 0].max() < len(seen) and
                              rows[:, 1].max() < size):  # fmt: skip
            raise refuse("learning.code", what="deals", most=size - 1)
        again = _standardised(residual, noise, rows[seen[rows[:, 0]]], size)
        beyond += float(again @ again) >= float(real @ real) - 1e-12
        beyond_of += np.abs(again) >= np.abs(real) - 1e-12
    return beyond / (count + 1), beyond_of / (count + 1), count


def _standardised(residual: Floats, noise: Floats, pairs: Ints, size: int) -> Floats:
    sums, spreads = _scores(residual, noise, pairs, size)
    return sums / np.sqrt(np.maximum(spreads, 1e-9))
