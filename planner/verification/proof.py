"""The proof of one entity: its own row leads to the published root (RFC 9162, section 2.1.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.frame.merkle import root_of_path
from planner.frame.standings import LEAF_COLUMNS
from planner.verification.finding import Finding, compare, fails, holds, same
from planner.verification.forms import COUNT, DIGEST, ENTITY, KEY, NAME, POSITIVE, TEXT, misshapen
from planner.verification.reading import ReadingError, parse_json, read_json, read_text
from planner.vocabulary.digest import ticket
from planner.vocabulary.problems import refuse

PROOF = "yaohao-proof/1"
_LEAF = (*LEAF_COLUMNS, "salt")
_SHAPE = {
    "format": frozenset({PROOF}),
    "draw": NAME,
    "frame": DIGEST,
    "size": POSITIVE,
    "index": COUNT,
    "leaf": {
        **dict.fromkeys(LEAF_COLUMNS, TEXT),
        "entity_id": ENTITY,
        "standing": frozenset({"pool", "out", "directed"}),
        "salt": KEY,
    },
    "path": [DIGEST],
}
_VISIT = ("entity_id", "standing", "region", "ticket", "reserve")


def read_proof(path: Path) -> dict[str, Any]:
    """A proof file as a document; PlannerError where it is missing or no JSON document."""
    try:
        document = parse_json(path.name, read_text(path.parent, path.name))
    except ReadingError as error:
        raise refuse("verify.bad-proof", file=str(path), found=error.why) from error
    return document if isinstance(document, dict) else {"format": document}


def verify_proof(document: Mapping[str, Any], bundle: Path | None = None) -> list[Finding]:
    """Every check of a proof, alone or against the bundle of its draw."""
    wrong = misshapen(dict(document), _SHAPE)
    if wrong is not None:
        return [fails("proof-form", *wrong)]
    texts = [document["leaf"][column] for column in _LEAF]
    if any("|" in text for text in texts):
        return [fails("proof-form", "leaf", "no bar in a field", "a bar")]
    findings = [holds("proof-form")]
    leaf = "|".join(texts).encode("utf-8", "surrogatepass")
    root = root_of_path(leaf, document["index"], document["size"], document["path"])
    findings.append(compare("proof-root", "frame", document["frame"], root))
    if bundle is not None:
        findings += _against(document, bundle)
    return findings


def _against(document: Mapping[str, Any], bundle: Path) -> Iterator[Finding]:
    """The proof against the published record: root, and the entity's part in the draw.

    The record itself is not verified here; `verify_bundle` does that.
    """
    try:
        record = read_json(bundle, "draw.json")
        select = record["select"]
        visits = [{key: visit[key] for key in _VISIT} for visit in record["visits"]]
        yield compare("proof-draw", "draw", record["draw"], document["draw"])
        yield compare("proof-frame", "select.frame", select["frame"], document["frame"])
        scope = select["counts"]["scope"]
        yield compare("proof-size", "select.counts.scope", scope, document["size"])
        if select["key"] is not None:
            yield _part(document["leaf"], str(select["key"]), visits)
    except ReadingError as error:
        yield fails("proof-draw", error.file, error.expected, error.why)
    except (KeyError, TypeError) as error:
        yield fails("proof-draw", "draw.json", "a record of a draw", str(error))


def _part(leaf: Mapping[str, str], key: str, visits: Sequence[Mapping[str, Any]]) -> Finding:
    """The part that an entity has in a draw, by its leaf and by the list of visits."""
    own = ticket(key, leaf["entity_id"])
    visit = next((v for v in visits if v["entity_id"] == leaf["entity_id"]), None)
    if visit is None:
        if leaf["standing"] == "directed":
            return fails("proof-part", "visits", "directed, so visited", "not in the list")
        return holds("proof-part", "verify.not-drawn", ticket=own)
    expected = {"standing": leaf["standing"], "region": leaf["region"], "ticket": own}
    found = {name: visit[name] for name in expected}
    if found != expected:
        return same("proof-part", expected, found, "visits")
    if visit["reserve"]:
        return holds("proof-part", "verify.reserve", ticket=own)
    return holds("proof-part", "verify.drawn", ticket=own)
