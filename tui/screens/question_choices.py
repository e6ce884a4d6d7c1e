"""The questions of a first plan that are answered by choosing: items, and the department."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yaohao.planner.doors.guide import PlanQuestions
from yaohao.planner.schema.item import ItemRow
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.screens.going_back import GoingBack
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.pick import Known, Pick
from yaohao.tui.widgets.press import Press


class QuestionChoices(GoingBack):
    """A screen with the questions; what is chosen is `answered` at once."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: dict[str, str] = {}
        self.chosen: list[str] | None = None
        """The items that are inspected; None for all."""
        self.items: Sequence[ItemRow] = []
        self.questions: PlanQuestions | None = None

    def answered(self) -> None:
        """Do what is due after an answer."""
        raise NotImplementedError

    def chosen_items(self) -> list[str]:
        """The ids of the items that are inspected."""
        every = [one["item_id"] for one in self.items]
        return every if self.chosen is None else [one for one in every if one in self.chosen]

    def asks(self, name: str) -> bool:
        """Whether a question is one, with the items that are chosen."""
        assert self.questions is not None
        chosen = self.chosen_items()
        return self.questions.asks(name, [one for one in self.items if one["item_id"] in chosen])

    def show_choices(self) -> None:
        """Show what is chosen, and ask only what is a question."""
        size = len(self.chosen_items())
        self.query_one("#items", Press).say(
            say("tui_start.items-all", size=size)
            if self.chosen is None
            else say("tui_start.items-some", size=size, items=self.chosen_items())
        )
        self.query_one("#row-department").display = self.asks("department")
        found = self.typed["department"]
        self.query_one("#department", Press).say(
            say("tui_start.department-is", found=found)
            if found
            else say("tui_start.department-none")
        )

    def on_press_pressed(self, event: Press.Pressed) -> None:
        """Choose the items that are inspected, or the department that inspects."""
        event.stop()
        if event.press.id == "department":
            self._choose_department()
            return

        def chosen(values: Any) -> None:
            if values is not None:
                self.chosen = None if len(values) in (0, len(self.items)) else values
                self.answered()

        rows = [Known(one["item_id"], plain(one["name"], 120)) for one in self.items]
        pick = Pick(say("tui_start.which-items"), rows, self.chosen_items(), only_known=True)
        self.app.push_screen(pick, chosen)

    def _choose_department(self) -> None:
        assert self.questions is not None

        def chosen(name: Any) -> None:
            if name is not None:
                self.typed["department"] = str(name)
                self.tell("")
                self.answered()
                self.focus_next()

        known = {one: size for one, size in self.questions.departments.items() if one}
        choices = [
            Choice(one, plain(one, 60), "", say("tui_start.department-size", size=size))
            for one, size in known.items()
        ]
        self.app.push_screen(Choose(say("tui_start.which-department"), choices), chosen)
