"""Bounds that cannot all hold: a minimal set of them, and what change to each mends it.

A linear program in floating point (HiGHS) points at suspects; that they cannot all hold, that each
is indispensable, and what mends them is then found in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from yaohao.planner.frame.allocation.branch_and_bound import UndecidedError
from yaohao.planner.frame.allocation.constraints import Bound, Kind
from yaohao.planner.frame.allocation.exact_simplex import Ends, stuck_rows
from yaohao.planner.frame.allocation.integer_search import CellClasses
from yaohao.planner.frame.cells import Cell
from yaohao.planner.vocabulary.linear_program import Program, Vertex, solve
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.units import PPM

_SMALL = 20_000
"""Entries of a tableau up to which exact arithmetic alone is tried where the float solver gave no
suspects."""


@dataclass(frozen=True, slots=True)
class ConflictingRule:
    """One of the rules in conflict: the upper or the lower end of a bound.

    `asked` and `mend` are in the rule's own unit: inspections for a `count`, millionths of the
    group for a `rate`, millionths of the draw for a `share_of_draw`. `mend` is the nearest value
    with which, all other rules of the conflict as they are, the conflict is gone; a least of 0 is
    no rule any more. `is_enough` tells whether the whole plan then has no conflict left. `pool` is
    the number of entities of the group in the pool.
    """

    place: str
    is_most: bool
    kind: Kind
    asked: int
    pool: int
    mend: int
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot all hold, though any of them could be left out; in the plan's order.

    `in_reals` tells that no counts at all keep them, rather than none in whole millionths.
    """

    rules: tuple[ConflictingRule, ...]
    in_reals: bool = True


@dataclass(frozen=True, slots=True)
class _Side:
    """One end of a bound; `value` as in the bound."""

    bound: Bound
    is_most: bool
    value: int


_Stuck = Callable[[Sequence[_Side]], list[_Side] | None]
"""Tells sides that cannot all hold; None where all can."""


def irreducible_subset(cells: Sequence[Cell], bounds: Sequence[Bound]) -> Conflict | None:
    """A minimal set of rules that cannot all hold; None where all bounds can, over the reals.

    The cells' own limits (nobody with chance 0, nobody above 1) are no rules: they always hold.
    A conflict is always exact. That there is none is exact up to 20,000 cells times ends of bounds,
    and beyond what HiGHS finds, to 1e-7 of an inspection.
    """
    sides = _sides(bounds)
    suspects = _in_conflict(cells, sides)
    if suspects is None:
        return None

    def stuck(tried: Sequence[_Side]) -> list[_Side] | None:
        return _stuck(cells, tried)

    def enough(tried: Sequence[_Side]) -> bool:
        return _in_conflict(cells, tried) is None

    return Conflict(tuple(_rules(cells, sides, _minimal(suspects, stuck), stuck, enough)))


def _in_conflict(cells: Sequence[Cell], sides: Sequence[_Side]) -> list[_Side] | None:
    """Sides that cannot all hold, exactly; None where all can, as `irreducible_subset` tells it."""
    suspects = _stuck(cells, _suspects(cells, sides))
    if suspects is None and len(_classes(cells, sides)) * len(sides) <= _SMALL:
        # What is broken by less than the float solver sees is broken all the same.
        suspects = _stuck(cells, sides)
    return suspects


def irreducible_subset_in_wholes(cells: Sequence[Cell], bounds: Sequence[Bound]) -> Conflict:
    """A minimal set of rules that no counts in whole millionths keep; where there are none.

    Whatever the search for whole counts does not settle counts as possible.
    """

    def stuck(tried: Sequence[_Side]) -> list[_Side] | None:
        try:
            return None if _has_whole(cells, tried) else list(tried)
        except UndecidedError:
            return None

    def enough(tried: Sequence[_Side]) -> bool:
        try:
            return _has_whole(cells, tried)
        except UndecidedError:
            return False

    sides = _sides(bounds)
    core = _minimal(sides, stuck)
    return Conflict(tuple(_rules(cells, sides, core, stuck, enough)), in_reals=False)


