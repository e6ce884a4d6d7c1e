"""The text of a dialog: as high as its fields and answers leave room for, and scrolled."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain

_SHARE = 0.9
"""The part of the screen that a dialog may take, as of the stylesheet."""

_FRAME = 4
"""Lines of its frame and of the space within."""

LEAST = 3
"""Lines that the text and a form keep, however small the screen is."""

MOST = 14
"""Lines of a form."""

_MOVES = {"up": "scroll_up", "down": "scroll_down", "pageup": "scroll_page_up",
          "pagedown": "scroll_page_down"}  # fmt: skip


class DialogText(VerticalScroll, can_focus=False):
    """Text that is no markup; what stands below it in the dialog stays in sight."""

    def __init__(self, text: str) -> None:
        super().__init__(classes="dialog-text")
        self._text = "\n".join(map(plain, text.split("\n")))

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static(Content(self._text))

    def on_mount(self) -> None:
        """Take the room that is left."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Take the room that the others leave; where it is little a form gives of its own."""
        box = self.parent
        if not isinstance(box, Widget) or not self.is_mounted:
            return
        room = int(self.screen.size.height * _SHARE) - _FRAME
        forms = [one for one in box.children if one.has_class("form")]
        others = [
            one for one in box.children if one not in (self, *forms) and not one.has_class("close")
        ]
        left = room - sum(one.outer_size.height for one in others)
        whole = self.virtual_size.height + self.styles.padding.height
        for form in forms:
            high = min(len(form.children), MOST, max(left - whole, LEAST))
            high = min(high, max(left - LEAST, LEAST))
            form.styles.max_height = high
            left -= high
        self.styles.max_height = max(left, LEAST)

    def scroll_by_key(self, key: str) -> bool:
        """Scroll by an arrow or a page; False for another key."""
        move = _MOVES.get(key)
        if move is not None:
            getattr(self, move)(animate=False)
        return move is not None
