"""How much each inspector finds against what the visits dealt to them let expect; internal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from yaohao.planner.learning import pictures, sentences
from yaohao.planner.learning.crew_severity import crew_severity
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.sample import Floats
from yaohao.planner.learning.shrinkage import shrunk_rates
from yaohao.planner.storage.crew_redeals import crewed_visits
from yaohao.planner.storage.design_samples import SurveyedDraw, draws_with_results, surveyed
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say

MOST_DEALS = 100_000
FEW = 20
"""Visits below which an inspector's own figure says next to nothing."""
_OF_ALL = 2.0
"""Visits that the rate of all counts for within a cell."""


def crews(
    workspace: WorkspaceFolder,
    draws: Sequence[str] = (),
    *,
    item: str = "",
    deals: int | None = None,
    seed: int = 1,
) -> Finding:
    """The severity of inspectors over the visits that the lot dealt to them, of all draws at once.

    Without draws those that have results are meant. `deals` new deals give the p-values (as many
    as time allows where none are asked for; of very many visits crews are exchanged instead);
    `seed` decides which. Inspectors stand in the order of their ids: this is no ranking. Raises
    PlannerError with too few visits or inspectors.
    """
    if deals is not None and not 1 <= deals <= MOST_DEALS:
        raise refuse("findings.deals", found=deals, most=MOST_DEALS)
    names = list(dict.fromkeys(draws)) or draws_with_results(workspace)
    surveys = [surveyed(workspace, one, item) for one in names]
    sent = crewed_visits(workspace, surveys)
    wrong = np.concatenate([one.sample.wrong for one in surveys])
    reached = np.concatenate([one.sample.reached for one in surveys])
    expected = np.concatenate([_expected(one) for one in surveys])
    how, number = sent.planned(deals)
    severity = crew_severity(wrong, expected, reached, sent.teams, sent.redeals(seed, how), number,
                          len(sent.inspectors))  # fmt: skip
    known = {row["inspector_id"]: row["name"] for row in workspace.store.roster("inspectors")}
    level = float(wrong[reached].mean())
    rows: list[dict[str, Any]] = [
        {
            "inspector_id": one,
            "name": known.get(one, ""),
            "visits": int(severity.visits[k]),
            "found": int(severity.hits[k]),
            "rate": float(severity.rate[k]),
            "expected": float(severity.expected[k]),
            "excess": float(severity.excess[k]),
            "se": float(severity.se[k]),
            "p": float(severity.p_of[k]),
        }
        for k, one in enumerate(sent.inspectors)
        if severity.visits[k]
    ]
    figures = {
        "draws": names,
        "item": item,
        "visits": int(reached.sum()),
        "overall": level,
        "spread": severity.spread,
        "p": severity.p,
        "deals": severity.deals,
        "how": how,
        "inspectors": rows,
        "private": True,
    }

    def lines() -> list[str]:
        few = sum(row["visits"] < FEW for row in rows)
        told_few = [say("findings.crews-few", number=few, least=FEW)] if few else []
        dealt = say(f"findings.crews-{how}", number=f"{severity.deals:,}")
        return [sentences.crews(severity), dealt, *told_few, say("findings.crews-private")]

    return Finding(figures, lines, lambda: [pictures.rates_by_inspector(_shown(rows, level))])


def _expected(survey: SurveyedDraw) -> Floats:
    """What an average inspector would find at each visit: the shrunk rate of its cell."""
    sample, size = survey.sample, len(survey.sample.cells)
    seen = np.bincount(sample.cell[sample.reached], minlength=size)
    hits = np.bincount(sample.cell[sample.wrong], minlength=size)
    if not seen.any():
        return np.zeros(len(sample))
    # A tier in which few visits found nothing has not shown that there is nothing to find.
    overall = hits.sum() / seen.sum()
    rates = shrunk_rates(hits, seen, sample.cells.tiers).rates
    of_cells: Floats = (rates * (seen + _OF_ALL) + overall * _OF_ALL) / (seen + 2 * _OF_ALL)
    return of_cells[sample.cell]


def _shown(rows: Sequence[dict[str, Any]], level: float) -> list[tuple[str, float, float, str]]:
    """Name, rate an average firm would meet, its error, and visits of each inspector."""
    return [
        (
            f"{row['inspector_id']} {row['name']}".strip(),
            min(max(level + row["excess"], 0.0), 1.0),
            row["se"] if math.isfinite(row["se"]) else 0.0,
            f"{row['found']}/{row['visits']}",
        )
        for row in rows
    ]
