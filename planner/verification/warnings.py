"""What a reader of a record should know although nothing in it is wrong."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator, Mapping

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


def warnings_of(record: BundleRecord, told: Mapping[str, DrawHistory]) -> Iterator[Finding]:
    """What stands behind the seeds, other draws not carried through, files not compared."""
    yield from unpublished(record)
    for name in ("select", "crew"):
        committed = record.story.steps.get(f"commitment {name}")
        seeded = record.story.steps.get(f"seed {name}")
        if committed is None or seeded is None:
            continue
        if not (seeded["source"].strip() or seeded["witnessed"]):
            yield Finding("witnessed", None, "verify.unwitnessed", {"round": name})
        elif seeded["source"] != committed["source"]:
            params = {"round": name, "announced": committed["source"], "found": seeded["source"]}
            code = "source-changed" if committed["source"] else "source-unannounced"
            yield Finding("source", None, f"verify.{code}", params)
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
