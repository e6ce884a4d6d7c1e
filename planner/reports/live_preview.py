"""Previewing a plan while it is being written: what did not change is not counted again.

The register is grouped once. A frame depends on scope, tolerance, limits and the like, not on
rates: while those are tried out even the frame and all its counts are remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.draw.plan_effect import previewed, told_of
from yaohao.planner.engine.base import Engine
from yaohao.planner.engine.registry import start
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.framed_plan import FramedPlan
from yaohao.planner.frame.grouped_frame import GroupedRegister, classify_grouped
from yaohao.planner.frame.leads import leads_in_force, leads_table
from yaohao.planner.frame.prior_draws import prior_table
from yaohao.planner.plan.classification import Classification
from yaohao.planner.plan.conditions import IN_KEY_FIELD, IS_NEW, TIER
from yaohao.planner.plan.findings import findings, outside, placed, with_causes
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import draft_plan
from yaohao.planner.plan.seats import seats_for
from yaohao.planner.register.code_columns import CodeColumns
from yaohao.planner.schema.lead import LeadRow
from yaohao.planner.schema.reports.plans import PlanChance, PlanChanceReport, PreviewReport
from yaohao.planner.storage import entity_lookup
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_effects import effects_now
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.plan_files import code_reader, known_to
from yaohao.planner.storage.prior_draws import resolved
from yaohao.planner.vocabulary.problems import PlannerError, raise_all
from yaohao.planner.vocabulary.units import PPM

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table

FRAMES = 8
"""Frames remembered: whoever goes back and forth between plans finds them again."""


class PreviewCache:
    """The grouped register, and frames of it that were counted, by all that they depend on."""

    def __init__(self) -> None:
        self._register: tuple[Path, GroupedRegister] | None = None
        self._known: dict[tuple[Classification, str], tuple[Table, Frame]] = {}
        self.engine: Engine | None = None
        self._columns: tuple[Path, CodeColumns] | None = None

    def started(self) -> Engine:
        """The engine, started once."""
        self.engine = self.engine or start()
        return self.engine

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
        prior: Table,
    ) -> Frame:
        """The frame of a plan on a snapshot; the one known where it would be the same."""
        if self._register is None or self._register[0] != snapshot:
            self._register = (snapshot, GroupedRegister(snapshot))
            self._known = {}
        in_force = repr(sorted(leads_in_force(leads, plan).items()))
        key = (classification(plan), in_force)
        before, known = self._known.pop(key, (None, None))
        if known is None or before is None or not before.equals(prior):
            known = classify_grouped(plan, self._register[1], leads, prior, self.started())
        self._known[key] = (prior, known)
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
        report = _live_preview(workspace, draft.plan, memory, outlook)
    except PlannerError as error:
        problems = [placed(draft, file, one) for one in error.problems]
        raise PlannerError(*with_causes(problems, warnings)) from error
    beside = [placed(draft, file, one) for one in outside(draft.plan, report)]
    report["warnings"] = [*told_of(warnings), *report["warnings"], *told_of(beside)]
    return report


def _live_preview(
    workspace: WorkspaceFolder, plan: Plan, memory: PreviewCache, outlook: bool
) -> PreviewReport:
    inspectors = workspace.store.roster("inspectors")
    departments = [row["department"] for row in inspectors]
    seats = seats_for(plan, workspace.store.roster("items"), departments)
    plan, earlier = resolved(workspace, plan)
    path, content, _ = workspace.snapshot_path()
    frame = memory.frame(plan, path, workspace.store.roster("leads"), prior_table(plan, earlier))
    report = previewed(FramedPlan(frame, content, seats, earlier), inspectors, outlook=outlook)
    return {**report, "cases": effects_now(workspace)}


def live_chance(
    workspace: WorkspaceFolder,
    text: str,
    file: str,
    entity: str,
    memory: PreviewCache,
    *,
    before: tuple[str, str] | None = None,
) -> PlanChanceReport:
    """What the plan in `text` means for an entity (its id or its name), and one `before` it.

    `before` is the text and the file of another plan. Raises PlannerError where a plan has
    problems, and where the register has no such entity.
    """
    entity_id = entity_lookup.in_register(workspace, entity)
    path = workspace.snapshot_path()[0]
    row = _row(path, entity_id)
    values = row.to_pylist()[0]
    was = _chance(workspace, *before, row, memory) if before is not None else None
    return {
        "entity_id": entity_id,
        "name": str(values["name"]),
        "codes": {name: str(values[name] or "") for name in _TOLD},
        "after": _chance(workspace, text, file, row, memory),
        "before": was,
    }


_TOLD = ("tier", "region", "industry", "kind", "status", "fields")
"""Codes of an entity that are told with its chance."""


def _row(path: Path, entity_id: str) -> Any:
    """The row of an entity in a snapshot, as an Arrow table."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    return pq.read_table(path, filters=pc.field("entity_id") == entity_id)


def _chance(
    workspace: WorkspaceFolder, text: str, file: str, row: Any, memory: PreviewCache
) -> PlanChance:
    """Where an entity stands under a plan, and the chance of its cell."""
    import pyarrow.compute as pc

    draft = draft_plan(text, file, code_reader(workspace))
    raise_all(draft.problems)
    assert draft.plan is not None
    plan, earlier = resolved(workspace, draft.plan)
    leads, prior = workspace.store.roster("leads"), prior_table(plan, earlier)
    entity_id = row.column("entity_id")[0].as_py()
    rules = classification(plan)
    own = [one for one in leads if one["entity_id"] == entity_id]
    tables = leads_table(plan, own), prior.filter(pc.field("entity_id") == entity_id)
    relation = memory.started().classify(rules, row, *tables)
    chance: PlanChance = {
        "plan": plan.id, "standing": "outside", "reason": "", "cell": "", "size": 0,
        "expected": 0, "chance": 0, "tier": "", "is_new": False, "in_key_field": False,
    }  # fmt: skip
    try:
        if relation.is_empty():
            return chance
        names = ("standing", "reason", "cell", TIER.name, IS_NEW.term.name, IN_KEY_FIELD.term.name)
        values = relation.table(names).to_pylist()[0]
    finally:
        relation.close()
    standing, reason, cell, tier, is_new, in_key = (values[name] for name in names)
    chance |= {
        "standing": standing, "reason": reason, "cell": cell, "tier": tier,
        "is_new": bool(is_new), "in_key_field": bool(in_key),
    }  # fmt: skip
    if standing == "pool":
        frame = memory.frame(plan, workspace.snapshot_path()[0], leads, prior)
        one = next(one for one in frame.cells() if one.name == cell)
        chance |= {"size": one.size, "expected": one.expected, "chance": one.expected // one.size}
    elif standing == "directed":
        chance["chance"] = PPM
    return chance
