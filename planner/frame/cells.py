"""Cells: the strata of the pool, their sizes and their expected numbers of inspections.

Source: the plan file (docs/plan.md), "What an entity's chance is". All counts are whole; an
expected count is in whole millionths of an inspection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.plan.model import REFUSE, WHOLE, Count, Plan
from planner.vocabulary.problems import Problem, raise_all


@dataclass(frozen=True, slots=True)
class PoolCell:
    """A cell of the pool: its name, the effective tier of its members, its size, and the weight.

    `kept` is the share of their tier's rate that members keep, in millionths: one minus the share
    left out, where the lot decides who that is.
    """

    name: str
    tier: str
    size: int
    kept: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its expected number of inspections, in whole millionths."""

    name: str
    size: int
    expected: int


def kept_share(plan: Plan, tier: str, *, is_new: bool, in_key_field: bool) -> int:
    """Millionths of the tier's rate that such an entity keeps; where two shares apply, the larger.

    A share that is the whole leaves out by standing, before the lot, and does not count here.
    """
    if in_key_field:
        return WHOLE
    left_out = 0
    if plan.tolerance.is_partial and is_new:
        left_out = plan.tolerance.leave_out
    if plan.low_risk.is_partial and tier in plan.low_risk.tiers:
        left_out = max(left_out, plan.low_risk.leave_out)
    return WHOLE - left_out


def expected_counts(plan: Plan, cells: Sequence[PoolCell]) -> list[Cell]:
    """The expected count of each cell, in the order of `cells`.

    Raises PlannerError where a tier of the pool has no rate, where entities have no tier and the
    plan refuses them, or where a rate asks for more visits than there are entities.
    """
    raise_all(_problems(plan, cells))
    expected = [0] * len(cells)
    for tier in sorted({cell.tier for cell in cells}):
        members = [place for place, cell in enumerate(cells) if cell.tier == tier]
        rate = plan.rates[tier]
        if isinstance(rate, Count):
            found = _shared_out(rate.count * WHOLE, [cells[place] for place in members])
        else:
            found = [_rounded(rate * cells[p].size * cells[p].kept) for p in members]
        for place, count in zip(members, found, strict=True):
            # Nobody in the pool has chance 0, however small the share.
            expected[place] = max(count, 1)
    return [Cell(cell.name, cell.size, count) for cell, count in zip(cells, expected, strict=True)]


def _problems(plan: Plan, cells: Sequence[PoolCell]) -> list[Problem]:
    problems = []
    sizes: dict[str, int] = {}
    for cell in cells:
        sizes[cell.tier] = sizes.get(cell.tier, 0) + cell.size
    for tier, size in sorted(sizes.items()):
        if tier == "" and plan.unknown_tier == REFUSE:
            problems.append(
                Problem("frame.unknown-tier", {"size": size, "key": "rates.unknown_tier"})
            )
        elif tier not in plan.rates:
            problems.append(
                Problem("frame.no-rate", {"tier": tier, "size": size, "key": "rates.tier"})
            )
        else:
            rate = plan.rates[tier]
            if isinstance(rate, Count) and rate.count > size:
                params = {
                    "tier": tier,
                    "size": size,
                    "count": rate.count,
                    "key": f"rates.tier.{tier}",
                }
                problems.append(Problem("frame.count-above-size", params))
    return problems


def _rounded(millionth_millionths: int) -> int:
    """Whole millionths, the half up."""
    return (2 * millionth_millionths + WHOLE) // (2 * WHOLE)


def _shared_out(total: int, cells: Sequence[PoolCell]) -> list[int]:
    """`total` millionths over cells in proportion to size and share kept, no chance above one.

    Cells that would pass one are filled and the rest shared out again; the remainder of the
    division goes to the largest fractions, the earlier cell first.
    """
    found = [0] * len(cells)
    open_places = list(range(len(cells)))
    while open_places:
        weights = {place: cells[place].size * cells[place].kept for place in open_places}
        whole = sum(weights.values())
        full = [p for p in open_places if total * weights[p] > cells[p].size * WHOLE * whole]
        if not full:
            remainders = []
            given = 0
            for place in open_places:
                found[place], rest = divmod(total * weights[place], whole)
                given += found[place]
                remainders.append((-rest, place))
            for _, place in sorted(remainders)[: total - given]:
                found[place] += 1
            return found
        for place in full:
            found[place] = cells[place].size * WHOLE
            total -= found[place]
            open_places.remove(place)
    return found
