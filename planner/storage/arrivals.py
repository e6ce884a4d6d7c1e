"""What arriving rows do to those set aside before: which go and why, which stay or are new.

A row set aside goes only where it comes back mended, where its own file comes again, where another
file is said to take that one's place, or where the whole register is replaced.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.columns import find_columns
from yaohao.planner.register.importer import source_of
from yaohao.planner.register.sheet_request import sheet_of
from yaohao.planner.schema.import_report import AsideGone
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.schema.reports.registers import ReadOptions
from yaohao.planner.storage.imports import AsideRecord, ImportNote
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.problems import PlannerError

if TYPE_CHECKING:
    from yaohao.planner.register.import_result import ImportResult
    from yaohao.planner.storage.database import Database

Fields = Mapping[str, str]
"""The texts of a row set aside by field, as far as its file had columns for them."""

Known = Callable[[Sequence[Fields]], Collection[int]]
"""Of the fields of some rows, the indexes of those of which a row of the same id was accepted."""


@dataclass(frozen=True)
class Aside:
    """Rows set aside, before an import and after it."""

    gone: list[tuple[AsideRecord, str]] = field(default_factory=list)
    """The rows that go, and how (`schema.import_report.AsideGone`)."""
    fresh: list[dict[str, Any]] = field(default_factory=list)
    """The rows to be kept that are not there yet, as the table of rows set aside has them."""
    dismissed: int = 0
    """How many rows set aside had been dismissed before."""
    idle: list[str] = field(default_factory=list)
    """The files that were to be superseded, and of which no row was set aside."""
    files: list[str] = field(default_factory=list)
    """The files of which rows were set aside before."""

    @property
    def changed(self) -> bool:
        """Whether other rows are set aside than before."""
        return bool(self.gone or self.fresh)

    def told(self) -> list[AsideGone]:
        """What goes, by file and how."""
        counts = Counter((one.file, how) for one, how in self.gone)
        return [{"file": file, "how": how, "rows": n} for (file, how), n in sorted(counts.items())]


def waiting(store: Database, register: str) -> frozenset[str]:
    """The digests of the texts of the rows set aside of a register."""
    return frozenset(one.digest for one in store.aside_records(register))


def aside_after(
    store: Database,
    register: str,
    intake: ImportResult[Any],
    options: ImportOptions,
    known: Known,
) -> Aside:
    """What an import makes of the rows set aside; `known` finds those of which the id came."""
    before = store.aside_records(register)
    how = _how(before, register, intake, options, known)
    dismissed = store.dismissed_digests(register)
    again = {
        (one.file, one.line, one.reason, one.digest): one
        for one in before
        if how.get(one.number) == "again"
    }
    fresh, kept = [], 0
    for row in intake.set_aside.to_pylist():
        digest = sha(row["row"])
        if (row["file"], digest) in dismissed:
            kept += 1
            continue
        same = again.pop((row["file"], row["line"], row["reason"], digest), None)
        if same is None:
            fresh.append(row)
        else:
            del how[same.number]  # it stays as it is, with its number
    gone = [(one, how[one.number]) for one in before if one.number in how]
    idle = [name for name in options.supersedes if not any(_is_of(one, name) for one in before)]
    return Aside(gone, fresh, kept, idle, sorted({one.file for one in before}) if idle else [])


def _is_of(one: AsideRecord, name: str) -> bool:
    """Whether a row set aside is of a file that is given by its path or its name."""
    return name == one.file or source_of(Path(name)) == one.source


def _how(
    before: Sequence[AsideRecord],
    register: str,
    intake: ImportResult[Any],
    options: ImportOptions,
    known: Known,
) -> dict[int, str]:
    digests = {digest for _, digest in intake.files}
    retried, sources = set(intake.retried), set(intake.sources)
    paths = {source_of(Path(one)) for one in options.supersedes}
    names = set(options.supersedes) - {one.file for one in before if one.source in paths}
    how_of: dict[int, str] = {}
    open_: list[AsideRecord] = []
    for one in before:
        if one.number in retried:
            how_of[one.number] = "returned"
        elif (
            one.source in sources or digests.issuperset(json.loads(one.files))
        ) and not _passed_over(one, intake):
            how_of[one.number] = "again"
        elif one.source in paths or one.file in names:
            how_of[one.number] = "superseded"
        elif one.digest in intake.mended:
            how_of[one.number] = "mended"
        elif options.replace:
            how_of[one.number] = "replaced"
        else:
            open_.append(one)
    if open_ and intake.taken:
        fields = _fields(register, open_)
        how_of |= {open_[index].number: "mended" for index in known(fields)}
    return how_of


def _passed_over(one: AsideRecord, intake: ImportResult[Any]) -> bool:
    """Whether a row set aside is of a sheet that this time was not read."""
    sheet = sheet_of(one.file, Path(one.source).name)
    return bool(sheet) and any(
        sheet in (*read.not_read, *read.hidden) and sheet not in read.sheets
        for read in intake.read_as
    )


def _fields(register: str, records: Sequence[AsideRecord]) -> list[dict[str, str]]:
    """The texts of rows set aside by field, by the mapping with which their file was read."""
    places: dict[tuple[str, ...], dict[str, tuple[int, ...]]] = {}
    fields = []
    for one in records:
        row: dict[str, str] = json.loads(one.row)
        mapping = json.loads(one.options).get("map", {})
        headings = tuple(row)
        key = (*headings, "", json.dumps(mapping))
        if key not in places:
            try:
                match = find_columns(register, headings, mapping, one.file)
                places[key] = {
                    name: (place, *match.also.get(name, ())) for name, place in match.fields.items()
                }
                if match.second is not None:
                    places[key]["registration_number"] = (match.second,)
            except PlannerError:  # rows that could not be read as such lack columns
                places[key] = {}
        fields.append(
            {
                name: next((t for place in of if not is_blank(t := row[headings[place]])), "")
                for name, of in places[key].items()
            }
        )
    return fields


def read_with(options: ImportOptions, **more: Any) -> dict[str, Any]:
    """The options that reading the files took, to be kept with the import."""
    document: dict[str, Any] = {
        "map": dict(options.mapping),
        "value": {name: dict(texts) for name, texts in options.values.items()},
        "date_order": options.date_order,
        **more,
    }
    return {name: value for name, value in document.items() if value}


def note_import(
    store: Database,
    register: str,
    intake: ImportResult[Any],
    aside: Aside,
    options: Mapping[str, Any],
) -> int:
    """Note an import in its act, with what it does to the rows set aside; its number."""
    number = store.begin_import(
        ImportNote(
            register,
            [digest for _, digest in intake.files],
            options,
            intake.rows,
            intake.taken,
            intake.set_aside.num_rows,
        )
    )
    if aside.gone:
        store.take_aside(number, register, [one.number for one, _ in aside.gone])
    if aside.fresh:
        store.keep_aside(number, register, aside.fresh)
    return number


def options_of(store: Database, register: str) -> ReadOptions:
    """The options with which the files of the rows set aside of a register were read."""
    options: dict[str, Any] = {}
    for text in dict.fromkeys(one.options for one in store.aside_records(register)):
        for name, value in json.loads(text).items():
            held = options.get(name)
            if name == "value":
                options[name] = {
                    field: {**(held or {}).get(field, {}), **texts}
                    for field, texts in {**(held or {}), **value}.items()
                }
            else:
                options[name] = {**(held or {}), **value} if isinstance(value, dict) else value
    return cast(ReadOptions, options)
