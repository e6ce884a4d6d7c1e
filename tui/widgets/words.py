"""Words that change: set anew only where they differ, laid out anew only where their lines do."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static


class Words(Static):
    """Lines of plain text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._said = ""

    def say(self, text: str, at_least: int = 0) -> None:
        """Show `text`, which is no markup, in no fewer lines than `at_least`."""
        text += "\n" * (at_least - 1 - text.count("\n"))
        if text != self._said:
            is_as_high = text.count("\n") == self._said.count("\n") and bool(self._said) == bool(
                text
            )
            is_as_high = is_as_high and not (self._is_folded(text) or self._is_folded(self._said))
            self._said = text
            self.update(Content(text), layout=not is_as_high)

    def _is_folded(self, text: str) -> bool:
        """Whether a line of a text is longer than there is room for."""
        width = self.content_size.width
        return any(cell_len(line) > width for line in text.split("\n"))
