"""A field to type into that never blinks."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input
from yaohao.planner.wording.messages import say


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
