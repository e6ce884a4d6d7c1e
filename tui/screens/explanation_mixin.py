"""One entity's whole story: beside the rows where there is room, and to be read alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.tui.explanation import story_lines
from yaohao.tui.screens.draw_base import DrawScreenBase
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Reading
from yaohao.tui.widgets.words import Words

STORY = 46


class ExplanationMixin(DrawScreenBase):
    """A screen that tells stories of entities of the `review` it has open."""

    def __init__(self) -> None:
        super().__init__()
        self.review: Any = None
        self.story: dict[str, Any] | None = None
        self.asked = ""
        self._is_telling = False
        self._visits: tuple[Any, dict[str, Any]] = (None, {})

    def marked(self) -> str:
        """The marked entity; nothing where none is."""
        raise NotImplementedError

    def tell_story(self) -> None:
        """Tell the marked entity's story beside the rows, looked up in a thread."""
        if not self.query_one("#detail").display:
            return
        marked = self.marked()
        report = self.story
        if report is None or report["entity"]["entity_id"] != marked:
            if marked and not self._is_telling:
                self._is_telling = True
                self.run_worker(self._telling(), exit_on_error=False)
            if not marked:
                self.query_one("#story", Words).say("")
            return
        width = self.query_one("#detail").scrollable_content_region.width or STORY
        self.query_one("#story", Words).say("\n".join(self._lines(report, width)))

    async def _telling(self) -> None:
        try:
            while (marked := self.marked()) and (
                self.story is None or self.story["entity"]["entity_id"] != marked
            ):
                self.story = await self._story_of(marked)
        except Exception as error:
            self.tell_error(error)
            return
        finally:
            self._is_telling = False
        self.tell_story()

    async def _story_of(self, entity: str) -> dict[str, Any]:
        """An entity's story, with what came of its visit as `visit`."""
        version = (self.draw, self.yaohao.version)
        if self._visits[0] != version:
            draw = str(self.draw)
            found = await self.looked_up(lambda workspace: workspace.results(draw))
            self._visits = (version, {one["entity_id"]: one for one in found["visits"]})
        told = await asyncio.to_thread(self.review.story, entity)
        return {**told, "visit": self._visits[1].get(entity)}

    def _lines(self, report: Mapping[str, Any], width: int) -> list[str]:
        names, ascii_only = self.review.names, self.yaohao.ascii_only
        return story_lines(report, names, width, ascii_only=ascii_only, visit=report["visit"])

    def ask_for(self, entity: str) -> None:
        """Tell an entity's story as soon as the frame is open."""
        self.asked = entity
        if self.review is not None:
            self.run_worker(self.tell_asked(), exit_on_error=False)

    async def tell_asked(self) -> None:
        """Tell the story that another screen, or somebody who typed a code, asked for."""
        asked, self.asked = self.asked, ""
        try:
            told = await self._story_of(asked)
        except Exception as error:
            self.tell_error(error)
            return
        self._read(told)

    def _read(self, report: Mapping[str, Any]) -> None:
        width = min(self.size.width * 9 // 10, 100) - 8
        title = say("tui_review.story-title", draw=self.draw)
        self.app.push_screen(Reading(title, "\n".join(self._lines(report, width))))

    def do_find(self) -> None:
        """Tell the story of an entity whose code is typed or pasted."""

        def asked(code: Any) -> None:
            if code and code.strip():
                self.done_with(("find", self.draw))
                self.ask_for(code.strip())

        title = say("tui_review.find-title")
        about = ("find", self.draw)
        ask = Ask(title, say("tui_review.find-text"), "tui_review.find-ask", about=about)
        self.app.push_screen(ask, asked)
