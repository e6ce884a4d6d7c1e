"""`yaohao key`: the bureau's key, with which it signs what it publishes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.storage.public_folders import keep_private
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_small
from yaohao.planner.vocabulary.whole_folders import sweep_beside, write_file
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
    """Make a key: FILE, encrypted, and FILE.pub to be made known."""
    from yaohao.planner.publication.signing import new_key, public_key

    private, public = Path(file), Path(f"{file}.pub")
    sweep_beside(private.parent)
    if private.exists():
        raise refuse("key.exists", file=str(private))
    if public.exists():
        raise refuse("key.public-alone", file=str(public), private=file)
    keep_private(private)
    sealed, pem = new_key(read_passphrase(passphrase_file, twice=True))
    put_key(private, sealed, public, pem)
    told = {"file": file, "public": str(public), "key": public_key(pem)}
    finish(told, _show)
    note("after-key", file=str(public))


def put_key(private: Path, sealed: bytes, public: Path, pem: bytes) -> None:
    """Write a key: the public half first, which alone opens nothing and can be made again."""
    try:
        write_file(public, pem)
        try:
            write_file(private, sealed, private=True)
        except BaseException:
            public.unlink(missing_ok=True)
            raise
    except OSError as error:
        found = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(private), found=found) from error


@cli_command("change", words="key-change")
@argument("file", meta="file")
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
@option("--new-passphrase-file", words="new-passphrase-file", meta="file", default="")
def change(file: str, passphrase_file: str, new_passphrase_file: str) -> None:
    """Encrypt a private key anew, under another passphrase; the key itself stays."""
    from yaohao.planner.publication.key_encryption import rounds_of
    from yaohao.planner.publication.signing import open_key, resealed_key

    pem = Path(file).read_bytes()
    passphrase = read_passphrase(passphrase_file)
    open_key(pem, passphrase, file)
    note("new-passphrase")
    new = read_passphrase(new_passphrase_file, twice=True, variable=NEW_VARIABLE)
    sealed = resealed_key(pem, passphrase, new, file)
    keep_private(Path(file))
    write_file(Path(file), sealed, private=True)
    finish({"file": file, "rounds": rounds_of(sealed)}, _show_changed)


def _show_changed(told: Mapping[str, Any]) -> None:
    facts([fact("file", told["file"]), fact("rounds", f"{told['rounds']:,}")])


@cli_command("show", words="key-show")
@argument("file", meta="file")
def show(file: str) -> None:
    """Show a public key as verifiers and pages show it."""
    from yaohao.planner.publication.signing import public_key

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


command = Group(
    "key",
    "key",
    members={
        "new": ("key-new", new),
        "change": ("key-change", change),
        "show": ("key-show", show),
    },
)
