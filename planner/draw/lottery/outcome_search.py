"""Finding one outcome: whole counts, zero or one a cell, whose group sums keep to given bounds.

Three finders with the same two methods. `FlowFinder` always finds an outcome where there is one,
but needs two families of nested groups; `ListFinder` looks through all outcomes, where they are
few; `SearchFinder` searches, for any groups. All three prefer cells of low score, so that random
scores give random outcomes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.draw.lottery.margins import Families, Groups, Ints
from yaohao.planner.draw.network_flow import UnsettledError, minimum_cost_flow

Flags = NDArray[np.bool_]

TARGET_COST = 1 << 37
"""What it costs a group to miss its target by one; scores of cells are mostly below 2^36."""


@dataclass(frozen=True)
class Bounds:
    """What an outcome may be: cells that must be one or zero, least and most of each group."""

    up: Flags
    down: Flags
    least: Ints
    most: Ints


class Finder(Protocol):
    """Finds outcomes of one table."""

    work: int
    """A measure of the work done so far, the same on every machine."""

    def find(self, bounds: Bounds, scores: Ints, targets: Ints) -> Ints | None:
        """An outcome within `bounds`, cheap by `scores` and with group sums near `targets`.

        None where none was found.
        """


FINISH = 12
"""Moves without gain after which a search that has an outcome stops looking for a nearer one."""


LEVELLINGS = 6
"""How often scores are moved towards the aims of groups before a search begins."""


def levelled(
    groups: Groups, bounds: Bounds, scores: Ints, aims: Ints, steps: int
) -> tuple[Ints, Ints]:
    """The scores, moved group by group until rounding by them comes near the aims; each's move.

    Scores are spread evenly over 2^36, so that moving a group's by its excess over its number of
    cells mends it; each of the groups that a cell is in does its share of that at a time.
    """
    free = ~bounds.down & ~bounds.up
    room = np.maximum(groups.sums(free.astype(np.int64)), 1) * groups.of_cell.shape[1]
    whole = np.zeros(groups.count + 1, dtype=np.int64)
    for _ in range(steps):
        outcome = bounds.up | (free & (scores < 0))
        moved = np.append(((groups.sums(outcome.astype(np.int64)) - aims) << 36) // room, 0)
        scores = scores + moved[groups.of_cell].sum(axis=1)
        whole += moved
    return scores, whole[:-1]


_PRICINGS = 4
"""How often before a flow is sought from the prices that come of it: sooner found, the same."""


class FlowFinder:
    """Outcomes as flows of least cost: from one family's groups through the cells to the other's.

    The optimum is exact, and with random scores of 36 bits unique but for a chance of about
    one in ten million, so that any solver finds the same outcome.
    """

    def __init__(self, groups: Groups, families: Families) -> None:
        self.work = 0
        self._groups = groups
        # Node 0 is the source, 1 the sink, 2 + g the group g.
        self._tails = (families.leaf[0] + 2).clip(min=0)
        self._tails[families.leaf[0] < 0] = 0
        self._heads = families.leaf[1] + 2
        self._heads[families.leaf[1] < 0] = 1
        self._parents = np.append(np.array(families.parent, dtype=np.int64), -1)
        self._heading = np.array(families.family, dtype=np.int64) == 1
        ends = []
        for g, (side, parent) in enumerate(zip(families.family, families.parent, strict=True)):
            outer = parent + 2 if parent >= 0 else side
            ends.append((outer, g + 2) if side == 0 else (g + 2, outer))
        self._group_ends = np.array(ends, dtype=np.int64).reshape(-1, 2)

    def find(self, bounds: Bounds, scores: Ints, targets: Ints) -> Ints | None:
        """The cheapest outcome within `bounds`, or None where there is none."""
        self.work += len(scores)
        free = np.flatnonzero(~bounds.down & ~bounds.up)
        taken = np.flatnonzero(bounds.up)
        tails = np.concatenate([self._tails[free], self._group_ends[:, 0], [1]])
        heads = np.concatenate([self._heads[free], self._group_ends[:, 1], [0]])
        room = np.concatenate(
            [np.ones(len(free), dtype=np.int64), bounds.most - bounds.least, [len(scores)]]
        )
        costs = np.zeros(len(room), dtype=np.int64)
        costs[: len(free)] = scores[free]
        leaning = (targets <= bounds.least).astype(np.int64) - (targets >= bounds.most)
        costs[len(free) : -1] = leaning * TARGET_COST
        # What must flow is sent beforehand: it leaves a lack at one end and a store at the other.
        nodes = self._groups.count + 2
        supplies = np.zeros(nodes, dtype=np.int64)
        for ends, amount in (
            (self._heads[taken], 1),
            (self._tails[taken], -1),
            (self._group_ends[:, 1], bounds.least),
            (self._group_ends[:, 0], -bounds.least),
        ):
            np.add.at(supplies, ends, amount)
        prices = self._prices(bounds, scores, np.clip(targets, bounds.least, bounds.most))
        try:
            flows = minimum_cost_flow(
                (tails, heads), room, costs, supplies, prices, np.arange(len(room)) >= len(free)
            )
        except UnsettledError:
            return None
        if flows is None:
            return None
        outcome = np.zeros(len(scores), dtype=np.int64)
        outcome[taken] = 1
        outcome[free] = flows[: len(free)]
        return outcome

    def _prices(self, bounds: Bounds, scores: Ints, aims: Ints) -> Ints:
        """Prices of the nodes under which the cells of negative cost come near the aims."""
        moved = np.append(levelled(self._groups, bounds, scores, aims, _PRICINGS)[1], 0)
        whole, around = moved[:-1].copy(), self._parents[:-1]
        while (around >= 0).any():
            whole += moved[around]
            around = self._parents[around]
        return np.concatenate([[0, 0], np.where(self._heading, whole, -whole)])


class ListFinder:
    """Outcomes out of a list of all that there are."""

    def __init__(self, groups: Groups, points: NDArray[np.int8]) -> None:
        self.work = 0
        self._points = points
        self._sums = np.array([groups.sums(point) for point in points], dtype=np.int64)
        self._sums = self._sums.reshape(len(points), groups.count)

    def find(self, bounds: Bounds, scores: Ints, targets: Ints) -> Ints | None:
        """The cheapest outcome of the list within `bounds`, or None where there is none."""
        self.work += self._points.size
        good = (self._sums >= bounds.least).all(axis=1) & (self._sums <= bounds.most).all(axis=1)
        good &= self._points[:, bounds.up].all(axis=1)
        good &= ~self._points[:, bounds.down].any(axis=1)
        within = np.flatnonzero(good)
        if not len(within):
            return None
        costs = self._points[within].astype(np.int64) @ scores
        costs += TARGET_COST * np.abs(self._sums[within] - targets).sum(axis=1)
        best: Ints = self._points[within[int(np.argmin(costs))]].astype(np.int64)
        return best


_FAR = int(np.iinfo(np.int64).max)
"""Larger than any cost: marks a move that cannot be made."""
_UNIT = 1 << 32
"""One excess in a cost, above all scores' differences, so that constraints go before scores."""


