"""Cells: the strata of the pool, their sizes and what they retain of their rates.

Source: the plan file (docs/plan.md), "What an entity's chance is". All counts are whole; an
expected count is in whole millionths of an inspection.
"""

from __future__ import annotations

from dataclasses import dataclass

from yaohao.planner.plan.model import Plan
from yaohao.planner.vocabulary.units import PPM


@dataclass(frozen=True, slots=True)
class PoolCell:
    """A cell of the pool: its codes, one a stratum, its size, and the share of the rate it retains.

    `retained_ppm` is one minus the share left out, where the lot decides who that is.
    """

    codes: tuple[str, ...]
    size: int
    retained_ppm: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its expected number of inspections, in whole millionths."""

    name: str
    size: int
    expected: int

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the cell, in the order of the plan's strata."""
        return tuple(self.name.split("/"))


def retained_share(plan: Plan, tier: str, *, is_new: bool, in_key_field: bool) -> int:
    """Millionths of its rate that such an entity retains; where two shares apply, the larger.

    A share that is the whole leaves out by standing, before the lot, and does not count here.
    """
    if in_key_field:
        return PPM
    left_out = 0
    if plan.tolerance.is_partial and is_new:
        left_out = plan.tolerance.leave_out
    if plan.low_risk.is_partial and tier in plan.low_risk.tiers:
        left_out = max(left_out, plan.low_risk.leave_out)
    return PPM - left_out
