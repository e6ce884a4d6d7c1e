"""The editor of a plan file: lines with problems are marked, numbers go up and down by a key."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from yaohao.planner.vocabulary.text import plain

NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?")


class PlanEditor(TextArea):
    """TOML text. The lines in `marked` are underlined; nothing in it blinks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "leap(0)", show=False),
        Binding("ctrl+end", "leap(-1)", show=False),
    ]

    def __init__(self, text: str, **kwargs: Any) -> None:
        super().__init__(
            text,
            soft_wrap=True,
            show_line_numbers=True,
            tab_behavior="focus",
            compact=True,
            **kwargs,
        )
        self.cursor_blink = False
        self.marked: frozenset[int] = frozenset()

    def mark(self, lines: Collection[int]) -> None:
        """Mark lines, counted from 1."""
        if frozenset(lines) != self.marked:
            self.marked = frozenset(lines)
            self._line_cache.clear()
            self.refresh()

    def go_on_from(self, other: PlanEditor) -> None:
        """Have the cursor of another editor of the same text, and undo what it would undo."""
        if other.text == self.text:
            self.history = other.history
            self.move_cursor(other.cursor_location)

    def get_line(self, line_index: int) -> Text:
        """A line as it is shown: what would act on the screen as a question mark in its place."""
        line = self.document.get_line(line_index)
        text = Text(
            "".join(c if plain(c) == c or c == "\t" else "?" for c in line), end="", no_wrap=True
        )
        if line_index + 1 in self.marked:
            text.stylize("bold underline")
        elif text.plain.lstrip().startswith("#"):
            text.stylize("dim")
        return text

    def action_leap(self, to: int) -> None:
        """Go to the beginning of the text or to its end."""
        self.move_cursor((0, 0) if to == 0 else self.document.end)

    def goto(self, line: int) -> None:
        """Put the cursor at the beginning of a line, counted from 1."""
        last = self.document.line_count - 1
        self.move_cursor((min(max(line - 1, 0), last), 0), center=True)

    def step(self, by: int) -> bool:
        """Raise or lower the number at the cursor, or the next one in its line, by its last digit.

        Whether there was one.
        """
        row, column = self.cursor_location
        line = self.document.get_line(row)
        found = next((m for m in NUMBER.finditer(_code(line)) if m.end() > column), None)
        if found is None:
            return False
        self.replace(stepped(found[0], by), (row, found.start()), (row, found.end()))
        self.move_cursor((row, found.start()))
        return True

    def put(self, text: str) -> None:
        """Make `text` the whole text by changing only the lines that differ.

        One step that can be undone by itself.
        """
        if text == self.text:
            return
        old, new = self.text.split("\n"), text.split("\n")
        first = 0
        while first < min(len(old), len(new)) and old[first] == new[first]:
            first += 1
        last = 0
        while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
            last += 1
        at = self.cursor_location
        self.history.checkpoint()
        if last:
            self.replace(
                "".join(f"{line}\n" for line in new[first : len(new) - last]),
                (first, 0),
                (len(old) - last, 0),
            )
        else:
            self.replace(text, (0, 0), self.document.end)
        self.history.checkpoint()
        self.move_cursor((min(at[0], self.document.line_count - 1), 0))


def _code(line: str) -> str:
    """A line without its comment; a number sign within quotes is none."""
    quoted = False
    for place, mark in enumerate(line):
        if mark == '"':
            quoted = not quoted
        elif mark == "#" and not quoted:
            return line[:place]
    return line


def stepped(number: str, by: int) -> str:
    """A number or a day one step up or down, with as many digits as it has; never below zero."""
    if "-" in number:
        try:
            return (date.fromisoformat(number) + timedelta(days=by)).isoformat()
        except (ValueError, OverflowError):
            return number
    places = len(number.partition(".")[2])
    found = Decimal(number) + by * Decimal(1).scaleb(-places)
    return f"{found:.{places}f}" if found >= 0 else number
