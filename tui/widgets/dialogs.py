"""Dialogs: a question before what cannot be undone, a list to choose from, a text to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.keys import ANSWERS, CLOSES, key_typed
from yaohao.tui.type_ahead import send_on
from yaohao.tui.widgets.dialog_text import DialogText
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.told_click import press_in_dialog, sign_under
from yaohao.tui.widgets.under_mouse import under_mouse

_LABEL, _SHORT = 26, 10
"""Columns of a label beside a sentence, and so many more beside what is no longer than that."""


class CloseMark(Static):
    """What is clicked to leave a dialog by mouse."""

    def __init__(self) -> None:
        super().__init__(Content("[x]"), classes="close")


class Dialog(ModalScreen[Any]):
    """Something above a screen; Escape leaves it, and so does a click on its mark, or beside it."""

    def on_mount(self) -> None:
        """Look as the app does, with a mark to leave by."""
        self.set_class(getattr(self.app, "ascii_only", False), "-ascii")
        box = self.query(".dialog")
        if box:
            box.first().mount(CloseMark())

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Answer; a second answer, of a key pressed twice, is none."""
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(result)

    def is_over(self, event: events.Key) -> bool:
        """Whether it is answered already: a key that comes after is for what is below."""
        if self.app.screen is self:
            return False
        send_on(self.app.screen, event)
        return True

    def on_resize(self) -> None:
        """Give the text the room that is left now."""
        for text in self.query(DialogText):
            self.call_after_refresh(text.fit)

    def on_click(self, event: events.Click) -> None:
        """Press the key that words name; leave by mouse, but not from what is typed by a click
        beside it.
        """
        if self.app.screen is not self:
            return  # what was clicked has answered
        if sign := sign_under(self, event):
            event.stop()
            event.prevent_default()
            press_in_dialog(self, sign)
            return
        widget = under_mouse(self, event)
        is_beside = widget is self and not self.unsaved()
        if isinstance(widget, CloseMark) or is_beside:
            event.stop()
            event.prevent_default()
            self.dismiss(None)

    async def on_key(self, event: events.Key) -> None:
        """Leave on Escape; leave the program on Ctrl+Q, as everywhere."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in ("pageup", "pagedown"):
            for text in self.query(DialogText):
                text.scroll_by_key(event.key)
        elif event.key == "ctrl+q":
            event.stop()
            await self.app.run_action("app.quit")

    def unsaved(self) -> str:
        """What is typed here and would be lost if the program were left, in words."""
        return ""


class Confirm(Dialog):
    """A question before what cannot be undone: only the key y says yes."""

    def __init__(self, title: str, text: str, yes: str) -> None:
        super().__init__()
        self._title, self._text, self._yes = title, text, yes

    def compose(self) -> ComposeResult:
        """The question, what would happen, and the two answers."""
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="dialog-title")
            yield DialogText(self._text)
            yield Static(Content(say("tui.confirm-yes", yes=self._yes)), id="yes", classes="answer")
            yield Static(Content(say("tui.confirm-no")), id="no", classes="answer")

    async def on_key(self, event: events.Key) -> None:
        """Take y for yes; n, Escape and Enter for no."""
        event.stop()
        event.prevent_default()  # a handler of the class below would be called as well
        if self.is_over(event):
            return
        self.query_one(DialogText).scroll_by_key(event.key)
        answer = ANSWERS.get(key_typed(event.key, event.character))
        if answer is not None:
            self.dismiss(answer)

    def on_click(self, event: events.Click) -> None:
        """Take a click on an answer."""
        widget = under_mouse(self, event)
        if widget is not None and widget.id in ("yes", "no"):
            self.dismiss(widget.id == "yes")


class Reading(Dialog):
    """A text to read: problems, an entity's whole story."""

    def __init__(
        self, title: str, text: str, mend: tuple[str, str, Callable[[], object]] | None = None
    ) -> None:
        super().__init__()
        self._title, self._text = title, text
        self._mend = mend
        """What mends what is told: how it is shown, its key, how it is done."""

    def compose(self) -> ComposeResult:
        """The text under its title."""
        with Vertical(classes="dialog tall"):
            yield Static(Content(plain(self._title)), classes="dialog-title")
            with VerticalScroll(classes="dialog-body"):
                yield Static(Content("\n".join(map(plain, self._text.split("\n")))), id="read")
            if self._mend is not None:
                words = f"{say('tui_lessons.mend')} {self._mend[0]}"
                yield Static(Content(words), id="mend", classes="answer")
            yield Static(Content(self.leave_words()), classes="answer")

    def leave_words(self) -> str:
        """What stands below the text: how one leaves."""
        return say("tui.reading-leave")

    def on_click(self, event: events.Click) -> None:
        """Go where it is mended; a key of the text is one of the place below, and pressed there."""
        widget = under_mouse(self, event)
        if widget is not None and widget.id == "mend":
            self._go_mend()
        elif widget is not None and widget.id == "read":
            event.prevent_default()
            if sign := sign_under(self, event, only_said=True):
                app = self.app
                self.dismiss(None)
                app.call_later(app.press_told, sign)  # type: ignore[attr-defined]

    def _go_mend(self) -> None:
        if self._mend is not None:
            act = self._mend[2]
            self.dismiss(None)
            self.app.call_later(act)

    async def on_key(self, event: events.Key) -> None:
        """Leave on Escape, Enter or q; the arrows scroll; the key of the mend goes there."""
        if self._mend and self._mend[1] == key_typed(event.key, event.character):
            event.stop()
            event.prevent_default()
            self._go_mend()
        elif key_typed(event.key, event.character) in CLOSES:
            event.stop()
            event.prevent_default()
            self.dismiss(None)


