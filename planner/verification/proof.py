"""The proof of one entity: its own row leads to the published root (RFC 9162, section 2.1.3.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planner.frame.merkle import root_of_path
from planner.frame.standings import LEAF_COLUMNS
from planner.verification.finding import Finding, compare, fails, holds
from planner.verification.reading import ReadingError, misshapen, parse_json, read_text
from planner.vocabulary.digest import KEY_LENGTH, ticket

PROOF = "yaohao-proof/1"
_LEAF = (*LEAF_COLUMNS, "salt")
_SHAPE = {
    "format": frozenset({PROOF}),
    "draw": str,
    "frame": str,
    "size": int,
    "index": int,
    "leaf": dict.fromkeys(_LEAF, str),
    "path": [str],
}
_HEX = frozenset("0123456789abcdef")


def read_proof(path: Path) -> dict[str, Any]:
    """A proof file; ReadingError where it is no JSON document."""
    document = parse_json(path.name, read_text(path.parent, path.name))
    return document if isinstance(document, dict) else {"format": document}


def verify_proof(document: Mapping[str, Any], bundle: Path | None = None) -> list[Finding]:
    """Every check of a proof, alone or against the bundle of its draw."""
    wrong = misshapen(dict(document), _SHAPE)
    if wrong is not None:
        return [fails("proof-form", *wrong)]
    if any(len(step) != 64 or not _HEX.issuperset(step) for step in document["path"]):
        return [fails("proof-form", "path", "64 hex digits", "another text")]
    if len(document["leaf"]["salt"]) != KEY_LENGTH:
        return [fails("proof-form", "leaf.salt", KEY_LENGTH, len(document["leaf"]["salt"]))]
    findings = [holds("proof-form")]
    leaf = "|".join(document["leaf"][column] for column in _LEAF)
    root = root_of_path(leaf.encode(), document["index"], document["size"], document["path"])
    findings.append(compare("proof-root", "frame", document["frame"], root))
    if bundle is not None:
        findings += _against(document, bundle)
    return findings


def _against(document: Mapping[str, Any], bundle: Path) -> Iterator[Finding]:
    """The proof against the published record: root, and the entity's part in the draw."""
    try:
        record = json.loads(read_text(bundle, "draw.json"))
        select, visits = record["select"], record["visits"]
        yield compare("proof-draw", "draw", record["draw"], document["draw"])
        yield compare("proof-frame", "select.frame", select["frame"], document["frame"])
        scope = select["counts"]["scope"]
        yield compare("proof-size", "select.counts.scope", scope, document["size"])
        leaf = document["leaf"]
        visit = next((v for v in visits if v["entity_id"] == leaf["entity_id"]), None)
        if select["key"] is None:
            return
        own = ticket(select["key"], leaf["entity_id"])
        drawn = visit is not None and not visit["reserve"]
        if leaf["standing"] == "directed" and not drawn:
            yield fails("proof-part", "visits", "directed, so visited", "not in the list")
        elif leaf["standing"] == "out" and visit is not None:
            yield fails("proof-part", "visits", "left out, so not visited", "in the list")
        elif visit is not None and visit["ticket"] != own:
            yield fails("proof-part", "visits.ticket", own, visit["ticket"])
        else:
            yield holds("proof-part", "verify.drawn" if drawn else "verify.not-drawn", ticket=own)
    except ReadingError as error:
        yield fails("proof-draw", error.file, "a sound file", error.why)
    except (ValueError, KeyError, TypeError) as error:
        yield fails("proof-draw", "draw.json", "a record of a draw", str(error))
