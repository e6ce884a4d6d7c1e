"""The register of entities (检查对象名录库): files to a checked Arrow table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from yaohao.planner.register import values as cells
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.register.entity_silence import EntitySilence
from yaohao.planner.register.import_result import ImportResult
from yaohao.planner.register.importer import (
    FileImport,
    Part,
    Progress,
)
from yaohao.planner.register.merging import with_later_days
from yaohao.planner.register.repeated_rows import RepeatedRows, unread_marks
from yaohao.planner.register.values import (
    ReadColumn,
    Reader,
    tidy_column,
)
from yaohao.planner.schema.entity import ENTITY, schema
from yaohao.planner.schema.options import DEFAULTS, ImportOptions

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_TEXTS = tuple(column.name for column in ENTITY if column.kind == "text")

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
    import pyarrow as pa

    system = code_system(register)
    scan = FileImport("entities", paths, options, progress)
    judge = EntityChecker(system, scan, options)
    batches = [judge.batch(part) for part in scan.parts()]
    scan.silence = judge.silence.finish()
    accepted = pa.Table.from_batches(batches, schema=schema())
    return scan.finish(with_later_days(accepted, judge.repeated.latest).table)


def _readers(
    system: CodeSystem, values: Mapping[str, Mapping[str, str]], order: str
) -> dict[str, Reader]:
    """A reader for each column that is neither an id nor a free text."""
    readers = {}
    for column in ENTITY:
        replacements = values.get(column.name)
        if column.kind == "day":
            read = cells.read_date(order)
        elif column.kind == "count":
            read = cells.read_count
        elif column.kind == "set":
            read = system.reader_of_set(replacements)
        elif column.kind == "code":
            read = system.reader_of_code(column)
        else:
            continue
        readers[column.name] = Reader(read, replacements)
    return readers


class EntityChecker:
    """Checks parts of files, one after the other, and remembers the ids accepted so far."""

    def __init__(self, system: CodeSystem, scan: FileImport, options: ImportOptions) -> None:
        self.system = system
        self.scan = scan
        self.readers = _readers(system, scan.values, options.date_order)
        self.silence = EntitySilence(empty=options.empty)
        self.repeated = RepeatedRows()
        self.flags = Reader(cells.read_flag)
        self.seen: set[str] = set()

    def batch(self, part: Part) -> pa.RecordBatch:
        """The accepted rows of a part as an Arrow record batch; the others are set aside."""
        import pyarrow as pa
        import pyarrow.compute as pc

        count = len(part.chunk.lines)
        bad: Bad = {}
        checked: dict[str, pa.Array] = {}
        checked["entity_id"], repairs, odd = self._ids(part, bad)
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
        self.silence.note(part, read, keep, batch.num_rows)
        return batch

    def _replaced(self, name: str, column: pa.StringArray) -> pa.StringArray:
        import pyarrow as pa

        values = self.scan.values.get(name)
        if not values:
            return column
        return pa.array([values.get(text, text) for text in column.to_pylist()], pa.string())

    def _ids(
        self, part: Part, bad: Bad
    ) -> tuple[pa.StringArray, list[tuple[str, list[int]]], list[int]]:
        """Ids as read; which were repaired, by kind; which have a wrong organisation digit."""
        import pyarrow as pa

        column = self._replaced("entity_id", part.ids("entity_id"))
        good, odd = self.system.check_ids(column)
        wrong = np.flatnonzero(odd).tolist()
        repairs: dict[str, list[int]] = {}
        strange = np.flatnonzero(~good).tolist()
        if not strange:
            return column, [], wrong
        texts = column.to_pylist()
        for index in strange:
            text = texts[index]
            code = self.system.read_id(text)
            if code.reason:
                bad[index] = (code.reason, "entity_id", text)
                continue
            texts[index] = code.text
            repairs.setdefault(code.repaired, []).append(index)
        repaired = [index for indexes in repairs.values() for index in indexes]
        odd = self.system.check_ids(pa.array([texts[index] for index in repaired], pa.string()))[1]
        wrong += [repaired[at] for at in np.flatnonzero(odd).tolist()]
        return pa.array(texts, pa.string()), list(repairs.items()), wrong

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
        if not bad and len(fresh) == len(ids) and self.seen.isdisjoint(fresh):
            self.seen |= fresh
            return set()
        here: dict[str, int] = {}
        again: dict[int, int | None] = {}
        for index, text in enumerate(ids):
            if index in bad:
                continue
            if text in self.seen:
                again[index] = here.get(text)
            else:
                self.seen.add(text)
                here[text] = index
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
        odd: list[int],
    ) -> None:
        """Count what was repaired and what is odd among the rows that are accepted."""
        counts: Counter[str] = Counter()
        for kind, indexes in repairs:
            counts[kind] += len(indexes) if keep is None else int(keep[indexes].sum())
        warnings: Counter[str] = Counter()
        warnings["organisation-digit"] = len(odd) if keep is None else int(keep[odd].sum())
        for name, column in read.items():
            self.readers[name].note(column, keep, counts, warnings)
        self.scan.repaired += counts
        self.scan.warnings += warnings


def _where(mask: pa.BooleanArray) -> list[int]:
    """The indexes at which an Arrow array of booleans is true."""
    indexes: list[int] = np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist()
    return indexes
