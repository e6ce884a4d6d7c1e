"""An import merged with a register outside memory: range of ids by range of ids, both sorted.

Each range is merged as a whole register is (`merging`): what comes out is the same, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.merging import Merging, merge
from yaohao.planner.register.number_book import NumberBook
from yaohao.planner.register.sorted_runs import Slice, SortedRuns
from yaohao.planner.schema.entity import COLUMNS, NUMBER, completed, schema
from yaohao.planner.schema.import_report import ImportEffects
from yaohao.planner.vocabulary.parquet_files import open_parquet

if TYPE_CHECKING:
    import pyarrow as pa

RANGE = 1 << 19
"""Rows of a range, about, of both sides together. It changes nothing but time and memory: doubled,
twice as many rows are merged at once."""
_READ = 1 << 16


def merge_ranges(
    current: Path | None, arriving: SortedRuns, how: Merging, put: Callable[[pa.Table], object]
) -> ImportEffects:
    """Merge rows with a register's file and hand over what comes out, in order; what it did."""
    gone = former_numbers(current, arriving)
    moved = _moved(current, gone)
    effects: ImportEffects = {
        "new": 0, "changed": 0, "same": 0, "gone": 0, "fields": {}, "emptied": {}, "kept": {},
    }  # fmt: skip
    register = _Register(current)
    cuts = _cuts(current, arriving)
    for first, stop in zip(cuts, [*cuts[1:], None], strict=True):
        before = register.until(stop)
        rows, silence = arriving.between(first, stop)
        if gone:
            before = _with_codes(before, gone, moved, first, stop)
            rows, silence = _without(rows, silence, gone)
        if not before.num_rows and not rows.num_rows:
            continue
        merged = merge(before, rows, silence, how)
        put(merged.table)
        _add(effects, merged.effects)
    for name in ("fields", "emptied", "kept"):
        counts = effects[name]
        effects[name] = {one: counts[one] for one in COLUMNS if one in counts}
    return effects


def former_numbers(current: Path | None, arriving: pa.Table | SortedRuns) -> dict[str, str]:
    """Registration number → code of the entities that go over with the rows that arrive: the
    register, or these rows, have them by their number alone.
    """
    import pyarrow.compute as pc

    book = NumberBook()
    for batch in _identified(arriving):
        having = batch.filter(pc.not_equal(batch.column(NUMBER), ""))
        if having.num_rows:
            book.add(having.column(NUMBER), having.column("entity_id"))
    numbers: dict[str, str] = {}
    if book:
        for batch in _identified(arriving):
            numbers |= book.among(batch.column("entity_id"))
        for ids in _ids(current):
            numbers |= book.among(ids)
    return {number: code for number, code in numbers.items() if code}


def _identified(arriving: pa.Table | SortedRuns) -> Iterator[pa.RecordBatch]:
    """Ids and registration numbers of the rows that arrive, piece by piece."""
    if isinstance(arriving, SortedRuns):
        return arriving.identified()
    return iter(arriving.select(["entity_id", NUMBER]).to_batches())


def _ids(current: Path | None) -> Iterator[Any]:
    """The ids of a register, piece by piece."""
    if current is None:
        return

    with open_parquet(current) as file:
        for batch in file.iter_batches(1 << 20, columns=["entity_id"]):
            yield batch.column(0)


