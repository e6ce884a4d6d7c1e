"""A picture of the work below the rows of a place, where the screen has room for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from textual import events
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture, picture_lines

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding
    from yaohao.tui.shell import Shell

LEAST = 44
"""Lines of a screen from which on there is room."""

MOST = 12
"""Lines of the pane: all of it is seen in full."""


class PicturePane(Words):
    """The picture, made anew in a thread for another workspace; a click shows it in full."""

    def __init__(self, picture: WorkPicture, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.picture = picture
        self.found: Finding | None = None
        self._of: Any = None

    @property
    def yaohao(self) -> Shell:
        """The app."""
        return cast("Shell", self.app)

    def on_mount(self) -> None:
        """Look for it."""
        self.look()

    def on_resize(self, event: events.Resize) -> None:
        """Draw it anew for another width."""
        self.draw()

    def look(self, picture: WorkPicture | None = None) -> None:
        """Make the picture, or another one, unless it is there or there is no room for it."""
        self.picture = picture or self.picture
        self.display = self.screen.size.height >= LEAST
        wanted = (self.yaohao.version, self.picture)
        if self.display and self._of != wanted:
            self._of = wanted
            self.run_worker(self._looking(wanted), exit_on_error=False)
        self.draw()

    async def _looking(self, wanted: Any) -> None:
        folder, picture = self.yaohao.workspace.folder, self.picture

        def run() -> Finding | None:
            try:
                with Workspace(folder) as workspace:
                    return picture.find(workspace)
            except PlannerError:  # the place itself says what stands against it
                return None

        found = await asyncio.to_thread(run)
        if wanted == self._of and self.is_mounted:
            self.found = found
            self.draw()

    def draw(self) -> None:
        """Put it on the screen; nothing takes no line."""
        width = self.screen.size.width - 2
        lines: list[str] = []
        if self.found is not None and self.display:
            lines = picture_lines(self.found, width, ascii_only=self.yaohao.ascii_only)[:MOST]
        self.say("\n".join(lines))

    async def on_click(self) -> None:
        """Show it in full."""
        await self.yaohao.perform_named("picture")
