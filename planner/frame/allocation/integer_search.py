"""Whole counts where the bounds leave so little that rounding the real ones finds none.

All cells that are under the same bounds are one unknown. Whole numbers are sought next to the real
counts, then ever farther from them; at last everywhere, which proves that there are none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from yaohao.planner.frame.allocation.branch_and_bound import Line, UndecidedError, whole_point
from yaohao.planner.frame.allocation.constraint_rows import ConstraintRows
from yaohao.planner.frame.allocation.constraints import Bound
from yaohao.planner.frame.cells import Cell
from yaohao.planner.vocabulary.reproducible_math import Floats
from yaohao.planner.vocabulary.units import PPM

_NEAR_NODES = 100
"""Nodes of a search near the real solution, where whole points are likeliest."""
_NODES = 4000
"""Nodes of the whole search; beyond it the answer is undecided, never a wrong refusal."""
_FIRST = 8
"""Half width of the first box about the real solution, in millionths."""
_WIDER = 16
"""Factor from one box to the next wider one."""
_LAST = 1 << 40
"""Half width from which a box holds everything."""
_FREE = 20
"""Unknowns that a lattice search frees at once; the time of reducing its basis grows steeply with
them."""


class CellClasses:
    """Cells under the same bounds as one, and the bounds as lines over the classes."""

    def __init__(self, cells: Sequence[Cell], bounds: Sequence[Bound]) -> None:
        rows = ConstraintRows(len(cells), bounds)
        under: list[list[int]] = [[] for _ in cells]
        for group, members in enumerate(rows.members):
            for index in members.tolist():
                under[index].append(group)
        classes: dict[tuple[int, ...], list[int]] = {}
        for index, groups in enumerate(under):
            classes.setdefault(tuple(groups), []).append(index)
        self.members = list(classes.values())
        self.boxes = [
            (len(members), sum(cells[index].size for index in members) * PPM)
            for members in self.members
        ]
        self.lines: list[Line] = []
        self.is_empty = any(interval.is_empty for interval in rows.intervals)
        for interval in rows.intervals:
            inside = [int(interval.group in groups) for groups in classes]
            if not interval.is_share:
                self.lines.append((inside, interval.least, interval.most))
                continue
            if interval.least is not None and interval.least == interval.most:
                self.lines.append(([one * PPM - interval.least for one in inside], 0, 0))
                continue
            if interval.least is not None:
                self.lines.append(([one * PPM - interval.least for one in inside], 0, None))
            if interval.most is not None:
                self.lines.append(([one * PPM - interval.most for one in inside], None, 0))

    def whole(self, nodes: int = _NODES) -> list[int] | None:
        """Whole counts of the classes, wherever; None where there are none.

        Raises UndecidedError where the search came to no end.
        """
        return None if self.is_empty else whole_point(self.lines, self.boxes, nodes)

    def near(self, base: Sequence[int]) -> list[int] | None:
        """Whole counts near `base`: no farther, for any class, than about twice what must be.

        None where there are none at all. Raises UndecidedError as `whole`.
        """
        reach, short = _FIRST, 0
        nearest = None
        while nearest is None and reach < _LAST:
            nearest = self._within(base, reach)
            if nearest is None:
                short, reach = reach, reach * _WIDER
        if nearest is None:
            return self._of_few(base) or self.whole()
        while reach > 2 * max(short, 1):
            middle = (reach + short) // 2
            nearer = self._within(base, middle)
            if nearer is None:
                short = middle
            else:
                nearest, reach = nearer, middle
        return nearest

    def _within(self, base: Sequence[int], reach: int) -> list[int] | None:
        boxes = [
            (max(low, min(value, high) - reach), min(high, max(value, low) + reach))
            for (low, high), value in zip(self.boxes, base, strict=True)
        ]
        try:
            return whole_point(self.lines, boxes, _NEAR_NODES)
        except UndecidedError:
            return None

    def _of_few(self, base: Sequence[int]) -> list[int] | None:
        """Whole counts of which only the classes of most room differ from `base`."""
        if len(base) <= _FREE:
            return None
        room = [min(v - low, high - v) for (low, high), v in zip(self.boxes, base, strict=True)]
        order = sorted(range(len(base)), key=lambda k: (-room[k], k))
        free: list[int] = []
        # Turn by turn each line gets a class of its own to be mended with.
        while len(free) < _FREE:
            before = len(free)
            for line, _, _ in self.lines:
                usual = min(line)
                mine = (k for k in order if line[k] != usual and k not in free)
                chosen = next(mine, None)
                if chosen is not None and len(free) < _FREE:
                    free.append(chosen)
            if len(free) == before:
                break
        free.sort()
        fixed = [(k, value) for k, value in enumerate(base) if k not in set(free)]
        if any(not self.boxes[k][0] <= value <= self.boxes[k][1] for k, value in fixed):
            return None
        lines: list[Line] = []
        for line, least, most in self.lines:
            given = sum(line[k] * value for k, value in fixed)
            low = None if least is None else least - given
            lines.append(([line[k] for k in free], low, None if most is None else most - given))
        try:
            point = whole_point(lines, [self.boxes[k] for k in free], _NEAR_NODES)
        except UndecidedError:
            return None
        if point is None:
            return None
        changed = list(base)
        for k, value in zip(free, point, strict=True):
            changed[k] = value
        return changed


def searched_counts(
    cells: Sequence[Cell], bounds: Sequence[Bound], real: Floats | None
) -> list[int] | None:
    """Whole counts of the cells near `real` with all bounds kept; None where there are none.

    Without `real`, near the cells' own. Raises UndecidedError where the search came to no end.
    """
    classes = CellClasses(cells, bounds)
    own = [cell.expected for cell in cells]
    start = own if real is None else [int(value) for value in np.rint(real).tolist()]
    start = [min(max(x, 1), cell.size * PPM) for x, cell in zip(start, cells, strict=True)]
    sums = classes.near([sum(start[k] for k in members) for members in classes.members])
    if sums is None:
        return None
    counts = list(start)
    for members, goal in zip(classes.members, sums, strict=True):
        shares = _shared([start[k] for k in members], [cells[k].size * PPM for k in members], goal)
        for k, share in zip(members, shares, strict=True):
            counts[k] = share
    return counts


def _shared(counts: Sequence[int], most: Sequence[int], goal: int) -> list[int]:
    """The counts scaled to the sum `goal`, each from 1 to its most."""
    shares = list(counts)
    is_open = [True] * len(counts)
    while True:
        part = sum(count for count, free in zip(counts, is_open, strict=True) if free)
        left = goal - sum(count for count, free in zip(shares, is_open, strict=True) if not free)
        passed = False
        for place, count in enumerate(counts):
            if is_open[place]:
                share = count * left // part
                shares[place] = min(max(share, 1), most[place])
                if shares[place] != share:
                    is_open[place], passed = False, True
        if not passed:
            break
    for place, top in enumerate(most):
        shares[place] = min(max(shares[place] + goal - sum(shares), 1), top)
    return shares
