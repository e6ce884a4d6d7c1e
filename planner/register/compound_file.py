"""The streams of a compound file (MS-CFB), which workbooks in the older format (.xls) are in."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA  # sector numbers from here on are no sectors
_ENTRY = 128  # bytes of an entry of the directory
_STREAM, _ROOT = 2, 5


class CompoundFile:
    """A compound file read whole; ValueError where it is broken. Nothing is read twice: no chain of
    sectors is longer than the file.
    """

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        if not self.data.startswith(MAGIC) or len(self.data) < 512:
            raise ValueError(path.name)
        shift, mini = struct.unpack_from("<HH", self.data, 30)
        if shift not in (9, 12) or mini != 6:
            raise ValueError(path.name)
        self.sector = 1 << shift
        self.table = self._table()
        (first,) = struct.unpack_from("<I", self.data, 48)
        directory = self._chain(first)
        self.entries = dict(_entries(directory))
        (small,) = struct.unpack_from("<I", self.data, 60)
        self.small = _numbers(self._chain(small)) if small < _END else []
        self.root = self._chain(self.entries.get("", (0, _END, 0))[1])

    def stream(self, name: str) -> bytes:
        """A stream, b"" where there is none of this name."""
        kind, first, size = self.entries.get(name, (0, _END, 0))
        if kind != _STREAM:
            return b""
        if size >= 4096:
            return self._chain(first)[:size]
        pieces: list[bytes] = []
        at = first
        while at < len(self.small) and len(pieces) <= len(self.small):
            pieces.append(self.root[at * 64 : at * 64 + 64])
            at = self.small[at]
        return b"".join(pieces)[:size]

    def _table(self) -> list[int]:
        """The sector that follows each sector."""
        sectors = list(struct.unpack_from("<109I", self.data, 76))
        (more,) = struct.unpack_from("<I", self.data, 68)
        seen = 0
        while more < _END and seen * self.sector < len(self.data):
            numbers = _numbers(self._sector(more))
            sectors += numbers[:-1]
            more = numbers[-1] if numbers else _END
            seen += 1
        return _numbers(b"".join(self._sector(one) for one in sectors if one < _END))

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.sector : (number + 2) * self.sector]

    def _chain(self, first: int) -> bytes:
        pieces: list[bytes] = []
        at = first
        while at < len(self.table) and len(pieces) <= len(self.table):
            pieces.append(self._sector(at))
            at = self.table[at]
        return b"".join(pieces)


def _numbers(data: bytes) -> list[int]:
    count = len(data) // 4
    return list(struct.unpack_from(f"<{count}I", data))


def _entries(directory: bytes) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Name → kind, first sector and size; that of the root is ""."""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        length, kind = struct.unpack_from("<HB", entry, 64)
        first, size = struct.unpack_from("<II", entry, 116)
        name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        if kind in (_STREAM, _ROOT):
            yield "" if kind == _ROOT else name, (kind, first, size)
