"""The steps to a first draw: what of them is there, and which one comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from yaohao.planner.doors.guide import NEEDED, own_plans
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace

OPTIONAL = ("leads",)
STEPS = ("workspace", *NEEDED, *OPTIONAL, "plan", "rehearsal", "home")


@dataclass(frozen=True)
class Step:
    """One step: its name, whether it is done, and what is there."""

    name: str
    is_done: bool
    held: str
    aside: int = 0
    """Rows set aside, of a register."""

    @property
    def is_register(self) -> bool:
        """Whether a file is taken in."""
        return self.name in (*NEEDED, *OPTIONAL)

    @property
    def is_waiting(self) -> bool:
        """Whether the draw cannot do without it, and it is not there."""
        return not self.is_done and self.name not in OPTIONAL


def is_begun(workspace: Workspace) -> bool:
    """Whether a plan of the bureau's own, or a draw, is there: the first steps are behind."""
    return bool(own_plans(workspace.folder)) or bool(workspace.draws())


def first_steps(workspace: Workspace, rehearsed: Collection[str]) -> list[Step]:
    """The steps as they stand; `rehearsed` are the files of the plans that were played through."""
    held = workspace.overview(thorough=False)["registers"]
    settings = workspace.settings
    bureau = settings.authority or workspace.folder.absolute().name
    kind = "practice" if workspace.rehearsal else "workspace"
    steps = [Step("workspace", True, say(f"tui_start.held-{kind}", authority=bureau))]
    for name in (*NEEDED, *OPTIONAL):
        size, aside = held[name]["size"], held[name]["set_aside"]
        words = say("tui_start.held-register", size=size, aside=aside)
        steps.append(Step(name, size > 0, words, aside))
    plans = own_plans(workspace.folder)
    names = [one.stem for one in plans]
    steps.append(Step("plan", bool(plans), say("tui_start.held-plans", plans=names)))
    played = bool(plans) and str(plans[-1]) in rehearsed
    steps.append(Step("rehearsal", played, say("tui_start.played") if played else ""))
    steps.append(Step("home", False, ""))
    return steps


def next_step(steps: list[Step]) -> int:
    """The place of the step that comes next."""
    return next(place for place, one in enumerate(steps) if one.is_waiting)
