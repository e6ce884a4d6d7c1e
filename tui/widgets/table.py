"""A table of any number of rows, of which only those on the screen are ever asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from yaohao.planner.wording.messages import say
from yaohao.tui.text_layout import fit, shown

BLOCK = 16
"""Rows asked for together, so that going on line by line asks only now and then."""

KEPT = 16
"""Blocks that are kept: some screenfuls."""

TONES = ("dim", "good", "warn", "bad", "strong")


@dataclass(frozen=True)
class Column:
    """A column: its key, the code of its heading, its width, and whether it is of numbers.

    Columns that `grow` share what is left over. Where a table is narrow, columns with the highest
    `spare` go first; those with 0 always stay.
    """

    key: str
    words: str
    width: int
    right: bool = False
    grow: int = 0
    spare: int = 0
    sortable: bool = False


class Rows(Protocol):
    """Where rows come from: a value a column, a text or a number, or ``(value, tone)``."""

    def __len__(self) -> int:
        """How many rows there are."""

    def page(self, first: int, last: int) -> Sequence[Sequence[Any]]:
        """The rows from `first` up to, without, `last`."""


class ListRows:
    """Rows that are all there already."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def page(self, first: int, last: int) -> Sequence[Sequence[Any]]:
        """The rows from `first` up to, without, `last`."""
        return self.rows[first:last]


