"""Paper slips: the proof of one entity with what the workspace knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.publication.paper.rehearsal import marked
from yaohao.planner.publication.paper.short_proof import checked_address
from yaohao.planner.publication.paper.slip import slip_bytes
from yaohao.planner.publication.record import public_record
from yaohao.planner.publication.web_page.build import region_names
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import unpublished_of
from yaohao.planner.wording.messages import language


def slip(workspace: WorkspaceFolder, proof: Mapping[str, Any], address: str = "") -> bytes:
    """The slip of a proof of one of the workspace's draws, as HTML in the language in use.

    `address` is that of the published page. Raises PlannerError for what is no address.
    """
    address = checked_address(address)
    draw = proof["draw"]
    stored = workspace.store.draw(draw)
    visits = workspace.store.visits(draw)
    record = public_record(draw, stored.plan, stored.record, visits, (), ())
    if workspace.is_rehearsal:
        record |= {name: marked(record[name], language()) for name in ("title", "authority")}
    row = workspace.frozen(stored).row(proof["leaf"]["entity_id"])
    names = region_names(workspace.settings.register, [row["region"]])
    region = f"{names[row['region']]} {row['region']}" if names else str(row["region"])
    unpublished = "select" in unpublished_of(workspace, stored)
    name = str(row["name"])
    return slip_bytes(
        proof,
        record,
        name,
        region,
        language(),
        address=address,
        unpublished=unpublished,
        register=workspace.settings.register,
    )
