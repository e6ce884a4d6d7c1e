"""A draw as a survey: the one place where what the draws tell is read from a workspace.

Committed lottery, visits, withdrawals and results become a `DesignSample`. What the lot did not
decide (visits for cause and other directed ones, reserves that took a place) is counted apart and
never mixed in. Of an entity and item the latest result counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from yaohao.planner.draw.stages import is_witnessed
from yaohao.planner.learning.outcomes import outcome_of
from yaohao.planner.learning.sample import (
    NO_RESULT,
    NOT_FOUND,
    DesignSample,
    Frame,
    Ints,
    frame_of,
)
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.frozen import FrozenDraw
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.units import PPM

COLUMNS = ("region", "industry", "kind", "established_on", "fields")
"""What a frame says of the drawn besides their cell, by which they are told apart."""

OUTCOMES = ("right", "wrong", "not-found", "no-result")
"""The names of outcomes, in the order of their numbers."""


@dataclass(frozen=True)
class Apart:
    """Visits that the lot did not decide: outcomes by name, and how many visits there are."""

    visits: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True)
class SurveyedDraw:
    """A draw with results, read as a survey.

    `entities` are the drawn in the order of the `sample`; `tiers` and `inspectors` name the numbers
    that it has for them. `stratum` is what its tiers are: ``tier``, or the stratum whose rates the
    plan sets where its cells have no tier.
    """

    draw: Draw
    plan: Plan
    item: str
    frozen: FrozenDraw
    frame: Frame
    sample: DesignSample
    entities: tuple[str, ...]
    stratum: str
    tiers: tuple[str, ...]
    inspectors: tuple[str, ...]
    for_cause: Apart
    reserves: Apart
    is_china: bool

    @property
    def id(self) -> str:
        """The id of the draw."""
        return self.draw.id

    @cached_property
    def rows(self) -> dict[str, list[str]]:
        """The columns of `COLUMNS` of the drawn, as they were frozen."""
        looked_up = self.frozen.frame.relation.lookup(self.entities, ("entity_id", *COLUMNS))
        by_id = {row[0]: row[1:] for row in looked_up}
        return {
            name: [str(by_id[one][place] or "") for one in self.entities]
            for place, name in enumerate(COLUMNS)
        }


def draws_with_results(workspace: WorkspaceFolder) -> list[str]:
    """The draws of which results were entered, in their order; PlannerError where there are none.

    Those of version 1 of the protocol are left out: they cannot be opened. The ledger tells, so
    that no visit need be read.
    """
    with_results = {line.act["draw"] for line in workspace.store.acts_of_draws(("results",))}
    there = [
        draw.id
        for draw in workspace.store.all_draws()
        if draw.id in with_results
        and not draw.is_older  # whose frames can no longer be held to the ledger
    ]
    if not there:
        raise refuse("findings.no-results-yet")
    return there


def surveyed(workspace: WorkspaceFolder, draw: str, item: str = "") -> SurveyedDraw:
    """A draw as a survey, of all of a visit's items or of one.

    Raises PlannerError before the selection, without any result, for an item that the plan does
    not inspect, and where the frozen frame is not as it was.
    """
    stored = workspace.store.draw(draw)
    if stored.stage is Stage.COMMITTED:
        raise refuse("findings.not-drawn", draw=draw)
    plan = stored_plan(stored.plan)
    if item and item not in plan.all_items:
        raise refuse("findings.unknown-item", item=item, known=list(plan.all_items))
    visits = workspace.store.visits(draw)
    outcomes = _outcomes(workspace, stored, plan, visits, item)
    if not any(outcome != NO_RESULT for outcome in outcomes.values()):
        raise refuse("findings.no-results", draw=draw)
    frozen = workspace.frozen(stored)
    stratum = "tier" if "tier" in plan.strata else plan.base_stratum
    is_china = workspace.settings.register == "china"
    by_code = is_china and stratum == "tier"
    tiers, of_cells = _tiers(frozen.lottery, plan.strata.index(stratum), by_code=by_code)
    frame = frame_of(frozen.lottery, of_cells)
    drawn = [one for one in visits if one["standing"] == "pool" and not one["reserve"]]
    used = {one["reserve"] for one in stored.withdrawals if one["reserve"]}
    sample, inspectors = _sample(stored, frame, drawn, outcomes)
    return SurveyedDraw(
        stored,
        plan,
        item,
        frozen,
        frame,
        sample,
        tuple(one["entity_id"] for one in drawn),
        stratum,
        tiers,
        inspectors,
        _apart([one for one in visits if one["standing"] != "pool"], outcomes),
        _apart([one for one in visits if one["entity_id"] in used], outcomes),
        is_china,
    )


def _outcomes(
    workspace: WorkspaceFolder,
    draw: Draw,
    plan: Plan,
    visits: Sequence[Mapping[str, Any]],
    item: str,
) -> dict[str, int]:
    """The outcome of each entity of a draw; withdrawn ones were not found, whatever is told."""
    codes: dict[str, list[str]] = {}
    for row in workspace.store.results(draw.id):
        if not item or row["item_id"] == item:
            codes.setdefault(row["entity_id"], []).append(row["result"])
    asked = 1 if item else max(len(plan.all_items), 1)
    outcomes = {
        one["entity_id"]: outcome_of(codes.get(one["entity_id"], ()), asked) for one in visits
    }
    return outcomes | {one["entity_id"]: NOT_FOUND for one in draw.withdrawals}


def _tiers(
    lottery: Mapping[str, Any], place: int, *, by_code: bool
) -> tuple[tuple[str, ...], list[int]]:
    """The tiers by rising risk, and the number of each cell's.

    China's letters rise by themselves; elsewhere a tier is riskier the more of it are drawn.
    """
    codes = [cell["cell"].split("/")[place] for cell in lottery["cells"]]
    sizes, expected = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    for code, cell in zip(codes, lottery["cells"], strict=True):
        sizes[code] += cell["size"]
        expected[code] += cell["expected"]
    names = sorted(sizes)
    if not by_code:
        names.sort(key=lambda code: expected[code] / sizes[code])
    numbers = {code: number for number, code in enumerate(names)}
    return tuple(names), [numbers[code] for code in codes]


def _sample(
    draw: Draw,
    frame: Frame,
    drawn: Sequence[Mapping[str, Any]],
    outcomes: Mapping[str, int],
) -> tuple[DesignSample, tuple[str, ...]]:
    """The sample of the drawn, and the ids of the inspectors that went to them."""
    gone = {one["entity_id"] for one in draw.withdrawals}
    numbers = {int(cell) + 1: place for place, cell in enumerate(frame.kept)}
    cell = np.array([numbers[one["cell"]] for one in drawn], np.int64)
    outcome = np.array([outcomes[one["entity_id"]] for one in drawn], np.int64)
    crews = [one["inspectors"] for one in drawn]
    inspectors = tuple(sorted({name for crew in crews for name in crew}))
    place_of = {name: place for place, name in enumerate(inspectors)}
    teams = [
        (visit, place_of[name])
        for visit, crew in enumerate(crews)
        if drawn[visit]["entity_id"] not in gone
        for name in crew
    ]
    chance = np.stack([frame.cells.expected[cell], frame.cells.sizes[cell] * PPM], axis=1)
    return (
        DesignSample(
            frame.cells,
            frame.table,
            cell,
            outcome,
            chance,
            outcome != NO_RESULT,
            np.array([one["entity_id"] in gone for one in drawn], np.bool_),
            np.zeros(len(drawn), np.int64),
            teams=np.array(teams, np.int64).reshape(-1, 2),
            is_witnessed=is_witnessed(draw.select),
        ),
        inspectors,
    )


def _apart(visits: Iterable[Mapping[str, Any]], outcomes: Mapping[str, int]) -> Apart:
    codes = [outcomes[one["entity_id"]] for one in visits]
    return Apart(len(codes), {name: codes.count(k) for k, name in enumerate(OUTCOMES)})


def numbered(values: Sequence[str]) -> tuple[Ints, tuple[str, ...]]:
    """Codes as numbers, and their names in order."""
    names = tuple(sorted(set(values)))
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[one] for one in values], np.int64), names
