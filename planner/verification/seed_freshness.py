"""Whether a draw's seeds are fresh, and its commitments were published before them."""

from __future__ import annotations

from collections.abc import Iterator

from yaohao.planner.draw.rounds import known_seed
from yaohao.planner.schema.draw import COMMITTED_AT, ROUNDS
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding, fails, holds


def check_fresh(record: BundleRecord) -> Iterator[Finding]:
    """That no seed of the draw was in the ledger, whole or in part, before its commitment.

    Seeds of other draws are looked at where they are told of. Source: the draw protocol, "Rounds:
    commit, then seed".
    """
    draw, number = record.document["draw"], 0
    acts = [line.act for line in record.lines]
    for name in ROUNDS:
        seeded = record.story.steps.get(f"seed {name}")
        if seeded is None:
            continue
        number += 1
        known = known_seed(acts, draw, name, seeded["seed"])
        if known is not None:
            origin = f"the seed of {known['draw']}, {known['round']}: {known['seed']}"
            yield fails("seed-fresh", f"{name}.seed", "a seed unknown at the commitment", origin)
            return
    if number:
        yield holds("seed-fresh", "verify.fresh", number=number)


def unpublished(record: BundleRecord) -> Iterator[Finding]:
    """A warning for each round whose commitment was not published before its seed."""
    for name, stage in COMMITTED_AT.items():
        if f"seed {name}" in record.story.steps and stage not in record.story.stages:
            yield Finding("published-first", None, "verify.unpublished", {"round": name})
