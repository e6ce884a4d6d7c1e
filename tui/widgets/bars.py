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
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import key_words, keys_of, types_nothing
from yaohao.tui.text_layout import cut, fit, folded
from yaohao.tui.widgets.told_click import sign_at

if TYPE_CHECKING:
    from yaohao.tui.shell import Framed, Shell


class Pieces(Widget):
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


class TopBar(Pieces):
    """The screens with their numbers; the one where you are stands in brackets."""

    def pieces(self) -> list[tuple[str, str, str]]:
        """The screens, and at the right whose workspace it is."""
        from yaohao.tui.screen_registry import FIRST

        screen = cast("Framed", self.screen)
        found = _screen_labels(screen.SCREEN_NAME, tight=False)
        for most in (None, 99, *range(7, -1, -1)):  # columns of a name, fewer where room is short
            if sum(cell_len(text) for text, *_ in found) > self.size.width:
                found = _screen_labels(screen.SCREEN_NAME, tight=True, most=most)
        room = self.size.width - sum(cell_len(text) for text, *_ in found)
        title = plain(self.yaohao.title_words())
        if room > 12:
            found.append((fit(cut(title, room - 2), room - 1, right=True), "", FIRST))
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
        key = one.key_words
        text = f"{key} {name}" if most is None or one.name == here else f"{key}{name}"
        if one.name == here:
            found.append((f"[{text}]", "line--here", one.name))
        elif tight:
            is_after = bool(found) and found[-1][2] == here
            found.append((text if is_after else f" {text}", "", one.name))
        else:
            found.append((f" {text} ", "", one.name))
    return found


class KeyBar(Pieces):
    """The four to six keys that matter where you are; at the right the draw, and its key."""

    MOST = 6
    DRAW = 24
    """Columns at most for the name of the draw."""

    def pieces(self) -> list[tuple[str, str, str]]:
        """Keys and what they do; a click does it too."""
        screen = cast("Framed", self.screen)
        if self.app.screen is not self.screen:
            return [(f" {say('tui_keys.dialog-open')}", "", "")]
        if screen.is_typing():
            lines = [(key, words, "") for key, words in screen.typing_keys()]
            actions = self.yaohao.all_actions()
            for one in actions:
                told = {key for key, *_ in lines}  # Escape leaves the field before the place
                keys = [key for key in one.keys if types_nothing(key) and key not in told]
                if one.anywhere and keys and (one.rank or one.name == "palette"):
                    lines.append((keys[0], one.label(), one.name))
            draw = []
        else:
            draw = self._draw()
            lines = [(one.keys[0], one.label(), one.name) for one in self.yaohao.footer_actions()]
        room = self.size.width - sum(cell_len(text) for text, *_ in draw)
        found = self._fitting(lines, room)
        missing = room - sum(cell_len(text) for text, *_ in found)
        return [*found, (" " * missing, "", ""), *draw] if draw else found

    def _fitting(self, told: list[tuple[str, str, str]], room: int) -> list[tuple[str, str, str]]:
        """As many keys as there is room for; the one that lists the others is never left out."""
        last = [one for one in told if one[2] == "help"]
        told = [one for one in told if one not in last][: self.MOST - len(last)]
        while True:
            found = []
            for key, words, name in (*told, *last):
                found.append((f" {key_words(key)} ", "line--key", name))
                found.append((f"{words}  ", "", name))
            if not told or sum(cell_len(text) for text, *_ in found) <= room + 2:
                break
            told = told[:-1]
        if found:  # the blanks behind the last one are not needed
            text, kind, name = found[-1]
            found[-1] = (cut(text.rstrip(), room), kind, name)
        return found

    def _draw(self) -> list[tuple[str, str, str]]:
        """The draw that the screens are about, before it the key that chooses another."""
        draw = self.yaohao.draw_now()
        if draw is None or self.size.width < 40:
            return []
        most = min(self.DRAW, self.size.width // 5)
        key = key_words(keys_of("draw")[0])
        words = say("tui_keys.draw-now", draw=cut(plain(draw), most))
        return [(f" {key} ", "line--key", "choose"), (f"{words} ", "", "choose")]


MOST_LINES = 3
"""Lines that what is told may take; what needs more is read in a dialog."""


class StatusLine(Pieces):
    """The lines above the keys: what was done, what is going on, what went wrong, its mend."""

    DEFAULT_CSS = ""
    COMPONENT_CLASSES = {"line--here", "line--key", "told--bad", "told--work"}  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text = ""
        self.kind = ""
        self.control = ""
        self.act: Callable[[], object] | None = None
        self.is_of_key = False
        """Whether it only says why a key did nothing."""

    def tell(self, text: str, kind: str = "", *, is_of_key: bool = False) -> None:
        """Show other words; `kind` is ``bad``, ``work`` or nothing."""
        self.is_of_key = is_of_key
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
            event.stop()
            self.act()
        elif event.y < len(rows) and (sign := sign_at(f" {rows[event.y]}", event.x)):
            event.stop()
            await self.yaohao.press_told(sign)
