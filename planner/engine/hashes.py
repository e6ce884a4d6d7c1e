"""Columns of hashes as joined bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

HASH = 32
"""Bytes of a SHA-256."""


def joined(hashes: pa.ChunkedArray) -> bytes:
    """The bytes of a column of hashes, one after the other, without making each of them."""
    return b"".join(bytes_of(chunk) for chunk in hashes.chunks)


def bytes_of(hashes: pa.Array) -> bytes:
    """The bytes of an array of hashes, one after the other."""
    import pyarrow as pa

    width = hashes.cast(pa.binary(HASH))
    start = width.offset * HASH
    return bytes(memoryview(width.buffers()[1])[start : start + len(width) * HASH])
