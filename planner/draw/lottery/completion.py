"""Closing a table that stuck near its end: what is left is given by small moves within it.

To some outcomes of the table near ones are put. The weights of all are changed by little, so that
the mean is right but for rounding; what is off then is written as a whole combination of moves from
one outcome to a near one; and each move is made with that much of the weight of outcomes that allow
it. Chances stay exact and every outcome stays within the bounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.draw.lottery.birkhoff import (
    SCORE_BITS,
    Fractions,
    LotteryTable,
    Stream,
)
from yaohao.planner.draw.lottery.margins import Groups, Ints
from yaohao.planner.draw.lottery.outcome_search import Bounds, SearchFinder
from yaohao.planner.vocabulary.reproducible_math import (
    factor,
    ordered_sum,
    substitute,
    whole_gram,
)

CLOSED_CELLS = 1_500
"""Up to so many cells a table is closed by moves."""
_LEFT = 2
"""At most one in so many units may be left."""
_PAIRS = (400, 100, 25)
"""The most weight that an outcome is given because it is near another."""
_NEXT = 50
"""Means within a fiftieth of a whole number are treated as near it."""
_TRIES = 3
"""Times that more moves are looked for."""
_LARGEST = 1 << 40
"""Entries of an integer basis beyond it are not worth following: 64 bits would overflow in one
more step."""
_STEPS = 40
"""Newton steps at most; their convergence is quadratic near the solution."""
_BACK = 0.9
"""Part of the way to the boundary that a step goes, as interior-point methods do; 1 would stop on
it."""


def closed(task: Fractions, table: LotteryTable, seed: str) -> LotteryTable | None:
    """The stuck `table` with what is left given too; None where no such moves were found."""
    left = task.units - sum(table.weights)
    if not table.weights or left * _LEFT > task.units or len(task.rest) > CLOSED_CELLS:
        return None
    stream = Stream(f"{seed}|closing")
    finder = SearchFinder(task.groups)
    outcomes = np.array(table.outcomes, dtype=np.int64)
    weights = np.array(table.weights, dtype=np.int64)
    moves = np.zeros((0, len(task.rest)), dtype=np.int64)
    lows: list[int] = []
    for _ in range(_TRIES):
        more, further = _moves(task, finder, table, stream)
        moves, lows = np.concatenate([moves, further]), lows + more
        often = np.bincount(lows, minlength=len(weights))
        tried = None
        for most in _PAIRS:
            share = np.minimum(weights[lows] // (4 * often[lows]), most)
            if tried is not None and (share == tried).all():
                continue  # what came to nothing once does so again
            tried = share
            every = np.concatenate([outcomes, outcomes[lows] + moves])
            given = np.concatenate([weights, share])
            np.subtract.at(given, lows, share)
            balanced = _balanced(task, every, given)
            if balanced is None:
                continue
            whole = _combined(task, every, balanced, moves)
            if whole is not None:
                return whole
    return None


def _balanced(task: Fractions, outcomes: Ints, weights: Ints) -> Ints | None:
    """Whole weights near these, of the right sum, whose weighted sum is nearly right.

    The change that is least against the weights, step by step where it is large (Dikin 1967), in
    floating point that is the same on every machine, and rounded. None where none was found.
    """
    columns = np.hstack([outcomes, np.ones((len(outcomes), 1), dtype=np.int64)]).astype(np.float64)
    goal = np.append(task.rest, task.units).astype(np.float64)
    by_cell = np.ascontiguousarray(columns.T)
    real = np.maximum(weights, 1).astype(np.float64)
    for _ in range(_STEPS):
        lacking = goal - ordered_sum(columns * real[:, None])
        # Weights are cut to whole numbers, so that the product is exact in any order.
        prices = substitute(factor(whole_gram(columns, np.rint(real))), lacking)
        change = real * ordered_sum(by_cell * prices[:, None])
        falling = change < 0.0
        reach = float((real[falling] / -change[falling]).min(initial=np.inf))
        real = real + min(1.0, _BACK * reach) * change
        if _BACK * reach >= 1.0:
            break
    else:
        return None
    whole: Ints = np.rint(real).astype(np.int64)
    whole[int(np.argmax(whole))] += task.units - int(whole.sum())
    return None if whole.min() < 0 else whole


def _combined(task: Fractions, outcomes: Ints, weights: Ints, moves: Ints) -> LotteryTable | None:
    """The table whose mean is made right by `moves`; None where they do not suffice."""
    heaviest = int(np.argmax(weights))
    swaps = outcomes - outcomes[heaviest]
    times = _combination(np.concatenate([moves, swaps]), task.rest - weights @ outcomes)
    if times is None:
        return None
    given = weights + times[len(moves) :]
    given[heaviest] -= int(times[len(moves) :].sum())
    if given.min() < 0:
        return None
    return _moved(task, outcomes, given, moves, times[: len(moves)])


def _moves(
    task: Fractions, finder: SearchFinder, table: LotteryTable, stream: Stream
) -> tuple[list[int], Ints]:
    """For each cell a move from an outcome without it to a near one with it, where found.

    Which outcome, and what changes.
    """
    groups, cells = task.groups, len(task.rest)
    outcomes = np.array(table.outcomes, dtype=np.int64)
    weights = np.array(table.weights, dtype=np.int64)
    least, most = _steady(task)
    sums = _sums(groups, outcomes)
    fits = ((sums >= least) & (sums <= most)).all(axis=1)
    room = np.hstack([sums < most, np.ones((len(outcomes), 1), dtype=np.bool_)])
    lows: list[int] = []
    differences = []
    none = np.zeros(cells, dtype=np.bool_)
    for cell in range(cells):
        without = np.flatnonzero(fits & (outcomes[:, cell] == 0))
        if not len(without):
            continue
        free = room[np.ix_(without, groups.of_cell[cell])].sum(axis=1)
        noise = stream.integers(len(without)) >> (SCORE_BITS - 8)
        low = int(without[int(np.argmax((free << 40) + weights[without] * (256 + noise)))])
        this = none.copy()
        this[cell] = True
        scores = (1 - 2 * outcomes[low]) << (SCORE_BITS - 1)
        aims = groups.sums(outcomes[low] + this)
        high = finder.find(Bounds(this, none, least, most), scores, aims)
        if high is not None:
            lows.append(low)
            differences.append(high - outcomes[low])
    return lows, np.array(differences, dtype=np.int64).reshape(-1, cells)


def _steady(task: Fractions) -> tuple[Ints, Ints]:
    """The bounds, with groups kept at one that their mean is next to."""
    mean = task.groups.sums(task.rest)
    low = (mean - task.least * task.units) * _NEXT < task.units
    high = (task.most * task.units - mean) * _NEXT < task.units
    return np.where(high, task.most, task.least), np.where(low & ~high, task.least, task.most)


def _combination(moves: Ints, target: Ints) -> Ints | None:
    """Whole times of the moves, one a row, that sum to `target`; None where none were found.

    Gauss-Jordan elimination with pivots of one, the sparsest move first.
    """
    number, cells = moves.shape
    table = np.concatenate([moves.T, target[:, None]], axis=1)
    waits = np.ones(cells, dtype=np.bool_)
    basis = np.full(cells, -1, dtype=np.int64)
    while True:
        body = table[:, :number]
        filled = body != 0
        unit = (np.abs(body) == 1) & waits[:, None]
        usable = unit.any(axis=0)
        if not usable.any():
            break
        column = int(np.argmin(np.where(usable, filled.sum(axis=0), cells + 1)))
        row = int(np.argmin(np.where(unit[:, column], filled.sum(axis=1), number + 1)))
        table[row] *= table[row, column]
        stem = table[:, column].copy()
        stem[row] = 0
        touched, places = np.flatnonzero(stem), np.flatnonzero(table[row])
        block = np.ix_(touched, places)
        after = table[block] - stem[touched, None] * table[row, places][None, :]
        if np.abs(after).max(initial=0) > _LARGEST:
            return None
        table[block] = after
        waits[row] = False
        basis[row] = column
    if table[waits, number].any():
        return None
    times = np.zeros(number, dtype=np.int64)
    done = np.flatnonzero(~waits)
    times[basis[done]] = table[done, number]
    return times


def _moved(
    task: Fractions, outcomes: Ints, weights: Ints, moves: Ints, times: Ints
) -> LotteryTable | None:
    """The table with each move made so many times; None where its outcomes do not allow it."""
    rows = list(outcomes)
    given = weights.tolist()
    every = outcomes.astype(np.int8)
    sums = _sums(task.groups, outcomes)
    sizes = np.abs(moves).sum(axis=1)
    for place in sorted(np.flatnonzero(times).tolist(), key=lambda k: (-int(sizes[k]), k)):
        step = moves[place] * (1 if times[place] > 0 else -1)
        lacking = abs(int(times[place]))
        after = sums + task.groups.sums(step)
        good = ((after >= task.least) & (after <= task.most)).all(axis=1)
        good &= (every[:, step > 0] == 0).all(axis=1) & (every[:, step < 0] == 1).all(axis=1)
        able = sorted(np.flatnonzero(good).tolist(), key=lambda k: (-given[k], k))
        for part in (2, 1):
            for k in able:
                amount = min(lacking, given[k] // part)
                if amount:
                    given[k] -= amount
                    lacking -= amount
                    rows.append(outcomes[k] + step)
                    given.append(amount)
        if lacking:
            return None
    kept = [k for k, weight in enumerate(given) if weight]
    return LotteryTable([given[k] for k in kept], [rows[k] for k in kept])


def _sums(groups: Groups, outcomes: NDArray[np.int64]) -> Ints:
    sums = np.array([groups.sums(outcome) for outcome in outcomes], dtype=np.int64)
    return sums.reshape(len(outcomes), groups.count)
