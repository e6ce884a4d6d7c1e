"""What screens with a filter above their rows have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widgets import Input
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import RowTable


class FilterMixin(BaseScreen):
    """A screen whose rows (`FOCUS`) are filtered by the field ``filter`` while it is typed into."""

    FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self.typed = ""

    def filtered(self) -> None:
        """Show the rows that have what is `typed`."""
        self.fill()

    def filter_typed(self) -> str:
        """What stands in the filter."""
        return self.typed

    def take_filter(self, typed: str) -> None:
        """Filter by this, as if it had been typed."""
        self.typed = typed
        if self.is_mounted:
            self.query_one("#filter", Field).value = typed
            self.filtered()

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


def has_all(parts: Sequence[str], texts: Iterable[str]) -> bool:
    """Whether texts have all the words typed, whatever their case."""
    if not parts:
        return True
    text = " ".join(texts).casefold()
    return all(part in text for part in parts)
