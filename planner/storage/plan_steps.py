"""The next step of a plan that was not frozen yet: to freeze it, to check it, or to import first.

What is said is what `freeze` would do, so the register is counted; that is remembered as long as
neither the plan's text nor the ledger nor the day is another, since every act of a workspace is a
line of its ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.plan.findings import window_over
from yaohao.planner.plan.model import Plan
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.problems import PlannerError

if TYPE_CHECKING:
    from yaohao.planner.frame.grouped_frame import GroupedRegister

_REMEMBERED = 64
"""Plans whose step is remembered in a process; it changes no step, only time."""


class Step(NamedTuple):
    """What comes next: ``freeze``, ``check``, ``import`` (of a `register`), ``look`` if unknown."""

    next: str
    register: str = ""


UNSOUND = Step("check")
"""The step of a plan that cannot be frozen as it stands."""

_known: dict[tuple[str, ...], Step] = {}


class PlanSteps:
    """Tells the steps of a workspace's plans; the register is read once for all of them."""

    def __init__(self, workspace: WorkspaceFolder, *, look: bool) -> None:
        """Count what is not known yet if `look`; else that is told as ``look``."""
        self._workspace = workspace
        self._look = look
        self._register: GroupedRegister | None = None

    def of(self, plan: Plan, text: str) -> Step:
        """The next step of a sound plan, whose file has this text."""
        workspace = self._workspace
        day = day_given(workspace, None)
        folder = str(workspace.folder.resolve())
        key = (folder, workspace.store.head(), day.isoformat(), sha(text))
        if key not in _known:
            if window_over(plan, day):
                return UNSOUND
            missing = self._missing(plan)
            if missing:
                return Step("import", missing)
            if not self._look:
                return Step("look")
            while len(_known) >= _REMEMBERED:
                _known.pop(next(iter(_known)), None)
            _known[key] = self._counted(plan)
        return _known[key]

    def _missing(self, plan: Plan) -> str:
        """The first register that a plan needs and that is empty."""
        store = self._workspace.store
        sizes = store.roster_sizes()
        if store.snapshot() is None:
            return "entities"
        if not sizes.get("inspectors"):
            return "inspectors"
        return "items" if plan.all_items and not sizes.get("items") else ""

    def _counted(self, plan: Plan) -> Step:
        """Whether `freeze` would refuse a plan, as the grouped register tells; nothing is made."""
        try:
            return Step("freeze") if self._is_staffed(plan) else UNSOUND
        except PlannerError:
            return UNSOUND

    def _is_staffed(self, plan: Plan) -> bool:
        """Whether all visits can be staffed; PlannerError where there is no frame or no cells."""
        # Only here: the first screen shows before anything is counted, and loads no arrays for it.
        from yaohao.planner.draw.crews.outlook import expected_visits, unstaffed
        from yaohao.planner.engine.registry import start
        from yaohao.planner.frame.frame import Frame
        from yaohao.planner.frame.grouped_frame import GroupedRegister, classify_grouped
        from yaohao.planner.frame.prior_draws import prior_table
        from yaohao.planner.plan.seats import seats_for
        from yaohao.planner.storage.prior_draws import resolved

        workspace = self._workspace
        inspectors = workspace.store.roster("inspectors")
        departments = [row["department"] for row in inspectors]
        seats = seats_for(plan, workspace.store.roster("items"), departments)
        plan, earlier = resolved(workspace, plan)
        if self._register is None:
            self._register = GroupedRegister(workspace.snapshot_path()[0])
        leads = workspace.store.roster("leads")
        classified = classify_grouped(
            plan, self._register, leads, prior_table(plan, earlier), start()
        )
        frame = Frame(plan, classified.relation)
        cells = frame.cells()
        return not unstaffed(plan, seats, inspectors, expected_visits(frame, cells))
