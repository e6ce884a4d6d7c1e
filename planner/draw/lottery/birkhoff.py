"""Writing exact expectations as a weighted list of outcomes, in whole numbers throughout.

What is left to give is a whole vector `rest` over `left` units of weight; its mean lies within
the bounds of every cell and group, and each outcome is taken off it with a weight such that this
stays so. The last unit is then itself an outcome. This is the constructive proof of Birkhoff and
von Neumann, with steps small enough that outcomes stay many and alike in weight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import shake_256

import numpy as np
from yaohao.planner.draw.lottery.margins import Groups, Ints
from yaohao.planner.draw.lottery.outcome_search import Bounds, Finder

SCORE_BITS = 36
"""Bits of a cell's score: sums over 2^26 cells fit in 62 bits. Doubled, they would overflow."""


@dataclass(frozen=True)
class Fractions:
    """What is to be rounded: `rest` of each cell, 0 < rest < units, in parts of one in `units`.

    In every outcome the sum of group g lies from `least[g]` to `most[g]`.
    """

    rest: Ints
    units: int
    groups: Groups
    least: Ints
    most: Ints

    def within(self, least: Ints, most: Ints) -> Fractions:
        """The same with other bounds of the groups."""
        return replace(self, least=least, most=most)


@dataclass(frozen=True)
class LotteryTable:
    """Outcomes with weights; `stuck` where the search gave up: the bounds it could not keep."""

    weights: list[int]
    outcomes: list[Ints]
    stuck: Bounds | None = None


class Stream:
    """Random whole numbers that are the same everywhere: SHAKE-256 of a seed and a counter."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def integers(self, number: int) -> Ints:
        """`number` whole numbers from 0 to 2^36 - 1."""
        self._count += 1
        text = shake_256(f"{self._seed}|{self._count}".encode()).digest(8 * number)
        words = np.frombuffer(text, dtype="<u8") >> np.uint64(64 - SCORE_BITS)
        return words.astype(np.int64)


def steps_a_round(cells: int) -> int:
    """Into how many steps what is left is divided at first: more for spread, fewer for size."""
    return max(24, min(128, 16 + 8 * cells, 320_000 // max(cells, 1)))


def bounds_of(task: Fractions, rest: Ints, left: int, weight: int) -> Bounds:
    """What an outcome of this weight must keep to, so that the rest can still be given."""
    after = left - weight
    sums = task.groups.sums(rest)
    least = np.maximum(task.least, -((task.most * after - sums) // weight))
    most = np.minimum(task.most, (sums - task.least * after) // weight)
    return Bounds(rest > after, rest < weight, least, most)


def _means(task: Fractions, rest: Ints, left: int) -> Ints:
    """By how much the mean of each group is above its least, in units of a score."""
    return ((task.groups.sums(rest) - task.least * left) << SCORE_BITS) // left


def _tightened(bounds: Bounds, groups: Groups) -> Bounds | None:
    """The same bounds, with the cells that have no choice counted in; None where they clash."""
    least = np.maximum(bounds.least, groups.sums(bounds.up.astype(np.int64)))
    most: Ints = np.minimum(bounds.most, groups.sizes - groups.sums(bounds.down.astype(np.int64)))
    if (bounds.up & bounds.down).any() or (least > most).any():
        return None
    return replace(bounds, least=least, most=most)


def decompose(
    task: Fractions, finder: Finder, seed: str, patience: int, misses: int = 10_000
) -> LotteryTable:
    """Outcomes within the bounds of `task` whose weighted mean is exactly its `rest`.

    Cells of low score are taken: a random number, less the mean, less a pull that brings what is
    left back to the proportions of the start, for there the most is possible; groups get targets
    in the same way. Where the finder fails at a weight, it is halved; at weight one outcomes are
    taken back, ever more of them, up to `patience` times. Then, or after so many `misses` of the
    finder, the table is given up, with the bounds it stuck at.
    """
    if not task.units:
        return LotteryTable([], [])
    stream = Stream(seed)
    rest = task.rest.copy()
    left = task.units
    aim = (rest << SCORE_BITS) // left
    aims = _means(task, rest, left)
    many = steps_a_round(len(rest))
    few = max(12, many // 4)
    weights: list[int] = []
    outcomes: list[Ints] = []
    failures = 0
    highest = left
    while left and misses >= 0:
        weight = min(max(1, left // (many if left * 10 > task.units else few)), highest)
        mean = (rest << SCORE_BITS) // left
        pull = left // (2 * weight)
        chance = stream.integers(len(rest) + task.groups.count)
        scores = chance[: len(rest)] - mean - pull * (mean - aim)
        means = _means(task, rest, left)
        wanted = chance[len(rest) :] + means + pull * (means - aims)
        targets = task.least + (wanted >> SCORE_BITS)
        outcome: Ints | None = None
        while weight:
            bounds = _tightened(bounds_of(task, rest, left, weight), task.groups)
            if bounds is not None:
                outcome = finder.find(bounds, scores, targets)
                misses -= outcome is None
            if outcome is not None:
                break
            weight //= 2
        if outcome is not None:
            rest = rest - weight * outcome
            left -= weight
            weights.append(weight)
            outcomes.append(outcome)
            highest = 2 * weight
            continue
        failures += 1
        if failures > patience or not weights:
            break
        for _ in range(min(1 << failures, len(weights))):
            rest = rest + weights[-1] * outcomes[-1]
            left += weights.pop()
            outcomes.pop()
        highest = max(1, left // few)
    return LotteryTable(weights, outcomes, bounds_of(task, rest, left, 1) if left else None)
