"""The proof of one entity: its own row leads to the published root (RFC 9162, section 2.1.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from pathlib import Path
from typing import Any

from yaohao.planner.frame.merkle import root_of_path
from yaohao.planner.schema.frame import LEAF_COLUMNS
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    holds,
    same,
)
from yaohao.planner.verification.reading import (
    SMALL_BYTES,
    ReadingError,
    parse_json,
    read_json,
    read_text,
)
from yaohao.planner.verification.schemas import (
    COUNT,
    DIGEST,
    ENTITY,
    KEY,
    NAME,
    POSITIVE,
    TEXT,
    first_mismatch,
)
from yaohao.planner.vocabulary.digest import ticket
from yaohao.planner.vocabulary.problems import refuse

PROOF = "yaohao-proof/1"
MILLION = 1_000_000
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
    "cell": (
        None,
        {
            "cell": POSITIVE,
            "size": POSITIVE,
            "expected": POSITIVE,
            "count": (None, COUNT),
            "threshold": (None, DIGEST),
        },
    ),
}
_VISIT = ("entity_id", "standing", "region", "ticket", "reserve")


def read_proof(path: Path) -> dict[str, Any]:
    """A proof file as a document; PlannerError where it is missing or no JSON document."""
    try:
        document = parse_json(path.name, read_text(path.parent, path.name, SMALL_BYTES))
    except ReadingError as error:
        raise refuse("verify.bad-proof", file=str(path), found=error.why) from error
    return document if isinstance(document, dict) else {"format": document}


def verify_proof(document: Mapping[str, Any], bundle: Path | None = None) -> list[Finding]:
    """Every check of a proof, alone or against the bundle of its draw."""
    wrong = first_mismatch(dict(document), _SHAPE) or _misfit_cell(document)
    if wrong is not None:
        return [fails("proof-form", *wrong)]
    texts = [document["leaf"][column] for column in _LEAF]
    if any("|" in text for text in texts):
        return [fails("proof-form", "leaf", "no bar in a field", "a bar")]
    findings = [holds("proof-form")]
    leaf = "|".join(texts).encode("utf-8", "surrogatepass")
    root = root_of_path(leaf, document["index"], document["size"], document["path"])
    findings.append(compare("proof-root", "frame", document["frame"], root))
    if document["cell"] is not None:
        findings.append(_chance(document["cell"], document["size"]))
    if bundle is not None:
        findings += _against(document, bundle)
    return findings


def _misfit_cell(document: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Only who is in the pool has a cell; a threshold stands where somebody of it was drawn."""
    leaf, cell = document["leaf"], document["cell"]
    in_pool = leaf["standing"] == "pool"
    if in_pool != (cell is not None) or in_pool != (leaf["cell"] != ""):
        expected = "a cell" if in_pool else "no cell"
        return "cell", expected, leaf["cell"] if cell is None else "a cell"
    if cell is not None and (cell["threshold"] is not None) != bool(cell["count"]):
        expected = "a threshold" if cell["count"] else "no threshold"
        return "cell.threshold", expected, str(cell["threshold"])
    return None


def _chance(cell: Mapping[str, Any], size: int) -> Finding:
    """The chance of a cell's members, and that the number drawn is its expectation, rounded.

    That size and expectation are those of the committed lottery an auditor can see.
    """
    expected = cell["expected"]
    if cell["size"] > size:
        return fails("proof-chance", "cell.size", f"at most {size}", cell["size"])
    if expected > cell["size"] * MILLION:
        most = f"at most {cell['size'] * MILLION}"
        return fails("proof-chance", "cell.expected", most, expected)
    if cell["count"] is not None and not is_rounding(cell["count"], expected):
        return fails("proof-chance", "cell.count", f"{expected} / {MILLION}", cell["count"])
    common = gcd(expected, cell["size"] * MILLION)
    above, below = expected // common, cell["size"] * MILLION // common
    return holds("proof-chance", "verify.chance", above=above, below=below)


def is_rounding(count: int, millionths: int) -> bool:
    """Whether a count is so many millionths, rounded down or up."""
    return count in (millionths // MILLION, -(-millionths // MILLION))


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
            if document["cell"] is not None:
                yield _threshold(document, record)
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


def _threshold(document: Mapping[str, Any], record: Mapping[str, Any]) -> Finding:
    """The ticket against the threshold of the cell, and the cell against the published record."""
    name, cell, select = "proof-threshold", document["cell"], record["select"]
    entity = document["leaf"]["entity_id"]
    if cell["count"] is None:
        return Finding(name, None, "verify.proof-early")
    if select.get("cells") is not None:
        wrong = _published(cell, select["cells"], record["visits"], entity)
        if wrong is not None:
            return fails(name, *wrong)
    drawn = [v for v in record["visits"] if v["standing"] == "pool" and not v["reserve"]]
    if cell["size"] > select["counts"]["pool"]:
        return fails(name, "cell.size", f"at most {select['counts']['pool']}", cell["size"])
    if cell["count"] > len(drawn):
        return fails(name, "cell.count", f"at most {len(drawn)}", cell["count"])
    threshold = cell["threshold"]
    if threshold is not None and all(v["ticket"] != threshold for v in drawn):
        return fails(name, "cell.threshold", "the ticket of an entity drawn", threshold)
    own = ticket(str(select["key"]), entity)
    is_drawn = any(v["entity_id"] == entity for v in drawn)
    if is_drawn != (threshold is not None and own <= threshold):
        expected = f"at most {threshold}" if is_drawn else f"above {threshold}"
        return fails(name, "ticket", expected, own)
    if threshold is None:
        return holds(name, "verify.threshold-none")
    return holds(name, "verify.threshold-under" if is_drawn else "verify.threshold-above")


def _published(
    cell: Mapping[str, Any], cells: Sequence[Any], visits: Sequence[Mapping[str, Any]], entity: str
) -> tuple[str, Any, Any] | None:
    """What is wrong with a cell where tiers are shown: where, expected, found."""
    number = cell["cell"]
    own = {key: value for key, value in cell.items() if key != "expected"}
    published = cells[number - 1] if number <= len(cells) else None
    if published != own:
        return f"select.cells[{number - 1}]", published, own
    for place, visit in enumerate(visits):
        if visit["entity_id"] == entity and visit["cell"] != number:
            return f"visits[{place}].cell", visit["cell"], number
        if visit["cell"] == number and visit["expected"] != cell["expected"]:
            return f"visits[{place}].expected", visit["expected"], cell["expected"]
    return None
