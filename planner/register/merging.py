"""What an import makes of the register of entities: column by column, row by row, with counts.

Rows with a known id change only in what they say: a column that a file lacks changes nothing, and
an empty cell empties only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.register.former_numbers import gone_over
from yaohao.planner.register.silence import Silence
from yaohao.planner.schema.entity import COLUMNS, NUMBER, completed, schema
from yaohao.planner.schema.import_report import ImportEffects

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Merging:
    """How arriving rows meet those that are there."""

    replace: bool = False
    """Whether the arriving rows are the whole register."""
    empty: bool = False
    """Whether an empty cell empties what is there."""
    visited: Mapping[str, str] | None = None
    """Entity → the last day of a visit that the workspace knows of; a register that was written
    before it does not set the last inspection back."""


class Merged(NamedTuple):
    """A register after an import, sorted by the bytes of `entity_id`, and what changed in it."""

    table: pa.Table
    effects: ImportEffects


class _Column(NamedTuple):
    """A column of the rows that were there, after the import."""

    values: pa.Array
    changed: NDArray[np.bool_]
    emptied: int
    kept: int


def merge(
    current: pa.Table | None, new: pa.Table, silence: Silence, how: Merging = Merging()
) -> Merged:
    """The register after rows `new` arrived, of which `silence` tells what they say nothing of.

    Both are tables of `schema.entity.schema()` in which no id stands twice. A row that was there by
    the registration number of an arriving one is the same entity, and goes on under its code.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    arriving = completed(new).cast(schema()).combine_chunks()
    before = (current if current is not None else new.slice(0, 0)).combine_chunks()
    before = completed(before).cast(schema()).combine_chunks()
    before, left = gone_over(before, arriving)
    if left is not None:
        arriving = arriving.filter(pa.array(left)).combine_chunks()
        silence = silence.of_rows(left)
    ids = _whole(before, "entity_id")
    place = pc.index_in(_whole(arriving, "entity_id"), value_set=ids)
    known = ~np.asarray(pc.is_null(place))
    arriving = _not_set_back(arriving, silence, how.visited)
    # For each row that was there the arriving one of its id, -1 for none.
    source = np.full(len(ids), -1, np.int64)
    source[place.drop_null().to_numpy()] = np.flatnonzero(known)
    met = source >= 0
    chosen = pa.array(source, mask=~met)

    def one(name: str) -> _Column:
        return _column(name, before, arriving, silence, chosen, met, how.empty)

    with ThreadPoolExecutor() as pool:
        columns = dict(zip(COLUMNS, pool.map(one, COLUMNS), strict=True))
    columns["visits_this_year"] = _of_this_year(columns, before, silence, chosen)
    any_changed = np.zeros(len(ids), np.bool_)
    for column in columns.values():
        any_changed |= column.changed
    effects: ImportEffects = {
        "new": int((~known).sum()),
        "changed": int(any_changed.sum()),
        "same": int(known.sum() - any_changed.sum()),
        "gone": int((~met).sum()) if how.replace else 0,
        "fields": {n: int(c.changed.sum()) for n, c in columns.items() if c.changed.any()},
        "emptied": {n: c.emptied for n, c in columns.items() if c.emptied},
        "kept": {n: c.kept for n, c in columns.items() if c.kept},
    }
    table = pa.table([columns[name].values for name in COLUMNS], schema=schema())
    if effects["gone"]:
        table = table.filter(pa.array(met))
    if effects["new"]:
        table = _with_new(table, arriving, known)
    return Merged(table.combine_chunks(), effects)


def _whole(table: pa.Table, name: str) -> pa.Array:
    """A column as one array."""
    import pyarrow as pa

    column = table.column(name)
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


# Many parameters: they are what all columns share.
def _column(
    name: str,
    before: pa.Table,
    arriving: pa.Table,
    silence: Silence,
    chosen: pa.Array,
    met: NDArray[np.bool_],
    empty: bool,
) -> _Column:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    old = _whole(before, name)
    none = np.zeros(len(old), np.bool_)
    fresh = _whole(arriving, name)
    silent = silence.fields.get(name)
    if silent is not None:
        fresh = pc.if_else(silent, pa.scalar(None, fresh.type), fresh)
    if name == NUMBER:  # it is never emptied: leads and results may have the entity by it
        fresh = pc.if_else(pc.equal(fresh, ""), pa.scalar(None, fresh.type), fresh)
    if not met.any() or name == "entity_id":
        return _Column(old, none, 0, 0)
    fresh = fresh.take(chosen)
    if name == "fields" and silence.key_fields is not None:
        fresh = _of_some_codes(old, fresh, silence.key_fields.take(chosen))
    if fresh.null_count == 0 and fresh.equals(old):
        return _Column(old, none, 0, 0)
    changed = _mask(pc.not_equal(fresh, old))
    emptied = kept = 0
    if pa.types.is_string(old.type):
        emptying = changed & _mask(pc.equal(fresh, ""))
        emptied = int(emptying.sum())
        if emptied and not empty:
            fresh = pc.if_else(pa.array(emptying), pa.scalar(None, fresh.type), fresh)
            changed &= ~emptying
            emptied, kept = 0, emptied
    return _Column(pc.coalesce(fresh, old), changed, emptied, kept)


