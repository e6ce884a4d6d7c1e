"""Text layout in terminal cells, where a Chinese character takes two; loads no library."""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width

SCREEN = 80
"""Columns that every screen has."""
BAR = 8
"""Characters of a full bar, each of which some terminals draw two columns wide."""

_PIECES = re.compile(r"\s+|[\x21-\x7e]+|.", re.DOTALL)
_CLOSING = "，。、；：！？）」』》】％‰,.;:!?)]}"


def cells(text: str) -> int:
    """The width of `text` in cells: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if category(mark) in ("Mn", "Me", "Cf") else 2 if east_asian_width(mark) in "WF" else 1
        for mark in text
    )


def bar(part: int, whole: int) -> str:
    """A bar of up to `BAR` block characters, at least one for any positive value."""
    return "█" * -(-part * BAR // whole) if whole else ""


def pad(text: str, width: int) -> str:
    """`text` padded with spaces to `width` columns."""
    return text + " " * max(width - cells(text), 0)


def wrap(text: str, width: int) -> list[str]:
    """The lines of a paragraph, none wider than `width`; lines break between wide characters."""
    lines, line, room = [], "", width
    for piece in _pieces(text.strip(), width):
        size = cells(piece)
        if size > room and line:
            lines.append(line.rstrip())
            line, room = "", width
        if piece.isspace() and not line:
            continue
        line, room = line + piece, room - size
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str, width: int) -> list[str]:
    """What may not be broken: words, wide characters with the closing marks behind them."""
    pieces: list[str] = []
    for match in _PIECES.finditer(text):
        piece = match[0]
        sticks = piece[0] in _CLOSING and pieces and not pieces[-1].isspace()
        if sticks and cells(pieces[-1] + piece) <= width:
            pieces[-1] += piece
            continue
        while len(piece) > width:
            pieces.append(piece[:width])
            piece = piece[width:]
        pieces.append(piece)
    return pieces


def paragraphs(text: str, width: int, indent: str = "") -> list[str]:
    """The lines of a text: paragraphs separated by empty lines; indented lines are kept."""
    lines: list[str] = []
    for number, part in enumerate(re.split(r"\n[ \t]*\n", text.strip("\n"))):
        if number:
            lines.append("")
        if part.startswith((" ", "\t")):
            lines += [f"{indent}{line}".rstrip() for line in part.splitlines()]
        else:
            # In Chinese a line end within a paragraph is nothing, in English it is a blank.
            joined = re.sub(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])", "", part)
            joined = joined.replace("\n", " ")
            lines += [indent + line for line in wrap(joined, width - len(indent))]
    return lines


def definitions(rows: list[tuple[str, str]], width: int = SCREEN, indent: int = 2) -> list[str]:
    """The lines of a list of terms and definitions, with aligned definitions."""
    first = min(max((cells(term) for term, _ in rows), default=0), 30)
    margin = indent + first + 2
    lines: list[str] = []
    for term, meaning in rows:
        text = wrap(meaning, width - margin)
        if cells(term) > first:
            lines.append(" " * indent + term)
            lines += [" " * margin + line for line in text]
        else:
            lines.append((" " * indent + pad(term, first) + "  " + text[0]).rstrip())
            lines += [" " * margin + line for line in text[1:]]
    return lines
