"""What may follow the leader key: a panel above the footer, a letter or a click for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import LEADER, key_typed, key_words
from yaohao.tui.text_layout import fit
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.under_mouse import under_mouse

WIDEST = 24
"""Columns of one entry."""


@dataclass(frozen=True)
class Follower:
    """A key that may follow, what it gives back, its words, and whether it can be used now."""

    key: str
    value: Any
    label: str
    can: bool = True


class Keys(Widget):
    """The keys and their words, in as many columns as there is room for."""

    COMPONENT_CLASSES = {"line--key", "table--dim"}  # noqa: RUF012

    def __init__(self, followers: Sequence[Follower], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.followers = followers

    def _across(self, width: int) -> int:
        return max(width // WIDEST, 1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes."""
        return max(-(-len(self.followers) // self._across(width)), 1)

    def follower_at(self, x: int, y: int) -> Follower | None:
        """The entry under the mouse."""
        across = self._across(self.size.width)
        column = x // WIDEST
        place = y * across + column
        return self.followers[place] if column < across and place < len(self.followers) else None

    def render_line(self, y: int) -> Strip:
        """One line of entries; what cannot be done now is dimmed, and has no key."""
        width, base = self.size.width, self.rich_style
        across = self._across(width)
        key = base + self.get_component_rich_style("line--key", partial=True)
        dim = base + self.get_component_rich_style("table--dim", partial=True)
        segments = []
        for one in self.followers[y * across : (y + 1) * across]:
            sign = key_words(one.key)
            segments.append(Segment(f" {sign} " if one.can else " - ", key if one.can else dim))
            words = fit(plain(one.label), WIDEST - cell_len(sign) - 2)
            segments.append(Segment(words, base if one.can else dim))
        return Strip(segments).adjust_cell_length(width, base)


class WhichKey(Dialog):
    """Waits for one of some keys; gives back its value, `LEADER` where that is typed again."""

    def __init__(self, title: str, followers: Sequence[Follower], again: str = "") -> None:
        super().__init__()
        self._title, self._followers, self._again = title, followers, again

    def compose(self) -> ComposeResult:
        """What is waited for, the keys, and how one leaves."""
        with Vertical(classes="which"):
            yield Static(Content(plain(self._title)), classes="dialog-title")
            yield Keys(self._followers, id="which-keys")
            if self._again:
                yield Static(Content(f" {key_words(LEADER)} {self._again}"), id="which-again")
            yield Static(Content(say("tui.reading-leave")), classes="answer", id="close")

    async def on_key(self, event: events.Key) -> None:
        """Take a key that may follow; another one is said not to."""
        event.stop()
        event.prevent_default()
        key = key_typed(event.key, event.character)
        found = next((one for one in self._followers if one.key == key and one.can), None)
        if found is not None:
            self.dismiss(found.value)
        elif key == LEADER and self._again:
            self.dismiss(LEADER)
        elif key == "escape":
            self.dismiss(None)
        elif key == "ctrl+q":
            await self.app.run_action("app.quit")

    def on_click(self, event: events.Click) -> None:
        """Take the entry that is clicked; a click beside the panel leaves it."""
        event.stop()
        event.prevent_default()  # the handler of the class below would leave as well
        widget = under_mouse(self, event)
        if isinstance(widget, Keys):
            at = widget.content_region.offset
            found = widget.follower_at(event.screen_x - at.x, event.screen_y - at.y)
            if found is not None and found.can:
                self.dismiss(found.value)
        elif widget is not None and widget.id == "which-again":
            self.dismiss(LEADER)
        elif widget is self or (widget is not None and widget.id == "close"):
            self.dismiss(None)
