"""A first plan from a few questions, its text and its effect beside them as they are answered.

On the command line: `yaohao start`, `yaohao plan new`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.doors.guide import QUESTIONS, plan_answers
from yaohao.planner.schema.reports.plans import PreviewReport
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import tenths
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import in_words
from yaohao.tui.screens.plan_form import problem_words
from yaohao.tui.screens.question_choices import QuestionChoices
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.press import Press
from yaohao.tui.widgets.words import Words

WIDE = 100
"""Columns from which on the text of the plan stands beside the questions."""

PRESSED = ("items", "department")
"""Questions that are answered by choosing, not by typing."""

KEPT = "questions.json"
"""What answers that no plan is written of yet are kept as, as unsaved plans are."""


class QuestionsScreen(QuestionChoices):
    """The questions of a first plan; what is answered is kept until the plan is written."""

    SCREEN_NAME = "questions"
    FOCUS = "#id"
    ACTIONS = (
        Action("write-plan", "save", rank=1, anywhere=True, area="tui_start"),
        Action("anew", "revert", rank=2, anywhere=True, area="tui_start", when="is_answered"),
        Action("leave", "back", rank=3, anywhere=True, area="tui_start"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.effect: PreviewReport | PlannerError | None = None
        self._looked = ""
        self._is_looking = False
        self._memory = Workspace.live_memory()

    def body(self) -> ComposeResult:
        """The questions, what the plan would do, and its text."""
        yield Static(Content(say("tui_start.questions-title")), classes="heading")
        with Vertical(id="sides"):
            with VerticalScroll(id="asked", can_focus=False):
                for name in QUESTIONS:
                    with Horizontal(classes="row", id=f"row-{name}"):
                        yield Static(
                            Content(say(f"tui_start.q-{name}")), classes="label", id=f"label-{name}"
                        )
                        if name in PRESSED:
                            yield Press(id=name, classes="press")
                        else:
                            yield Field(
                                f"tui_start.ask-{name}", self._now(name), replaces=True, id=name
                            )
                yield Words(id="note", classes="lines note")
                yield Words(id="effect", classes="lines")
            with VerticalScroll(id="plan", classes="pane", can_focus=False):
                yield Static(id="text")

    # what is known

    def read(self) -> None:
        """Take the items of the register, and what is offered today."""
        self.items = self.workspace.items()
        if not self.typed:
            self._take_up_kept()
        if self.questions is None:
            self.questions = self.workspace.plan_questions()
        for name in QUESTIONS:
            self.typed.setdefault(name, self._offer(name))

    def _offer(self, name: str) -> str:
        assert self.questions is not None
        first: date | None = None
        if name == "last":
            try:
                first = self.questions.take("first", self.typed["first"])
            except PlannerError:
                first = None
        return self.questions.offered(name, first)

    def _now(self, name: str) -> str:
        return self.typed.get(name, "")

    def fill(self) -> None:
        """Put the answers into the fields, and look at what they would do."""
        for name in QUESTIONS:
            if name in PRESSED:
                continue
            field = self.query_one(f"#{name}", Field)
            if field.value != self.typed[name]:
                field.value = self.typed[name]
        self._fit()
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Set the text beside the questions where there is room."""
        if self._is_filled:
            self._fit()
            self._tell()

    def _fit(self) -> None:
        self.query_one("#sides").set_class(self.size.width >= WIDE, "beside")

    # what is answered

    def _taken(self) -> tuple[dict[str, Any], dict[str, PlannerError]]:
        """What each answer says, and what is wrong with those that say nothing."""
        assert self.questions is not None
        taken: dict[str, Any] = {"items": self.chosen_items(), "department": ""}
        wrong: dict[str, PlannerError] = {}
        for name in QUESTIONS:
            if name == "items" or not self.asks(name):
                continue
            try:
                taken[name] = self.questions.take(name, self.typed[name], taken.get("first"))
            except PlannerError as error:
                wrong[name] = error
        return taken, wrong

    def answered(self) -> None:
        """Show what comes of the answers, and keep them."""
        self._show()
        self.keep_unsaved()

    def is_answered(self) -> bool:
        """Whether anything is answered otherwise than it was offered."""
        return self._is_filled and (
            self.chosen is not None
            or any(self.typed[name] != self._offer(name) for name in QUESTIONS if name != "items")
        )

    def _kept(self) -> Path:
        return self.workspace.folder / "plans" / KEPT

    def _take_up_kept(self) -> None:
        """Take up what was answered when the program ended; what is no such thing is left alone."""
        try:
            kept = json.loads(self.workspace.unsaved(self._kept()) or "{}")
            typed = {name: str(kept["typed"][name]) for name in QUESTIONS}
            items = kept["items"]
        except (ValueError, KeyError, TypeError):
            return
        self.typed = typed
        self.chosen = list(map(str, items)) if isinstance(items, list) else None

    def keep_unsaved(self) -> None:
        """Keep what is answered beside the plans: the program may end at any moment."""
        if self.is_answered():
            kept = {"typed": self.typed, "items": self.chosen}
            with suppress(OSError):  # it is still on the screen
                self.workspace.keep_unsaved(self._kept(), json.dumps(kept, ensure_ascii=False))

    def unsaved(self) -> str:
        """That a plan was answered for and not written."""
        return say("tui_start.plan-unsaved") if self.is_answered() else ""

    def _show(self) -> None:
        """Show which answers will not do, the text that comes of the others, and its effect."""
        taken, wrong = self._taken()
        for name in QUESTIONS:
            self.query_one(f"#label-{name}").set_class(name in wrong, "bad")
        self.show_choices()
        if not wrong:
            before, self.text = self.text, self._written(taken)
            self._show_text(before)
        self._tell()
        self._look()

    def _written(self, taken: dict[str, Any]) -> str:
        assert self.questions is not None
        keys = plan_answers(taken).as_keys(self.questions.today)
        try:
            return self.workspace.new_plan_text(f"{taken['id']}.toml", **keys)
        except PlannerError as error:
            self.effect = error
            return ""

    def _show_text(self, before: str) -> None:
        """The plan, comments dimmed; what has just changed stands out and is scrolled to."""
        if self.text == before:
            return
        old = before.split("\n")
        parts: list[Any] = []
        changed = -1
        for number, line in enumerate(self.text.split("\n")):
            is_other = bool(before) and line not in old
            style = "bold $accent" if is_other else "$secondary" if line.startswith("#") else ""
            changed = number if is_other and changed < 0 else changed
            parts.append((f"{plain(line)}\n", style))
        self.query_one("#text", Static).update(Content.assemble(*parts))
        pane = self.query_one("#plan", VerticalScroll)
        if changed >= 0:
            to = max(changed - 1, 0)
            self.call_after_refresh(lambda: pane.scroll_to(y=to, animate=False))

    def _tell(self) -> None:
        """What the plan would do; and of the answer one is at, what is asked or wrong."""
        width = max(self.query_one("#asked").size.width - 3, 20)
        _, wrong = self._taken()
        here = str(self.focused.id) if self.focused is not None else ""
        note = self.query_one("#note", Words)
        lines: list[str] = []
        if here in wrong:
            lines = in_words(wrong[here])
        elif here in QUESTIONS:
            lines = [say(f"tui_start.about-q-{here}")]
        note.set_class(here in wrong, "bad")
        note.say("\n".join(part for one in lines for part in folded(plain(one, 400), width)))
        found = [part for one in self._effect(wrong) for part in folded(plain(one, 600), width)]
        self.query_one("#effect", Words).say("\n".join(found))

    def _effect(self, wrong: Any) -> Sequence[str]:
        if wrong:
            names = [say(f"tui_start.q-{name}") for name in wrong]
            return [say("tui_start.not-answered", names=names)]
        if isinstance(self.effect, PlannerError):
            # The file is not there yet: its name and line are of no use.
            return [problem_words(one) for one in self.effect.problems]
        report = self.effect
        if report is None:
            return [say("tui_start.counting")]
        crews = report["crews"]
        return [
            say(
                "tui_start.effect",
                scope=report["scope"],
                out=sum(report["out"].values()),
                directed=report["directed"],
                expected=tenths(report["expected"]),
            ),
            say(
                "tui_start.effect-crews",
                seats=tenths(crews["expected_seats"]),
                inspectors=crews["certified"],
                load=tenths(crews["load"]) if crews["load"] is not None else "",
            ),
        ]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take what is typed; a last day that was offered follows the first."""
        event.stop()
        name = str(event.input.id)
        if name not in self.typed or self.typed[name] == event.value:
            return
        was = self._offer("last")
        self.typed[name] = event.value
        if name == "first" and self.typed["last"] == was:
            self.typed["last"] = self._offer("last")
            self.query_one("#last", Field).value = self.typed["last"]
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next question; after the last one, write the plan."""
        event.stop()
        if event.input.id == QUESTIONS[-1]:
            self.do_write_plan()
        else:
            self.focus_next()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what is asked here, and keep what was answered so far."""
        super().on_descendant_focus(event)
        if self._is_filled:
            self._tell()
            self.keep_unsaved()

    async def on_key(self, event: events.Key) -> None:
        """Move between the questions on the arrows."""
        if event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            (self.focus_next if event.key == "down" else self.focus_previous)()
            return
        await super().on_key(event)

    # what it would do

    def _look(self) -> None:
        if self.text and not self._is_looking and self._looked != self.text:
            self._is_looking = True
            self.run_worker(self._looking(), exit_on_error=False)

    async def _looking(self) -> None:
        try:
            while self._looked != self.text:
                text = self.text
                found = await asyncio.to_thread(self._seen, text)
                if text == self.text:
                    self.effect, self._looked = found, text
        except Exception as error:
            self._looked = self.text
            self.tell_error(error)
        finally:
            self._is_looking = False
        if self.is_mounted:
            self._tell()

    def _seen(self, text: str) -> PreviewReport | PlannerError:
        with Workspace(self.workspace.folder) as workspace:
            try:
                return workspace.live_preview(text, f"{self.typed['id']}.toml", self._memory)
            except PlannerError as error:
                return error

    # what can be done

    def do_write_plan(self) -> None:
        """Write the plan; where an answer will not do, go there."""
        taken, wrong = self._taken()
        if wrong:
            first = next(iter(wrong))
            self.query_one(f"#{first}").focus()
            self.tell(in_words(wrong[first])[0], "bad")
            return
        assert self.questions is not None
        file = self.workspace.folder / "plans" / f"{taken['id']}.toml"
        keys = plan_answers(taken).as_keys(self.questions.today)
        self.work(
            say("tui_start.writing-plan"),
            lambda workspace, _: workspace.new_plan(file, **keys),
            lambda _: self._tell_written(file),
        )

    def _tell_written(self, file: Path) -> None:
        is_kept = isinstance(self.effect, PlannerError)
        words = say("tui_start.plan-kept" if is_kept else "tui_start.plan-written", file=file.name)
        self.give_up()
        self.go_back(words)

    def do_anew(self) -> None:
        """Answer everything as it was offered."""
        self.give_up()
        self.read()
        self.fill()

    def give_up(self) -> None:
        """Forget what was answered."""
        self.workspace.drop_unsaved(self._kept())
        self.typed, self.chosen, self.text, self._looked = {}, None, "", ""
        self.effect, self.questions = None, None
        self._version = None
        if self._is_filled:
            self.read()
