"""Words that change: set anew only where they differ, laid out anew only where their lines do."""

from __future__ import annotations

from typing import Any

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
            self._said = text
            self.update(Content(text), layout=not is_as_high)
