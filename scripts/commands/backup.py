"""`yaohao backup`: the whole workspace in one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
    progress,
    warn,
)
from yaohao.scripts.passphrases import BACKUP_VARIABLE, read_passphrase


@cli_command("backup", words="upkeep.backup")
@argument("file", meta="file")
@option("--encrypt", words="upkeep.backup-encrypt", is_flag=True)
@option("--passphrase-file", words="upkeep.backup-passphrase", meta="file", default="")
@option("--overwrite", "replace", words="output.overwrite", is_flag=True)
def command(file: str, *, encrypt: bool, passphrase_file: str, replace: bool) -> None:
    """Write the backup, and say how secret it is."""
    with open_workspace() as workspace:
        passphrase = ""
        if encrypt or passphrase_file:
            passphrase = read_passphrase(passphrase_file, twice=True, variable=BACKUP_VARIABLE)
        with progress("upkeep.backing-up") as moved:
            report = workspace.backup(
                file, passphrase=passphrase, overwrite=replace, progress=moved
            )
    finish(report, show_backup)
    if report["left_out"]:
        warn("upkeep.links", found=report["left_out"])
    note("upkeep.after-encrypted" if report["encrypted"] else "upkeep.after-backup", file=file)


def show_backup(report: Mapping[str, Any]) -> None:
    """Print what is in a backup, and its digest."""
    facts(
        [
            fact("folder", report["folder"]) if "folder" in report else None,
            fact("file", report["file"]),
            fact("upkeep.made-at", local_moment(report["made_at"])),
            fact("files", report["files"]),
            fact("upkeep.bytes", report["bytes"]),
            fact("lines", report["lines"]),
            fact("head", report["head"] or "-"),
            fact("upkeep.encrypted", say("common.yes" if report["encrypted"] else "common.no"))
            if "encrypted" in report
            else None,
            fact("upkeep.sha256", report["sha256"]) if "sha256" in report else None,
        ]
    )
