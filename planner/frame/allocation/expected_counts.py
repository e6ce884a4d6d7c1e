"""Expected counts: how many inspections each cell is to have, by the plan's rates and bounds.

Source: the plan file (docs/plan.md), "What an entity's chance is". All counts are whole; an
expected count is in whole millionths of an inspection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yaohao.planner.frame.allocation.constraints import Bound
from yaohao.planner.frame.cells import Cell, PoolCell
from yaohao.planner.plan.model import (
    Count,
    Plan,
    Share,
)
from yaohao.planner.plan.rules import (
    BoundGroup,
    RatedCode,
    base_code,
    bound_groups,
    group_members,
)
from yaohao.planner.vocabulary.problems import Problem, raise_all
from yaohao.planner.vocabulary.units import PPM


def expected_counts(
    plan: Plan, cells: Sequence[PoolCell], drawn: Sequence[PoolCell] = ()
) -> list[Cell]:
    """The expected count of each cell, in the order of `cells`, within all bounds of the plan.

    `drawn` are the cells of those that earlier batches of the plan drew. Raises PlannerError where
    a code of the pool has no rate, where entities have no tier and the plan refuses them, where a
    rate asks for more visits than there are entities, and where bounds cannot all hold.
    """
    own = own_counts(plan, cells, drawn)
    bounds = bounds_of(plan, own, drawn)
    if not bounds:
        return own
    # Loaded when a plan has bounds: many commands that look at a frame need no numpy.
    from yaohao.planner.frame.allocation.raking import raked

    return [
        Cell(cell.name, cell.size, count)
        for cell, count in zip(own, raked(own, bounds), strict=True)
    ]


def own_counts(plan: Plan, cells: Sequence[PoolCell], drawn: Sequence[PoolCell] = ()) -> list[Cell]:
    """The expected counts by the plan's own rates, before any bound."""
    written = [base_code(plan, cell.codes) for cell in cells]
    raise_all(_problems(plan, cells, written))
    expected = [0] * len(cells)
    for code in sorted({code for code in written if code is not None}):
        members = [place for place, own in enumerate(written) if own == code]
        rate = plan.rates[code]
        if plan.frequency > 1:
            share = batch_share(plan, code, [cells[place] for place in members], drawn)
            counts = _shared_out(share.now, [cells[place] for place in members])
        elif isinstance(rate, Count):
            counts = _shared_out(rate.count * PPM, [cells[place] for place in members])
        else:
            counts = [_rounded(rate * cells[p].size * cells[p].retained_ppm) for p in members]
        for place, count in zip(members, counts, strict=True):
            # Nobody in the pool has chance 0, however small the share.
            expected[place] = max(count, 1)
    return [
        Cell("/".join(cell.codes), cell.size, count)
        for cell, count in zip(cells, expected, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class BatchShare:
    """What a yearly rate comes to: for the year, drawn so far, and in this batch, in millionths."""

    of_year: int
    drawn: int
    now: int


def batch_share(
    plan: Plan, code: str, cells: Sequence[PoolCell], drawn: Sequence[PoolCell]
) -> BatchShare:
    """What the rate written for `code` comes to in this batch of the plan.

    The year's number is that of all members, those drawn before among them; what is still to be
    drawn of it falls in equal parts to the batches that are left, so that what one batch rounded
    away or could not draw the next ones make good. `cells` are the cells of the pool with that
    code, `drawn` all cells of those drawn before.
    """
    before = [cell for cell in drawn if base_code(plan, cell.codes) == code]
    rate = plan.rates[code]
    if isinstance(rate, Count):
        of_year = rate.count * PPM
    else:
        of_year = _rounded(rate * sum(cell.size * cell.retained_ppm for cell in [*cells, *before]))
    so_far = sum(cell.size for cell in before) * PPM
    open_size = sum(cell.size for cell in cells) * PPM
    now = min(max(of_year - so_far, 0) // plan.batches_left, open_size)
    return BatchShare(of_year, so_far, now)


def bounds_of(plan: Plan, cells: Sequence[Cell], drawn: Sequence[PoolCell] = ()) -> list[Bound]:
    """The plan's bounds (rates, total, quotas) on the cells of its pool, in the plan's order.

    A share of a group becomes a count of its size, up for a least and down for a most. Where the
    plan is drawn in batches its rates are for the year: a bound on them is then the part of this
    batch, in expectation; total and quotas are for each batch.
    """
    groups = bound_groups(plan)
    members = group_members(plan, groups, [cell.codes for cell in cells])
    sizes = [sum(cells[place].size for place in places) for places in members]
    before = group_members(plan, groups, [cell.codes for cell in drawn])
    taken = [sum(drawn[place].size for place in places) for places in before]
    return [
        _batch_bound(plan, group, places, size, n)
        if plan.frequency > 1 and isinstance(group.group, RatedCode)
        else _bound(group, places, size)
        for group, places, size, n in zip(groups, members, sizes, taken, strict=True)
    ]


def _batch_bound(
    plan: Plan, group: BoundGroup, members: tuple[int, ...], size: int, drawn: int
) -> Bound:
    """The part of a yearly bound that this batch has; one overrun leaves each cell its least."""
    least, most = None, None
    if group.least is not None:
        still = max(_amount(group.least, size + drawn, up=True) - drawn * PPM, 0)
        least = min(-(-still // plan.batches_left), size * PPM)
    if group.most is not None:
        still = max(_amount(group.most, size + drawn, up=False) - drawn * PPM, 0)
        most = max(still // plan.batches_left, len(members), least or 0)
    return Bound(group.place, members, least, most, "rate")


def _bound(group: BoundGroup, members: tuple[int, ...], size: int) -> Bound:
    amount = group.least if group.least is not None else group.most
    least = None if group.least is None else _amount(group.least, size, up=True)
    most = None if group.most is None else _amount(group.most, size, up=False)
    if isinstance(amount, Share) and amount.of == "draw":
        return Bound(group.place, members, least, most, "share_of_draw")
    return Bound(group.place, members, least, most, "rate" if isinstance(amount, int) else "count")


def _amount(amount: int | Count | Share, size: int, *, up: bool) -> int:
    """A bound's value: millionths of an inspection, or of the draw for a share of it."""
    if isinstance(amount, int):
        return amount * size
    if isinstance(amount, Count):
        return amount.count * PPM
    if amount.of == "draw":
        return amount.millionths
    share = amount.millionths * size
    return (-(-share // PPM) if up else share // PPM) * PPM


def _problems(
    plan: Plan, cells: Sequence[PoolCell], written: Sequence[str | None]
) -> list[Problem]:
    stratum = plan.base_stratum
    place = plan.strata.index(stratum)
    sizes: dict[tuple[str | None, str], int] = {}
    for cell, code in zip(cells, written, strict=True):
        group = (code, "" if code is not None else cell.codes[place])
        sizes[group] = sizes.get(group, 0) + cell.size
    problems = []
    for (code, raw), size in sorted(sizes.items(), key=lambda item: (item[0][0] or "", item[0][1])):
        if code is None:
            params = {"stratum": stratum, "code": raw or "-", "size": size}
            problems.append(Problem("frame.no-rate", {**params, "key": f"rates.{stratum}"}))
            continue
        rate = plan.rates[code]
        if isinstance(rate, Count) and rate.count > size and plan.frequency == 1:
            params = {"stratum": stratum, "code": code, "size": size, "count": rate.count}
            key = f"rates.{stratum}.{code}"
            problems.append(Problem("frame.count-above-size", {**params, "key": key}))
    return problems


def _rounded(millionth_millionths: int) -> int:
    """Whole millionths, the half up."""
    return (2 * millionth_millionths + PPM) // (2 * PPM)


def _shared_out(total: int, cells: Sequence[PoolCell]) -> list[int]:
    """`total` millionths over cells in proportion to size and share kept, no chance above one.

    Cells that would pass one are filled and the rest shared out again; the remainder of the
    division goes to the largest fractions, the earlier cell first.
    """
    shares = [0] * len(cells)
    open_places = list(range(len(cells)))
    while open_places:
        weights = {place: cells[place].size * cells[place].retained_ppm for place in open_places}
        whole = sum(weights.values())
        full = [p for p in open_places if total * weights[p] > cells[p].size * PPM * whole]
        if not full:
            remainders = []
            given = 0
            for place in open_places:
                shares[place], rest = divmod(total * weights[place], whole)
                given += shares[place]
                remainders.append((-rest, place))
            for _, place in sorted(remainders)[: total - given]:
                shares[place] += 1
            return shares
        for place in full:
            shares[place] = cells[place].size * PPM
            total -= shares[place]
            open_places.remove(place)
    return shares
