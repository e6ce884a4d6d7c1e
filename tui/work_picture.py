"""Which pictures of the work there are, and how each is asked of the workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding

MEASURES = ("rate", "visits", "violations", "size")
"""What a map of divisions is shaded by."""


@dataclass(frozen=True)
class WorkPicture:
    """A picture: ``calendar`` (of a `year`, 0 for this one), ``load`` (of a draw) or ``map``."""

    name: str
    by: str = MEASURES[0]
    year: int = 0
    draw: str = ""

    def find(self, workspace: Workspace) -> Finding:
        """Its figures, sentences and charts."""
        if self.name == "calendar":
            return workspace.reports.calendar(self.year)
        if self.name == "load":
            return workspace.reports.load(self.draw)
        return workspace.reports.map(self.by, draw=self.draw)

    def title(self) -> str:
        """Its name in a few words."""
        return say(f"tui_picture.title-{self.name}")

    def about(self) -> str:
        """What it shows."""
        return say(f"tui_picture.about-{self.name}{'-' + self.by if self.name == 'map' else ''}")

    def next_measure(self) -> WorkPicture:
        """The same shaded by what comes next."""
        return replace(self, by=MEASURES[(MEASURES.index(self.by) + 1) % len(MEASURES)])


def every_picture() -> list[WorkPicture]:
    """All of them, a map for each measure."""
    return [
        WorkPicture("calendar"),
        WorkPicture("load"),
        *(WorkPicture("map", by) for by in MEASURES),
    ]


def picture_lines(found: Finding, width: int, *, ascii_only: bool) -> list[str]:
    """The charts of a finding with their numbers, in lines of a screen."""
    from yaohao.planner.learning.chart_text import render

    lines: list[str] = []
    for chart in found.charts():
        lines += [*([""] if lines else []), *render(chart, width, ascii_only=ascii_only)]
    return lines
