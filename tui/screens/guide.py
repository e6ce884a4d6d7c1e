"""The guided start: the steps to a first draw, what of them is there, and the next one.

On the command line: `yaohao start`, `yaohao import`, `yaohao template`, `yaohao simulate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.doors.guide import own_plans, template_file
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import tenths
from yaohao.planner.wording.messages import language, say
from yaohao.tui.actions import Action
from yaohao.tui.first_steps import STEPS, Step, first_steps, next_step
from yaohao.tui.plan_effect import effect_lines
from yaohao.tui.screens.going_back import GoingBack
from yaohao.tui.text_layout import fit, folded
from yaohao.tui.widgets.dialogs import Reading
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words

YEARS = 3
"""Years for which a plan is played through."""

FIGURES = ("pool", "drawn", "visits", "seats")


class GuideScreen(GoingBack):
    """The steps to a first draw, the next of them marked; Enter does it."""

    SCREEN_NAME = "guide"
    FOCUS = "#steps"
    ACTIONS = (
        Action("go-on", "open", rank=1, area="tui_start"),
        Action("template", "files", rank=2, area="tui_start", when="is_register"),
        Action("aside", "view", rank=3, area="tui_start", when="has_aside"),
        Action("leave", "back", rank=4, area="tui_start"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.rehearsed: set[str] = set()
        """The plans that were played through since the program was begun."""
        self._next = -1

    def body(self) -> ComposeResult:
        """What this is, the steps, and what the marked one is for."""
        yield Static(Content(say("tui_start.guide-title")), classes="heading")
        yield RowTable(
            [
                Column("state", "", 4),
                Column("step", "tui_start.col-step", 24),
                Column("held", "tui_start.col-held", 20, grow=1),
            ],
            moved=self._tell_about,
            id="steps",
        )
        yield Words(id="about", classes="lines")

    def read(self) -> None:
        """See what is there."""
        self.steps = first_steps(self.workspace, self.rehearsed)

    def fill(self) -> None:
        """Show the steps; the mark goes to the next one whenever that has become another."""
        table = self.query_one("#steps", RowTable)
        following = next_step(self.steps)
        table.show([self._row(place, one) for place, one in enumerate(self.steps)], keep=True)
        if following != self._next:
            self._next = following
            table.mark(following)
        self._tell_about()

    def _row(self, place: int, one: Step) -> list[Any]:
        state, tone = ("ok", "good") if one.is_done else ("", "")
        if place == next_step(self.steps):
            state, tone = "->", "strong"
        name = say(f"tui_start.step-{one.name}")
        return [(state, tone), (name, tone), (one.held, "warn" if one.aside else "")]

    def _tell_about(self) -> None:
        if not self.steps:
            return
        step = self._marked()
        lines = folded(say(f"tui_start.about-step-{step.name}"), max(self.size.width - 2, 20))
        if step.aside:
            lines += folded(say("tui_start.aside-waits", size=step.aside), self.size.width - 2)
        self.query_one("#about", Words).say("\n".join(lines))
        self.query_one("#keys").refresh()

    def _marked(self) -> Step:
        return self.steps[self.query_one("#steps", RowTable).cursor]

    def is_register(self) -> bool:
        """Whether the marked step takes a file in."""
        return bool(self.steps) and self._marked().is_register

    def has_aside(self) -> bool:
        """Whether rows of any register are set aside."""
        return any(one.aside for one in self.steps)

    # what can be done

    def on_row_table_chosen(self) -> None:
        """Do what was clicked."""
        self.do_go_on()

    def do_go_on(self) -> None:
        """Do the marked step."""
        if not self.steps:  # the workspace could not be read, of which the line of errors tells
            return
        step = self._marked()
        if step.is_register:
            self.yaohao.go("intake", register=step.name)
        elif step.name == "plan":
            self._write_plan()
        elif step.name == "rehearsal":
            self._rehearse()
        elif step.name == "home":
            self.run_worker(self.do_leave(), exit_on_error=False)
        else:
            self.tell(say("tui_start.step-is-done", folder=str(self.workspace.folder.absolute())))

    def _write_plan(self) -> None:
        missing = [one for one in self.steps if one.is_register and one.is_waiting]
        if missing:
            names = [say(f"common.register-{one.name}") for one in missing]
            self.tell(say("tui_start.first-registers", names=names), "bad")
            return
        self.yaohao.go("questions")

    def do_template(self) -> None:
        """Write a template of the marked register where the program was begun, and say where."""
        file = template_file(self._marked().name, Path.cwd(), language())
        self.tell(say("tui_start.template-is", file=file.name, folder=str(file.absolute().parent)))

    def do_aside(self) -> None:
        """Go to the rows set aside."""
        self.yaohao.go("register", mode="aside")

    async def do_leave(self) -> None:
        """Go Home, where the next step stands with its key."""
        words = say(f"tui_start.next-{STEPS[next_step(self.steps)]}")
        self.yaohao.go("home")
        self.run_worker(self.tell_there(words), exit_on_error=False)

    # the rehearsal

    def _rehearse(self) -> None:
        plans = own_plans(self.workspace.folder)
        if not plans:
            self.tell(say("tui_start.first-plan"), "bad")
            return
        file = plans[-1]
        self.work(
            say("tui_start.rehearsing"),
            lambda workspace, progress: (
                workspace.preview(file),
                workspace.simulate(file, YEARS, 1, progress),
            ),
            lambda told: self._tell_rehearsal(file, *told),
        )

    def _tell_rehearsal(self, file: Path, effect: Any, played: Mapping[str, Any]) -> None:
        self.rehearsed.add(str(file))
        width = min(self.size.width * 9 // 10, 100) - 8
        lines = [
            *folded(say("tui_start.rehearsal-text", years=played["years"]), width),
            "",
            fit(say("tui_start.col-year"), 12)
            + "".join(fit(say(f"tui_start.col-{name}"), 11, right=True) for name in FIGURES),
        ]
        for turn in played["by_year"]:
            figures = "".join(fit(f"{turn[name]:,}", 11, right=True) for name in FIGURES)
            lines.append(fit(turn["as_of"], 12) + figures)
        # That of the first turn, whole: who is in, who is out, and the load of the inspectors.
        lines += ["", say("tui_start.effect-title", expected=tenths(effect["expected"])), ""]
        lines += effect_lines(effect, None, width, self.yaohao.ascii_only)
        self.app.push_screen(
            Reading(say("tui_start.rehearsal-title", plan=plain(file.stem)), "\n".join(lines)),
            lambda _: self.refill(),
        )
