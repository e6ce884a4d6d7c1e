"""What a reader of a record should know although nothing in it is wrong."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator, Mapping

from yaohao.planner.draw.seed_parts import is_as_announced, source_of
from yaohao.planner.publication.metadata import (
    METADATA,
    SCHEMA,
    csvw_bytes,
    schema_bytes,
)
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding
from yaohao.planner.verification.ledger_checks import DrawHistory
from yaohao.planner.verification.reading import ReadingError, read_bytes
from yaohao.planner.verification.seed_freshness import unpublished

FEW_CHOICES = 3
"""Inspectors from whom a seat could have been filled, below which that is told of."""


def warnings_of(record: BundleRecord, told: Mapping[str, DrawHistory]) -> Iterator[Finding]:
    """What stands behind the seeds, other draws not carried through, files not compared."""
    yield from unpublished(record)
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
    for draw, story in told.items():
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
