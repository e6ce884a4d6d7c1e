"""A field to type into that never blinks, and into which a paste goes as text."""

from __future__ import annotations

from typing import Any, Self

from textual import events
from textual.widgets import Input
from yaohao.planner.vocabulary.filter_words import pasted_as_filter
from yaohao.planner.vocabulary.text import tidy
from yaohao.planner.wording.messages import say
from yaohao.tui.text_layout import cut_at_word

MOST = 200_000
"""Characters that are taken of a paste."""

FILTER = "filter"
"""The id of a field that filters rows: several codes pasted into it are alternatives."""


class Field(Input):
    """One line to type into; `words` is the code of what it asks for.

    What is typed into one that `replaces` takes the place of what stands in it; the arrows keep it.
    """

    def __init__(
        self, words: str, value: str = "", *, replaces: bool = False, **kwargs: Any
    ) -> None:
        self._asks = say(words)
        super().__init__(
            value, placeholder=self._asks, select_on_focus=replaces, compact=True, **kwargs
        )
        self.cursor_blink = False  # a blinking cursor repaints twice a second, over SSH too

    def on_resize(self) -> None:
        """Ask in as many whole words as there is room for."""
        self.placeholder = cut_at_word(self._asks, self.content_size.width)

    def _on_paste(self, event: events.Paste) -> None:
        """Take what is pasted as one line of text: no sign in it acts, no line of it is lost."""
        event.stop()
        event.prevent_default()  # else what Textual does with it is done as well
        self.take_pasted(event.text)

    def take_pasted(self, pasted: str) -> None:
        """Put a pasted text where the cursor is, in place of what is selected."""
        text = pasted[:MOST]
        text = tidy(pasted_as_filter(text)) if self.id == FILTER else tidy(text)
        selection = self.selection
        if selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *selection)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take what is typed from now on: at once, so that keys pressed ahead are not lost."""
        if self.is_attached:
            self.screen.set_focus(self, scroll_visible)
        return self
