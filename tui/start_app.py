"""The screens where there is no workspace yet: one is made, or one that lies below is opened.

On the command line: `yaohao start`, `yaohao init`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from textual.scrollbar import ScrollBar
from yaohao.planner.wording.messages import say, use_straight_marks
from yaohao.tui.plain_end import PlainEnd
from yaohao.tui.screens.new_workspace import NewWorkspace
from yaohao.tui.themes import PlainScrollBar
from yaohao.tui.widgets.dialogs import Choice, Choose

MOST = 50
"""Workspaces below a folder that are offered."""

NEW = ""
"""What is chosen to make a new one."""


def workspaces_below(folder: Path) -> list[Path]:
    """The folders right below one that are workspaces, by their names; of many the first."""
    try:
        found = [one for one in sorted(folder.iterdir()) if (one / "workspace.toml").is_file()]
    except OSError:
        return []
    return found[:MOST]


class StartApp(PlainEnd[str], inherit_bindings=False):
    """Gives the folder of the workspace to open, or None where somebody left.

    `folder` is the one that was asked for, where one was; else it is asked.
    """

    CSS_PATH = "style.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = []
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self, below: Path, folder: str = "", *, ascii_only: bool = False, theme: str = "dark"
    ) -> None:
        super().__init__()
        self._below, self._folder = below, folder
        self.dress(ascii_only=ascii_only, theme=theme)

    def on_mount(self) -> None:
        """Offer the workspaces that are here, or ask for a new one at once."""
        ScrollBar.renderer = PlainScrollBar
        use_straight_marks(is_on=True)
        found = [] if self._folder else workspaces_below(self._below)
        if not found:
            self._ask()
            return
        choices = [
            *(Choice(str(one), one.name, "", say("tui_start.open-this")) for one in found),
            Choice(NEW, say("tui_start.make-new"), "", ""),
        ]
        self.push_screen(Choose(say("tui_start.open-title"), choices), self._chosen)

    def on_unmount(self) -> None:
        """Leave the process as it was found."""
        use_straight_marks(is_on=False)

    @property
    def is_working(self) -> bool:
        """Whether long work is going on, which here none does."""
        return False

    def _chosen(self, folder: Any) -> None:
        if folder == NEW:
            self._ask()
        else:
            self.exit(folder)

    def _ask(self) -> None:
        self.push_screen(NewWorkspace(self._below, self._folder), self.exit)

    async def action_quit(self) -> None:
        """Leave; nothing is half-made."""
        self.exit(None)
