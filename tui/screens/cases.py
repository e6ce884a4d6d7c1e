"""Cases: a list with a filter; a case with its facts, deadlines, steps and history.

On the command line: `yaohao case` with all its commands; `clock` is on Today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.case_words import in_language
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import in_words
from yaohao.tui.case_filter import KEYS, as_list, unknown
from yaohao.tui.case_story import story_lines
from yaohao.tui.lessons import CASE, Step
from yaohao.tui.screens.case_actions import (
    asks_second,
    first_step,
    persons_of,
    second_words,
    step_needs,
)
from yaohao.tui.screens.case_papers import CasePapers
from yaohao.tui.screens.case_rows import (
    COLUMNS,
    STEPS,
    CaseRows,
    corrections,
    list_status,
    lists,
    step_cells,
    whole_lines,
)
from yaohao.tui.screens.filter_mixin import FilterMixin
from yaohao.tui.table_filter import unknown_terms
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.details import with_details
from yaohao.tui.widgets.dialogs import Choose, Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import RowTable
from yaohao.tui.widgets.words import Words


class CasesScreen(CasePapers, FilterMixin):
    """The cases of a workspace, and one of them opened."""

    SCREEN_NAME = "cases"
    CLICKS: ClassVar = {"status": "group"}
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_cases", when="has_row"),
        Action("step", "step", rank=2, area="tui_cases", when="has_row"),
        Action("all", "step-all", rank=3, area="tui_cases", when="has_list"),
        Action("note", "edit", rank=4, area="tui_cases", when="has_case"),
        Action("correct", "correct", rank=5, area="tui_cases", when="has_case"),
        Action("read", "full-text", rank=6, area="tui_cases", when="has_case"),
        Action("new", "more", rank=7, area="tui_cases"),
        Action("letter", "letters", rank=8, area="tui_cases", when="has_row"),
        Action("read-letter", area="tui_cases", when="has_row"),
        Action("files", "files", rank=9, area="tui_cases"),
        Action("group", "which-list", rank=4, area="tui_cases", when="has_no_case"),
        Action("filter", "filter", when="has_no_case"),
        Action("copy", "copy", when="has_row"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.kinds: Sequence[Mapping[str, Any]] = []
        self.number = 0
        self.refused = ""
        self.not_found: Sequence[str] = ()
        self.opened = ""
        self.is_asked = False
        """Whether another screen asked for what is shown: Escape goes back there."""
        self.case: Mapping[str, Any] | None = None
        self._page: dict[tuple[int, int], Sequence[Mapping[str, Any]]] = {}

    def body(self) -> ComposeResult:
        """How many there are, the filter and the rows; or a case and its steps."""
        yield Words(id="status", classes="lines")
        with Vertical(id="list"):
            yield Field("tui_cases.ask-cases", self.typed, id="filter")
            yield from with_details(
                RowTable(
                    COLUMNS,
                    empty="tui.nothing-found",
                    moved=self._offer,
                    called="cases",
                    id="rows",
                )
            )
        with Vertical(id="case"):
            with VerticalScroll(id="story"):
                yield Words(id="told-story")
            yield RowTable(
                STEPS,
                empty="tui_cases.no-steps",
                moved=self._tell_lacks,
                called="case-steps",
                id="steps",
            )
            yield Words(id="lacks")

    def receive(self, **given: Any) -> None:
        """Take a case to be opened, or what the list is to be filtered by."""
        self.opened = given.get("case", "")
        self.is_asked = True
        self.typed = given.get("typed", "")
        if self.is_mounted:
            self.query_one("#filter", Field).value = self.typed

    def read(self) -> None:
        """Take the kinds, and the case that is open."""
        self.kinds = self.workspace.cases.kinds()
        self._page.clear()
        self.case = None
        if self.opened:
            try:
                self.case = self.workspace.cases.show(self.opened)
            except PlannerError:
                self.opened = ""
                raise

    def fill(self) -> None:
        """Show the case that is open, else the list."""
        self.query_one("#list").display = self.case is None
        self.query_one("#case").display = self.case is not None
        if self.case is None:
            self._show_list(keep=True)
        else:
            self._show_case(self.case)
        self.query_one("#keys").refresh()

    # the list

    def _show_list(self, *, keep: bool = False) -> None:
        self._page.clear()
        self.refused, self.number, self.not_found = "", 0, []
        try:
            wanted = as_list(self.typed, self.kinds)
            found = self.workspace.cases.list(**wanted, limit=1)
            self.number, self.not_found = found["number"], found["not_found"]
        except PlannerError as error:
            self.refused = " ".join(in_words(error))
        table = self.query_one("#rows", RowTable)
        table.empty = "tui.nothing-found" if self.typed.strip() else "tui.nothing"
        table.show(self._listed(), keep=keep)
        status = self.query_one("#status", Words)
        status.set_class(bool(self.refused), "bad")
        status.say("\n".join(folded(self._list_status(), self.size.width - 2)))
        self.query_one("#keys").refresh()

    def _list_status(self) -> str:
        told = unknown_terms(unknown(self.typed), KEYS)
        told = told or (f"! {self.refused}" if self.refused else "")
        return told or list_status(self.typed, self.kinds, self.number, self.not_found)

    def _listed(self) -> CaseRows:
        """The rows of the cases listed, also for another thread."""
        wanted = as_list(self.typed, self.kinds)

        def look(first: int, size: int, other: Workspace | None) -> Sequence[Mapping[str, Any]]:
            if other is None:
                return self._look(first, size)
            return other.cases.list(**wanted, limit=size, offset=first)["cases"]

        return CaseRows(self.number, look)

    def _look(self, first: int, size: int) -> Sequence[Mapping[str, Any]]:
        if (first, size) not in self._page:
            wanted = as_list(self.typed, self.kinds)
            found = self.workspace.cases.list(**wanted, limit=size, offset=first)
            self._page[first, size] = found["cases"]
        return self._page[first, size]

    def filtered(self) -> None:
        """Show the cases that have what is typed."""
        self._show_list()

    def marked(self) -> Mapping[str, Any] | None:
        """The case that is open, else the marked one."""
        if self.case is not None:
            return self.case
        at = self.query_one("#rows", RowTable).cursor
        rows = self._look(at, 1) if at < self.number else []
        return rows[0] if rows else None

    def is_looking(self) -> bool:
        """Whether a case is open, or what is typed cannot be looked for."""
        return self.case is not None or bool(self.refused)

    def is_vacant(self) -> bool:
        """Whether there is no case at all."""
        return not any(one["cases"] for one in self.kinds)

    def own_step(self) -> Step:
        """A case is opened here, whatever the draws are at."""
        return CASE

    # the case

    def _show_case(self, case: Mapping[str, Any]) -> None:
        room = self.size.width - 3
        status = self.query_one("#status", Words)
        status.set_class(False, "bad")
        status.say(
            say(
                "tui_cases.case-head",
                kind=in_language(case["kind_words"]),
                case=case["id"],
                version=case["version"],
            )
        )
        self.query_one("#told-story", Words).say("\n".join(story_lines(case, room)))
        table = self.query_one("#steps", RowTable)
        table.show([step_cells(one) for one in case["steps"]])
        table.mark(first_step(case["steps"]))
        self._tell_lacks()

    def _tell_lacks(self) -> None:
        """Say what the marked step takes and lacks, and whether two persons are asked for."""
        step = self._marked_step()
        parts: list[str] = []
        if step is not None and self.case is not None:
            if asks_second(step):
                parts.append(second_words(self.case))
            parts.append(step_needs(step))
        lines = folded("  ".join(parts), self.size.width - 2)
        self.query_one("#lacks", Words).say("\n".join(lines[:4]))
        self.query_one("#keys").refresh()

    def _marked_step(self) -> Mapping[str, Any] | None:
        if self.case is None or not self.case["steps"]:
            return None
        return dict(self.case["steps"][self.query_one("#steps", RowTable).cursor])

    def on_resize(self, event: events.Resize) -> None:
        """Fold the lines anew for another width."""
        if self._is_filled:
            self.fill()

    def _offer(self) -> None:
        """Offer what can be done with the marked case."""
        self.query_one("#keys").refresh()

    # what can be done

    def has_row(self) -> bool:
        """Whether a case is marked or open."""
        return self.case is not None or self.number > 0

    def has_case(self) -> bool:
        """Whether a case is open."""
        return self.case is not None

    def has_no_case(self) -> bool:
        """Whether the list is shown."""
        return self.case is None

    def has_list(self) -> bool:
        """Whether several cases are listed."""
        return self.case is None and self.number > 1

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_open(self) -> None:
        """Open the marked case; in an open one take the marked step."""
        if self.case is not None:
            self.do_step()
            return
        marked = self.marked()
        if marked is not None:
            self._open(marked["id"])

    def _open(self, case: str) -> None:
        self.opened = case
        self.refill()
        self.query_one("#steps" if self.case is not None else "#rows", RowTable).focus()

    def _focus_first(self) -> None:
        self.query_one("#steps" if self.case is not None else "#rows", RowTable).focus()

    def on_screen_resume(self) -> None:
        """Go on where the case or the list is."""
        super().on_screen_resume()
        if self._is_filled:
            self._focus_first()

    def do_back(self) -> bool:
        """Leave the filter; go back to the screen that asked for this; close the case, clear the
        filter.
        """
        field = self.query_one("#filter", Field)
        if self.case is not None and (self.typed or not self.is_asked):
            self._open("")
            return True
        if self.case is None and (field.has_focus or not self.is_asked):
            return self.leave_filter()
        self.is_asked, self.opened = False, ""
        field.value = self.typed = ""
        self.refill()
        return False

    def do_step(self) -> None:
        """Take the marked step, or in the list one of the marked case."""
        step = self._marked_step()
        if self.case is not None:
            if step is None or not persons_of(step):
                self.tell(say("tui_cases.no-steps" if step is None else "tui_cases.not-by-hand"))
                return
            self.take_step([self.case["id"]], self.case, step["id"])
            return
        marked = self.marked()
        if marked is not None:
            self.take_step([marked["id"]], dict(self.workspace.cases.show(marked["id"])))

    def do_all(self) -> None:
        """Take a step in all the cases listed that stand where the marked one stands."""
        marked = self._first_picked() or self.marked()
        if marked is None:
            return

        def look(workspace: Workspace, _: Any) -> tuple[list[str], dict[str, Any]]:
            ids = self.alike(workspace, marked)
            return ids, dict(workspace.cases.show(marked["id"]))

        self.work(say("tui_cases.looking"), look, lambda found: self.take_step(*found))

    def _first_picked(self) -> Mapping[str, Any] | None:
        """The case that was picked first in the list, if any is."""
        picked = self.picked_values("case") if self.case is None else []
        return self.workspace.cases.show(picked[0]) if picked else None

    def alike(self, workspace: Workspace, marked: Mapping[str, Any]) -> list[str]:
        """The cases listed, of which any are picked those, that stand where a case stands, under
        one version; one that is open is alone.
        """
        if self.case is not None:
            return [marked["id"]]
        wanted = as_list(self.typed, self.kinds)
        wanted |= {"kind": marked["kind"], "state": marked["state"]}
        number = workspace.cases.list(**wanted, limit=1)["number"]
        rows = workspace.cases.list(**wanted, limit=max(number, 1))["cases"]
        alike = [one["id"] for one in rows if one["version"] == marked["version"]]
        picked = self.picked_values("case")
        return [one for one in alike if one in picked] if marked["id"] in picked else alike

    def show_opened(self, case: str) -> None:
        """Show a case that was opened."""
        self._open(case)

    def acted(self) -> None:
        """Show the case or the list again."""
        if self.case is None:
            self.let_go()
        self.refill()

    def do_note(self) -> None:
        """Note a fact of the open case."""
        if self.case is not None:
            self.ask_fact(self.case)

    def do_correct(self) -> None:
        """Correct an event of the open case, and what followed it."""
        if self.case is not None:
            self.ask_correction(self.case, corrections(self.case))

    def do_read(self) -> None:
        """Read the whole case, its steps with what they lack too."""
        case = self.case
        if case is None:
            return
        lines = whole_lines(case, min(self.size.width * 9 // 10, 100) - 8)
        self.app.push_screen(Reading(case["id"], "\n".join(lines)))

    def do_group(self) -> None:
        """Choose which cases are listed: open, closed, all, or those of a kind."""

        def chosen(typed: Any) -> None:
            if typed is not None:
                self.query_one("#filter", Field).value = typed

        self.app.push_screen(Choose(say("tui_cases.group-title"), lists(self.kinds)), chosen)

    def do_copy(self) -> None:
        """Copy the marked case."""
        marked = self.marked()
        if marked is not None:
            names = ("id", "kind", "subject", "name", "state", "waits", "next_due", "opened_on")
            self.copy(names, [marked[name] for name in names])
