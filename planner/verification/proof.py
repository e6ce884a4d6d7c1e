"""The proof of one entity: its own row leads to the published root (RFC 9162, section 2.1.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from pathlib import Path
from typing import Any

from yaohao.planner.frame.blind_cells import BlindCell
from yaohao.planner.frame.merkle import root_of_path
from yaohao.planner.publication.disclosure import tiers_shown
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
    matching,
)
from yaohao.planner.vocabulary.digest import sha, ticket
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.units import PPM

PROOF = "yaohao-proof/2"
ABSENCE = "yaohao-absence/2"
EARLIER = ("yaohao-proof/1",)
_INNER = (*LEAF_COLUMNS[1:], "blind", "salt", "name")
_NUMBER = matching("a whole number as text", "0|[1-9][0-9]{0,9}")
_COUNTED = ("visits_this_year", "drawn_this_year", "drawn_by_plan")
_PLACED = {"draw": NAME, "frame": DIGEST, "size": POSITIVE}
_SHAPE = {
    "format": frozenset({PROOF}),
    **_PLACED,
    "index": COUNT,
    "leaf": {
        **dict.fromkeys(("entity_id", *_INNER), TEXT),
        "entity_id": ENTITY,
        "standing": frozenset({"pool", "out", "directed"}),
        **dict.fromkeys(_COUNTED, _NUMBER),
        "blind": matching("32 hex digits or nothing", "([0-9a-f]{32})?"),
        "salt": KEY,
    },
    "path": [DIGEST],
    "cell": (
        None,
        {
            "cell": KEY,
            "size": POSITIVE,
            "expected": POSITIVE,
            "salt": KEY,
            "cells": POSITIVE,
            "index": COUNT,
            "path": [DIGEST],
            "count": (None, COUNT),
        },
    ),
}
_NEIGHBOUR = (None, {"index": COUNT, "entity_id": ENTITY, "inner": DIGEST, "path": [DIGEST]})
_ABSENT = {
    "format": frozenset({ABSENCE}),
    **_PLACED,
    "entity_id": ENTITY,
    "why": frozenset({"register", "scope"}),
    "rule": TEXT,
    "before": _NEIGHBOUR,
    "after": _NEIGHBOUR,
}


def read_proof(path: Path) -> dict[str, Any]:
    """A proof file as a document; PlannerError where it is missing or no JSON document."""
    try:
        document = parse_json(path.name, read_text(path.parent, path.name, SMALL_BYTES))
    except ReadingError as error:
        raise refuse("verify.bad-proof", file=str(path), found=error.why) from error
    return document if isinstance(document, dict) else {"format": document}


def verify_proof(document: Mapping[str, Any], bundle: Path | None = None) -> list[Finding]:
    """Every check of a proof, alone or against the bundle of its draw.

    A proof alone shows what somebody was told, and holds it against nothing that is published: a
    note says so.
    """
    absent = document.get("format") == ABSENCE
    if document.get("format") in EARLIER:
        older = f"{PROOF}; use the verify.py of its bundle"
        return [fails("proof-form", "format", older, document["format"])]
    wrong = first_mismatch(dict(document), _ABSENT if absent else _SHAPE)
    wrong = wrong or (_misfit_absence(document) if absent else _misfit_cell(document))
    if wrong is not None:
        return [fails("proof-form", *wrong)]
    findings = [holds("proof-form")]
    if absent:
        findings.append(_neighbours(document))
    else:
        leaf = document["leaf"]
        inner = sha("|".join(leaf[column] for column in _INNER))
        root = _root(f"{leaf['entity_id']}|{inner}", document, document["size"])
        findings.append(compare("proof-root", "frame", document["frame"], root))
        if document["cell"] is not None:
            findings.append(_chance(document["cell"], document["size"]))
    if bundle is None:
        findings.append(Finding("proof-alone", None, "verify.proof-alone"))
    else:
        findings += _against(document, bundle)
    return findings


def _root(text: str, placed: Mapping[str, Any], size: int) -> str | None:
    """The root that the text of a leaf leads to, with its index and path in a tree of that size."""
    return root_of_path(
        text.encode("utf-8", "surrogatepass"), placed["index"], size, placed["path"]
    )


def _misfit_cell(document: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Only who is in the pool has a cell, and it is the one that the row names."""
    leaf, cell = document["leaf"], document["cell"]
    for name in ("entity_id", *_INNER[:-1]):
        if "|" in leaf[name]:
            return "leaf", "no bar in a field", "a bar"
    in_pool = leaf["standing"] == "pool"
    if any(in_pool != (part not in (None, "")) for part in (cell, leaf["cell"], leaf["blind"])):
        expected = "a cell" if in_pool else "no cell"
        return "cell", expected, leaf["cell"] if cell is None else "a cell"
    if cell is not None and cell["cell"] != leaf["blind"]:
        return "cell.cell", leaf["blind"], cell["cell"]
    return None


