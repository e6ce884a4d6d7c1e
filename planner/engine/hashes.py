"""Columns of hashes as joined bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

HASH = 32
"""Bytes of a SHA-256."""


def joined(hashes: pa.ChunkedArray) -> bytes:
    """The bytes of a column of hashes, one after the other, without making each of them."""
    return b"".join(_bytes(chunk) for chunk in hashes.chunks)


def _bytes(hashes: pa.Array) -> bytes:
    import pyarrow as pa

    width = hashes.cast(pa.binary(HASH))
    start = width.offset * HASH
    return bytes(memoryview(width.buffers()[1])[start : start + len(width) * HASH])
