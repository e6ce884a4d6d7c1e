"""A field to type into that never blinks, and into which a paste goes as text."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.widgets import Input
from yaohao.planner.vocabulary.filter_words import pasted_as_filter
from yaohao.planner.vocabulary.text import tidy
from yaohao.planner.wording.messages import say

MOST = 200_000
"""Characters that are taken of a paste."""

FILTER = "filter"
"""The id of a field that filters rows: several codes pasted into it are alternatives."""


class Field(Input):
    """One line to type into; `words` is the code of what it asks for.

    Of one that is `replaced` what stands there is selected when it is come to, so that what is
    typed takes its place; the arrows go on in it.
    """

    def __init__(
        self, words: str, value: str = "", *, replaced: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(
            value, placeholder=say(words), select_on_focus=replaced, compact=True, **kwargs
        )
        self.cursor_blink = False  # a blinking cursor repaints twice a second, over SSH too

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
