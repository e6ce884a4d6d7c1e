"""What is begun from anywhere in a workspace: the guide, a new workspace, a file, a plan.

On the command line: `yaohao start`, `yaohao init`, `yaohao import`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.widgets.dialogs import Choice, Choose

GUIDE = Action("guide", "guide", area="tui_start")
NEW_WORKSPACE = Action("new-workspace", "new", area="tui_start")
NEW_PLAN = Action("new-plan", "new", area="tui_start")
IMPORT = Action("import", "import", area="tui_start")

REGISTERS = ("entities", "inspectors", "items", "leads", "lists", "inspections", "results")
"""What a file is taken into: the registers, and what visits found, here or elsewhere."""


class StartActions(BaseScreen):
    """A screen from which something new is begun."""

    def do_new_workspace(self) -> None:
        """Make a workspace elsewhere; once it is made this one is left for it."""
        from yaohao.tui.screens.new_workspace import NewWorkspace

        def made(folder: Any) -> None:
            if folder is not None:
                self.yaohao.follow(folder)

        below = Path.cwd()
        self.app.push_screen(NewWorkspace(below), made)

    def do_new_plan(self) -> None:
        """Write a plan from a few questions."""
        self.yaohao.go("questions")

    def do_import(self) -> None:
        """Ask for a register, and take a file into it."""
        choices = [Choice(name, say(f"common.register-{name}")) for name in REGISTERS]

        def chosen(name: Any) -> None:
            if name == "results":
                self._import_results()
            elif name is not None:
                self.yaohao.go("intake", register=name)

        self.app.push_screen(Choose(say("tui_start.which-register"), choices), chosen)

    def _import_results(self) -> None:
        """Ask of which draw the results are, where several have their crews; the chosen first."""
        here = self.yaohao.draw_now()
        draws = [row["draw"] for row in self.workspace.draws() if row["stage"] == "dealt"]
        draws.sort(key=lambda draw: draw != here)
        if not draws:
            self.tell(say("tui_start.no-dealt-draw"), "bad")
            return

        def chosen(draw: Any) -> None:
            if draw is not None:
                self.yaohao.go("intake", register="results", draw=draw)

        if len(draws) == 1:
            chosen(draws[0])
            return
        choices = [Choice(draw, draw) for draw in draws]
        self.app.push_screen(Choose(say("tui_start.of-which-draw"), choices), chosen)
