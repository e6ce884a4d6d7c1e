"""The mouse on a table: rows are marked, picked and chosen, headings ordered by, moved, widened."""

from __future__ import annotations

from textual import events
from yaohao.tui.widgets.columns import Column, Placed

REACH = 1
"""Columns of the screen on either side of the end of a heading by which it is widened."""


class Heading:
    """What is done to a heading between pressing a button and letting go of it."""

    def __init__(self, column: Column, at: int, width: int, *, widens: bool) -> None:
        self.column, self.at, self.width, self.widens = column, at, width, widens
        self.has_moved = False

    def width_at(self, x: int) -> int:
        """How wide the column is to be with the mouse there."""
        return self.width + x - self.at


def heading_at(placed: Placed, x: int, margin: int) -> tuple[Column, int, int] | None:
    """The heading at a place of the line, where it begins and how wide it is."""
    begins = margin
    for _, column, width in placed:
        if x <= begins + width:
            return column, begins, width
        begins += width + 1
    return None


def pressed(placed: Placed, event: events.MouseDown, margin: int) -> Heading | None:
    """What begins where a button is pressed on the headings: near its end one is widened."""
    found = heading_at(placed, event.x, margin)
    if found is None:
        return None
    column, begins, width = found
    last = placed[-1][1] if placed else None
    widens = event.x >= begins + width + 1 - REACH and column is not last
    return Heading(column, event.x, width, widens=widens)
