"""A table of any number of rows, of which only those on the screen are ever asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import keys_of
from yaohao.tui.widgets.columns import Column, with_moved, with_width
from yaohao.tui.widgets.rows import ListRows, Row, Rows
from yaohao.tui.widgets.table_mouse import Heading, heading_at, pressed
from yaohao.tui.widgets.table_paint import BLOCK, PaintedTable
from yaohao.tui.widgets.table_view import Narrowing

__all__ = ["BLOCK", "Column", "ListRows", "RowTable", "Rows"]

RIGHT_BUTTON = 3


class RowTable(PaintedTable):
    """Rows under a heading, one of them marked; asks its `Rows` for those on the screen alone.

    The marked row is told by ``>`` before it, not by its colour alone, and rows that are picked by
    ``*``. `moved` is called at once when another row is marked, so that what depends on it is
    painted with it. Messages: `Chosen` on Enter or a second click, or where rows are taken
    `at_once` on the first; `Sorted` on a click on a heading of a column that its screen orders by.
    What a table is `called` is what its columns and filters are kept by; one that is called nothing
    has neither. Rows of one that is `banded` stand below headings of their own among the rows: they
    cannot be ordered otherwise or grouped.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"up,{keys_of('up')[0]}", "move(-1)", show=False),
        Binding(f"down,{keys_of('down')[0]}", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,ctrl+home", "jump(0)", show=False),
        Binding("end,ctrl+end", "jump(-1)", show=False),
    ]

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
        """A heading was clicked of a column that the screen orders by."""

        def __init__(self, table: RowTable, key: str) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> RowTable:
            """The table."""
            return self.table

    class Asked(Message):
        """The panel of columns was asked for by mouse."""

        def __init__(self, table: RowTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> RowTable:
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        empty: str = "tui.nothing",
        moved: Callable[[], object] | None = None,
        called: str = "",
        *,
        banded: bool = False,
        at_once: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(columns, empty, called, **kwargs)
        self.moved = moved
        self.is_banded = banded
        self._takes_at_once = at_once
        self.beside: Callable[[], None] | None = None
        """Called when another row is marked, by what stands beside the table."""
        self._heading_held: Heading | None = None

    # what is shown

    def show(self, rows: Rows | Sequence[Row], *, keep: bool = False) -> None:
        """Show other rows; the mark goes to the first, or with `keep` stays on its row."""
        found = ListRows(rows) if isinstance(rows, list | tuple) else rows
        kept = self._there(self.view.at) if keep else None
        if not keep:
            self.view.at = 0
        self.view.about(self._scope())
        self.view.take(found, kept)  # type: ignore[arg-type]
        if not self.is_ordered_elsewhere:
            self.sorted_by = self.view.order
        self.reread()
        if not keep:
            self.scroll_to(0, 0, animate=False, immediate=True)
        self._keep_in_sight()

    def _scope(self) -> Hashable:
        return getattr(self.screen, "table_scope", "") if self.is_mounted else self.view.scope

    def set_columns(self, columns: Sequence[Column], called: str = "") -> None:
        """Have other columns; rows that fit them are to be shown next."""
        if tuple(columns) != self.columns or (called and called != self.called):
            self.called = called or self.called
            self._kept, self._layout = None, None
            self.view.have(columns)
            self._blocks = {}

    def reread(self) -> None:
        """Ask for the rows on the screen again."""
        self._blocks = {}
        self._layout = None
        self._measure()
        self.refresh()
        self.view.renew(self._on_screen() if self.view.picks else ())
        if self.beside is not None:
            self.beside()

    def _on_screen(self) -> list[Row]:
        top = self.scroll_offset.y
        last = min(top + self._height, len(self.view.seen))
        return [row for at in range(top, last) if (row := self._row(at)) is not None]

    def _measure(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.view.seen) + 1 + self._foot)

    def marked(self) -> Row | None:
        """The marked row as it came, None where there is none."""
        return self._row(self.view.at) if len(self.view.seen) else None

    def mark(self, row: int) -> None:
        """Mark a row by its place among all, and scroll to where it can be seen."""
        row = min(max(row, 0), max(len(self.rows) - 1, 0))
        at = self.view.seen_at(row)
        if at is not None:
            self._mark_seen(at)

    def _mark_seen(self, at: int) -> None:
        at = min(max(at, 0), max(len(self.view.seen) - 1, 0))
        if at != self.view.at:
            self.view.at = at
            self.refresh()
            self._tell_moved()
        self._keep_in_sight()

    def _tell_moved(self) -> None:
        if self.moved is not None:
            self.moved()
        if self.beside is not None:
            self.beside()

    def _keep_in_sight(self) -> None:
        height, top, at = self._height, self.scroll_offset.y, self.view.at
        if at < top:
            self.scroll_to(y=at, animate=False, immediate=True)
        elif at >= top + height:
            self.scroll_to(y=at - height + 1, animate=False, immediate=True)

    # several rows, groups, order

    def changed(self) -> None:
        """Show what is seen by now, after the view was changed."""
        self.reread()
        self._keep_in_sight()
        self._tell_moved()

    def pick(self) -> None:
        """Pick the marked row or let go of it, and go on to the next."""
        row = self.marked()
        if row is not None:
            self.view.pick([row])
            self.view.at = min(self.view.at + 1, len(self.view.seen) - 1)
            self.changed()

    def pick_all(self) -> bool:
        """Pick all that are seen, or let go of all; False where there are too many."""
        is_done = self.view.pick_all()
        self.changed()
        return is_done

    def let_go(self) -> None:
        """Let go of all that is picked."""
        if self.view.picks:
            self.view.picks = {}
            self.changed()

    def open_group(self, narrowing: Narrowing, places: Any) -> None:
        """See the rows of a group alone, at `places` among those seen."""
        self.view.open(narrowing, places)
        self.changed()

    def close_group(self) -> bool:
        """Close the group that was opened last; False where none is open."""
        if not self.view.narrowings:
            return False
        self.view.close()
        self.changed()
        return True

    @property
    def is_ordered_elsewhere(self) -> bool:
        """Whether its screen orders the rows, not the table itself."""
        return any(one.sortable for one in self.columns)

    def turn(self, key: str) -> None:
        """Order by a column: its screen does, or the table itself."""
        column = next((one for one in self.columns if one.key == key), None)
        if column is None or column.drawn or self.is_banded:
            return
        if self.is_ordered_elsewhere:
            if column.sortable:
                self.post_message(self.Sorted(self, key))
            else:
                self._tell(say("tui_table.not-to-order"))
            return
        is_done = self.view.turn(key)
        self.sorted_by = self.view.order
        self.changed()
        if not is_done:
            self._tell(say("tui_table.too-many-to-order"))

    def _tell(self, text: str) -> None:
        tell = getattr(self.screen, "tell", None)
        if tell is not None:
            tell(text, "bad")

    # keys and mouse

    def action_move(self, by: int) -> None:
        """Mark the row so many below."""
        self._mark_seen(self.view.at + by)

    def action_page(self, by: int) -> None:
        """Mark the row a screenful below."""
        self._mark_seen(self.view.at + by * max(self._height - 1, 1))

    def action_jump(self, to: int) -> None:
        """Mark the first row or the last."""
        self._mark_seen(to if to >= 0 else len(self.view.seen) - 1)

    def on_key(self, event: events.Key) -> None:
        """Close the group that is open on Escape, before the screen leaves anything."""
        is_working = bool(getattr(self.app, "is_working", False))
        if event.key == "escape" and not is_working and self.close_group():
            event.stop()
            event.prevent_default()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of a heading."""
        if event.y == 0 and event.button != RIGHT_BUTTON:
            self._heading_held = pressed(self._columns(), event, self._margin)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Widen the column whose end is held."""
        held = self._heading_held
        if held is not None and event.x != held.at:
            held.has_moved = True
            if held.widens:
                wanted = with_width(self.kept, held.column, held.width_at(event.x))
                self.keep(wanted, lasting=False)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of a heading: order by it, or move it to where it was let go."""
        held, self._heading_held = self._heading_held, None
        if held is None:
            return
        self.release_mouse()
        try:
            if not held.has_moved:
                self.turn(held.column.key)
            elif held.widens:
                self.keep(self.kept)
            else:
                found = heading_at(self._columns(), event.x, self._margin)
                if found is not None:
                    self.keep(with_moved(self.kept, self.columns, held.column.key, found[0].key))
        except PlannerError as error:
            self._tell_error(error)

    def _tell_error(self, error: PlannerError) -> None:
        tell = getattr(self.app, "tell_error", None)
        if tell is not None:
            tell(error)

    def on_click(self, event: events.Click) -> None:
        """Mark the row clicked; the second click on it chooses it.

        With Ctrl, or before a row, it is picked. The line below the rows closes a group or lets go.
        """
        if event.y == 0:
            if event.button == RIGHT_BUTTON:
                self.post_message(self.Asked(self))
            return
        if self._foot and event.y == self.size.height - 1:
            if not self.close_group():
                self.let_go()
            return
        at = self.scroll_offset.y + event.y - 1
        if at < len(self.view.seen):
            again = at == self.view.at or self._takes_at_once
            if self.called and (event.ctrl or event.x == 0):
                self.view.at = at
                row = self.marked()
                self.view.pick([row] if row is not None else [])
                self.changed()
                return
            self._mark_seen(at)
            if again:
                self.choose()

    def choose(self) -> None:
        """Choose the marked row."""
        if len(self.view.seen):
            self.post_message(self.Chosen(self, self.cursor))

    def on_resize(self) -> None:
        """Fit the columns into the new width."""
        self._measure()
        self._keep_in_sight()
