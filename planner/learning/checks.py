"""What stands beside every figure: how much it rests on, and what could be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.estimates import share_of
from yaohao.planner.learning.sample import NOT_FOUND, DesignSample


@dataclass(frozen=True)
class Checks:
    """Grounds of the estimates of a draw.

    `thin_cells` have fewer than two visits, so that their tier stands for them; `smallest` is the
    fewest visits of a cell; `lottery_share` the part of the variance that the lottery carries.
    """

    pool: int
    drawn: int
    visited: int
    reached: int
    not_found: int
    withdrawn: int
    cells: int
    thin_cells: int
    smallest: int
    lottery_share: float
    design_effect: float
    is_witnessed: bool
    draws: int


def checks(sample: DesignSample) -> Checks:
    """The grounds of what `sample` tells; refused where it can tell nothing."""
    rate = share_of(sample, sample.wrong, sample.reached)
    drawn = sample.drawn
    return Checks(
        sample.cells.pool,
        len(sample),
        int(sample.visited.sum()),
        int(sample.reached.sum()),
        int((sample.outcome == NOT_FOUND).sum()),
        int(sample.withdrawn.sum()),
        len(drawn),
        int((drawn < 2).sum()),
        int(drawn.min()),
        rate.lottery_share,
        rate.design_effect,
        sample.is_witnessed,
        len(np.unique(sample.draw)),
    )
