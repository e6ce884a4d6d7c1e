"""Registration numbers that entities had before they got their codes, in tables of entities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.schema.entity import NUMBER

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def numbers_of(table: pa.Table, among: Sequence[pa.Array] = ()) -> dict[str, str]:
    """Registration number → id of the entity that had it, of a table of entities; none of two.

    Of a table that may be large those alone that are `among` some ids, where these are given.
    """
    import numpy as np
    import pyarrow.compute as pc

    numbers = table.column(NUMBER)
    having = table.filter(pc.not_equal(numbers, ""))
    if among and having.num_rows:
        numbers = having.column(NUMBER)
        there = [np.asarray(pc.is_in(numbers, value_set=ids)) for ids in among]
        having = having.filter(np.logical_or.reduce(there))
    if not having.num_rows:
        return {}
    pairs = zip(
        having.column(NUMBER).to_pylist(), having.column("entity_id").to_pylist(), strict=True
    )
    holders: dict[str, str] = {}
    for number, entity in pairs:
        holders[number] = entity if number not in holders else ""
    return {number: entity for number, entity in holders.items() if entity}


class GoneOver(NamedTuple):
    """A register before an import, in which entities have their codes already, and which of the
    arriving rows are left: None for all, else an array of booleans.
    """

    before: pa.Table
    left: NDArray[np.bool_] | None


def gone_over(before: pa.Table, arriving: pa.Table) -> GoneOver:
    """A register in which the entities have their codes that the rows `arriving` have by code and
    number, so that they meet those rows; an arriving row by the number alone falls away then.

    A row by the number falls away too where the register has one by the code.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = before.column("entity_id").combine_chunks()
    numbers = numbers_of(arriving, [ids, arriving.column("entity_id")])
    if not numbers:
        return GoneOver(before, None)
    asked = pa.array(list(numbers), pa.string())
    by_number = np.asarray(pc.is_in(arriving.column("entity_id"), value_set=asked))
    left = ~by_number if by_number.any() else None
    place = pc.index_in(ids, value_set=asked)
    if place.null_count == len(place):
        return GoneOver(before, left)
    codes = pa.array(list(numbers.values()), pa.string()).take(place)
    there_already = pc.is_in(codes, value_set=ids)
    twice = pc.and_(pc.is_valid(codes), there_already)
    index = before.schema.get_field_index("entity_id")
    before = before.set_column(index, before.schema.field(index), pc.coalesce(codes, ids))
    before = before.filter(pc.invert(twice))
    order = pc.sort_indices(before.column("entity_id").cast(pa.binary()))
    return GoneOver(before.take(order), left)
