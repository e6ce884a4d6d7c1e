"""What screens with a filter above their rows have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.widgets import Input
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.table_filter import table_filter, unknown_words
from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import RowTable


class FilterMixin(BaseScreen):
    """A screen whose rows (`FOCUS`) are filtered by the field ``filter`` while it is typed into."""

    FOCUS = "#rows"
    FILTER_KEYS: ClassVar[Mapping[str, str]] = {}
    """Keys of the filter that ask for something else than a column."""

    def __init__(self) -> None:
        super().__init__()
        self.typed = ""

    def filtered(self) -> None:
        """Show the rows that have what is `typed`."""
        self.fill()

    def told_unknown(self, columns: Sequence[Column]) -> str:
        """What to say of what is typed that no column is called; nothing where all is known."""
        return unknown_words(table_filter(self.typed, columns, self.FILTER_KEYS).unknown, columns)

    def filter_typed(self) -> str:
        """What stands in the filter."""
        return self.typed

    def take_filter(self, typed: str) -> None:
        """Filter by this, as if it had been typed."""
        self.typed = typed
        if self.is_mounted:
            self.query_one("#filter", Field).value = typed
            self.filtered()

    def is_looking(self) -> bool:
        """Whether the rows are still being looked for."""
        return False

    def is_vacant(self) -> bool:
        """Whether there would be no rows without the filter either."""
        return False

    def emptiness(self) -> str:
        """Tell a filter that nothing fits from a place in which nothing is."""
        if self.is_looking():
            return ""
        if self.is_vacant():
            return "place"
        return (
            "filter" if self.sought() and not len(self.query_one(self.FOCUS, RowTable).rows) else ""
        )

    def sought(self) -> str:
        """What is typed into the filter, where that is shown."""
        field = self.query_one("#filter", Field)
        return field.value if field.display else ""

    def clear(self) -> None:
        """Clear the filter, and go on in the rows."""
        self.query_one("#filter", Field).value = ""
        self.query_one(self.FOCUS, RowTable).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        if event.value != self.typed:
            self.typed = event.value
            self.filtered()

    def on_input_submitted(self) -> None:
        """Go on in the rows."""
        self.query_one(self.FOCUS, RowTable).focus()

    def do_filter(self) -> None:
        """Type what the rows must have."""
        self.query_one("#filter", Field).focus()

    def leave_filter(self) -> bool:
        """Leave the filter, then clear it; False where there is nothing to leave."""
        field = self.query_one("#filter", Field)
        if field.has_focus:
            self.query_one(self.FOCUS, RowTable).focus()
        elif field.value:
            field.value = ""
        else:
            return False
        return True
