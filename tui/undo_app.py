"""An app that takes the last act back: looked at first, asked about, done by a further act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.undo_words import was_done
from yaohao.planner.workspace import Workspace
from yaohao.tui.working_app import WorkingApp


class UndoingApp(WorkingApp, inherit_bindings=False):
    """The last act, taken back on a key in any place, or told why it stays."""

    person: str

    def do_undo_last(self) -> None:
        """Look what the last act was."""

        def look(workspace: Workspace, _: Callable[[int, int | None], None]) -> Any:
            return workspace.undo_offer()

        self.work(say("tui_undo.looking"), look, self._ask_about)

    def _ask_about(self, offer: Mapping[str, Any]) -> None:
        from yaohao.tui.widgets.ask import Ask
        from yaohao.tui.widgets.dialogs import Confirm

        if offer["why_not"] is not None:
            problem = Problem(offer["why_not"]["code"], offer["why_not"]["params"])
            self.tell_error(PlannerError(problem))
            return
        text = say("undo.can", what=was_done(offer))
        if not offer["asks"]:
            self.push_screen(
                Confirm(say("tui_undo.title"), text, say("tui_undo.yes")),
                lambda said: self._take_back(offer, []) if said else None,
            )
            return

        def asked(typed: Any) -> None:
            if typed is not None:
                self._take_back(offer, [typed] if isinstance(typed, str) else list(typed))

        known = {"reason": "", "actor": self.person}
        ask = Ask(
            say("tui_undo.title"),
            text,
            *(f"tui_undo.ask-{name}" for name in offer["asks"]),
            about=("undo", offer["entry"]),
            values=[known[name] for name in offer["asks"]],
        )
        self.push_screen(ask, asked)

    def _take_back(self, offer: Mapping[str, Any], typed: list[str]) -> None:
        said = dict(zip(offer["asks"], typed, strict=True))

        def job(workspace: Workspace, _: Callable[[int, int | None], None]) -> Any:
            return workspace.undo_last(
                said.get("reason", ""), actor=said.get("actor", ""), entry=offer["entry"]
            )

        words = say("undo.done", what=was_done(offer))
        self.work(say("tui_undo.undoing"), job, lambda _: self._tell(words))