@dataclass(frozen=True)
class Choice:
    """Something to choose: what it gives back, its words, and two columns beside them."""

    value: Any
    label: str
    key: str = ""
    about: str = ""


class Choose(Dialog):
    """A list that is filtered while typing; gives the value of what was chosen, or None."""

    def __init__(self, title: str, choices: Sequence[Choice], ask: str = "tui.choose-ask") -> None:
        super().__init__()
        self._title, self._choices, self._ask = title, list(choices), ask
        self._left = self._choices

    def compose(self) -> ComposeResult:
        """A field and the list below it."""
        body = Vertical(classes="dialog")
        body.styles.height = len(self._choices) + 8
        has_about = any(one.about for one in self._choices)
        with body:
            yield Static(Content(plain(self._title)), classes="dialog-title")
            yield Field(self._ask, id="choose-field")
            wide = max((cell_len(one.label) for one in self._choices), default=0)
            about = max((cell_len(one.about) for one in self._choices), default=0)
            has_keys = any(one.key for one in self._choices)
            keys = max((cell_len(one.key) for one in self._choices), default=0)
            # Headings are for commands with their keys; another list has numbers there, or less.
            is_headed = has_keys and any(isinstance(one.value, Action) for one in self._choices)
            yield RowTable(
                [
                    Column(
                        "label",
                        "tui.choose-label" if is_headed else "",
                        min(max(wide, 14), _LABEL if about > _SHORT else _LABEL + _SHORT),
                        grow=0 if has_about else 1,
                    ),
                    *(
                        [
                            Column(
                                "key", "tui.choose-key" if is_headed else "", min(max(keys, 9), 16)
                            )
                        ]
                        if has_keys
                        else []
                    ),
                    *(
                        [Column("about", "tui.choose-about" if is_headed else "", 10, grow=1)]
                        if has_about
                        else []
                    ),
                ],
                at_once=True,
                id="choose-table",
            )
            yield Static(Content(say("tui.choose-leave")), classes="answer")

    def on_mount(self) -> None:
        """Begin with the whole list."""
        self._has_about = any(one.about for one in self._choices)
        self._has_keys = any(one.key for one in self._choices)
        self._fill("")
        self.query_one(Field).focus()

    def _fill(self, typed: str) -> None:
        parts = typed.casefold().split()
        self._left = [
            one
            for one in self._choices
            if all(part in f"{one.label} {one.key} {one.about}".casefold() for part in parts)
        ]
        self.query_one(RowTable).show(
            [
                [
                    one.label,
                    *([one.key] if self._has_keys else []),
                    *([(one.about, "dim")] if self._has_about else []),
                ]
                for one in self._left
            ]
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what has all the words typed."""
        event.stop()
        self._fill(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the marked one."""
        event.stop()
        self._take()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Take the one clicked."""
        event.stop()
        self._take()

    def _take(self) -> None:
        table = self.query_one(RowTable)
        if self._left:
            self.dismiss(self._left[table.cursor].value)

    async def on_key(self, event: events.Key) -> None:
        """Move in the list while the field keeps what is typed."""
        table = self.query_one(RowTable)
        moves: dict[str, Callable[[], None]] = {
            "up": lambda: table.action_move(-1),
            "down": lambda: table.action_move(1),
            "pageup": lambda: table.action_page(-1),
            "pagedown": lambda: table.action_page(1),
        }
        if event.key in moves:
            event.stop()
            event.prevent_default()
            moves[event.key]()
        elif event.key == "enter" and table.has_focus:
            event.stop()
            event.prevent_default()
            self._take()
