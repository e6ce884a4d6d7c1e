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
    from yaohao.planner.register.merging import with_later_days
    from yaohao.planner.schema.entity import completed

    before = completed(table).combine_chunks()
    after, later = with_later_days(before, days)
    asked = pa.array(list(counted), pa.string())
    place = pc.index_in(after.column("entity_id"), value_set=asked)
    if asked and place.null_count < len(place):
        held = after.column("inspected_on").to_pylist()
        was = before.column("inspected_on").to_pylist()
        counts = after.column("visits_this_year").to_pylist()
        for row, entity in enumerate(place.to_pylist()):
            if entity is None:
                continue
            visit = counted[asked[entity].as_py()]
            if held[row][:4] == visit.day[:4]:
                so_far = counts[row] if was[row][:4] == visit.day[:4] else 0
                counts[row] = max(so_far, visit.days)
        index = after.schema.get_field_index("visits_this_year")
        after = after.set_column(
            index, after.schema.field(index), pa.array(counts, after.schema.field(index).type)
        )
    return Inspected(after, int(np.count_nonzero(later)))


def put_inspected(workspace: WorkspaceFolder, found: Inspected) -> None:
    """Make such a register the current one, in an act, and note it in the ledger."""
    if found.table is None:
        return
    content, changed = add_snapshot(workspace, found.table)
    if changed:
        workspace.store.append(
            {"act": "register", "register": "entities", "what": "inspections", "content": content}
        )
