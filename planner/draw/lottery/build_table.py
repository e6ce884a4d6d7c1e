"""Lotteries whose groups cross in three ways or more: with the least widening, where it is needed.

With two families of nested groups there is always a table, and nothing here is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from yaohao.planner.draw.lottery.birkhoff import Fractions, LotteryTable, decompose
from yaohao.planner.draw.lottery.column_generation import GeneratedColumns
from yaohao.planner.draw.lottery.completion import closed
from yaohao.planner.draw.lottery.enumeration import least_widening, list_points, mixed_table
from yaohao.planner.draw.lottery.margins import (
    Groups,
    Ints,
    two_families,
)
from yaohao.planner.draw.lottery.mixture_simplex import Points
from yaohao.planner.draw.lottery.outcome_search import FlowFinder, ListFinder, SearchFinder
from yaohao.planner.vocabulary.units import PPM

LISTED_CELLS = 24
"""Up to so many cells all outcomes are listed, if they are few enough."""
COLUMN_CELLS = 160
"""Up to so many cells the least widening is sought with proofs, above it by search alone."""
_MOST_WORK = 100_000_000
"""Steps of search before a table with wider margins is taken. Doubled, more margins may stay
narrow, in up to twice the time."""
_FIRST_MISSES = 40
"""Searches that may fail before the first table is given up and columns are generated instead."""


@dataclass(frozen=True)
class WideningLimits:
    """How far the bounds of groups may be widened: quotas; and margins a group stands for."""

    least: Ints
    most: Ints
    copies: Ints


def table_of(task: Fractions, limits: WideningLimits, seed: str) -> LotteryTable:
    """A table within the bounds of `task`, or with the least widening within `limits`.

    A table with `stuck` is returned where even the limits cannot be kept.
    """
    families = two_families(task.groups)
    if families is not None:
        return decompose(task, FlowFinder(task.groups, families), seed, 0, 10**9)
    points = None
    if len(task.rest) <= LISTED_CELLS:
        points = list_points(task.groups, task.least, task.most)
    if points is not None:
        table = _listed(task, points, limits, seed)
        if table is not None:
            return table
    first = decompose(task, SearchFinder(task.groups), seed, 0, _FIRST_MISSES)
    if first.stuck is None:
        return first
    whole = closed(task, first, seed)
    if whole is not None:
        return whole
    small = len(task.rest) <= COLUMN_CELLS
    patience, misses = (4, 60) if small else (12, 600)
    first = decompose(task, SearchFinder(task.groups), seed, patience, misses)
    if first.stuck is None:
        return first
    if small:
        table = _by_columns(task, first, limits, seed)
        if table is not None:
            return table
    return _widened(task, limits, seed)


def _listed(
    task: Fractions, points: Points, limits: WideningLimits, seed: str
) -> LotteryTable | None:
    """A table out of all outcomes, with the least widening; None where that could not be had."""
    table = decompose(task, ListFinder(task.groups, points), seed, 6)
    if table.stuck is None:
        return table
    mixed = mixed_table(task, table, points, points[:0], seed)
    if mixed is not None:
        return mixed
    wide = least_widening(task, (limits.least, limits.most), limits.copies)
    if wide is None:
        return None
    wider = list_points(task.groups, *wide)
    return (
        None
        if wider is None
        else mixed_table(task.within(*wide), LotteryTable([], []), wider, wider[:0], seed)
    )


def _by_columns(
    task: Fractions, first: LotteryTable, limits: WideningLimits, seed: str
) -> LotteryTable | None:
    """A table out of outcomes found one by one; `first` is the table that stuck."""
    scale = PPM // task.units
    task = replace(task, rest=task.rest * scale, units=PPM)
    first = LotteryTable([weight * scale for weight in first.weights], first.outcomes)
    start = np.array(first.outcomes, dtype=np.int8).reshape(-1, len(task.rest))
    columns = GeneratedColumns(task, np.unique(start, axis=0), seed)
    if not columns.reach((limits.least, limits.most), limits.copies):
        return None
    columns.narrow()
    near = columns.neighbours()
    points = np.concatenate([columns.points, near])
    wide = task.within(columns.least, columns.most)
    table = mixed_table(wide, first, points, near, seed)
    if table is not None:
        return table
    outcomes = [point.astype(np.int64) for point in points]
    return closed(wide, LotteryTable([task.units // len(points)] * len(points), outcomes), seed)


def _widened(task: Fractions, limits: WideningLimits, seed: str) -> LotteryTable:
    """A table with bounds widened where the search sticks, then narrowed again one by one."""
    finder = SearchFinder(task.groups)
    least, most = task.least, task.most
    attempt = 0
    while True:
        table = decompose(task.within(least, most), finder, f"{seed}|wide|{attempt}", 6, 200)
        attempt += 1
        if table.stuck is None:
            break
        wider = _eased(task.within(least, most), limits, finder, table)
        if attempt > 12 or finder.work > _MOST_WORK or wider is None:
            return _foundation(task, limits, seed) or table
        least, most = wider
    return _narrowed(task, table, finder, seed)


def _eased(
    task: Fractions, limits: WideningLimits, finder: SearchFinder, table: LotteryTable
) -> tuple[Ints, Ints] | None:
    """Bounds that let in the nearest outcome where a table stuck; None where at the limits."""
    bounds = table.stuck
    no_scores = np.zeros(len(task.rest), dtype=np.int64)
    if bounds is None or finder.find(bounds, no_scores, bounds.least) is not None:
        return None
    sums = task.groups.sums(finder.nearest if finder.nearest is not None else task.rest * 0)
    over = np.maximum(sums - bounds.most, 0)
    under = np.maximum(bounds.least - sums, 0)
    # An outcome beyond what the rest of the table could make good widens the other side.
    up = np.maximum(sums - task.most, 0) + ((under > 0) & (sums >= task.least))
    down = np.maximum(task.least - sums, 0) + ((over > 0) & (sums <= task.most))
    least = np.maximum(task.least - down, limits.least)
    most = np.minimum(task.most + up, limits.most)
    if (least == task.least).all() and (most == task.most).all():
        least = np.maximum(task.least - 1, limits.least)
        most = np.minimum(task.most + 1, limits.most)
        if (least == task.least).all() and (most == task.most).all():
            return None
    return least, most


def _narrowed(
    task: Fractions, table: LotteryTable, finder: SearchFinder, seed: str
) -> LotteryTable:
    """The table with every widening taken back that can be done without, within a set work."""
    least, most = _used(task, table)
    for side in (0, 1):
        for group in range(task.groups.count):
            while finder.work < _MOST_WORK:
                tried_least, tried_most = least.copy(), most.copy()
                (tried_least if side == 0 else tried_most)[group] += 1 - 2 * side
                if tried_least[group] > task.least[group] or tried_most[group] < task.most[group]:
                    break
                name = f"{seed}|narrow|{side}|{group}"
                other = decompose(task.within(tried_least, tried_most), finder, name, 6, 200)
                if other.stuck is not None:
                    break
                table = other
                least, most = _used(task, table)
    return table


def _used(task: Fractions, table: LotteryTable) -> tuple[Ints, Ints]:
    """The bounds of `task`, widened to what the outcomes of the table use."""
    sums = np.array([task.groups.sums(outcome) for outcome in table.outcomes])
    return np.minimum(task.least, sums.min(axis=0)), np.maximum(task.most, sums.max(axis=0))


def _foundation(task: Fractions, limits: WideningLimits, seed: str) -> LotteryTable | None:
    """A table that keeps the limited groups and as many others as two families hold; sure.

    None where the limited groups alone are no two families.
    """
    cells = len(task.rest)
    limited = (limits.least > 0) | (limits.most < task.groups.sizes)
    order = sorted(range(task.groups.count), key=lambda g: (not limited[g], -task.groups.sizes[g]))
    kept: list[int] = []
    for group in order:
        trial = Groups(cells, [task.groups.members[g] for g in [*kept, group]])
        if two_families(trial) is not None:
            kept.append(group)
        elif limited[group]:
            return None
    groups = Groups(cells, [task.groups.members[g] for g in kept])
    families = two_families(groups)
    assert families is not None
    part = Fractions(task.rest, task.units, groups, task.least[kept], task.most[kept])
    return decompose(part, FlowFinder(groups, families), f"{seed}|foundation", 0, 10**9)
