"""What a reader of a record should know although nothing in it is wrong."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator, Mapping, Sequence

from yaohao.planner.draw.seed_parts import is_as_announced, source_of
from yaohao.planner.publication.metadata import (
    METADATA,
    SCHEMA,
    csvw_bytes,
    schema_bytes,
)
from yaohao.planner.schema.draw import COMMITTED_AT
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding
from yaohao.planner.verification.ledger_checks import DrawHistory
from yaohao.planner.verification.reading import ReadingError, read_bytes
from yaohao.planner.verification.seed_freshness import unpublished

FEW_CHOICES = 3
"""Inspectors from whom a seat could have been filled, below which that is told of."""


MOST_TOLD = 5
"""Draws that are named in one warning."""


def warnings_of(record: BundleRecord, histories: Mapping[str, DrawHistory]) -> Iterator[Finding]:
    """What stands behind the seeds, other draws not carried through, files not compared."""
    yield from unpublished(record)
    if record.story.steps["freeze"].get("given_secret"):
        yield Finding("given-secret", None, "verify.given-secret")
    for name in ("select", "crew"):
        committed = record.story.steps.get(f"commitment {name}")
        seeded = record.story.steps.get(f"seed {name}")
        if committed is None or seeded is None:
            continue
        if "parts" not in seeded:
            continue
        announced, given = source_of(committed["parts"]), source_of(seeded["parts"])
        if not (given or seeded["witnessed"]):
            yield Finding("witnessed", None, "verify.unwitnessed", {"round": name})
        elif not is_as_announced(committed["parts"], seeded["parts"]):
            params = {"round": name, "announced": announced, "found": given}
            code = "source-changed" if announced else "source-unannounced"
            yield Finding("source", None, f"verify.{code}", params)
    yield from _bearing(record)
    yield from _other_draws(record, histories)
    for draw, story in histories.items():
        own = draw == record.document["draw"]
        if end := story.abandonment:
            code = "verify.abandoned" if own else "verify.abandoned-earlier"
            params = {} if own else {"draw": draw}
            yield Finding(
                "abandoned", None, code, {**params, "at": end["at"], "reason": end["reason"]}
            )
        elif not own and "crews" not in story.steps:
            yield Finding("unfinished", None, "verify.unfinished", {"draw": draw})
    if (record.folder / "visits.xlsx").exists():
        yield Finding("workbook", None, "verify.workbook")
    yield from _descriptions(record)
    own_program = shipped_verifier()
    try:
        if own_program and read_bytes(record.folder, "verify.py") != own_program:
            yield Finding("program", None, "verify.program")
    except ReadingError:
        return  # an audit folder has none; that a public one lacks it is found with its files


def _bearing(record: BundleRecord) -> Iterator[Finding]:
    """What bears on who is drawn and who inspects whom, so far as it is out of the ordinary."""
    steps = record.story.steps
    frozen = steps["freeze"].get("bearing", {})
    if any(frozen.values()):
        yield Finding("narrow", None, "verify.narrow", frozen)
    late = steps.get("commitment crew", {}).get("bearing")
    if late is None:
        return
    made = sum(not visit["reserve"] for visit in record.visits)
    if late["recused_since"] + late["absent_since"] > max(2, made // 10):
        yield Finding("recusals", None, "verify.recused-late", late)
    if late["least_choice"] < FEW_CHOICES:
        yield Finding("choices", None, "verify.few-choices", late)


def _other_draws(record: BundleRecord, histories: Mapping[str, DrawHistory]) -> Iterator[Finding]:
    """Draws of the same plan, and draws whose commitment was not public before its seed."""
    plan, own = record.plan, record.document["draw"]
    digest = record.story.steps["freeze"]["plan"]
    # The first draw of a plan has its id, later ones a number behind it.
    names = {plan["id"], *(f"{plan['id']}-{number}" for number in range(2, len(histories) + 1))}
    again = [
        draw
        for draw, story in histories.items()
        if draw != own and (story.steps["freeze"]["plan"] == digest or draw in names)
    ]
    if again and plan["frequency"] == 1:
        params = {"plan": plan["id"], "draws": some_of(again)}
        yield Finding("frozen-again", None, "verify.frozen-again", params)
    unseen = [
        draw
        for draw, story in histories.items()
        if draw != own
        and any(
            f"seed {name}" in story.steps and stage not in story.stages
            for name, stage in COMMITTED_AT.items()
        )
    ]
    if unseen:
        params = {"draws": some_of(unseen)}
        yield Finding("published-first", None, "verify.unpublished-others", params)


def some_of(draws: Sequence[str]) -> str:
    """The first of some draws, and how many more there are."""
    more = f" (+{len(draws) - MOST_TOLD})" if len(draws) > MOST_TOLD else ""
    return ", ".join(draws[:MOST_TOLD]) + more


def _descriptions(record: BundleRecord) -> Iterator[Finding]:
    """Schema and table metadata that are not what this program writes."""
    described = {SCHEMA: schema_bytes(), METADATA: csvw_bytes(record.document)}
    for name, content in described.items():
        try:
            if (record.folder / name).exists() and read_bytes(record.folder, name) != content:
                yield Finding("description", None, "verify.description", {"file": name})
        except ReadingError:
            pass  # found with the files


def shipped_verifier() -> bytes:
    """The verifier that our bundles carry; nothing where it was not installed with us."""
    try:
        return (
            importlib.resources.files("yaohao.planner.publication.verifier") / "verify.py"
        ).read_bytes()
    except (ModuleNotFoundError, OSError):
        return b""
