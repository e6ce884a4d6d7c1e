"""Draws at the public door: their rounds, what they gave, the ceremony."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from yaohao.planner.doors.group import Group, PathLike

if TYPE_CHECKING:
    from yaohao.planner.reports.review import Review
    from yaohao.planner.schema.import_report import ResultsReport
    from yaohao.planner.schema.reports.draws import (
        Abandonment,
        CommitmentReport,
        CrewReport,
        FreezeReport,
        SelectionReport,
        StaffReport,
    )
    from yaohao.planner.storage.folder import Progress


class DrawMethods(Group):
    """What is drawn, from the freeze to the results."""

    def freeze(self, plan: PathLike, secret: str | None = None) -> FreezeReport:
        """Freeze a plan file into a draw with its commitment."""
        from yaohao.planner.operations.freeze import freeze

        return cast("FreezeReport", freeze(self._workspace, Path(plan), secret))

    def draw(
        self, draw: str, seed: str, source: str = "", witnesses: Sequence[str] = ()
    ) -> SelectionReport:
        """The selection round of a frozen draw."""
        from yaohao.planner.operations.rounds import draw_entities

        return cast(
            "SelectionReport", draw_entities(self._workspace, draw, seed, source, witnesses)
        )

    def staff(self, draw: str) -> StaffReport:
        """Close recusals and absences, commit the crew round; CheckFailed with what falls short."""
        from yaohao.planner.operations.rounds import staff

        return cast("StaffReport", staff(self._workspace, draw))

    def deal(
        self, draw: str, seed: str, source: str = "", witnesses: Sequence[str] = ()
    ) -> CrewReport:
        """The crew round: who inspects whom."""
        from yaohao.planner.operations.rounds import deal_crews

        return cast("CrewReport", deal_crews(self._workspace, draw, seed, source, witnesses))

    def drand_seed(self, draw: str, number: int, signature: str) -> dict[str, Any]:
        """The `seed` and the `source` of a drand round, checked, for the round that is due."""
        from yaohao.planner.operations.drand_seed import drand_seed

        return drand_seed(self._workspace, draw, number, signature)

    # Many parameters: the options of an import, each a keyword for users' own Python.
    def import_results(
        self,
        draw: str,
        files: Sequence[PathLike],
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        date_order: str = "",
        empty: bool = False,
        supersedes: Sequence[str] = (),
        correct: bool = False,
        close_leads: bool = False,
        dry_run: bool = False,
        today: str = "",
        encoding: str = "",
        sheets: Sequence[str] = (),
        all_sheets: bool = False,
        progress: Progress | None = None,
    ) -> ResultsReport:
        """Import files of results of a draw's visits; CSV and whatever registers come in.

        Of an entity and item the later day holds; to `correct` it, the row that comes. The leads
        that the visits have answered are told, and closed with `close_leads`.
        """
        from yaohao.planner.operations.record_results import import_results
        from yaohao.planner.schema.options import ImportOptions

        return import_results(
            self._workspace,
            draw,
            [Path(file) for file in files],
            ImportOptions(
                mapping or {},
                values or {},
                date_order,
                dry_run=dry_run,
                empty=empty,
                supersedes=supersedes,
                correct=correct,
                close_leads=close_leads,
                today=today,
                encoding=encoding,
                sheets=tuple(sheets),
                all_sheets=all_sheets,
            ),
            progress,
        )

    def withdraw(
        self, draw: str, entity_id: str, result: str, evidence: str, *, reserve: bool = True
    ) -> dict[str, Any]:
        """Close a drawn entity that is gone; its cell's next reserve takes its place."""
        from yaohao.planner.operations.record_results import withdraw

        return withdraw(self._workspace, draw, entity_id, result, evidence, reserve=reserve)

    def abandon(self, draw: str, reason: str) -> Abandonment:
        """Give a draw up; it stays in the ledger."""
        from yaohao.planner.operations.abandon import abandon

        return cast("Abandonment", abandon(self._workspace, draw, reason))

    def show(self, draw: str) -> dict[str, Any]:
        """A draw as it stands, for the bureau's own eyes."""
        from yaohao.planner.reports.draw import show

        return show(self._workspace, draw)

    def why(self, draw: str, entity_id: str) -> dict[str, Any]:
        """All about one entity in a draw."""
        from yaohao.planner.reports.draw import why

        return why(self._workspace, draw, entity_id)

    def check_fresh(self, draw: str, round_: str, seed: str) -> str:
        """The seed as a round would use it; PlannerError where it is too short, or was known."""
        from yaohao.planner.operations.rounds import fresh_seed

        return fresh_seed(self._workspace, draw, round_, seed)

    def unpublished_now(self, draw: str) -> str | None:
        """The round of a draw that waits for its seed, its commitment not published; or None."""
        from yaohao.planner.storage.publications import unpublished_now

        return unpublished_now(self._workspace, draw)

    def ceremony(self, draw: str) -> dict[str, Any]:
        """A draw as it may stand on the wall; what is hidden from the public is not in it."""
        from yaohao.planner.reports.ceremony import ceremony

        return ceremony(self._workspace, draw)

    def outcome(self, draw: str) -> dict[str, Any] | None:
        """Where the lot's point fell on the line of outcomes; None before the draw."""
        from yaohao.planner.reports.ceremony import outcome

        return outcome(self._workspace, draw)

    def commitment(self, draw: str, round_: str = "") -> CommitmentReport:
        """The commitment of a round (`select`, `crew`, else the last) and its QR code."""
        from yaohao.planner.reports.ceremony import commitment

        return cast("CommitmentReport", commitment(self._workspace, draw, round_))

    def save_code(self, draw: str, round_: str = "", to: PathLike = "") -> str:
        """Write the QR code of a commitment as a picture (SVG, PNG); where it was written."""
        from yaohao.planner.reports.ceremony import save_code

        return save_code(self._workspace, draw, round_, str(to))

    def review(self, draw: str) -> Review:
        """A draw to be looked through: groups, counts, pages of rows, one entity's whole story."""
        from yaohao.planner.reports.review import review

        return review(self._workspace, draw)

    def staffing(self, draw: str) -> dict[str, Any]:
        """Who may go where, what falls short, what was noted too late; nothing is committed."""
        from yaohao.planner.reports.staffing import staffing

        return staffing(self._workspace, draw)


class Draws(DrawMethods):
    """The draws of a workspace; called, it lists them."""

    def __call__(self) -> list[dict[str, Any]]:
        """All draws, their stage, and what comes next."""
        from yaohao.planner.reports.draw import draws

        return draws(self._workspace)
