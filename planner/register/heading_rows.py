"""Which of the first rows of a table has the headings, and whether they go over two rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

HEADING_ROWS = 10
"""So many rows may stand above the headings: a title, a note."""

CountKnown = Callable[[Sequence[str]], int]
"""How many of the cells of a row are known headings."""

_OF_GROUPS = re.compile("(?:情况|信息)$")

Span = tuple[int, int, int]
"""Cells merged side by side: index of the row, first column, last column."""


@dataclass(frozen=True)
class HeadingRows:
    """The headings, and how many of the first rows are used up with them."""

    cells: tuple[str, ...]
    used: int


def find_headings(
    rows: Sequence[Sequence[str]], known: CountKnown, merged: Collection[Span] = ()
) -> HeadingRows:
    """The headings among the first `rows`, of which none is blank throughout.

    They are in the first row, unless a later one is known better, or where nothing is known that
    row is a title of one cell. Where the row below only parts
    what several columns have in common (上次检查情况: 检查日期, 检查结果), both rows are one
    heading. `merged` are the cells merged side by side, where the file tells.
    """
    head = [tuple(row) for row in rows[:HEADING_ROWS]]
    if not head:
        return HeadingRows((), 0)
    joined = [_joined(head, index, known, merged) for index in range(len(head))]
    made = [both or row for row, both in zip(head, joined, strict=True)]
    counts = [known(row) for row in made]
    index = 0 if counts[0] >= 2 or max(counts) < 2 else counts.index(max(counts))
    if max(counts) < 2 and not counts[0] and _filled(made[0]) == 1:
        index = _below_title(made, counts)
    return HeadingRows(made[index], index + 1 + bool(joined[index]))


def _filled(row: Sequence[str]) -> int:
    return sum(bool(text.strip()) for text in row)


def _below_title(rows: Sequence[Sequence[str]], counts: Sequence[int]) -> int:
    """The row of the headings below a title: one with a heading that is known, else the first of
    several cells; the title itself where there is none.
    """
    if max(counts):
        return counts.index(max(counts))
    return next((index for index, row in enumerate(rows) if _filled(row) > 1), 0)


def _joined(
    head: Sequence[Sequence[str]], index: int, known: CountKnown, merged: Collection[Span]
) -> tuple[str, ...]:
    """The headings of a row and the one below it together, () where that one does not go on."""
    if index + 1 >= len(head):
        return ()
    upper, lower = list(head[index]), list(head[index + 1])
    width = max(len(upper), len(lower))
    if sum(bool(text.strip()) for text in upper) < 2:
        return ()  # one cell alone is a title
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    above = _above(upper, {(a, b) for row, a, b in merged if row == index})
    parts: dict[int, tuple[str, str]] = {}
    for column, text in enumerate(lower):
        if not text.strip() or text == upper[column]:
            continue
        if column not in above:
            return ()
        parts[column] = (above[column], text)
    groups = [group for group, _ in parts.values()]
    if not any(groups.count(group) > 1 for group in groups):
        return ()
    cells = list(upper)
    sure = bool(merged)
    texts = [text for _, text in parts.values()]
    for column, (group, text) in parts.items():
        alone = [text] if texts.count(text) == 1 and text not in upper else []
        sayings = [*_sayings(group, text), *alone]
        saying = next((one for one in sayings if known([one])), "")
        sure = sure or bool(saying or known([text]))
        cells[column] = saying or f"{group}/{text}"
    # What the file itself does not call one cell must at least read like headings.
    if not merged and any(any(map(str.isdigit, text)) for text in texts):
        return ()
    return tuple(cells) if sure else ()


def _sayings(group: str, text: str) -> list[str]:
    """Both parts of a heading as one: 上次检查情况 and 检查日期 are 上次检查日期."""
    stem = _OF_GROUPS.sub("", group.strip())
    text = text.strip()
    shared = next((n for n in range(min(len(stem), len(text)), 0, -1) if stem[-n:] == text[:n]), 0)
    return [stem + text[shared:], f"{stem} {text}", group.strip() + text]


def _above(upper: Sequence[str], merged: Collection[tuple[int, int]]) -> dict[int, str]:
    """Column → the heading that it shares with others: of merged cells, or of one before blanks."""
    if merged:
        return {
            column: upper[first]
            for first, last in merged
            if not any(text.strip() for text in upper[first + 1 : last + 1])
            for column in range(first, min(last, len(upper) - 1) + 1)
        }
    above: dict[int, str] = {}
    first = 0
    for column in range(1, len(upper)):
        if upper[column].strip():
            first = column
        elif upper[first].strip():
            above[first] = above[column] = upper[first]
    return above
