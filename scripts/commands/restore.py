"""`yaohao restore`: a workspace made of a backup."""

from __future__ import annotations

from yaohao.planner.vocabulary.problems import refuse
from yaohao.scripts.command_base import argument, cli_command, option
from yaohao.scripts.commands.backup import show_backup
from yaohao.scripts.output import finish, note, text
from yaohao.scripts.passphrases import BACKUP_VARIABLE, read_passphrase


@cli_command("restore", words="upkeep.restore")
@argument("file", meta="file")
@option("--to", words="upkeep.restore-to", meta="dir", default="")
@option("--check", words="upkeep.restore-check", is_flag=True)
@option("--passphrase-file", words="upkeep.restore-passphrase", meta="file", default="")
def command(file: str, *, to: str, check: bool, passphrase_file: str) -> None:
    """Check the backup, and make the workspace."""
    from yaohao.planner.doors.backups import check_backup, is_encrypted, restore_backup

    if bool(to) == check:
        raise refuse("upkeep.to-or-check")
    passphrase = ""
    if is_encrypted(file):
        passphrase = read_passphrase(passphrase_file, variable=BACKUP_VARIABLE)
    if check:
        finish(check_backup(file, passphrase), show_backup)
        text("upkeep.backup-sound") if not _as_json() else None
        return
    finish(restore_backup(file, to, passphrase), show_backup)
    note("upkeep.after-restore", folder=to)


def _as_json() -> bool:
    from yaohao.scripts.command_base import session

    return session().json
