"""The road of the draws: how many stand at each step; a click on a step marks the next of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.cells import cell_len
from textual import events
from yaohao.tui.widgets.bars import Pieces


class Road(Pieces):
    """Steps with their numbers, in one line."""

    def __init__(self, chosen: Callable[[str], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._chosen = chosen
        self._steps: list[tuple[str, str, int]] = []

    def show(self, steps: Sequence[tuple[str, str, int]]) -> None:
        """Show other steps: the code of each, its words, how many stand there."""
        if list(steps) != self._steps:
            self._steps = list(steps)
            self.refresh()

    def pieces(self) -> list[tuple[str, str, str]]:
        """The steps, with a mark between each two."""
        found: list[tuple[str, str, str]] = []
        for code, words, number in self._steps:
            if found:
                found.append((" > ", "", ""))
            found.append((f"{words} {number}", "line--key" if number else "", code))
        return found

    async def on_click(self, event: events.Click) -> None:
        """Tell which step was clicked."""
        event.prevent_default()
        at = self.content_region.x - self.region.x
        for text, _, code in self.pieces():
            at += cell_len(text)
            if event.x < at:
                if code:
                    self._chosen(code)
                return
