"""Previewing a plan while it is being written: what did not change is not counted again.

The register is grouped once. A frame depends on scope, tolerance, limits and the like, not on
rates: while those are tried out even the frame and all its counts are remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.draw.plan_effect import previewed, told_of
from yaohao.planner.engine.base import Engine
from yaohao.planner.engine.registry import start
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.framed_plan import FramedPlan
from yaohao.planner.frame.grouped_frame import GroupedRegister, classify_grouped
from yaohao.planner.frame.leads import leads_in_force
from yaohao.planner.frame.prior_draws import Row, earlier_rows
from yaohao.planner.plan.classification import Classification
from yaohao.planner.plan.findings import findings, outside, placed, with_causes
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import draft_plan
from yaohao.planner.plan.seats import seats_for
from yaohao.planner.register.code_columns import CodeColumns
from yaohao.planner.schema.lead import LeadRow
from yaohao.planner.schema.reports.plans import PreviewReport
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_effects import effects_now
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.plan_files import code_reader, known_to
from yaohao.planner.storage.prior_draws import resolved
from yaohao.planner.vocabulary.problems import PlannerError, raise_all

FRAMES = 8
"""Frames remembered: whoever goes back and forth between plans finds them again."""


class PreviewCache:
    """The grouped register, and frames of it that were counted, by all that they depend on."""

    def __init__(self) -> None:
        self._register: tuple[Path, GroupedRegister] | None = None
        self._known: dict[tuple[Classification, str, tuple[Row, ...]], Frame] = {}
        self._engine: Engine | None = None
        self._columns: tuple[Path, CodeColumns] | None = None

    def columns(self, workspace: WorkspaceFolder) -> CodeColumns:
        """The codes of the register, read once for each snapshot."""
        path = workspace.snapshot_path()[0]
        if self._columns is None or self._columns[0] != path:
            self._columns = (path, CodeColumns(path))
        return self._columns[1]

    def frame(
        self,
        plan: Plan,
        snapshot: Path,
        leads: Sequence[LeadRow],
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


# Many parameters: what is looked at, and how.
def live_preview(
    workspace: WorkspaceFolder,
    text: str,
    file: str,
    memory: PreviewCache,
    *,
    outlook: bool = False,
    today: str | None = None,
) -> PreviewReport:
    """What `preview` tells, of the plan in `text`; the crews are dealt only with `outlook`.

    Raises PlannerError with everything that is wrong with the plan, at the lines of `file`.
    """
    draft = draft_plan(text, file, code_reader(workspace))
    raise_all(draft.problems)
    assert draft.plan is not None
    known = known_to(workspace, day_given(workspace, today), memory.columns(workspace))
    warnings = findings(draft, file, known)
    try:
        told = _live_preview(workspace, draft.plan, memory, outlook)
    except PlannerError as error:
        problems = [placed(draft, file, one) for one in error.problems]
        raise PlannerError(*with_causes(problems, warnings)) from error
    beside = [placed(draft, file, one) for one in outside(draft.plan, told)]
    told["warnings"] = [*told_of(warnings), *told["warnings"], *told_of(beside)]
    return told


def _live_preview(
    workspace: WorkspaceFolder, plan: Plan, memory: PreviewCache, outlook: bool
) -> PreviewReport:
    inspectors = workspace.store.roster("inspectors")
    departments = [row["department"] for row in inspectors]
    seats = seats_for(plan, workspace.store.roster("items"), departments)
    plan, earlier = resolved(workspace, plan)
    path, content, _ = workspace.snapshot_path()
    frame = memory.frame(plan, path, workspace.store.roster("leads"), earlier_rows(plan, earlier))
    told = previewed(FramedPlan(frame, content, seats, earlier), inspectors, outlook=outlook)
    return {**told, "cases": effects_now(workspace)}
