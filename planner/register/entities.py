"""The register of entities (检查对象名录库): files to a checked Arrow table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from yaohao.planner.register import values as cells
from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.register.dates import read_date
from yaohao.planner.register.entity_ids import KNOWN_NUMBER, EntityIds
from yaohao.planner.register.entity_silence import EntitySilence
from yaohao.planner.register.import_result import ImportResult
from yaohao.planner.register.importer import FileImport, Progress
from yaohao.planner.register.known_numbers import KnownNumbers
from yaohao.planner.register.merging import with_later_days
from yaohao.planner.register.parts import Part
from yaohao.planner.register.repeated_rows import RepeatedRows, unread_marks
from yaohao.planner.register.seen_ids import SeenIds
from yaohao.planner.register.sorted_runs import SortedRuns
from yaohao.planner.register.values import (
    ReadColumn,
    ReadCounts,
    Reader,
    tidy_column,
)
from yaohao.planner.schema.entity import ENTITY, NUMBER, schema
from yaohao.planner.schema.options import DEFAULTS, ImportOptions

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_TEXTS = tuple(column.name for column in ENTITY if column.kind == "text" and column.name != NUMBER)

HELD = 320 << 20
"""Bytes of accepted rows that are held in memory, about a million and a half of them, where there
is a folder for more. It changes no register; doubled, the most that is in memory doubles."""

Bad = dict[int, tuple[str, str, str]]
"""Index of a row → reason, field and text for which it is set aside."""


def read_entities(
    paths: Iterable[str | Path],
    register: str = "china",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ImportResult[pa.Table]:
    """Read and check files of entities; `accepted` is an Arrow table of `schema.entity.schema()`
    in file order.

    `register` is the name of the code system that says what ids and codes are. Raises PlannerError
    for files that are no table of entities, and for options that mean nothing.
    """
    result = read_many_entities(paths, register, replace(options, spool=None), progress)
    return cast("ImportResult[pa.Table]", result)


def read_many_entities(
    paths: Iterable[str | Path],
    register: str = "china",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ImportResult[pa.Table | SortedRuns]:
    """As `read_entities`; `accepted` is `SortedRuns` where `options.spool` lets them be and they
    are many.
    """
    import pyarrow as pa

    system = code_system(register)
    scan = FileImport("entities", paths, options, progress, register)
    judge = EntityChecker(system, scan, options)
    for part in scan.parts():
        judge.read(part)
    if judge.runs is not None and len(judge.runs):
        judge.put_away()
        judge.runs.latest = judge.repeated.latest
        return scan.finish(judge.runs)
    scan.silence = judge.silence.take()
    accepted = pa.Table.from_batches(judge.repeated.take()[0], schema=schema())
    return scan.finish(with_later_days(accepted, judge.repeated.latest).table)


def _readers(
    system: CodeSystem, values: Mapping[str, Mapping[str, str]], options: ImportOptions
) -> dict[str, Reader]:
    """A reader for each column that is neither an id nor a free text."""
    readers = {}
    for column in ENTITY:
        replacements = values.get(column.name)
        if column.kind == "day":
            read = read_date(options.date_order, today=options.today, zone=options.zone)
        elif column.kind == "count":
            read = cells.read_count
        elif column.kind == "set":
            read = system.reader_of_set(replacements)
        elif column.kind == "code":
            read = system.reader_of_code(column, options.division)
        else:
            continue
        if column.describes:
            read = cells.lenient(read)
        readers[column.name] = Reader(read, replacements)
    return readers


class EntityChecker:
    """Checks parts of files, one after the other, and remembers the ids accepted so far."""

    def __init__(self, system: CodeSystem, scan: FileImport, options: ImportOptions) -> None:
        self.system = system
        self.scan = scan
        self.entity_ids = EntityIds(system, options)
        self.readers = _readers(system, scan.values, options)
        self.silence = EntitySilence(empty=options.empty)
        self.runs = SortedRuns(options.spool) if options.spool else None
        self.repeated = RepeatedRows(self.runs)
        self._held = 0
        self.flags = Reader(cells.read_flag)
        self.seen = SeenIds(self.runs.among if self.runs is not None else set)
        self.numbers = KnownNumbers(options.numbers)

    def read(self, part: Part) -> None:
        """Check a part; what is accepted is held, or put away once it is much."""
        self._held += self.batch(part).nbytes
        if self.runs is not None and self._held > HELD:
            self.put_away()

    def put_away(self) -> None:
        """Write the accepted rows that are held as a run."""
        import pyarrow as pa

        assert self.runs is not None
        batches, marks = self.repeated.take()
        if batches:
            table = pa.Table.from_batches(batches, schema=schema())
            self.runs.add(table, self.silence.take(), np.concatenate(marks))
        self.seen.put_away()
        self._held = 0

    def batch(self, part: Part) -> pa.RecordBatch:
        """The accepted rows of a part as an Arrow record batch; the others are set aside."""
        import pyarrow as pa
        import pyarrow.compute as pc

        count = len(part.chunk.lines)
        bad: Bad = {}
        checked: dict[str, pa.Array] = {}
        checked["entity_id"], repairs, odd = self._ids(part, bad)
        self._numbers(part, checked, bad, repairs)
        for name in _TEXTS:
            column = part.field(name)
            if column is None:
                column = pa.array([""] * count, pa.string())
            column = self._replaced(name, column)
            checked[name], changed = tidy_column(column)
            repairs.append(("text-tidied", changed))
        for index in _where(pc.equal(checked["name"], "")):
            bad.setdefault(index, ("missing-name", "name", ""))
        read: dict[str, ReadColumn] = {}
        for name, reader in self.readers.items():
            column = part.field(name)
            if column is None:
                checked[name] = pa.array([reader[""]] * count, pa.string())
                continue
            read[name] = reader.read_column(column)
            checked[name] = read[name].values
            for index, reason in read[name].refused:
                bad.setdefault(index, (reason, name, column[index].as_py()))
        self._flagged(part, checked, bad)
        first, last = checked["established_on"], checked["inspected_on"]
        for index in _where(pc.and_(pc.less(last, first), pc.not_equal(last, ""))):
            reason = "inspected-before-established"
            bad.setdefault(index, (reason, "inspected_on", last[index].as_py()))
        unread = unread_marks(part)
        further = self._duplicates(part, checked, bad, unread)
        self.scan.set_part_aside(part, bad)
        keep = None
        if bad or further:
            keep = np.ones(count, dtype=np.bool_)
            keep[[*bad, *further]] = False
            checked = {name: column.filter(pa.array(keep)) for name, column in checked.items()}
        self._note(read, keep, repairs, odd)
        columns = [checked[field.name].cast(field.type) for field in schema()]
        batch = pa.record_batch(columns, schema=schema())
        self.repeated.accept(batch, unread if keep is None else unread[keep])
        strange = {name: reader.unread for name, reader in self.readers.items() if reader.unread}
        self.silence.note(part, read, keep, strange)
        return batch

    def _replaced(self, name: str, column: pa.StringArray) -> pa.StringArray:
        import pyarrow as pa

        values = self.scan.values.get(name)
        if not values:
            return column
        return pa.array([values.get(text, text) for text in column.to_pylist()], pa.string())

    def _ids(
        self, part: Part, bad: Bad
    ) -> tuple[pa.StringArray, list[tuple[str, list[int]]], dict[str, list[int]]]:
        """Ids as read; which were repaired, by kind; which are odd, by how."""
        import pyarrow as pa

        column = self._replaced("entity_id", part.ids("entity_id"))
        good, odd = self.system.check_ids(column)
        wrong = {"organisation-digit": np.flatnonzero(odd).tolist()}
        repairs: dict[str, list[int]] = {}
        strange = np.flatnonzero(~good).tolist()
        if not strange:
            return column, [], wrong
        texts = column.to_pylist()
        for index in strange:
            text = texts[index]
            code = self.entity_ids.read_as_written(text)
            if code.reason:
                bad[index] = (code.reason, "entity_id", text)
                continue
            if code.warning:
                wrong.setdefault(code.warning, []).append(index)
            texts[index] = code.text
            if code.repaired:
                repairs.setdefault(code.repaired, []).append(index)
        repaired = [index for indexes in repairs.values() for index in indexes]
        odd = self.system.check_ids(pa.array([texts[index] for index in repaired], pa.string()))[1]
        wrong["organisation-digit"] += [repaired[at] for at in np.flatnonzero(odd).tolist()]
        return pa.array(texts, pa.string()), list(repairs.items()), wrong

    def _numbers(
        self,
        part: Part,
        checked: dict[str, pa.Array],
        bad: Bad,
        repairs: list[tuple[str, list[int]]],
    ) -> None:
        """Add the registration numbers of entities that have a code besides; a row that has only
        the number of such an entity is about it.
        """
        import pyarrow as pa

        ids = checked["entity_id"]
        second = part.second()
        if second is None or not self.system.checks_ids:
            numbers = pa.array([""] * len(ids), pa.string())
        else:
            numbers = self._second(second, ids, bad)
        known = self.numbers.translate(ids, numbers)
        if known:
            texts, held = ids.to_pylist(), numbers.to_pylist()
            for index, code in known.items():
                texts[index], held[index] = code, texts[index]
            checked["entity_id"] = pa.array(texts, pa.string())
            numbers = pa.array(held, pa.string())
            repairs.append((KNOWN_NUMBER, list(known)))
        checked[NUMBER] = numbers

    def _second(self, column: pa.StringArray, ids: pa.StringArray, bad: Bad) -> pa.StringArray:
        """Registration numbers beside other ids; what is none is left out, and counted."""
        import pyarrow as pa
        import pyarrow.compute as pc

        good, _ = self.system.check_ids(column)
        short = pc.less(pc.binary_length(column), pc.binary_length(ids))
        nothing = pc.or_(pc.equal(column, ""), pc.equal(column, ids))
        column = pc.if_else(nothing, "", column)
        keep = (good & np.asarray(short)) | np.asarray(nothing)
        if keep.all():
            return column
        texts = column.to_pylist()
        own = ids.to_pylist()
        unread = 0
        for index in np.flatnonzero(~keep).tolist():
            code = None if is_blank(texts[index]) else self.system.read_id(texts[index])
            fits = code is not None and not code.reason and len(code.text) < len(own[index])
            # A credit code in both columns says nothing new.
            unread += code is not None and not fits and code.text != own[index] and index not in bad
            texts[index] = code.text if fits and code is not None else ""
        if unread:
            self.scan.warnings["number-not-read"] += unread
        return pa.array(texts, pa.string())

    def _flagged(self, part: Part, checked: dict[str, pa.Array], bad: Bad) -> None:
        """Add the key fields of the yes-or-no columns to `fields`."""
        import pyarrow as pa

        for code, index in part.columns.flags.items():
            column = part.chunk.columns[index]
            flags = self.flags.read_column(column)
            for row, reason in flags.refused:
                bad.setdefault(row, (reason, code, column[row].as_py()))
            pairs = zip(checked["fields"].to_pylist(), flags.values.to_pylist(), strict=True)
            joined = [
                ",".join(sorted({*filter(None, fields.split(",")), code})) if flag else fields
                for fields, flag in pairs
            ]
            checked["fields"] = pa.array(joined, pa.string())

    def _duplicates(
        self, part: Part, checked: Mapping[str, pa.Array], bad: Bad, unread: NDArray[np.int64]
    ) -> set[int]:
        """Of rows with the same id the first that is accepted wins; those that only say a further
        day of inspection are given back.
        """
        ids = checked["entity_id"].to_pylist()
        fresh = set(ids)
        known = self.seen.among(fresh)
        if not bad and len(fresh) == len(ids) and not known:
            self.seen.add(fresh)
            return set()
        here: dict[str, int] = {}
        again: dict[int, int | None] = {}
        for index, text in enumerate(ids):
            if index in bad:
                continue
            if text in known or text in here:
                again[index] = here.get(text)
            else:
                here[text] = index
        self.seen.add(here)
        further: set[int] = set()
        if again and part.field("inspected_on") is not None:
            further = self.repeated.split(ids, again, checked, unread)
            self.scan.further += len(further)
        for index in again.keys() - further:
            bad[index] = ("duplicate", "entity_id", ids[index])
        return further

    def _note(
        self,
        read: dict[str, ReadColumn],
        keep: NDArray[np.bool_] | None,
        repairs: list[tuple[str, list[int]]],
        odd: Mapping[str, list[int]],
    ) -> None:
        """Count what was repaired and what is odd among the rows that are accepted."""
        counts: Counter[str] = Counter()
        for kind, indexes in repairs:
            counts[kind] += len(indexes) if keep is None else int(keep[indexes].sum())
        warnings: Counter[str] = Counter()
        for kind, indexes in odd.items():
            warnings[kind] = len(indexes) if keep is None else int(keep[indexes].sum())
        for name, column in read.items():
            counted = ReadCounts(counts, warnings, self.scan.unread.setdefault(name, Counter()))
            self.readers[name].note(column, keep, counted)
        self.scan.repaired += counts
        self.scan.warnings += warnings


def _where(mask: pa.BooleanArray) -> list[int]:
    """The indexes at which an Arrow array of booleans is true."""
    indexes: list[int] = np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist()
    return indexes