def _has_whole(cells: Sequence[Cell], sides: Sequence[_Side]) -> bool:
    bounds = [
        replace(side.bound, least=None, most=side.value)
        if side.is_most
        else replace(side.bound, least=side.value, most=None)
        for side in sides
    ]
    return CellClasses(cells, bounds).whole() is not None


def _sides(bounds: Sequence[Bound]) -> list[_Side]:
    return [
        _Side(bound, is_most, value)
        for bound in bounds
        for is_most, value in ((False, bound.least), (True, bound.most))
        if value is not None
    ]


def refusal(conflict: Conflict) -> PlannerError:
    """The conflict as an error to be raised: what it is, then each rule with its mend."""
    return PlannerError(*problems(conflict))


def problems(conflict: Conflict) -> list[Problem]:
    """The conflict as problems, in words of ``quota.toml``; `key` is the rule's place."""
    if not conflict.in_reals:
        places = [rule.place for rule in conflict.rules]
        parts = [Problem("quota.no-whole", {"count": len(places), "places": places})]
        parts += [_told(rule) for rule in conflict.rules]
    elif len(conflict.rules) == 1:
        parts = [_alone(conflict.rules[0])]
    else:
        places = [rule.place for rule in conflict.rules]
        parts = [Problem("quota.conflict", {"count": len(places), "places": places})]
        parts += [_told(rule) for rule in conflict.rules]
    if not any(rule.is_enough for rule in conflict.rules):
        parts.append(Problem("quota.others-too"))
    return parts


def _alone(rule: ConflictingRule) -> Problem:
    if rule.is_most:
        name = "no-chance" if rule.asked == 0 else None
    elif rule.pool == 0:
        name = "empty-group"
    else:
        name = "too-few" if rule.kind == "count" else None
    if name is None:
        return _told(rule)
    return Problem(f"quota.{name}", _params(rule))


def _told(rule: ConflictingRule) -> Problem:
    kind = "share" if rule.kind == "share_of_draw" else rule.kind
    name = f"{'most' if rule.is_most else 'least'}-{kind}"
    if rule.mend == 0:
        name += "-drop"
    return Problem(f"quota.{name}", _params(rule))


def _params(rule: ConflictingRule) -> dict[str, object]:
    is_count = rule.kind == "count"
    return {
        "key": rule.place,
        "asked": rule.asked if is_count else _percent(rule.asked),
        "mend": rule.mend if is_count else _percent(rule.mend),
        "pool": rule.pool,
    }


