"""Text in columns of the screen: cut, padded, bars; whatever it is, it shows as text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from yaohao.planner.vocabulary.text import plain

_BREAK = re.compile(r"\s+|[、，；]|(?=[(（])")
"""Between two words."""

_OPEN = re.compile(r"[(（][^)）]*$")
"""A bracket that has not closed."""

LONGEST = 400
"""Characters of an untrusted text that are looked at at all."""


def shown(value: object) -> str:
    """A value as text: whole numbers with their thousands apart, texts made harmless."""
    if isinstance(value, bool) or value is None:
        return "" if not value else "x"
    return f"{value:,}" if isinstance(value, int) else plain(str(value), LONGEST)


def cut(text: str, width: int) -> str:
    """`text` cut to `width` columns, three dots where something is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 3, 0)).rstrip() + "..."[:width]


def cut_at_word(text: str, width: int) -> str:
    """`text` cut to `width` columns behind a whole word, three dots where something is missing."""
    if cell_len(text) <= width:
        return text
    heads = [text[: found.start()] for found in _BREAK.finditer(text)]
    whole = [head for head in heads if head and not _OPEN.search(head)]
    fitting = [head.rstrip(";,") for head in whole if cell_len(head) <= width - 4]
    return f"{fitting[-1]} ..." if fitting else cut(text, width)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` columns, cut or padded."""
    text = cut(text, width)
    missing = " " * (width - cell_len(text))
    return missing + text if right else text + missing


def bar(part: float, whole: float, width: int, *, ascii_only: bool) -> str:
    """A bar of `width` columns of which the share `part` of `whole` is filled.

    What is more than nothing is at least one column, so that a small share does not vanish.
    """
    share = min(max(part / whole, 0.0), 1.0) if whole > 0 else 0.0
    filled = max(round(share * width), 1 if share > 0 else 0)
    mark, rest = ("#", ".") if ascii_only else ("\u2588", "\u2591")
    return mark * filled + rest * (width - filled)


def folded(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken at blanks and between Chinese signs."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if cell_len(line + piece.rstrip()) <= width:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = piece.lstrip()
            while cell_len(line.rstrip()) > width:
                head = _head(line, width)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


_CLOSING = "，。；：、）》」』！？,.;:)!?%"


def _pieces(text: str) -> list[str]:
    """What stays together: words with the blanks behind them, single wide characters."""
    pieces: list[str] = []
    for mark in text:
        before = pieces[-1][-1] if pieces else ""
        is_word = mark != " " and before not in ("", " ") and max(map(cell_len, mark + before)) < 2
        closes = mark in _CLOSING and before not in ("", " ")
        if is_word or closes or (mark == " " and before):
            pieces[-1] += mark
        else:
            pieces.append(mark)
    return pieces


def _head(text: str, width: int) -> str:
    taken = 0
    for place, mark in enumerate(text):
        taken += cell_len(mark)
        if taken > width and place:
            return text[:place]
    return text


def facts_lines(facts: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Labels and values below one another in `width` columns; long values are folded."""
    pairs = list(facts)
    margin = min(max((cell_len(label) for label, _ in pairs), default=0) + 2, width // 2)
    lines: list[str] = []
    for label, value in pairs:
        parts = folded(plain(value, LONGEST), max(width - margin, 4))
        heads = [label, *[""] * (len(parts) - 1)]
        lines += [
            f"{fit(head, margin)}{part}".rstrip() for head, part in zip(heads, parts, strict=True)
        ]
    return lines
