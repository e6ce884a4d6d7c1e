"""Entities that went from their registration number to their credit code, and what follows them.

The register keeps the number with the entity. Leads move to the code; an inspector who recused from
the entity by its number recuses by the code too, and keeps the number: draws that were frozen
before have the entity by that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.former_numbers import numbers_of
from yaohao.planner.schema.entity import NUMBER
from yaohao.planner.storage.folder import WorkspaceFolder

if TYPE_CHECKING:
    import pyarrow as pa


def known_numbers(workspace: WorkspaceFolder) -> dict[str, str]:
    """Registration number → id of the entity of the register that had it; none that two had."""
    if workspace.store.snapshot() is None:
        return {}
    import pyarrow.parquet as pq

    path, _, _ = workspace.snapshot_path()
    if NUMBER not in pq.read_schema(path).names:
        return {}
    return numbers_of(pq.read_table(path, columns=["entity_id", NUMBER]))


def gone_over(workspace: WorkspaceFolder, accepted: pa.Table) -> dict[str, str]:
    """Registration number → code of the entities that have gone over with `accepted`: the register,
    or the files themselves, have had them by their number alone.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    numbers = numbers_of(accepted)
    if not numbers:
        return {}
    asked = pa.array(list(numbers), pa.string())
    columns = [accepted.column("entity_id")]
    if workspace.store.snapshot() is not None:
        path, _, _ = workspace.snapshot_path()
        columns.append(pq.read_table(path, columns=["entity_id"]).column("entity_id"))
    had = {
        number
        for column in columns
        for number in column.filter(pc.is_in(column, value_set=asked)).to_pylist()
    }
    return {number: numbers[number] for number in sorted(had)}


def follow(workspace: WorkspaceFolder, gone: Mapping[str, str]) -> dict[str, int]:
    """Let leads and recusals follow entities to their codes: how many did, by register.

    To be called within an act; the register of each is another one after it.
    """
    if not gone:
        return {}
    changes = {"leads": _led(gone), "inspectors": _recused(gone)}
    counts: dict[str, int] = {}
    for register, change in changes.items():
        rows = [(row, change(row)) for row in workspace.store.roster(register)]
        changed = [after for before, after in rows if after != before]
        if changed:
            workspace.store.put_roster(register, changed)
            counts[register] = len(changed)
    return counts


def _led(gone: Mapping[str, str]) -> Any:
    def change(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "entity_id": gone.get(row["entity_id"], row["entity_id"])}

    return change


def _recused(gone: Mapping[str, str]) -> Any:
    def change(row: dict[str, Any]) -> dict[str, Any]:
        codes = {gone[one] for one in row["recused"] if one in gone}
        return {**row, "recused": sorted({*row["recused"], *codes})}

    return change
