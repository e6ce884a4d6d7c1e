"""Which draw the screens are about: it is in sight everywhere, and chosen by one key anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from yaohao.planner.wording.format import levels_told
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.acting_app import ActingApp

if TYPE_CHECKING:
    from yaohao.tui.screens.base import BaseScreen


class DrawChoice(ActingApp, inherit_bindings=False):
    """The draw that was chosen, else the newest; none where there is none yet."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.chosen_draw: str | None = None
        """The draw that the screens of a draw are about; see `choose_draw`."""
        self.version: Any = workspace.version()
        """Another value whenever the workspace was changed."""
        self._draw_known: tuple[Any, str | None] | None = None

    def screens_made(self) -> Iterable[BaseScreen]:
        """The screens that there are by now."""
        raise NotImplementedError

    def choose_draw(self, draw: str | None) -> None:
        """Let the screens of a draw be about this one; those that are made are filled anew."""
        if draw != self.chosen_draw:
            self.chosen_draw = draw
            for screen in self.screens_made():
                screen.forget()

    def draw_now(self) -> str | None:
        """The draw that the screens are about: looked up once a state of the workspace."""
        known = (self.version, self.chosen_draw)
        if self._draw_known is None or self._draw_known[0] != known:
            try:
                draws = [str(row["draw"]) for row in self.workspace.draws()]
            except Exception:  # a broken workspace is told of where it is read, not in a bar
                draws = []
            chosen = self.chosen_draw
            found = chosen if chosen in draws else draws[-1] if draws else None
            self._draw_known = (known, found)
        return self._draw_known[1]

    def do_choose(self) -> None:
        """Choose the draw that the screens of a draw are about."""
        from yaohao.tui.widgets.dialogs import Choice, Choose

        if self.has_dialog():
            return
        draws = self.workspace.draws()
        if not draws:
            self._tell(say("tui_draw.no-draw"), "bad")
            return
        choices = [Choice(row["draw"], row["draw"], "", _standing(row)) for row in reversed(draws)]

        def chosen(draw: Any) -> None:
            if draw is not None:
                self.choose_draw(draw)
                if self.here is not None:
                    self.here.take_back()
                    self.here.refill()

        self.push_screen(Choose(say("tui_draw.choose-title"), choices), chosen)


def _standing(row: Mapping[str, Any]) -> str:
    """The stage of a draw, and the levels of what stands behind its rounds."""
    stage = say(f"common.stage-{row['stage']}")
    return f"{stage}   {levels_told(row['levels'])}" if row["levels"] else stage
