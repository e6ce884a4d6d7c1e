"""The chance of a firm under the open plan, saved and as written: found, told, followed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from yaohao.planner.schema.reports.plans import PlanChanceReport, PreviewReport
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.plan_form_actions import PlanFormActions
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.pick import Known, Pick

MOST = 200
"""Firms among which one is chosen."""


@dataclass(frozen=True)
class Seen:
    """What a text would do, or why it cannot; of the firm that is followed; in milliseconds."""

    told: PreviewReport | None
    failure: PlannerError | None
    firm: PlanChanceReport | None
    spent: float


class PlanChanceScreen(PlanFormActions):
    """A screen that follows the chance of one firm while the plan is written."""

    def __init__(self) -> None:
        super().__init__()
        self.firm_id = ""
        """The firm that is followed; none at first."""
        self.firm: PlanChanceReport | None = None
        self._asked_of = ""

    def look_at(self, view: str) -> None:
        """Show the form, the text or the effect."""
        raise NotImplementedError

    def look_again(self) -> None:
        """Look at what the text would do."""
        raise NotImplementedError

    def chance_of(self, workspace: Workspace, text: str, memory: Any) -> PlanChanceReport | None:
        """What a text means for the firm that is followed, and the saved plan before it."""
        try:
            return workspace.live_chance(
                text, self.file, self.firm_id, memory, before=(self.saved, self.file)
            )
        except PlannerError:  # the saved plan has problems of its own
            return workspace.live_chance(text, self.file, self.firm_id, memory)

    def do_chance(self) -> None:
        """Ask for a firm by a part of its name or its code."""
        ask = Ask(
            say("tui_form.chance-title"),
            say("tui_form.chance-text"),
            "tui_form.chance-ask",
            about="plan-chance",
        )

        def asked(typed: Any) -> None:
            if typed and typed.strip():
                self.run_worker(self._finding(typed.strip()), exit_on_error=False)

        self.app.push_screen(ask, asked)

    async def _finding(self, typed: str) -> None:
        try:
            rows = await asyncio.to_thread(self._firms_like, typed)
        except Exception as error:
            self.tell_error(error)
            return
        if not rows:
            self.tell(say("tui_form.chance-none", found=plain(typed, 60)), "bad")
        elif len(rows) == 1:
            self._follow(rows[0]["entity_id"])
        else:
            found = [Known(row["entity_id"], row["name"]) for row in rows]
            pick = Pick(say("tui_form.chance-which", size=len(rows)), found, one=True)
            self.app.push_screen(pick, lambda ids: self._follow(ids[0]) if ids else None)

    def _firms_like(self, typed: str) -> list[dict[str, Any]]:
        """The firms with a text in their name or their code, the one of that code alone."""
        entities = self.yaohao.entities()
        rows = list(entities.rows(entities.find(typed)[:MOST]))
        return [row for row in rows if row["entity_id"] == typed] or rows

    def _follow(self, entity_id: Any) -> None:
        """Follow a firm from now on, and show its chance."""
        if not entity_id:
            return
        self.done_with("plan-chance")
        self.firm_id = entity_id
        self.look_at("effect")
        self.look_again()
