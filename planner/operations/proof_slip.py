"""Paper slips: the proof of one entity with what the workspace knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.frame.frame import open_frame
from yaohao.planner.operations.publish import frame_row
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.publication.paper.slip import slip_bytes
from yaohao.planner.publication.record import public_record
from yaohao.planner.publication.web_page.build import region_names
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import unpublished_of
from yaohao.planner.wording.messages import language


def slip(workspace: WorkspaceFolder, proof: Mapping[str, Any]) -> bytes:
    """The slip of a proof of one of the workspace's draws, as HTML in the language in use."""
    draw = proof["draw"]
    found = workspace.store.draw(draw)
    record = public_record(
        draw, found["plan"], found["record"], workspace.store.visits(draw), (), ()
    )
    frame = open_frame(plan_from_document(found["plan"]), workspace.kept.frame(found))
    row = frame_row(frame, draw, proof["leaf"]["entity_id"])
    names = region_names(workspace.settings.register, [row["region"]])
    region = f"{names[row['region']]} {row['region']}" if names else str(row["region"])
    unpublished = "select" in unpublished_of(workspace, draw, found["record"])
    name = str(row["name"])
    return slip_bytes(proof, record, name, region, language(), unpublished=unpublished)
