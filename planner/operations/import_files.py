"""Importing registers: what files hold is checked, merged, and noted in the ledger.

Every row read is accepted or set aside; a file that was imported before changes nothing.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from yaohao.planner.register.import_counts import import_counts
from yaohao.planner.register.importer import first_aside
from yaohao.planner.register.merging import Merged, Merging, merge
from yaohao.planner.register.roster_merging import MergedRows, merge_rows
from yaohao.planner.register.sorted_runs import SortedRuns
from yaohao.planner.schema.import_report import (
    ImportEffects,
    ImportReport,
    ReadAside,
    SetAsideRow,
)
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.schema.reports.registers import RegisterReport
from yaohao.planner.storage import entity_numbers, outside_writes
from yaohao.planner.storage.arrivals import (
    Aside,
    Known,
    aside_after,
    note_import,
    read_with,
)
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.import_knowledge import as_known
from yaohao.planner.storage.imports import Change
from yaohao.planner.storage.merged_files import (
    MANY_ROWS,
    MergedFile,
    merged_file,
    same_firms_in,
    spool,
)
from yaohao.planner.storage.recusals import with_reasons
from yaohao.planner.storage.registers import ABOUT_VISITS, REGISTERS, ROSTER_KEYS, roster_digest
from yaohao.planner.storage.snapshot_files import add_snapshot, add_written, current_table
from yaohao.planner.storage.vouched import put_vouched, read_vouched
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from yaohao.planner.register.import_result import ImportResult
    from yaohao.planner.register.importer import ReadRegister


# Many parameters: what is read, how, and who is told of it.
def import_files(
    workspace: WorkspaceFolder,
    register: str,
    files: Sequence[Path],
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
    vouch: Sequence[Path] = (),
    *,
    show_aside: Callable[[list[ReadAside]], object] | None = None,
) -> ImportReport:
    """Import files into a register: rows with a known id change what they speak of.

    `vouch` are files of codes that exist though they break the rule of their check character;
    `show_aside` is given the first rows that are set aside.
    Raises PlannerError for files that are no such table, and for a replacement that would leave
    less than half of the register without being asked for twice.
    """
    if register not in REGISTERS:
        raise refuse("workspace.unknown-register", found=register, known=list(REGISTERS))
    fresh = {code: shown for file in vouch for code, shown in read_vouched(workspace, file).items()}
    options = replace(options, vouched=options.vouched | fresh.keys())
    options = as_known(workspace, register, options)
    if register != "entities":
        return _imported(workspace, register, files, options, progress, fresh, show_aside)
    with spool(workspace, files, dry_run=options.dry_run) as place:
        if place is not None:
            options = replace(options, spool=place.runs, merge_in=place.merged)
        return _imported(workspace, register, files, options, progress, fresh, show_aside)


# Many parameters: those of `import_files`.
def _imported(
    workspace: WorkspaceFolder,
    register: str,
    files: Sequence[Path],
    options: ImportOptions,
    progress: Progress | None,
    fresh: Mapping[str, str],
    show_aside: Callable[[list[ReadAside]], object] | None,
) -> ImportReport:
    intake = _read(workspace, register, files, options, progress)
    if show_aside is not None:
        show_aside(first_aside(intake))
    if register == "inspectors":
        _name_recused(workspace, intake, options)
        _note_certificates(workspace, intake)
    gone: dict[str, str] = {}
    if register == "entities":
        gone = entity_numbers.gone_over(workspace, intake.accepted)
        if gone:
            intake.warnings["number-to-code"] = len(gone)
            # They may be very many: they are not copied, nor is anything put into them here.
            held = cast("dict[str, str]", options.numbers)
            options = replace(options, numbers=ChainMap(gone, held))
    known = _known(workspace, register, intake, options)
    if options.dry_run:
        aside = aside_after(workspace.store, register, intake, options, known)
        merged = _merged(workspace, register, intake, options)
        _note_same_firms(intake, merged)
        trial = _report(register, intake, options, aside, merged.effects)
        return {**trial, "size": _size(workspace, register)}
    with workspace.act(f"import {register}") as store:
        put_vouched(workspace, fresh)
        aside = aside_after(store, register, intake, options, known)
        merged = _merged(workspace, register, intake, options)
        _note_same_firms(intake, merged)
        number = note_import(store, register, intake, aside, read_with(options))
        report = _report(register, intake, options, aside, merged.effects)
        before = store.snapshot_number()
        if isinstance(merged, MergedRows):
            content, changed = _put_rows(workspace, register, merged, number)
        elif isinstance(merged, MergedFile):
            content, changed = add_written(workspace, merged.path, merged.content, merged.entities)
        else:
            content, changed = add_snapshot(workspace, merged.table)
        if changed or aside.changed:
            line = store.append(
                {
                    "act": "import",
                    "register": register,
                    "files": [digest for _, digest in intake.files],
                    "rows": report["rows"],
                    "accepted": report["accepted"],
                    "set_aside": report["set_aside"],
                    "content": content,
                }
            )
            store.end_import(number, line.entry, before, store.snapshot_number())
        followed = entity_numbers.follow(workspace, gone)
        if followed:
            report["warnings"]["number-followed"] = followed
    report["changed"], report["size"] = changed or aside.changed, _size(workspace, register)
    return report


def _report(
    register: str,
    intake: ImportResult[Any],
    options: ImportOptions,
    aside: Aside,
    effects: ImportEffects,
) -> ImportReport:
    return {
        **import_counts(register, intake, dry_run=options.dry_run),
        "aside_gone": aside.told(),
        "dismissed": aside.dismissed,
        "idle_supersedes": aside.idle,
        "files_aside": aside.files,
        "effects": effects,
        "changed": False,
        "size": 0,
    }


def _known(
    workspace: WorkspaceFolder, register: str, intake: ImportResult[Any], options: ImportOptions
) -> Known:
    """How rows set aside are found of which a row of the same id is accepted now."""
    from yaohao.planner.register import aside_ids
    from yaohao.planner.register.code_systems import code_system
    from yaohao.planner.register.entity_ids import EntityIds

    if register == "entities":
        ids = EntityIds(code_system(workspace.settings.register), options)
        return aside_ids.of_entities(intake.accepted, ids, options.values)
    key = ROSTER_KEYS[register]
    return aside_ids.of_keys(key, [row[key] for row in intake.accepted], options.values)


def _merged(
    workspace: WorkspaceFolder, register: str, intake: ImportResult[Any], options: ImportOptions
) -> Merged | MergedFile | MergedRows:
    """What the register comes to; PlannerError where too much of it would be gone, unasked."""
    if register == "entities":
        how = Merging(options.replace, options.empty, _visited(workspace, options))
        size = _size(workspace, register)
        merged: Merged | MergedFile | MergedRows
        if options.merge_in and (size > MANY_ROWS or isinstance(intake.accepted, SortedRuns)):
            merged = merged_file(workspace, intake, how, options.merge_in)
        else:
            before = current_table(workspace)
            merged = merge(before, intake.accepted, intake.silence, how)
    else:
        rows = workspace.store.roster(register)
        size = len(rows)
        merged = merge_rows(
            ROSTER_KEYS[register],
            rows,
            intake.accepted,
            intake.silence,
            replace=options.replace,
            empty=options.empty,
        )
    left = size + merged.effects["new"] - merged.effects["gone"]
    if options.replace and not options.replace_most and left * 2 < size:
        name = "replaces-most" if left else "replaces-all"
        raise refuse(f"effects.{name}", register=register, before=f"{size:,}", left=f"{left:,}")
    return merged


def _visited(workspace: WorkspaceFolder, options: ImportOptions) -> dict[str, str]:
    """Entity → the last day of a visit that results or imported inspections tell of, by whichever
    of its numbers they have it.
    """
    store, numbers = workspace.store, options.numbers
    last_days = {entity: one.day for entity, one in store.last_visits(numbers).items()}
    for visited, day in store.last_result_days().items():
        entity = numbers.get(visited, visited)
        last_days[entity] = max(day, last_days.get(entity, ""))
    return last_days


def _note_same_firms(intake: ImportResult[Any], merged: Merged | MergedFile | MergedRows) -> None:
    """Count the entities that are perhaps one firm under two ids, where the register changes."""
    from yaohao.planner.register.same_firm import same_firms

    if isinstance(merged, MergedRows) or not (merged.effects["new"] or merged.effects["changed"]):
        return
    if isinstance(merged, MergedFile):
        alike = same_firms_in(merged, intake)
    else:
        alike = same_firms(merged.table, intake.accepted)
    if alike:
        intake.warnings["same-firm"] = alike


def _name_recused(workspace: WorkspaceFolder, intake: Any, options: ImportOptions) -> None:
    """Count the recusals from entities that nothing has; ids whose case differs are put right."""
    from yaohao.planner.storage.entity_lookup import not_known

    missing = not_known(
        workspace,
        {one for row in intake.accepted for one in row["recused"]} - options.numbers.keys(),
    )
    if not missing:
        return
    for row in intake.accepted:
        row["recused"] = sorted({missing.get(one) or one for one in row["recused"]})
    number = sum(not meant for meant in missing.values())
    if number:
        intake.warnings["recused-unknown"] = number


def _note_certificates(workspace: WorkspaceFolder, intake: ImportResult[Any]) -> None:
    """Count as without the day of a certificate only who is new: others keep what they have."""
    held = {row["inspector_id"] for row in workspace.store.roster("inspectors")}
    fresh = sum(
        "certificate_until" in silent and row["inspector_id"] not in held
        for row, silent in zip(intake.accepted, intake.silence.rows, strict=True)
    )
    intake.warnings.pop("certificate-not-given", None)
    if fresh:
        intake.warnings["certificate-not-given"] = fresh


def _read(
    workspace: WorkspaceFolder,
    register: str,
    files: Sequence[Path],
    options: ImportOptions,
    progress: Progress | None,
) -> ImportResult[Any]:
    from yaohao.planner.register import entities, small_registers

    readers: dict[str, ReadRegister[Any]] = {
        "entities": entities.read_many_entities,
        "inspectors": small_registers.read_inspectors,
        "items": small_registers.read_items,
        "leads": small_registers.read_leads,
        "lists": small_registers.read_lists,
    }
    return readers[register](files, workspace.settings.register, options, progress)


def _size(workspace: WorkspaceFolder, register: str) -> int:
    if register == "entities":
        snapshot = workspace.store.snapshot()
        return snapshot.entities if snapshot else 0
    return workspace.store.roster_size(register)


def _put_rows(
    workspace: WorkspaceFolder, register: str, merged: MergedRows, number: int
) -> tuple[str, bool]:
    store = workspace.store
    key = ROSTER_KEYS[register]
    held = store.roster(register)
    before = {str(row[key]): row for row in held}
    put = with_reasons(held, merged.put) if register == "inspectors" else merged.put
    changed = [Change(str(row[key]), before.get(str(row[key])), row) for row in put]
    changed += [Change(one, before[one], None) for one in merged.gone]
    if changed:
        store.change_roster(register, merged.gone, put)
        store.note_changes(number, changed)
    return roster_digest(register, store.roster(register)), bool(changed)


def set_aside(workspace: WorkspaceFolder, register: str = "") -> list[SetAsideRow]:
    """Rows set aside, not yet repaired, of one register or all, in the order they came."""
    names = [register] if register else [*REGISTERS, *ABOUT_VISITS]
    rows = [row for name in names for row in workspace.store.set_aside(name)]
    return sorted(rows, key=lambda row: row["number"])


def export_set_aside(workspace: WorkspaceFolder, register: str, path: Path) -> int:
    """Write the rows set aside of a register as .csv or .xlsx, to be repaired and imported; how
    many.
    """
    from yaohao.planner.register.mend_file import write_set_aside
    from yaohao.planner.storage.public_folders import keep_private

    keep_private(path, workspace.folder)

    def opened(path: Path) -> AbstractContextManager[BinaryIO]:
        return outside_writes.open_file(workspace.folder, path, private=True)

    rows = [
        {**row, "no": row["number"], "column": row["field"]}
        for row in set_aside(workspace, register)
    ]
    return write_set_aside(rows, path, opened)


def register_summary(workspace: WorkspaceFolder) -> RegisterReport:
    """What is in the registers: sizes, entities by tier, kind, status, region and key field."""
    counts = {register: _size(workspace, register) for register in REGISTERS}
    by: dict[str, dict[str, int]] = {}
    if counts["entities"]:
        from yaohao.planner.engine.browse import code_counts

        path, _, _ = workspace.snapshot_path()
        by = code_counts(path, ("tier", "kind", "status", "region"), sets=("fields",))
    return {
        "registers": counts,
        "entities": by,
        "set_aside": workspace.store.set_aside_reasons(),
    }
