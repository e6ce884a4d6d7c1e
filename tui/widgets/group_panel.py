"""The groups of a table by one of its columns: how many rows each has, and the sums of others."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import key_typed, meaning_of
from yaohao.tui.text_layout import bar
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.rows import Group, Number
from yaohao.tui.widgets.table import Column, RowTable

BAR = 16


class GroupPanel(Dialog):
    """Shows groups; gives the one that is to be opened back, ``export`` for `x`, or None."""

    def __init__(self, column: Column, amounts: Sequence[Column], groups: Sequence[Group]) -> None:
        super().__init__()
        self._column, self._amounts, self.groups = column, amounts, groups

    def columns(self) -> list[Column]:
        """The columns: the value, how many rows, the sums, a bar."""
        return [
            Column("value", self._column.words, 12, grow=1, ident=True),
            Column("size", "tui_table.col-size", 9, right=True, amount=True),
            *(
                Column(one.key, one.words, 9, right=True, spare=2, amount=True)
                for one in self._amounts
            ),
            Column("bar", "tui_table.col-bar", BAR, spare=3, drawn=True),
        ]

    def compose(self) -> ComposeResult:
        """The groups, the largest first, and how many rows they are together."""
        size = sum(group.size for group in self.groups)
        sums = [f"{one.heading()} {told(sum_of(self.groups, one))}" for one in self._amounts]
        body = Vertical(classes="dialog")
        body.styles.height = len(self.groups) + 9
        with body:
            title = say("tui_table.groups-title", column=self._column.heading())
            yield Static(Content(plain(title)), classes="dialog-title")
            whole = say("tui_table.groups-size", groups=len(self.groups), size=size)
            yield Static(Content("   ".join([whole, *sums])), id="groups-size")
            yield RowTable(self.columns(), at_once=True, id="groups", empty="tui_table.no-groups")
            yield Static(Content(say("tui_table.groups-keys")), classes="answer")

    def on_mount(self) -> None:
        """Show them."""
        super().on_mount()
        table = self.query_one(RowTable)
        table.show(self.rows())
        table.focus()

    def rows(self) -> list[list[object]]:
        """A row a group."""
        most = max((group.size for group in self.groups), default=0)
        ascii_only = bool(getattr(self.app, "ascii_only", False))
        return [
            [
                (group.words, "strong") if group.words else (say("common.none"), "dim"),
                group.size,
                *(told(group.sums.get(one.key, 0)) for one in self._amounts),
                (bar(group.size, most, BAR, ascii_only=ascii_only), "good"),
            ]
            for group in self.groups
        ]

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Open the group clicked."""
        event.stop()
        self._open()

    def _open(self) -> None:
        table = self.query_one(RowTable)
        if self.groups:
            self.dismiss(self.groups[table.cursor])

    async def on_key(self, event: events.Key) -> None:
        """Open the marked group, or export the groups."""
        meaning = meaning_of(key_typed(event.key, event.character))
        if meaning in ("open", "export"):
            event.stop()
            event.prevent_default()
            if meaning == "open":
                self._open()
            else:
                self.dismiss("export")


def sum_of(groups: Sequence[Group], amount: Column) -> Number:
    """The sum of an amount over all groups."""
    return sum((group.sums.get(amount.key, 0) for group in groups), start=0)


def told(number: Number) -> int | str:
    """A sum as a cell: whole numbers as such, others with their digits."""
    return number if isinstance(number, int) else f"{number:,f}"
