"""A QR code that a phone reads off the wall: dark on light in every theme."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from yaohao.planner.wording.messages import say
from yaohao.tui.blocks import code_lines
from yaohao.tui.text_layout import folded

INK = Style(color="#000000", bgcolor="#ffffff", bold=False)
SOLID = Style(color="#000000", bgcolor="#000000", bold=False)
"""Of ``##``: with colours a whole dark module, without them still the signs."""


class Code(Widget):
    """A QR code, in the middle of its room; words where there is too little of it."""

    def __init__(self, modules: Sequence[str] = (), *, ascii_only: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.modules, self.ascii_only = list(modules), ascii_only
        self._made: tuple[tuple[int, int], list[str]] | None = None

    def show(self, modules: Sequence[str]) -> None:
        """Show another code."""
        if list(modules) != self.modules:
            self.modules, self._made = list(modules), None
            self.refresh()

    def fits(self, width: int, height: int) -> int:
        """The columns that it takes in so much room; 0 where it does not fit."""
        lines = self._lines(width, height)
        return len(lines[0]) if lines else 0

    def _lines(self, width: int, height: int) -> list[str]:
        if not self.modules:
            return []
        if self._made is None or self._made[0] != (width, height):
            lines = code_lines(self.modules, width, height, ascii_only=self.ascii_only)
            self._made = ((width, height), lines)
        return self._made[1]

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
        line = lines[y - top]
        length = Segment(line).cell_length
        left = max(width - length, 0) // 2
        right = max(width - length - left, 0)
        inked = [Segment(part, INK if "##" not in part else SOLID) for part in _runs(line)]
        if ink is base:
            inked = [Segment(line, base)]
        return Strip([Segment(" " * left, base), *inked, Segment(" " * right, base)])


def _runs(line: str) -> list[str]:
    """A line of ``##`` and blanks in runs of one kind; any other line as it is."""
    return re.findall("#+|[^#]+", line)


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
