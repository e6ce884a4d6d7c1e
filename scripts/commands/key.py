"""`yaohao key`: the bureau's key, with which it signs what it publishes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.vocabulary.files import write_whole
from planner.vocabulary.problems import refuse
from planner.vocabulary.small_files import read_small
from scripts.face import Group, act, argument, option
from scripts.output import fact, facts, finish, note
from scripts.passphrases import read_passphrase


@act("new", words="key-new")
@argument("file", meta="file")
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
def new(file: str, passphrase_file: str) -> None:
    """Make a key: FILE, encrypted, and FILE.pub to be made known."""
    from planner.publication.signing import new_key, public_key

    private, public = Path(file), Path(f"{file}.pub")
    for path in (private, public):
        if path.exists():
            raise refuse("key.exists", file=str(path))
    sealed, pem = new_key(read_passphrase(passphrase_file, twice=True))
    write_whole(private, sealed, mode=0o600)
    write_whole(public, pem)
    told = {"file": file, "public": str(public), "key": public_key(pem)}
    finish(told, _show)
    note("after-key", file=str(public))


@act("show", words="key-show")
@argument("file", meta="file")
def show(file: str) -> None:
    """Show a public key as verifiers and pages show it."""
    from planner.publication.signing import public_key

    key = public_key(read_small(Path(file)))
    if key is None:
        raise refuse("key.not-public", file=file)
    finish({"public": file, "key": key}, _show)


def _show(told: Mapping[str, Any]) -> None:
    facts(
        [
            fact("file", told["file"]) if "file" in told else None,
            fact("public", told["public"]),
            fact("signing-key", told["key"]),
        ]
    )


command = Group("key", "key", members={"new": ("key-new", new), "show": ("key-show", show)})
