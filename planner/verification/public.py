"""What anyone can check with a public bundle (docs/bundle.md, docs/protocol.md).

The record is compared, value by value, with what ledger, plan and `visits.csv` say; then everything
that hashes bind together is computed anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.draw.rounds import crew_commitment, select_commitment
from yaohao.planner.ledger import (
    ORIGIN,
    Line,
    first_break,
    read_lines,
)
from yaohao.planner.publication.metadata import METADATA, SCHEMA
from yaohao.planner.publication.record import visit_columns
from yaohao.planner.publication.signing import PUBLIC, SIGNATURE
from yaohao.planner.publication.statements import is_evidence
from yaohao.planner.publication.visit_tables import cell_text, csv_bytes, csv_pieces
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.evidence import (
    NOBODY,
    Evidence,
    Vouchers,
    check_evidence,
    digest_of_list,
    planned_cosigners,
    publications_of,
)
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    first_difference,
    holds,
    same,
)
from yaohao.planner.verification.ledger_checks import (
    DrawHistory,
    check_seed,
    check_stories,
    stories,
)
from yaohao.planner.verification.levels import check_beacons, levels
from yaohao.planner.verification.page_check import check_page
from yaohao.planner.verification.reading import (
    ReadingError,
    digest_of,
    holds_exactly,
    parse_json,
    read_bytes,
    read_table,
    read_text,
)
from yaohao.planner.verification.record_file import read_record
from yaohao.planner.verification.schemas import LINE, first_mismatch
from yaohao.planner.verification.seed_freshness import check_fresh
from yaohao.planner.verification.signature_check import check_signature
from yaohao.planner.verification.timestamp_check import STAMP, check_stamp
from yaohao.planner.verification.visit_checks import check_visits
from yaohao.planner.verification.warnings import warnings_of
from yaohao.planner.vocabulary.digest import document_digest

SUMS = "SHA256SUMS"
UNLISTED = frozenset({SUMS, SIGNATURE, PUBLIC, STAMP})
"""What SHA256SUMS cannot list: itself, and what is made of it."""

_BOTH = frozenset({"draw.json", "visits.csv", "ledger.jsonl"})
_PUBLIC = _BOTH | {"verify.py"}
_AUDIT = _BOTH | {
    "frame.parquet", "secret", "plan.json", "lottery.json", "earlier.json", "entities.jsonl",
    "leads.json", "lists.json",
}  # fmt: skip
NEEDED_FILES = {False: _PUBLIC, True: _AUDIT}
"""What a public bundle (False) and an audit folder (True) must hold."""

_KNOWN_FILES = {
    False: _PUBLIC | {"visits.xlsx", "index.html", SCHEMA, METADATA},
    True: _AUDIT | {"visits.json", "roster-before.json", "roster.json", "crews.json"},
}
_SUMS_LINE = re.compile(r"([0-9a-f]{64})  ([^/\\]+)")


def check_public(
    folder: Path, *, audit: bool = False, key: str | None = None, believed: Vouchers = NOBODY
) -> tuple[BundleRecord | None, list[Finding]]:
    """Every check of a public bundle, or of the same files in an audit folder.

    With a public `key` (hex) the bundle must be signed with it, with the certificates of an
    authority among those `believed` stamped by that. The record is None where it could not be read,
    or its ledger tells no sound story of it; the findings then say why.
    """
    findings = [check_sums(folder, audit=audit), *check_signature(folder, key)]
    findings += check_stamp(folder, believed.authority)
    try:
        document = read_record(folder)
        lines = ledger_of(folder)
    except ReadingError as error:
        return None, [*findings, fails("form", error.file, error.expected, error.why)]
    findings.append(holds("form"))
    findings += _check_ledger(folder, document, lines)
    histories, acts = stories(lines)
    findings += acts
    story = histories.get(document["draw"])
    if not all(finding.ok for finding in acts):
        return None, findings
    if story is None or "commitment select" not in story.steps:
        return None, [*findings, fails("acts", "ledger.jsonl", document["draw"], "no such draw")]
    record = BundleRecord(folder, document, lines, story)
    findings += check_stories(histories)
    checks = (
        _check_plan, _check_record, _check_table, _check_rounds, check_beacons, check_fresh,
        check_visits,
    )  # fmt: skip
    for check in checks:
        findings += check(record)
    findings += check_page(record)
    findings += warnings_of(record, histories)
    findings += _evidence(record, believed, findings)
    return record, findings


def _evidence(
    record: BundleRecord, believed: Vouchers, findings: Sequence[Finding]
) -> Iterator[Finding]:
    """The evidence of others in the folder, and the levels that it comes to."""
    evidence = Evidence()
    try:
        own = (digest_of_list(record.folder), str(record.story.stage))
    except ReadingError:
        own = None
    commitment = record.story.steps["commitment select"]["commitment"]
    cosigners = planned_cosigners(record.plan)
    known = publications_of(record.lines, record.document["draw"], commitment, own, cosigners)
    yield from check_evidence(record.folder, known, believed, evidence)
    beacons = {one.params["number"] for one in findings if one.name == "beacon" and one.ok}
    yield from levels(record, evidence, beacons)


def check_sums(folder: Path, *, audit: bool = False) -> Finding:
    """Whether SHA256SUMS names every file of a folder, and no other, with its digest."""
    try:
        lines = read_text(folder, SUMS).split("\n")
        if lines.pop():
            return fails("files", SUMS, "a line feed after the last line", "none")
        listed: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            parts = _SUMS_LINE.fullmatch(line)
            if parts is None or parts[2] in listed:
                return fails("files", f"{SUMS}:{number}", "digest, two blanks, a new name", line)
            listed[parts[2]] = parts[1]
        if list(listed) != sorted(listed):
            return fails("files", SUMS, sorted(listed), list(listed))
        there = {path.name for path in folder.iterdir()} - UNLISTED
        if not audit:
            there = {name for name in there if not is_evidence(name)}
        if there != set(listed):
            return fails("files", SUMS, sorted(there), sorted(listed))
        missing, strange = NEEDED_FILES[audit] - there, there - _KNOWN_FILES[audit]
        if missing or strange:
            return fails("files", folder.name, sorted(NEEDED_FILES[audit]), sorted(there))
        for name, digest in listed.items():
            content = digest_of(folder, name)
            if content != digest:
                return fails("files", name, digest, content)
    except ReadingError as error:
        return fails("files", error.file, "a sound file", error.why)
    except OSError as error:
        return fails("files", str(folder), "a folder", str(error))
    return holds("files", "verify.files", number=len(listed))


def ledger_of(folder: Path, name: str = "ledger.jsonl") -> list[Line]:
    """The lines of a ledger's file; ReadingError where one has another form."""
    text = read_text(folder, name)
    if not text.endswith("\n"):
        raise ReadingError(name, "the last line does not end")
    texts = text[:-1].split("\n")
    for number, one in enumerate(texts, 1):
        wrong = first_mismatch(parse_json(f"{name}:{number}", one), LINE)
        if wrong is not None:
            raise ReadingError(f"{name}:{number}: {wrong[0]}", wrong[2], wrong[1])
    return list(read_lines(texts))


