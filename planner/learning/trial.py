"""A trial: arms assigned by tickets under a fresh commitment, and what it can tell.

A trial changes how something is said or when, never whether the law's own duty is done.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.evaluation import Effect, Redraw, drawn_effect
from yaohao.planner.learning.intervals import LEVEL
from yaohao.planner.learning.sample import (
    Bools,
    Ints,
    floats,
    ints,
)
from yaohao.planner.learning.special import normal_quantile
from yaohao.planner.vocabulary.digest import document_digest, ticket
from yaohao.planner.vocabulary.problems import refuse


@dataclass(frozen=True)
class Arm:
    """One arm: its name, its share of each stratum as whole parts, and what it holds back.

    `withholds` names duties that entities of this arm would not meet in time; "" for none.
    """

    name: str
    parts: int
    withholds: tuple[str, ...] = ()


def check_arms(arms: Sequence[Arm], hard_duties: Sequence[str]) -> None:
    """Refuse fewer than two arms, doubled names, empty parts, and what withholds a hard duty."""
    names = [arm.name for arm in arms]
    if len(arms) < 2 or len(set(names)) < len(names) or any(arm.parts < 1 for arm in arms):
        raise refuse("learning.arms")
    for arm in arms:
        held = sorted(set(arm.withholds) & set(hard_duties))
        if held:
            raise refuse("learning.withheld", arm=arm.name, duties=held)


def arm_sizes(stratum_sizes: Any, parts: Sequence[int]) -> Ints:
    """Entities of each stratum (row) and arm (column); rows sum to the strata exactly.

    Every arm of a stratum has its share rounded down or up; what is left of a stratum goes, one
    each, to the arms that are furthest behind their share so far, the earlier one on ties.
    """
    sizes, shares = ints(stratum_sizes, "stratum_sizes"), ints(parts, "parts")
    if (sizes < 0).any() or len(shares) < 2 or (shares < 1).any():
        raise refuse("learning.arms")
    whole = int(shares.sum())
    counts = sizes[:, None] * shares[None, :] // whole
    behind = np.zeros(len(shares), np.int64)
    for row, size in zip(counts, sizes, strict=True):
        behind += size * shares - row * whole
        for _ in range(int(size - row.sum())):
            able = np.where(row * whole <= size * shares, behind, np.iinfo(np.int64).min)
            arm = int(np.argmax(able))
            row[arm] += 1
            behind[arm] -= whole
    return counts


def assigned(ids: Sequence[str], stratum: Any, arms: Sequence[Arm], key: str) -> Ints:
    """The arm (by number) of each entity: the tickets' order within its stratum decides.

    The ticket is ``sha(key|entity_id)``, as in a draw; the lowest take the first arm.
    """
    where = ints(stratum, "stratum", (len(ids),))
    if len(set(ids)) < len(ids):
        raise refuse("learning.doubled")
    check_arms(arms, ())
    sizes = arm_sizes(np.bincount(where), [arm.parts for arm in arms])
    arm_of = np.empty(len(ids), np.int64)
    tickets = np.array([ticket(key, one) for one in ids])
    for layer in np.unique(where):
        rows = np.flatnonzero(where == layer)
        rows = rows[np.argsort(tickets[rows], kind="stable")]
        arm_of[rows] = np.repeat(np.arange(len(arms)), sizes[layer])
    return arm_of


def smallest_effect(
    rate: float, first: int, second: int, power: float = 0.8, level: float = LEVEL
) -> float:
    """The smallest difference in shares that two arms show with the `power` given.

    (z + z')·√(p(1-p)(1/n₁ + 1/n₀)); the factor is 2.8 at 80 % power and 95 %.
    """
    if not (0 < rate < 1 and first > 0 and second > 0 and 0 < power < 1):
        raise refuse("learning.arms")
    factor = normal_quantile(0.5 + level / 2) + normal_quantile(power)
    return factor * math.sqrt(rate * (1 - rate) * (1 / first + 1 / second))


@dataclass(frozen=True)
class TrialResult:
    """The effect of each further arm against the first, within strata."""

    effects: dict[str, Effect]
    outcome: str
    analysis: str


def analysis_digest(document: Mapping[str, Any]) -> str:
    """The digest of an analysis that is fixed before the seed is known: outcome, arms, strata."""
    return document_digest(dict(document))


# Many parameters: arrays of one length each, and the settings of the analysis.
def analysed(
    outcome: Any, arm: Any, stratum: Any, arms: Sequence[Arm], analysis: Mapping[str, Any],
    committed: str, redraws: int = 2000, seed: int = 0,
) -> TrialResult:  # fmt: skip
    """The effects of a trial, refused where the analysis is not the one that was committed.

    Each arm is compared with the first among the entities of these two alone; p is by assigning
    these anew within their strata, sizes kept, which is what fresh tickets would do.
    """
    if analysis_digest(analysis) != committed:
        raise refuse("learning.analysis")
    given = ints(arm, "arm")
    where = ints(stratum, "stratum", given.shape)
    y = floats(outcome, "outcome", given.shape)
    effects = {}
    for number, one in enumerate(arms[1:], 1):
        both = (given == 0) | (given == number)
        again = _anew(given[both] == number, where[both], np.random.default_rng([seed, number]))
        effects[one.name] = drawn_effect(
            y[both], given[both] == number, where[both], again, redraws
        )
    return TrialResult(effects, str(analysis.get("outcome", "")), committed)


def _anew(treated: Bools, layer: Ints, rng: np.random.Generator) -> Redraw:
    """Assignments of the same sizes within each stratum, in an order by chance."""
    slots = np.lexsort((~treated, layer))
    ordered = treated[slots]

    def again(_: int) -> Bools:
        shuffled = np.empty_like(ordered)
        shuffled[np.lexsort((rng.random(len(layer)), layer))] = ordered
        return shuffled

    return again
