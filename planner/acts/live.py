"""Previewing a plan while it is being written: what did not change is not counted again.

The register is condensed once. A frame depends on scope, tolerance, limits and the like, not on
rates: while those are tried out even the frame and all its counts are remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.acts.desk import Desk
from planner.acts.freezing import Judged
from planner.acts.history import resolved
from planner.acts.previewing import previewed
from planner.frame import engine
from planner.frame.condensed import Condensed, CondensedFrame, condensed_query, judge_condensed
from planner.frame.earlier import earlier_rows
from planner.frame.leads import leads_in_force
from planner.plan.lines import key_lines
from planner.plan.mending import key_path
from planner.plan.model import Plan
from planner.plan.parse import read_plan
from planner.plan.seats import seats_for
from planner.vocabulary.problems import PlannerError, Problem

FRAMES = 8
"""Frames remembered: whoever goes back and forth between plans finds them again."""


class Memory:
    """The condensed register, and frames of it that were counted, by all that they depend on."""

    def __init__(self) -> None:
        self._register: tuple[Path, Condensed] | None = None
        self._known: dict[Any, CondensedFrame] = {}
        self._engine: Any = None

    def frame(
        self,
        plan: Plan,
        snapshot: Path,
        leads: Sequence[Mapping[str, Any]],
        earlier: Sequence[Sequence[Any]],
    ) -> CondensedFrame:
        """The frame of a plan on a snapshot; the one known where it would be the same."""
        if self._register is None or self._register[0] != snapshot:
            self._register = (snapshot, Condensed(snapshot))
            self._known = {}
        in_force = repr(sorted(leads_in_force(leads, plan).items()))
        key = (condensed_query(plan), in_force, tuple(map(tuple, earlier)))
        known = self._known.pop(key, None)
        if known is None:
            self._engine = self._engine or engine.connect()
            known = judge_condensed(plan, self._register[1], leads, earlier, self._engine)
        self._known[key] = known
        while len(self._known) > FRAMES:
            self._known.pop(next(iter(self._known)))
        return CondensedFrame(plan, known.connection, known.known)


def live_preview(
    desk: Desk, text: str, file: str, memory: Memory, *, outlook: bool = False
) -> dict[str, Any]:
    """What `preview` tells, of the plan in `text`; the crews are dealt only with `outlook`.

    Raises PlannerError with everything that is wrong with the plan, at the lines of `file`.
    """
    try:
        return _live_preview(desk, text, file, memory, outlook)
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
    desk: Desk, text: str, file: str, memory: Memory, outlook: bool
) -> dict[str, Any]:
    plan = read_plan(text, file)
    inspectors = desk.store.roster("inspectors")
    departments = [row["department"] for row in inspectors]
    seats = seats_for(plan, desk.store.roster("items"), departments)
    plan, earlier = resolved(desk, plan)
    path, content, _ = desk.snapshot_path()
    frame = memory.frame(plan, path, desk.store.roster("leads"), earlier_rows(plan, earlier))
    return previewed(Judged(frame, content, seats, earlier), inspectors, outlook=outlook)
