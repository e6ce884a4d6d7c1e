"""Taking an import of entities back: what it did is undone, what was changed since stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from yaohao.planner.schema.entity import COLUMNS, completed, schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Counts(NamedTuple):
    """Rows that came and go, went and are back, are as before, and were changed since."""

    removed: int = 0
    restored: int = 0
    reset: int = 0
    stays: int = 0


class Undone(NamedTuple):
    """The register after an import was taken back, sorted by the bytes of `entity_id`."""

    table: pa.Table
    counts: Counts


def undo_entities(before: pa.Table | None, after: pa.Table, current: pa.Table) -> Undone:
    """The register `current` without what an import made of `before`, which was `after` then.

    Column by column: a value that is no more the one of the import stays.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    was, then, now = (_plain(one) for one in (before, after, current))
    ids = now.column("entity_id")
    place_was = pc.index_in(ids, value_set=was.column("entity_id")).combine_chunks()
    place_then = pc.index_in(ids, value_set=then.column("entity_id")).combine_chunks()
    had, came = (np.asarray(pc.is_valid(one)) for one in (place_was, place_then))
    both, new = had & came, came & ~had
    reset, stays, altered = (np.zeros(len(ids), np.bool_) for _ in range(3))
    columns = []
    for name in COLUMNS:
        held = now.column(name).combine_chunks()
        old = was.column(name).combine_chunks().take(place_was)
        made = then.column(name).combine_chunks().take(place_then)
        touched = both & ~_equal(old, made)
        same = _equal(held, made)
        altered |= new & ~same
        stays |= touched & ~same
        reset |= touched & same
        columns.append(pc.if_else(pa.array(touched & same), old, held))
    gone = new & ~altered
    table = pa.table(columns, schema=schema()).filter(pa.array(~gone))
    lost = was.filter(
        pc.and_not(
            pc.invert(pc.is_in(was.column("entity_id"), value_set=then.column("entity_id"))),
            pc.is_in(was.column("entity_id"), value_set=ids),
        )
    )
    if lost.num_rows:
        table = pa.concat_tables([table, lost]).combine_chunks()
        table = table.take(pc.sort_indices(table.column("entity_id").cast(pa.binary())))
    counts = Counts(int(gone.sum()), lost.num_rows, int(reset.sum()), int((stays | altered).sum()))
    return Undone(table.combine_chunks(), counts)


def _plain(table: pa.Table | None) -> pa.Table:
    empty = schema().empty_table()
    return completed(table).cast(schema()).combine_chunks() if table is not None else empty


def _equal(one: pa.ChunkedArray, other: pa.ChunkedArray) -> NDArray[np.bool_]:
    import numpy as np
    import pyarrow.compute as pc

    return np.asarray(pc.equal(one, other).fill_null(False))


class UndoneRows(NamedTuple):
    """Rows of a register to be put, ids to be taken away, and the counts."""

    put: list[dict[str, Any]]
    gone: list[str]
    counts: Counts


def undo_rows(
    changes: Sequence[tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]],
    current: Mapping[str, Mapping[str, Any]],
) -> UndoneRows:
    """A register of rows without what an import did: `changes` are id, row before, row after.

    Field by field, as `undo_entities`.
    """
    put, gone = [], []
    restored = reset = stays = 0
    for name, before, after in changes:
        held = current.get(name)
        if after is None:
            if held is None and before is not None:
                put.append(dict(before))
                restored += 1
            else:
                stays += 1
        elif held is None:
            stays += 1
        elif before is None:
            if dict(held) == dict(after):
                gone.append(name)
            else:
                stays += 1
        else:
            touched = [key for key in after if before.get(key) != after[key]]
            back = {key: before.get(key) for key in touched if held.get(key) == after[key]}
            stays += len(back) < len(touched)
            if back:
                reset += 1
                put.append({**held, **back})
    return UndoneRows(put, gone, Counts(len(gone), restored, reset, stays))
