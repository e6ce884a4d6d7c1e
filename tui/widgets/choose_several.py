"""A list of which several are chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.widgets.dialogs import Choice, Dialog
from yaohao.tui.widgets.table import Column, RowTable


class ChooseSeveral(Dialog):
    """A list of choices; gives the values of those that were marked, or None on Escape.

    The space bar, or a click, marks one or takes the mark away; `a` marks all, or none.
    """

    def __init__(self, title: str, choices: Sequence[Choice], marked: Collection[Any]) -> None:
        super().__init__()
        self._title, self._choices = title, list(choices)
        self.marked = set(marked)

    def compose(self) -> ComposeResult:
        """The list and what can be done."""
        body = Vertical(classes="dialog")
        body.styles.height = len(self._choices) + 7
        with body:
            yield Static(Content(plain(self._title)), classes="dialog-title")
            yield RowTable([Column("mark", "", 4), Column("label", "", 20, grow=1)], id="several")
            yield Static(Content(say("tui_start.several-leave")), classes="answer")

    def on_mount(self) -> None:
        """Begin in the list."""
        super().on_mount()
        self._show()
        self.query_one(RowTable).focus()

    def _show(self) -> None:
        rows = [["[x]" if one.value in self.marked else "[ ]", one.label] for one in self._choices]
        self.query_one(RowTable).show(rows, keep=True)

    def _turn(self) -> None:
        value = self._choices[self.query_one(RowTable).cursor].value
        self.marked ^= {value}
        self._show()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Mark the one clicked, or take its mark away."""
        event.stop()
        self._turn()

    async def on_key(self, event: events.Key) -> None:
        """Mark, take, or leave."""
        if event.key in ("space", "a", "enter"):
            event.stop()
            event.prevent_default()
        if event.key == "space" and self._choices:
            self._turn()
        elif event.key == "a":
            every = {one.value for one in self._choices}
            self.marked = set() if self.marked == every else every
            self._show()
        elif event.key == "enter":
            self.dismiss([one.value for one in self._choices if one.value in self.marked])
