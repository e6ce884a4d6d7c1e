"""Evidence of others that lies in a bundle: cosignatures, time stamps, attestations.

Each is of a publication of this draw that the ledger tells of, or of the bundle itself; what is of
anything else, or signed by another than it says, is false and fails. What counts is only what was
made with a key that whoever verifies has from elsewhere. Source: docs/bundle.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaohao.planner.ledger import ORIGIN, Line
from yaohao.planner.publication.signing import PUBLIC
from yaohao.planner.publication.statements import (
    ATTESTATION,
    is_evidence,
    is_genuine,
    read_statement,
    stamp_name,
    statement_name,
)
from yaohao.planner.verification.finding import Finding, fails, holds
from yaohao.planner.verification.reading import SMALL_BYTES, ReadingError, read_bytes
from yaohao.planner.verification.timestamp_check import STAMP, signed_by, stamp_of
from yaohao.planner.vocabulary.public_keys import public_key

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Vouchers:
    """Whom whoever verifies believes: public keys (hex), and a file of certificates (PEM)."""

    cosigners: frozenset[str] = frozenset()
    auditors: frozenset[str] = frozenset()
    authority: Path | None = None


NOBODY = Vouchers()


@dataclass(frozen=True)
class Publications:
    """The publications of a draw by the digest of SHA256SUMS: stage, and the ledger's head."""

    draw: str
    commitment: str
    stages: Mapping[str, tuple[str, str]]
    entries: Sequence[str]
    drawn: int | None
    """The place in the ledger of the act `draw`; None before it."""
    cosigners: frozenset[str] = frozenset()
    """The keys (hex) that the committed plan names."""


