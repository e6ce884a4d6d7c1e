"""Signatures of a publication: Ed25519 (RFC 8032) over its list of files.

The private key lies encrypted under a passphrase (PKCS 8), the public one beside it as PEM; both
are what `openssl` reads. A signature is of the bytes of a list of digests, as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yaohao.planner.publication.key_encryption import encrypted_key
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.public_keys import public_pem

SIGNATURE, PUBLIC = "SHA256SUMS.sig", "SHA256SUMS.pub"
"""Beside SHA256SUMS, and not listed in it: 64 bytes, and the key that they are checked with."""

LEAST_PASSPHRASE = 12
"""Characters that a passphrase needs; and `_DIFFERENT` of them must differ."""
_DIFFERENT = 6


@dataclass(frozen=True)
class Signer:
    """A private key that has been opened; `key` is the public one, hex."""

    key: str
    _private: Any

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes; the same every time."""
        signature: bytes = self._private.sign(message)
        return signature


def new_key(passphrase: str) -> tuple[bytes, bytes]:
    """A fresh key: the private one encrypted, the public one; both PEM.

    Raises PlannerError for a passphrase that is too weak to keep anybody out.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    check_passphrase(passphrase)
    private = Ed25519PrivateKey.generate()
    return _sealed(private, passphrase), public_pem(private.public_key().public_bytes_raw().hex())


def resealed_key(pem: bytes, passphrase: str, new_passphrase: str, file: str) -> bytes:
    """A private key encrypted anew, under another passphrase or with today's strength.

    Raises PlannerError for a wrong passphrase, and for a new one that is too weak.
    """
    signer = open_key(pem, passphrase, file)
    check_passphrase(new_passphrase)
    return _sealed(signer._private, new_passphrase)


def check_passphrase(passphrase: str) -> None:
    """Raise PlannerError for a passphrase that is too short, or made of too few characters."""
    if len(passphrase) < LEAST_PASSPHRASE or len(set(passphrase)) < _DIFFERENT:
        raise refuse("key.weak-passphrase", least=LEAST_PASSPHRASE, different=_DIFFERENT)


def _sealed(private: Any, passphrase: str) -> bytes:
    from cryptography.hazmat.primitives import serialization

    plain = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encrypted_key(plain, passphrase)


def open_key(pem: bytes, passphrase: str, file: str) -> Signer:
    """The signer of an encrypted private key.

    Raises PlannerError for a wrong passphrase and for what is no such key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(pem, passphrase.encode("utf-8"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise refuse("key.cannot-open", file=file) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise refuse("key.cannot-open", file=file)
    return Signer(private.public_key().public_bytes_raw().hex(), private)


def is_signed(key: str, signature: bytes, message: bytes) -> bool:
    """Whether a signature of a message was made with the private half of a public key (hex)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def list_of(digests: Mapping[str, str]) -> bytes:
    """A list of files as SHA256SUMS has it: what a signature is of."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("utf-8")
