"""`yaohao key`: the key with which the bureau signs publications."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.scripts.command_base import (
    Group,
    argument,
    cli_command,
    option,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
)
from yaohao.scripts.passphrases import NEW_VARIABLE, read_passphrase


@cli_command("new", words="key-new")
@argument("file", meta="file")
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
def new(file: str, passphrase_file: str) -> None:
    """Create a key: FILE, encrypted, and FILE.pub to be published."""
    from yaohao.planner.doors.keys import check_new_key, make_key

    public = check_new_key(Path(file))
    key = make_key(Path(file), read_passphrase(passphrase_file, twice=True))
    finish({"file": file, "public": str(public), "key": key}, _show)
    note("after-key", file=str(public))


@cli_command("change", words="key-change")
@argument("file", meta="file")
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
@option("--new-passphrase-file", words="new-passphrase-file", meta="file", default="")
def change(file: str, passphrase_file: str, new_passphrase_file: str) -> None:
    """Encrypt a private key with another passphrase; the key itself does not change."""
    from yaohao.planner.doors.keys import change_passphrase, check_passphrase

    path = Path(file)
    passphrase = read_passphrase(passphrase_file)
    check_passphrase(path, passphrase)
    note("new-passphrase")
    new = read_passphrase(new_passphrase_file, twice=True, variable=NEW_VARIABLE)
    finish({"file": file, "rounds": change_passphrase(path, passphrase, new)}, _show_changed)


def _show_changed(report: Mapping[str, Any]) -> None:
    facts([fact("file", report["file"]), fact("rounds", f"{report['rounds']:,}")])


@cli_command("show", words="key-show")
@argument("file", meta="file")
def show(file: str) -> None:
    """Show a public key as verifiers and pages show it."""
    from yaohao.planner.doors.checks import read_public_key

    key = read_public_key(file)
    finish({"public": file, "key": key}, _show)


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("file", report["file"]) if "file" in report else None,
            fact("public", report["public"]),
            fact("signing-key", report["key"]),
        ]
    )


command = Group(
    "key",
    "key",
    members={
        "new": ("key-new", new),
        "change": ("key-change", change),
        "show": ("key-show", show),
    },
)