@dataclass
class Evidence:
    """What is true of it and counts, by the stage of the publication that it is about."""

    cosigned: dict[str, list[str]] = field(default_factory=dict)
    """When a publication was cosigned with a key that is believed."""
    named: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Key and moment where it was cosigned with a key that the plan names."""
    stamped: dict[str, list[str]] = field(default_factory=dict)
    """When a publication was stamped, by an authority that is believed."""
    attested: list[Mapping[str, Any]] = field(default_factory=list)
    """The attestations of auditors that are believed, of the selection."""


def publications_of(
    lines: Sequence[Line],
    draw: str,
    commitment: str,
    own: tuple[str, str] | None = None,
    cosigners: Iterable[Mapping[str, str]] = (),
) -> Publications:
    """The publications of a draw by a ledger, and its `own` by the digest of its list and stage.

    `cosigners` are those of the plan (see `planned_cosigners`).
    """
    stages: dict[str, tuple[str, str]] = {}
    drawn = None
    for place, line in enumerate(lines):
        if line.act.get("draw") != draw:
            continue
        if line.act["act"] == "publication":
            stages[line.act["sums"]] = (line.act["stage"], line.previous)
        elif line.act["act"] == "draw":
            drawn = place
    entries = [line.entry for line in lines]
    if own is not None:
        stages[own[0]] = (own[1], entries[-1] if entries else ORIGIN)
    keys = frozenset(one["key"] for one in cosigners)
    return Publications(draw, commitment, stages, entries, drawn, keys)


def planned_cosigners(plan: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """The cosigners that a committed plan names: `name` and `key` of each."""
    cosigners: Sequence[Mapping[str, str]] = plan["publication"].get("cosigners", ())
    return cosigners


def check_evidence(
    folder: Path, known: Publications, believed: Vouchers, evidence: Evidence
) -> Iterator[Finding]:
    """Every piece of evidence in a folder; what counts of it is entered in `evidence`."""
    bureau = _key_of(folder)
    names = sorted(path.name for path in folder.iterdir() if is_evidence(path.name))
    own = folder / STAMP
    for name in [*names, *([STAMP] if own.exists() else [])]:
        try:
            content = read_bytes(folder, name, SMALL_BYTES)
        except ReadingError as error:
            yield fails("evidence", error.file, error.expected, error.why)
            continue
        if name.endswith(".tsr"):
            yield from _check_stamp(folder / name, content, known, believed, evidence)
        else:
            yield from _check_statement(name, content, known, believed, evidence, bureau)


def false_evidence(name: str, content: bytes, known: Publications) -> Finding | None:
    """What is false about a piece of evidence of this draw, or None."""
    if name.endswith(".tsr"):
        return _false_stamp(name, content, known)
    try:
        statement = read_statement(content)
    except ValueError as error:
        return fails("evidence", name, "a statement (docs/bundle.md)", str(error))
    return _false_statement(name, statement, known)


def _check_statement(
    name: str,
    content: bytes,
    known: Publications,
    believed: Vouchers,
    evidence: Evidence,
    bureau: str | None,
) -> Iterator[Finding]:
    false = false_evidence(name, content, known)
    if false is not None:
        yield false
        return
    statement = read_statement(content)
    key, at = statement["key"], statement["at"]
    if statement["format"] == ATTESTATION:
        yield holds("evidence", "verify.attestation", key=key, time=at)
        if key == bureau:
            yield Finding("auditor", None, "verify.own-auditor", {"key": key})
        elif key not in believed.auditors:
            yield Finding("auditor", None, "verify.auditor", {"key": key})
        elif known.drawn is not None and _place(statement, known) >= known.drawn:
            evidence.attested.append(statement)
        return
    stage = known.stages[statement["sums"]][0]
    yield holds("evidence", "verify.cosignature", key=key, time=at, stage=stage)
    if key == bureau:
        yield Finding("cosigner", None, "verify.own-cosigner", {"key": key})
        return
    if key in known.cosigners:
        evidence.named.setdefault(stage, []).append((key, at))
    if key in believed.cosigners:
        evidence.cosigned.setdefault(stage, []).append(at)
    elif key not in known.cosigners:
        yield Finding("cosigner", None, "verify.cosigner", {"key": key})


def _false_statement(
    name: str, statement: Mapping[str, Any], known: Publications
) -> Finding | None:
    if name != statement_name(statement):
        return fails("evidence", name, statement_name(statement), name)
    if not is_genuine(statement):
        expected = f"a signature with {statement['key']}"
        return fails("evidence", f"{name}: signature", expected, statement["signature"][:64])
    if statement["draw"] != known.draw:
        return fails("evidence", f"{name}: draw", known.draw, statement["draw"])
    head = statement["ledger"]
    if statement["format"] == ATTESTATION:
        if statement["commitment"] != known.commitment:
            where = f"{name}: commitment"
            return fails("evidence", where, known.commitment, statement["commitment"])
        if head not in known.entries:
            return fails("evidence", f"{name}: ledger", "an entry of ledger.jsonl", head)
        return None
    if statement["sums"] not in known.stages:
        expected = "a publication of this draw"
        return fails("evidence", f"{name}: sums", expected, statement["sums"])
    for key, right in zip(("stage", "ledger"), known.stages[statement["sums"]], strict=True):
        if statement[key] != right:
            return fails("evidence", f"{name}: {key}", right, statement[key])
    return None


def _place(statement: Mapping[str, Any], known: Publications) -> int:
    return known.entries.index(statement["ledger"])


def _false_stamp(name: str, content: bytes, known: Publications) -> Finding | None:
    """What is false about a stamp of an earlier publication."""
    try:
        algorithm, imprint, _ = stamp_of(content)
    except (ValueError, IndexError):
        return fails("stamp", name, "a time stamp that was granted (RFC 3161)", "another file")
    if algorithm != "sha256" or imprint not in known.stages:
        return fails("stamp", f"{name}: imprint", "a publication of this draw", imprint)
    return fails("stamp", name, stamp_name(imprint), name) if name != stamp_name(imprint) else None


def _check_stamp(
    file: Path, content: bytes, known: Publications, believed: Vouchers, evidence: Evidence
) -> Iterator[Finding]:
    """A stamp of an earlier publication; of the folder's own it was found already what it is."""
    if file.name != STAMP:
        false = _false_stamp(file.name, content, known)
        if false is not None:
            yield false
            return
    try:
        algorithm, imprint, moment = stamp_of(content)
    except (ValueError, IndexError):
        return
    if file.name != STAMP:
        yield holds("stamp", "verify.stamp-earlier", time=moment, stage=known.stages[imprint][0])
        if believed.authority is None:
            yield Finding("stamper", None, "verify.stamper")
    if believed.authority is None or imprint not in known.stages:
        return
    signed = signed_by(file, algorithm, imprint, moment, believed.authority)
    if file.name != STAMP:
        yield signed
    if signed.ok:
        evidence.stamped.setdefault(known.stages[imprint][0], []).append(moment)


def _key_of(folder: Path) -> str | None:
    """The bureau's own key, with which the bundle is signed."""
    try:
        return public_key(read_bytes(folder, PUBLIC))
    except ReadingError:
        return None


def digest_of_list(folder: Path) -> str:
    """The digest of a folder's SHA256SUMS; ReadingError where there is none."""
    return hashlib.sha256(read_bytes(folder, SUMS)).hexdigest()
