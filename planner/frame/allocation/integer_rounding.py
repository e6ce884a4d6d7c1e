"""From real counts within bounds to whole millionths within the same bounds, exactly.

The bounds that the counts touch are linear equations with coefficients 0 and 1. Elimination with
pivots of 1 finds one cell for each of them, and expresses those cells' counts by all others' in
whole numbers; the others are rounded, and then moved one by one wherever that brings the whole
nearer to the real counts (Babai's rounding, with a local search after it). All sums that decide are
whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.frame.allocation.constraint_rows import ConstraintRows
from yaohao.planner.vocabulary.reproducible_math import Floats, Ints, total
from yaohao.planner.vocabulary.units import PPM

_NONE = 1 << 62
"""Stands for no upper limit; larger than any sum of counts."""
_TOUCHING = 0.75
"""Millionths within which a count touches its limit and is not moved beyond; below one whole
unit."""
_ROOMY = 100.0
"""Millionths of room from which a cell is preferred as a pivot."""
_FINE = 1 << 16
"""Parts of a millionth in which distances are counted, so that they are whole numbers."""
_LARGEST = 1 << 12
"""Entries of an inverse basis beyond it make moves too large to be of use."""
_MOVES = 4000
"""Moves towards the real counts at most; each of them gains."""
_ROUNDS = 60
"""Exchanges of pivots at most."""


def rounded_counts(counts: Floats, most: Ints, rows: ConstraintRows) -> list[int] | None:
    """Whole counts next to `counts`, each from 1 to `most`, with all intervals of `rows` kept.

    Where a share of the draw is bounded, the total is `counts`' own, rounded up or down. None where
    no such whole counts are found.
    """
    real = total(counts)
    near = int(np.rint(real))
    # A share that is at its end may allow the one whole number beside the real total alone.
    beside = int(np.floor(real)) if near > real else int(np.ceil(real))
    has_share = any(interval.is_share for interval in rows.intervals)
    for goal in dict.fromkeys((near, beside) if has_share else (near,)):
        counts_found = _rounded_to(goal, counts, most, rows, has_share=has_share)
        if counts_found is not None:
            return counts_found
    return None


def _rounded_to(
    goal: int, counts: Floats, most: Ints, rows: ConstraintRows, *, has_share: bool
) -> list[int] | None:
    """As `rounded_counts`, with a total of `goal` where a share of the draw is bounded."""
    members = list(rows.members)
    least = [0] * rows.count
    largest = [_NONE] * rows.count
    for interval in sorted(rows.intervals, key=lambda interval: interval.is_share):
        low, high = interval.least or 0, interval.most
        if interval.is_share:
            low = -(-low * goal // PPM)
            high = None if high is None else high * goal // PPM
        elif has_share and len(members[interval.group]) == rows.cells:
            goal = max(low, goal if high is None else min(high, goal))
        least[interval.group] = max(least[interval.group], low)
        if high is not None:
            largest[interval.group] = min(largest[interval.group], high)
    if has_share:
        members.append(np.arange(rows.cells, dtype=np.int64))
        least.append(goal)
        largest.append(goal)
    if any(low > high for low, high in zip(least, largest, strict=True)):
        return None
    task = _Task(counts, most, members, np.array(least), np.array(largest))
    return task.solve()


@dataclass(frozen=True, slots=True)
class _Basis:
    """What elimination finds: `inverse` · (rows of the task), the pivot rows and their cells."""

    tight: Ints  # positions of the rows that are equations
    inverse: Ints
    pivots: Ints
    cells: Ints
    others: Ints  # rows of `inverse` that turned out to say nothing of any cell


class _Task:
    def __init__(
        self, counts: Floats, most: Ints, members: list[Ints], least: Ints, largest: Ints
    ) -> None:
        self.counts, self.most, self.members = counts, most, members
        self.least, self.largest = least, largest
        self.matrix = np.zeros((len(members), len(counts)))
        for row, group in enumerate(members):
            self.matrix[row, group] = 1.0
        self.room = np.minimum(counts - 1.0, most - counts)
        self.start = np.minimum(np.maximum(np.rint(counts), 1.0), most).astype(np.int64)

    def solve(self) -> list[int] | None:
        """Whole counts, or None; more rows become equations as they turn out to be broken."""
        real = np.array([total(self.counts[group]) for group in self.members])
        near = np.where(real - self.least < self.largest - real, self.least, self.largest)
        tight = (np.abs(real - near) < _TOUCHING) | (self.least == self.largest)
        wanted = near.copy()
        banned = np.zeros(len(self.counts), dtype=np.bool_)
        whole = self.start.copy()
        for _ in range(_ROUNDS):
            basis = self._basis(np.flatnonzero(tight), banned)
            if basis is None or not self._agree(basis, wanted):
                return None
            whole = self._rounded(basis, wanted)
            outside = (whole < 1) | (whole > self.most)
            if outside.any():
                if (outside & banned).any():
                    return None
                banned |= outside
                continue
            sums = np.array([int(whole[group].sum()) for group in self.members])
            low, high = sums < self.least, sums > self.largest
            if not (low | high).any():
                return [int(count) for count in whole]
            wanted = np.where(low, self.least, np.where(high, self.largest, wanted))
            if (tight & (low | high)).any():
                return None
            tight |= low | high
        return None

    def _basis(self, tight: Ints, banned: np.typing.NDArray[np.bool_]) -> _Basis | None:
        """Gauss-Jordan elimination in whole numbers.

        The pivot is the 1 whose column moves the fewest other cells; of equals, the first. Cells
        with little room are pivots only where there are no others.
        """
        count = len(tight)
        table = self.matrix[tight].copy()
        inverse = np.eye(count)
        waits = np.ones(count, dtype=np.bool_)
        barred = np.where(banned, 2.0, np.where(self.room < _ROOMY, 1.0, 0.0)) * 1e9
        size = np.abs(table).sum(axis=0)
        pivots: list[int] = []
        cells: list[int] = []
        while waits.any():
            rows = np.flatnonzero(waits)
            unit = np.abs(table[rows]) == 1.0
            cost = np.where(unit.any(axis=0), size + barred, np.inf)
            cell = int(np.argmin(cost))
            if not cost[cell] < 2e9:
                break
            row = int(rows[int(np.argmax(unit[:, cell]))])
            sign = table[row, cell]
            table[row] *= sign
            inverse[row] *= sign
            column = table[:, cell].copy()
            column[row] = 0.0
            touched = np.flatnonzero(column)
            places = np.flatnonzero(table[row])
            block = np.ix_(touched, places)
            before = table[block]
            after = before - column[touched, None] * table[row, places][None, :]
            table[block] = after
            size[places] += (np.abs(after) - np.abs(before)).sum(axis=0)
            inverse[touched] -= column[touched, None] * inverse[row][None, :]
            if np.abs(after).max(initial=0.0) > _LARGEST or np.abs(inverse).max() > _LARGEST:
                return None
            waits[row] = False
            pivots.append(row)
            cells.append(cell)
        others = np.flatnonzero(waits)
        if (table[others] != 0.0).any():
            return None
        return _Basis(
            tight,
            inverse.astype(np.int64),
            np.array(pivots, dtype=np.int64),
            np.array(cells, dtype=np.int64),
            others,
        )

    def _agree(self, basis: _Basis, wanted: Ints) -> bool:
        """Make the equations that depend on others agree with them, where an interval lets it."""
        for row in basis.others:
            terms = basis.inverse[row]
            gap = int((terms * wanted[basis.tight]).sum())
            if gap == 0:
                continue
            for place in np.flatnonzero(np.abs(terms) == 1).tolist():
                target = basis.tight[place]
                value = wanted[target] - gap * terms[place]
                if self.least[target] <= value <= self.largest[target]:
                    wanted[target] = value
                    break
            else:
                return False
        return True

    def _rounded(self, basis: _Basis, wanted: Ints) -> Ints:
        """The whole counts that solve the equations, near the real ones."""
        whole = self.start.copy()
        if not len(basis.pivots):
            return whole
        short = wanted[basis.tight] - np.array(
            [int(whole[self.members[row]].sum()) for row in basis.tight]
        )
        whole[basis.cells] += basis.inverse[basis.pivots] @ short
        # All below are whole numbers under 2^53, so the products are exact in any order.
        table = basis.inverse[basis.pivots].astype(np.float64) @ self.matrix[basis.tight]
        off = np.rint((whole - self.counts) * _FINE)
        if not np.abs(off).max() < 2.0**36:
            return whole
        weight = (1.0 + (table * table).sum(axis=0)) * _FINE
        pull = off - off[basis.cells] @ table
        fixed = np.zeros(len(whole), dtype=np.bool_)
        fixed[basis.cells] = True
        for _ in range(_MOVES):
            gain = np.where(fixed, -1.0, 2.0 * np.abs(pull) - weight)
            cell = int(np.argmax(gain))
            if gain[cell] <= 0.0:
                break
            step = -1 if pull[cell] > 0.0 else 1
            if not 1 <= whole[cell] + step <= self.most[cell]:
                fixed[cell] = True
                continue
            column = table[:, cell]
            whole[cell] += step
            whole[basis.cells] -= step * column.astype(np.int64)
            pull[cell] += step * _FINE
            pull += step * _FINE * (column @ table)
        return whole
