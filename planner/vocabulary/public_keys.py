"""Public keys of Ed25519 as texts: PEM as `openssl` writes it, and the 64 hex digits of the key."""

from __future__ import annotations

import base64
import binascii
import re

_HEAD, _FOOT = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"
_PREFIX = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of Ed25519, RFC 8410
_HEX = re.compile("[0-9a-f]{64}")


def public_pem(key: str) -> bytes:
    """A public key (hex) as PEM."""
    body = base64.b64encode(_PREFIX + bytes.fromhex(key)).decode("ascii")
    return f"{_HEAD}\n{body}\n{_FOOT}\n".encode("ascii")


def public_key(pem: bytes) -> str | None:
    """The public key (hex) in a PEM file as `public_pem` writes it, or None."""
    try:
        lines = pem.decode("ascii").split("\n")
    except UnicodeDecodeError:
        return None
    key = _key_in(lines[1] if len(lines) > 1 else "")
    return key if key is not None and public_pem(key) == pem else None


def written_key(text: str) -> str | None:
    """The public key (hex) that a person wrote: in hex, as PEM, or as the middle line of PEM."""
    body = "".join(text.replace(_HEAD, "").replace(_FOOT, "").split())
    return body.lower() if _HEX.fullmatch(body.lower()) else _key_in(body)


def _key_in(body: str) -> str | None:
    """The key (hex) in the base 64 of a SubjectPublicKeyInfo, or None."""
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None
    key = raw.removeprefix(_PREFIX).hex() if raw.startswith(_PREFIX) else ""
    return key if _HEX.fullmatch(key) else None