def _misfit_absence(document: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """There is a neighbour at least, and a rule where the plan's scope decided."""
    if document["before"] is None and document["after"] is None:
        return "before", "a neighbour in the frame", "null"
    if (document["why"] == "scope") != (document["rule"] != ""):
        return "rule", "a rule of the scope" if document["why"] == "scope" else "", document["rule"]
    return None


def _neighbours(document: Mapping[str, Any]) -> Finding:
    """Two leaves side by side, between whose ids that of the entity would stand."""
    name, size, entity = "proof-root", document["size"], document["entity_id"].encode()
    before, after = document["before"], document["after"]
    for side, one in (("before", before), ("after", after)):
        if one is None:
            continue
        root = _root(f"{one['entity_id']}|{one['inner']}", one, size)
        if root != document["frame"]:
            return fails(name, f"{side}.path", document["frame"], root)
        own = one["entity_id"].encode()
        if not (own < entity if side == "before" else own > entity):
            expected = f"an id {side} {document['entity_id']}"
            return fails(name, f"{side}.entity_id", expected, one["entity_id"])
    place, following = before["index"] + 1 if before else 0, after["index"] if after else size
    if place != following:
        return fails(name, "after.index", place, following)
    return holds(name, "verify.proof-absent", entity=document["entity_id"])


def _chance(cell: Mapping[str, Any], size: int) -> Finding:
    """The chance of a cell's members, and that the number drawn is its expectation, rounded."""
    expected = cell["expected"]
    if cell["size"] > size:
        return fails("proof-chance", "cell.size", f"at most {size}", cell["size"])
    if expected > cell["size"] * PPM:
        most = f"at most {cell['size'] * PPM}"
        return fails("proof-chance", "cell.expected", most, expected)
    if cell["count"] is not None and not is_rounding(cell["count"], expected):
        return fails("proof-chance", "cell.count", f"{expected} / {PPM}", cell["count"])
    common = gcd(expected, cell["size"] * PPM)
    above, below = expected // common, cell["size"] * PPM // common
    return holds("proof-chance", "verify.chance", above=above, below=below)


def is_rounding(count: int, millionths: int) -> bool:
    """Whether a count is so many millionths, rounded down or up."""
    return count in (millionths // PPM, -(-millionths // PPM))


def _against(document: Mapping[str, Any], bundle: Path) -> Iterator[Finding]:
    """The proof against the published record: roots, and the entity's part in the draw.

    The record itself is not verified here; `verify_bundle` does that.
    """
    try:
        record = read_json(bundle, "draw.json")
        select, shown = record["select"], tiers_shown(record["plan"])
        keys = (*_VISIT, *(("ticket",) if shown else ()))
        visits = [{key: visit[key] for key in keys} for visit in record["visits"]]
        yield compare("proof-draw", "draw", record["draw"], document["draw"])
        yield compare("proof-frame", "select.frame", select["frame"], document["frame"])
        scope = select["counts"]["scope"]
        yield compare("proof-size", "select.counts.scope", scope, document["size"])
        if document["format"] == ABSENCE:
            yield _absent_part(document, visits)
            return
        cell = document["cell"]
        if cell is not None:
            yield _committed_cell(cell, select)
        if select["key"] is not None:
            leaf = document["leaf"]
            own = ticket(str(select["key"]), leaf["entity_id"], "" if shown else leaf["salt"])
            yield _part(leaf, own, visits, shown=shown)
            if cell is not None:
                yield _threshold(document, own, select, visits, shown=shown)
    except ReadingError as error:
        yield fails("proof-draw", error.file, error.expected, error.why)
    except (KeyError, TypeError, AttributeError) as error:
        yield fails("proof-draw", "draw.json", "a record of a draw", str(error))


def _committed_cell(cell: Mapping[str, Any], select: Mapping[str, Any]) -> Finding:
    """That the cell was committed to before the seed, with this size and this expected count."""
    text = BlindCell(cell["cell"], cell["size"], cell["expected"], cell["salt"]).text
    root = _root(text, cell, cell["cells"])
    if root != select["cells_root"]:
        return fails("proof-cell", "select.cells_root", select["cells_root"], root)
    if cell["size"] > select["counts"]["pool"]:
        most = f"at most {select['counts']['pool']}"
        return fails("proof-cell", "cell.size", most, cell["size"])
    return holds("proof-cell")


def _absent_part(document: Mapping[str, Any], visits: Sequence[Mapping[str, Any]]) -> Finding:
    entity = document["entity_id"]
    if any(visit["entity_id"] == entity for visit in visits):
        return fails("proof-part", "visits", "not in the list", entity)
    code = "absent-scope" if document["why"] == "scope" else "absent-register"
    return holds("proof-part", f"verify.{code}", rule=document["rule"])


# Two parameters beside the leaf say how it is to be looked up.
def _part(
    leaf: Mapping[str, str], own: str, visits: Sequence[Mapping[str, Any]], *, shown: bool
) -> Finding:
    """The part that an entity has in a draw, by its leaf and by the list of visits."""
    visit = next((v for v in visits if v["entity_id"] == leaf["entity_id"]), None)
    if visit is None:
        if leaf["standing"] == "directed":
            return fails("proof-part", "visits", "directed, so visited", "not in the list")
        return holds("proof-part", "verify.not-drawn", ticket=own)
    expected = {name: leaf[name] for name in ("standing", "region", "name")}
    if shown:
        expected["ticket"] = own
    published = {name: visit[name] for name in expected}
    if published != expected:
        return same("proof-part", expected, published, "visits")
    if visit["reserve"]:
        return holds("proof-part", "verify.reserve", ticket=own)
    return holds("proof-part", "verify.drawn", ticket=own)


def _threshold(
    document: Mapping[str, Any],
    own: str,
    select: Mapping[str, Any],
    visits: Sequence[Mapping[str, Any]],
    *,
    shown: bool,
) -> Finding:
    """The ticket against the published threshold of the entity's cell."""
    name, cell, leaf = "proof-threshold", document["cell"], document["leaf"]
    published = {one["cell"]: one for one in select["cells"]}
    if cell["cells"] != len(published):
        return fails(name, "select.cells", f"{cell['cells']} cells", len(published))
    if cell["cell"] not in published:
        return fails(name, "select.cells", cell["cell"], "no such cell")
    row = published[cell["cell"]]
    threshold, count = row["threshold"], cell["count"]
    if count is not None and (count > 0) != (threshold is not None):
        return fails(name, "cell.count", f"threshold {threshold}", count)
    if shown:
        claimed = {"size": cell["size"], "expected": cell["expected"], "codes": leaf["cell"]}
        claimed |= {} if count is None else {"count": count}
        if claimed != (held := {key: row[key] for key in claimed}):
            return same(name, held, claimed, "select.cells")
    entity = leaf["entity_id"]
    is_drawn = any(
        v["entity_id"] == entity and v["standing"] == "pool" and not v["reserve"] for v in visits
    )
    if is_drawn != (threshold is not None and own <= threshold):
        expected = f"at most {threshold}" if is_drawn else f"above {threshold}"
        return fails(name, "ticket", expected, own)
    if threshold is None:
        return holds(name, "verify.threshold-none")
    return holds(name, "verify.threshold-under" if is_drawn else "verify.threshold-above")


_VISIT = ("entity_id", "standing", "region", "name", "reserve")
