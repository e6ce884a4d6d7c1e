"""A backup of a whole workspace in one file, and a workspace made of one.

A backup holds all that a workspace does, the secrets of its frames too, and is as secret as it is:
its owner alone can read it, and with a passphrase nobody can who does not know that. Signing keys
are files of their own, encrypted by their own passphrase; they are in a backup where they lie in
the workspace.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import IO

from yaohao.planner import __version__
from yaohao.planner.schema.reports.workspace import (
    BackupCheck,
    BackupMade,
    BackupReport,
    RestoreReport,
)
from yaohao.planner.storage import backup_archive, leftovers, outside_writes
from yaohao.planner.storage.backup_cipher import decrypted, encrypting, is_encrypted
from yaohao.planner.storage.database import FILE as DATABASE
from yaohao.planner.storage.folder import Progress, WorkspaceFolder, read_settings
from yaohao.planner.storage.layout import FRAMES, SETTINGS, SNAPSHOTS
from yaohao.planner.storage.lock import hold
from yaohao.planner.storage.public_folders import keep_private
from yaohao.planner.vocabulary import whole_folders
from yaohao.planner.vocabulary.clock import now
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.faults import disk_problems, system_problem
from yaohao.planner.vocabulary.files import sync
from yaohao.planner.vocabulary.problems import PlannerError, refuse

_LARGE = (f"{SNAPSHOTS.parent.as_posix()}/", f"{FRAMES.as_posix()}/")
"""Folders whose files never change: they are copied when others may work again."""


def back_up(
    workspace: WorkspaceFolder,
    to: Path,
    passphrase: str = "",
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> BackupReport:
    """Write the whole workspace into one file that its owner alone reads, whole or not at all.

    Others wait while the database and what may change is copied; registers and frames never
    change, and are copied after. With a `passphrase` the file is encrypted. Raises PlannerError
    where the file is there and may not be replaced, lies in the workspace or in a publication, and
    where the workspace is damaged: a backup of it would be none.
    """
    home, place = whole_folders.real(workspace.folder), whole_folders.real(to)
    if place.is_dir():
        raise refuse("disk.folder", file=str(to))
    if not place.parent.is_dir():
        raise refuse("disk.missing", file=str(place.parent))
    if to.exists() and not overwrite:
        raise refuse("output.exists", file=str(to))
    if home == place or home in place.parents:
        raise refuse("backup.inside", file=str(to), folder=str(workspace.folder))
    keep_private(to)
    try:
        with ExitStack() as stack:
            file = stack.enter_context(outside_writes.open_file(workspace.folder, to, private=True))
            sink: IO[bytes] = file
            if passphrase:
                sink = stack.enter_context(encrypting(file, passphrase))
            summary = _write(workspace, sink, progress)
        digest = file_digest(place)
    except OSError as error:
        raise PlannerError(system_problem(error, to)) from error
    return {
        "file": str(to), **summary, "encrypted": bool(passphrase), "size": place.stat().st_size,
        "sha256": digest,
    }  # fmt: skip


def _write(workspace: WorkspaceFolder, sink: IO[bytes], progress: Progress | None) -> BackupMade:
    """Write the archive; what `back_up` tells of its content."""
    writer = backup_archive.Writer(sink)
    try:
        return _fill(workspace, writer, progress)
    except BaseException:
        writer.give_up()
        raise


def _fill(
    workspace: WorkspaceFolder, writer: backup_archive.Writer, progress: Progress | None
) -> BackupMade:
    folder = workspace.folder
    # Where this account cannot write no act of ours can be under way; locks cannot be had either.
    can_write = os.access(folder, os.W_OK)
    with _own_folder() as aside:
        with hold(folder, "backup") if can_write else nullcontext():
            made_at = now()
            database = backup_archive.copy_database(workspace.store, aside)
            walked = backup_archive.walk(folder)
            later = [name for name in walked.files if name.startswith(_LARGE)]
            sooner = [name for name in walked.files if not name.startswith(_LARGE)]
            total = len(walked.files)
            for number, name in enumerate(sooner, 1):
                path = database if name == database.name else folder / name
                _add(writer, name, path)
                if progress:
                    progress(number, total)
        for number, name in enumerate(later, len(sooner) + 1):
            _add(writer, name, folder / name)
            if progress:
                progress(number, total)
        head, lines = backup_archive.check_database(aside, writer.files, folder)
    writer.close(
        {
            "made_at": made_at, "program": __version__, "head": head, "lines": lines,
            "folders": walked.folders,
        }
    )  # fmt: skip
    return {
        "made_at": made_at,
        "files": len(writer.files),
        "bytes": sum(one["size"] for one in writer.files.values()),
        "lines": lines,
        "head": head,
        "left_out": walked.left_out,
    }


def _add(writer: backup_archive.Writer, name: str, path: Path) -> None:
    with disk_problems(path):
        writer.add(name, path)


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder of this process's own for copies that hold secrets, removed at the end."""
    folder = whole_folders.process_folder() / whole_folders.unfinished_name()
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_backup(file: Path, passphrase: str = "") -> BackupCheck:
    """Check a backup as a restore does, but for what needs the disk; nothing is left of it.

    Raises PlannerError as `restore` does.
    """
    with ExitStack() as stack:
        aside = stack.enter_context(_own_folder())
        reader = _open(stack, file, passphrase, aside)
        reader.check()
        database = aside / "database"
        database.mkdir(mode=0o700)
        with (database / DATABASE).open("wb") as copy:
            for piece in reader.pieces(DATABASE):
                copy.write(piece)
        _check_content(reader, database)
        return _summary(reader, file)


