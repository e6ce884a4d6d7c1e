"""Raking: from the plan's own expected counts to expected counts that keep all bounds.

Source: the plan file (docs/plan.md), "What an entity's chance is": of all allocations within the
bounds, the one closest to the plan's rates in the Kullback–Leibler sense, in whole millionths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from yaohao.planner.frame.allocation.branch_and_bound import UndecidedError
from yaohao.planner.frame.allocation.constraint_rows import ConstraintRows
from yaohao.planner.frame.allocation.constraints import Bound, broken
from yaohao.planner.frame.allocation.integer_rounding import rounded_counts
from yaohao.planner.frame.allocation.integer_search import searched_counts
from yaohao.planner.frame.allocation.raking_dual import Projection
from yaohao.planner.frame.cells import Cell
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.reproducible_math import Floats, Ints
from yaohao.planner.vocabulary.units import PPM

_MARGINS = (4.0, 32.0, 256.0)
"""Millionths of room that inequalities are given, one after another, where no rounding at the
limits is found."""


def raked(cells: Sequence[Cell], bounds: Sequence[Bound]) -> list[int]:
    """The expected counts, in millionths, in the order of `cells`: all bounds hold exactly.

    Counts that keep every bound come out unchanged. Otherwise all cells under one bound are scaled
    by the same factor, save those cut to one in a cell or to the single millionth that keeps
    everybody's chance above 0; and the result is rounded so that bounds and forced totals hold in
    whole numbers. Where rounding does not find such numbers they are searched for. Raises
    `PlannerError` where there are none: with a minimal set of rules that stand against each other
    and the smallest change to each that mends it.
    """
    own = [cell.expected for cell in cells]
    if not broken(bounds, own):
        return own
    real = closest(cells, bounds)
    counts = None if real is None else _exact(cells, bounds, real)
    if counts is not None:
        return counts
    from yaohao.planner.frame.allocation.infeasibility import (
        irreducible_subset,
        irreducible_subset_in_wholes,
        refusal,
    )

    against = irreducible_subset(cells, bounds)
    if against is not None:
        raise refusal(against)
    try:
        counts = searched_counts(cells, bounds, real)
    except UndecidedError:
        places = sorted({bound.place for bound in bounds})
        raise refuse("quota.unsettled", places=places) from None
    if counts is None:
        raise refusal(irreducible_subset_in_wholes(cells, bounds))
    return counts


def closest(cells: Sequence[Cell], bounds: Sequence[Bound], margin: float = 0.0) -> Floats | None:
    """The raking before it is rounded, in millionths; None where no counts keep all bounds.

    With a `margin`, inequalities hold with that many millionths of room.
    """
    own = np.array([cell.expected for cell in cells], dtype=np.float64)
    rows = ConstraintRows(len(cells), bounds)
    if any(interval.is_empty for interval in rows.intervals):
        return None
    return Projection(own, _most(cells).astype(np.float64), rows, margin).solve()


def _exact(cells: Sequence[Cell], bounds: Sequence[Bound], real: Floats | None) -> list[int] | None:
    """The raking `real` in whole millionths.

    Where bounds cross so much that no rounding at the bounds themselves is found, inequalities are
    first given a little room.
    """
    rows = ConstraintRows(len(cells), bounds)
    for margin in (*_MARGINS, 0.0):
        if real is None:
            return None
        counts = rounded_counts(real, _most(cells), rows)
        if counts is not None and not broken(bounds, counts):
            return counts
        real = closest(cells, bounds, margin) if margin else None
    return None


def _most(cells: Sequence[Cell]) -> Ints:
    return np.array([cell.size * PPM for cell in cells], dtype=np.int64)
