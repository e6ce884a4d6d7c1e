"""The form of a plan: its rows, what is wrong at them, and changes made in the text.

Every change is made in the text of the plan, so that what is typed there and here is one thing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

from textual.content import Content
from textual.widgets import Static
from yaohao.planner.schema.plan_edit import Path, PlanEdit, key_of
from yaohao.planner.schema.plan_form import FormRow
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.wording.plan_words import about_words
from yaohao.planner.workspace import Workspace
from yaohao.tui.background_job import shown as shown_problem
from yaohao.tui.plan_rows import (
    typed_text,
)
from yaohao.tui.screens.plan_file import PlanFile
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.editor import PlanEditor
from yaohao.tui.widgets.plan_form import PlanForm

_ROW = re.compile(r"\[\d+\]")


def problem_words(problem: Problem) -> str:
    """A problem in words, without its file and its line, which stand beside it."""
    params = {name: value for name, value in problem.params.items() if name != "file"}
    return plain(say_problem(shown_problem(Problem(problem.code, {**params, "line": ""}))), 1200)


class PlanFormScreen(PlanFile):
    """A screen with the form of the open plan."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        self.rows: Sequence[FormRow] = ()
        self._rows_of: str | None = None
        self.is_readable = True
        """Whether the text is TOML, so that the form is that of the text."""
        self.editing: FormRow | None = None
        """The row that is typed into."""
        self.memory = Workspace.live_memory()
        """The register as it is looked at; its codes, once read, are for whoever asks for them."""

    # what is shown

    def read_rows(self) -> None:
        """Take the rows of the text, where it can be read; else those before stay."""
        if self._rows_of == self.text:
            return
        self._rows_of = self.text
        try:
            self.rows = self.workspace.plan_form(self.text) if self.file else ()
            self.is_readable = True
        except PlannerError:
            self.is_readable = False

    def show_form(self) -> None:
        """Show the rows, those marked that have a problem."""
        self.read_rows()
        if not self.problems:
            bad = frozenset[int]()
        else:
            rows = enumerate(self.rows)
            bad = frozenset(n for n, row in rows if self.problem_at(row) is not None)
        self.query_one("#form", PlanForm).show_form(self.rows, bad)
        self.tell_row()

    def problem_at(self, row: FormRow) -> Problem | None:
        """What is wrong at a row: with its key, or with something within its value."""
        if row.what != "field" and not (row.what == "head" and row.key):
            return None
        for problem in self.problems:
            key, line = str(problem.params.get("key") or ""), problem.params.get("line")
            if key == row.key or (
                row.what == "field" and key.startswith((f"{row.key}.", f"{row.key}["))
            ):
                return problem
            # Of lists within tables, messages name the line alone.
            if key == _ROW.sub("", row.key) and row.line in (None, line):
                return problem
        return None

    def tell_row(self) -> None:
        """Tell the key of the marked row and its line, or what is wrong there and its mend."""
        if self.editing is not None:
            return
        row = self.query_one("#form", PlanForm).marked_row()
        words, tone = "", ""
        if not self.is_readable:
            words, tone = say("tui_form.no-toml"), "bad"
        elif row is not None and (problem := self.problem_at(row)) is not None:
            words, tone = problem_words(problem), "bad"
            if self.mended(problem) is not None:
                words = say("tui_form.has-problem", words=words)
        elif row is not None and row.key:
            if row.line:
                words = say("tui_form.stands", key=row.key, line=row.line)
            else:
                words = say("tui_form.left-out", key=row.key)
            if row.field is not None:
                words += f"\n{about_words(row.field.about)}"
            words += self._whole(row)
        self.tell_of_row(words, tone)

    def _whole(self, row: FormRow) -> str:
        """A long value in full, below its key."""
        if row.what != "field" or not row.given:
            return ""
        text = plain(typed_text(row.value), 1000)
        return f"\n{text}" if len(text) > 16 else ""

    def tell_of_row(self, words: str, tone: str = "") -> None:
        """Say something below the form, folded."""
        line = self.query_one("#row-told", Static)
        line.set_class(tone == "bad", "bad")
        if words and not line.size.width:  # it has no room yet: the form comes into sight
            self.call_after_refresh(self._put_row_told, words)
        self._put_row_told(words)

    def _put_row_told(self, words: str) -> None:
        line = self.query_one("#row-told", Static)
        room = max(line.size.width or self.query_one("#form-pane").size.width, 20) - 2
        line.update(Content("\n".join(folded(words, room)[:5]) if words else ""))

    def mended(self, problem: Problem) -> str | None:
        """The text with a problem's mend; None where none is known."""
        try:
            return self.workspace.mended(self.text, problem)
        except PlannerError:
            return None

    def go_to_row_line(self) -> None:
        """Let the text beside the form show where the marked row stands."""
        row = self.query_one("#form", PlanForm).marked_row()
        editor = self.query_one("#editor", PlanEditor)
        if row is not None and row.line and not editor.has_focus and self.is_readable:
            editor.goto(row.line)

    # changes

    def put_text(self, text: str, words: str) -> None:
        """Make a text that of the plan, as one step that can be undone."""
        self.query_one("#editor", PlanEditor).put(text)
        self.text = text
        self.show_form()
        self.tell(words)

    def change(
        self, edits: Sequence[PlanEdit], words: str, then: Callable[[list[Problem]], None]
    ) -> None:
        """Make changes if the plan is then no worse; `then` is called with what is wrong else.

        Worked out in a thread: a plan may have thousands of rules.
        """
        self.run_worker(self.changing(list(edits), words, then), exit_on_error=False)

    async def changing(
        self, edits: list[PlanEdit], words: str, then: Callable[[list[Problem]], None]
    ) -> None:
        """As `change`, to be waited for."""
        text = self.text
        try:
            new, problems = await asyncio.to_thread(self.tried, text, edits)
        except Exception as error:
            self.tell_error(error)
            return
        if text != self.text:
            return
        if problems:
            then(problems)
        else:
            self.put_text(new, words)
            then([])

    def tried(self, text: str, edits: list[PlanEdit]) -> tuple[str, list[Problem]]:
        """The text with changes, and what is wrong with it that was not before."""
        try:
            new = self.workspace.edited_plan(text, edits)
        except PlannerError as error:
            return text, list(error.problems)
        problems = self.workspace.edit_problems(text, new, self.file)
        # What is wrong with the value itself is told before what is missing beside it.
        keys = [key_of(edit.path) for edit in edits]
        return new, sorted(problems, key=lambda one: one.params.get("key") not in keys)

    def tell_no(self, problems: list[Problem]) -> None:
        """Tell what is wrong, if anything is."""
        if problems:
            self.tell_of_row(problem_words(problems[0]), "bad")

    def set_row(self, row: FormRow, value: Any) -> None:
        """Set the value of a row."""
        words = say("tui_form.set", key=row.key)
        self.change([PlanEdit(row.path, value)], words, self.tell_no)

    def add_row(self, path: Path, value: Any, *, is_set: bool = False) -> None:
        """Add a row to an array, or a key, whatever it lacks yet: that is told at its fields."""
        edit = PlanEdit(path, value, "set" if is_set else "add")
        try:
            new = self.workspace.edited_plan(self.text, [edit])
        except PlannerError as error:
            self.tell_no(list(error.problems))
            return
        before = {(row.path, row.what) for row in self.rows}
        self.put_text(new, "")
        fresh = [n for n, row in enumerate(self.rows) if (row.path, row.what) not in before]
        if fresh:
            at = next((n for n in fresh if self.rows[n].what == "field"), fresh[0])
            self.query_one("#form", PlanForm).mark(at)
            self.tell(say("tui_form.added", key=self.rows[fresh[0]].key))
