"""Previewing a plan while it is being written: what did not change is not counted again.

The register is grouped once. A frame depends on scope, tolerance, limits and the like, not on
rates: while those are tried out even the frame and all its counts are remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.draw.plan_effect import previewed
from yaohao.planner.engine.base import Engine
from yaohao.planner.engine.registry import start
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.framed_plan import FramedPlan
from yaohao.planner.frame.grouped_frame import GroupedRegister, classify_grouped
from yaohao.planner.frame.leads import leads_in_force
from yaohao.planner.frame.prior_draws import Row, earlier_rows
from yaohao.planner.plan.classification import Classification
from yaohao.planner.plan.fixes import key_path
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.seats import seats_for
from yaohao.planner.plan.toml_positions import key_lines
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.prior_draws import resolved
from yaohao.planner.vocabulary.problems import PlannerError, Problem

FRAMES = 8
"""Frames remembered: whoever goes back and forth between plans finds them again."""


class PreviewCache:
    """The grouped register, and frames of it that were counted, by all that they depend on."""

    def __init__(self) -> None:
        self._register: tuple[Path, GroupedRegister] | None = None
        self._known: dict[tuple[Classification, str, tuple[Row, ...]], Frame] = {}
        self._engine: Engine | None = None

    def frame(
        self,
        plan: Plan,
        snapshot: Path,
        leads: Sequence[Mapping[str, Any]],
        earlier: Sequence[Row],
    ) -> Frame:
        """The frame of a plan on a snapshot; the one known where it would be the same."""
        if self._register is None or self._register[0] != snapshot:
            self._register = (snapshot, GroupedRegister(snapshot))
            self._known = {}
        in_force = repr(sorted(leads_in_force(leads, plan).items()))
        key = (classification(plan), in_force, tuple(earlier))
        known = self._known.pop(key, None)
        if known is None:
            self._engine = self._engine or start()
            known = classify_grouped(plan, self._register[1], leads, earlier, self._engine)
        self._known[key] = known
        while len(self._known) > FRAMES:
            self._known.pop(next(iter(self._known)))
        return Frame(plan, known.relation)


def live_preview(
    workspace: WorkspaceFolder, text: str, file: str, memory: PreviewCache, *, outlook: bool = False
) -> dict[str, Any]:
    """What `preview` tells, of the plan in `text`; the crews are dealt only with `outlook`.

    Raises PlannerError with everything that is wrong with the plan, at the lines of `file`.
    """
    try:
        return _live_preview(workspace, text, file, memory, outlook)
    except PlannerError as error:
        raise PlannerError(*(_placed(problem, text) for problem in error.problems)) from error


def _placed(problem: Problem, text: str) -> Problem:
    """A problem with the line of its key, where it names one of the plan and has no line yet."""
    key = problem.params.get("key")
    if not key or problem.params.get("line"):
        return problem
    lines = key_lines(text)
    path = tuple(key_path(str(key)))
    while path and path not in lines:
        path = path[:-1]
    return Problem(problem.code, {**problem.params, "line": lines[path]}) if path else problem


def _live_preview(
    workspace: WorkspaceFolder, text: str, file: str, memory: PreviewCache, outlook: bool
) -> dict[str, Any]:
    plan = read_plan(text, file)
    inspectors = workspace.store.roster("inspectors")
    departments = [row["department"] for row in inspectors]
    seats = seats_for(plan, workspace.store.roster("items"), departments)
    plan, earlier = resolved(workspace, plan)
    path, content, _ = workspace.snapshot_path()
    frame = memory.frame(plan, path, workspace.store.roster("leads"), earlier_rows(plan, earlier))
    return previewed(FramedPlan(frame, content, seats, earlier), inspectors, outlook=outlook)
