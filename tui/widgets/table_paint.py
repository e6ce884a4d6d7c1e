"""What is painted of a table: its heading, the rows on the screen, what is picked and open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip
from yaohao.planner.doors.kept_tables import KeptColumns, KeptTables
from yaohao.planner.wording.messages import language, say
from yaohao.tui.text_layout import fit, shown
from yaohao.tui.widgets.columns import Column, Placed, chosen, laid_out
from yaohao.tui.widgets.rows import Row, Rows
from yaohao.tui.widgets.table_view import TableView

BLOCK = 16
"""Rows asked for together, so that going on line by line asks only now and then."""

KEPT = 16
"""Blocks that are kept: some screenfuls."""

TONES = ("dim", "good", "warn", "bad", "strong")


class PaintedTable(ScrollView, can_focus=True):
    """The rows of a `TableView` under a heading; only those on the screen are ever asked for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--cursor",
        "table--foot",
        *(f"table--{tone}" for tone in TONES),
    }

    def __init__(self, columns: Sequence[Column], empty: str, called: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.view = TableView(columns)
        self.called = called
        self.empty = empty
        self.sorted_by: tuple[str, bool] | None = None
        self._kept: KeptColumns | None = None
        self._blocks: dict[int, Sequence[Row]] = {}
        self._styles: dict[str, Style] = {}
        self._room = 0
        self._layout: tuple[Any, Placed] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """All its columns, in the order of the values in a row."""
        return self.view.columns

    @property
    def rows(self) -> Rows:
        """All its rows, whether or not they are seen."""
        return self.view.rows

    @property
    def cursor(self) -> int:
        """The place of the marked row among all rows."""
        return self.view.cursor

    @property
    def kept(self) -> KeptColumns:
        """How its columns are wanted."""
        if self._kept is None:
            self._kept = KeptTables().columns(self.called) if self.called else KeptColumns()
        return self._kept

    def keep(self, wanted: KeptColumns, *, lasting: bool = True) -> None:
        """Show the columns as they are wanted, and remember it, where it is to be `lasting`."""
        self._kept, self._layout = wanted, None
        self.refresh()
        if self.called and lasting:
            KeptTables().keep_columns(self.called, wanted)

    @property
    def _foot(self) -> int:
        """Lines below the rows: one where something is picked or a group is open."""
        return 1 if self.view.picks or self.view.narrowings else 0

    @property
    def _height(self) -> int:
        """Lines that there are for rows."""
        return max(self.size.height - 1 - self._foot, 1)

    @property
    def _margin(self) -> int:
        """Columns of the screen before the first column."""
        return 2 if self.view.picks else 1

    def _columns(self) -> Placed:
        """The columns that have room, each with its place in a row and its width."""
        room = self.scrollable_content_region.width - self._margin + 1
        known = (room, language(), str(self.sorted_by))
        if self._layout is None or self._layout[0] != known:
            self._layout = (known, laid_out(self.columns, self.kept, room, self._heading))
        return self._layout[1]

    def chosen_columns(self) -> list[tuple[int, Column]]:
        """The columns that somebody wants to see, with their places in a row, room or not."""
        return chosen(self.columns, self.kept)

    def _heading(self, column: Column) -> str:
        if self.sorted_by and self.sorted_by[0] == column.key:
            return f"{column.heading()} {'v' if self.sorted_by[1] else '^'}"
        return column.heading()

    def _there(self, at: int) -> Row | None:
        """A row, if it has been read."""
        block, place = divmod(at, BLOCK)
        rows = self._blocks.get(block, ())
        return rows[place] if place < len(rows) else None

    def _row(self, at: int) -> Row | None:
        block = at // BLOCK
        if block not in self._blocks:
            self._fetch(block, block)
        return self._there(at)

    def _fetch(self, first: int, last: int) -> None:
        """Have the blocks from `first` to `last`, asked for at once from the first missing one to
        the last; the ones longest out of use are let go.
        """
        wanted = range(first, last + 1)
        missing = [block for block in wanted if block not in self._blocks]
        if missing:
            begin, end = missing[0], missing[-1] + 1
            seen = self.view.seen
            rows = seen.page(begin * BLOCK, min(end * BLOCK, len(seen)))
            for block in range(begin, end):
                at = (block - begin) * BLOCK
                self._blocks[block] = rows[at : at + BLOCK]
        for block in wanted:
            self._blocks[block] = self._blocks.pop(block)
        while len(self._blocks) > max(KEPT, len(wanted)):
            del self._blocks[next(iter(self._blocks))]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines, for all of which the rows are asked for and the styles worked out once."""
        self._styles = {"": self.rich_style}
        self._room = self.scrollable_content_region.width
        top = self.scroll_offset.y + max(crop.y - 1, 0)
        bottom = min(self.scroll_offset.y + crop.bottom - 1, len(self.view.seen))
        if bottom > top:
            self._fetch(top // BLOCK, (bottom - 1) // BLOCK)
        return super().render_lines(crop)

    def _style(self, name: str) -> Style:
        """The style of a component class, or with no name the table's own."""
        if name not in self._styles:
            found = self.get_component_rich_style(name, partial=True) if name else self.rich_style
            self._styles[name] = found
        return self._styles[name]

    def render_line(self, y: int) -> Strip:
        """One line: the heading, a row, or what is picked and open."""
        width = self._room
        base = self._style("")
        if y == 0:
            style = base + self._style("table--head")
            text = " " * self._margin + " ".join(
                fit(self._heading(column), size, right=column.right)
                for _, column, size in self._columns()
            )
            return Strip([Segment(fit(text, width), style)], width)
        if self._foot and y == self.size.height - 1:
            style = base + self._style("table--foot")
            return Strip([Segment(fit(f" {self._foot_words()}", width), style)], width)
        at = self.scroll_offset.y + y - 1
        if at >= len(self.view.seen):
            words = say(self.empty) if not len(self.view.seen) and y == 2 else ""
            return Strip([Segment(fit(f"  {words}" if words else "", width), base)], width)
        values = self._row(at)
        if values is None:
            return Strip([Segment(" " * width, base)], width)
        return Strip(self._segments(values, at == self.view.at, width)).adjust_cell_length(
            width, base
        )

    def _foot_words(self) -> str:
        parts = []
        if self.view.picks:
            parts.append(say("tui_table.picked", size=len(self.view.picks)))
        if self.view.narrowings:
            names = [
                f"{one.column.heading()} = {shown(one.words) or say('common.none')}"
                for one in self.view.narrowings
            ]
            parts.append(say("tui_table.opened", groups="  ".join(names), size=len(self.view.seen)))
        return "   ".join(parts)

    def _segments(self, values: Row, is_marked: bool, width: int) -> list[Segment]:
        base = self._style("")
        if is_marked:
            base += self._style("table--cursor")
        # Cells of one style are one segment: what is painted costs by the segment.
        head = ">" if is_marked else " "
        if self.view.picks:
            head += "*" if self.view.known_by(values) in self.view.picks else " "
        pieces, styles = [head], [base]
        left = width - len(head)
        for place, column, size in self._columns():
            value, tone = values[place], ""
            if isinstance(value, tuple):
                value, tone = value
            size = min(size, left)  # noqa: PLW2901 - the last column may have less room
            style = base
            if tone and not is_marked:
                style = base + self._style(f"table--{tone}")
            text = fit(shown(value), size, right=column.right)
            if style is styles[-1]:
                pieces[-1] += text
            else:
                pieces.append(text)
                styles.append(style)
            if style is base:
                pieces[-1] += " "
            else:
                pieces.append(" ")
                styles.append(base)
            left -= size + 1
            if left <= 0:
                break
        return [Segment(text, style) for text, style in zip(pieces, styles, strict=True)]
