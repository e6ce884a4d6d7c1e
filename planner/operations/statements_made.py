"""What others do for a draw, without its workspace: cosign a publication, watch over it, attest.

Each checks what it vouches for first, and writes one file, whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from yaohao.planner.ledger import Line
from yaohao.planner.publication.signing import Signer
from yaohao.planner.publication.statements import (
    ATTESTATION,
    COSIGNATURE,
    read_statement,
    signed_statement,
    statement_bytes,
    statement_name,
)
from yaohao.planner.schema.reports.evidence import (
    AttestationReport,
    CosignatureReport,
    WitnessReport,
)
from yaohao.planner.storage.public_folders import is_public, put_beside_list
from yaohao.planner.verification.audit import check_audit
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.evidence import digest_of_list
from yaohao.planner.verification.finding import Finding
from yaohao.planner.verification.public import check_public
from yaohao.planner.vocabulary.clock import now
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import CheckFailed, Problem, refuse
from yaohao.planner.vocabulary.small_files import read_small
from yaohao.planner.vocabulary.whole_folders import write_file

STATE = "yaohao-witness/2"
_FRAME = "frame.parquet"


def cosign(folder: Path, signer: Signer, to: Path | None = None) -> CosignatureReport:
    """Cosign a publication that holds: the file that was written, and what it says.

    Whoever has cosigned it already writes nothing new. Raises CheckFailed where a check fails, and
    PlannerError for what is no publication.
    """
    record = _sound(folder)
    return _cosigned(record, signer, to or folder)


def witness(folder: Path, signer: Signer, state: Path, to: Path | None = None) -> WitnessReport:
    """Cosign a publication whose ledger continues the one seen last, and remember its end.

    `state` is the file that remembers; the first time there is none. What was seen before is
    nothing new (`new` is False). Raises CheckFailed where a check fails or the ledger does not
    continue.
    """
    before = _read_state(state)
    record = _sound(folder)
    _check_continues(record.lines, before, folder)
    told_ = _cosigned(record, signer, to or folder)
    last = record.lines[-1]
    after = {"format": STATE, "lines": len(record.lines), "head": last.entry}
    if before is None or before["lines"] < len(record.lines):
        with disk_problems(state):
            write_file(state, f"{json.dumps(after, sort_keys=True)}\n".encode())
    seen = before["lines"] if before else 0
    return {**told_, "state": str(state), "lines": len(record.lines), "seen": seen}


def attest(folder: Path, signer: Signer, to: Path) -> AttestationReport:
    """State that an audit folder holds: the file that was written into `to`, and what it says.

    Raises CheckFailed where a check fails, and PlannerError for what is no audit folder.
    """
    if not (folder / _FRAME).is_file():
        raise refuse("evidence.no-audit", folder=str(folder))
    record, findings = check_public(folder, audit=True)
    if record is not None:
        findings += check_audit(record)
    _check_all(folder, findings)
    assert record is not None
    statement = {
        "format": ATTESTATION,
        "draw": record.document["draw"],
        "commitment": record.document["select"]["commitment"],
        "ledger": record.lines[-1].entry,
        "sums": digest_of_list(folder),
        "passed": sorted({one.name for one in findings if one.ok}),
        "unseen": sorted({one.name for one in findings if one.ok is None}),
        "at": now(),
    }
    return cast(AttestationReport, _written(signed_statement(statement, signer), to))


def _sound(folder: Path) -> BundleRecord:
    """The record of a publication in which everything holds."""
    if not folder.is_dir():
        raise refuse("verify.no-folder", folder=str(folder))
    if (folder / _FRAME).exists():
        raise refuse("evidence.an-audit", folder=str(folder))
    record, findings = check_public(folder)
    _check_all(folder, findings)
    assert record is not None
    return record


def _check_all(folder: Path, findings: Sequence[Finding]) -> None:
    """Raise CheckFailed with the checks that fail, if any does."""
    bad = [one for one in findings if one.ok is False]
    if bad:
        first = f"{bad[0].name}: {bad[0].words()}"
        params = {"folder": str(folder), "number": len(bad), "found": first}
        raise CheckFailed(Problem("evidence.not-sound", params))


def _cosigned(record: BundleRecord, signer: Signer, to: Path) -> CosignatureReport:
    statement = {
        "format": COSIGNATURE,
        "draw": record.document["draw"],
        "stage": record.story.stage,
        "sums": digest_of_list(record.folder),
        "ledger": record.lines[-1].entry,
        "at": now(),
    }
    return cast(CosignatureReport, _written(signed_statement(statement, signer), to))


def _written(statement: dict[str, Any], to: Path) -> dict[str, Any]:
    """Write a statement, unless the same was stated with the same key before."""
    file = to / statement_name(statement)
    is_new = not file.exists()
    if is_new and is_public(to):
        put_beside_list(to, file.name, statement_bytes(statement))
    elif is_new:
        with disk_problems(file):
            write_file(file, statement_bytes(statement))
    else:
        try:
            statement = read_statement(read_small(file))
        except (OSError, ValueError) as error:
            raise refuse("evidence.in-the-way", file=str(file), found=str(error)) from error
    return {**statement, "file": str(file), "new": is_new}


def _read_state(state: Path) -> dict[str, Any] | None:
    """What was seen last; None before the first time."""
    if not state.exists():
        return None
    try:
        held = json.loads(read_small(state))
        sound = held["format"] == STATE and type(held["lines"]) is int and held["lines"] > 0
        if not sound or type(held["head"]) is not str:
            raise ValueError("another form")
    except (ValueError, KeyError, TypeError) as error:
        raise refuse("evidence.no-state", file=str(state), found=str(error)) from error
    return {"lines": held["lines"], "head": held["head"]}


def _check_continues(lines: Sequence[Line], before: dict[str, Any] | None, folder: Path) -> None:
    """Raise CheckFailed where a ledger neither continues the one seen last nor leads up to it.

    An earlier publication of the same ledger, which has fewer lines, can only be told from another
    ledger by what the later one says: it is not cosigned either.
    """
    if before is None:
        return
    head = lines[before["lines"] - 1].entry if len(lines) >= before["lines"] else "-"
    if head != before["head"]:
        params = {"folder": str(folder), "line": before["lines"], "seen": before["head"]}
        code = "evidence.shorter" if head == "-" else "evidence.another-ledger"
        raise CheckFailed(Problem(code, {**params, "found": head, "lines": len(lines)}))
