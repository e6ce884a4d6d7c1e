"""Large letters: digits and hex as they can be read from the back of a room."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.tui.blocks import halved

_SHAPES = {
    "0": "111101101101111",
    "1": "010110010010111",
    "2": "111001111100111",
    "3": "111001111001111",
    "4": "101101111001001",
    "5": "111100111001111",
    "6": "111100111101111",
    "7": "111001001010010",
    "8": "111101111101111",
    "9": "111101111001111",
    "a": "010101111101101",
    "b": "100100111101111",
    "c": "111100100100111",
    "d": "001001111101111",
    "e": "111100111100111",
    "f": "111100111100100",
    "_": "000000000000111",
    "?": "111001011000010",
    " ": "000000000000000",
}
"""Five rows of three pixels; letters as seven-segment displays have them, so b is no 6."""

HIGH = 5


def large(text: str, *, ascii_only: bool) -> list[str]:
    """`text` in large letters: three lines of half blocks, or five of ``#``.

    A letter takes three columns and one between; a blank takes two.
    """
    rows = ["".join(_pixels(mark, row) for mark in text).rstrip("0") for row in range(HIGH)]
    width = max(map(len, rows), default=0)
    rows = [row.ljust(width, "0") for row in rows]
    if ascii_only:
        return ["".join("#" if bit == "1" else " " for bit in row).rstrip() for row in rows]
    return [line.rstrip() for line in halved(rows)]


def _pixels(mark: str, row: int) -> str:
    if mark == " ":
        return "00"
    shape = _SHAPES.get(mark, _SHAPES["?"])
    return shape[3 * row : 3 * row + 3] + "0"


def large_width(text: str) -> int:
    """The columns that `text` takes in large letters."""
    return sum(2 if mark == " " else 4 for mark in text) - 1


def grouped(text: str, size: int, groups: int) -> list[str]:
    """`text` in lines of so many groups of so many characters."""
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    return [" ".join(parts[at : at + groups]) for at in range(0, len(parts), groups)]


def large_lines(lines: Sequence[str], *, ascii_only: bool) -> str:
    """Lines of text in large letters, an empty line between them."""
    return "\n\n".join("\n".join(large(line, ascii_only=ascii_only)) for line in lines)
