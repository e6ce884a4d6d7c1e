"""The allocation lottery: a committed table of outcomes whose chances are exact.

Source: the draw protocol, "The allocation lottery" and "Selection" (docs/protocol.md). Whole
numbers throughout; the same
cells and margins give the same table on any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import gcd

import numpy as np
from yaohao.planner.draw.lottery.birkhoff import Fractions, LotteryTable, steps_a_round
from yaohao.planner.draw.lottery.build_table import WideningLimits, table_of
from yaohao.planner.draw.lottery.margins import (
    Groups,
    Ints,
    Margin,
)
from yaohao.planner.schema.lottery import Lottery, WidenedMargin
from yaohao.planner.schema.lottery import Margin as MarginName
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.problems import (
    PlannerError,
    Problem,
    raise_all,
    refuse,
)
from yaohao.planner.vocabulary.units import PPM

MOST_INSPECTIONS = 10**9
"""The largest size of a cell: its expectation and all sums of a table then fit in 64 bits."""

Cell = tuple[str, int, int]
"""Name, size, and expected number of inspections in millionths."""


def build_lottery(
    cells: Sequence[Cell], margins: Sequence[Margin], quotas: Sequence[Margin] = ()
) -> Lottery:
    """The lottery of `cells`, as the document that is committed.

    `cells` come in ascending bytes of their names. `margins` and `quotas` are kept at the floor
    or ceiling of their expectation; the bounds `least` and `most` of a quota are never broken,
    while a margin may be widened, by the least, where there is no table otherwise. Raises
    `PlannerError` for wrong cells, and for quotas that cannot all hold.
    """
    raise_all(_input_problems(cells, [*margins, *quotas]))
    if not cells:
        return {"cells": [], "outcomes": [{"weight": PPM, "counts": []}], "widened": []}
    everything = [*margins, *quotas]
    expected = np.array([x for _, _, x in cells], dtype=np.int64)
    units = _units(expected)
    whole = expected // (PPM // units)
    base = whole // units
    free = np.flatnonzero(whole % units)
    if len(free):
        seed = _seed(cells, everything)
        task, limits = _task(whole[free] % units, units, free, base, everything)
        table = table_of(task, limits, seed)
        if table.stuck is not None:
            raise _conflict(everything, task, free, base, seed)
    else:
        table = LotteryTable([units], [np.zeros(0, dtype=np.int64)])
    outcomes = _merged(table, base, free)
    counts = np.array([row for _, row in outcomes], dtype=np.int64)
    return {
        "cells": [{"cell": name, "size": size, "expected": x} for name, size, x in cells],
        "outcomes": [
            {"weight": weight, "counts": row}
            for (weight, _), row in zip(outcomes, counts.tolist(), strict=True)
        ],
        "widened": widened(counts, expected, everything),
    }


def widened(counts: Ints, expected: Ints, margins: Sequence[Margin]) -> list[WidenedMargin]:
    """The margins of which an outcome passes the floor or ceiling, and by how much at most."""
    margins_widened: list[WidenedMargin] = []
    for margin in margins:
        members = np.array(margin.members, dtype=np.int64)
        sums = counts[:, members].sum(axis=1)
        mean = sum(expected[members].tolist())
        below = max(0, mean // PPM - int(sums.min()))
        above = max(0, int(sums.max()) + (-mean // PPM))
        if below or above:
            name: MarginName = {"stratum": margin.stratum, "code": margin.code}
            margins_widened.append({"margin": name, "by": [below, above]})
    return margins_widened


def _input_problems(cells: Sequence[Cell], margins: Sequence[Margin]) -> list[Problem]:
    problems = []
    names = [name for name, _, _ in cells]
    for before, name in pairwise(names):
        if before.encode() >= name.encode():
            problems.append(Problem("lottery.order", {"before": before, "cell": name}))
    for name, size, x in cells:
        if not 0 <= size <= MOST_INSPECTIONS or not 0 <= x <= size * PPM:
            params = {"cell": name, "size": size, "expected": x}
            problems.append(Problem("lottery.expected", params))
    for margin in margins:
        members = margin.members
        if len(set(members)) != len(members) or any(not 0 <= i < len(cells) for i in members):
            problems.append(Problem("lottery.members", {"margin": margin.name}))
    if problems:
        return problems
    for margin in margins:
        mean = sum(cells[index][2] for index in margin.members)
        low = margin.least is not None and margin.least * PPM > mean
        if low or (margin.most is not None and margin.most * PPM < mean):
            params = {
                "margin": margin.name,
                "least": "-" if margin.least is None else margin.least,
                "most": "-" if margin.most is None else margin.most,
                "mean": f"{mean // PPM}.{mean % PPM:06d}",
            }
            problems.append(Problem("lottery.quota-mean", params))
    return problems


def _units(expected: Ints) -> int:
    """Into how many units of weight a table is divided: few, but enough to keep cells apart."""
    common = PPM
    for x in expected.tolist():
        common = gcd(common, x)
    least = PPM // common
    wanted = 8 * steps_a_round(len(expected))
    multiples = [n for n in range(least, PPM + 1, least) if PPM % n == 0]
    return next((n for n in multiples if n >= wanted), PPM)


def _seed(cells: Sequence[Cell], margins: Sequence[Margin]) -> str:
    """What the random choices of a table hang on: its cells and margins, and nothing else."""
    return document_digest(
        {
            "cells": [list(cell) for cell in cells],
            "margins": [[m.stratum, m.code, list(m.members), m.least, m.most] for m in margins],
        }
    )


def _task(
    rest: Ints, units: int, free: Ints, base: Ints, margins: Sequence[Margin]
) -> tuple[Fractions, WideningLimits]:
    """The fractional parts to be rounded, with the groups of two or more cells that have any."""
    place = np.full(len(base), -1, dtype=np.int64)
    place[free] = np.arange(len(free))
    limits: dict[tuple[int, ...], tuple[int, int, int]] = {}
    for margin in margins:
        members = np.array(sorted(margin.members), dtype=np.int64)
        inside = place[members]
        inside = inside[inside >= 0]
        if len(inside) < 2:
            continue
        given = int(base[members].sum())
        least, most, copies = limits.get(tuple(inside.tolist()), (0, len(inside), 0))
        if margin.least is not None:
            least = max(least, margin.least - given)
        if margin.most is not None:
            most = min(most, margin.most - given)
        limits[tuple(inside.tolist())] = (least, most, copies + 1)
    groups = Groups(len(free), [np.array(members, dtype=np.int64) for members in limits])
    sums = groups.sums(rest)
    bounds = np.array(list(limits.values()), dtype=np.int64).reshape(-1, 3)
    task = Fractions(rest, units, groups, sums // units, -(-sums // units))
    return task, WideningLimits(bounds[:, 0], bounds[:, 1], bounds[:, 2])


def _merged(table: LotteryTable, base: Ints, free: Ints) -> list[tuple[int, Ints]]:
    """Weights in millionths and whole counts; equal outcomes as one, in ascending order."""
    scale = PPM // sum(table.weights)
    merged: dict[bytes, int] = {}
    rows: dict[bytes, Ints] = {}
    for weight, outcome in zip(table.weights, table.outcomes, strict=True):
        if not weight:
            continue
        counts = base.copy()
        counts[free] += outcome
        key = counts.astype(">u8").tobytes()
        merged[key] = merged.get(key, 0) + weight * scale
        rows[key] = counts
    return [(merged[key], rows[key]) for key in sorted(merged)]


def _conflict(
    margins: Sequence[Margin], task: Fractions, free: Ints, base: Ints, seed: str
) -> PlannerError:
    """The refusal that names quotas which cannot all hold, each of them indispensable."""
    names = [m for m in margins if m.least is not None or m.most is not None]
    for quota in list(names):
        others = [m for m in names if m is not quota]
        part, limits = _task(task.rest, task.units, free, base, others)
        if table_of(part, limits, seed).stuck is not None:
            names = others
    return refuse("lottery.quotas", quotas=[m.name for m in names])
