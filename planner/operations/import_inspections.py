"""Visits made elsewhere: into a history of their own, and the last inspections with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from yaohao.planner.register.import_counts import import_counts
from yaohao.planner.register.importer import first_aside
from yaohao.planner.register.inspection_files import (
    InspectionsOf,
    ReadInspection,
    known_inspections,
    read_inspections,
)
from yaohao.planner.schema.import_report import InspectionsReport, ReadAside
from yaohao.planner.schema.inspection import VisitIndicators
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.storage.arrivals import Aside, aside_after, note_import, read_with
from yaohao.planner.storage.entity_lookup import not_known
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.import_knowledge import as_known
from yaohao.planner.storage.last_inspections import inspected_after
from yaohao.planner.storage.snapshot_files import add_snapshot
from yaohao.planner.storage.visit_history import LastVisit

REGISTER = "inspections"


def import_inspections(
    workspace: WorkspaceFolder,
    files: Sequence[Path],
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
    *,
    show_aside: Callable[[list[ReadAside]], object] | None = None,
) -> InspectionsReport:
    """Import files of visits: rows that the history has already change nothing.

    The latest day of an entity becomes its last inspection in the register, where it is later, and
    its inspections of that year are at least those that the history has. Rows about entities that
    the register does not have are set aside. Further columns are kept as indicators of that day.
    `show_aside` is given the first rows that are set aside. Raises PlannerError where there is no
    register yet, and for files that are no such table.
    """
    workspace.snapshot_path()
    options = as_known(workspace, REGISTER, options)
    names = {row["item_id"]: row["name"] for row in workspace.store.roster("items")}

    intake = read_inspections(
        files,
        InspectionsOf(lambda ids: not_known(workspace, ids, in_frames=False), names),
        workspace.settings.register,
        options,
        progress,
    )
    if show_aside is not None:
        show_aside(first_aside(intake))
    rows = intake.accepted
    former = {code: number for number, code in options.numbers.items()}
    known = known_inspections(rows, workspace.settings.register, options)
    counts = import_counts(REGISTER, intake, dry_run=options.dry_run)

    told_of = _indicators(rows)

    def report(aside: Aside, new: int, inspected: int, indicators: int) -> InspectionsReport:
        return {
            **counts,
            "aside_gone": aside.told(),
            "dismissed": aside.dismissed,
            "idle_supersedes": aside.idle,
            "files_aside": aside.files,
            "new": new,
            "same": len(rows) - new,
            "entities": len({row["entity_id"] for row in rows}),
            "inspected": inspected,
            "indicators": sorted({name for one in told_of for name in one.values}),
            "new_indicators": indicators,
            "changed": False,
            "size": workspace.store.inspections_size(),
        }

    if options.dry_run:
        aside = aside_after(workspace.store, REGISTER, intake, options, known)
        visits = _last(rows)
        inspected = inspected_after(workspace, {one: v.day for one, v in visits.items()}, {})
        new = workspace.store.new_inspections(rows, former)
        more = workspace.store.new_indicators(told_of, former)
        return report(aside, new, inspected.number, more)
    with workspace.act("import inspections") as store:
        aside = aside_after(store, REGISTER, intake, options, known)
        number = note_import(store, REGISTER, intake, aside, read_with(options))
        new = store.add_inspections(number, rows, former)
        more = store.add_indicators(number, told_of, former)
        before = store.snapshot_number()
        named = {row["entity_id"] for row in rows}
        visits = {one: v for one, v in store.last_visits(options.numbers).items() if one in named}
        last_visits = inspected_after(workspace, {one: v.day for one, v in visits.items()}, visits)
        assert last_visits.table is not None  # there is a register, or it was refused above
        content, changed = add_snapshot(workspace, last_visits.table)
        if new or more or changed or aside.changed:
            line = store.append(
                {
                    # What it changes for a draw is the register of entities.
                    "act": "import",
                    "register": "entities",
                    "files": [digest for _, digest in intake.files],
                    "rows": intake.rows,
                    "accepted": intake.taken,
                    "set_aside": intake.set_aside.num_rows,
                    "content": content,
                }
            )
            store.end_import(number, line.entry, before, store.snapshot_number())
        summary = report(aside, new, last_visits.number, more)
    summary["changed"] = bool(new or more or changed or aside.changed)
    return summary


def _indicators(rows: Sequence[ReadInspection]) -> list[VisitIndicators]:
    """What further columns say, each saying once."""
    observed = {
        (row["entity_id"], row["visited_on"], row["item"], tuple(sorted(indicators.items()))): None
        for row in rows
        for indicators in row["indicators"]
    }
    return [
        VisitIndicators(entity, day, item, dict(indicators))
        for entity, day, item, indicators in observed
    ]


def _last(rows: Sequence[ReadInspection]) -> dict[str, LastVisit]:
    """Entity → its last day in some rows."""
    latest: dict[str, LastVisit] = {}
    for row in rows:
        held = latest.get(row["entity_id"])
        if held is None or held.day < row["visited_on"]:
            latest[row["entity_id"]] = LastVisit(row["visited_on"], 0)
    return latest
