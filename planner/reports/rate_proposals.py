"""Rates for the next plan from what past draws found: every choice shown, a person decides.

At the same number of visits, what each choice is expected to find and what it costs the estimate of
the total. What is proposed is expressed by the plan's own base rates, so that the file says all of
it; quotas, caps and coverage of the plan hold as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from yaohao.planner.frame.cells import Cell
from yaohao.planner.learning import pictures, sentences
from yaohao.planner.learning.charts import Chart
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.proposals import (
    DEFAULT_ALPHA,
    LEAST_RATE,
    Ground,
    Proposal,
    enough,
    floors,
    frontier,
    ground,
    kept,
    proposed,
)
from yaohao.planner.learning.sample import Floats, Ints
from yaohao.planner.plan.model import Count, Plan, Rate
from yaohao.planner.plan.proposed_rates import rate_code, with_rates
from yaohao.planner.storage.design_samples import SurveyedDraw, draws_with_results, surveyed
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.framed_plans import framed_plan
from yaohao.planner.storage.plan_files import code_reader, plan_in
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_small_text
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import say

STEP = 100
"""Rates are whole multiples of so many millionths: a hundredth of a per cent."""


@dataclass(frozen=True)
class _Pool:
    """The pool of a plan as units with a rate each: its cells, or its base codes as a whole."""

    cells: list[Cell]
    unit: Ints
    names: tuple[str, ...]
    codes: tuple[str, ...]
    code_of: Ints
    sizes: Ints
    visits: Floats


# Many parameters: what is chosen of a proposal, each by its own name.
def propose(
    workspace: WorkspaceFolder,
    path: Path,
    *,
    draws: Sequence[str] = (),
    alpha: float | None = None,
    floor: float = LEAST_RATE,
    law: float = 0.0,
    visits: float = 0.0,
    new_id: str = "",
) -> tuple[Finding, str]:
    """A proposal for a plan file, and the text of the file with its rates.

    `alpha` weighs past findings (0 equal rates, infinite most findings; 2 if None, and more where
    the rates of now are expected to find more at as many visits), `floor` and `law` are the
    least rates as fractions, `visits` the visits to be spent (those of the plan if 0). Without
    `draws` all that have results and are made of the same strata count. Raises PlannerError where
    no draw tells of the plan's pool, and where floors or caps cannot be met.
    """
    plan = plan_in(workspace, path)
    framed = framed_plan(workspace, plan, counted=True)
    known_plan, cells = framed.frame.plan, [one for one in framed.frame.cells() if one.expected]
    framed.frame.close()
    names = list(dict.fromkeys(draws)) or draws_with_results(workspace)
    past = [surveyed(workspace, one) for one in names]
    used = [one for one in past if one.stratum == known_plan.base_stratum]
    if not used or not cells:
        raise refuse("findings.no-ground-for-plan", plan=plan.id, stratum=known_plan.base_stratum)
    alike = all(one.plan.strata == known_plan.strata for one in used)
    pool = _pool(known_plan, cells, by_cell=alike)
    hits, seen = _past(used, pool, known_plan, by_cell=alike)
    known = ground(pool.sizes, hits, seen, pool.code_of)
    total = visits or float(pool.visits.sum())
    low = floors(known, law, floor)
    now = kept(known, np.minimum(pool.visits / pool.sizes, 1.0))
    is_raised = False
    if alpha is None:
        spent = now.finds if float(now.visits.sum()) <= total + 1e-6 else 0.0
        alpha = enough(known, total, spent, low)
        is_raised = alpha > DEFAULT_ALPHA
    choice = proposed(known, total, alpha, low)
    every = frontier(known, total, low)
    rates = _base_rates(known_plan, pool, choice)
    text = with_rates(read_small_text(path), rates, code_reader(workspace), new_id)
    as_planned = _as_raked(workspace, text, path, pool, known, known_plan)
    figures = {
        "plan": plan.id,
        "draws": [one.id for one in used],
        "not_used": [one.id for one in past if one not in used],
        "by_cell": alike,
        "visits": total,
        "alpha": alpha,
        "floor": floor,
        "law": law,
        "now": now,
        "proposal": choice,
        "as_planned": as_planned,
        "frontier": [{"name": one.rule, **vars(one)} for one in every],
        "stratum": known_plan.base_stratum,
        "rates": _rows(known_plan, pool, choice, rates),
    }

    def lines() -> list[str]:
        words = [say("findings.proposed", plan=plan.id, visits=f"{total:,.0f}",
                     draws=[one.id for one in used])]  # fmt: skip
        words += sentences.proposal(choice, now)
        if is_raised:
            words.append(say("findings.alpha-raised", alpha=f"{alpha:g}"))
        words.append(say("findings.as-planned", visits=f"{as_planned['visits']:,.0f}",
                         finds=f"{as_planned['finds']:,.0f}"))  # fmt: skip
        if choice.floored:
            words.append(say("findings.floored", number=choice.floored, groups=len(pool.sizes)))
        return [*words, say("findings.person-decides")]

    def charts() -> list[Chart]:
        shown = [(code_name(known_plan.base_stratum, code) or "-") for code in pool.codes]
        series = (
            [pictures.finds_and_error(every)]
            if any(np.isfinite(one.error) for one in every)
            else []
        )
        return [
            *series,
            pictures.rates_now_and_proposed(
                shown, _by_code(pool, now.visits), _by_code(pool, choice.visits),
                _by_code(pool, pool.sizes.astype(np.float64)),
            ),
        ]  # fmt: skip

    return Finding(figures, lines, charts), text


def _pool(plan: Plan, cells: list[Cell], *, by_cell: bool) -> _Pool:
    place = plan.strata.index(plan.base_stratum)
    of_cells = [rate_code(plan, cell.codes[place]) for cell in cells]
    codes = tuple(sorted(set(of_cells)))
    names = tuple(cell.name for cell in cells) if by_cell else codes
    number = {name: k for k, name in enumerate(names)}
    keys = [cell.name for cell in cells] if by_cell else of_cells
    unit = np.array([number[key] for key in keys], np.int64)
    code_of_unit = dict(zip(keys, of_cells, strict=True))
    return _Pool(
        cells,
        unit,
        names,
        codes,
        np.array([codes.index(code_of_unit[name]) for name in names], np.int64),
        np.bincount(unit, [cell.size for cell in cells]).astype(np.int64),
        np.bincount(unit, [cell.expected / PPM for cell in cells]).astype(np.float64),
    )


def _past(
    used: Sequence[SurveyedDraw], pool: _Pool, plan: Plan, *, by_cell: bool
) -> tuple[Ints, Ints]:
    """Findings and inspections of each unit in past draws; those not found count in neither."""
    number = {name: k for k, name in enumerate(pool.names)}
    hits, seen = (np.zeros(len(pool.names), np.int64) for _ in range(2))
    for one in used:
        place = one.plan.strata.index(one.stratum)
        named = [cell["cell"] for cell in one.frozen.lottery["cells"]]
        for k, kept_cell in enumerate(one.frame.kept):
            name = named[int(kept_cell)]
            key = name if by_cell else rate_code(plan, name.split("/")[place])
            if key in number:
                here = one.sample.cell == k
                hits[number[key]] += int((here & one.sample.wrong).sum())
                seen[number[key]] += int((here & one.sample.reached).sum())
    return hits, seen


def _by_code(pool: _Pool, values: Floats) -> Floats:
    return np.bincount(pool.code_of, values, minlength=len(pool.codes)).astype(np.float64)


def _base_rates(plan: Plan, pool: _Pool, choice: Proposal) -> dict[str, Rate]:
    """The base rate of each code that brings the proposed visits, by what its rate brings now."""
    before, after = _by_code(pool, pool.visits), _by_code(pool, choice.visits)
    rates: dict[str, Rate] = {}
    for k, code in enumerate(pool.codes):
        old, ratio = plan.rates[code], float(after[k] / before[k])
        if isinstance(old, Count):
            rates[code] = Count(max(round(old.count * ratio), 1))
        else:
            rates[code] = min(max(round(old * ratio / STEP), 1) * STEP, PPM)
    return rates


def _as_raked(
    workspace: WorkspaceFolder, text: str, path: Path, pool: _Pool, known: Ground, before: Plan
) -> dict[str, float]:
    """What the changed plan would do, its quotas, caps and coverage met: visits and finds."""
    from yaohao.planner.plan.parse import read_plan

    plan = read_plan(text, str(path), code_reader(workspace))
    framed = framed_plan(workspace, plan, counted=True)
    cells = framed.frame.cells()
    framed.frame.close()
    place = before.strata.index(before.base_stratum)
    number = {name: k for k, name in enumerate(pool.names)}
    visits = finds = 0.0
    for cell in cells:
        key = cell.name if cell.name in number else rate_code(before, cell.codes[place])
        visits += cell.expected / PPM
        finds += cell.expected / PPM * float(known.rates[number[key]])
    return {"visits": visits, "finds": finds}


def _rows(
    plan: Plan, pool: _Pool, choice: Proposal, rates: Mapping[str, Rate]
) -> list[dict[str, Any]]:
    sizes = np.bincount(pool.code_of, pool.sizes, minlength=len(pool.codes))
    before, after = _by_code(pool, pool.visits), _by_code(pool, choice.visits)
    return [
        {
            "code": code,
            "entities": int(sizes[k]),
            "visits_now": float(before[k]),
            "visits": float(after[k]),
            "rate_now": _told(plan.rates[code]),
            "rate": _told(rates[code]),
        }
        for k, code in enumerate(pool.codes)
    ]


def _told(rate: Rate) -> Any:
    """A rate as JSON: millionths, or a number of visits."""
    return {"count": rate.count} if isinstance(rate, Count) else rate
