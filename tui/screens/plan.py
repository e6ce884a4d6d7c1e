"""Plan: the plan file beside its effect, which follows while it is written.

On the command line: `yaohao plan preview`, `yaohao plan mend`, `yaohao freeze`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea
from yaohao.planner.schema.reports.plans import PreviewReport
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import shown as shown_problem
from yaohao.tui.frozen_before import frozen_before
from yaohao.tui.keys import key_words, keys_of
from yaohao.tui.plan_effect import effect_lines
from yaohao.tui.screens.plan_file import PlanFile
from yaohao.tui.screens.start_actions import NEW_PLAN, StartActions
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.editor import PlanEditor
from yaohao.tui.widgets.table import Column, RowTable

REST = 0.6
"""Seconds without a change after which the visits are dealt, which takes longer than the rest."""

WAIVED = {
    "plan_check.frozen-over": "past",
    "plan_check.frozen-again": "again",
    "plan_check.frozen-unstaffed": "unstaffed",
}
"""What keeps a plan from being frozen unless it is said, and the word that says it."""
SHOWN = 3
"""Sentences about it that stand in the question."""

NARROW, BROAD = 34, 54
"""Columns of the effect on a narrow screen and on a wide one."""


def _words(problem: Problem) -> str:
    """A problem in words, without its screen, which stands beside it."""
    params = {name: value for name, value in problem.params.items() if name != "file"}
    return plain(say_problem(shown_problem(Problem(problem.code, {**params, "line": ""}))), 1200)


class PlanScreen(PlanFile, StartActions):
    """One plan file, open to be changed."""

    SCREEN_NAME = "plan"
    FOCUS = "#effect"
    ACTIONS = (
        Action("edit", "edit", also="open", rank=1, area="tui_plan", when="has_file"),
        Action("mend", "mend", rank=2, anywhere=True, area="tui_plan", when="has_mend"),
        Action("save", "save", rank=3, anywhere=True, area="tui_plan", when="has_file"),
        Action("freeze", "freeze", rank=4, area="tui_plan", when="is_sound"),
        Action("other", "another", rank=5, area="tui_plan"),
        Action("next", "next", rank=6, area="tui_plan", when="has_problem"),
        Action("raise", "more", anywhere=True, area="tui_plan", when="is_decided"),
        Action("lower", "less", anywhere=True, area="tui_plan", when="is_decided"),
        Action("revert", "revert", anywhere=True, area="tui_plan", when="is_changed"),
        NEW_PLAN,
    )

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        self.milliseconds = 0.0
        self._memory = Workspace.live_memory()
        self._is_looking = False
        self._changed = asyncio.Event()

    def body(self) -> ComposeResult:
        """The text, its effect beside it, the problems below."""
        yield Static(id="status", classes="line")
        with Horizontal():
            yield PlanEditor(self.text, id="editor")
            with VerticalScroll(id="effect", classes="side"):
                yield Static(id="figures")
        yield RowTable(
            [
                Column("line", "tui_plan.col-line", 4, right=True),
                Column("mend", "tui_plan.col-mend", 4),
                Column("problem", "tui_plan.col-problem", 20, grow=1),
            ],
            moved=self._tell_figures,
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
            told = self.workspace.overview(thorough=False)
            files = [row["file"] for row in told["plans"]] or self.files()
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
        self._fit()
        self.tell_plan()
        self._look()
        self.call_after_refresh(self.ask_what_waits)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the figures into the room there is."""
        if self._is_filled:
            self._fit()
            self.tell_plan()

    def _fit(self) -> None:
        self.query_one("#effect").styles.width = NARROW if self.size.width < 100 else BROAD

    def tell_plan(self) -> None:
        """Show what is known of the text by now."""
        editor = self.query_one("#editor", PlanEditor)
        lines = {int(line) for problem in self.problems if (line := problem.params.get("line"))}
        editor.mark(lines)
        table = self.query_one("#problems", RowTable)
        table.display = bool(self.problems)
        table.styles.height = min(len(self.problems) + 2, 8)  # a heading, and the line above
        table.show([self._row(problem) for problem in self.problems], keep=True)
        self._tell_figures()
        self.query_one("#status", Static).update(Content(self._status()))
        self.query_one("#keys").refresh()

    def _tell_figures(self) -> None:
        """Tell the effect, or what keeps it from being told: the marked problem in full."""
        width = (NARROW if self.size.width < 100 else BROAD) - 4
        shown: list[str] = []
        if self.told is not None and not self.problems:
            shown = effect_lines(self.told, self.before, width, self.yaohao.ascii_only)
        elif self.problems:
            shown = [*folded(say("tui_plan.no-effect"), width), ""]
            shown += folded(_words(self._marked()), width)
        self.query_one("#figures", Static).update(Content("\n".join(shown)))

    def _row(self, problem: Problem) -> list[Any]:
        words = _words(problem)
        can = self._mended(problem) is not None
        return [
            problem.params.get("line") or "",
            (key_words(keys_of("mend")[0]), "good") if can else "",
            (words, "warn"),
        ]

    def _status(self) -> str:
        if not self.file:
            return say("tui_plan.no-plan")
        state = "changed" if self.is_changed() else "saved"
        parts = [plain(self.file), say(f"tui_plan.state-{state}")]
        if self.problems:
            parts.append(say("tui.problems", size=len(self.problems)))
        elif self.looked != self.text:
            parts.append(say("tui_plan.counting"))
        elif self.told is not None:
            parts.append(say("tui_plan.counted", ms=f"{self.milliseconds:.0f}"))
        return "  ".join(parts)

    def emptiness(self) -> str:
        """Whether there is no plan yet."""
        return "" if self.file else "place"

    # what the text would do

    def _look(self) -> None:
        """Look in a thread; the newest text is the one that is looked at."""
        if self.file and not self._is_looking and self.looked != self.text:
            self._is_looking = True
            self.run_worker(self._looking(), exit_on_error=False)

    async def _looking(self) -> None:
        try:
            if self.before is None:
                self.before = (await asyncio.to_thread(self._seen, self.saved, False))[0]
            while self.looked != self.text:
                text = self.text
                told, error, spent = await asyncio.to_thread(self._seen, text, False)
                if text == self.text:
                    self._take(text, told, error, spent)
                    if told is not None:
                        await self._rest()
                        if text == self.text:
                            fuller, _, _ = await asyncio.to_thread(self._seen, text, True)
                            if text == self.text and fuller is not None:
                                self._take(text, fuller, None, spent)
        except Exception as error:
            self.looked = self.text
            self.tell_error(error)
        finally:
            self._is_looking = False

    async def _rest(self) -> None:
        """Wait until nothing has been changed for a while, or something is."""
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), REST)

    def _seen(
        self, text: str, outlook: bool
    ) -> tuple[PreviewReport | None, BaseException | None, float]:
        """What a text would do, or why it cannot, and the milliseconds it took."""
        from time import perf_counter

        begun = perf_counter()
        workspace = Workspace(self.yaohao.workspace.folder)
        told, failure = None, None
        try:
            told = workspace.live_preview(text, self.file, self._memory, outlook=outlook)
        except PlannerError as error:
            failure = error
        finally:
            workspace.close()
        return told, failure, (perf_counter() - begun) * 1000

    def _take(
        self, text: str, told: PreviewReport | None, error: BaseException | None, spent: float
    ) -> None:
        self.looked, self.milliseconds = text, spent
        self.problems = list(error.problems) if isinstance(error, PlannerError) else []
        # What the plan did before it went wrong is of no use to anybody now.
        self.told = told
        if told is not None and told["expected"] == 0 and told["pool"] == 0:
            self.problems = [Problem("tui_plan.empty-pool", {})]
        self.tell_plan()

    # what can be done

    def has_problem(self) -> bool:
        """Whether something is wrong with the plan."""
        return bool(self.problems)

    def has_mend(self) -> bool:
        """Whether a change of the text is known that mends a problem."""
        return self.is_decided() and any(self._mended(one) is not None for one in self.problems)

    def is_sound(self) -> bool:
        """Whether the plan can be frozen as it is saved."""
        is_whole = self.is_decided() and not self.is_changed()
        return is_whole and self.told is not None and not self.problems

    def _mended(self, problem: Problem) -> str | None:
        try:
            return self.workspace.mended(self.text, problem)
        except PlannerError:
            return None

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Look at what the text now would do."""
        text = event.text_area.text
        if text != self.text:
            self.text = text
            self.query_one("#status", Static).update(Content(self._status()))
            self._changed.set()
            self._look()

    def on_row_table_chosen(self) -> None:
        """Go to the line of the problem clicked."""
        self._goto()

    def do_edit(self) -> None:
        """Write in the plan, or go to the line of the marked problem."""
        if not self.is_decided():
            self.ask_found()
        elif self.query_one("#problems", RowTable).has_focus:
            self._goto()
        else:
            self.query_one("#editor", PlanEditor).focus()

    def do_back(self) -> bool:
        """Leave the text."""
        if self.focused is not None and self.focused.id in ("editor", "problems"):
            self.query_one("#effect").focus()
            return True
        return False

    def do_next(self) -> None:
        """Mark the next problem, and go to its line."""
        table = self.query_one("#problems", RowTable)
        if table.has_focus or self._at_line():
            table.mark((table.cursor + 1) % len(self.problems))
        self._goto(stay=True)
        table.focus()

    def _at_line(self) -> bool:
        line = self._marked().params.get("line")
        editor = self.query_one("#editor", PlanEditor)
        return bool(line) and editor.cursor_location[0] + 1 == line and len(self.problems) > 1

    def _marked(self) -> Problem:
        at = self.query_one("#problems", RowTable).cursor
        return self.problems[min(at, len(self.problems) - 1)]

    def _goto(self, *, stay: bool = False) -> None:
        line = self._marked().params.get("line")
        editor = self.query_one("#editor", PlanEditor)
        if line:
            editor.goto(int(line))
        if not stay:
            editor.focus()

    def do_mend(self) -> None:
        """Take the mend of the marked problem, or the first there is."""
        ranked: Sequence[Problem] = [self._marked(), *self.problems]
        for problem in ranked:
            text = self._mended(problem)
            if text is not None:
                self.query_one("#editor", PlanEditor).put(text)
                self.tell(say("tui_plan.mended", key=str(problem.params["key"])))
                return

    def do_raise(self) -> None:
        """Raise the number at the cursor."""
        if not self.query_one("#editor", PlanEditor).step(1):
            self.tell(say("tui_plan.no-number"))

    def do_lower(self) -> None:
        """Lower the number at the cursor."""
        if not self.query_one("#editor", PlanEditor).step(-1):
            self.tell(say("tui_plan.no-number"))

    def do_freeze(self) -> None:
        """Freeze the plan into a draw, once it is confirmed."""
        assert self.told is not None
        text = say(
            "tui_plan.freeze-text",
            file=self.file,
            pool=f"{self.told['pool']:,}",
            directed=f"{self.told['directed']:,}",
        )
        before = frozen_before(self.workspace, self.text)
        if before:
            draws = say("common.comma").join(map(plain, before))
            again = say("tui_plan.frozen-before", draws=draws, size=len(before))
            text = f"{again}\n\n{text}"
        despite = ("again",) if before else ()
        title, yes = say("tui_plan.freeze-title"), say("tui_plan.freeze-yes")
        self.confirm(title, text, yes, lambda: self._freeze(despite))

    def _freeze(self, despite: tuple[str, ...] = ()) -> None:
        """Freeze; what keeps the plan from it is asked about, where it may be waived."""
        path = self.path()

        def attempt(workspace: Workspace, _: Any) -> Any:
            try:
                return workspace.freeze(path, despite=despite)
            except PlannerError as error:
                if error.problems[0].code not in WAIVED:
                    raise
                return error

        def frozen(told: Any) -> None:
            if isinstance(told, PlannerError):
                said = "\n".join(plain(say_problem(one)) for one in told.problems[:SHOWN])
                more = (*despite, WAIVED[told.problems[0].code])
                yes = say("tui_plan.freeze-yes")
                self.confirm(say("tui_plan.freeze-title"), said, yes, lambda: self._freeze(more))
                return
            self.yaohao.choose_draw(told["draw"])
            self.yaohao.go("home")
            here = self.yaohao.here
            if here is not None:
                here.tell(
                    say("tui_plan.frozen", draw=told["draw"], commitment=told["commitment"][:16])
                )

        self.work(say("tui_plan.freezing"), attempt, frozen)
