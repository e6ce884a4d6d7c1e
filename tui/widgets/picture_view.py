"""A picture of the work in full, with its sentences and numbers; written as SVG on a key."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.background_job import in_words
from yaohao.tui.keys import CLOSES, key_typed, meaning_of
from yaohao.tui.text_layout import folded
from yaohao.tui.typed_paths import beside
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture, picture_lines

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding
    from yaohao.tui.shell import Shell

_ROOM = 6
"""Columns that the frame and the scroll bar take."""


class PictureView(Dialog):
    """The picture as wide as the screen; arrows scroll, brackets change the year, v the shading."""

    def __init__(self, picture: WorkPicture) -> None:
        super().__init__()
        self.picture = picture
        self.found: Finding | None = None
        self.refused = ""
        self._seen = 0

    @property
    def yaohao(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    def compose(self) -> ComposeResult:
        """The title, the picture, the keys."""
        with Vertical(classes="dialog whole"):
            yield Static(id="picture-title", classes="dialog-title")
            with VerticalScroll(classes="dialog-body", id="picture-body"):
                yield Words(id="picture-lines")
            yield Static(id="picture-told", classes="answer")
            yield Static(id="picture-keys", classes="answer")

    def on_mount(self) -> None:
        """Look for it."""
        super().on_mount()
        self.query_one("#picture-told").display = False
        self.query_one("#picture-body").focus()
        self.look()

    def look(self) -> None:
        """Have the picture made in a thread; the newest one asked for is shown."""
        self._seen += 1
        self.found, self.refused = None, ""
        self.show()
        self.run_worker(self._looking(self._seen, self.picture), exit_on_error=False)

    async def _looking(self, seen: int, picture: WorkPicture) -> None:
        folder = self.yaohao.workspace.folder

        def run() -> Finding:
            with Workspace(folder) as workspace:
                return picture.find(workspace)

        try:
            found, refused = await asyncio.to_thread(run), ""
        except PlannerError as error:
            found, refused = None, " ".join(in_words(error))
        if seen == self._seen and self.is_mounted:
            self.found, self.refused = found, refused
            self.show()

    def show(self) -> None:
        """Put it on the screen, as wide as that is."""
        width = max(self.size.width - _ROOM, 20)
        if self.found is not None:
            lines = [row for words in self.found.sentences() for row in folded(words, width)]
            charts = picture_lines(self.found, width, ascii_only=self.yaohao.ascii_only)
            lines += ["", *charts] if charts else []
        else:
            lines = folded(self.refused or say("tui_picture.looking"), width)
        self.query_one("#picture-lines", Words).say("\n".join(lines))
        title = f"{self.picture.title()}: {self.picture.about()}"
        self.query_one("#picture-title", Static).update(Content(title))
        keys = [say("tui_picture.keys")]
        if self.picture.name in ("calendar", "map"):
            keys.append(say(f"tui_picture.keys-{self.picture.name}"))
        lines = folded("   ".join(keys), width)
        self.query_one("#picture-keys", Static).update(Content("\n".join(lines)))

    def on_resize(self) -> None:
        """Draw it anew for another width."""
        if self.is_mounted:
            self.show()

    async def on_key(self, event: events.Key) -> None:
        """Another year or shading, write it, leave."""
        known = {
            "previous-part": lambda: self._go_year(-1),
            "next-part": lambda: self._go_year(1),
            "view": self._next_measure,
            "write": self._write,
        }
        key = key_typed(event.key, event.character)
        meaning = meaning_of(key) or ""
        if meaning in known:
            event.stop()
            event.prevent_default()
            known[meaning]()
        elif key in CLOSES or meaning == "picture":
            event.stop()
            event.prevent_default()
            self.dismiss(None)

    def _go_year(self, by: int) -> None:
        if self.picture.name == "calendar" and self.found is not None:
            year = int(self.found.figures["year"]) + by
            if date.min.year < year < date.max.year:
                self.picture = replace(self.picture, year=year)
                self.look()

    def _next_measure(self) -> None:
        if self.picture.name == "map":
            self.picture = self.picture.next_measure()
            self.look()

    def _write(self) -> None:
        found = self.found
        if found is None:
            return

        def asked(typed: Any) -> None:
            if not typed or not typed.strip():
                return
            workspace = self.yaohao.workspace
            try:
                names = workspace.save_pictures(found, beside(workspace, typed))
            except PlannerError as error:
                words = " ".join(in_words(error))
            else:
                self.yaohao.drafts.pop(("picture", self.picture.name), None)
                words = say("tui_learn.saved", files=names)
            width = max(self.size.width - _ROOM, 20)
            told = self.query_one("#picture-told", Static)
            told.update(Content("\n".join(folded(words, width))))
            told.display = True

        ask = Ask(
            say("tui_picture.save-title"),
            say("tui_picture.save-text"),
            "tui_picture.save-ask",
            about=("picture", self.picture.name),
        )
        self.app.push_screen(ask, asked)