def _check_ledger(
    folder: Path, document: Mapping[str, Any], lines: Sequence[Line]
) -> Iterator[Finding]:
    broken = first_break(lines)
    if broken is not None:
        where = f"ledger.jsonl:{broken.line}: {broken.what}"
        yield fails("ledger", where, broken.expected, broken.found)
    elif "".join(f"{line.as_text()}\n" for line in lines) != read_text(folder, "ledger.jsonl"):
        yield fails("ledger", "ledger.jsonl", "canonical JSON", "another form")
    else:
        yield holds("ledger", "verify.ledger", number=len(lines))
    head = lines[-1].entry if lines else ORIGIN
    yield compare("head", "draw.json: ledger", head, document["ledger"])


def _check_plan(record: BundleRecord) -> Iterator[Finding]:
    digest = document_digest(record.plan)
    yield compare("plan", "draw.json: plan", record.story.steps["freeze"]["plan"], digest)


def _check_record(record: BundleRecord) -> Iterator[Finding]:
    """The record against what ledger and plan say of the same draw."""
    document, story = record.document, record.story
    if story.stage is None:
        yield fails(
            "record", "ledger.jsonl", "what the seed decides", "a seed and nothing after it"
        )
    select: dict[str, Any] = {
        **_round(story, "select", ("plan", "frame", "lottery", "cells_root"), document["select"]),
        "counts": story.steps["freeze"]["counts"],
        "bearing": story.steps["freeze"].get("bearing"),
        "outcome": story.steps["draw"]["outcome"] if "draw" in story.steps else None,
    }
    select["cells"] = document["select"]["cells"]  # compared by digest, in the check of the cells
    crew = None
    if "commitment crew" in story.steps:
        crew = _round(story, "crew", ("visits", "roster", "bearing"), document["crew"] or {})
    end = story.abandonment
    expected = {
        **{key: record.plan[key] for key in ("title", "authority", "as_of")},
        "select": select,
        "crew": crew,
        "abandoned": end and {"at": end["at"], "reason": end["reason"]},
        "previous": story.published and story.published["sums"],
    }
    yield same("record", expected, {key: document[key] for key in expected})
    for name in ("select", "crew"):
        act = story.steps.get(f"commitment {name}")
        if act is not None and act.get("parts") != record.plan["seeds"][name]:
            found_parts = record.plan["seeds"][name]
            yield same("record", act.get("parts"), found_parts, f"plan.seeds.{name}")


