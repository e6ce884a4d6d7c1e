"""Learn: what the draws tell, as sentences and charts with their numbers.

On the command line: `yaohao estimate`, `yaohao crews`, `yaohao survive`, `yaohao evaluate`,
`yaohao trial`, `yaohao risk`, `yaohao propose`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import in_words
from yaohao.tui.learn_questions import MAPS, OWN, RISK, TRIALS, Given, Question
from yaohao.tui.screens.pictured import SHOW, ChoosesPicture
from yaohao.tui.text_layout import folded
from yaohao.tui.typed_paths import beside
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.form import Form, Item
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import MEASURES

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding

GROUPS = ("region", "industry", "kind", "age")
NO_RESULTS = ("findings.no-results-yet", "findings.no-results", "findings.not-drawn")
"""Why nothing can be told of draws: there are no results."""

MOST = 200
"""Rows of a list that the screen shows; the command line has them all."""


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
    "effects": lambda workspace: workspace.evaluate(),
    "risk": lambda workspace: workspace.risk_fit(),
    "map": lambda workspace: workspace.reports.map(MEASURES[0]),
    "calendar": lambda workspace: workspace.reports.calendar(),
    "load": lambda workspace: workspace.reports.load(),
}
"""What can be looked at, and what is asked for it."""

PICTURES = ("map", "calendar", "load")
"""The views of the work itself, for which nothing need have been found yet."""

QUESTIONS = (*(view for view in VIEWS if view not in PICTURES), "trials", *PICTURES)
"""The questions in the order in which one goes through them."""


class LearnScreen(ChoosesPicture):
    """One question to the draws at a time."""

    SCREEN_NAME = "learn"
    CLICKS: ClassVar = {"question": "which"}
    FOCUS = "#findings"
    ACTIONS = (
        Action("which", "which-list", rank=1, area="tui_learn"),
        Action("following", "next-part", rank=2, area="tui_learn"),
        Action("before", "previous-part", rank=3, area="tui_learn"),
        Action("otherwise", "another", rank=4, area="tui_learn"),
        Action("pictures", "write", rank=5, area="tui_learn"),
        *(Action(name, area="tui_learn") for name in QUESTIONS),
        SHOW,
    )

    def __init__(self) -> None:
        super().__init__()
        self.view = "estimate"
        self.found: dict[str, Finding | PlannerError] = {}
        self.asked: Finding | PlannerError | None = None
        """The answer to what was asked otherwise; it stays when the workspace changes."""
        self.trials: list[Mapping[str, str]] = []

    def body(self) -> ComposeResult:
        """What is asked, and the answer below it."""
        yield Static(id="question", classes="line")
        with VerticalScroll(id="findings"):
            yield Words(id="answer")

    def read(self) -> None:
        """Forget what was found: the workspace has changed."""
        self.found.clear()
        self.trials = []

    def fill(self) -> None:
        """Show the answer, or ask for it."""
        self.query_one("#question", Static).update(say(f"tui_learn.about-{self.view}"))
        if self.asked is not None or self.view in self.found or self.view == "trials":
            self._show()
        else:
            self.query_one("#answer", Words).say("")
            self._ask(self.view)

    def _ask(self, view: str) -> None:
        """Look for the answer in a thread; what stands against it is an answer too."""

        def done(found: Finding | PlannerError) -> None:
            self.found[view] = found
            if self.is_mounted and view == self.view:
                self._show()

        self._work(VIEWS[view], done)

    def _work(
        self,
        answer: Callable[[Workspace], Finding],
        done: Callable[[Finding | PlannerError], None],
    ) -> None:
        def job(workspace: Workspace, _: Callable[[int, int | None], None]) -> object:
            try:
                return answer(workspace)
            except PlannerError as error:
                return error

        self.work(say("tui_learn.asking"), job, done)

    def _show(self) -> None:
        """The sentences, then the charts as wide as the screen."""
        found, width = self._answer(), max(self.size.width - 4, 40)
        if self.emptiness():
            rows = folded(say("tui_learn.no-results"), width)  # what is done first stands below
        elif isinstance(found, PlannerError):
            rows = [row for words in in_words(found) for row in folded(words, width)]
        elif found is None:
            rows = [row for words in self._trial_words() for row in folded(words, width)]
        else:
            from yaohao.planner.learning.chart_text import render

            rows = [row for words in found.sentences() for row in folded(words, width)]
            for chart in found.charts():
                rows += ["", *render(chart, width, ascii_only=self.yaohao.ascii_only)]
        self.query_one("#answer", Words).say("\n".join(rows))

    def _answer(self) -> Finding | PlannerError | None:
        return self.asked if self.asked is not None else self.found.get(self.view)

    def _trial_words(self) -> list[str]:
        """The trials of the workspace and how far each is."""
        self.trials = list(self.workspace.trials())
        if not self.trials:
            return [say("tui_learn.no-trials")]
        lines = []
        for one in self.trials[:MOST]:
            step = say(f"tui_learn.step-{one['step']}")
            lines.append(say("tui_learn.trial-line", trial=one["trial"], step=step, at=one["at"]))
        return [*lines, say("tui_learn.trial-keys")]

    def on_resize(self, event: events.Resize) -> None:
        """Fold and draw anew for another width."""
        if self._is_filled and self._answer() is not None:
            self._show()

    def emptiness(self) -> str:
        """Whether no draw has results yet, without which nothing is told."""
        found = self._answer()
        if not isinstance(found, PlannerError):
            return ""
        return "place" if found.problems[0].code in NO_RESULTS else ""

    # what can be done

    def _look(self, view: str) -> None:
        self.view, self.asked = view, None
        self.query_one("#findings", VerticalScroll).scroll_home(animate=False)
        self.fill()

    def do_which(self) -> None:
        """Choose a question from the list."""
        choices = [
            Choice(one, say(f"tui_learn.do-{one}"), "", say(f"tui_learn.about-{one}"))
            for one in QUESTIONS
        ]

        def chosen(view: Any) -> None:
            if view is not None:
                self._look(view)

        self.app.push_screen(Choose(say("tui_learn.which-title"), choices), chosen)

    def do_following(self) -> None:
        """Go on to the next question."""
        self._turn(1)

    def do_before(self) -> None:
        """Go back to the question before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        self._look(QUESTIONS[(QUESTIONS.index(self.view) + by) % len(QUESTIONS)])

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

    def do_effects(self) -> None:
        """What being drawn changed."""
        self._look("effects")

    def do_risk(self) -> None:
        """A risk model of today, judged."""
        self._look("risk")

    def do_trials(self) -> None:
        """The trials of the workspace."""
        self._look("trials")

    def do_map(self) -> None:
        """The divisions as tiles."""
        self._look("map")

    def do_calendar(self) -> None:
        """The draws, visits and dues of the year."""
        self._look("calendar")

    def do_load(self) -> None:
        """The load of crews by week."""
        self._look("load")

    def do_otherwise(self) -> None:
        """Ask the question of this view with its parts: which draws, item, file, day."""
        several = {"risk": RISK, "trials": TRIALS, "map": MAPS}.get(self.view)
        if several is None:
            self._form(OWN["estimate" if self.view == "groups" else self.view])
            return
        choices = [
            Choice(one, say(f"tui_learn.ask-{one.name}"), "", say(f"tui_learn.for-{one.name}"))
            for one in several
        ]

        def chosen(question: Question | None) -> None:
            if question is not None:
                self._form(question)

        self.app.push_screen(Choose(say(f"tui_learn.which-{self.view}"), choices), chosen)

    def _form(self, question: Question) -> None:
        """Ask for the parts of a question; before what cannot be undone, ask once more."""
        about = ("learn", question.name)
        items = [
            Item(name.lstrip("*"), say(f"tui_learn.field-{name.lstrip('*')}"), value,
                 is_needed=name.startswith("*"))
            for name, value in self._begun(question)
        ]  # fmt: skip
        title, text = say(f"tui_learn.ask-{question.name}"), say(f"tui_learn.for-{question.name}")

        def asked(typed: Mapping[str, str] | None) -> None:
            if typed is None:
                return
            if question.is_act:
                self.confirm(title, say("tui_learn.entered"), title, lambda: act(typed))
            else:
                act(typed)

        def act(typed: Mapping[str, str]) -> None:
            self._work(lambda workspace: question.answer(workspace, Given(workspace, typed)), done)

        def done(found: Finding | PlannerError) -> None:
            if not isinstance(found, PlannerError):
                self.done_with(about)
            self.asked = found
            if self.is_mounted:
                self.query_one("#findings", VerticalScroll).scroll_home(animate=False)
                self.fill()

        width = min(self.size.width * 9 // 10, 100) - 8
        self.app.push_screen(Form(title, "\n".join(folded(text, width)), items, about), asked)

    def _begun(self, question: Question) -> Sequence[tuple[str, str]]:
        """The fields of a question, the only trial there is already in its own."""
        trial = self.trials[0]["trial"] if len(self.trials) == 1 else ""
        return [(name, trial if name == "*trial" else value) for name, value in question.fields]

    def do_pictures(self) -> None:
        """Save the pictures of the answer as SVG."""
        found = self._answer()
        if found is None or isinstance(found, PlannerError):
            self.tell(say("tui_learn.no-pictures"))
            return
        finding = found

        def asked(typed: Any) -> None:
            if not typed or not typed.strip():
                return
            names = self.workspace.save_pictures(finding, beside(self.workspace, typed))
            self.done_with(("learn", "pictures"))
            self.tell(say("tui_learn.saved", files=names))

        ask = Ask(
            say("tui_learn.do-pictures"),
            say("tui_learn.about-pictures"),
            "tui_learn.ask-pictures",
            about=("learn", "pictures"),
        )
        self.app.push_screen(ask, lambda typed: self.yaohao.guarded(lambda: asked(typed)))
