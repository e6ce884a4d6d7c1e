"""A field to type into that never blinks."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input
from yaohao.planner.wording.messages import say


class Field(Input):
    """One line to type into; `words` is the code of what it asks for.

    What is typed into one that `replaces` takes the place of what stands in it; the arrows keep it.
    """

    def __init__(
        self, words: str, value: str = "", *, replaces: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(
            value, placeholder=say(words), select_on_focus=replaces, compact=True, **kwargs
        )
        self.cursor_blink = False  # a blinking cursor repaints twice a second, over SSH too