def _percent(millionths: int) -> str:
    """Millionths as a percentage without needless zeros."""
    units, rest = divmod(millionths, PPM // 100)
    return f"{units}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def _rules(
    cells: Sequence[Cell],
    sides: Sequence[_Side],
    core: Sequence[_Side],
    stuck: _Stuck,
    enough: Callable[[Sequence[_Side]], bool],
) -> list[ConflictingRule]:
    """Each side of the core, with the nearest value of its own that lets the core hold."""
    rules = []
    for place, side in enumerate(core):
        pool = sum(cells[index].size for index in side.bound.members)
        step = _step(side, pool)
        asked = -(-side.value // step) if side.is_most else side.value // step
        mend = _mend(core, place, (asked, step, pool), stuck)
        others = [replace(s, value=mend * step) if s is side else s for s in sides]
        kind = side.bound.kind
        rule = ConflictingRule(
            side.bound.place, side.is_most, kind, asked, pool, mend, enough(others)
        )
        rules.append(rule)
    return rules


def _mend(core: Sequence[_Side], place: int, written: tuple[int, int, int], stuck: _Stuck) -> int:
    """The nearest value of a side with which the core holds, in its own unit."""
    side, (asked, step, pool) = core[place], written
    mended = [*core]
    if side.is_most:
        below, nearest = asked - 1, pool if side.bound.kind == "count" else PPM
    else:
        below, nearest = asked + 1, 0
    # `found` always holds, `below` never does; what is between is halved until they meet.
    while abs(nearest - below) > 1:
        middle = (nearest + below) // 2
        mended[place] = replace(side, value=middle * step)
        if stuck(mended) is None:
            nearest = middle
        else:
            below = middle
    return nearest


def _step(side: _Side, pool: int) -> int:
    """How much of the bound's value one unit of the rule is."""
    if side.bound.kind == "count":
        return PPM
    return 1 if side.bound.is_share else max(pool, 1)


def _minimal(suspects: Sequence[_Side], stuck: _Stuck) -> list[_Side]:
    """The deletion filter: what is left when every side that can be spared is taken away."""
    core = list(suspects)
    place = 0
    while place < len(core):
        smaller = stuck(core[:place] + core[place + 1 :])
        if smaller is None:
            place += 1
        else:
            core = smaller
    return core


def _classes(
    cells: Sequence[Cell], sides: Sequence[_Side]
) -> list[tuple[tuple[int, ...], int, int]]:
    """Cells that are under the same sides, together: the sides, the number of cells, their size."""
    under: list[list[int]] = [[] for _ in cells]
    for place, side in enumerate(sides):
        for index in side.bound.members:
            under[index].append(place)
    numbers_of: dict[tuple[int, ...], tuple[int, int]] = {}
    for cell, places in zip(cells, under, strict=True):
        number, size = numbers_of.get(tuple(places), (0, 0))
        numbers_of[tuple(places)] = (number + 1, size + cell.size)
    return [(places, number, size) for places, (number, size) in numbers_of.items()]


def _stuck(cells: Sequence[Cell], sides: Sequence[_Side]) -> list[_Side] | None:
    """Sides that cannot all hold, exactly; None where all can."""
    classes = _classes(cells, sides)
    rows = []
    ends: list[Ends] = []
    for place, side in enumerate(sides):
        share = side.value if side.bound.is_share else 0
        scale = PPM if side.bound.is_share else 1
        rows.append([scale * (place in places) - share for places, _, _ in classes])
        limit = 0 if side.bound.is_share else side.value
        ends.append((None, limit) if side.is_most else (limit, None))
    named = stuck_rows(rows, ends, [(number, size * PPM) for _, number, size in classes])
    if named is None:
        return None
    return [sides[row] for row, _ in named]


def _suspects(cells: Sequence[Cell], sides: Sequence[_Side]) -> list[_Side]:
    """Sides that a linear program in floating point finds in conflict; none where it finds none.

    Every side may be broken at a price of 1; those with a price at the optimum cannot all hold.
    """
    if not sides:
        return []
    classes = _classes(cells, sides)
    width = len(classes)
    count = len(sides)
    # Columns: the classes, their sum, and by how much each side is broken; in inspections. Rows:
    # the sides, and what the sum is.
    starts, rows, values = [0], [], []
    for places, _, _ in classes:
        rows += [*places, count]
        values += [1.0 if sides[place].is_most else -1.0 for place in places] + [1.0]
        starts.append(len(rows))
    signs = [1.0 if side.is_most else -1.0 for side in sides]
    shares = [place for place, side in enumerate(sides) if side.bound.is_share]
    rows += [*shares, count]
    values += [-signs[place] * sides[place].value / PPM for place in shares] + [-1.0]
    starts.append(len(rows))
    rows += range(count)
    values += [-1.0] * count
    starts += range(starts[-1] + 1, starts[-1] + count + 1)
    limits = [
        0.0 if side.bound.is_share else sign * side.value / PPM
        for side, sign in zip(sides, signs, strict=True)
    ]
    far = [np.inf] * (count + 1)
    vertex = solve(
        Program(
            np.array([0.0] * (width + 1) + [1.0] * count),
            np.array([number / PPM for _, number, _ in classes] + [0.0] * (count + 1)),
            np.array([float(size) for _, _, size in classes] + far),
            np.array([-np.inf] * count + [0.0]), np.array([*limits, 0.0]),
            np.array(starts), np.array(rows), np.array(values),
        )
    )  # fmt: skip
    if not isinstance(vertex, Vertex) or vertex.values[width + 1 :].sum() <= 1e-7:
        return []
    prices = np.abs(vertex.prices[:count])
    return [side for side, price in zip(sides, prices, strict=True) if price > 1e-9]