def restore(file: Path, to: Path, passphrase: str = "") -> RestoreReport:
    """Make a workspace of a backup in a new or empty folder, whole or not at all.

    Every file is held against the digest that was taken when it was backed up, and the database
    against its own seals, before the folder has its name. Raises PlannerError where the folder
    holds anything, the file is no backup or is damaged, or the passphrase does not open it.
    """
    target = whole_folders.real(to)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise refuse("backup.not-empty", folder=str(to))
    keep_private(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        whole_folders.sweep_beside(target.parent)
        with ExitStack() as stack:
            name = whole_folders.unfinished_name()
            fresh = stack.enter_context(
                whole_folders.open_folder(target.with_name(name), private=True)
            )
            stack.callback(shutil.rmtree, fresh, ignore_errors=True)
            aside = stack.enter_context(_own_folder())
            reader = _open(stack, file, passphrase, aside)
            reader.unpack(fresh)
            _check_content(reader, fresh)
            read_settings(fresh / SETTINGS)
            leftovers.tighten(fresh)
            fresh.chmod(0o755)
            whole_folders.flush_folder(fresh)
            if target.is_dir():
                target.rmdir()
            fresh.rename(target)
            sync(target.parent)
            summary = _summary(reader, file)
    except OSError as error:
        raise PlannerError(system_problem(error, to)) from error
    return {"folder": str(to), **summary}


def _open(stack: ExitStack, file: Path, passphrase: str, aside: Path) -> backup_archive.Reader:
    """A backup to be read, decrypted into a file of `aside` where it is encrypted."""
    with disk_problems(file):
        source: IO[bytes] = stack.enter_context(file.open("rb"))
    if is_encrypted(source):
        if not passphrase:
            raise refuse("backup.encrypted", file=str(file))
        source = stack.enter_context(decrypted(source, passphrase, aside, str(file)))
    return backup_archive.open_archive(source, str(file))


def _check_content(reader: backup_archive.Reader, folder: Path) -> None:
    """PlannerError where the database in a folder, or what it names, is not what was backed up."""
    head, lines = backup_archive.check_database(folder, reader.files, Path(reader.shown))
    if (head, lines) != (reader.manifest["head"], reader.manifest["lines"]):
        raise refuse("backup.damaged", file=reader.shown, part=DATABASE)


def _summary(reader: backup_archive.Reader, file: Path) -> BackupCheck:
    return {
        "file": str(file),
        "made_at": str(reader.manifest.get("made_at", "")),
        "files": len(reader.files),
        "bytes": reader.size,
        "lines": reader.manifest["lines"],
        "head": reader.manifest["head"],
    }
