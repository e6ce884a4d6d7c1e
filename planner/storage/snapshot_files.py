"""Snapshots of entities as files beside the database: written in an act, and never changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.storage import leftovers
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.layout import SNAPSHOTS
from yaohao.planner.storage.registers import Snapshot
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.files import fresh_name, own_file, sync

if TYPE_CHECKING:
    import pyarrow as pa


def current_table(workspace: WorkspaceFolder) -> pa.Table | None:
    """The register of entities as a table, None where nothing was imported yet.

    Raises PlannerError where its file is gone or not as it was written.
    """
    import pyarrow.parquet as pq

    if workspace.store.snapshot() is None:
        return None
    return pq.read_table(workspace.snapshot_path()[0])


def table_of(workspace: WorkspaceFolder, snapshot: Snapshot) -> pa.Table:
    """An earlier register of entities; PlannerError where its file is not as it was written."""
    import pyarrow.parquet as pq

    path = workspace.folder / SNAPSHOTS / snapshot.file
    workspace.kept.snapshot(path, snapshot.content)
    return pq.read_table(path)


def add_snapshot(workspace: WorkspaceFolder, table: pa.Table) -> tuple[str, bool]:
    """Make a table the register of entities, in an act; its content digest, and whether it is new.

    A table that holds what the register holds already changes nothing.
    """
    from yaohao.planner.register.snapshot import content_digest

    store = workspace.store
    current = store.snapshot()
    content = content_digest(table)
    if (current and current.content == content) or (not current and not table.num_rows):
        return content, False
    number = store.next_snapshot()
    name = _write(workspace, f"{number:06d}-{content[:16]}", table)
    store.add_snapshot(number, Snapshot(name, content, table.num_rows))
    return content, True


def add_written(
    workspace: WorkspaceFolder, fresh: Path, content: str, entities: int
) -> tuple[str, bool]:
    """As `add_snapshot`, of a table in a file on the workspace's disk that only its owner can read,
    which gets its name now.
    """
    store = workspace.store
    current = store.snapshot()
    if (current and current.content == content) or (not current and not entities):
        return content, False
    number = store.next_snapshot()
    name = _put(workspace, f"{number:06d}-{content[:16]}", fresh)
    store.add_snapshot(number, Snapshot(name, content, entities))
    return content, True


def add_earlier(workspace: WorkspaceFolder, snapshot: Snapshot) -> str:
    """Make an earlier snapshot the register of entities again, in an act; its content digest.

    Raises PlannerError where its file is gone or not as it was written.
    """
    workspace.kept.snapshot(workspace.folder / SNAPSHOTS / snapshot.file, snapshot.content)
    workspace.store.add_snapshot(workspace.store.next_snapshot(), snapshot)
    return snapshot.content


def _write(workspace: WorkspaceFolder, stem: str, table: pa.Table) -> str:
    """Write a snapshot that only its owner can read, beside what lies there; its file's name."""
    from yaohao.planner.register.snapshot import write_table

    fresh: Path = workspace.folder / SNAPSHOTS / fresh_name()
    with disk_problems(fresh.with_name(f"{stem}.parquet")):
        own_file(fresh)
        try:
            write_table(table, fresh)
            return _put(workspace, stem, fresh)
        finally:
            fresh.unlink(missing_ok=True)


def _put(workspace: WorkspaceFolder, stem: str, fresh: Path) -> str:
    """Give an unnamed file a name, beside what lies there; that name."""
    folder = workspace.folder / SNAPSHOTS
    path, number = folder / f"{stem}.parquet", 1
    while path.exists():  # of a database that this one does not know
        number += 1
        path = folder / f"{stem}-{number}.parquet"
    with disk_problems(path):
        sync(fresh)
        workspace.kept.note(path, file_digest(fresh))
        leftovers.intend(workspace.folder, workspace.store, path)
        fresh.replace(path)
        sync(folder)
    return path.name
