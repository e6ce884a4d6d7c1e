"""What a plan would do: who is in, who is likely drawn, what its rules and its crews come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from yaohao.planner.draw.crews.outlook import crew_outlook, expected_visits
from yaohao.planner.frame.allocation.expected_counts import batch_share, bounds_of, own_counts
from yaohao.planner.frame.cells import Cell, PoolCell
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.framed_plan import FramedPlan
from yaohao.planner.plan.cosigners import cosigners_document
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.rules import base_code
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.reports.plans import (
    BatchRate,
    BatchReport,
    ChanceGroup,
    ExpectedGroup,
    MergingReport,
    PlanEffect,
    RuleEffect,
)
from yaohao.planner.schema.visit import Seat
from yaohao.planner.vocabulary.problems import Problem, ProblemReport
from yaohao.planner.vocabulary.units import PPM


def previewed(
    framed: FramedPlan, inspectors: Sequence[InspectorRow], *, outlook: bool = True
) -> PlanEffect:
    """What `preview` tells of a plan and its frame; without `outlook` nobody is dealt visits."""
    frame, plan, seats = framed.frame, framed.frame.plan, framed.seats
    counts = frame.counts()
    pool = frame.pool_cells()
    drawn = frame.drawn_cells()
    cells = frame.cells(pool, drawn) if counts.pool else []
    by = {stratum: _by_code(plan, cells, place) for place, stratum in enumerate(plan.strata)}
    expected = sum(cell.expected for cell in cells)
    visited = expected_visits(frame, cells) if outlook else {}
    crews = crew_outlook(plan, seats, inspectors, visited)
    last = plan.window[1].isoformat()
    asked = {seat["department"] for seat in seats}
    # Those of other departments take no seat, so that they lighten nobody's load.
    able = [
        row for row in inspectors if row["certificate_until"] >= last and row["department"] in asked
    ]
    visits = expected + counts.directed * PPM
    return {
        "plan": plan.id,
        "title": plan.title,
        **counts.as_json(),
        "directed_by": frame.directed_by(),
        "leads_outside": frame.leads_outside(),
        "batch": _batch(plan, pool, drawn),
        "cells": len(cells),
        "expected": expected,
        "expected_own": sum(cell.expected for cell in own_counts(plan, pool, drawn)),
        "expected_by": by,
        "rules": _rules(plan, cells, drawn),
        "chances": _chances(frame, cells),
        "cosigners": cosigners_document(plan.publication.cosigners),
        "merging": _merging(plan, seats, visits),
        "crews": {
            "seats_per_visit": len(seats),
            "expected_seats": visits * len(seats),
            "inspectors": len(inspectors),
            "certified": len(able),
            "expires_in_window": sum(
                1
                for row in inspectors
                if plan.window[0].isoformat() <= row["certificate_until"] < last
            ),
            "load": visits * len(seats) // len(able) if able else None,
            **crews.as_json(),
        },
        "warnings": told_of([*_capped(frame), *crews.warnings]),
    }


def told_of(problems: Iterable[Problem]) -> list[ProblemReport]:
    """Problems as plain values, to be put into words at the face."""
    return [problem.as_json() for problem in problems]


def _capped(frame: Frame) -> list[Problem]:
    """For each rule of coverage how many are due but left out by a cap on visits."""
    problems = []
    for rule in frame.plan.coverage:
        keys = {"visit-cap": "limits.visits_per_year", "recent-visit": "limits.days_between"}
        problems += [
            Problem(
                "frame.coverage-capped",
                {"key": rule.place, "years": rule.within_years, "size": size, "cap": keys[reason]},
            )
            for reason, size in frame.due_but_capped(rule).items()
        ]
    return problems


@dataclass
class _Sums:
    """What is summed up of a tier and age: entities by standing, visits, chances of its cells."""

    sizes: Counter[str] = field(default_factory=Counter)
    visits: Fraction = Fraction(0)
    chances: list[Fraction] = field(default_factory=list)


def _chances(frame: Frame, cells: Sequence[Cell]) -> list[ChanceGroup]:
    """By tier and age: who is where, and the chance of those in the pool, in millionths.

    `least` and `most` are the chances of the pool; `mean` is that of all in scope outside it too,
    with the directed at one and the left out at none.
    """
    expected = {cell.name: (cell.expected, cell.size) for cell in cells}
    groups: dict[tuple[str, bool], _Sums] = {}
    for tier, is_new, standing, cell, number in frame.by_tier_and_age():
        group = groups.setdefault((tier, bool(is_new)), _Sums())
        group.sizes[standing] += number
        if standing == "pool":
            chance = Fraction(*expected[cell])
            group.visits += number * chance
            group.chances.append(chance)
    return [
        {
            "tier": tier,
            "age": "new" if is_new else "old",
            "pool": group.sizes["pool"],
            "out": group.sizes["out"],
            "directed": group.sizes["directed"],
            "expected": int(group.visits),
            "least": int(min(group.chances, default=0)),
            "most": ceil(max(group.chances, default=0)),
            "mean": int((group.visits + group.sizes["directed"] * PPM) / size),
        }
        for (tier, is_new), group in sorted(groups.items(), key=lambda item: item[0])
        for size in [group.sizes.total()]
    ]


def _merging(plan: Plan, seats: Sequence[Seat], visits: int) -> MergingReport:
    """What it saves that departments and items fall on one visit; visits in millionths.

    `apart` are the visits if every department went by itself, `items_apart` if every item did.
    """
    departments = len({seat["department"] for seat in seats})
    items = max(len(plan.all_items), 1)
    return {
        "departments": departments,
        "items": items,
        "visits": visits,
        "apart": visits * departments,
        "items_apart": visits * max(items, departments),
        "saved": visits * (departments - 1),
        "items_saved": visits * (max(items, departments) - 1),
    }


def _batch(plan: Plan, pool: Sequence[PoolCell], drawn: Sequence[PoolCell]) -> BatchReport:
    """Which batch of the year this is, and what each rate comes to; numbers in millionths.

    `of_year` is the year's number, `drawn` what earlier batches drew of it, `now` what this one is
    expected to draw by the rate alone, `left` what then remains for later batches.
    """
    rows: list[BatchRate] = []
    for code in plan.rates if plan.frequency > 1 else ():
        members = [cell for cell in pool if base_code(plan, cell.codes) == code]
        share = batch_share(plan, code, members, drawn)
        left = share.of_year - share.drawn - share.now
        rows.append(
            {
                "stratum": plan.base_stratum,
                "code": code,
                "of_year": share.of_year,
                "drawn": share.drawn,
                "now": share.now,
                "left": max(left, 0),
            }
        )
    return {"number": plan.batch, "of": plan.frequency, "rates": rows}


def _by_code(plan: Plan, cells: Sequence[Cell], place: int) -> dict[str, ExpectedGroup]:
    """By code of a stratum: pool, expected inspections, least and most possible, and chances.

    Possible numbers are the expectation rounded down and up, as every outcome of the lottery keeps
    to unless a margin has to be widened; chances are in millionths, rounded down and up.
    """
    members: dict[str, list[Cell]] = {}
    for cell in cells:
        members.setdefault(cell.codes[place], []).append(cell)
    return {code: _group(group) for code, group in sorted(members.items())}


def _group(cells: Sequence[Cell]) -> ExpectedGroup:
    expected = sum(cell.expected for cell in cells)
    return {
        "size": sum(cell.size for cell in cells),
        "expected": expected,
        "least": expected // PPM,
        "most": -(-expected // PPM),
        "chance_least": min((cell.expected // cell.size for cell in cells), default=0),
        "chance_most": max((-(-cell.expected // cell.size) for cell in cells), default=0),
    }


def _rules(plan: Plan, cells: Sequence[Cell], drawn: Sequence[PoolCell]) -> list[RuleEffect]:
    """The plan's bounds: what each asks for in millionths, and what its group gets."""
    return [
        {
            "rule": bound.place,
            "kind": bound.kind,
            "asked_least": bound.least,
            "asked_most": bound.most,
            **_group([cells[member] for member in bound.members]),
        }
        for bound in bounds_of(plan, cells, drawn)
    ]
