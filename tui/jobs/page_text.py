"""A report in sections as lines of text: headings, facts, tables in as much room as there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.cells import cell_len
from yaohao.planner.vocabulary.text import plain
from yaohao.tui.text_layout import facts_lines, fit, folded, shown

LaidOut = Callable[[int, bool], list[str]]

LEAST = 6
"""Columns that a column of a table keeps, however little room there is."""

GAP = 2
"""Blanks between two columns."""


def page_lines(page: Any) -> LaidOut:
    """How a report (`Reports.page`) is laid out in some width."""

    def laid_out(width: int, ascii_only: bool) -> list[str]:
        del ascii_only  # it has no bars
        lines = [part for part in (plain(page.authority), page.day) if part]
        for section in page.sections:
            lines += ["", plain(section.title)]
            lines += facts_lines(section.facts, width)
            if section.headings:
                from_right = section.numbers if section.numbers >= 0 else len(section.headings)
                lines += table_lines(section.headings, section.rows, width, from_right)
            lines += [line for note in section.notes for line in folded(plain(note, 2000), width)]
        if page.notes:
            lines.append("")
        lines += [line for note in page.notes for line in folded(plain(note, 2000), width)]
        return lines

    return laid_out


def table_lines(
    headings: Sequence[str], rows: Sequence[Sequence[Any]], width: int, numbers: int
) -> list[str]:
    """A table in `width` columns; the columns from `numbers` on stand at the right.

    Each column is as wide as its widest text; where there is no room for that, the widest give way.
    """
    texts = [[shown(value) for value in row] for row in rows]
    wide = [
        max([cell_len(heading), *(cell_len(row[place]) for row in texts)])
        for place, heading in enumerate(headings)
    ]
    while sum(wide) + GAP * (len(wide) - 1) > width and max(wide) > LEAST:
        place = wide.index(max(wide))
        wide[place] -= 1

    def line(values: Sequence[str]) -> str:
        return (
            (" " * GAP)
            .join(
                fit(value, size, right=place >= numbers)
                for place, (value, size) in enumerate(zip(values, wide, strict=True))
            )
            .rstrip()
        )

    return [line(list(headings)), *(line(row) for row in texts)]