class RowTable(ScrollView, can_focus=True):
    """Rows under a heading, one of them marked; asks its `Rows` for those on the screen alone.

    The marked row is told by ``>`` before it, not by its colour alone. `moved` is called at once
    when another row is marked, so that what depends on it is painted with it. Messages: `Chosen`
    on Enter or a second click, `Sorted` on a click on a heading.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,ctrl+home", "jump(0)", show=False),
        Binding("end,ctrl+end", "jump(-1)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--cursor",
        *(f"table--{tone}" for tone in TONES),
    }

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, table: RowTable, row: int) -> None:
            super().__init__()
            self.table, self.row = table, row

        @property
        def control(self) -> RowTable:
            """The table."""
            return self.table

    class Sorted(Message):
        """A heading was clicked."""

        def __init__(self, table: RowTable, key: str) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> RowTable:
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        empty: str = "tui.nothing",
        moved: Callable[[], None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.moved = moved
        self.columns = tuple(columns)
        self.empty = empty
        self.rows: Rows = ListRows([])
        self.cursor = 0
        self.sorted_by: tuple[str, bool] | None = None
        self._blocks: dict[int, Sequence[Sequence[Any]]] = {}
        self._styles: dict[str, Style] = {}
        self._room = 0
        self._layout: tuple[tuple[int, str, str], list[tuple[int, Column, int]]] | None = None

    # what is shown

    def show(self, rows: Rows | Sequence[Sequence[Any]], *, keep: bool = False) -> None:
        """Show other rows; the mark goes to the first, or with `keep` stays where it is."""
        self.rows = ListRows(rows) if isinstance(rows, list | tuple) else rows  # type: ignore[assignment]
        self.cursor = min(self.cursor, max(len(self.rows) - 1, 0)) if keep else 0
        self.reread()
        if not keep:
            self.scroll_to(0, 0, animate=False, immediate=True)
        self._keep_in_sight()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Have other columns; rows that fit them are to be shown next."""
        if tuple(columns) != self.columns:
            self.columns, self._layout = tuple(columns), None
            self.rows, self._blocks = ListRows([]), {}

    def reread(self) -> None:
        """Ask for the rows on the screen again."""
        self._blocks = {}
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        self.refresh()

    def marked(self) -> Sequence[Any] | None:
        """The marked row as it came, None where there is none."""
        if not len(self.rows):
            return None
        return self._row(self.cursor)

    def mark(self, row: int) -> None:
        """Mark a row, and scroll to where it can be seen."""
        row = min(max(row, 0), max(len(self.rows) - 1, 0))
        if row != self.cursor:
            self.cursor = row
            self.refresh()
            if self.moved is not None:
                self.moved()
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        height = max(self.size.height - 1, 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    # keys and mouse

    def action_move(self, by: int) -> None:
        """Mark the row so many below."""
        self.mark(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Mark the row a screenful below."""
        self.mark(self.cursor + by * max(self.size.height - 2, 1))

    def action_jump(self, to: int) -> None:
        """Mark the first row or the last."""
        self.mark(to if to >= 0 else len(self.rows) - 1)

    def on_click(self, event: events.Click) -> None:
        """Mark the row clicked; the second click on it chooses it; a heading sorts."""
        if event.y == 0:
            at = 0
            for _, column, width in self._columns():
                at += width + 1
                if event.x < at + 1:
                    if column.sortable:
                        self.post_message(self.Sorted(self, column.key))
                    return
            return
        row = self.scroll_offset.y + event.y - 1
        if row < len(self.rows):
            again = row == self.cursor
            self.mark(row)
            if again:
                self.choose()

    def choose(self) -> None:
        """Choose the marked row."""
        if len(self.rows):
            self.post_message(self.Chosen(self, self.cursor))

    # drawing

    def on_resize(self) -> None:
        """Fit the columns into the new width."""
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        self._keep_in_sight()

    def _columns(self) -> list[tuple[int, Column, int]]:
        """The columns that have room, each with its screen in a row and its width."""
        room = self.scrollable_content_region.width
        from yaohao.planner.wording.messages import language

        known = (room, language(), str(self.sorted_by))
        if self._layout is None or self._layout[0] != known:
            self._layout = (known, self._laid_out(room))
        return self._layout[1]

    def _laid_out(self, room: int) -> list[tuple[int, Column, int]]:
        found = [
            (place, column, max(column.width, cell_len(self._heading(column))))
            for place, column in enumerate(self.columns)
        ]
        while sum(width + 1 for *_, width in found) + 1 > room:
            sparest = max(found, key=lambda one: one[1].spare)
            if not sparest[1].spare:
                break
            found.remove(sparest)
        left = room - sum(width + 1 for *_, width in found) - 1
        shares = sum(column.grow for _, column, _ in found)
        if shares:
            grown = []
            for place, column, width in found:
                more = left * column.grow // shares
                grown.append((place, column, max(width + more, 4)))
            found = grown
        return found

    def _heading(self, column: Column) -> str:
        words = say(column.words) if column.words else ""
        if self.sorted_by and self.sorted_by[0] == column.key:
            return f"{words} {'v' if self.sorted_by[1] else '^'}"
        return words

    def _row(self, row: int) -> Sequence[Any] | None:
        block, place = divmod(row, BLOCK)
        if block not in self._blocks:
            self._fetch(block, block)
        rows = self._blocks[block]
        return rows[place] if place < len(rows) else None

    def _fetch(self, first: int, last: int) -> None:
        """Have the blocks from `first` to `last`, asked for at once from the first missing one to
        the last; the ones longest out of use are let go.
        """
        wanted = range(first, last + 1)
        missing = [block for block in wanted if block not in self._blocks]
        if missing:
            begin, end = missing[0], missing[-1] + 1
            rows = self.rows.page(begin * BLOCK, min(end * BLOCK, len(self.rows)))
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
        bottom = min(self.scroll_offset.y + crop.bottom - 1, len(self.rows))
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
        """One line: the heading, or a row."""
        width = self._room
        base = self._style("")
        if y == 0:
            style = base + self._style("table--head")
            text = " " + " ".join(
                fit(self._heading(column), size, right=column.right)
                for _, column, size in self._columns()
            )
            return Strip([Segment(fit(text, width), style)], width)
        row = self.scroll_offset.y + y - 1
        if row >= len(self.rows):
            words = say(self.empty) if not len(self.rows) and y == 2 else ""
            return Strip([Segment(fit(f"  {words}" if words else "", width), base)], width)
        values = self._row(row)
        if values is None:
            return Strip([Segment(" " * width, base)], width)
        return Strip(self._segments(values, row == self.cursor, width)).adjust_cell_length(
            width, base
        )

    def _segments(self, values: Sequence[Any], is_marked: bool, width: int) -> list[Segment]:
        base = self._style("")
        if is_marked:
            base += self._style("table--cursor")
        # Cells of one style are one segment: what is painted costs by the segment.
        pieces, styles = [">" if is_marked else " "], [base]
        left = width - 1
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
