"""A dialog of several fields, each with its label before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.background_job import in_words
from yaohao.tui.text_layout import cut, folded
from yaohao.tui.widgets.ask import MOST, Ask
from yaohao.tui.widgets.dialog_text import DialogText
from yaohao.tui.widgets.field import Field

LABEL = 33


@dataclass(frozen=True)
class Item:
    """A field: its name in what is given back, its label, what it begins with, and whether it
    must be filled.
    """

    name: str
    label: str
    value: str = ""
    is_needed: bool = False
    words: str = ""
    """The code of what stands in the field while it is empty; else whether it must be filled."""


class Form(Ask):
    """Asks for the values of items; gives them back by name, those left empty left out.

    Enter goes through the needed fields that are still empty, and answers where there is none.
    """

    def __init__(self, title: str, text: str, items: Sequence[Item], about: object) -> None:
        self._items = sorted(items, key=lambda one: not one.is_needed)
        words = [
            one.words or ("tui_cases.field-needed" if one.is_needed else "tui_cases.field-free")
            for one in self._items
        ]
        values = [one.value for one in self._items]
        super().__init__(title, text, *words, about=about, values=values)

    def compose(self) -> ComposeResult:
        """The question, and the labels with their fields."""
        kept = self.app.drafts.get(self._about, [])  # type: ignore[attr-defined]
        if len(kept) == len(self._values) and any(one.strip() for one in kept):
            self._values = kept
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="dialog-title")
            yield DialogText(self._text)
            told = self._told()
            if "" in told:
                yield Static(Content("\n".join(told[""])), classes="bad refused")
            with VerticalScroll(classes="form", can_focus=False):
                for number, item in enumerate(self._items):
                    with Horizontal(classes="row"):
                        yield Static(Content(cut(plain(item.label), LABEL)), classes="label")
                        value = self._values[number]
                        # What was typed before a no is gone on with; what was proposed, replaced.
                        replaces = bool(value) and value == self._first[number]
                        yield Field(
                            self._words[number], value, id=f"ask-{number}", replaces=replaces
                        )
                    if item.name in told:
                        words = "\n".join(told[item.name])
                        yield Static(Content(words), classes="bad refused")
            yield Static(Content(say("tui_cases.form-leave")), classes="answer")

    def _told(self) -> dict[str, list[str]]:
        """Why what was typed was refused, by the field it is about; "" for none of them."""
        if not isinstance(self.refused, PlannerError):
            return {"": self.why()} if self.refused is not None else {}
        width = min(self.app.size.width * 9 // 10, 100) - 8
        told: dict[str, list[str]] = {}
        words = zip(self.refused.problems, in_words(self.refused), strict=True)
        for problem, text in list(words)[:MOST]:
            found = told.setdefault(self._about_field(problem), [])
            found += folded(f"! {text}", width)
        return told

    def _about_field(self, problem: Problem) -> str:
        """The name of the field that a problem is about, "" where that cannot be told.

        It is the one that the problem names, that its code names, or in which the very text stands.
        """
        params = {str(one) for one in problem.params.values() if isinstance(one, str)}
        named = set(problem.code.replace(".", "-").split("-"))
        for item in self._items:
            if item.name.split()[-1] in params:
                return item.name
        for item in self._items:
            if item.name in named:
                return item.name
        typed = zip(self._items, self._values, strict=True)
        return next((item.name for item, text in typed if text and text in params), "")

    def first_field(self) -> Field:
        """The field of what was refused, the first needed one that is empty, or one in which Enter
        answers at once.
        """
        told = self._told()
        for number, item in enumerate(self._items):
            if item.name in told:
                return self.query_one(f"#ask-{number}", Field)
        return self._empty() or super().first_field()

    def next_field(self, field: Input) -> Field | None:
        """The next needed field that is empty."""
        return self._empty()

    def answer(self) -> None:
        """Give back what is typed by the names of the items."""
        fields = zip(self._items, self.query(Field), strict=True)
        typed = {item.name: one.value.strip() for item, one in fields}
        self.dismiss({name: value for name, value in typed.items() if value})

    def _empty(self) -> Field | None:
        """The first needed field in which nothing stands."""
        fields = zip(self._items, self.query(Field), strict=True)
        return next((one for item, one in fields if item.is_needed and not one.value.strip()), None)
