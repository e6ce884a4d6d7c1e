"""What an empty place teaches: what it is for, the one thing to do first, and where.

The thing to do first is the same in every place: it follows from how far the work is, as Home tells
it. A place only says that it is empty (`BaseScreen.emptiness`), and may name its own first step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace


@dataclass(frozen=True)
class Step:
    """A first step: its words (``tui_lessons.step-<name>``), its place, its actions there.

    Of the actions the first that the place has is the one that is named; `draw` is the draw.
    """

    name: str
    place: str
    actions: tuple[str, ...] = ()
    draw: str = ""

    def words(self) -> str:
        """What to do, in a sentence."""
        return say(f"tui_lessons.step-{self.name}", **({"draw": self.draw} if self.draw else {}))


_IMPORT = ("import",)
_OF_DRAWS = {
    "publish": ("publish", ("write",)),
    "draw": ("draw", ("on",)),
    "staff": ("crews", ("staff",)),
    "deal": ("draw", ("on",)),
}
"""Where the next step of a draw is taken, and by which actions."""

CASE = Step("case", "cases", ("new",))


def first_step(workspace: Workspace, draw: str | None) -> Step:
    """The one thing to do first in a workspace, of a draw or else of the newest one."""
    report = workspace.overview(thorough=False)
    sizes = {name: counts["size"] for name, counts in report["registers"].items()}
    draws = [one for one in report["draws"] if one["stage"] != "abandoned"]
    if draws:
        one = next((row for row in draws if row["draw"] == draw), draws[-1])
        return _of_draw(one)
    if not sizes["entities"]:
        return Step("import", "register", _IMPORT)
    if not sizes["inspectors"]:
        return Step("inspectors", "register", _IMPORT)
    if not report["plans"]:
        return Step("plan", "plan", ("new", "other"))
    return Step("freeze", "plan", ("freeze", "edit"))


def _of_draw(row: Mapping[str, Any]) -> Step:
    following, draw = row["next"] or "", str(row["draw"])
    if following not in _OF_DRAWS or row["stage"] == "dealt":
        return Step("results", "results", ("enter", "import"), draw)
    place, actions = _OF_DRAWS[following]
    return Step(following, place, actions, draw)
