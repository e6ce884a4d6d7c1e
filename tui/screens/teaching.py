"""Places that teach when they are empty; one mechanism for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import Screen
from yaohao.planner.wording.messages import language, say
from yaohao.tui.actions import Action, key_words
from yaohao.tui.lessons import Step, first_step
from yaohao.tui.screen_registry import screen_entry
from yaohao.tui.widgets.lesson import Lesson, LessonControl, LessonLines, lesson_lines

if TYPE_CHECKING:
    from yaohao.tui.shell import Shell


class Teaching(Screen[Any]):
    """A screen that says what it is for while it is empty.

    What it says is held against its state whenever it has nothing else to do, so that it is never
    shown longer than it is so, whatever thread the rows came from.
    """

    SCREEN_NAME: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self._taught: tuple[Any, ...] = ()
        self._step: tuple[Any, Step] | None = None

    @property
    def _shell(self) -> Shell:
        return cast("Shell", self.app)

    # what a place says of itself

    def emptiness(self) -> str:
        """``place`` where nothing is there, ``filter`` where nothing fits; empty for neither.

        What is still being looked for is not empty.
        """
        return ""

    def sought(self) -> str:
        """What is typed into the filter."""
        return ""

    def clear(self) -> None:
        """Clear the filter."""

    def own_step(self) -> Step | None:
        """The first thing to do here, where that is not the next step of the work."""
        return None

    def actions(self) -> list[Action]:
        """What can be done here now."""
        raise NotImplementedError

    # how it is said

    def lesson_widgets(self) -> ComposeResult:
        """The lines of the lesson; they take no room while there is none."""
        yield LessonLines(id="lesson", classes="lines")
        yield LessonControl(id="lesson-control", classes="answer")

    def on_idle(self) -> None:
        """Say what is so by now."""
        if not self.is_mounted or not self.query("#lesson"):
            return
        try:
            kind = self.emptiness()
        except NoMatches:  # it is being composed anew, in another language
            return
        state = (kind, self.sought() if kind == "filter" else "", self.size.width, language(),
                 self._shell.version if kind else None, self._shell.chosen_draw)  # fmt: skip
        if state != self._taught:
            self._taught = state
            self._teach(self._lesson(kind))

    def _teach(self, lesson: Lesson | None) -> None:
        lines, control = self.query_one("#lesson", LessonLines), self.query_one(LessonControl)
        lines.display = control.display = lesson is not None
        if lesson is not None:
            lines.say("\n".join(lesson_lines(lesson, self.size.width - 2)))
            control.update(Content(lesson.control))
            control.act = lesson.act

    def _lesson(self, kind: str) -> Lesson | None:
        if kind == "filter":
            words = say("tui_lessons.nothing-fits", typed=self.sought())
            control = say("tui_lessons.go", key=key_words("escape"), label=say("tui_lessons.clear"))
            return Lesson((words,), control, self.clear)
        place = screen_entry(self.SCREEN_NAME)
        if kind != "place" or place is None:
            return None
        step = self.own_step() or self._step_of_work()
        about = say("tui_lessons.for", place=place.label(), about=place.about())
        label, key, act = self._way(step)
        control = say("tui_lessons.go", key=key, label=label)
        return Lesson((about, say("tui_lessons.first", step=step.words())), control, act)

    def _step_of_work(self) -> Step:
        wanted = (self._shell.version, self._shell.chosen_draw)
        if self._step is None or self._step[0] != wanted:
            self._step = (wanted, first_step(self._shell.workspace, self._shell.chosen_draw))
        return self._step[1]

    def _way(self, step: Step) -> tuple[str, str, Callable[[], object]]:
        """The label and the key of a step, and how it is taken: here, or in its place."""
        found = self._way_there(step)
        if found is None:
            home = screen_entry("home")
            assert home is not None  # it is always there
            found = home.label(), home.key, lambda: self._shell.go("home")
        label, key, act = found
        return label, key_words(key), act

    def _way_there(self, step: Step) -> tuple[str, str, Callable[[], object]] | None:
        """The label of a step, Textual's name of its key, how it is taken; None if by nothing."""
        if step.place == self.SCREEN_NAME:
            here = {one.name: one for one in self.actions() if one.keys}
            own = next((here[name] for name in step.actions if name in here), None)
            if own is not None:
                action = own
                return action.label(), action.keys[0], lambda: self._do(action.name)
            return None
        place = screen_entry(step.place)
        if place is None:
            return None
        name = place.name
        return place.label(), place.key, lambda: self._shell.go(name)

    def mend(self, step: Step) -> tuple[str, str, Callable[[], object]] | None:
        """What mends something, its key, and how it is done; None where one is there already."""
        way = self._way_there(step)
        if way is None:
            return None
        label, key, act = way
        return say("tui_lessons.go", key=key_words(key), label=label).strip(), key, act

    def _do(self, name: str) -> None:
        self.run_worker(self._shell.perform_named(name), exit_on_error=False)
