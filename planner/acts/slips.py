"""Paper slips: the proof of one entity with what the workspace knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.acts.desk import Desk
from planner.acts.published import unpublished_of
from planner.acts.publishing import frame_row
from planner.frame.frame import open_frame
from planner.plan.document import plan_from_document
from planner.publication.page import region_names
from planner.publication.record import public_record
from planner.publication.slip import slip_bytes
from planner.vocabulary.words import language


def slip(desk: Desk, proof: Mapping[str, Any]) -> bytes:
    """The slip of a proof of one of the workspace's draws, as HTML in the language in use."""
    draw = proof["draw"]
    found = desk.store.draw(draw)
    record = public_record(draw, found["plan"], found["record"], desk.store.visits(draw), (), ())
    frame = open_frame(plan_from_document(found["plan"]), desk.kept.frame(found))
    row = frame_row(frame, draw, proof["leaf"]["entity_id"])
    names = region_names(desk.settings.register, [row["region"]])
    region = f"{names[row['region']]} {row['region']}" if names else str(row["region"])
    unpublished = "select" in unpublished_of(desk, draw, found["record"])
    name = str(row["name"])
    return slip_bytes(proof, record, name, region, language(), unpublished=unpublished)
