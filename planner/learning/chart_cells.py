"""Columns of a terminal that texts take, and the shades of charts."""

from __future__ import annotations

from unicodedata import category, east_asian_width

from yaohao.planner.vocabulary.text import plain

RISING = " ▁▂▃▄▅▆▇█"
ASCII_SHADES = " .:-=+*#@"


def columns(text: str) -> int:
    """The columns that `text` takes: two for wide characters, none for combining ones."""
    return sum(
        0 if category(mark) in ("Mn", "Me", "Cf") else 2 if east_asian_width(mark) in "WF" else 1
        for mark in text
    )


def fit(text: str, width: int) -> str:
    """`text` made harmless and cut or filled to exactly `width` columns."""
    kept, used = "", 0
    clean = plain(text)
    room = width if columns(clean) <= width else max(width - 2, 0)
    for mark in clean:
        size = columns(mark)
        if used + size > room:
            break
        kept, used = kept + mark, used + size
    if room < width:
        dots = "." * min(2, width - used)
        kept, used = kept + dots, used + len(dots)
    return kept + " " * (width - used)
