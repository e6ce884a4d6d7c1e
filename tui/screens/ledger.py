"""Ledger: every act, filtered while typing, and whether the chain is whole.

On the command line: `yaohao log`, `yaohao log --verify`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.schema.reports.ledger import LedgerLine
from yaohao.planner.vocabulary.problems import CheckFailed
from yaohao.planner.wording.format import act_words
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.tui.actions import Action
from yaohao.tui.background_job import in_words
from yaohao.tui.screens.filter_mixin import FilterMixin
from yaohao.tui.table_filter import table_filter
from yaohao.tui.text_layout import cut
from yaohao.tui.widgets.details import with_details
from yaohao.tui.widgets.dialogs import Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable

COLUMNS = (
    Column("line", "tui_ledger.col-line", 5, right=True, ident=True),
    Column("at", "tui_ledger.col-at", 24),
    Column("draw", "tui_ledger.col-draw", 10, grow=1),
    Column("act", "tui_ledger.col-act", 39, grow=3),
    Column("entry", "tui_ledger.col-entry", 16, spare=1, code=True),
)


class LedgerScreen(FilterMixin):
    """The acts of a workspace."""

    SCREEN_NAME = "ledger"
    FOCUS = "#acts"
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_ledger", when="has_row"),
        Action("filter", "filter", rank=2),
        Action("copy", "copy", rank=5, when="has_row"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[LedgerLine] = []
        self.bare: set[str] = set()
        self.shown: list[tuple[int, Mapping[str, Any]]] = []
        self.sound = True
        self.integrity = ""

    def body(self) -> ComposeResult:
        """Whether the chain is whole, the filter, the acts."""
        yield Static(id="integrity", classes="line")
        yield Field("tui_ledger.ask", self.typed, id="filter")
        yield from with_details(
            RowTable(COLUMNS, empty="tui.nothing-found", called="ledger", id="acts")
        )

    def read(self) -> None:
        """Take the ledger and check its chain."""
        self.lines = self.workspace.ledger()
        self.bare = set(self.workspace.unpublished_seeds())
        try:
            checked = self.workspace.verify_ledger()
        except CheckFailed as error:
            self.sound, self.integrity = False, "! " + " ".join(in_words(error))
        else:
            self.sound = True
            self.integrity = (
                say("tui_ledger.sound", lines=checked["lines"], head=checked["head"])
                if checked["lines"]
                else say("tui_ledger.empty")
            )

    def fill(self) -> None:
        """Show the acts that fit the filter, the newest first."""
        wanted = table_filter(self.typed, COLUMNS)
        self.shown = [
            (number, line)
            for number, line in reversed(list(enumerate(self.lines, 1)))
            if wanted.holds(
                lambda line=line: (_searched(line),),  # type: ignore[misc]
                lambda number=number, line=line: self._cells(number, line),  # type: ignore[misc]
            )
        ]
        status = self.integrity
        if wanted.words:
            status += "   " + say(
                "tui_ledger.shown", shown=f"{len(self.shown):,}", lines=f"{len(self.lines):,}"
            )
        status = self.told_unknown(COLUMNS) or status
        found = self.query_one("#integrity", Static)
        found.update(Content(cut(status, self.size.width - 2)))
        found.set_class(not self.sound, "bad")
        self.query_one("#acts", RowTable).show(
            [self._cells(number, line) for number, line in self.shown], keep=True
        )

    def _cells(self, number: int, line: Mapping[str, Any]) -> list[Any]:
        return [
            number,
            (local_moment(line["act"]["at"]), "dim"),
            line["act"].get("draw", ""),
            act_words(line["act"], unpublished=line["entry"] in self.bare),
            (line["entry"], "dim"),
        ]

    async def retell(self) -> None:
        """Say whether the chain is whole in the language now in use, too."""
        self.read()
        await super().retell()

    # what can be done

    def has_row(self) -> bool:
        """Whether an act is marked."""
        return bool(self.shown)

    def on_row_table_chosen(self) -> None:
        """Read what was clicked."""
        self.do_open()

    def do_back(self) -> bool:
        """Leave the filter, then clear it."""
        return self.leave_filter()

    def do_open(self) -> None:
        """Read the whole act."""
        number, line = self.shown[self.query_one("#acts", RowTable).cursor]
        text = json.dumps(line, ensure_ascii=False, indent=2)
        self.app.push_screen(Reading(say("tui_ledger.entry", line=number), text))

    def do_copy(self) -> None:
        """Copy the marked act."""
        number, line = self.shown[self.query_one("#acts", RowTable).cursor]
        act = line["act"]
        self.copy(
            ("line", "at", "draw", "act", "entry"),
            [number, act["at"], act.get("draw", ""), act_words(act), line["entry"]],
        )


def _searched(line: Mapping[str, Any]) -> str:
    act = line["act"]
    values = " ".join(str(value) for value in act.values())
    return f"{values} {act_words(act)} {line['entry']}".casefold()
