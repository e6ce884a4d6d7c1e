"""Whole numbers within linear bounds: found, or proven not to be there.

Equations are solved over the whole numbers, which leaves a lattice; its basis is made short, and
branch and bound over exact linear programs then looks through what is left (Aardal, Hurkens and
Lenstra 2000). In a short basis there is little to look through where there is nothing to be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor, gcd

from yaohao.planner.frame.allocation.exact_simplex import Ends, Tableau
from yaohao.planner.frame.allocation.lattice_reduction import Vector, short_basis, whole_solutions

Line = tuple[Sequence[int], int | None, int | None]
"""Coefficients, least and most of their sum."""

_SHORT = 24
"""Up to so many unknowns the lattice is used; beyond, branch and bound alone."""
_FINE = 16
"""Parts in which the rooms of unknowns are scaled before the basis is reduced."""


class UndecidedError(Exception):
    """The search came to the end of its work before it came to an answer."""


def whole_point(
    lines: Sequence[Line], boxes: Sequence[tuple[int, int]], nodes: int
) -> list[int] | None:
    """Whole x within `boxes` with every line within its ends; None where there are none.

    Both are certain. The same on every machine. Raises UndecidedError after so many `nodes` of the
    search.
    """
    width = len(boxes)
    if width > _SHORT:
        rows = [line for line, _, _ in lines]
        return _branched(Tableau(rows, [(a, b) for _, a, b in lines], boxes), width, nodes)
    unit = [[int(k == other) for other in range(width)] for k in range(width)]
    every = [*lines, *((unit[k], *boxes[k]) for k in range(width))]
    task = _Lattice(every, [0] * width, unit)
    if not task.settle():
        return None
    if not task.basis:
        return task.start
    place = _sliced(task.tableau(), len(task.basis), nodes)
    return None if place is None else task.at(place)


def _sliced(tableau: Tableau, width: int, nodes: int) -> list[int] | None:
    """Slice by slice along the last column, from the middle outwards, then along the one before.

    In a short basis the slices are fewest along the last (Lenstra 1983).
    """
    place = [0] * width
    open_slices = [_slices(tableau, width - 1)]
    for _ in range(nodes):
        if not open_slices:
            return None
        column = width - len(open_slices)
        vertex = next(open_slices[-1], None)
        if vertex is None:
            open_slices.pop()
            continue
        place[column], here = vertex
        if column == 0:
            return place
        open_slices.append(_slices(here, column - 1))
    if not open_slices:
        return None
    raise UndecidedError


def _slices(tableau: Tableau, column: int) -> Iterator[tuple[int, Tableau]]:
    """The whole values that a column can have, with what is left at each."""
    if tableau.stuck() is not None:
        return
    low, high = tableau.furthest(column, up=False), tableau.furthest(column, up=True)
    if low is None or high is None:
        raise UndecidedError
    least, most = ceil(low), floor(high)
    middle = (least + most) // 2
    for step in range(2 * (most - least) + 2):
        value = middle + (-1) ** step * ((step + 1) // 2)
        if least <= value <= most:
            here = tableau.copy()
            here.narrow(column, value, value)
            yield value, here


def _branched(tableau: Tableau, width: int, nodes: int) -> list[int] | None:
    """Branch and bound over the first `width` columns, the nearer half first."""
    waiting = [tableau]
    for _ in range(nodes):
        if not waiting:
            return None
        here = waiting.pop()
        if here.stuck() is not None:
            continue
        point = here.point(width)
        split = next((k for k in reversed(range(width)) if point[k].denominator > 1), None)
        if split is None:
            return [int(value) for value in point]
        below, above = here.copy(), here
        below.narrow(split, None, floor(point[split]))
        above.narrow(split, ceil(point[split]), None)
        is_low = point[split] - floor(point[split]) < Fraction(1, 2)
        waiting += [above, below] if is_low else [below, above]
    if not waiting:
        return None
    raise UndecidedError


class _Lattice:
    """The points start + Σ z · basis, and what the lines ask of whole z."""

    def __init__(self, lines: Sequence[Line], start: Vector, basis: list[Vector]) -> None:
        self.lines = [(list(line), least, most) for line, least, most in lines]
        self.start, self.basis = start, basis
        self.rows: list[Vector] = []
        self.ends: list[Ends] = []

    def settle(self) -> bool:
        """Take out equations and shorten the basis; False where nothing can be in the lattice."""
        while True:
            if not self._measure():
                return False
            equal = [k for k, (least, most) in enumerate(self.ends) if least == most is not None]
            if equal:
                if not self._solve(equal):
                    return False
                continue
            if not self.basis:
                return True
            tableau = self.tableau()
            if tableau.stuck() is not None:
                return False
            self._inwards(tableau)
            if any(a is not None and b is not None and a > b for a, b in self.ends):
                return False
            if any(least == most is not None for least, most in self.ends):
                continue
            self._shorten()
            return self._measure()

    def at(self, place: Sequence[int]) -> list[int]:
        """The point at a place of the lattice."""
        point = list(self.start)
        for times, vector in zip(place, self.basis, strict=True):
            for k, value in enumerate(vector):
                point[k] += times * value
        return point

    def _seen(self, line: Sequence[int]) -> tuple[int, Vector]:
        """A line at the start, and what it gains along each vector of the basis."""
        places = [(k, value) for k, value in enumerate(line) if value]
        along = [sum(value * vector[k] for k, value in places) for vector in self.basis]
        return sum(value * self.start[k] for k, value in places), along

    def tableau(self) -> Tableau:
        """What the lines ask of z."""
        return Tableau(self.rows, self.ends, [(None, None)] * len(self.basis))

    def _measure(self) -> bool:
        """What the lines ask in terms of z, without common divisors; False where one cannot be."""
        self.rows, self.ends = [], []
        kept = []
        for line, least, most in self.lines:
            here, row = self._seen(line)
            common = gcd(*row)
            low = None if least is None else least - here
            high = None if most is None else most - here
            if not common:
                if (low is not None and low > 0) or (high is not None and high < 0):
                    return False
                continue
            low = None if low is None else -(-low // common)
            high = None if high is None else high // common
            if low is not None and high is not None and low > high:
                return False
            kept.append((line, least, most))
            self.rows.append([value // common for value in row])
            self.ends.append((low, high))
        self.lines = kept
        return True

    def _solve(self, equal: Sequence[int]) -> bool:
        """Go over to the lattice in which these rows are equal to their ends."""
        right = [self.ends[k][0] or 0 for k in equal]
        solution = whole_solutions([self.rows[k] for k in equal], right, len(self.basis))
        if solution is None:
            return False
        place, kernel = solution
        self.start = self.at(place)
        width = len(self.start)
        self.basis = [
            [sum(t * v[k] for t, v in zip(times, self.basis, strict=True)) for k in range(width)]
            for times in kernel
        ]
        return True

    def _inwards(self, tableau: Tableau) -> None:
        """Move the ends of every row to the whole numbers that its sum can reach."""
        for k, (line, _, _) in enumerate(self.lines):
            name = len(self.basis) + k
            low, high = tableau.furthest(name, up=False), tableau.furthest(name, up=True)
            least = None if low is None else ceil(low)
            most = None if high is None else floor(high)
            self.ends[k] = (least, most)
            here, row = self._seen(line)
            common = gcd(*row)
            self.lines[k] = (
                line,
                None if least is None else here + common * least,
                None if most is None else here + common * most,
            )

    def _shorten(self) -> None:
        """Short, where a row is measured by how much room it has."""
        rooms = [None if a is None or b is None else b - a + 1 for a, b in self.ends]
        largest = max((room for room in rooms if room is not None), default=1)
        scale = [0 if room is None else _FINE * largest // room for room in rooms]
        measured = [
            [weight * row[k] for weight, row in zip(scale, self.rows, strict=True)]
            for k in range(len(self.basis))
        ]
        self.basis = short_basis(self.basis, measured)
