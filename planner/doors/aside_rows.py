"""Files looked at before they are taken in, and single rows set aside that are mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

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
    from yaohao.planner.schema.options import ImportOptions
    from yaohao.planner.storage.folder import Progress
    from yaohao.planner.storage.imports import AsideRecord

AnyImport: TypeAlias = "ImportReport | ResultsReport | InspectionsReport"


class AsideRows(Group):
    """What is looked at before an import, and mended after it, a row at a time."""

    # Many parameters: a file, and what it is read with, each a keyword for users' own Python.
    def look_at_columns(
        self,
        register: str,
        file: PathLike,
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        *,
        sheets: Sequence[str] = (),
        all_sheets: bool = False,
        encoding: str = "",
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
            encoding=encoding,
            all_sheets=all_sheets,
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
        **how: Any,
    ) -> tuple[AnyImport, list[ReadAside]]:
        """What taking a file in would do (`take_in`), and the first rows it would set aside."""
        aside: list[ReadAside] = []
        how |= {"dry_run": True, "show_aside": aside.extend}
        return self.take_in(register, file, mapping, values, **how), aside

    # Many parameters: what is read, and how; `how` are the further options of an import.
    def take_in(
        self,
        register: str,
        file: PathLike,
        mapping: Mapping[str, str | Sequence[str]] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        draw: str = "",
        progress: Progress | None = None,
        show_aside: Callable[[list[ReadAside]], object] | None = None,
        **how: Any,
    ) -> AnyImport:
        """Take a file into a register, the history of `inspections`, or the `results` of a `draw`.

        The reports are those of `import_files`, `import_inspections` and `import_results`, whose
        further keywords `how` are; `show_aside` is given the first rows that are set aside.
        """
        arrival = _Arrival(register, file, mapping, values, how, draw)
        return self._import(arrival, progress, show_aside)

    def _import(
        self,
        arrival: _Arrival,
        progress: Progress | None,
        show_aside: Callable[[list[ReadAside]], object] | None,
    ) -> AnyImport:
        from yaohao.planner.operations.import_files import import_files
        from yaohao.planner.operations.import_inspections import import_inspections
        from yaohao.planner.operations.record_results import import_results

        desk, files, options = self._workspace, [Path(arrival.file)], arrival.options()
        if arrival.register == "results":
            return import_results(
                desk, arrival.draw, files, options, progress, show_aside=show_aside
            )
        if arrival.register == "inspections":
            return import_inspections(desk, files, options, progress, show_aside=show_aside)
        return import_files(
            desk,
            arrival.register,
            files,
            options,
            progress,
            [Path(file) for file in listed("vouch", arrival.how.get("vouch", ()))],
            show_aside=show_aside,
        )

    def aside_cells(self, number: int) -> list[AsideCell]:
        """The cells of a row set aside, by its number: heading, text, the field it is read as."""
        from yaohao.planner.register.column_look import held_fields
        from yaohao.planner.register.columns import guess_columns

        one = self._aside(number)
        row: dict[str, str] = json.loads(one.row)
        mapping = json.loads(one.options).get("map", {})
        match, _ = guess_columns(one.register, tuple(row), mapping, one.file)
        held = held_fields(one.register, match, tuple(row), mapping)
        return [
            {"heading": heading, "text": text, "field": held.get(place, "")}
            for place, (heading, text) in enumerate(row.items())
        ]

    def mend_row(self, number: int, texts: Mapping[str, str]) -> AnyImport:
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

    def _taken(
        self, one: AsideRecord, file: Path, aside: list[ReadAside] | None = None
    ) -> AnyImport:
        """Take a file in as that of a row set aside was; with `aside`, which it fills, only try."""
        read = json.loads(one.options)
        how = {"date_order": read.get("date_order", ""), "dry_run": aside is not None}
        arrival = _Arrival(
            one.register, file, read.get("map"), read.get("value"), how, read.get("draw", "")
        )
        return self._import(arrival, None, None if aside is None else aside.extend)


@dataclass(frozen=True)
class _Arrival:
    """A file, the register for which it is, and what it is read with."""

    register: str
    file: PathLike
    mapping: Mapping[str, str | Sequence[str]] | None
    values: Mapping[str, Mapping[str, str]] | None
    how: Mapping[str, Any]
    draw: str = ""

    def options(self) -> ImportOptions:
        """What the operations take; TypeError for an option that there is not."""
        from yaohao.planner.schema.options import ImportOptions

        how = {name: value for name, value in self.how.items() if name != "vouch"}
        for name in ("sheets", "supersedes"):
            if name in how:
                how[name] = listed(name, how[name])
        return ImportOptions(mapped("mapping", self.mapping), mapped("values", self.values), **how)


def _why(tried: AnyImport, aside: Sequence[ReadAside]) -> dict[str, str]:
    """Why a row would be set aside again, in words, and the field whose text is the reason."""
    reason = next(iter(tried["reasons"]))
    column = aside[0]["column"] if aside else ""
    value = aside[0]["found"] if aside else ""
    return {"why": say(f"intake.{reason}", None, column=column, found=value), "field": column}
