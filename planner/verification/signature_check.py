"""Whether a publication is signed, and with which key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from yaohao.planner.publication.signing import PUBLIC, SIGNATURE, is_signed
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    holds,
)
from yaohao.planner.verification.reading import ReadingError, read_bytes
from yaohao.planner.vocabulary.public_keys import public_key


def check_signature(folder: Path, trusted: str | None = None) -> Iterator[Finding]:
    """The signature over SHA256SUMS; nothing where there is none and none was asked for.

    `trusted` is a public key (hex) that whoever asks has from elsewhere. Without it a signature
    shows only that one key signed, and a warning says so.
    """
    there = [name for name in (SIGNATURE, PUBLIC) if (folder / name).exists()]
    if not there:
        if trusted is not None:
            yield fails("signature", SIGNATURE, f"signed with {trusted}", "not signed")
        return
    try:
        key = public_key(read_bytes(folder, PUBLIC))
        signature = read_bytes(folder, SIGNATURE)
        message = read_bytes(folder, "SHA256SUMS")
    except ReadingError as error:
        yield fails("signature", error.file, error.expected, error.why)
        return
    if key is None:
        yield fails("signature", PUBLIC, "an Ed25519 public key in PEM", "another text")
        return
    if not is_signed(key, signature, message):
        expected = f"a signature of SHA256SUMS with {key}"
        yield fails("signature", SIGNATURE, expected, signature[:64].hex())
        return
    yield holds("signature", "verify.signature", key=key)
    if trusted is None:
        yield Finding("signer", None, "verify.signer", {"key": key})
    else:
        yield compare("signer", PUBLIC, trusted, key)
