"""On a wide screen, all about the marked row beside its table instead of blank."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from yaohao.planner.wording.messages import say
from yaohao.tui.text_layout import facts_lines, shown
from yaohao.tui.widgets.rows import bare
from yaohao.tui.widgets.table import RowTable
from yaohao.tui.widgets.words import Words

WIDE = 120
"""From so many columns on a row's details stand beside its table."""

SHARE = 3
"""The share of the screen that details take, as one in so many."""

MOST = 64
"""Columns that details take at most."""


class Details(VerticalScroll, can_focus=False):
    """Every column of the marked row, also those without room in the table, unshortened."""

    def __init__(self, table: RowTable) -> None:
        super().__init__(classes="side")
        self._table = table
        self._told: tuple[Any, ...] | None = None
        table.beside = self.tell

    def compose(self) -> ComposeResult:
        """The words."""
        yield Words()

    def on_mount(self) -> None:
        """Stand there if there is room."""
        self.tell()

    def tell(self) -> None:
        """Tell of the marked row, where the screen is wide enough."""
        if not self.is_mounted:
            return
        wide = self.app.size.width
        is_wide = wide >= WIDE
        if self.display != is_wide:
            self.display = is_wide
        if not is_wide:
            return
        size = min(wide // SHARE, MOST)
        if self.styles.width is None or self.styles.width.value != size:
            self.styles.width = size
        row = self._table.marked()
        room = max(size - 4, 8)
        lines: list[str] = []
        if row is not None:
            facts = [
                (column.heading(), shown(bare(row[place])) or say("common.none"))
                for place, column in enumerate(self._table.columns)
                if not column.drawn and column.words
            ]
            lines = facts_lines(facts, room)
        # As high as the room there is, so that most rows need no new layout.
        self.query_one(Words).say("\n".join(lines), at_least=self.size.height)


def with_details(table: RowTable) -> ComposeResult:
    """A table, and on a wide screen the details of its marked row beside it."""
    with Horizontal(classes="detailed"):
        yield table
        yield Details(table)
