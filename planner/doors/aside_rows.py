"""Files looked at before they are taken in, and single rows set aside that are mended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from yaohao.planner.doors.arguments import listed, mapped
from yaohao.planner.doors.group import Group, PathLike
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say

if TYPE_CHECKING:
    from yaohao.planner.schema.import_report import (
        AsideCell,
        ColumnsReport,
        ImportReport,
        InspectionsReport,
        MappedColumns,
        ReadAside,
        ResultsReport,
    )
    from yaohao.planner.storage.folder import Progress
    from yaohao.planner.storage.imports import AsideRecord

_Report: TypeAlias = "ImportReport | ResultsReport | InspectionsReport"


class AsideRows(Group):
    """What is looked at before an import, and mended after it, a row at a time."""

    def look_at_columns(
        self,
        register: str,
        file: PathLike,
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        *,
        sheets: Sequence[str] = (),
    ) -> ColumnsReport:
        """The columns of a file, what each would be read as, and a few of its texts.

        Only the beginning of the file is read. Required fields without a column are told rather
        than refused; what else no import could read raises PlannerError.
        """
        from yaohao.planner.register.column_look import look_at_columns

        return look_at_columns(
            register,
            Path(file),
            mapped("mapping", mapping),
            listed("sheets", sheets),
            self._workspace.settings.register,
        )

    @staticmethod
    def map_columns(
        register: str, headings: Sequence[str], wanted: Mapping[int, str]
    ) -> MappedColumns:
        """The `mapping` of an import that reads column `place` as the field `wanted[place]`."""
        from yaohao.planner.register.column_look import map_columns

        return map_columns(register, headings, wanted)

    def try_import(
        self,
        register: str,
        file: PathLike,
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        sheets: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> tuple[ImportReport, list[ReadAside]]:
        """What an import would do, and the first rows that it would set aside."""
        from yaohao.planner.operations.import_files import import_files
        from yaohao.planner.schema.options import ImportOptions

        aside: list[ReadAside] = []
        options = ImportOptions(
            mapped("mapping", mapping),
            mapped("values", values),
            dry_run=True,
            sheets=listed("sheets", sheets),
        )
        report = import_files(
            self._workspace, register, [Path(file)], options, progress, show_aside=aside.extend
        )
        return report, aside

    def aside_cells(self, number: int) -> list[AsideCell]:
        """The cells of a row set aside, by its number: heading, text, the field it is read as."""
        from yaohao.planner.register.column_look import held_fields
        from yaohao.planner.register.columns import guess_columns

        one = self._aside(number)
        row: dict[str, str] = json.loads(one.row)
        mapping = json.loads(one.options).get("map", {})
        match, _ = guess_columns(one.register, tuple(row), mapping, one.file)
        held = held_fields(match)
        return [
            {"heading": heading, "text": text, "field": held.get(place, "")}
            for place, (heading, text) in enumerate(row.items())
        ]

    def mend_row(self, number: int, texts: Mapping[str, str]) -> _Report:
        """Take a row set aside in with other texts, by their headings, as a mended export would be.

        It is read with what its file was read with. Raises PlannerError, and changes nothing, where
        there is no such row and where it would be set aside again.
        """
        from yaohao.planner.register.mend_file import write_set_aside
        from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name

        one = self._aside(number)
        row: dict[str, str] = json.loads(one.row)
        strange = [heading for heading in texts if heading not in row]
        if strange:
            raise refuse("guide.no-cell", found=strange, known=list(row))
        row |= texts
        file = process_folder() / f"{unfinished_name()}.csv"
        try:
            write_set_aside(
                [
                    {
                        "row": row, "no": number, "line": one.line, "reason": one.reason,
                        "column": one.field, "found": one.found,
                    }
                ],
                file,
            )  # fmt: skip
            aside: list[ReadAside] = []
            tried = self._taken(one, file, aside)
            if tried["set_aside"]:
                raise refuse("guide.still-aside", **_why(tried, aside))
            return self._taken(one, file)
        finally:
            file.unlink(missing_ok=True)

    def _aside(self, number: int) -> AsideRecord:
        from yaohao.planner.storage.registers import ABOUT_VISITS, REGISTERS

        for register in (*REGISTERS, *ABOUT_VISITS):
            for one in self._workspace.store.aside_records(register):
                if one.number == number:
                    return one
        raise refuse("guide.no-row", found=number)

    def _taken(self, one: AsideRecord, file: Path, aside: list[ReadAside] | None = None) -> _Report:
        """Take a file in as that of a row set aside was; with `aside`, which it fills, only try."""
        from yaohao.planner.operations.import_files import import_files
        from yaohao.planner.operations.import_inspections import import_inspections
        from yaohao.planner.operations.record_results import import_results
        from yaohao.planner.schema.options import ImportOptions

        read = json.loads(one.options)
        options = ImportOptions(
            read.get("map", {}),
            read.get("value", {}),
            read.get("date_order", ""),
            dry_run=aside is not None,
        )
        if one.register == "results":
            return import_results(self._workspace, read.get("draw", ""), [file], options)
        if one.register == "inspections":
            return import_inspections(self._workspace, [file], options)
        show = aside.extend if aside is not None else None
        return import_files(self._workspace, one.register, [file], options, show_aside=show)


def _why(tried: _Report, aside: Sequence[ReadAside]) -> dict[str, str]:
    """Why a row would be set aside again, in words, and the field whose text is the reason."""
    reason = next(iter(tried["reasons"]))
    column = aside[0]["column"] if aside else ""
    value = aside[0]["found"] if aside else ""
    return {"why": say(f"intake.{reason}", None, column=column, found=value), "field": column}
