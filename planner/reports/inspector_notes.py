"""The recusals and the absences that are noted of inspectors, as lists."""

from __future__ import annotations

from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.reports.registers import AbsenceRow, RecusalRow
from yaohao.planner.storage.entity_lookup import inspector_of, register_file
from yaohao.planner.storage.folder import WorkspaceFolder


def recusals(workspace: WorkspaceFolder, inspector: str = "") -> list[RecusalRow]:
    """Every recusal, of one inspector or of all, in the order of ids.

    Each has `inspector_id`, `name`, `entity_id`, `entity_name` (None where the register does not
    have the entity), `reason` and `noted_at`, both empty where a file brought it.
    """
    rows = _rows(workspace, inspector)
    from yaohao.planner.engine.browse import entity_names

    recused = sorted({entity for row in rows for entity in row["recused"]})
    names = {
        name: text
        for path in register_file(workspace)
        for name, text in entity_names(path, recused).items()
    }
    return [
        {
            "inspector_id": row["inspector_id"],
            "name": row["name"],
            "entity_id": entity,
            "entity_name": names.get(entity),
            "reason": row.get("recusal_reasons", {}).get(entity, {}).get("reason", ""),
            "noted_at": row.get("recusal_reasons", {}).get(entity, {}).get("at", ""),
        }
        for row in rows
        for entity in row["recused"]
    ]


def absences(workspace: WorkspaceFolder, inspector: str = "") -> list[AbsenceRow]:
    """Every absence, of one inspector or of all: `inspector_id`, `name`, `first`, `last`."""
    return [
        {"inspector_id": row["inspector_id"], "name": row["name"], "first": first, "last": last}
        for row in _rows(workspace, inspector)
        for first, last in row["absent"]
    ]


def _rows(workspace: WorkspaceFolder, inspector: str) -> list[InspectorRow]:
    rows = workspace.store.roster("inspectors")
    return [inspector_of(rows, inspector)] if inspector else rows
