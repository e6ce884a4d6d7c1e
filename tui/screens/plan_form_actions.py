"""What can be done in the form of a plan: rows edited, nudged, added and taken out; undo, redo."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from textual.timer import Timer
from textual.widgets import Input
from yaohao.planner.schema.plan_edit import Path, PlanEdit
from yaohao.planner.schema.plan_form import FormRow
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.wording.messages import say
from yaohao.tui.plan_rows import (
    is_picked,
    nudged,
    row_label,
    typed_text,
)
from yaohao.tui.screens.plan_form_lists import PlanFormLists
from yaohao.tui.widgets.editor import PlanEditor
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.plan_form import PlanForm

PAUSE = 0.12
"""Seconds without a key after which what is typed is checked."""


class PlanFormActions(PlanFormLists):
    """A screen with the form of the open plan, in which it is changed."""

    def __init__(self) -> None:
        super().__init__()
        self._checks: Timer | None = None
        self._nudges: list[tuple[Path, int]] = []
        """Rows and steps that were nudged and are not yet carried out."""

    # what can be done

    def row_at_hand(self) -> FormRow | None:
        """The marked row of the form, where the form can be changed."""
        if not self.is_decided():
            self.ask_found()
            return None
        if not self.is_readable:
            self.tell_of_row(say("tui_form.no-toml"), "bad")
            return None
        return self.query_one("#form", PlanForm).marked_row()

    def edit_row(self) -> None:
        """Change the marked row: pick from a list, or type."""
        row = self.row_at_hand()
        if row is None:
            return
        if row.what == "add":
            self.add_at(row)
        elif row.what == "head":
            self.tell_of_row(say("tui_form.only-text"))
        elif is_picked(row) and not isinstance(row.value, dict):
            self.pick_for(row, None)
        else:
            self._type_in(row)

    def _type_in(self, row: FormRow) -> None:
        self.editing = row
        field = self.query_one("#value", Field)
        field.display = True
        field.value = typed_text(row.value)
        field.focus()
        self.tell_of_row(f"{row_label(row).strip()}: {say('tui_form.how-to-type')}")

    def stop_typing(self) -> None:
        """Leave the row as it was."""
        self.editing = None
        field = self.query_one("#value", Field)
        field.display = False
        self.query_one("#form", PlanForm).focus()
        self.tell_row()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check what is typed, once nothing has been typed for a moment."""
        if event.input.id == "value" and self.editing is not None:
            if self._checks is not None:
                self._checks.stop()
            self._checks = self.set_timer(PAUSE, self._check)

    def _check(self) -> None:
        if self.editing is not None:
            self.run_worker(self._checking(self.editing), exit_on_error=False)

    async def _checking(self, row: FormRow) -> None:
        typed = self.query_one("#value", Field).value
        if typed == typed_text(row.value):
            return
        edits = [PlanEdit(row.path, self.workspace.typed_value(row, typed))]
        _, problems = await asyncio.to_thread(self.tried, self.text, edits)
        if self.editing is row and self.query_one("#value", Field).value == typed:
            if problems:
                self.tell_no(problems)
            else:
                self.tell_of_row(say("tui_form.how-to-type"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is typed; after a no it stays to be changed."""
        row = self.editing
        if event.input.id != "value" or row is None:
            return
        event.stop()
        typed = event.value.strip()
        if typed == typed_text(row.value) or (not typed and not row.given):
            self.stop_typing()
            return

        def done(problems: list[Problem]) -> None:
            if problems:
                self.tell_no(problems)
            elif self.editing is row:
                self.stop_typing()

        words = say("tui_form.set", key=row.key)
        value = self.workspace.typed_value(row, typed)
        self.change([PlanEdit(row.path, value)], words, done)

    def on_plan_form_nudged(self, event: PlanForm.Nudged) -> None:
        """Raise or lower the number whose mark was clicked."""
        self.query_one("#form", PlanForm).focus()
        self.nudge_row(event.by)

    def nudge_row(self, by: int) -> None:
        """Raise or lower the number of the marked row, by as much as keys come in meanwhile."""
        row = self.row_at_hand()
        if row is None:
            return
        if nudged(row, by) is None:
            self.tell_of_row(say("tui_form.not-numeric"))
            return
        is_going = bool(self._nudges)
        self._nudges.append((row.path, by))
        if not is_going:
            self.run_worker(self._nudging(), exit_on_error=False)

    async def _nudging(self) -> None:
        """Carry out what was nudged, all steps of a row that have come in as one change."""
        try:
            while self._nudges:
                path = self._nudges[0][0]
                others = (n for n, one in enumerate(self._nudges) if one[0] != path)
                steps = self._nudges[: next(others, len(self._nudges))]
                row = next((one for one in self.rows if one.path == path), None)
                value = row.value if row is not None else None
                for _, by in steps:
                    if row is not None:
                        value = nudged(replace(row, value=value, given=value is not None), by)
                if row is not None and value != row.value:
                    words = say("tui_form.set", key=row.key)
                    await self.changing([PlanEdit(path, value)], words, self.tell_no)
                del self._nudges[: len(steps)]
        finally:
            self._nudges.clear()

    def do_remove(self) -> None:
        """Take the marked row out of the plan, or the table or rule that it heads."""
        row = self.row_at_hand()
        if row is None:
            return
        if not row.given or not row.path or row.what == "add":
            self.tell_of_row(say("tui_form.left-out", key=row.key or row_label(row)))
            return
        words = say("tui_form.removed", key=row.key)
        self.change([PlanEdit(row.path, act="unset")], words, self.tell_no)

    def do_undo(self) -> None:
        """Undo the last change."""
        self._step_back("undo", "tui_form.nothing-to-undo", "tui_form.undone")

    def do_redo(self) -> None:
        """Make the last change again that was undone."""
        self._step_back("redo", "tui_form.nothing-to-redo", "tui_form.redone")

    def _step_back(self, what: str, nothing: str, done: str) -> None:
        editor = self.query_one("#editor", PlanEditor)
        before = editor.text
        getattr(editor, what)()
        if editor.text == before:
            self.tell(say(nothing))
            return
        self.text = editor.text
        self.show_form()
        self.tell(say(done))
