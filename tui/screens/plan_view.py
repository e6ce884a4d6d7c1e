"""What the Plan screen shows: form, text and effect in the room there is, and what is wrong."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import key_words, keys_of
from yaohao.tui.plan_effect import chance_lines, effect_lines, strip_lines
from yaohao.tui.screens.plan_form import problem_words
from yaohao.tui.screens.plan_freeze import PlanFreezeScreen
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.editor import PlanEditor
from yaohao.tui.widgets.plan_form import PlanForm
from yaohao.tui.widgets.table import RowTable

BESIDE, BROAD = 100, 160
"""Columns from which on form and text stand beside each other, and the effect beside both."""
EFFECT = 54
"""Columns of the effect where it stands by itself at the right."""
STRIP = 2
"""Lines of what changes, on a narrow screen."""


class PlanViewScreen(PlanFreezeScreen):
    """A screen that shows a plan; `view` is what is looked at, form, text or effect."""

    def __init__(self) -> None:
        super().__init__()
        self.view = "form"
        self.milliseconds = 0.0

    def fit_panes(self) -> None:
        """Have beside each other what there is room for, else what is looked at."""
        width, is_beside = self.size.width, self.size.width >= BESIDE
        self.query_one("#form-pane").display = is_beside or self.view == "form"
        beside, effect = self.query_one("#beside"), self.query_one("#effect")
        beside.display = is_beside or self.view != "form"
        self.query_one("#editor").display = is_beside or self.view == "text"
        effect.display = is_beside or self.view == "effect"
        is_broad = width >= BROAD
        beside.set_class(is_broad, "broad")
        beside.set_class(not is_beside, "alone")
        effect.styles.width = EFFECT if is_broad else "1fr"

    def tell_plan(self) -> None:
        """Show what is known of the text by now."""
        editor = self.query_one("#editor", PlanEditor)
        lines = {int(line) for problem in self.problems if (line := problem.params.get("line"))}
        editor.mark(lines)
        table = self.query_one("#problems", RowTable)
        table.display = bool(self.problems)
        most = 8 if self.size.width >= BESIDE else 4
        table.styles.height = min(len(self.problems) + 2, most)  # a heading, and the line above
        table.show([self._row(problem) for problem in self.problems], keep=True)
        self.show_form()
        self.tell_figures()
        self.tell_status()
        self.query_one("#keys").refresh()

    def tell_status(self) -> None:
        """Tell the file, and whether it is saved and counted."""
        self.query_one("#status", Static).update(Content(self._status()))
        self._tell_strip()

    def tell_figures(self) -> None:
        """Tell the effect, saved and as written, or what keeps it from being told."""
        self._tell_strip()
        width = max((EFFECT if self.size.width >= BROAD else self._room_of_effect()) - 4, 20)
        shown: list[str] = []
        if self.firm is not None and self.looked == self.text:
            shown += [*chance_lines(self.firm, width), ""]
        if self.told is not None and not self.problems:
            if self.looked != self.text:
                shown += [*folded(say("tui_plan.stale"), width), ""]
            shown += effect_lines(self.told, self.before, width, self.yaohao.ascii_only)
        elif self.problems:
            shown += folded(say("tui_plan.no-effect"), width)
            shown += ["", *folded(problem_words(self.marked_problem()), width)]
            if self.before is not None:
                shown += ["", *folded(say("tui_plan.saved-effect"), width), ""]
                shown += effect_lines(self.before, None, width, self.yaohao.ascii_only)
        self.query_one("#figures", Static).update(Content("\n".join(shown)))

    def _room_of_effect(self) -> int:
        """Columns of the effect where it is not at the right by itself."""
        return self.size.width // 2 if self.size.width >= BESIDE else self.size.width

    def _tell_strip(self) -> None:
        """On a narrow screen, what changes, or what is wrong, below the form or the text."""
        strip = self.query_one("#strip", Static)
        told, before = self.told, self.before
        is_told = bool(self.problems) and self.looked == self.text
        needs = (self.view == "text") if is_told else (self.view != "effect" and self.is_changed())
        strip.display = needs and self.size.width < BESIDE
        room = self.size.width - 2
        if is_told:
            lines = folded(problem_words(self.marked_problem()), room)[: STRIP + 1]
        elif told is None or before is None or self.looked != self.text:
            lines = [say("tui_plan.counting")]
        else:
            lines = strip_lines(told, before, room, STRIP, self.yaohao.ascii_only)
        strip.update(Content("\n".join(lines)))

    def problem_moved(self) -> bool:
        """Tell the problem that is marked now in full, at its field; whether it has one."""
        self.tell_figures()
        problem = self.marked_problem()
        at = [n for n, row in enumerate(self.rows) if self.problem_at(row) == problem]
        if at:
            self.query_one("#form", PlanForm).mark(at[0])
        self.tell_of_row(problem_words(problem), "bad")
        return bool(at)

    def form_moved(self) -> None:
        """Tell of the row that is marked now, and show it in the text."""
        if self.editing is not None:
            self.stop_typing()
        self.tell_row()
        self.go_to_row_line()

    def _row(self, problem: Problem) -> list[Any]:
        words = problem_words(problem)
        can = self.mended(problem) is not None
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

    def marked_problem(self) -> Problem:
        """The problem that is marked."""
        at = self.query_one("#problems", RowTable).cursor
        return self.problems[min(at, len(self.problems) - 1)]
