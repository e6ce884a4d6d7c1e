"""Quotas: what a plan's bounds ask of every outcome of its lottery.

Source: the draw protocol, "The allocation lottery", property 3 (docs/protocol.md). The lottery and
its verifiers
take the quotas from here, so that both speak of the same groups.
"""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.draw.lottery.margins import Margin
from yaohao.planner.frame.allocation.constraints import outcome_bounds
from yaohao.planner.frame.allocation.expected_counts import bounds_of
from yaohao.planner.frame.cells import Cell
from yaohao.planner.plan.model import Plan

RULE = "rule"
"""The stratum under which a margin names a bound by its place in the plan file."""


def quota_margins(plan: Plan, cells: Sequence[Cell]) -> list[Margin]:
    """The bounds of a plan as margins of its cells, with their least and most whole counts."""
    bounds = outcome_bounds(bounds_of(plan, cells), [cell.expected for cell in cells])
    return [Margin(RULE, bound.place, bound.members, bound.least, bound.most) for bound in bounds]
