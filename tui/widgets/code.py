"""A QR code that a phone reads off the wall: dark on light in every theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from planner.vocabulary.words import say
from tui.blocks import code_lines
from tui.cells import folded

INK = Style(color="#000000", bgcolor="#ffffff", bold=False)


class Code(Widget):
    """A QR code, in the middle of its room; words where there is too little of it."""

    def __init__(self, modules: Sequence[str] = (), *, ascii_only: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.modules, self.ascii_only = list(modules), ascii_only

    def show(self, modules: Sequence[str]) -> None:
        """Show another code."""
        if list(modules) != self.modules:
            self.modules = list(modules)
            self.refresh()

    def fits(self, width: int, height: int) -> int:
        """The columns that it takes in so much room; 0 where it does not fit."""
        lines = self._lines(width, height)
        return len(lines[0]) if lines else 0

    def _lines(self, width: int, height: int) -> list[str]:
        if not self.modules:
            return []
        return code_lines(self.modules, width, height, ascii_only=self.ascii_only)

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        width, height = self.size
        base = self.rich_style
        lines, ink = self._lines(width, height), INK
        if not lines and self.modules:
            lines, ink = folded(say("tui_draw.code-too-large"), max(width - 2, 8)), base
        top = max(height - len(lines), 0) // 2
        if not top <= y < top + len(lines):
            return Strip([Segment(" " * width, base)], width)
        segment = Segment(lines[y - top], ink)
        left = max(width - segment.cell_length, 0) // 2
        right = max(width - segment.cell_length - left, 0)
        return Strip([Segment(" " * left, base), segment, Segment(" " * right, base)])


class CodeAlone(ModalScreen[None]):
    """The code and nothing else, as large as the window allows; any key leaves it."""

    def __init__(self, modules: Sequence[str], *, ascii_only: bool) -> None:
        super().__init__()
        self._modules, self._ascii_only = modules, ascii_only

    def compose(self) -> ComposeResult:
        """The code."""
        yield Code(self._modules, ascii_only=self._ascii_only, id="alone")

    async def on_key(self, event: events.Key) -> None:
        """Leave."""
        event.stop()
        event.prevent_default()
        self.dismiss(None)

    def on_click(self) -> None:
        """Leave."""
        self.dismiss(None)
