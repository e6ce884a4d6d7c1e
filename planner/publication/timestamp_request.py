"""A request for a time stamp (RFC 3161), as `openssl ts -query -sha256 -cert` writes it."""

from __future__ import annotations

_SEQUENCE, _WHOLE, _OCTETS, _TRUTH = 0x30, 0x02, 0x04, 0x01
_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier, RFC 5754
NONCE_BITS = 63
"""Bits of a nonce: one less than eight octets, so that no sign has to be thought of."""


def stamp_request(digest: str, nonce: int) -> bytes:
    """The request in DER for a stamp over a SHA-256 digest (hex), with the signer's certificate."""
    imprint = _element(_SEQUENCE, _SHA256 + _element(_OCTETS, bytes.fromhex(digest)))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    certificates = _element(_TRUTH, b"\xff")
    version = _element(_WHOLE, b"\x01")
    return _element(_SEQUENCE, version + imprint + _element(_WHOLE, number) + certificates)


def _element(kind: int, content: bytes) -> bytes:
    """An element whose content is shorter than 128 bytes, as all of a request are."""
    return bytes([kind, len(content)]) + content
