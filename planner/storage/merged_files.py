"""A register that an import makes where it does not fit into memory: merged into a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yaohao.planner.register.merging import Merging
from yaohao.planner.schema.import_report import ImportEffects
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.files import own_file
from yaohao.planner.vocabulary.room import asked_folder, temporary_folder
from yaohao.planner.vocabulary.whole_folders import (
    open_folder,
    process_folder,
    remove_unheld,
    sweep_beside,
    unfinished_name,
)

if TYPE_CHECKING:
    from yaohao.planner.register.import_result import ImportResult

MANY_BYTES = 64 << 20
"""Bytes of files from which their rows may go to a folder; below it they fit anywhere."""
MANY_ROWS = 3_000_000
"""Entities of a register from which it is merged outside memory, whatever arrives."""
_BYTES_A_ROW = 80
"""Of a register's file, about: what is told to be needed where there is no room."""


class Spool(NamedTuple):
    """Where rows of an import are sorted, and where the register that comes of them is written."""

    runs: Path
    merged: Path


class MergedFile(NamedTuple):
    """A register in a file that has no name yet, its digest, how many entities, what changed."""

    path: Path
    content: str
    entities: int
    effects: ImportEffects


@contextmanager
def spool(
    workspace: WorkspaceFolder, files: Sequence[Path], *, dry_run: bool
) -> Iterator[Spool | None]:
    """Folders for the rows of an import that are not held in memory; None where they fit.

    The register is written in the workspace, for it gets its name without being copied; rows are
    sorted there too, or in the temporary folder that is asked for (`vocabulary/room.py`). What is
    only tried leaves the workspace alone. Folders are held as long as they are used: those of a
    killed import go with the next act. PlannerError where the temporary folder is not there.
    """
    if not is_large(workspace, files):
        yield None
        return
    merged = process_folder() if dry_run else workspace.folder
    runs = merged if asked_folder() is None else temporary_folder()
    with ExitStack() as stack:
        place = stack.enter_context(_held_in(merged))
        yield Spool(place if runs == merged else stack.enter_context(_held_in(runs)), place)


@contextmanager
def _held_in(parent: Path) -> Iterator[Path]:
    """A new folder within another, its owner's alone, which goes with the block."""
    place = parent / unfinished_name()
    with disk_problems(parent):
        sweep_beside(parent)
        try:
            with open_folder(place, private=True) as folder:
                yield folder
        finally:
            remove_unheld(place)


def is_large(workspace: WorkspaceFolder, files: Sequence[Path]) -> bool:
    """Whether files, or the register, are so large that memory may not hold them."""
    snapshot = workspace.store.snapshot()
    if snapshot is not None and snapshot.entities > MANY_ROWS:
        return True
    try:
        return sum(Path(file).stat().st_size for file in files) > MANY_BYTES
    except OSError:  # the reader proper says which file it is
        return False


def merged_file(
    workspace: WorkspaceFolder, intake: ImportResult[Any], how: Merging, folder: Path
) -> MergedFile:
    """The register after an import, written to a file in a folder, range by range."""
    from yaohao.planner.register.range_merging import merge_ranges
    from yaohao.planner.register.snapshot import ContentDigest, TableWriter
    from yaohao.planner.register.sorted_runs import SortedRuns
    from yaohao.planner.schema.entity import schema

    snapshot = workspace.store.snapshot()
    current = workspace.snapshot_path()[0] if snapshot is not None else None
    arriving = intake.accepted
    if not isinstance(arriving, SortedRuns):
        arriving = SortedRuns.of_table(arriving, intake.silence)
    path, digest = folder / "merged.parquet", ContentDigest()
    needed = (len(arriving) + (snapshot.entities if snapshot else 0)) * _BYTES_A_ROW
    with disk_problems(path, needed):
        own_file(path)
        with TableWriter(path, schema()) as writer:

            def put(table: Any) -> None:
                digest.add(table)
                writer.add(table)

            effects = merge_ranges(current, arriving, how, put)
    return MergedFile(path, digest.result(), writer.rows, effects)


def same_firms_in(merged: MergedFile, intake: ImportResult[Any]) -> int:
    """How many entities of a register, those that were read among them, share name and address with
    another (`register.same_firm`).
    """
    from yaohao.planner.engine.alike import alike_groups
    from yaohao.planner.register.sorted_runs import SortedRuns

    groups = alike_groups(merged.path, ("name", "address"))
    ids: Collection[str] = {one for group in groups for one in group}
    if isinstance(intake.accepted, SortedRuns):
        fresh = intake.accepted.among(ids)
    else:
        fresh = set(intake.accepted.column("entity_id").to_pylist()) if ids else set()
    return sum(len(group) - 1 for group in groups if not fresh.isdisjoint(group))