class _Walk:
    """An outcome that is changed cell by cell, with what each next change would cost.

    `broken` is the sum of excesses over the bounds, `missed` that over the aims.
    """

    def __init__(
        self, groups: Groups, bounds: Bounds, free: Ints, outcome: Ints, aims: Ints
    ) -> None:
        self._groups, self._free, self._outcome = groups, free, outcome
        self._least, self._most = bounds.least.tolist(), bounds.most.tolist()
        self._aims = aims.tolist()
        sums = groups.sums(outcome)
        self._sums = sums.tolist()
        self._place = np.full(groups.cells, -1, dtype=np.int64)
        self._place[free] = np.arange(len(free))
        self._members: dict[int, Ints] = {}
        over, under = sums - bounds.most, bounds.least - sums
        self.broken = int(np.maximum(np.maximum(over, under), 0).sum())
        self.missed = int(np.abs(sums - aims).sum())
        above, below = np.maximum(2 * over, -1) + 1, np.maximum(2 * under, -1) + 1
        lower, upper = np.maximum(2 * over - 1, 0), np.maximum(2 * under - 1, 0)
        up = 4 * (above - upper) + np.where(sums < aims, -1, 1)
        down = 4 * (below - lower) + np.where(sums > aims, -1, 1)
        self._prices = np.stack([up, down], axis=1)

    def changes(self) -> Ints:
        """For each free cell what its change costs, in excesses of `_UNIT`."""
        padded = np.concatenate([self._prices, np.zeros((1, 2), dtype=np.int64)])
        around = padded[self._groups.of_cell[self._free], self._outcome[self._free, None]]
        costs: Ints = around.sum(axis=1) * _UNIT
        return costs

    def flip(self, place: int, change: Ints) -> None:
        """Change a free cell, and bring the costs in `change` up to date; its own anew."""
        cell = self._free[place]
        self._outcome[cell] = after = 1 - int(self._outcome[cell])
        cost = 0
        for group in self._groups.of_cell[cell].tolist():
            if group == self._groups.count:
                continue
            self._count(group, -1)
            self._sums[group] += 2 * after - 1
            self._count(group, 1)
            before, price = self._prices[group].tolist(), self._price(group)
            self._prices[group] = price
            cost += price[after]
            by = [(price[side] - before[side]) * _UNIT for side in (0, 1)]
            if by[0] or by[1]:
                members = self._inside(group)
                states = self._outcome[self._free[members]]
                change[members] += by[0] + states * (by[1] - by[0])
        change[place] = cost * _UNIT

    def _inside(self, group: int) -> Ints:
        if group not in self._members:
            places = self._place[self._groups.members[group]]
            self._members[group] = places[places >= 0]
        return self._members[group]

    def _count(self, group: int, sign: int) -> None:
        here = self._sums[group]
        self.broken += sign * max(0, here - self._most[group], self._least[group] - here)
        self.missed += sign * abs(here - self._aims[group])

    def _price(self, group: int) -> tuple[int, int]:
        """What a step up costs, and a step down: the difference of squares of excesses."""
        here, aim = self._sums[group], self._aims[group]
        over, under = here - self._most[group], self._least[group] - here
        up = 4 * (max(2 * over + 1, 0) - max(2 * under - 1, 0)) + (-1 if here < aim else 1)
        down = 4 * (max(2 * under + 1, 0) - max(2 * over - 1, 0)) + (-1 if here > aim else 1)
        return up, down


