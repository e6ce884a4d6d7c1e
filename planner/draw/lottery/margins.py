"""Margins of an allocation lottery: the groups of cells whose counts are kept near expectation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.vocabulary.problems import refuse

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Margin:
    """A group of cells: `members` are positions in the list of cells.

    `least` and `most` are whole numbers of inspections that every outcome must keep to (a quota);
    None where there is no such bound. The total is the margin with stratum and code ``""``.
    """

    stratum: str
    code: str
    members: tuple[int, ...]
    least: int | None = None
    most: int | None = None

    @property
    def name(self) -> str:
        """The margin in one text, ``stratum=code``, or ``total``."""
        return f"{self.stratum}={self.code}" if self.stratum or self.code else "total"


def margins_of(names: Sequence[str], strata: Sequence[str]) -> list[Margin]:
    """The margins of the cells called `names`: the total, then each code of each stratum.

    A name is its codes joined by ``/`` in the order of `strata`; codes come in ascending bytes.
    Raises `PlannerError` where a name has not one code for each stratum.
    """
    margins = [Margin("", "", tuple(range(len(names))))]
    if not strata:
        return margins
    codes = [name.split("/") for name in names]
    for name, parts in zip(names, codes, strict=True):
        if len(parts) != len(strata):
            raise refuse("lottery.cell-name", cell=name, expected=len(strata), found=len(parts))
    for position, stratum in enumerate(strata):
        groups: dict[str, list[int]] = {}
        for index, parts in enumerate(codes):
            groups.setdefault(parts[position], []).append(index)
        margins += [Margin(stratum, code, tuple(groups[code])) for code in sorted(groups)]
    return margins


class Groups:
    """Distinct groups of two or more cells, as arrays: who is in which, and sums over them."""

    def __init__(self, cells: int, members: Sequence[Ints]) -> None:
        self.cells = cells
        self.members = list(members)
        self.count = len(self.members)
        self.sizes = np.array([len(group) for group in self.members], dtype=np.int64)
        self._flat = np.concatenate([np.zeros(0, dtype=np.int64), *self.members])
        self._starts = np.cumsum(self.sizes) - self.sizes
        owners = np.repeat(np.arange(self.count, dtype=np.int64), self.sizes)
        order = np.argsort(self._flat, kind="stable")
        depth = np.bincount(self._flat, minlength=cells).astype(np.int64)
        width = int(depth.max(initial=0))
        first = np.cumsum(depth) - depth
        # Row i holds the groups of cell i, padded with a group of no bounds at position `count`.
        self.of_cell = np.full((cells, width), self.count, dtype=np.int64)
        rows = self._flat[order]
        self.of_cell[rows, np.arange(len(rows)) - first[rows]] = owners[order]

    def sums(self, values: Ints) -> Ints:
        """The sum of `values`, one a cell, over each group."""
        if not self.count:
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(values[self._flat].astype(np.int64, copy=False), self._starts)

    def overlaps(self) -> dict[tuple[int, int], int]:
        """How many cells each two groups share, for the pairs g < h that share any."""
        width = self.of_cell.shape[1]
        pairs = [
            self.of_cell[:, a] * (self.count + 1) + self.of_cell[:, b]
            for a in range(width)
            for b in range(a + 1, width)
        ]
        if not pairs:
            return {}
        keys, numbers = np.unique(np.concatenate(pairs), return_counts=True)
        shared = {}
        for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
            g, h = divmod(key, self.count + 1)
            if h < self.count:
                shared[g, h] = number
        return shared


@dataclass(frozen=True)
class Families:
    """Two families of nested groups: the `parent` of each group, the `leaf` of each cell, or -1."""

    family: list[int]
    parent: list[int]
    leaf: tuple[Ints, Ints]


def two_families(groups: Groups) -> Families | None:
    """Split the groups into two families, in each of which groups are nested or apart.

    None where that cannot be done. With it, every expectation is a mixture of whole outcomes
    (bihierarchies: Budish, Che, Kojima, Milgrom 2013). The split is a two-colouring of the
    graph of crossing groups.
    """
    overlaps = groups.overlaps()
    crossing: list[list[int]] = [[] for _ in range(groups.count)]
    inside: list[list[int]] = [[] for _ in range(groups.count)]
    sizes = groups.sizes.tolist()
    for (g, h), shared in overlaps.items():
        small, large = (g, h) if sizes[g] <= sizes[h] else (h, g)
        if shared == sizes[small]:
            inside[small].append(large)
        else:
            crossing[g].append(h)
            crossing[h].append(g)
    family = _two_colours(crossing)
    if family is None:
        return None
    parent = []
    for g in range(groups.count):
        around = [(sizes[h], h) for h in inside[g] if family[h] == family[g]]
        parent.append(min(around)[1] if around else -1)
    leaves = []
    for side in (0, 1):
        leaf = np.full(groups.cells, -1, dtype=np.int64)
        for g in sorted(range(groups.count), key=lambda g: (-sizes[g], g)):
            if family[g] == side:
                leaf[groups.members[g]] = g
        leaves.append(leaf)
    return Families(family, parent, (leaves[0], leaves[1]))


def _two_colours(neighbours: list[list[int]]) -> list[int] | None:
    """A colour, 0 or 1, for each node, such that neighbours differ; None at an odd cycle."""
    colour = [-1] * len(neighbours)
    for start in range(len(neighbours)):
        if colour[start] >= 0:
            continue
        colour[start] = 0
        waiting = [start]
        while waiting:
            node = waiting.pop()
            for other in neighbours[node]:
                if colour[other] < 0:
                    colour[other] = 1 - colour[node]
                    waiting.append(other)
                elif colour[other] == colour[node]:
                    return None
    return colour
