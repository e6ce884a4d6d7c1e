"""Places that teach when they are empty; one mechanism for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import Screen
from yaohao.planner.wording.messages import language, say
from yaohao.tui.actions import Action
from yaohao.tui.keys import key_words
from yaohao.tui.lessons import Step, first_step
from yaohao.tui.screen_registry import ScreenEntry, screen_entry
from yaohao.tui.widgets.lesson import Lesson, LessonControl, LessonLines, lesson_lines

if TYPE_CHECKING:
    from yaohao.tui.shell import Shell


@dataclass(frozen=True)
class Way:
    """How a step is taken: what it is called, its key as written and as Textual names it."""

    step: Step
    label: str
    sign: str
    key: str
    """Empty where it takes more than one key."""
    act: Callable[[], object]

    def control(self) -> str:
        """The key and what it does."""
        return say("tui_lessons.go", key=self.sign, label=self.label)


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
        if not self.is_mounted or self.query_one_optional("#lesson") is None:
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
        way = self._way(self.own_step() or self._step_of_work())
        about = say("tui_lessons.for", place=place.label(), about=place.about())
        first = say("tui_lessons.first", step=way.step.words())
        return Lesson((about, first), way.control(), way.act)

    def _step_of_work(self) -> Step:
        wanted = (self._shell.version, self._shell.chosen_draw)
        if self._step is None or self._step[0] != wanted:
            self._step = (wanted, first_step(self._shell.workspace, self._shell.chosen_draw))
        return self._step[1]

    def _way(self, step: Step) -> Way:
        """How a step is taken: here, or in its place; over Home, where it is by nothing here."""
        home = screen_entry("home")
        assert home is not None  # it is always there
        return self._way_there(step) or self._way_to(home, step)

    def _way_there(self, step: Step) -> Way | None:
        if step.place != self.SCREEN_NAME:
            place = screen_entry(step.place)
            return None if place is None else self._way_to(place, step)
        here = {one.name: one for one in self.actions() if one.keys}
        own = next((here[name] for name in step.actions if name in here), None)
        if own is None:
            return None
        name, key = own.name, own.keys[0]
        return Way(step, own.label(), key_words(key), key, lambda: self._do(name))

    def _way_to(self, place: ScreenEntry, step: Step) -> Way:
        name, key = place.name, place.keys[0] if place.keys else ""
        return Way(step, place.label(), place.key_words, key, lambda: self._shell.go(name))

    def mend(self, step: Step) -> tuple[str, str, Callable[[], object]] | None:
        """What mends something, its key, and how it is done; None where one is there already."""
        way = self._way_there(step)
        return None if way is None else (way.control().strip(), way.key, way.act)

    def _do(self, name: str) -> None:
        self.run_worker(self._shell.perform_named(name), exit_on_error=False)