class SearchFinder:
    """Outcomes by local search: round each cell by its score, then mend the groups cell by cell.

    Each move flips the cell that lowers the sum of squared excesses most, the nearest score first,
    and leaves it alone for a while after (tabu search; Glover 1989).
    """

    def __init__(self, groups: Groups) -> None:
        self.work = 0
        self.nearest: Ints | None = None
        """The outcome of least excess seen in the last search that failed."""
        self._groups = groups

    def find(self, bounds: Bounds, scores: Ints, targets: Ints) -> Ints | None:
        """An outcome within `bounds`, or None where the search finds none."""
        groups = self._groups
        free = np.flatnonzero(~bounds.down & ~bounds.up)
        aims = np.clip(targets, bounds.least, bounds.most)
        scores, _ = levelled(groups, bounds, scores, aims, LEVELLINGS)
        outcome = bounds.up.astype(np.int64)
        outcome[free[scores[free] < 0]] = 1
        walk = _Walk(groups, bounds, free, outcome, aims)
        # At equal excess the flip that goes least against the scores, less than one excess.
        dislike = np.abs(scores[free]).clip(max=(1 << 38) - 1) >> 6
        change = walk.changes() + dislike
        resting: deque[tuple[int, int]] = deque()
        tenure = 2 + min(8, len(free) // 5)
        patience = 80 + 20 * len(free).bit_length()
        left = patience
        move = 0
        best: Ints | None = None
        nearest = lowest = _FAR
        while True:
            if walk.broken < lowest:
                lowest = walk.broken
                self.nearest = outcome.copy()
                left = patience
            if not walk.broken and walk.missed < nearest:
                nearest = walk.missed
                best = outcome.copy()
                left = FINISH
            if not walk.missed or not left or not len(free):
                return best
            move += 1
            left -= 1
            self.work += len(free)
            while resting and resting[0][1] < move:
                resting.popleft()
            still = [place for place, _ in resting]
            kept = change[still]
            change[still] = _FAR
            chosen = int(np.argmin(change))
            change[still] = kept
            walk.flip(chosen, change)
            change[chosen] += dislike[chosen]
            resting.append((chosen, move + tenure))
