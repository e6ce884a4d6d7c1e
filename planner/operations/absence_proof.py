"""The proof that an entity is not in a draw's frame: its neighbours stand side by side there.

Source: the draw protocol, "Freeze: the frame" (docs/protocol.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yaohao.planner.engine.browse import entity_row
from yaohao.planner.frame.audit_paths import AuditPaths
from yaohao.planner.frame.frame import Frame
from yaohao.planner.ledger import frozen_act
from yaohao.planner.schema.reports.publications import AbsenceNeighbour, AbsenceProof
from yaohao.planner.storage.entity_lookup import entity_form
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.layout import SNAPSHOTS
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import ENTITY_ID
from yaohao.planner.vocabulary.whole_folders import process_folder

ABSENCE = "yaohao-absence/2"


def absence_proof(workspace: WorkspaceFolder, draw: str, typed: str) -> AbsenceProof:
    """The two leaves between which an entity would stand, and why it does not (docs/bundle.md).

    `why` is ``scope`` where the register that was frozen has the entity, with the `rule` of the
    plan's scope that leaves it out, else ``register``. Of the neighbours ids and inner digests are
    told, nothing else. Raises PlannerError for what can be no id, and for one that is in the frame.
    """
    stored = workspace.store.draw(draw)
    frozen = workspace.frozen(stored)
    entity = entity_form(workspace.settings.register, typed)
    if not ENTITY_ID.fullmatch(entity):
        raise refuse("draw.bad-entity", entity=typed)
    frame, secret = frozen.frame, frozen.secret
    if frame.row(entity) is not None:
        raise refuse("draw.is-in-frame", entity=entity, draw=draw)
    paths = AuditPaths(frame.leaf_pieces(secret), process_folder())
    size, place = paths.size, frame.position(entity)

    def neighbour(index: int) -> AbsenceNeighbour | None:
        if not 0 <= index < size:
            return None
        entity_id, inner = frame.relation.leaf(secret, index)
        path = paths.path(index)
        return {"index": index, "entity_id": entity_id, "inner": inner, "path": path}

    why, rule = _reason(workspace, draw, frame, entity)
    return {
        "format": ABSENCE,
        "draw": draw,
        "frame": stored.select["frame"],
        "size": size,
        "entity_id": entity,
        "why": why,
        "rule": rule,
        "before": neighbour(place - 1),
        "after": neighbour(place),
    }


def _reason(workspace: WorkspaceFolder, draw: str, frame: Frame, entity: str) -> tuple[str, str]:
    """Why an entity is not in the frame: the scope, and which rule of it, or the register."""
    row = _registered(workspace, draw, entity)
    if row is None:
        return "register", ""
    scope = frame.plan.scope
    if scope.kind and row["kind"] not in scope.kind:
        return "scope", f"kind: {row['kind'] or '-'}"
    if scope.status and row["status"] not in scope.status:
        return "scope", f"status: {row['status'] or '-'}"
    return "scope", f"region: {row['region'] or '-'}"


def _registered(workspace: WorkspaceFolder, draw: str, entity: str) -> dict[str, Any] | None:
    """The row of an entity in the register that a draw was frozen from; None where it has none."""
    snapshot = workspace.store.snapshot_of(frozen_act(workspace.store.ledger(), draw)["content"])
    if snapshot is None:
        return None
    path: Path = workspace.folder / SNAPSHOTS / snapshot.file
    workspace.kept.snapshot(path, snapshot.content)
    return entity_row(path, entity)
