"""Where a table is to be written, and as what."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.doors.tables import TABLE_FORMATS
from yaohao.planner.wording.messages import say
from yaohao.tui.widgets.dialog_text import DialogText
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable

COLUMNS = (
    Column("ending", "tui_table.col-ending", 8),
    Column("about", "tui_table.col-kind", 20, grow=1),
)


class ExportPanel(Dialog):
    """Asks for the name of a file, whose ending says as what it is written; gives it back."""

    def __init__(self, file: Path, text: str) -> None:
        super().__init__()
        self._file, self._text = file, text

    def compose(self) -> ComposeResult:
        """What is written, the name, the four kinds."""
        with Vertical(classes="dialog"):
            yield Static(Content(say("tui_table.export-title")), classes="dialog-title")
            yield DialogText(self._text)
            yield Field("tui_table.export-ask", str(self._file), id="export-file")
            table = RowTable(COLUMNS, id="export-kinds", moved=self._end)
            table.styles.height = len(TABLE_FORMATS) + 1
            yield table
            yield Static(Content(say("tui_table.export-keys")), classes="answer")

    def on_mount(self) -> None:
        """Begin with the name."""
        super().on_mount()
        table = self.query_one(RowTable)
        table.show([[f".{one}", say(f"tui_table.kind-{one}")] for one in TABLE_FORMATS])
        self._mark()
        self.query_one(Field).focus()

    def _mark(self) -> None:
        """Mark the kind that the name ends in."""
        ending = Path(self.query_one(Field).value.strip()).suffix.lower().removeprefix(".")
        if ending in TABLE_FORMATS:
            self.query_one(RowTable).mark(TABLE_FORMATS.index(ending))

    def _end(self) -> None:
        """Let the name end in the marked kind."""
        field = self.query_one(Field)
        ending = f".{TABLE_FORMATS[self.query_one(RowTable).cursor]}"
        name = field.value.strip()
        suffix = Path(name).suffix
        if suffix.lower() == ending:
            return
        is_kind = suffix.lower().removeprefix(".") in TABLE_FORMATS
        field.value = (name.removesuffix(suffix) if is_kind and suffix else name) + ending
        field.cursor_position = len(field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark the kind that is typed."""
        event.stop()
        self._mark()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the name back."""
        event.stop()
        self._answer()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Write as the kind clicked twice."""
        event.stop()
        self._answer()

    def _answer(self) -> None:
        typed = self.query_one(Field).value.strip()
        if typed:
            self.dismiss(typed)

    async def on_key(self, event: events.Key) -> None:
        """Go through the kinds while the name stays typed into."""
        table = self.query_one(RowTable)
        if event.key in ("up", "down") and not table.has_focus:
            event.stop()
            event.prevent_default()
            table.action_move(-1 if event.key == "up" else 1)
        elif event.key == "enter" and table.has_focus:
            event.stop()
            event.prevent_default()
            self._answer()
