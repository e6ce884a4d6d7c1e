"""What the screens of a draw have in common: which draw they are about, and choosing another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.table import RowTable

Found = TypeVar("Found")


class DrawScreenBase(BaseScreen):
    """A screen that is about one draw: the one chosen, else the newest."""

    def __init__(self) -> None:
        super().__init__()
        self.draws: Sequence[Mapping[str, Any]] = ()
        self.draw: str | None = None

    @property
    def table_scope(self) -> Any:
        """Its draw: rows picked of another are let go of."""
        return self.draw

    def read_draws(self) -> str | None:
        """Take the draws, and which one this is about; None where there is none yet."""
        self.draws = self.workspace.draws()
        known = [str(row["draw"]) for row in self.draws]
        chosen = self.yaohao.chosen_draw
        self.draw = chosen if chosen in known else known[-1] if known else None
        return self.draw

    async def looked_up(self, look: Callable[[Workspace], Found]) -> Found:
        """What a look into the workspace finds that takes its time, in a thread of its own."""

        def run() -> Found:
            workspace = Workspace(self.workspace.folder)
            try:
                return look(workspace)
            finally:
                workspace.close()

        return await asyncio.to_thread(run)

    async def retell(self) -> None:
        """Say everything in the language now in use; marks stay where they are."""
        marks = {table.id: table.cursor for table in self.query(RowTable)}
        await super().retell()
        for table in self.query(RowTable):
            table.mark(marks.get(table.id, 0))

    def marked_ids(self) -> dict[str, str]:
        """The `entity` or `inspector` that is marked, where the screen has rows of them."""
        return {}

    def around(self) -> dict[str, str]:
        """The draw of the screen, its publication, and whom the mark is at."""
        found = {**super().around(), **self.marked_ids()}
        if self.draw:
            found["draw"] = self.draw
        folder = f"publications/{self.draw}"
        if self.draw and (self.workspace.folder / folder).is_dir():
            found["publication"] = folder
        return found

    def has_draws(self) -> bool:
        """Whether there is a draw."""
        return bool(self.draws)

    def do_abandon(self) -> None:
        """Give the draw up: a reason, and a question."""
        draw = str(self.draw)

        about = ("abandon", draw)

        def done(_: Any) -> None:
            self.done_with(about)
            self.tell(say("tui_draw.was-abandoned", draw=draw))

        def asked(reason: Any) -> None:
            if not reason or not reason.strip():
                self.tell(say("tui_draw.not-abandoned"))
                return

            def job(workspace: Workspace, progress: Any) -> Any:
                return workspace.abandon(draw, reason)

            self.confirm(
                say("tui_draw.abandon-title", draw=draw),
                say("tui_draw.abandon-text", reason=reason),
                say("tui_draw.abandon-yes"),
                lambda: self.work(say("tui_draw.abandoning"), job, done),
            )

        ask = Ask(
            say("tui_draw.abandon-title", draw=draw),
            say("tui_draw.abandon-ask"),
            "tui_draw.abandon-reason",
            about=about,
        )
        self.app.push_screen(ask, asked)


class LookedUpScreen(DrawScreenBase):
    """A place of a draw whose rows are looked up in a thread whenever it is filled anew.

    `told` is what was found of this draw, None until then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: Mapping[str, Any] | None = None
        self._read = 0
        self._told_of = -1
        self._is_looking = False

    def look(self, workspace: Workspace, draw: str) -> Mapping[str, Any]:
        """What is to be told of a draw; in a thread."""
        raise NotImplementedError

    def read_draws(self) -> str | None:
        """Take the draws, and which one this is about; what is told of another goes."""
        draw = super().read_draws()
        self._read += 1
        if self.told is not None and self.told["draw"] != draw:
            self.told = None
        return draw

    def look_again(self) -> None:
        """Look, unless what is told is of the last reading, and then fill again."""
        if self.draw is not None and self._told_of != self._read and not self._is_looking:
            self._is_looking = True
            self.run_worker(self._looking(), exit_on_error=False)

    async def _looking(self) -> None:
        try:
            while self._told_of != self._read and self.draw is not None:
                wanted, draw = self._read, self.draw
                report = await self.looked_up(partial(self.look, draw=draw))
                if draw == self.draw:
                    self.told, self._told_of = report, wanted
        except Exception as error:
            self._told_of = self._read
            self.tell_error(error)
            return
        finally:
            self._is_looking = False
        self.fill()


def ids_of(row: Mapping[str, Any] | None) -> dict[str, str]:
    """The `entity` and the `inspector` of a row, as far as it is of one."""
    found = {name: (row or {}).get(f"{name}_id") for name in ("entity", "inspector")}
    return {name: str(value) for name, value in found.items() if value}


def no_draw() -> str:
    """What to say where there is no draw yet."""
    return say("tui_draw.no-draw")
