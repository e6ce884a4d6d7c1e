"""Plan: its form, its text and its effect, each of which follows the others.

On the command line: `yaohao plan set`, `plan preview`, `plan chance`, `plan mend`, `yaohao freeze`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Static, TextArea
from yaohao.planner.schema.reports.plans import PreviewReport
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.screens.plan_chance import Seen
from yaohao.tui.screens.plan_view import PlanViewScreen
from yaohao.tui.screens.start_actions import NEW_PLAN, StartActions
from yaohao.tui.widgets.editor import PlanEditor
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.plan_form import PlanForm
from yaohao.tui.widgets.table import Column, RowTable

REST = 0.6
"""Seconds without a change after which the visits are dealt, which takes longer than the rest."""

PAUSE = 0.1
"""Seconds without a key after which the form follows the text."""

NEXT = {"form": "effect", "effect": "form", "text": "effect"}
"""What is shown after another on a narrow screen, and gone to on a wide one."""


class PlanScreen(PlanViewScreen, StartActions):
    """One plan file, open to be changed."""

    SCREEN_NAME = "plan"
    FOCUS = "#form"
    ACTIONS = (
        Action("edit", "edit", also="open", rank=1, area="tui_form", when="has_file"),
        Action("mend", "mend", rank=2, anywhere=True, area="tui_plan", when="has_mend"),
        Action("save", "save", rank=3, anywhere=True, area="tui_plan", when="has_file"),
        Action("view", "view", rank=4, anywhere=True, area="tui_form", when="has_file"),
        Action("freeze", "freeze", rank=5, area="tui_plan", when="is_sound"),
        Action("undo", "undo", rank=6, area="tui_form", when="is_decided"),
        Action("redo", "redo", area="tui_form", when="is_decided"),
        Action("text", "as-text", area="tui_form", when="has_file"),
        Action("chance", "chance", area="tui_form", when="has_file"),
        Action("other", "another", rank=7, area="tui_plan"),
        Action("next", "next", rank=8, area="tui_plan", when="has_problem"),
        Action("raise", "more", anywhere=True, area="tui_plan", when="is_decided"),
        Action("lower", "less", anywhere=True, area="tui_plan", when="is_decided"),
        Action("remove", "remove", area="tui_form", when="is_decided"),
        Action("revert", "revert", anywhere=True, area="tui_plan", when="is_changed"),
        NEW_PLAN,
    )

    def __init__(self) -> None:
        super().__init__()
        self._is_looking = False
        self._changed = asyncio.Event()
        self._follows: Timer | None = None

    def body(self) -> ComposeResult:
        """The form, the text and the effect, the problems below."""
        yield Static(id="status", classes="line")
        with Horizontal(id="panes"):
            with Vertical(id="form-pane"):
                yield PlanForm(empty="tui_plan.no-plan", moved=self.form_moved, id="form")
                yield Field("tui_form.typing", id="value", replaces=True)
                yield Static(id="row-told", classes="lines")
            with Container(id="beside"):
                yield PlanEditor(self.text, id="editor")
                with VerticalScroll(id="effect"):
                    yield Static(id="figures")
        yield Static(id="strip", classes="lines")
        yield RowTable(
            [
                Column("line", "tui_plan.col-line", 4, right=True),
                Column("mend", "tui_plan.col-mend", 4),
                Column("problem", "tui_plan.col-problem", 20, grow=1),
            ],
            moved=self.problem_moved,
            called="problems",
            id="problems",
        )

    # what is shown

    def around(self) -> dict[str, str]:
        """The plan that is open."""
        return {**super().around(), **({"plan": self.file} if self.file else {})}

    def receive(self, **given: Any) -> None:
        """Take the plan file to open; where another is open and not saved that is asked about."""
        file = str(given.get("file", ""))
        if file and file != self.file:
            if self.is_changed() or self._found is not None:
                self._wanted = file
            else:
                self.open_file(file)

    def read(self) -> None:
        """Open the first plan that waits, where none is open; take up what others saved."""
        if not self.file:
            report = self.workspace.overview(thorough=False)
            files = [row["file"] for row in report["plans"]] or self.files()
            if files:
                self.open_file(files[0])
        elif not self.is_changed():
            self.open_file(self.file)
        self.looked = None

    def fill(self) -> None:
        """Put text, problems and figures into the widgets, and look at what the text would do."""
        editor = self.query_one("#editor", PlanEditor)
        if editor.text != self.text:
            editor.load_text(self.text)
        editor.read_only = not self.is_decided()
        self.query_one("#value", Field).display = False
        self.editing = None
        self.fit_panes()
        self.tell_plan()
        self.look_again()
        self.call_after_refresh(self.ask_what_waits)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the figures into the room there is."""
        if self._is_filled:
            self.fit_panes()
            self.tell_plan()

    def emptiness(self) -> str:
        """Whether there is no plan yet."""
        return "" if self.file else "place"

    # what the text would do

    def look_again(self) -> None:
        """Look in a thread; the newest text is the one that is looked at."""
        is_new = self.looked != self.text or self._asked_of != self.firm_id
        if self.file and not self._is_looking and is_new:
            self._is_looking = True
            self.run_worker(self._looking(), exit_on_error=False)

    async def _looking(self) -> None:
        try:
            if self.before is None:
                self.before = (await asyncio.to_thread(self._seen, self.saved, False)).told
            while self.looked != self.text or self._asked_of != self.firm_id:
                text, self._asked_of = self.text, self.firm_id
                seen = await asyncio.to_thread(self._seen, text, False)
                if text == self.text:
                    self._take(text, seen)
                    if seen.told is not None:
                        await self._rest()
                        if text == self.text:
                            fuller = await asyncio.to_thread(self._seen, text, True)
                            if text == self.text and fuller.told is not None:
                                await self._look_before()
                                self._take(text, replace(fuller, spent=seen.spent))
        except Exception as error:
            self.looked = self.text
            self.tell_error(error)
        finally:
            self._is_looking = False

    async def _look_before(self) -> None:
        """Have the visits of the saved plan dealt too, to be compared with those of the text."""
        before, saved = self.before, self.saved
        if before is not None and before["crews"]["most_load"] is None:
            told = (await asyncio.to_thread(self._seen, saved, True)).told
            self.before = told if told is not None and saved == self.saved else self.before

    async def _rest(self) -> None:
        """Wait until nothing has been changed for a while, or something is."""
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), REST)

    def _seen(self, text: str, outlook: bool) -> Seen:
        """What a text would do, to the firm that is followed too, or why it cannot."""
        from time import perf_counter

        begun = perf_counter()
        workspace = Workspace(self.yaohao.workspace.folder)
        report: PreviewReport | None = None
        firm, failure = None, None
        try:
            report = workspace.live_preview(text, self.file, self.memory, outlook=outlook)
            if self.firm_id:
                firm = self.chance_of(workspace, text, self.memory)
        except PlannerError as error:
            failure = error
        finally:
            workspace.close()
        return Seen(report, failure, firm, (perf_counter() - begun) * 1000)

    def _take(self, text: str, seen: Seen) -> None:
        self.looked, self.milliseconds, self.firm = text, seen.spent, seen.firm
        self.problems = list(seen.failure.problems) if seen.failure is not None else []
        # What the plan did before it went wrong is of no use to anybody now.
        report = self.told = seen.told
        if report is not None and report["expected"] == 0 and report["pool"] == 0:
            self.problems = [Problem("tui_plan.empty-pool", {})]
        self.tell_plan()

    # what can be done

    def has_problem(self) -> bool:
        """Whether something is wrong with the plan."""
        return bool(self.problems)

    def has_mend(self) -> bool:
        """Whether a change of the text is known that mends a problem."""
        return self.is_decided() and any(self.mended(one) is not None for one in self.problems)

    def is_sound(self) -> bool:
        """Whether the plan can be frozen as it is saved."""
        is_whole = self.is_decided() and not self.is_changed()
        return is_whole and self.told is not None and not self.problems

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Look at what the text now would do."""
        text = event.text_area.text
        if text != self.text:
            self.text = text
        self.tell_status()
        self._changed.set()
        self.look_again()
        if self._follows is not None:
            self._follows.stop()
        # Once nothing has been typed for a moment.
        self._follows = self.set_timer(PAUSE, self._follow_text)

    def _follow_text(self) -> None:
        """Have the form follow the text, unless it has by now: what it tells is let be then."""
        if self._rows_of != self.text:
            self.show_form()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Change the field clicked, or go to the line of the problem clicked."""
        if event.table.id == "form":
            self.edit_row()
        else:
            self._open_problem()

    def _open_problem(self) -> None:
        """Change the field of the marked problem; go to its line where it has none."""
        if self.problem_moved() and self.view == "form":
            self.query_one("#form").focus()
            self.edit_row()
        else:
            self._goto()

    def do_edit(self) -> None:
        """Change the marked field, or go to the line of the marked problem."""
        if not self.is_decided():
            self.ask_found()
        elif self.query_one("#problems", RowTable).has_focus:
            self._open_problem()
        elif self.query_one("#effect").has_focus:
            self.do_text()
        else:
            self.edit_row()

    def do_text(self) -> None:
        """Write in the text of the plan."""
        if not self.is_decided():
            self.ask_found()
            return
        self.look_at("text")

    def do_view(self) -> None:
        """Show the effect, and then the form again; on a wide screen go to it."""
        self.look_at(NEXT[self.view])

    def look_at(self, view: str) -> None:
        """Show the form, the text or the effect, and have the keys there."""
        self.view = view
        self.fit_panes()
        self.tell_figures()
        focus = {"form": "#form", "text": "#editor", "effect": "#effect"}[view]
        self.query_one(focus).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Know what is looked at where it was gone to by mouse or Tab."""
        super().on_descendant_focus(event)
        views = {"form": "form", "editor": "text", "effect": "effect"}
        self.view = views.get(event.widget.id or "", self.view)

    def do_back(self) -> bool:
        """Leave what is typed into, then the text or the effect for the form."""
        if self.editing is not None:
            self.stop_typing()
            return True
        if self.view != "form" or self.query_one("#problems").has_focus:
            self.look_at("form")
            return True
        return False

    def do_next(self) -> None:
        """Mark the next problem, and go to its line."""
        table = self.query_one("#problems", RowTable)
        if table.has_focus or self._at_line() or self._at_field():
            table.mark((table.cursor + 1) % len(self.problems))
        self._goto(stay=True)
        at_field = self.problem_moved()
        # Where the problem has a field, that is what Enter is for.
        self.query_one("#form" if at_field and self.view == "form" else "#problems").focus()

    def _at_field(self) -> bool:
        row = self.query_one("#form", PlanForm).marked_row()
        return row is not None and self.problem_at(row) == self.marked_problem()

    def _at_line(self) -> bool:
        line = self.marked_problem().params.get("line")
        editor = self.query_one("#editor", PlanEditor)
        return bool(line) and editor.cursor_location[0] + 1 == line and len(self.problems) > 1

    def _goto(self, *, stay: bool = False) -> None:
        line = self.marked_problem().params.get("line")
        editor = self.query_one("#editor", PlanEditor)
        if line:
            editor.goto(int(line))
        if not stay:
            self.look_at("text")

    def do_mend(self) -> None:
        """Take the mend of the marked problem, or the first there is."""
        row = self.query_one("#form", PlanForm)
        at_row = self.problem_at(form_row) if (form_row := row.marked_row()) else None
        first = [at_row] if at_row is not None and row.has_focus else []
        ranked: Sequence[Problem] = [*first, self.marked_problem(), *self.problems]
        for problem in ranked:
            text = self.mended(problem)
            if text is not None:
                self.query_one("#editor", PlanEditor).put(text)
                self.tell(say("tui_plan.mended", key=str(problem.params["key"])))
                return

    def do_raise(self) -> None:
        """Raise the number of the marked field, or the one at the cursor of the text."""
        self._nudge(1)

    def do_lower(self) -> None:
        """Lower the number of the marked field, or the one at the cursor of the text."""
        self._nudge(-1)

    def _nudge(self, by: int) -> None:
        if self.query_one("#form").has_focus:
            self.nudge_row(by)
        elif not self.query_one("#editor", PlanEditor).step(by):
            self.tell(say("tui_plan.no-number"))