def _of_this_year(
    columns: Mapping[str, _Column], before: pa.Table, silence: Silence, chosen: pa.Array
) -> _Column:
    """The counts of inspections, which are of the year of the last one: of a later year nothing is
    known where the rows say nothing of it.
    """
    import numpy as np
    import pyarrow as pa

    column = columns["visits_this_year"]
    silent = silence.fields.get("visits_this_year")
    if silent is None or not columns["inspected_on"].changed.any():
        return column
    moved = new_year(_whole(before, "inspected_on"), columns["inspected_on"].values)
    moved &= _mask(silent.take(chosen))
    values = np.where(moved, 0, column.values.to_numpy())
    changed = column.changed | (values != column.values.to_numpy())
    return _Column(pa.array(values, column.values.type), changed, 0, 0)


def new_year(was: pa.Array, now: pa.Array) -> NDArray[np.bool_]:
    """In which rows the year of a day is a later one."""
    import pyarrow.compute as pc

    years = (pc.utf8_slice_codeunits(one, 0, 4) for one in (now, was))
    return _mask(pc.greater(*years)).copy()


def _mask(values: pa.Array) -> NDArray[np.bool_]:
    """An array of booleans without nulls, which count as false."""
    import numpy as np

    return np.asarray(values.fill_null(False))


def _of_some_codes(old: pa.Array, fresh: pa.Array, spoken: pa.Array) -> pa.Array:
    """Key fields of rows that speak of some codes alone: the others stay."""
    import pyarrow as pa

    texts = []
    for was, now, codes in zip(old.to_pylist(), fresh.to_pylist(), spoken.to_pylist(), strict=True):
        if now is None or codes is None:
            texts.append(now)
            continue
        stays = set(was.split(",")) - set(codes.split(","))
        texts.append(",".join(sorted((stays | set(now.split(","))) - {""})))
    return pa.array(texts, pa.string())


def _with_new(table: pa.Table, arriving: pa.Table, known: NDArray[np.bool_]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    if known.any():
        arriving = arriving.filter(pa.array(~known))
    merged = pa.concat_tables([table, arriving]) if table.num_rows else arriving
    merged = merged.combine_chunks()
    order = pc.sort_indices(merged.column("entity_id").cast(pa.binary()))
    # The columns are put in order side by side: taking long texts is what costs here.
    with ThreadPoolExecutor() as pool:
        columns = list(pool.map(lambda column: column.take(order), merged.columns))
    return pa.table(columns, schema=schema())


def _not_set_back(
    arriving: pa.Table, silence: Silence, visited: Mapping[str, str] | None
) -> pa.Table:
    """The arriving rows with the later of their last inspection and the one that is known."""
    if not visited:
        return arriving
    silent = silence.fields.get("inspected_on")
    return with_later_days(arriving, visited, silent).table


class LaterDays(NamedTuple):
    """A table of entities, and which of its rows have a later last inspection than before."""

    table: pa.Table
    later: NDArray[np.bool_]


def with_later_days(
    table: pa.Table, visited: Mapping[str, str], silent: NDArray[np.bool_] | None = None
) -> LaterDays:
    """A table of entities with the days of `visited` where they are later than `inspected_on`.

    Rows where `silent` is true stay as they are.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not visited:
        return LaterDays(table, np.zeros(table.num_rows, np.bool_))
    asked = pa.array(list(visited), pa.string())
    days = pa.array(list(visited.values()), pa.string())
    known = days.take(pc.index_in(_whole(table, "entity_id"), value_set=asked))
    held = _whole(table, "inspected_on")
    later = np.asarray(pc.greater(known, held).fill_null(False))
    if silent is not None:
        later &= ~np.asarray(silent)
    if later.any():
        place = table.schema.get_field_index("inspected_on")
        values = pc.if_else(pa.array(later), known, held)
        table = table.set_column(place, table.schema.field(place), values)
    return LaterDays(table, later)