def _round(
    story: DrawHistory, name: str, digests: Sequence[str], entry: Mapping[str, Any]
) -> dict[str, Any]:
    """A round as the ledger tells it; witnesses stand there as a digest and a number."""
    committed = story.steps[f"commitment {name}"]
    seeded = story.steps.get(f"seed {name}")
    expected = {key: committed.get(key) for key in (*digests, "commitment")}
    expected |= {
        "parts": [],
        "committed_at": committed["at"],
        "seed": None,
        "seeded_at": None,
        "key": None,
    }
    expected |= {"witnesses": []}
    if seeded is not None:
        expected |= {key: seeded.get(key) for key in ("seed", "parts", "key")}
        witnesses = entry.get("witnesses")
        bound = (document_digest(witnesses), len(witnesses or ()))
        kept = bound == (seeded["witnesses"], seeded["witnessed"])
        expected |= {"seeded_at": seeded["at"]}
        expected["witnesses"] = witnesses if kept else f"digest {seeded['witnesses']}"
    return expected


def _check_table(record: BundleRecord) -> Iterator[Finding]:
    """`visits.csv`, first value by value, then byte by byte."""
    columns = visit_columns(record.plan)
    try:
        if holds_exactly(record.folder, "visits.csv", csv_pieces(columns, record.visits)):
            yield holds("table")
            return
        rows = read_table(record.folder, "visits.csv")
        content = read_bytes(record.folder, "visits.csv")
    except ReadingError as error:
        yield fails("table", error.file, "a sound file", error.why)
        return
    expected = [columns, *([_cell(visit[c]) for c in columns] for visit in record.visits)]
    difference = first_difference(expected, rows, "visits.csv")
    if difference is None and csv_bytes(columns, record.visits) != content:
        difference = ("visits.csv", "the stated form", "another form")
    yield fails("table", *difference) if difference else holds("table")


def _cell(value: Any) -> str:
    """A value as a cell of the table before it is guarded."""
    if isinstance(value, list):
        return ";".join(value)
    return value if isinstance(value, str) else cell_text(value)


def _check_rounds(record: BundleRecord) -> Iterator[Finding]:
    """Commitments, seeds and keys of both rounds, computed anew."""
    select, crew = record.document["select"], record.document["crew"]
    named = ("plan", "frame", "lottery", "cells_root")
    computed = select_commitment(*(select[name] for name in named))
    yield compare("commitment-select", "select.commitment", computed, select["commitment"])
    yield from _check_seed("select", select)
    if crew is not None:
        computed = crew_commitment(select["commitment"], crew["visits"], crew["roster"])
        yield compare("commitment-crew", "crew.commitment", computed, crew["commitment"])
        yield from _check_seed("crew", crew)


def _check_seed(name: str, round_: Mapping[str, Any]) -> Iterator[Finding]:
    if round_["seed"] is None:
        return
    yield from check_seed(f"seed-{name}", name, round_["commitment"], round_)
    if round_["seeded_at"] is None or round_["seeded_at"] < round_["committed_at"]:
        expected = f"not before {round_['committed_at']}"
        yield fails(f"seed-{name}", f"{name}.seeded_at", expected, round_["seeded_at"])
