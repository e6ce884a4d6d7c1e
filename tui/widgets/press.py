"""Words that can be pressed: a button, or a value that is chosen from a few."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain


class Press(Static, can_focus=True):
    """One line that does something: by Enter, the space bar or a click.

    What it does is for whoever gets its messages: `Pressed`, and of one that `turns`, as a value
    that is chosen from a few, `Turned` with one or minus one, by the arrows; there Enter goes on to
    the next, as in every field of a form. A value that is chosen in a list stands between the same
    marks: the arrows open the list.
    """

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, press: Press) -> None:
            super().__init__()
            self.press = press

        @property
        def control(self) -> Press:
            """What was pressed."""
            return self.press

    class Turned(Pressed):
        """The value before or behind is wanted."""

        def __init__(self, press: Press, by: int) -> None:
            super().__init__(press)
            self.by = by

    def __init__(self, words: str = "", *, turns: bool = False, **kwargs: Any) -> None:
        super().__init__(Content(plain(words)), **kwargs)
        self.words, self.turns = words, turns

    def say(self, words: str) -> None:
        """Show other words."""
        if words != self.words:
            self.words = words
            self.update(Content(plain(words)))

    async def on_key(self, event: events.Key) -> None:
        """Press on Enter and space; turn on left and right."""
        if event.key == "enter" and self.turns:
            self.screen.focus_next()
        elif event.key in ("enter", "space"):
            self.post_message(self.Pressed(self))
        elif event.key in ("left", "right") and self.turns:
            self.post_message(self.Turned(self, 1 if event.key == "right" else -1))
        elif event.key in ("left", "right") and self.words.startswith("<"):
            self.post_message(self.Pressed(self))  # drawn as one that turns: it is chosen in a list
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Press on a click."""
        event.stop()
        self.focus()
        self.post_message(self.Pressed(self))
