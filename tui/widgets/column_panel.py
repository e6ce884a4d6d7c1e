"""The panel of a table's columns: shown or hidden, in which order, how wide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.doors.kept_tables import KeptColumns
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import key_typed, meaning_of
from yaohao.tui.widgets.columns import in_order, is_shown, with_moved, with_shown, with_width
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.table import Column, RowTable

COLUMNS = (
    Column("shown", "tui_table.col-shown", 5),
    Column("heading", "tui_table.col-heading", 16, grow=1),
    Column("width", "tui_table.col-width", 6, right=True),
)


class ColumnPanel(Dialog):
    """Changes the columns of a table while it is seen behind; nothing is given back."""

    def __init__(self, table: RowTable) -> None:
        super().__init__()
        self._of = table

    def compose(self) -> ComposeResult:
        """The columns, in the order they have."""
        body = Vertical(classes="dialog")
        body.styles.height = len(self._of.columns) + 8
        with body:
            yield Static(Content(say("tui_table.columns-title")), classes="dialog-title")
            yield RowTable(COLUMNS, at_once=True, id="panel-table")
            yield Static(Content(say("tui_table.columns-keys")), classes="answer")

    def on_mount(self) -> None:
        """Show them."""
        super().on_mount()
        self._fill()
        self.query_one(RowTable).focus()

    def _fill(self) -> None:
        kept = self._of.kept
        self.query_one(RowTable).show(
            [
                [
                    "[x]" if is_shown(column, kept) else "[ ]",
                    column.heading() or column.key,
                    kept.widths.get(column.key, max(column.width, cell_len(column.heading()))),
                ]
                for _, column in in_order(self._of.columns, kept)
            ],
            keep=True,
        )

    def _marked(self) -> Column:
        return in_order(self._of.columns, self._of.kept)[self.query_one(RowTable).cursor][1]

    def _keep(self, wanted: KeptColumns) -> None:
        marked = self._marked().key
        self._of.keep(wanted)
        self._fill()
        keys = [column.key for _, column in in_order(self._of.columns, wanted)]
        self.query_one(RowTable).mark(keys.index(marked))

    def turn(self) -> None:
        """Show the marked column, or hide it; the last one that is shown stays."""
        column, kept = self._marked(), self._of.kept
        shown = [one for one in self._of.columns if is_shown(one, kept)]
        if shown != [column]:
            self._keep(with_shown(kept, column, shown=not is_shown(column, kept)))

    def _widen(self, by: int) -> None:
        column, kept = self._marked(), self._of.kept
        width = kept.widths.get(column.key, max(column.width, cell_len(column.heading())))
        self._keep(with_width(kept, column, width + by))

    def _move(self, by: int) -> None:
        order = [column.key for _, column in in_order(self._of.columns, self._of.kept)]
        at = order.index(self._marked().key)
        if 0 <= at + by < len(order):
            self._keep(with_moved(self._of.kept, self._of.columns, order[at], order[at + by]))

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Show or hide what is clicked."""
        event.stop()
        self._guarded(self.turn)

    def _close(self) -> None:
        self.dismiss(None)

    def _guarded(self, act: Callable[[], None]) -> None:
        self.app.guarded(act)  # type: ignore[attr-defined]

    async def on_key(self, event: events.Key) -> None:
        """Change the marked column."""
        acts: Mapping[str, Callable[[], None]] = {
            "space": self.turn,
            "right": lambda: self._widen(1),
            "left": lambda: self._widen(-1),
            "more": lambda: self._widen(1),
            "less": lambda: self._widen(-1),
            "shift+down": lambda: self._move(1),
            "shift+up": lambda: self._move(-1),
            "next-part": lambda: self._move(1),
            "previous-part": lambda: self._move(-1),
            "delete": lambda: self._keep(KeptColumns()),
            "backspace": lambda: self._keep(KeptColumns()),
            "enter": self._close,
        }
        key = key_typed(event.key, event.character)
        act = acts.get(key) or acts.get(meaning_of(key) or "")
        if act is not None:
            event.stop()
            event.prevent_default()
            self._guarded(act)
