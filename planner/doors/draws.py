"""Draws at the public door: their rounds, what they gave, the ceremony."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from yaohao.planner.doors.arguments import listed, mapped
from yaohao.planner.doors.group import PathLike
from yaohao.planner.doors.result_entry import ResultEntryMethods
from yaohao.planner.schema.report_rows import ReportRows, with_rows

if TYPE_CHECKING:
    from yaohao.planner.reports.review import Review
    from yaohao.planner.schema.draw import RoundName
    from yaohao.planner.schema.import_report import ResultsReport
    from yaohao.planner.schema.reports.ceremony import CeremonyReport, StaffingReport
    from yaohao.planner.schema.reports.draws import (
        AbandonReport,
        CommitmentReport,
        CrewReport,
        DrandReport,
        DrawLine,
        DrawReport,
        ExplanationReport,
        FreezeReport,
        OutcomeReport,
        SelectionReport,
        StaffReport,
        UndoneWithdrawal,
        WithdrawalReport,
    )
    from yaohao.planner.schema.seed_part import Seed
    from yaohao.planner.storage.folder import Progress
    from yaohao.planner.vocabulary.problems import Problem


class DrawMethods(ResultEntryMethods):
    """What is drawn, from the freeze to the results."""

    def freeze(
        self,
        plan: PathLike,
        secret: str | None = None,
        *,
        despite: Collection[str] = (),
        today: str | None = None,
    ) -> FreezeReport:
        """Freeze a plan, by its file or its id, into a draw with its commitment.

        Refused unless `despite` has it: ``past``, a window that is over on the day `today` (ISO;
        the present day); ``again``, a plan of which there is a draw already; ``unstaffed``, visits
        for which there are no inspectors.
        """
        from yaohao.planner.operations.freeze import freeze
        from yaohao.planner.storage.plan_files import plan_file

        file = plan_file(self._workspace, plan)
        accepted = listed("despite", despite)
        return freeze(self._workspace, file, secret, despite=accepted, today=today)

    def draw_named(self, name: PathLike, stage: str = "") -> str:
        """The id of a draw, by itself or by the path or id of its plan; one at `stage` first."""
        from yaohao.planner.schema.draw import Stage
        from yaohao.planner.storage.plan_files import draw_named

        return draw_named(self._workspace, str(name), Stage(stage) if stage else None)

    def draw(
        self, draw: str, seed: Seed, source: str = "", witnesses: Iterable[str] = ()
    ) -> SelectionReport:
        """The selection round of a frozen draw."""
        from yaohao.planner.operations.rounds import draw_entities

        known = listed("witnesses", witnesses)
        return draw_entities(self._workspace, draw, seed, source, known)

    def staff(self, draw: str) -> StaffReport:
        """Close recusals and absences, commit the crew round; CheckFailed with what falls short."""
        from yaohao.planner.operations.rounds import staff

        return staff(self._workspace, draw)

    def deal(
        self, draw: str, seed: Seed, source: str = "", witnesses: Iterable[str] = ()
    ) -> CrewReport:
        """The crew round: who inspects whom."""
        from yaohao.planner.operations.rounds import deal_crews

        known = listed("witnesses", witnesses)
        return deal_crews(self._workspace, draw, seed, source, known)

    def drand_seed(self, draw: str, number: int, signature: str) -> DrandReport:
        """The `seed` and the `source` of a drand round, checked, for the round that is due."""
        from yaohao.planner.operations.drand_seed import drand_seed

        return drand_seed(self._workspace, draw, number, signature)

    # Many parameters: the options of an import, each a keyword for users' own Python.
    def import_results(
        self,
        draw: str,
        files: Iterable[PathLike],
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        date_order: str = "",
        empty: bool = False,
        supersedes: Iterable[str] = (),
        correct: bool = False,
        close_leads: bool = False,
        dry_run: bool = False,
        today: str = "",
        encoding: str = "",
        sheets: Iterable[str] = (),
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
            [Path(file) for file in listed("files", files)],
            ImportOptions(
                mapped("mapping", mapping),
                mapped("values", values),
                date_order,
                dry_run=dry_run,
                empty=empty,
                supersedes=listed("supersedes", supersedes),
                correct=correct,
                close_leads=close_leads,
                today=today,
                encoding=encoding,
                sheets=listed("sheets", sheets),
                all_sheets=all_sheets,
            ),
            progress,
        )

    # Many parameters: what is said of a withdrawal, each by its own name.
    def withdraw(
        self,
        draw: str,
        entity_id: str,
        result: str,
        evidence: str,
        *,
        reserve: bool = True,
        on: str = "",
    ) -> WithdrawalReport:
        """Close a drawn entity that is gone; its cell's next reserve takes its place.

        `on` is the ISO day on which it was found gone, today if empty.
        """
        from yaohao.planner.operations.withdraw import withdraw

        return withdraw(self._workspace, draw, entity_id, result, evidence, reserve=reserve, on=on)

    def undo_withdrawal(self, draw: str, entity_id: str, reason: str) -> UndoneWithdrawal:
        """Take the last withdrawal of a draw back, while it is not public."""
        from yaohao.planner.operations.withdraw import undo_withdrawal

        return undo_withdrawal(self._workspace, draw, entity_id, reason)

    def abandon(self, draw: str, reason: str) -> AbandonReport:
        """Give a draw up; it stays in the ledger."""
        from yaohao.planner.operations.abandon import abandon

        return abandon(self._workspace, draw, reason)

    def show(self, draw: str) -> DrawReport:
        """A draw as it stands, for the bureau's own eyes."""
        from yaohao.planner.reports.draw import show

        return with_rows(show(self._workspace, draw))

    def why(self, draw: str, entity_id: str) -> ExplanationReport:
        """All about one entity in a draw."""
        from yaohao.planner.reports.draw import why

        return why(self._workspace, draw, entity_id)

    def check_fresh(self, draw: str, round_: str, seed: str) -> str:
        """The seed as a round would use it; PlannerError where it is too short, or was known."""
        from yaohao.planner.operations.rounds import fresh_seed

        return fresh_seed(self._workspace, draw, round_, seed)

    def seed_doubts(self, draw: str, round_: str, seed: Seed, source: str = "") -> list[Problem]:
        """What makes a seed look chosen, or of another source than announced; nothing is done.

        PlannerError as of `check_fresh`.
        """
        from yaohao.planner.operations.rounds import doubts

        return doubts(self._workspace, draw, cast("RoundName", round_), seed, source)

    def unpublished_now(self, draw: str) -> str | None:
        """The round of a draw that waits for its seed, its commitment not published; or None."""
        from yaohao.planner.storage.publications import unpublished_now

        return unpublished_now(self._workspace, draw)

    def ceremony(self, draw: str) -> CeremonyReport:
        """A draw as it may stand on the wall; what is hidden from the public is not in it."""
        from yaohao.planner.reports.ceremony import ceremony

        return ceremony(self._workspace, draw)

    def outcome(self, draw: str) -> OutcomeReport | None:
        """Where the lot's point fell on the line of outcomes; None before the draw."""
        from yaohao.planner.reports.ceremony import outcome

        return outcome(self._workspace, draw)

    def commitment(self, draw: str, round_: str = "") -> CommitmentReport:
        """The commitment of a round (`select`, `crew`, else the last) and its QR code."""
        from yaohao.planner.reports.ceremony import commitment

        return commitment(self._workspace, draw, round_)

    def save_code(self, draw: str, round_: str = "", to: PathLike = "") -> str:
        """Write the QR code of a commitment as a picture (SVG, PNG); where it was written."""
        from yaohao.planner.reports.ceremony import save_code

        return save_code(self._workspace, draw, round_, str(to))

    def review(self, draw: str) -> Review:
        """A draw to be looked through: groups, counts, pages of rows, one entity's whole story."""
        from yaohao.planner.reports.review import review

        return review(self._workspace, draw)

    def staffing(self, draw: str) -> StaffingReport:
        """Who may go where, what falls short, what was noted too late; nothing is committed."""
        from yaohao.planner.reports.staffing import staffing

        return with_rows(staffing(self._workspace, draw))


class Draws(DrawMethods):
    """The draws of a workspace; called, it lists them."""

    def __call__(self) -> ReportRows[DrawLine]:
        """All draws, their stage, and what comes next."""
        from yaohao.planner.reports.draw import draws

        return ReportRows(draws(self._workspace))
