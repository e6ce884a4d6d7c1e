"""A new workspace: what it is for and whose it is, asked in a form that is checked as one types.

On the command line: `yaohao start`, `yaohao init`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Input, Static
from yaohao.planner.doors.guide import (
    USUAL_ZONE,
    authority_name,
    contact_line,
    division_code,
    offered_division,
    path_named,
    zone_name,
)
from yaohao.planner.vocabulary.divisions import division_name
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import LANGUAGES, choose_language, language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.background_job import in_words
from yaohao.tui.keys import meaning_of
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.dialogs import Confirm, Dialog
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.press import Press

TYPED = ("folder", "authority", "division", "contact", "timezone")
CHOSEN = {
    "language": LANGUAGES,
    "purpose": ("in-earnest", "practice"),
    "kind": ("kind-china", "kind-free"),
}
"""What is chosen from a few, and the codes of those; both stand in the order of the form."""
ORDER = ("language", "folder", "purpose", "kind", "authority", "division", "contact", "timezone")


def offered_folder(below: Path) -> str:
    """The folder that is offered for a new workspace: this one where it is empty, else a new one
    in it.
    """
    try:
        Workspace.check_vacant(below)
    except PlannerError:
        return str(below / say("guide.folder-name"))
    return str(below)


class NewWorkspace(Dialog):
    """Asks what a new workspace needs and makes it; gives its folder, or None.

    Every answer is checked while it is typed. Where one is refused, all that was typed stays.
    """

    def __init__(self, below: Path, folder: str = "") -> None:
        super().__init__()
        self._below = below
        self._first = {"folder": folder or offered_folder(below), "timezone": USUAL_ZONE}
        self.typed = dict.fromkeys(TYPED, "") | self._first
        self.chosen = {"language": language(), "purpose": "in-earnest", "kind": "kind-china"}
        self._is_made = False
        self._offered = ""

    def unsaved(self) -> str:
        """What the fields hold beyond what they began with."""
        same = all(self.typed[name] == self._first.get(name, "") for name in TYPED)
        return "" if same else say("tui.typed", title=say("tui_start.new-title"))

    def compose(self) -> ComposeResult:
        """The form, a line about where one is, and what can be done."""
        with Vertical(classes="dialog whole"):
            yield Static(Content(say("tui_start.new-title")), classes="dialog-title")
            yield Static(Content(say("tui_start.new-text")), classes="tight")
            with VerticalScroll(classes="asked", can_focus=False):
                for name in ORDER:
                    with Horizontal(classes="row", id=f"row-{name}"):
                        yield Static(self._label(name), classes="label", id=f"label-{name}")
                        if name in CHOSEN:
                            yield Press(self._choice(name), turns=True, id=name, classes="press")
                        else:
                            yield Field(
                                f"tui_start.ask-{name}", self.typed[name], replaces=True, id=name
                            )
            yield Static(id="note", classes="note")
            yield Press(say("tui_start.make"), id="make", classes="press button")
            yield Static(Content(say("tui_start.new-leave")), classes="answer")

    def on_mount(self) -> None:
        """Begin with the language, which the rest is asked in."""
        super().on_mount()
        self._show()
        self.query_one("#language").focus()

    # what is shown

    def _label(self, name: str) -> Content:
        return Content(say(f"tui_start.label-{name}"))

    def _choice(self, name: str) -> str:
        code = self.chosen[name]
        words = say("tui_start.language", code) if name == "language" else say(f"guide.{code}")
        return say("tui_start.turned", words=words)

    def _is_china(self) -> bool:
        return self.chosen["kind"] == "kind-china"

    def _show(self) -> None:
        """Show which rows there are, which of them are not right, and what is said of this one."""
        self.query_one("#row-division").display = self._is_china()
        for name in TYPED:
            self.query_one(f"#label-{name}").set_class(bool(self._problem(name)), "bad")
        self._note()

    def _note(self) -> None:
        here = self.focused.id if self.focused is not None else None
        words, is_bad = "", False
        if here in TYPED:
            words = self._problem(here)
            is_bad = bool(words)
            words = words or self._good(here)
        elif here in CHOSEN:
            words = say(f"tui_start.about-{here}")
        try:
            note = self.query_one("#note", Static)
        except NoMatches:  # the form is being said anew in the other language
            return
        note.set_class(is_bad, "bad")
        width = max(note.size.width, 20)
        note.update(Content("\n".join(folded(plain(words, 600), width))))

    def _problem(self, name: str) -> str:
        """What is wrong with an answer, in words; nothing where it will do."""
        checks: dict[str, Callable[[str], Any]] = {
            "folder": lambda typed: Workspace.check_vacant(self._folder()),
            "authority": partial(authority_name, rehearsal=self.chosen["purpose"] == "practice"),
            "division": division_code if self._is_china() else str,
            "contact": contact_line,
            "timezone": zone_name,
        }
        if name == "folder" and not self.typed[name].strip():
            return say("tui_start.no-folder")
        try:
            checks.get(name, str)(self.typed[name])
        except (PlannerError, OSError, ValueError) as error:
            return "\n".join(in_words(error))
        return ""

    def _good(self, name: str) -> str:
        typed = self.typed[name].strip()
        if name == "division" and typed:
            code = division_code(typed)
            return say("tui_start.division-is", division=code, name=division_name(code) or code)
        if name == "folder":
            return say("tui_start.folder-is", folder=str(self._folder()))
        return say(f"tui_start.about-{name}")

    def _folder(self) -> Path:
        return path_named(self.typed["folder"], self._below) or self._below

    # what is typed and chosen

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take what is typed, and say at once whether it will do."""
        event.stop()
        if event.input.id in self.typed and self.typed[event.input.id] != event.value:
            self.typed[event.input.id] = event.value
            if event.input.id == "authority":
                self._offer_division()
            self._show()

    def _offer_division(self) -> None:
        """Fill in the division that the authority's name names, unless one was typed."""
        if self.typed["division"] == self._offered:
            self._offered = self.typed["division"] = offered_division(self.typed["authority"])
            self.query_one("#division", Field).value = self._offered

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next."""
        event.stop()
        self.focus_next()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what is asked here."""
        self._note()

    async def on_press_turned(self, event: Press.Turned) -> None:
        """Choose the one before or behind."""
        event.stop()
        await self._turn(event.press, event.by)

    async def on_press_pressed(self, event: Press.Pressed) -> None:
        """Make it, or choose the next."""
        event.stop()
        if event.press.id == "make":
            await self._make()
        else:
            await self._turn(event.press, 1)

    async def _turn(self, press: Press, by: int) -> None:
        name = str(press.id)
        if name not in CHOSEN:
            return
        codes = CHOSEN[name]
        self.chosen[name] = codes[(codes.index(self.chosen[name]) + by) % len(codes)]
        if name == "language":
            await self._say_in(self.chosen[name])
            return
        if name == "kind" and self.typed["timezone"] in ("", USUAL_ZONE):
            self.typed["timezone"] = USUAL_ZONE if self._is_china() else ""
            self.query_one("#timezone", Field).value = self.typed["timezone"]
        press.say(self._choice(name))
        self._show()

    async def _say_in(self, lang: str) -> None:
        """Say the form in a language; the folder that was offered gets its name in it too."""
        if self.typed["folder"] == self._first["folder"]:
            choose_language(lang)
            self._first["folder"] = self.typed["folder"] = offered_folder(self._below)
        choose_language(lang)
        await self.recompose()
        self._show()
        self.query_one("#language").focus()

    # the end

    async def _make(self) -> None:
        """Make the workspace; where something is not right, go there."""
        if self._is_made:
            return
        wrong = [name for name in TYPED if self._problem(name)]
        if wrong:
            self.query_one(f"#{wrong[0]}").focus()
            return
        self._is_made = True
        folder = self._folder()
        try:
            await asyncio.to_thread(self._created, folder)
        except Exception as error:
            self._is_made = False
            self.query_one("#folder").focus()
            note = self.query_one("#note", Static)
            note.set_class(True, "bad")
            note.update(Content("\n".join(folded("\n".join(in_words(error)), note.size.width))))
        else:
            self.dismiss(str(folder))

    def _created(self, folder: Path) -> None:
        Workspace.create(
            folder,
            "china" if self._is_china() else "free",
            authority=self.typed["authority"].strip(),
            division=division_code(self.typed["division"]) if self._is_china() else "",
            language=language(),
            rehearsal=self.chosen["purpose"] == "practice",
            timezone=zone_name(self.typed["timezone"]),
            contact=self.typed["contact"],
        ).close()

    def _given_up(self, said: Any) -> None:
        if said:
            self.dismiss(None)

    async def on_key(self, event: events.Key) -> None:
        """Leave on Escape, once that is confirmed where something was typed; move on the arrows."""
        if event.key == "escape" and self.unsaved():
            event.stop()
            event.prevent_default()
            self.app.push_screen(
                Confirm(self.unsaved(), say("tui_start.give-up-text"), say("tui_start.give-up")),
                self._given_up,
            )
        elif event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            (self.focus_next if event.key == "down" else self.focus_previous)()
        elif meaning_of(event.key) == "language":
            event.stop()
            event.prevent_default()
            await self._turn(self.query_one("#language", Press), 1)
        elif meaning_of(event.key) == "save":
            event.stop()
            event.prevent_default()
            await self._make()
