"""Taking the last import back, as an act of its own: the ledger keeps both."""

from __future__ import annotations

from yaohao.planner.register.undoing import Counts, undo_entities, undo_rows
from yaohao.planner.schema.import_report import UndoReport
from yaohao.planner.schema.ledger_acts import RegisterAct
from yaohao.planner.storage.database import Database
from yaohao.planner.storage.entity_numbers import follow_back, gone_back
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.imports import ImportOf
from yaohao.planner.storage.registers import ROSTER_KEYS, roster_digest
from yaohao.planner.storage.snapshot_files import (
    add_earlier,
    add_snapshot,
    current_table,
    table_of,
)
from yaohao.planner.vocabulary.problems import refuse


def undo_import(
    workspace: WorkspaceFolder, register: str = "", *, dry_run: bool = False
) -> UndoReport:
    """Take the last import back, of one register or any; what was changed since stays.

    Frames of draws that were frozen since stay too. Raises PlannerError where there is none, where
    it was taken back already, and for results, which are only ever added.
    """
    if dry_run:
        last = _last(workspace.store, register)
        return _report(workspace, last, _plan(workspace, last)[0], dry_run=True)
    with workspace.act("undo") as store:
        last = _last(store, register)
        counts, act = _plan(workspace, last, do=True)
        report = _report(workspace, last, counts, dry_run=False)
        line = store.append(act)
        store.restore_aside(last.number, last.register)
        store.note_undone(last.number, line.entry)
        report["size"] = _size(workspace, last.register)
        return report


def _last(store: Database, register: str) -> ImportOf:
    last = store.last_import(register)
    if last is None:
        raise refuse(
            "effects.no-import" if register else "effects.no-import-any", register=register
        )
    if last.register == "results":
        raise refuse("effects.results-stay")
    if last.undone:
        raise refuse("effects.already-undone", register=last.register, at=last.at)
    return last


def _plan(
    workspace: WorkspaceFolder, last: ImportOf, *, do: bool = False
) -> tuple[Counts, RegisterAct]:
    """What is undone, done in an act where that is asked for, and the act that tells of it."""
    if last.register in ROSTER_KEYS:
        return _rows(workspace, last, do=do)
    return _entities(workspace, last, do=do)


def _entities(
    workspace: WorkspaceFolder, last: ImportOf, *, do: bool
) -> tuple[Counts, RegisterAct]:
    store = workspace.store
    before, after = store.snapshot_at(last.before), store.snapshot_at(last.after)
    current, counts = store.snapshot(), Counts()
    content = current.content if current else ""
    if last.before != last.after and after is not None:
        table = current_table(workspace)
        was = table_of(workspace, before) if before else None
        then = table_of(workspace, after)
        undone = undo_entities(was, then, table)
        counts = undone.counts
        if not do:
            pass
        elif before is not None and current is not None and current.content == after.content:
            content = add_earlier(workspace, before)
        else:
            content = add_snapshot(workspace, undone.table)[0]
        if do and was is not None:
            follow_back(workspace, gone_back(was, then, undone.table))
    return counts, _act("entities", content)


def _rows(workspace: WorkspaceFolder, last: ImportOf, *, do: bool) -> tuple[Counts, RegisterAct]:
    store, register = workspace.store, last.register
    key = ROSTER_KEYS[register]
    current = {str(row[key]): row for row in store.roster(register)}
    undone = undo_rows(store.changes_of(last.number), current)
    if do:
        store.change_roster(register, undone.gone, undone.put)
    return undone.counts, _act(register, roster_digest(register, store.roster(register)))


def _act(register: str, content: str) -> RegisterAct:
    return {"act": "register", "register": register, "what": "undo", "content": content}


def _report(
    workspace: WorkspaceFolder, last: ImportOf, counts: Counts, *, dry_run: bool
) -> UndoReport:
    store = workspace.store
    came, went = store.aside_of_import(last.number)
    removed = counts.removed
    if last.register == "inspections":
        removed = store.inspections_of_import(last.number)
    return {
        "register": last.register,
        "at": last.at,
        "files": last.files,
        "removed": removed,
        "restored": counts.restored,
        "reset": counts.reset,
        "stays": counts.stays,
        "aside_removed": came,
        "aside_restored": went,
        "draws": store.frozen_after(last.entry),
        "size": _size(workspace, last.register),
        "dry_run": dry_run,
    }


def _size(workspace: WorkspaceFolder, register: str) -> int:
    if register == "inspections":
        return workspace.store.inspections_size()
    if register == "entities":
        snapshot = workspace.store.snapshot()
        return snapshot.entities if snapshot else 0
    return workspace.store.roster_size(register)
