"""The lines that frame every screen: the screens above, the keys below, and what was told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from yaohao.planner.vocabulary.text import plain
from yaohao.tui.text_layout import cut, fit, folded

if TYPE_CHECKING:
    from yaohao.tui.shell import Framed, Shell


class _Line(Widget):
    """One line of pieces, some of which do something when they are clicked."""

    COMPONENT_CLASSES = {"line--here", "line--key"}  # noqa: RUF012

    def pieces(self) -> list[tuple[str, str, str]]:
        """Text, component class or nothing, and the name of what a click does or nothing."""
        return []

    @property
    def yaohao(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    def render_line(self, y: int) -> Strip:
        """The pieces, as far as there is room for them."""
        width = self.size.width
        base = self.rich_style
        segments, left = [], width
        for text, kind, _ in self.pieces():
            style = base + self.get_component_rich_style(kind, partial=True) if kind else base
            part = cut(text, left)
            segments.append(Segment(part, style))
            left -= cell_len(part)
            if left <= 0:
                break
        segments.append(Segment(" " * max(left, 0), base))
        return Strip(segments, width)

    async def on_click(self, event: events.Click) -> None:
        """Do what the piece under the mouse is for."""
        at = 0
        for text, _, name in self.pieces():
            at += cell_len(text)
            if event.x < at:
                if name:
                    await self.yaohao.perform_named(name)
                return


class TopBar(_Line):
    """The screens with their numbers; the one where you are stands in brackets."""

    def pieces(self) -> list[tuple[str, str, str]]:
        """The screens, and at the right whose workspace it is."""
        screen = cast("Framed", self.screen)
        found = _screen_labels(screen.SCREEN_NAME, tight=False)
        for most in (None, 99, *range(7, 1, -1)):  # columns of a name, fewer where room is short
            if sum(cell_len(text) for text, *_ in found) > self.size.width:
                found = _screen_labels(screen.SCREEN_NAME, tight=True, most=most)
        room = self.size.width - sum(cell_len(text) for text, *_ in found)
        title = plain(self.yaohao.title_words())
        if room > 12:
            found.append((fit(cut(title, room - 2), room - 1, right=True), "", "home"))
        return found


def _screen_labels(
    here: str, *, tight: bool, most: int | None = None
) -> list[tuple[str, str, str]]:
    """The screens; `tight` with one column between each two, a blank or the bracket of `here`.

    With `most`, the number stands right before the name, and names take so many columns at most,
    but for that of `here`.
    """
    from yaohao.tui.screen_registry import SCREENS

    found: list[tuple[str, str, str]] = []
    for one in SCREENS:
        name = one.label()
        while most is not None and one.name != here and cell_len(name) > most:
            name = name[:-1]
        text = f"{one.key} {name}" if most is None or one.name == here else f"{one.key}{name}"
        if one.name == here:
            found.append((f"[{text}]", "line--here", one.name))
        elif tight:
            is_after = bool(found) and found[-1][2] == here
            found.append((text if is_after else f" {text}", "", one.name))
        else:
            found.append((f" {text} ", "", one.name))
    return found


class KeyBar(_Line):
    """The four to six keys that matter where you are."""

    MOST = 6

    def pieces(self) -> list[tuple[str, str, str]]:
        """Keys and what they do; a click does it too."""
        from yaohao.tui.actions import key_words

        found = []
        actions = self.yaohao.footer_actions()
        if len(actions) > self.MOST:  # the key that lists the others is never left out
            told = [action for action in actions if action.name == "help"]
            actions = [action for action in actions if action not in told]
            actions = [*actions[: self.MOST - len(told)], *told]
        for action in actions:
            found.append((f" {key_words(action.keys[0])} ", "line--key", action.name))
            found.append((f"{action.label()}  ", "", action.name))
        return found


MOST_LINES = 3
"""Lines that what is told may take; what needs more is read in a dialog."""


class StatusLine(_Line):
    """The lines above the keys: what was done, what is going on, what went wrong, its mend."""

    DEFAULT_CSS = ""
    COMPONENT_CLASSES = {"line--here", "line--key", "told--bad", "told--work"}  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text = ""
        self.kind = ""
        self.control = ""
        self.act: Callable[[], object] | None = None

    def tell(self, text: str, kind: str = "") -> None:
        """Show other words; `kind` is ``bad``, ``work`` or nothing."""
        if (text, kind) != (self.text, self.kind):
            self._show(text, kind, "", None)

    def offer(self, control: str, act: Callable[[], object]) -> None:
        """Show behind the words what mends what they tell; a click does it."""
        self._show(self.text, self.kind, control, act)

    def _show(self, text: str, kind: str, control: str, act: Callable[[], object] | None) -> None:
        before = len(self.rows(self.size.width))
        self.text, self.kind, self.control, self.act = text, kind, control, act
        self.refresh(layout=len(self.rows(self.size.width)) != before)

    def rows(self, width: int) -> list[str]:
        """The words in lines, no more than `MOST_LINES`; what mends them stands in the last."""
        rows = folded(plain(self.text), max(width - 2, 1))
        if self.control and cell_len(rows[-1]) + cell_len(self.control) + 1 > width - 2:
            rows.append("")
        if len(rows) > MOST_LINES:
            rows = [*rows[: MOST_LINES - 1], rows[-1]]
        return rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the words take."""
        return len(self.rows(width))

    def render_line(self, y: int) -> Strip:
        """A line of the words."""
        width, base = self.size.width, self.rich_style
        rows = self.rows(width)
        if y >= len(rows):
            return Strip([Segment(" " * width, base)], width)
        style = base
        if self.kind:
            style = base + self.get_component_rich_style(f"told--{self.kind}", partial=True)
        text = cut(f" {rows[y]}", width)
        segments, left = [Segment(text, style)], width - cell_len(text)
        if self.control and y == len(rows) - 1 and left > 1:
            key = base + self.get_component_rich_style("line--key", partial=True)
            part = cut(f" {self.control}", left)
            segments.append(Segment(part, key))
            left -= cell_len(part)
        return Strip([*segments, Segment(" " * max(left, 0), base)], width)

    async def on_click(self, event: events.Click) -> None:
        """Do what mends what is told, where that was clicked."""
        rows = self.rows(self.size.width)
        if self.act is not None and event.y == len(rows) - 1 and event.x > cell_len(rows[-1]):
            self.act()
