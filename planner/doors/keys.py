"""Signing keys in files: made, encrypted anew, and asked how hard they are to guess."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.storage.public_folders import keep_private
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.small_files import read_small
from yaohao.planner.vocabulary.whole_folders import sweep_beside, write_file


def check_new_key(file: Path) -> Path:
    """Where the public half of a new key file will be; PlannerError where one may not be made.

    The private half may not lie in what is published, and neither half may exist; but a private one
    that has no public one yet is finished by `make_key`.
    """
    public = Path(f"{file}.pub")
    sweep_beside(file.parent)
    if public.exists() and file.exists():
        raise refuse("key.exists", file=str(file))
    if public.exists():
        raise refuse("key.public-alone", file=str(public), private=str(file))
    keep_private(file)
    return public


def make_key(file: Path, passphrase: str) -> str:
    """Write a new key: `file`, encrypted, and ``file.pub``; the public key, hex.

    Where a killed making left the private half alone, and the passphrase opens it, the public half
    is written to it. Raises PlannerError where either cannot be written; nothing new is left behind
    then.
    """
    from yaohao.planner.publication.signing import new_key
    from yaohao.planner.vocabulary.public_keys import public_key

    public = check_new_key(file)
    if file.exists():
        return _finish_key(file, public, passphrase)
    sealed, pem = new_key(passphrase)
    write_key_pair(file, sealed, public, pem)
    key = public_key(pem)
    assert key is not None
    return key


def write_key_pair(private: Path, sealed: bytes, public: Path, pem: bytes) -> None:
    """Write a key: the private half first, of which the public one can be made again."""
    with disk_problems(private):
        write_file(private, sealed, private=True)
        try:
            write_file(public, pem)
        except BaseException:
            public.unlink(missing_ok=True)  # it may have its name already, and not be flushed
            private.unlink(missing_ok=True)
            raise


def _finish_key(private: Path, public: Path, passphrase: str) -> str:
    """Write the public half of a private key that was left without; the public key, hex."""
    from yaohao.planner.publication.signing import open_key
    from yaohao.planner.vocabulary.public_keys import public_pem

    try:
        key = open_key(read_small(private), passphrase, str(private)).key
    except PlannerError as error:
        raise refuse("key.exists", file=str(private)) from error
    with disk_problems(public):
        write_file(public, public_pem(key))
    return key


def check_passphrase(file: Path, passphrase: str) -> None:
    """PlannerError where a passphrase does not open a private key file."""
    from yaohao.planner.publication.signing import open_key

    open_key(read_small(file), passphrase, str(file))


def change_passphrase(file: Path, passphrase: str, new_passphrase: str) -> int | None:
    """Encrypt a private key file anew; the key stays. The rounds of its key derivation by then.

    Raises PlannerError where `passphrase` does not open it, or it lies in what is published.
    """
    from yaohao.planner.publication.key_encryption import rounds_of
    from yaohao.planner.publication.signing import resealed_key

    sealed = resealed_key(read_small(file), passphrase, new_passphrase, str(file))
    keep_private(file)
    with disk_problems(file):
        write_file(file, sealed, private=True)
    return rounds_of(sealed)


def weak_key_rounds(file: Path) -> int | None:
    """The rounds of key derivation of a key file where they are too few by now, or None."""
    from yaohao.planner.publication.key_encryption import ROUNDS, rounds_of

    rounds = rounds_of(read_small(file))
    return rounds if rounds is not None and rounds < ROUNDS else None
