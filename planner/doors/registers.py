"""Registers at the public door: imports, rows set aside, notes on inspectors, entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.arguments import listed, mapped
from yaohao.planner.doors.group import Group, PathLike
from yaohao.planner.schema.report_rows import ReportRows, with_rows

if TYPE_CHECKING:
    from datetime import date

    from yaohao.planner.reports.entities import Entities
    from yaohao.planner.schema.import_report import (
        DismissedRow,
        DismissReport,
        ImportReport,
        InspectionsReport,
        SetAsideRow,
        UndoReport,
    )
    from yaohao.planner.schema.inspection import InspectionRow, VisitIndicators
    from yaohao.planner.schema.inspector import InspectorRow
    from yaohao.planner.schema.item import ItemRow
    from yaohao.planner.schema.reports.registers import (
        AbsenceRow,
        EntityHistory,
        EntityReport,
        InspectorNote,
        ReadOptions,
        RecusalRow,
        RegisterReport,
        VouchReport,
    )
    from yaohao.planner.schema.reports.workspace import OverviewReport
    from yaohao.planner.storage.folder import Progress


class Registers(Group):
    """What is known: entities, inspectors, items, leads, lists."""

    # Many parameters: the options of an import, each a keyword for users' own Python.
    def import_files(
        self,
        register: str,
        files: Iterable[PathLike],
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        date_order: str = "",
        replace: bool = False,
        replace_most: bool = False,
        empty: bool = False,
        supersedes: Iterable[str] = (),
        dry_run: bool = False,
        today: str = "",
        vouch: Sequence[PathLike] = (),
        encoding: str = "",
        sheets: Sequence[str] = (),
        all_sheets: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import files into `entities`, `inspectors`, `items`, `leads` or `lists`.

        Rows with a known id change only in what they say: a column that a file lacks changes
        nothing, and an empty cell only with `empty`. `replace` leaves nothing else, but at least
        half, unless `replace_most`. The rows set aside of the files `supersedes` (paths or names)
        go. A day after `today` (ISO, by default the day it is) cannot have been; `vouch` are files
        of codes that exist though they break the rule of their check character. `encoding` is that
        of text files, `sheets` the ones of workbooks that are read, or `all_sheets` that fit.
        """
        from yaohao.planner.operations.import_files import import_files
        from yaohao.planner.schema.options import ImportOptions

        options = ImportOptions(
            mapped("mapping", mapping),
            mapped("values", values),
            date_order,
            replace,
            dry_run,
            replace_most=replace_most,
            empty=empty,
            supersedes=listed("supersedes", supersedes),
            today=today,
            encoding=encoding,
            sheets=listed("sheets", sheets),
            all_sheets=all_sheets,
        )
        paths = [Path(file) for file in listed("files", files)]
        vouched = [Path(file) for file in listed("vouch", vouch)]
        return import_files(self._workspace, register, paths, options, progress, vouched)

    # Many parameters: the options of an import, each a keyword for users' own Python.
    def import_inspections(
        self,
        files: Iterable[PathLike],
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        date_order: str = "",
        supersedes: Iterable[str] = (),
        dry_run: bool = False,
        today: str = "",
        encoding: str = "",
        sheets: Sequence[str] = (),
        all_sheets: bool = False,
        progress: Progress | None = None,
    ) -> InspectionsReport:
        """Import files of visits that were made elsewhere: several rows an entity.

        They are added to a history of their own; the latest day becomes the last inspection.
        """
        from yaohao.planner.operations.import_inspections import import_inspections
        from yaohao.planner.schema.options import ImportOptions

        options = ImportOptions(
            mapped("mapping", mapping),
            mapped("values", values),
            date_order,
            dry_run=dry_run,
            supersedes=listed("supersedes", supersedes),
            today=today,
            encoding=encoding,
            sheets=listed("sheets", sheets),
            all_sheets=all_sheets,
        )
        paths = [Path(file) for file in listed("files", files)]
        return import_inspections(self._workspace, paths, options, progress)

    def inspections(self, entity_id: str = "") -> list[InspectionRow]:
        """The history of visits that were imported, of one entity or all, by entity and day."""
        return self._workspace.store.inspections(entity_id)

    def indicators(self) -> list[VisitIndicators]:
        """What further columns of imported visits said, as texts, by day and entity."""
        return self._workspace.store.indicators()

    def undo_import(self, register: str = "", *, dry_run: bool = False) -> UndoReport:
        """Take the last import back, of one register or any; what was changed since stays."""
        from yaohao.planner.operations.undo_import import undo_import

        return undo_import(self._workspace, register, dry_run=dry_run)

    # Many parameters: three ways to say which rows, each a keyword for users' own Python.
    def dismiss(
        self,
        register: str,
        reason: str,
        *,
        numbers: Iterable[int] = (),
        file: str = "",
        everything: bool = False,
        dry_run: bool = False,
    ) -> DismissReport:
        """Take rows set aside off the list, with a reason: by number, of a file, or all."""
        from yaohao.planner.operations.dismiss_rows import dismiss_rows

        return dismiss_rows(
            self._workspace,
            register,
            reason,
            numbers=listed("numbers", numbers),
            file=file,
            everything=everything,
            dry_run=dry_run,
        )

    def dismissed(self, register: str = "") -> list[DismissedRow]:
        """The rows that were dismissed, with the reasons, of one register or all."""
        return self._workspace.store.dismissed(register)

    def read_with(self, register: str) -> ReadOptions:
        """The options with which the files were read whose rows of a register are set aside.

        `map`, `value`, `date_order` and, of results, `draw`; those of later imports win.
        """
        from yaohao.planner.storage.arrivals import options_of

        return options_of(self._workspace.store, register)

    def vouch(self, codes: Sequence[str], evidence: str) -> VouchReport:
        """Vouch for codes that exist though they break a rule, with what shows that they do."""
        from yaohao.planner.operations.vouch_codes import vouch

        return vouch(self._workspace, listed("codes", codes), evidence)

    def register(self) -> RegisterReport:
        """What is in the registers, and how many rows are set aside, by reason."""
        from yaohao.planner.operations.import_files import register_summary

        return register_summary(self._workspace)

    def set_aside(self, register: str = "") -> ReportRows[SetAsideRow]:
        """Rejected rows not yet corrected, of one register or all."""
        from yaohao.planner.operations.import_files import set_aside

        return ReportRows(set_aside(self._workspace, register))

    def export_set_aside(self, register: str, file: PathLike) -> int:
        """Write the rows set aside of a register, to be mended and imported again; how many."""
        from yaohao.planner.operations.import_files import export_set_aside

        return export_set_aside(self._workspace, register, Path(file))

    def recuse(self, inspector: str, entity_id: str, reason: str = "") -> InspectorNote:
        """Note that an inspector recuses from an entity, and why."""
        from yaohao.planner.operations.inspector_notes import recuse

        return recuse(self._workspace, inspector, entity_id, reason)

    def undo_recusal(self, inspector: str, entity_id: str) -> InspectorNote:
        """Take a recusal back."""
        from yaohao.planner.operations.inspector_notes import undo_recusal

        return undo_recusal(self._workspace, inspector, entity_id)

    def recusals(self, inspector: str = "") -> list[RecusalRow]:
        """The recusals noted, of one inspector or of all, with their reasons."""
        from yaohao.planner.reports.inspector_notes import recusals

        return recusals(self._workspace, inspector)

    def note_absence(self, inspector: str, first: str, last: str) -> InspectorNote:
        """Note that an inspector is absent from `first` to `last`, ISO dates."""
        from yaohao.planner.operations.inspector_notes import note_absence

        return note_absence(self._workspace, inspector, first, last)

    def undo_absence(self, inspector: str, first: str, last: str) -> InspectorNote:
        """Take an absence back, by its first and last day."""
        from yaohao.planner.operations.inspector_notes import undo_absence

        return undo_absence(self._workspace, inspector, first, last)

    def absences(self, inspector: str = "") -> list[AbsenceRow]:
        """The absences noted, of one inspector or of all."""
        from yaohao.planner.reports.inspector_notes import absences

        return absences(self._workspace, inspector)

    def overview(self, *, thorough: bool = True) -> OverviewReport:
        """Draws with their steps, plans to freeze, registers at a glance, and what needs doing.

        Not `thorough`, the ledger's chain is not checked, no due days are counted, and the `next`
        of a plan is ``look`` where it is not known yet whether it can be frozen.
        """
        from yaohao.planner.reports.attention import attention
        from yaohao.planner.reports.overview import overview

        # Nothing is made from it, and somebody must be told of a database that is damaged.
        with self._workspace.store.seals.overviewing():
            facts = overview(self._workspace, thorough=thorough)
            warnings = attention(self._workspace, facts, thorough=thorough)
            report: OverviewReport = {**facts, "warnings": warnings}
            return with_rows(report)

    def browse(self, today: date | None = None) -> Entities:
        """The entities of the register, to be filtered, sorted and paged; ages are at `today`."""
        from yaohao.planner.reports.entities import browse

        return browse(self._workspace, today)

    @staticmethod
    def filter_keys() -> Sequence[str]:
        """What a filter of entities can ask for, in the language now in use."""
        from yaohao.planner.engine.entity_filter import filter_keys

        return filter_keys()

    def entity(self, entity_id: str) -> EntityReport:
        """All that is known of one entity: its row, leads, recusals, visits in draws."""
        from yaohao.planner.reports.entities import entity

        return entity(self._workspace, entity_id)

    def inspectors(self) -> list[InspectorRow]:
        """The inspectors of the register, as they stand now."""
        return self._workspace.store.roster("inspectors")

    def items(self) -> list[ItemRow]:
        """The items of inspection, in the order of their ids."""
        return self._workspace.store.roster("items")

    def told_of(self, entity_id: str) -> EntityHistory:
        """As `entity`, without its row, which needs no look into the snapshot."""
        from yaohao.planner.reports.entities import told_of

        return told_of(self._workspace, entity_id)

    def set_aside_count(self, register: str = "", typed: str = "") -> int:
        """How many rows set aside have all the words typed."""
        from yaohao.planner.reports.entities import aside_count

        return aside_count(self._workspace, register, typed)

    def set_aside_page(
        self, register: str = "", typed: str = "", first: int = 0, count: int = 50
    ) -> ReportRows[SetAsideRow]:
        """Some of the rows set aside that have all the words typed."""
        from yaohao.planner.reports.entities import aside_page

        return ReportRows(aside_page(self._workspace, register, typed, first, count))

    def version(self) -> tuple[object, ...]:
        """Another value than before whenever the workspace was changed, by whomever; cheap."""
        from yaohao.planner.reports.overview import version

        return version(self._workspace)
