"""What an auditor can check of earlier draws: whom they drew, as caps and batches count it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from yaohao.planner.engine.base import EngineError
from yaohao.planner.engine.registry import start_chosen
from yaohao.planner.frame.prior_draws import EarlierDraw, counts_for, in_batch, prior_table
from yaohao.planner.plan.document import in_new_form, plan_from_document
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.plan_document import PlanDocument
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.earlier_file import FILE, EarlierEntry
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    holds,
    same,
)
from yaohao.planner.verification.ledger_checks import DrawHistory, stories
from yaohao.planner.verification.schemas import is_older
from yaohao.planner.vocabulary.digest import document_digest


def check_earlier(record: BundleRecord) -> Iterator[Finding]:
    """The earlier draws by the digests of the ledger, and what the frame says of them."""
    entries = record.earlier
    if isinstance(entries, tuple):
        yield fails("earlier", f"{FILE}: {entries[0]}", entries[1], entries[2])
        return
    named = record.story.steps["freeze"]["earlier"]
    yield compare("earlier", f"{FILE}: draws", named, [one.draw for one in entries])
    plan = plan_from_document(record.plan)
    histories, _ = stories(record.lines)
    for one in entries:
        wrong = _wrong(plan, one, histories)
        if wrong is not None:
            yield wrong
            return
    draws = draws_of(entries)
    number = in_batch(plan, [one for one in draws if one.visits is not None]).batch
    yield compare("earlier", "plan.batch", number, plan.batch)
    mismatch = _columns(record, plan, draws)
    if mismatch is not None:
        yield mismatch


def draws_of(entries: Sequence[EarlierEntry]) -> list[EarlierDraw]:
    """The earlier draws as a frame takes account of them."""
    return [EarlierDraw(one.draw, cast("PlanDocument", one.plan), one.visits) for one in entries]


def _wrong(plan: Plan, one: EarlierEntry, histories: Mapping[str, DrawHistory]) -> Finding | None:
    """What is wrong with an earlier draw's plan or visits, if anything is."""
    where = f"{FILE}: {one.draw}"
    steps = histories[one.draw].steps if one.draw in histories else {}
    if "draw" not in steps:
        return fails("earlier", where, "a draw of the ledger that was drawn", "none")
    digest = document_digest(one.plan)
    if digest != steps["freeze"]["plan"]:
        return fails("earlier", f"{where}.plan", steps["freeze"]["plan"], digest)
    older = is_older(steps["freeze"])
    plan_from_document(in_new_form(one.plan) if older else one.plan, where)
    if one.digest is None:
        if counts_for(plan, one.plan):
            return fails("earlier", f"{where}.visits", "visits, since they count", "null")
        return None
    if one.digest != steps["draw"]["visits"]:
        return fails("earlier", f"{where}.visits", steps["draw"]["visits"], one.digest)
    if one.wrong is None:
        return None
    place, expected, found = one.wrong
    return fails("earlier", f"{FILE}: {place}", expected, found)


def _columns(record: BundleRecord, plan: Plan, draws: Sequence[EarlierDraw]) -> Finding | None:
    """That every row of the frame says of earlier draws what they did.

    None for a frame without these columns, of which the check of its form tells.
    """
    try:
        file = start_chosen(record.engine).frame_file(record.folder / "frame.parquet")
        different = file.first_prior_difference(prior_table(plan, draws))
    except EngineError:
        return None
    if different:
        entity_id, meant, held = different
        return same("frame-earlier", meant, held, f"frame.parquet: {entity_id}")
    return holds("earlier", "verify.earlier", number=len(draws))
