"""Importing registers: what files hold is checked, merged, and noted in the ledger.

Every row read is accepted or set aside; a file that was imported before changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from yaohao.planner.register.import_counts import import_counts
from yaohao.planner.schema.import_report import ImportReport, SetAsideRow
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.storage import leftovers, outside_writes
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.layout import SNAPSHOTS
from yaohao.planner.storage.registers import REGISTERS, ROSTER_KEYS, Snapshot
from yaohao.planner.vocabulary.digest import (
    document_digest,
    file_digest,
)
from yaohao.planner.vocabulary.faults import told
from yaohao.planner.vocabulary.files import fresh_name, own_file, sync
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from yaohao.planner.register.importer import ImportResult, ReadRegister


def import_files(
    workspace: WorkspaceFolder,
    register: str,
    files: Sequence[Path],
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files into a register: rows with a known id take the place of what was there.

    Raises PlannerError for files that are no such table.
    """
    if register not in REGISTERS:
        raise refuse("workspace.unknown-register", found=register, known=list(REGISTERS))
    intake = _read(workspace, register, files, options, progress)
    if register == "inspectors":
        _name_recused(workspace, intake)
    told = import_counts(register, intake, dry_run=options.dry_run)
    if options.dry_run:
        return {**told, "changed": False, "size": _size(workspace, register)}
    with workspace.act(f"import {register}"):
        if register == "entities":
            content, changed = _put_entities(workspace, intake.accepted, options.replace)
        else:
            content, changed = _put_rows(workspace, register, intake.accepted, options.replace)
        aside = workspace.store.note_import(register, intake, replace=options.replace)
        if changed or aside:
            workspace.store.append(
                {
                    "act": "import",
                    "register": register,
                    "files": [digest for _, digest in intake.files],
                    "rows": told["rows"],
                    "accepted": told["accepted"],
                    "set_aside": told["set_aside"],
                    "content": content,
                }
            )
    return {**told, "changed": changed or aside, "size": _size(workspace, register)}


def _name_recused(workspace: WorkspaceFolder, intake: Any) -> None:
    """Count the recusals from entities that nothing has; ids whose case differs are put right."""
    from yaohao.planner.storage.entity_lookup import not_known

    missing = not_known(workspace, {one for row in intake.accepted for one in row["recused"]})
    if not missing:
        return
    for row in intake.accepted:
        row["recused"] = sorted({missing.get(one) or one for one in row["recused"]})
    number = sum(not meant for meant in missing.values())
    if number:
        intake.warnings["recused-unknown"] = number


