"""What an auditor can check of earlier draws: whom they drew, as caps and batches count it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yaohao.planner.engine.base import EngineError
from yaohao.planner.engine.registry import start_chosen
from yaohao.planner.frame.joined_tables import prior_table
from yaohao.planner.frame.prior_draws import counts_for, earlier_rows, in_batch
from yaohao.planner.plan.document import in_new_form, plan_from_document
from yaohao.planner.plan.model import Plan
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    holds,
    same,
)
from yaohao.planner.verification.ledger_checks import DrawHistory, stories
from yaohao.planner.verification.reading import read_canonical
from yaohao.planner.verification.schemas import (
    DIGEST,
    ENTITY,
    NAME,
    TEXT,
    first_mismatch,
    is_older,
)
from yaohao.planner.vocabulary.digest import document_digest

FILE = "earlier.json"
_FORM = [{"draw": NAME, "plan": dict, "visits": (None, list)}]
_VISIT = {
    "entity_id": ENTITY,
    "standing": frozenset({"pool", "directed"}),
    "region": TEXT,
    "seats": [{"department": TEXT, "qualification": TEXT}],
}


def check_earlier(record: BundleRecord) -> Iterator[Finding]:
    """The earlier draws by the digests of the ledger, and what the frame says of them."""
    document = read_canonical(record.folder, FILE)
    misfit = first_mismatch(document, _FORM)
    if misfit is not None:
        yield fails("earlier", f"{FILE}: {misfit[0]}", misfit[1], misfit[2])
        return
    named = record.story.steps["freeze"]["earlier"]
    yield compare("earlier", f"{FILE}: draws", named, [one["draw"] for one in document])
    plan = plan_from_document(record.plan)
    histories, _ = stories(record.lines)
    for one in document:
        wrong = _wrong(plan, one, histories)
        if wrong is not None:
            yield wrong
            return
    number = in_batch(plan, [one for one in document if one["visits"] is not None]).batch
    yield compare("earlier", "plan.batch", number, plan.batch)
    mismatch = _columns(record, plan, document)
    if mismatch is not None:
        yield mismatch


def _wrong(
    plan: Plan, one: Mapping[str, Any], histories: Mapping[str, DrawHistory]
) -> Finding | None:
    """What is wrong with an earlier draw's plan or visits, if anything is."""
    draw = one["draw"]
    where = f"{FILE}: {draw}"
    steps = histories[draw].steps if draw in histories else {}
    if "draw" not in steps:
        return fails("earlier", where, "a draw of the ledger that was drawn", "none")
    digest = document_digest(one["plan"])
    if digest != steps["freeze"]["plan"]:
        return fails("earlier", f"{where}.plan", steps["freeze"]["plan"], digest)
    older = is_older(steps["freeze"])
    plan_from_document(in_new_form(one["plan"]) if older else one["plan"], where)
    if one["visits"] is None:
        if counts_for(plan, one["plan"]):
            return fails("earlier", f"{where}.visits", "visits, since they count", "null")
        return None
    digest = document_digest(one["visits"])
    if digest != steps["draw"]["visits"]:
        return fails("earlier", f"{where}.visits", steps["draw"]["visits"], digest)
    shape = {**_VISIT, "ticket": DIGEST} if older else _VISIT
    misfit = first_mismatch(one["visits"], [shape], f"{where}.visits")
    return None if misfit is None else fails("earlier", *misfit)


def _columns(record: BundleRecord, plan: Plan, document: Any) -> Finding | None:
    """That every row of the frame says of earlier draws what they did.

    None for a frame without these columns, of which the check of its form tells.
    """
    prior = prior_table(earlier_rows(plan, document))
    try:
        file = start_chosen(record.engine).frame_file(record.folder / "frame.parquet")
        different = file.first_prior_difference(prior)
    except EngineError:
        return None
    if different:
        entity_id, meant, held = different
        return same("frame-earlier", meant, held, f"frame.parquet: {entity_id}")
    return holds("earlier", "verify.earlier", number=len(document))
