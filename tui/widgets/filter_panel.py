"""Filters kept by name for a table: kept, listed, taken, deleted."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.doors.kept_tables import KeptTables
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.text_layout import cut
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable

COLUMNS = (
    Column("name", "tui_table.col-name", 18, ident=True),
    Column("typed", "tui_table.col-filter", 20, grow=1),
)
_SHOWN = 60
"""Columns of the screen that the filter now typed may take in the panel."""


class FilterPanel(Dialog):
    """Lists the filters kept for a table; gives the text of one back, or None."""

    def __init__(self, called: str, typed: str) -> None:
        super().__init__()
        self._called, self._typed = called, typed
        self._kept = KeptTables()

    def compose(self) -> ComposeResult:
        """A field for the name under which what is typed now is kept, and the list."""
        body = Vertical(classes="dialog")
        body.styles.height = "80%"
        now = plain(cut(self._typed, _SHOWN)) if self._typed.strip() else say("common.none")
        with body:
            yield Static(Content(say("tui_table.filters-title")), classes="dialog-title")
            yield Static(Content(say("tui_table.filters-now", typed=now)))
            yield Field("tui_table.filters-ask", id="filter-name")
            yield RowTable(COLUMNS, empty="tui_table.no-filters", at_once=True, id="filter-list")
            yield Static(id="filter-told", classes="bad")
            yield Static(Content(say("tui_table.filters-keys")), classes="answer")

    def on_mount(self) -> None:
        """Begin with the list; where there is none, with the name."""
        super().on_mount()
        self._fill()
        field, table = self.query_one(Field), self.query_one("#filter-list", RowTable)
        (table if self._kept.filters(self._called) else field).focus()

    def _fill(self) -> None:
        filters = self._kept.filters(self._called)
        self.query_one("#filter-list", RowTable).show([*map(list, filters.items())], keep=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep what is typed in the screen by this name."""
        event.stop()

        def keep() -> None:
            self._kept.keep_filter(self._called, event.value, self._typed)
            event.input.value = ""
            self._fill()
            self.query_one("#filter-list", RowTable).focus()

        if not event.value.strip() or not self._typed.strip():
            missing = say("output.filter-empty")
            self.query_one("#filter-told", Static).update(Content(missing))
            return
        self.query_one("#filter-told", Static).update(Content(""))
        self.app.guarded(keep)  # type: ignore[attr-defined]

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Take the filter clicked."""
        event.stop()
        self._take()

    def _marked(self) -> tuple[str, str] | None:
        filters = list(self._kept.filters(self._called).items())
        at = self.query_one("#filter-list", RowTable).cursor
        return filters[at] if at < len(filters) else None

    def _take(self) -> None:
        marked = self._marked()
        if marked is not None:
            self.dismiss(marked[1])

    def _forget(self) -> None:
        marked = self._marked()
        if marked is not None:
            self._kept.forget_filter(self._called, marked[0])
            self._fill()

    async def on_key(self, event: events.Key) -> None:
        """Take or delete the marked filter; Tab goes from the list to the name and back."""
        table = self.query_one("#filter-list", RowTable)
        if event.key in ("enter", "delete", "backspace") and table.has_focus:
            event.stop()
            event.prevent_default()
            if event.key == "enter":
                self._take()
            else:
                self.app.guarded(self._forget)  # type: ignore[attr-defined]