def _read(
    workspace: WorkspaceFolder,
    register: str,
    files: Sequence[Path],
    options: ImportOptions,
    progress: Progress | None,
) -> ImportResult[Any]:
    from yaohao.planner.register import entities, small_registers

    readers: dict[str, ReadRegister[Any]] = {
        "entities": entities.read_entities,
        "inspectors": small_registers.read_inspectors,
        "items": small_registers.read_items,
        "leads": small_registers.read_leads,
        "lists": small_registers.read_lists,
    }

    def earlier(numbers: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
        return workspace.store.set_aside_rows(register, numbers)

    options = replace(options, earlier=earlier)
    return readers[register](files, workspace.settings.register, options, progress)


def _size(workspace: WorkspaceFolder, register: str) -> int:
    if register == "entities":
        found = workspace.store.snapshot()
        return found[2] if found else 0
    return workspace.store.roster_size(register)


def _put_entities(workspace: WorkspaceFolder, accepted: Any, replace: bool) -> tuple[str, bool]:
    """Merge entities into a new snapshot; its content digest, and whether anything changed."""
    import pyarrow.parquet as pq
    from yaohao.planner.register.snapshot import content_digest, merge_entities

    current = workspace.store.snapshot()
    folder = workspace.folder / SNAPSHOTS
    before = None
    if current and not replace:
        before = pq.read_table(workspace.snapshot_path()[0])
    merged = merge_entities(before, accepted, replace)
    content = content_digest(merged)
    if (current and current[1] == content) or (not current and not merged.num_rows):
        return content, False
    number = workspace.store.next_snapshot()
    name = _put_snapshot(workspace, folder, f"{number:06d}-{content[:16]}", merged)
    workspace.store.add_snapshot(number, Snapshot(name, content, merged.num_rows))
    return content, True


def _put_snapshot(workspace: WorkspaceFolder, folder: Path, stem: str, table: Any) -> str:
    """Write a snapshot that only its owner can read, beside what lies there; its file's name."""
    from yaohao.planner.register.snapshot import write_table

    path, number = folder / f"{stem}.parquet", 1
    while path.exists():  # of a database that this one does not know
        number += 1
        path = folder / f"{stem}-{number}.parquet"
    fresh = folder / fresh_name()
    with told(path):
        own_file(fresh)
        try:
            write_table(table, fresh)
            sync(fresh)
            workspace.kept.note(path, file_digest(fresh))
            leftovers.intend(workspace.folder, workspace.store, path)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        sync(folder)
    return path.name


def _put_rows(
    workspace: WorkspaceFolder, register: str, rows: Sequence[Mapping[str, Any]], replace: bool
) -> tuple[str, bool]:
    before = workspace.store.roster(register)
    workspace.store.put_roster(register, rows, replace=replace)
    after = workspace.store.roster(register)
    return roster_digest(register, after), before != after


def roster_digest(register: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The digest of a register of rows, as the ledger names it."""
    key = ROSTER_KEYS[register]
    return document_digest(sorted((dict(row) for row in rows), key=lambda row: str(row[key])))


def set_aside(workspace: WorkspaceFolder, register: str = "") -> list[SetAsideRow]:
    """Rows set aside, not yet repaired, of one register or all, in the order they came."""
    names = [register] if register else [*REGISTERS, "results"]
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


def register_summary(workspace: WorkspaceFolder) -> dict[str, Any]:
    """What is in the registers: sizes, entities by tier, kind, status, region and key field."""
    counts: dict[str, Any] = {register: _size(workspace, register) for register in REGISTERS}
    by: dict[str, dict[str, int]] = {}
    if counts["entities"]:
        from yaohao.planner.engine import duckdb as engine

        path, _, _ = workspace.snapshot_path()
        connection = engine.connect()
        for column in ("tier", "kind", "status", "region"):
            rows = connection.sql(
                f"SELECT {column}, count(*) FROM {engine.parquet(path)} GROUP BY 1 ORDER BY 1"
            ).fetchall()
            by[column] = dict(rows)
        rows = connection.sql(
            f"""SELECT field, count(*) FROM (
                    SELECT unnest(string_split(fields, ',')) AS field
                    FROM {engine.parquet(path)} WHERE fields <> '') GROUP BY 1 ORDER BY 1"""
        ).fetchall()
        by["fields"] = dict(rows)
    return {
        "registers": counts,
        "entities": by,
        "set_aside": [dict(row) for row in workspace.store.set_aside_reasons()],
    }


def recuse(workspace: WorkspaceFolder, inspector: str, entity_id: str) -> dict[str, Any]:
    """Note that an inspector recuses from an entity (回避), before staffing closes.

    Raises PlannerError, with the nearest ones, for an entity that neither the register nor a frozen
    frame has, and for an inspector who is not on the roster.
    """
    from yaohao.planner.storage.entity_lookup import in_register_or_frames

    entity = in_register_or_frames(workspace, entity_id)
    return _change_inspector(
        workspace, inspector, "recusal", lambda row: _with(row, "recused", entity)
    )


def note_absence(
    workspace: WorkspaceFolder, inspector: str, first: str, last: str
) -> dict[str, Any]:
    """Note that an inspector is absent from `first` to `last` (ISO dates, both included)."""
    from datetime import date

    try:
        sound = date.fromisoformat(first) <= date.fromisoformat(last)
        first, last = date.fromisoformat(first).isoformat(), date.fromisoformat(last).isoformat()
    except ValueError:
        sound = False
    if not sound:
        raise refuse("workspace.bad-absence", first=first, last=last)
    return _change_inspector(
        workspace, inspector, "absence", lambda row: _with(row, "absent", [first, last])
    )


def _with(row: dict[str, Any], column: str, value: Any) -> dict[str, Any]:
    held = row[column]
    return row if value in held else {**row, column: sorted([*held, value])}


def _change_inspector(
    workspace: WorkspaceFolder, inspector: str, what: str, change: Any
) -> dict[str, Any]:
    from yaohao.planner.storage.entity_lookup import inspector_of

    with workspace.act(what) as store:
        found = inspector_of(store.roster("inspectors"), inspector)
        row = change(found)
        if row != found:
            store.put_roster("inspectors", [row])
            content = roster_digest("inspectors", store.roster("inspectors"))
            store.append(
                {"act": "register", "register": "inspectors", "what": what, "content": content}
            )
        return {"inspector": row, "changed": row != found}
