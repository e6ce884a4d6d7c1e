"""Entities that have the name and the address of another one: perhaps one firm under two ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def same_firms(register: pa.Table, read: pa.Table) -> int:
    """How many entities of a register, those of `read` among them, share name and address with
    another; one of each that are alike is not counted.

    Both are tables of entities. Entities without an address are like no other.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    names = register.column("name").combine_chunks().dictionary_encode().indices.to_numpy()
    again = np.bincount(names)[names] > 1 if len(names) else np.zeros(0, np.bool_)
    if not again.any():
        return 0
    likely = register.select(["entity_id", "name", "address"]).filter(pa.array(again))
    likely = likely.filter(pc.not_equal(likely.column("address"), ""))
    groups = likely.group_by(["name", "address"]).aggregate(
        [("entity_id", "count"), ("entity_id", "list")]
    )
    groups = groups.filter(pc.greater(groups.column("entity_id_count"), 1))
    fresh = set(read.column("entity_id").to_pylist()) if groups.num_rows else set()
    return sum(
        len(ids) - 1
        for ids in groups.column("entity_id_list").to_pylist()
        if not fresh.isdisjoint(ids)
    )
