"""Encryption of a backup by a passphrase: AES-256 in GCM, piece by piece.

A file begins with a line that names the format, and a JSON line with the parameters of scrypt (RFC
7914) and the salt. Pieces of `PIECE` bytes follow, each sealed with its number as the nonce and the
two lines as associated data; the last one, which may be empty, is sealed as the last. So a piece
that is changed, exchanged or missing is found, the end of the file too (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from yaohao.planner.vocabulary.files import own_file
from yaohao.planner.vocabulary.problems import refuse

FIRST = b"yaohao-backup-encrypted 1\n"
PIECE = 1 << 20
_TAG = 16
_N, _R, _P = 1 << 17, 8, 1  # 128 MB of memory, a good half second
_MOST_N = 1 << 20


def is_encrypted(file: IO[bytes]) -> bool:
    """Whether a file begins as an encrypted backup does; it stands at its beginning afterwards."""
    begins = file.read(len(FIRST)) == FIRST
    file.seek(0)
    return begins


def _key(passphrase: str, parameters: dict[str, Any]) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salt = bytes.fromhex(parameters["salt"])
    return Scrypt(salt, 32, parameters["n"], parameters["r"], parameters["p"]).derive(
        passphrase.encode()
    )


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class _Sealer(io.RawIOBase):
    """Seals what is written to it; ZIP files need no way back."""

    def __init__(self, file: IO[bytes], key: bytes, header: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._file, self._cipher, self._header = file, AESGCM(key), header
        self._waiting = bytearray()
        self._number = 0

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, content: Any, /) -> int:
        """Take bytes; whole pieces are sealed and written."""
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(content)

    def finish(self) -> None:
        """Seal the last piece."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, piece, self._header))
        self._number += 1


@contextmanager
def encrypting(file: IO[bytes], passphrase: str) -> Iterator[IO[bytes]]:
    """What is written into the result stands in `file` encrypted, once the block has ended."""
    parameters = {"kdf": "scrypt", "n": _N, "r": _R, "p": _P, "salt": os.urandom(16).hex()}
    header = FIRST + json.dumps(parameters).encode() + b"\n"
    file.write(header)
    sealer = _Sealer(file, _key(passphrase, parameters), header)
    yield sealer  # type: ignore[misc] # as much of a file as a ZIP archive needs
    sealer.finish()


@contextmanager
def decrypted(file: IO[bytes], passphrase: str, aside: Path, shown: str) -> Iterator[IO[bytes]]:
    """An encrypted backup as a file to be read, which lies in the folder `aside` meanwhile.

    Raises PlannerError where the passphrase is another, or the file is damaged.
    """
    plain = aside / "backup"
    own_file(plain)
    try:
        with plain.open("r+b") as target:
            _decrypt(file, target, passphrase, shown)
            target.seek(0)
            yield target
    finally:
        plain.unlink(missing_ok=True)


def _decrypt(file: IO[bytes], target: IO[bytes], passphrase: str, shown: str) -> None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    file.seek(len(FIRST))
    line = file.readline(1 << 12)
    try:
        parameters = json.loads(line)
        n, r, p = (parameters[name] for name in ("n", "r", "p"))
        bounded = 2 <= n <= _MOST_N and n & (n - 1) == 0 and 1 <= r <= 16 and 1 <= p <= 4
        if not bounded or parameters["kdf"] != "scrypt" or len(parameters["salt"]) != 32:
            raise ValueError(line)
        cipher = AESGCM(_key(passphrase, parameters))
    except (ValueError, KeyError, TypeError) as error:
        raise refuse("backup.damaged", file=shown, part="-") from error
    number, piece = 0, file.read(PIECE + _TAG)
    while True:
        following = file.read(PIECE + _TAG)
        nonce = _nonce(number, last=not following)
        try:
            target.write(cipher.decrypt(nonce, piece, FIRST + line))
        except InvalidTag as error:
            if number == 0:
                raise refuse("backup.wrong-passphrase", file=shown) from error
            raise refuse("backup.damaged", file=shown, part=f"{number + 1}") from error
        number += 1
        if not following:
            return
        piece = following
