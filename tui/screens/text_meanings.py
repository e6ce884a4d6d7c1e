"""What a text of a column means that was not understood: chosen, or typed."""

from __future__ import annotations

from typing import Any

from yaohao.planner.vocabulary.divisions import division_name
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.intake import Intake, Tried, meanings, not_understood
from yaohao.tui.screens.file_picking import FilePicking
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.table import RowTable


class TextMeanings(FilePicking):
    """A screen with a file that is looked at, once one was picked, and what a trial of it gave."""

    def __init__(self) -> None:
        super().__init__()
        self.intake: Intake | None = None
        self.tried: Tried | PlannerError | None = None

    def do_means(self) -> None:
        """Say what a text of the marked column means that was not understood."""
        intake = self.intake
        if intake is None or not intake.look["columns"] or not isinstance(self.tried, tuple):
            return
        name = intake.look["columns"][self.query_one("#rows", RowTable).cursor]["field"]
        texts = not_understood(self.tried, name)
        if not texts:
            self.tell(say("tui_start.all-understood"))
            return

        def chosen(text: Any) -> None:
            if text is not None:
                self._ask_meaning(name, text)

        choices = [Choice(text, plain(text, 60)) for text in texts]
        self.app.push_screen(Choose(say("tui_start.which-text"), choices), chosen)

    def _ask_meaning(self, name: str, text: str) -> None:
        def answered(code: Any) -> None:
            if code is not None and self.intake is not None:
                self.intake.means(name, text, str(code).strip())
                self.tried = None
                self.fill()

        title = say("tui_start.which-meaning", found=plain(text, 40))
        offered = meanings(name)
        if offered:
            self.app.push_screen(Choose(title, offered), answered)
            return
        own = self.workspace.settings.division
        example = f"{own} {division_name(own) or ''}".strip()
        about = say("tui_start.meaning-typed", example=example)
        self.app.push_screen(
            Ask(title, about, "tui_start.ask-meaning", about=("meaning", name, text)),
            lambda typed: answered(typed or None),
        )
