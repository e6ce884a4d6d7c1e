"""The palette: anything in the program by a few letters, the best first.

What is at hand is ranked at once; the workspace's draws, plans and people come from a thread when
it opens; firms and cases are looked for in a thread while one types, the newest wish first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.wording.messages import say
from yaohao.tui.ranking import Target, ranked
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable

SHOWN = 60
"""Targets that are listed at most."""

REST = 0.03
"""Seconds without a key before firms are looked for."""


class Palette(Choose):
    """A field and what fits it; gives the value of the target that was chosen, or None."""

    def __init__(
        self,
        at_hand: Sequence[Target],
        of_workspace: Callable[[], list[Target]],
        look: Callable[[str], list[Target]],
    ) -> None:
        super().__init__(say("tui.palette-title"), [], "tui_keys.palette-ask")
        self._at_hand = list(at_hand)
        self._of_workspace, self._look = of_workspace, look
        self._known: list[Target] = []
        self._found: tuple[str, list[Target]] = ("", [])
        self._typed = ""
        self._is_looking = False
        self._targets: list[Target] = []

    def compose(self) -> ComposeResult:
        """A field, what was found, and what goes on."""
        with Vertical(classes="dialog tall"):
            yield Static(Content(self._title), classes="dialog-title")
            yield Field(self._ask, id="choose-field")
            yield RowTable(
                [
                    Column("label", "tui_keys.palette-word", 24, grow=1),
                    Column("key", "tui.choose-key", 7, spare=2),
                    Column("about", "tui.choose-about", 16, grow=4, spare=1),
                ],
                empty="tui_keys.palette-none",
                at_once=True,
                id="choose-table",
            )
            yield Static(
                Content(say("tui_keys.palette-leave")), id="palette-told", classes="answer"
            )

    def on_mount(self) -> None:
        """Begin with what is at hand, and have the rest looked up."""
        self.run_worker(self._take_workspace(), exit_on_error=False)

    async def _take_workspace(self) -> None:
        self._known = await asyncio.to_thread(self._of_workspace)
        self._fill(self._typed)

    def _fill(self, typed: str) -> None:
        self._typed = typed
        if not self.is_mounted:
            return
        more = self._found[1] if self._found[0] == typed else []
        fitting = ranked(typed, [*self._at_hand, *self._known, *more])
        # What was looked for fits, though maybe not word by word as one would rank it.
        self._targets = [*fitting[:SHOWN], *(one for one in more if one not in fitting)]
        self._left = [Choice(one.value, one.label, one.sign, one.about) for one in self._targets]
        rows = [[one.label, one.key, (one.about, "dim")] for one in self._left]
        table = self.query_one(RowTable)
        is_pending = bool(typed.strip()) and self._found[0] != typed
        table.empty = "tui_keys.palette-looking" if is_pending else "tui_keys.palette-none"
        table.show(rows)
        told = "tui_keys.palette-looking" if is_pending else "tui_keys.palette-leave"
        self.query_one("#palette-told", Static).update(Content(say(told)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Rank what is at hand, and look for the rest."""
        event.stop()
        event.prevent_default()
        self._fill(event.value)
        if not self._is_looking and event.value.strip():
            self._is_looking = True
            self.run_worker(self._looking(), exit_on_error=False)

    async def _looking(self) -> None:
        try:
            while self._typed != self._found[0] and self._typed.strip():
                wanted = self._typed
                await asyncio.sleep(REST)
                if wanted != self._typed:
                    continue
                found = await asyncio.to_thread(self._look, wanted)
                self._found = (wanted, found)
                if wanted == self._typed:
                    at = self.query_one(RowTable).cursor
                    self._fill(wanted)
                    if at:
                        self.query_one(RowTable).mark(at)
        finally:
            self._is_looking = False
