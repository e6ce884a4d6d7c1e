"""Learn: what the draws tell, as sentences and charts with their numbers.

On the command line: `yaohao estimate`, `yaohao crews`, `yaohao survive`, `yaohao propose`; effects,
trials and risk, which need files, are there alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import in_words
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.words import Words

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding

GROUPS = ("region", "industry", "kind", "age")


def _rates(workspace: Workspace) -> Finding:
    """A proposal for the plan of the last draw that has results."""
    plan = workspace.estimate().figures["draws"][0]["plan"]
    return workspace.propose(plan)


VIEWS: dict[str, Callable[[Workspace], Finding]] = {
    "estimate": lambda workspace: workspace.estimate(),
    "groups": lambda workspace: workspace.estimate(by=GROUPS),
    "inspectors": lambda workspace: workspace.crews(),
    "survival": lambda workspace: workspace.survive("kind"),
    "rates": _rates,
}
"""What can be looked at, and what is asked for it."""


class LearnScreen(BaseScreen):
    """One question to the draws at a time."""

    SCREEN_NAME = "learn"
    FOCUS = "#findings"
    ACTIONS = (
        Action("estimate", ("e",), rank=1, area="tui_learn"),
        Action("groups", ("g",), rank=2, area="tui_learn"),
        Action("inspectors", ("i",), rank=3, area="tui_learn"),
        Action("survival", ("s",), rank=4, area="tui_learn"),
        Action("rates", ("n",), rank=5, area="tui_learn"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.view = "estimate"
        self.found: dict[str, Finding | PlannerError] = {}

    def body(self) -> ComposeResult:
        """What is asked, and the answer below it."""
        yield Static(id="question", classes="line")
        with VerticalScroll(id="findings"):
            yield Words(id="answer")

    def read(self) -> None:
        """Forget what was found: the workspace has changed."""
        self.found.clear()

    def fill(self) -> None:
        """Show the answer, or ask for it."""
        self.query_one("#question", Static).update(say(f"tui_learn.about-{self.view}"))
        if self.view in self.found:
            self._show()
        else:
            self.query_one("#answer", Words).say("")
            self._ask(self.view)

    def _ask(self, view: str) -> None:
        """Look for the answer in a thread; what stands against it is an answer too."""

        def job(workspace: Workspace, _: Callable[[int, int | None], None]) -> object:
            try:
                return VIEWS[view](workspace)
            except PlannerError as error:
                return error

        def done(found: Finding | PlannerError) -> None:
            self.found[view] = found
            if self.is_mounted and view == self.view:
                self._show()

        self.work(say("tui_learn.asking"), job, done)

    def _show(self) -> None:
        """The sentences, then the charts as wide as the screen."""
        found, width = self.found[self.view], max(self.size.width - 4, 40)
        if isinstance(found, PlannerError):
            rows = [row for words in in_words(found) for row in folded(words, width)]
        else:
            from yaohao.planner.learning.chart_text import render

            rows = [row for words in found.sentences() for row in folded(words, width)]
            for chart in found.charts():
                rows += ["", *render(chart, width, ascii_only=self.yaohao.ascii_only)]
        self.query_one("#answer", Words).say("\n".join(rows))

    def on_resize(self, event: events.Resize) -> None:
        """Fold and draw anew for another width."""
        if self._is_filled and self.view in self.found:
            self._show()

    # what can be done

    def _look(self, view: str) -> None:
        self.view = view
        self.query_one("#findings", VerticalScroll).scroll_home(animate=False)
        self.fill()

    def do_estimate(self) -> None:
        """Estimates of the last draw."""
        self._look("estimate")

    def do_groups(self) -> None:
        """The same by group."""
        self._look("groups")

    def do_inspectors(self) -> None:
        """What inspectors find."""
        self._look("inspectors")

    def do_survival(self) -> None:
        """How long firms live."""
        self._look("survival")

    def do_rates(self) -> None:
        """Rates for the next plan."""
        self._look("rates")
