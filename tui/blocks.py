"""Pictures made of block characters, or of ``##``: rows of bits as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

QUIET = (4, 3, 2)
"""Light modules around it; the standard asks for four, phones do with two."""

LARGEST = 4


def code_lines(modules: Sequence[str], width: int, height: int, *, ascii_only: bool) -> list[str]:
    """The code as lines of characters, as large as there is room for; none where there is not.

    With half blocks a module is one column wide and half a row high, else two columns and a row.
    """
    for scale in range(LARGEST, 0, -1):
        for quiet in (*QUIET, *([1] if ascii_only else [])):
            size = (len(modules) + 2 * quiet) * scale
            wide, high = (2 * size, size) if ascii_only else (size, (size + 1) // 2)
            if wide <= width and high <= height:
                rows = _scaled(modules, quiet, scale)
                return list(_doubled(rows) if ascii_only else halved(rows))
    return []


def _scaled(modules: Sequence[str], quiet: int, scale: int) -> list[str]:
    side = "0" * quiet
    blank = ["0" * (len(modules) + 2 * quiet)] * quiet
    rows = [*blank, *(f"{side}{row}{side}" for row in modules), *blank]
    return ["".join(bit * scale for bit in row) for row in rows for _ in range(scale)]


def halved(rows: Sequence[str]) -> list[str]:
    """Two rows of bits a line, as half blocks; a missing last row is empty."""
    blank = "0" * len(rows[0])
    pairs = zip(rows[::2], [*rows[1::2], blank], strict=False)
    return ["".join(_HALVES[a + b] for a, b in zip(*pair, strict=True)) for pair in pairs]


def _doubled(rows: Sequence[str]) -> list[str]:
    return ["".join("##" if bit == "1" else "  " for bit in row) for row in rows]


_HALVES = {"00": " ", "10": "\u2580", "01": "\u2584", "11": "\u2588"}
