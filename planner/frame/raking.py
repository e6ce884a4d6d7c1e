"""Raking: from the plan's own expected counts to expected counts that keep all bounds.

Source: the plan file (docs/plan.md), "What an entity's chance is": of all allocations within the
bounds, the one closest to the plan's rates in the Kullback–Leibler sense, in whole millionths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from planner.frame.bounds import Bound, broken
from planner.frame.cells import Cell
from planner.frame.exact import Floats, Ints, total
from planner.frame.projection import Projection
from planner.frame.rows import Rows
from planner.frame.whole import whole
from planner.plan.model import WHOLE
from planner.vocabulary.problems import refuse

_MARGINS = (4.0, 32.0, 256.0)
_NEAR = 12
_FAR = 2000
_PARTS = tuple(digit * 10**power for power in range(7) for digit in (2, 5, 10))


def raked(cells: Sequence[Cell], bounds: Sequence[Bound]) -> list[int]:
    """The expected counts, in millionths, in the order of `cells`: all bounds hold exactly.

    Counts that keep every bound come out unchanged. Otherwise all cells under one bound are scaled
    by the same factor, save those cut to one in a cell or to the single millionth that keeps
    everybody's chance above 0; and the result is rounded so that bounds and forced totals hold in
    whole numbers. Raises `PlannerError` where the bounds cannot all hold, with a minimal set of
    rules that stand against each other and the smallest change to each that mends it.
    """
    own = [cell.expected for cell in cells]
    if not broken(bounds, own):
        return own
    real = closest(cells, bounds)
    if real is not None:
        found = _exact(cells, bounds, real) or _with_round_total(cells, bounds, real)
        if found is not None:
            return found
    from planner.frame.conflicts import conflict, refusal

    against = conflict(cells, bounds)
    if against is not None:
        raise refusal(against)
    raise refuse("quota.no-whole", places=sorted({bound.place for bound in bounds}))


def closest(cells: Sequence[Cell], bounds: Sequence[Bound], margin: float = 0.0) -> Floats | None:
    """The raking before it is rounded, in millionths; None where no counts keep all bounds.

    With a `margin`, inequalities hold with that many millionths of room.
    """
    own = np.array([cell.expected for cell in cells], dtype=np.float64)
    rows = Rows(len(cells), bounds)
    if any(interval.is_empty for interval in rows.intervals):
        return None
    return Projection(own, _most(cells).astype(np.float64), rows, margin).solve()


def _exact(cells: Sequence[Cell], bounds: Sequence[Bound], real: Floats | None) -> list[int] | None:
    """The raking `real` in whole millionths.

    Where bounds cross so much that no rounding at the bounds themselves is found, inequalities are
    first given a little room.
    """
    rows = Rows(len(cells), bounds)
    for margin in (*_MARGINS, 0.0):
        if real is None:
            return None
        found = whole(real, _most(cells), rows)
        if found is not None and not broken(bounds, found):
            return found
        real = closest(cells, bounds, margin) if margin else None
    return None


def _most(cells: Sequence[Cell]) -> Ints:
    return np.array([cell.size * WHOLE for cell in cells], dtype=np.int64)


def _with_round_total(
    cells: Sequence[Cell], bounds: Sequence[Bound], real: Floats
) -> list[int] | None:
    """The same with another total, as narrow shares of the draw may demand.

    A group that is to be 50 % of the draw exactly needs an even total, one of 33.3333 % a total of
    whole inspections.
    """
    shares = [bound for bound in bounds if bound.is_share]
    if not shares:
        return None
    everything = tuple(range(len(cells)))
    for value in _totals(int(np.rint(total(real))), shares):
        forced = [*bounds, Bound("", everything, value, value, "rate")]
        found = _exact(cells, forced, closest(cells, forced))
        if found is not None:
            return found
    return None


def _totals(middle: int, shares: Sequence[Bound]) -> Iterator[int]:
    """Totals in which every share has room for a whole number: near ones first, then round ones."""

    def fits(value: int) -> bool:
        return value > 0 and all(
            -(-(bound.least or 0) * value // WHOLE)
            <= (WHOLE if bound.most is None else bound.most) * value // WHOLE
            for bound in shares
        )

    near = (middle + by for far in range(1, _FAR) for by in (-far, far))
    yield from islice((value for value in near if fits(value)), _NEAR)
    for part in _PARTS:
        down = middle // part * part
        yield from (value for value in (down, down + part) if fits(value))
