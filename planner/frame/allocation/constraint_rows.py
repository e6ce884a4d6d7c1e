"""Bounds as rows over distinct groups of cells, for the solvers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from yaohao.planner.frame.allocation.constraints import Bound
from yaohao.planner.vocabulary.reproducible_math import (
    Floats,
    Ints,
    gram,
    total,
)
from yaohao.planner.vocabulary.units import PPM

_MANY_PAIRS = 1_500_000
"""Pairs of rows sharing a cell above which the normal matrix is made otherwise, to save memory."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All bounds of one kind on one group as one: least and most, None for no such bound."""

    group: int
    is_share: bool
    least: int | None
    most: int | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be in it."""
        return self.least is not None and self.most is not None and self.least > self.most


class ConstraintRows:
    """The distinct groups of some bounds, who is in which, and one interval a group and kind."""

    def __init__(self, cells: int, bounds: Sequence[Bound]) -> None:
        self.cells = cells
        groups: dict[tuple[int, ...], int] = {}
        merged: dict[tuple[int, bool], tuple[int | None, int | None]] = {}
        for bound in bounds:
            group = groups.setdefault(tuple(sorted(bound.members)), len(groups))
            least, most = merged.get((group, bound.is_share), (None, None))
            if bound.least is not None:
                least = bound.least if least is None else max(least, bound.least)
            if bound.most is not None:
                most = bound.most if most is None else min(most, bound.most)
            merged[group, bound.is_share] = (least, most)
        self.intervals = [Interval(*key, *ends) for key, ends in merged.items()]
        self.members = [np.array(group, dtype=np.int64) for group in groups]
        self.count = len(self.members)
        self._flat = np.concatenate([np.zeros(0, dtype=np.int64), *self.members])
        sizes = np.array([len(group) for group in self.members], dtype=np.int64)
        self._owner = np.repeat(np.arange(self.count, dtype=np.int64), sizes)

    def sums(self, values: Floats) -> Floats:
        """The sum of `values`, one a cell, over each group, in the order of the cells."""
        return _counted(self._owner, values[self._flat], self.count)

    def spread(self, values: Floats) -> Floats:
        """For each cell the sum of `values`, one a group, over the groups that it is in."""
        return _counted(self._flat, values[self._owner], self.cells)

    def matrix(self) -> Floats:
        """Zeros and ones: a row a group, a column a cell."""
        filled = np.zeros((self.count, self.cells))
        filled[self._owner, self._flat] = 1.0
        return filled

    def pairs(self) -> tuple[Ints, Ints] | None:
        """For each cell and each two groups g >= h that it is in: g · groups + h, and the cell.

        None where that would be long.
        """
        order = np.argsort(self._flat, kind="stable")
        cell, owner = self._flat[order], self._owner[order]
        depth = np.bincount(cell, minlength=self.cells)
        if int((depth * depth).sum()) > _MANY_PAIRS:
            return None
        behind = np.arange(len(cell)) - (np.cumsum(depth) - depth)[cell] + 1
        first = np.repeat(np.arange(len(cell)), behind)
        back = np.arange(len(first)) - np.repeat(np.cumsum(behind) - behind, behind)
        return owner[first] * self.count + owner[first - back], cell[first]


class Inequalities:
    """The rows as linear inequalities, `value` <= `limit`; an equation where `equal` is set.

    The value of a row is its sign times the sum over its group less its share of the sum over all.
    `margin` is by how much inequalities are to hold with room; the total and equations have none.
    """

    def __init__(self, rows: ConstraintRows, margin: float = 0.0) -> None:
        self.rows = rows
        group, sign, share, limit, equal = [], [], [], [], []
        for interval in rows.intervals:
            is_equal = interval.least is not None and interval.least == interval.most
            for end, side in ((interval.most, 1.0), (interval.least, -1.0)):
                if end is None or (is_equal and side < 0):
                    continue
                group.append(interval.group)
                sign.append(side)
                share.append(end / PPM if interval.is_share else 0.0)
                is_whole = len(rows.members[interval.group]) == rows.cells
                room = 0.0 if is_equal or is_whole else margin
                limit.append((0.0 if interval.is_share else side * end) - room)
                equal.append(is_equal)
        self.count = len(group)
        self.group = np.array(group, dtype=np.int64)
        self.sign = np.array(sign)
        self.share = np.array(share)
        self.limit = np.array(limit)
        self.equal = np.array(equal, dtype=np.bool_)
        self._pairs = rows.pairs()
        self._matrix = rows.matrix() if self._pairs is None else np.zeros((0, 0))

    def values(self, counts: Floats) -> Floats:
        """The value of each row."""
        over: Floats = self.rows.sums(counts)[self.group] - self.share * total(counts)
        return self.sign * over

    def sizes(self, counts: Floats) -> Floats:
        """What the values are made of, without signs; at least 1."""
        made_of = self.rows.sums(counts)[self.group] + self.share * total(counts)
        scale: Floats = np.maximum(made_of + np.abs(self.limit), 1.0)
        return scale

    def spread(self, prices: Floats) -> Floats:
        """For each cell the sum of `prices`, one a row, times what the cell counts in the row."""
        signed = self.sign * prices
        by_group = _counted(self.group, signed, self.rows.count)
        return self.rows.spread(by_group) - total(signed * self.share)

    def curvature(self, weights: Floats, places: Ints) -> Floats:
        """The products of the rows `places` with one another, weighted by cell."""
        groups = self.group[places]
        if self._pairs is None:
            used, at = np.unique(groups, return_inverse=True)
            shared = gram(self._matrix[used], weights)[np.ix_(at, at)]
        else:
            keys, cells = self._pairs
            half = _counted(keys, weights[cells], self.rows.count**2)
            half = half.reshape(self.rows.count, self.rows.count)
            both = half + half.T
            both[np.diag_indices(len(both))] = np.diagonal(half)
            shared = both[np.ix_(groups, groups)]
        here, share, sign = self.rows.sums(weights)[groups], self.share[places], self.sign[places]
        entries = shared - here[:, None] * share[None, :] - share[:, None] * here[None, :]
        entries = entries + share[:, None] * share[None, :] * total(weights)
        signed: Floats = entries * (sign[:, None] * sign[None, :])
        return signed

    def diagonal(self, weights: Floats, places: Ints) -> Floats:
        """The diagonal of `curvature`."""
        here, share = self.rows.sums(weights)[self.group[places]], self.share[places]
        entries: Floats = here * (1.0 - 2.0 * share) + share * share * total(weights)
        return entries


def _counted(places: Ints, values: Floats, count: int) -> Floats:
    """The sum of the values of each place, in their order."""
    return np.bincount(places, values, count).astype(np.float64)
