"""The lottery of a plan: the margins of its strata and its quotas over the cells of a pool."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.frame.cells import Cell
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.lottery import Lottery


def lottery_of(plan: Plan, cells: Sequence[Cell]) -> Lottery:
    """The lottery document of a pool's cells: margins of the plan's strata, and its quotas."""
    from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
    from yaohao.planner.draw.lottery.margins import margins_of
    from yaohao.planner.draw.lottery.quota_margins import quota_margins

    margins = margins_of([cell.name for cell in cells], plan.strata)
    rows = [(cell.name, cell.size, cell.expected) for cell in cells]
    return build_lottery(rows, margins, quota_margins(plan, cells))
