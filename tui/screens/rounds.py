"""What the parts of the ceremony have in common: the draw, the round it is about, its phase."""

from __future__ import annotations

from yaohao.planner.schema.reports.ceremony import CeremonyReport, ShownCrewRound, ShownSelectRound
from yaohao.tui.screens.draw_base import DrawScreenBase
from yaohao.tui.widgets.words import Words


class RoundScreen(DrawScreenBase):
    """A screen that is about one round of a draw, in one of its phases.

    `phase` goes from ``look`` (the commitment) over ``form`` (source and witnesses), ``dice`` (the
    seed typed), ``again`` (typed again, or read back) and ``fall`` to ``result``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: CeremonyReport | None = None
        self.round = "select"
        self.phase = "look"
        self.falls = False
        """Whether what is drawn next falls into order before it is listed."""

    def enter(self, phase: str) -> None:
        """Go to a phase, and to where it is typed."""
        raise NotImplementedError

    def _told(self) -> CeremonyReport:
        assert self.told is not None
        return self.told

    def _round(self) -> ShownSelectRound | ShownCrewRound:
        return self._told()["rounds"][self.round]

    def _say(self, name: str, text: str) -> None:
        self.query_one(f"#{name}", Words).say(text)
