"""Lotteries too large to list every outcome, but small enough to prove things of: by columns.

A mixture of the outcomes known so far is sought; where there is none, its certificate says which
further outcome would help, and that is sought in turn (column generation; Dantzig, Wolfe 1960).
Where no outcome within the bounds helps, the one that asks for the least widening is let in.
"""

from __future__ import annotations

from dataclasses import replace
from math import gcd

import numpy as np
from yaohao.planner.draw.lottery.birkhoff import SCORE_BITS, Fractions, Stream
from yaohao.planner.draw.lottery.margins import Ints
from yaohao.planner.draw.lottery.mixture_simplex import Mixture, Points, Vector
from yaohao.planner.draw.lottery.outcome_search import Bounds, SearchFinder
from yaohao.planner.draw.lottery.whole_program import Row, WholeProgram, minimum

_ROUNDS = 600
"""Columns that are asked for at most; beyond it the table is left to search."""
_SEARCHES = 4
"""Searches with growing spread for a column before the slower solver is asked."""
_NODES = 10_000
"""Parts of the search for a column by the slower solver: the same work on every machine."""
_ROOM = 1 << 58
"""Sums of prices are scaled below it, so that scores fit in 64 bits with room for 16 cells'
rounding."""


class GeneratedColumns:
    """Outcomes of a task that grow until their mixtures reach its expectations.

    `least` and `most` are the bounds reached, no wider than `limits`.
    """

    def __init__(self, task: Fractions, start: Points, seed: str) -> None:
        self.task = task
        self.least, self.most = task.least, task.most
        self.points = start
        self._stream = Stream(f"{seed}|columns")
        self._finder = SearchFinder(task.groups)

    def reach(self, limits: tuple[Ints, Ints], copies: Ints) -> bool:
        """Add outcomes until there is a mixture, widening where needed; False if none was found."""
        mixture = Mixture(self._within(self.least, self.most), self.task.rest, self.task.units)
        for _ in range(_ROUNDS):
            certificate = mixture.certificate()
            if certificate is None:
                self.points = mixture.points
                return True
            price = _reduced(certificate)
            points = self._helpful(price)
            if points is None:
                points = self._mending(price, limits, copies)
                if points is None:
                    return False
                sums = self.task.groups.sums(points[0].astype(np.int64))
                self.least = np.minimum(self.least, sums)
                self.most = np.maximum(self.most, sums)
            mixture.add(points)
        return False

    def narrow(self) -> None:
        """Take back each widening that can be done without."""
        for side in (0, 1):
            for group in range(self.task.groups.count):
                while self._narrowed(group, side):
                    pass

    def neighbours(self) -> Points:
        """Pairs of outcomes, one a cell, that differ in that cell and in as little else as can be.

        Their differences are small moves; most whole vectors are sums of such.
        """
        groups, cells = self.task.groups, len(self.task.rest)
        points = []
        for cell in range(cells):
            flags = np.zeros(cells, dtype=bool)
            this = flags.copy()
            this[cell] = True
            mine = groups.of_cell[cell]
            mine = mine[mine < groups.count]
            noise = self._stream.integers(cells + groups.count)
            scores = noise[:cells] - (self.task.rest << SCORE_BITS) // self.task.units
            targets = self.least + noise[cells:] % (self.most - self.least + 1)
            targets[mine] = self.least[mine]
            most = self.most.copy()
            most[mine] = np.maximum(self.least[mine], most[mine] - 1)
            for bounds in (
                Bounds(flags, this, self.least, most),
                Bounds(flags, this, self.least, self.most),
            ):
                low = self._finder.find(bounds, scores, targets)
                if low is None:
                    continue
                scores = (1 - 2 * low) << (SCORE_BITS - 1)
                raised = Bounds(this, flags, self.least, self.most)
                high = self._finder.find(raised, scores, groups.sums(low + this))
                if high is not None:
                    points += [low, high]
                    break
        return np.array(points, dtype=np.int8).reshape(-1, cells)

    def _narrowed(self, group: int, side: int) -> bool:
        bounds = [self.least.copy(), self.most.copy()]
        bounds[side][group] += 1 - 2 * side
        if bounds[0][group] > self.task.least[group] or bounds[1][group] < self.task.most[group]:
            return False
        before = self.least, self.most, self.points
        self.least, self.most = bounds
        if self.reach((self.least, self.most), np.zeros(self.task.groups.count, dtype=np.int64)):
            return True
        self.least, self.most, self.points = before
        return False

    def _within(self, least: Ints, most: Ints) -> Points:
        sums = np.array([self.task.groups.sums(point) for point in self.points], dtype=np.int64)
        sums = sums.reshape(len(self.points), self.task.groups.count)
        return self.points[(sums >= least).all(axis=1) & (sums <= most).all(axis=1)]

    def _helpful(self, price: Vector) -> Points | None:
        """Outcomes within the bounds with price·(outcome, 1) > 0; None where none was found."""
        cells = len(self.task.rest)
        largest = max(1, *(abs(int(value)) for value in price[:-1]))
        leaning = np.array([-(int(value) << SCORE_BITS) // largest for value in price[:-1]])
        none = np.zeros(cells, dtype=bool)
        bounds = Bounds(none, none, self.least, self.most)
        width = self.most - self.least + 1
        outcomes = []
        for spread in range(_SEARCHES):
            noise = self._stream.integers(cells + len(width))
            scores = leaning + ((noise[:cells] - (1 << (SCORE_BITS - 1))) >> spread)
            targets = self.least + noise[cells:] % width
            outcome = self._finder.find(bounds, scores, targets)
            if outcome is not None and outcome.astype(object) @ price[:-1] + price[-1] > 0:
                outcomes.append(outcome)
        if outcomes:
            return np.unique(np.array(outcomes), axis=0).astype(np.int8)
        costs = _costs(price[:-1], self._stream)
        best = _solved(self._program(self.least, self.most), costs, cells)
        if best is None or best.astype(object) @ price[:-1] + price[-1] <= 0:
            return None
        return best.astype(np.int8)[None, :]

    def _mending(self, price: Vector, limits: tuple[Ints, Ints], copies: Ints) -> Points | None:
        """The outcome with price·(outcome, 1) > 0 that breaks the bounds least; None if none."""
        if sum(abs(int(value)) for value in price) >= _ROOM:
            return None
        program = self._program(*limits)
        gain = {column: int(value) for column, value in enumerate(price[:-1]) if value}
        program.rows.append(Row(gain, 1 - int(price[-1]), None))
        cells = len(self.task.rest)
        noise = self._stream.integers(cells) >> 16
        scale = cells << (SCORE_BITS - 16)
        broken = [scale * int(many) for many in copies for _ in range(2)]
        best = _solved(program, [*(int(n) for n in noise), *broken], cells)
        return None if best is None else best.astype(np.int8)[None, :]

    def _program(self, least: Ints, most: Ints) -> WholeProgram:
        """Outcomes within `least` and `most`; then, two columns a group, what it breaks its bounds
        by: below the present ones, above them.
        """
        cells = len(self.task.rest)
        limits, rows = [1] * cells, []
        for group, members in enumerate(self.task.groups.members):
            below = cells + 2 * group
            low, high = int(self.least[group]), int(self.most[group])
            limits += [low - int(least[group]), int(most[group]) - high]
            ones = dict.fromkeys(members.tolist(), 1)
            rows += [Row({**ones, below: 1}, low, None), Row({**ones, below + 1: -1}, None, high)]
        return WholeProgram([], limits, rows)


def _reduced(certificate: Vector) -> Vector:
    """The certificate in lowest terms."""
    common = gcd(*(int(value) for value in certificate)) or 1
    return np.array([int(value) // common for value in certificate], dtype=object)


def _costs(price: Vector, stream: Stream) -> list[int]:
    """Costs of cells, least where price·cell is most; a tie-break makes the optimum unique."""
    total = sum(abs(int(value)) for value in price)
    shift = max(0, total.bit_length() + len(price).bit_length() + 16 - _ROOM.bit_length())
    noise = stream.integers(len(price)) >> (SCORE_BITS - 14)
    scale = len(price) << 14
    return [
        -((int(value) >> shift) * scale + int(extra))
        for value, extra in zip(price, noise, strict=True)
    ]


def _solved(program: WholeProgram, costs: list[int], cells: int) -> Ints | None:
    """The optimum's cells, or None where there is none or its proof took too long."""
    costs = costs + [0] * (len(program.most) - len(costs))
    solution = minimum(replace(program, costs=costs), _NODES)
    return None if solution is None else np.array(solution[:cells], dtype=np.int64)
