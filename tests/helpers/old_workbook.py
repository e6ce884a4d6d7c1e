"""Workbooks in the older format (.xls), made in code: no library that we use writes them."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

Cell = str | float | tuple[float, int]
"""A text, a number, or a number with its style; texts like ``#N/A`` are faults."""

_FAULTS = {"#N/A": 0x2A, "#DIV/0!": 0x07, "#REF!": 0x17}


_FORMULAS = {"=": (3, 3), '=""': (3, 0)}
"""Formulas: one that was never worked out, and one whose result is an empty text."""


def record(kind: int, data: bytes) -> bytes:
    """A record of the stream."""
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, head: str) -> bytes:
    return struct.pack(head + "B", len(text), 1) + text.encode("utf-16-le")


def _sheet(rows: Sequence[Sequence[Cell]], hidden: Sequence[int]) -> bytes:
    made = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    made += record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for line, row in enumerate(rows):
        options = 0x20 if line in hidden else 0
        made += record(0x208, struct.pack("<HHHHHHHH", line, 0, len(row), 255, 0, 0, options, 0))
        for column, cell in enumerate(row):
            value, style = cell if isinstance(cell, tuple) else (cell, 0)
            place = struct.pack("<HHH", line, column, style)
            if value in _FORMULAS:
                kind, flags = _FORMULAS[str(value)]
                result = struct.pack("<B5xH", kind, 0xFFFF)
                made += record(0x06, place + result + struct.pack("<HIH", flags, 0, 0))
            elif value in _FAULTS:
                made += record(0x205, place + bytes((_FAULTS[str(value)], 1)))
            elif isinstance(value, str):
                made += record(0x204, place + _text(value, "<H"))
            else:
                made += record(0x203, place + struct.pack("<d", value))
    return made + record(0x0A, b"")


def old_workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    hidden_sheets: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    zeros: str = "000000",
    password: bool = False,
    stream: str = "Workbook",
) -> bytes:
    """A workbook whose style 1 has the number format `zeros`."""
    head = record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0))
    if password:
        head += record(0x2F, struct.pack("<HH", 0, 0))
    head += record(0x42, struct.pack("<H", 1200)) + record(0x22, b"\0\0")
    head += record(0x41E, struct.pack("<H", 164) + _text(zeros, "<H"))
    for shape in (0, 164):
        head += record(0xE0, struct.pack("<HH", 0, shape) + bytes(16))
    size = len(head) + sum(len(record(0x85, bytes(6) + _text(n, "<B"))) for n in sheets) + 4
    bound, body = b"", b""
    for name, rows in sheets.items():
        state = int(name in hidden_sheets)
        begin = struct.pack("<IBB", size + len(body), state, 0)
        bound += record(0x85, begin + _text(name, "<B"))
        body += _sheet(rows, hidden_rows)
    return compound({stream: head + bound + record(0x0A, b"") + body})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of streams, each of at least 4,096 bytes."""
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    data = b""
    chain: list[int] = []
    entries: list[tuple[str, int, int, int]] = []
    for name, made in streams.items():
        content = made.ljust(4096, b"\0") + bytes(-max(len(made), 4096) % 512)
        first, count = len(chain), len(content) // 512
        chain += [*range(first + 1, first + count), end]
        data += content
        entries.append((name, 2, first, len(content)))
    directory = len(chain)
    chain.append(end)
    listed = b""
    for name, kind, first, length in [("Root Entry", 5, end, 0), *entries]:
        text = (name + "\0").encode("utf-16-le")
        listed += text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
        child = 1 if kind == 5 else free
        listed += struct.pack("<III", free, free, child).ljust(48, b"\0")
        listed += struct.pack("<III", first, length, 0)
    data += listed.ljust(512, b"\0")[:512]
    number = len(chain)
    size = -(-(number + 8) // 128)
    chain += [table] * size
    data += struct.pack(f"<{size * 128}I", *chain, *[free] * (size * 128 - len(chain)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, size, directory, 0, 4096, end, 0, end, 0)
    places = [number + one for one in range(size)]
    return head + struct.pack("<109I", *places, *[free] * (109 - size)) + data
