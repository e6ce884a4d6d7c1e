"""Private keys under a passphrase: PKCS 8 with PBES2 (RFC 8018), as `openssl` reads it.

The library that makes the key encrypts it with 2,048 rounds of PBKDF2 and lets nobody ask for
more, which a graphics card guesses through in days. Here it is 600,000 rounds of HMAC-SHA-256
(OWASP's figure for it); scrypt would be harder still, but the sizes that `openssl` reads by default
are no better.
"""

from __future__ import annotations

import base64
import os
import re

ROUNDS = 600_000
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_PBKDF2 = bytes.fromhex("06092a864886f70d01050c")
_HMAC_SHA256 = bytes.fromhex("06082a864886f70d02090500")  # with the NULL of its parameters
_AES_256_CBC = bytes.fromhex("060960864801650304012a")
_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
_HEAD, _FOOT = "-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----"


def encrypted_key(private_der: bytes, passphrase: str, rounds: int | None = None) -> bytes:
    """A private key (PKCS 8, DER) as the PEM of an encrypted one; salt and IV are fresh.

    `rounds` are those of PBKDF2: `ROUNDS` where nothing is said.
    """
    from cryptography.hazmat.primitives import hashes, padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    rounds = ROUNDS if rounds is None else rounds
    salt, start = os.urandom(16), os.urandom(16)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, rounds).derive(passphrase.encode("utf-8"))
    pad = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    sealed = cipher.update(pad.update(private_der) + pad.finalize()) + cipher.finalize()
    number = rounds.to_bytes(rounds.bit_length() // 8 + 1, "big")
    derivation = _der(
        _SEQUENCE,
        _PBKDF2,
        _der(
            _SEQUENCE,
            _der(_OCTETS, salt),
            _der(_INTEGER, number),
            _der(_SEQUENCE, _HMAC_SHA256),
        ),
    )
    scheme = _der(_SEQUENCE, _AES_256_CBC, _der(_OCTETS, start))
    how = _der(_SEQUENCE, _PBES2, _der(_SEQUENCE, derivation, scheme))
    text = base64.b64encode(_der(_SEQUENCE, how, _der(_OCTETS, sealed))).decode("ascii")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([_HEAD, *lines, _FOOT, ""]).encode("ascii")


def rounds_of(pem: bytes) -> int | None:
    """The rounds of PBKDF2 under which a key lies, or None where it is encrypted otherwise."""
    body = re.search(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END", pem)
    if body is None:
        return None
    try:
        data = base64.b64decode(b"".join(body[1].split()), validate=True)
    except ValueError:
        return None
    # After the name of the method: the salt, a few octets, and the rounds, a short number.
    match = re.search(re.escape(_PBKDF2) + rb"\x30.\x04(.)", data, re.DOTALL)
    if match is None:
        return None
    at = match.end() + match[1][0]
    if data[at : at + 1] != bytes([_INTEGER]) or not 1 <= data[at + 1] <= 4:
        return None
    return int.from_bytes(data[at + 2 : at + 2 + data[at + 1]], "big")


def _der(kind: int, *parts: bytes) -> bytes:
    """A value of DER (X.690): its kind, its length, its content."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([kind, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([kind, 0x80 | len(size)]) + size + body