def _moved(current: Path | None, gone: Mapping[str, str]) -> pa.Table:
    """The rows of a register by numbers that are gone, under their codes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tables = [schema().empty_table()]
    if current is not None and gone:
        numbers = pa.array(list(gone), pa.string())
        codes = pa.array(list(gone.values()), pa.string())
        with open_parquet(current) as file:
            for batch in file.iter_batches(_READ):
                table = completed(pa.Table.from_batches([batch])).cast(schema())
                place = pc.index_in(table.column("entity_id").combine_chunks(), value_set=numbers)
                table = table.filter(pc.is_valid(place))
                if table.num_rows:
                    fresh = codes.take(place.drop_null())
                    tables.append(table.set_column(0, schema().field(0), fresh))
    return pa.concat_tables(tables)


def _with_codes(
    before: pa.Table, gone: Mapping[str, str], moved: pa.Table, first: bytes, stop: bytes | None
) -> pa.Table:
    """Rows of a range of the register without those by numbers, and with those that come to it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = before.column("entity_id")
    before = before.filter(pc.invert(pc.is_in(ids, value_set=pa.array(list(gone), pa.string()))))
    codes = moved.column("entity_id").cast(pa.binary())
    here = pc.greater_equal(codes, first)
    if stop is not None:
        here = pc.and_(here, pc.less(codes, stop))
    coming = moved.filter(here)
    if not coming.num_rows:
        return before
    held = before.column("entity_id").combine_chunks()
    coming = coming.filter(pc.invert(pc.is_in(coming.column("entity_id"), value_set=held)))
    table = pa.concat_tables([before, coming])
    return table.take(pc.sort_indices(table.column("entity_id").cast(pa.binary())))


def _without(rows: pa.Table, silence: Any, gone: Mapping[str, str]) -> Slice:
    """Arriving rows without those by numbers that are gone."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    by_number = pc.is_in(rows.column("entity_id"), value_set=pa.array(list(gone), pa.string()))
    left = ~np.asarray(by_number)
    if left.all():
        return Slice(rows, silence)
    return Slice(rows.filter(pa.array(left)), silence.of_rows(left))


class _Register:
    """A register's file, read once from its first row to its last."""

    def __init__(self, path: Path | None) -> None:
        self._rest = self._read(path)
        self._held: list[pa.Table] = []
        self._last = b""

    @staticmethod
    def _read(path: Path | None) -> Iterator[pa.Table]:
        if path is None:
            return
        import pyarrow as pa

        with open_parquet(path) as file:
            for batch in file.iter_batches(_READ):
                yield completed(pa.Table.from_batches([batch])).cast(schema())

    def until(self, stop: bytes | None) -> pa.Table:
        """The rows that were not given yet, as far as their ids are below `stop`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        while stop is None or self._last < stop:
            table = next(self._rest, None)
            if table is None:
                break
            if table.num_rows:
                self._held.append(table)
                self._last = table.column("entity_id")[-1].as_py().encode()
        whole = pa.concat_tables([schema().empty_table(), *self._held]).combine_chunks()
        if stop is None:
            self._held = []
            return whole
        below = pc.less(whole.column("entity_id").cast(pa.binary()), stop)
        size = int(pc.sum(below).as_py() or 0)
        # A copy: a slice would keep what it was cut from.
        self._held = [whole.slice(size).take(pa.array(range(whole.num_rows - size), pa.int64()))]
        return whole.slice(0, size)


def _cuts(current: Path | None, arriving: SortedRuns) -> list[bytes]:
    """Ids, as bytes, at which both sides are cut into ranges; the first is before all."""
    weights = arriving.weights()
    if current is not None:
        with open_parquet(current) as file:
            for number in range(file.num_row_groups):
                if not file.metadata.row_group(number).num_rows:
                    continue
                batch = next(file.iter_batches(1, row_groups=[number], columns=["entity_id"]))
                first = batch.column(0)[0].as_py().encode()
                weights.append((first, file.metadata.row_group(number).num_rows))
    cuts, gathered = [b""], 0
    for one, rows in sorted(weights):
        if gathered >= RANGE and one > cuts[-1]:
            cuts.append(one)
            gathered = 0
        gathered += rows
    return cuts


def _add(effects: ImportEffects, more: ImportEffects) -> None:
    for name in ("new", "changed", "same", "gone"):
        effects[name] += more[name]
    for counts, further in (
        (effects["fields"], more["fields"]),
        (effects["emptied"], more["emptied"]),
        (effects["kept"], more["kept"]),
    ):
        for name, number in further.items():
            counts[name] = counts.get(name, 0) + number
