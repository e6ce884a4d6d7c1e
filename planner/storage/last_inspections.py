"""The last inspection of entities of the register, as visits that came in tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.snapshot_files import add_snapshot, current_table
from yaohao.planner.storage.visit_history import LastVisit

if TYPE_CHECKING:
    import pyarrow as pa


class Inspected(NamedTuple):
    """The register with later days, None where there is none, and of how many entities."""

    table: pa.Table | None
    number: int


def inspected_after(
    workspace: WorkspaceFolder, days: Mapping[str, str], counted: Mapping[str, LastVisit]
) -> Inspected:
    """The register after visits on `days` (entity → ISO date), where they are later.

    `counted` are visits that the register itself should count: of an entity whose last inspection
    is one of them, its inspections of that year are at least as many.
    """
    table = current_table(workspace)
    if table is None or not days:
        return Inspected(table, 0)
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    from yaohao.planner.register.merging import new_year, with_later_days
    from yaohao.planner.schema.entity import completed

    before = completed(table).combine_chunks()
    after, later = with_later_days(before, days)
    index = after.schema.get_field_index("visits_this_year")
    counts = before.column(index).to_numpy().copy()
    held, was = (one.column("inspected_on").combine_chunks() for one in (after, before))
    counts[new_year(was, held)] = 0  # they are of the year of the last inspection
    asked = pa.array(list(counted), pa.string())
    place = pc.index_in(after.column("entity_id").combine_chunks(), value_set=asked)
    rows = np.flatnonzero(np.asarray(pc.is_valid(place)))
    visits = list(counted.values())
    for row, one in zip(rows.tolist(), place.drop_null().to_pylist(), strict=True):
        if held[row].as_py()[:4] == visits[one].day[:4]:
            counts[row] = max(counts[row], visits[one].days)
    field = after.schema.field(index)
    after = after.set_column(index, field, pa.array(counts, field.type))
    return Inspected(after, int(np.count_nonzero(later)))


def put_inspected(workspace: WorkspaceFolder, inspected: Inspected) -> None:
    """Make such a register the current one, in an act, and note it in the ledger."""
    if inspected.table is None:
        return
    content, changed = add_snapshot(workspace, inspected.table)
    if changed:
        workspace.store.append(
            {"act": "register", "register": "entities", "what": "inspections", "content": content}
        )
