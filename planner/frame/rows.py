"""Bounds as rows over distinct groups of cells, for the solvers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.frame.bounds import Bound
from planner.frame.exact import Floats, Ints


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


class Rows:
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

    def group(self, members: Sequence[int]) -> int | None:
        """The position of a group, given its members in ascending order."""
        wanted = np.array(members, dtype=np.int64)
        return next((i for i, m in enumerate(self.members) if np.array_equal(m, wanted)), None)

    def sums(self, values: Floats) -> Floats:
        """The sum of `values`, one a cell, over each group, in the order of the cells."""
        found: Floats = np.bincount(self._owner, values[self._flat], self.count)
        return found

    def spread(self, values: Floats) -> Floats:
        """For each cell the sum of `values`, one a group, over the groups that it is in."""
        found: Floats = np.bincount(self._flat, values[self._owner], self.cells)
        return found

    def matrix(self) -> Floats:
        """Zeros and ones: a row a group, a column a cell."""
        found = np.zeros((self.count, self.cells))
        found[self._owner, self._flat] = 1.0
        return found


def whole_sums(rows: Rows, counts: Ints) -> list[int]:
    """The sum of whole `counts` over each group, exactly."""
    return [int(counts[members].sum()) for members in rows.members]
