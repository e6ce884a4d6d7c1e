"""Small programs in whole numbers of any size, solved exactly by branch and bound.

The simplex method in floating point proposes prices of the rows. Rounded to whole parts, any prices
give a bound that holds, worked out in whole numbers; so nothing is passed over because of a
rounding, and the optimum is proved (safe bounds; Neumaier, Shcherbina 2004).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import frexp, inf

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.vocabulary.linear_program import Program, Ray, Vertex, solve

_PARTS = 80
"""Bits behind the point of a price."""
_WHOLE = 1e-6
"""So near to a whole number a value of the solver is taken to be that number, and then checked."""


@dataclass(frozen=True)
class Row:
    """``low <= sum of coefficients × columns <= high``; None where there is no bound."""

    entries: dict[int, int]
    low: int | None
    high: int | None


@dataclass(frozen=True)
class WholeProgram:
    """Least ``costs · x`` in whole x from 0 to `most` that keep the rows."""

    costs: list[int]
    most: list[int]
    rows: list[Row]


def minimum(program: WholeProgram, nodes: int) -> list[int] | None:
    """The optimum; None where there is none, or where `nodes` parts of it do not suffice for proof.

    Where several are the best it is one of them.
    """
    search = _Search(program)
    waiting = [([0] * len(program.costs), list(program.most))]
    while waiting:
        if not nodes:
            return None
        nodes -= 1
        waiting += search.parts(*waiting.pop())
    return search.best


class _Search:
    """The best solution so far, and the program as the float solver is given it."""

    def __init__(self, program: WholeProgram) -> None:
        self.best: list[int] | None = None
        self._cost = 0
        self._program = program
        columns: list[list[tuple[int, int]]] = [[] for _ in program.costs]
        for place, row in enumerate(program.rows):
            for column, value in row.entries.items():
                columns[column].append((place, value))
        self._columns = columns
        # Rows of large numbers are scaled to the size of one; by powers of two, to be undone.
        self._shift = [
            max(0, max((abs(v) for v in row.entries.values()), default=1).bit_length() - 1)
            for row in program.rows
        ]
        units = np.array([2.0**-shift for shift in self._shift])
        self._ends = (
            units * [-inf if row.low is None else float(row.low) for row in program.rows],
            units * [inf if row.high is None else float(row.high) for row in program.rows],
        )
        self._starts = np.cumsum([0, *(len(column) for column in columns)])
        self._places = np.array([row for column in columns for row, _ in column], np.int64)
        self._values = np.array(
            [value * 2.0 ** -self._shift[row] for column in columns for row, value in column],
            np.float64,
        )
        self._costs = np.array([float(cost) for cost in program.costs], np.float64)

    def parts(self, low: list[int], high: list[int]) -> list[tuple[list[int], list[int]]]:
        """What is still to be looked at of the solutions from `low` to `high`, the best last."""
        if low == high:
            self._offer(low)
            return []
        relaxed = self._relaxed(low, high)
        if isinstance(relaxed, Ray):
            if relaxed.prices is not None and any(
                self._bound(sign * relaxed.prices, low, high, priced=False)[0] > 0
                for sign in (1, -1)
            ):
                return []
            values = np.array(low, np.float64)
        elif relaxed is None:
            values = np.array(low, np.float64)
        else:
            values = relaxed.values
            near = np.rint(values)
            if np.abs(values - near).max() < _WHOLE:
                self._offer([int(value) for value in near])
            if self.best is not None:
                narrowed = self._narrowed(relaxed.prices, low, high)
                if narrowed is None:
                    return []
                if narrowed != (low, high):
                    return [narrowed]
        return self._divided(values, low, high)

    def _narrowed(
        self, prices: NDArray[np.float64], low: list[int], high: list[int]
    ) -> tuple[list[int], list[int]] | None:
        """From `low` to `high` without columns that make any solution too dear; None if all do."""
        bound, left = self._bound(prices, low, high)
        room = ((self._cost - 1) << _PARTS) - bound
        if room < 0:
            return None
        above, below = list(low), list(high)
        for column, cost in enumerate(left):
            if cost > 0:
                below[column] = min(high[column], low[column] + room // cost)
            elif cost < 0:
                above[column] = max(low[column], high[column] - room // -cost)
        return above, below

    def _divided(
        self, values: NDArray[np.float64], low: list[int], high: list[int]
    ) -> list[tuple[list[int], list[int]]]:
        """Two halves at the column that is least whole; the half of the value comes last."""
        open_ = [column for column, (a, b) in enumerate(zip(low, high, strict=True)) if a < b]
        column = min(open_, key=lambda c: abs(values[c] - np.floor(values[c]) - 0.5))
        cut = min(max(int(np.floor(values[column] + _WHOLE)), low[column]), high[column] - 1)
        below, above = list(high), list(low)
        below[column], above[column] = cut, cut + 1
        halves = [(low, below), (above, high)]
        return halves if values[column] - cut > 0.5 else halves[::-1]

    def _relaxed(self, low: list[int], high: list[int]) -> Vertex | Ray | None:
        return solve(
            Program(
                self._costs, np.array(low, np.float64), np.array(high, np.float64),
                *self._ends, self._starts, self._places, self._values,
            )
        )  # fmt: skip

    def _offer(self, values: list[int]) -> None:
        """Take a solution if it keeps all and is better than the best so far."""
        program = self._program
        for row in program.rows:
            total = sum(value * values[column] for column, value in row.entries.items())
            if (row.low is not None and total < row.low) or (
                row.high is not None and total > row.high
            ):
                return
        if any(not 0 <= value <= most for value, most in zip(values, program.most, strict=True)):
            return
        cost = sum(a * b for a, b in zip(program.costs, values, strict=True))
        if self.best is None or cost < self._cost:
            self.best, self._cost = values, cost

    def _bound(
        self, prices: NDArray[np.float64], low: list[int], high: list[int], *, priced: bool = True
    ) -> tuple[int, list[int]]:
        """What no solution from `low` to `high` costs less than, and each column's reduced cost.

        In parts of 2^80 of one.
        """
        whole, reduced = [], []
        total = 0
        for price, shift, row in zip(prices.tolist(), self._shift, self._program.rows, strict=True):
            parts = _in_parts(price, _PARTS - shift)
            end = row.low if parts > 0 else row.high
            whole.append(0 if end is None else parts)
            total += 0 if end is None else parts * end
        for column, cost in enumerate(self._program.costs):
            left = (cost << _PARTS) if priced else 0
            left -= sum(value * whole[row] for row, value in self._columns[column])
            reduced.append(left)
            total += left * (low[column] if left > 0 else high[column])
        return total, reduced


def _in_parts(value: float, bits: int) -> int:
    """A real in parts of 2^bits of one, rounded towards nothing."""
    mantissa, power = frexp(value)
    parts, power = int(mantissa * 2.0**53), power - 53 + bits
    return parts << power if power >= 0 else -(-parts >> -power) if parts < 0 else parts >> -power
