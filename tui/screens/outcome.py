"""What a round came to: the line of outcomes, the tickets falling into order, the list."""

from __future__ import annotations

from textual import events
from yaohao.planner.schema.reports.draws import OutcomeReport
from yaohao.planner.wording.messages import say
from yaohao.tui.ceremony import (
    LACKING,
    fall_groups,
    held_lines,
    list_rows,
    outcome_lines,
)
from yaohao.tui.screens.rounds import RoundScreen
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.falling_tickets import FallingTickets
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words

LARGE_FROM = 110
"""From so many columns on numbers stand in large letters, and tickets in more of their digits."""

DRAWN = (
    Column("place", "tui_draw.col-place", 5, right=True),
    Column("ticket", "tui_draw.col-ticket", 12, spare=1),
    Column("entity", "tui_draw.col-entity", 18, code=True, ident=True),
    Column("name", "tui_draw.col-name", 16, grow=1),
    Column("region", "tui_draw.col-region", 14, spare=3),
    Column("standing", "tui_draw.col-standing", 9, spare=2),
)
DEALT = (
    Column("place", "tui_draw.col-place", 5, right=True),
    Column("entity", "tui_draw.col-entity", 18, code=True, ident=True),
    Column("name", "tui_draw.col-name", 22, grow=2),
    Column("region", "tui_draw.col-region", 14, spare=1),
    Column("crew", "tui_draw.col-crew", 20, grow=1),
)
"""The list after either round."""


class Outcome(RoundScreen):
    """The phases ``fall`` and ``result``."""

    def __init__(self) -> None:
        super().__init__()
        self.outcome: OutcomeReport | None = None

    def fill_outcome(self) -> None:
        """Show what was drawn, falling or fallen."""
        report, round_ = self._told(), self._round()
        room, ascii_only = self.size.width - 2, self.yaohao.ascii_only
        head = held_lines(report, self.round, room, self.size.height, ascii_only=ascii_only)
        self._say("outcome-head", "\n".join(head))
        lacking = [word for word in ("published", "witnessed") if not round_[word]]
        self.query_one("#unwitnessed").display = bool(lacking)
        told_lacking = [part for word in lacking for part in folded(say(LACKING[word]), room)]
        self._say("unwitnessed", "\n".join(told_lacking))
        self._fill_line()
        final = say("tui_draw.final")
        if report["abandoned"]:
            final = say("tui_draw.abandoned", **report["abandoned"])
        elif self.phase == "fall":
            final = say("tui_draw.skip")
        self._say("final", "\n".join(folded(final, room)))
        if self.phase == "result":
            table = self.query_one("#drawn", RowTable)
            table.set_columns(DRAWN if self.round == "select" else DEALT)
            table.show(list_rows(report, self.round), keep=True)
        elif not self.query_one("#fall", FallingTickets).is_falling:
            self.call_after_refresh(self._start_fall)

    def _fill_line(self) -> None:
        """The line of outcomes, with the point of the lot on it."""
        line = self.query_one("#line", Words)
        line.display = self.round == "select"
        if not line.display:
            return
        if self.outcome is None:
            line.say("\n\n")
            self.run_worker(self._find_outcome(str(self.draw)), exit_on_error=False)
            return
        width, ascii_only = self.size.width - 2, self.yaohao.ascii_only
        line.say("\n".join(outcome_lines(self.outcome, width, ascii_only=ascii_only)))

    async def _find_outcome(self, draw: str) -> None:
        try:
            found = await self.looked_up(lambda workspace: workspace.outcome(draw))
        except Exception as error:
            self.tell_error(error)
            return
        if found is not None and draw == self.draw and self.is_mounted:
            self.outcome = found
            if self.phase in ("fall", "result"):
                self._fill_line()

    def _start_fall(self) -> None:
        if self.phase == "fall":
            groups = fall_groups(
                self._told(), self.round, 16 if self.size.width < LARGE_FROM else 32
            )
            self.query_one("#fall", FallingTickets).start(groups, lambda: self.enter("result"))

    async def on_key(self, event: events.Key) -> None:
        """Skip what falls on any key."""
        if self.phase == "fall":
            event.stop()
            event.prevent_default()
            self.query_one("#fall", FallingTickets).end()

    def has_result(self) -> bool:
        """Whether the round shown has its seed."""
        return self.has_commitment() and self._round()["seed"] is not None

    def has_commitment(self) -> bool:
        """Whether a commitment, or what came of it, is shown."""
        return self.told is not None and self.phase in ("look", "result")

    def do_replay(self) -> None:
        """Let what was drawn fall once more; nothing is drawn anew."""
        if self.yaohao.motion:
            self.enter("fall")
        else:
            self.tell(say("tui_draw.no-motion"))
