"""A field to type into that never blinks."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input
from yaohao.planner.wording.messages import say


class Field(Input):
    """One line to type into; `words` is the code of what it asks for."""

    def __init__(self, words: str, value: str = "", **kwargs: Any) -> None:
        super().__init__(
            value, placeholder=say(words), select_on_focus=False, compact=True, **kwargs
        )
        self.cursor_blink = False  # a blinking cursor repaints twice a second, over SSH too
