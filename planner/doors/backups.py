"""Backups at the public door: a whole workspace in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.group import Group, PathLike

if TYPE_CHECKING:
    from yaohao.planner.schema.reports.workspace import BackupCheck, BackupReport, RestoreReport
    from yaohao.planner.storage.folder import Progress


class Backups(Group):
    """The workspace as a whole."""

    def backup(
        self,
        file: PathLike,
        *,
        passphrase: str = "",
        overwrite: bool = False,
        progress: Progress | None = None,
    ) -> BackupReport:
        """Write the whole workspace, its secrets too, into one file; encrypted by a passphrase.

        `file`, `made_at`, `files`, `bytes`, `lines` and `head` of the ledger, `left_out` (links),
        `encrypted`, `size` and `sha256` of the file. Others may go on working meanwhile.
        """
        from yaohao.planner.operations.backup import back_up

        return back_up(
            self._workspace, Path(file), passphrase, overwrite=overwrite, progress=progress
        )


def restore_backup(file: PathLike, to: PathLike, passphrase: str = "") -> RestoreReport:
    """Make a workspace of a backup in a new or empty folder, whole or not at all; what is in it.

    Raises PlannerError where the file is no sound backup, or the folder holds anything.
    """
    from yaohao.planner.operations.backup import restore

    return restore(Path(file), Path(to), passphrase)


def check_backup(file: PathLike, passphrase: str = "") -> BackupCheck:
    """What is in a backup, every digest checked; nothing is written. PlannerError as a restore."""
    from yaohao.planner.operations.backup import check_backup as check

    return check(Path(file), passphrase)


def is_encrypted(file: PathLike) -> bool:
    """Whether a backup needs a passphrase; PlannerError where it cannot be read."""
    from yaohao.planner.storage import backup_cipher
    from yaohao.planner.vocabulary.faults import disk_problems

    with disk_problems(file), Path(file).open("rb") as source:
        return backup_cipher.is_encrypted(source)
