"""What anyone can check with a public bundle (docs/bundle.md, docs/protocol.md).

The record is compared, value by value, with what ledger, plan and `visits.csv` say; then everything
that hashes bind together is computed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from planner.ledger import ORIGIN, Line, first_break, read_lines
from planner.lot.rounds import (
    crew_commitment,
    normal_seed,
    round_key,
    select_commitment,
)
from planner.lot.visits import visits_document
from planner.plan.document import plan_from_document
from planner.publication.record import FORMAT, readable_json, tiers_shown, visit_columns
from planner.publication.tables import cell_text, csv_bytes
from planner.verification.acts import Story, stories
from planner.verification.finding import (
    Finding,
    brief,
    compare,
    fails,
    first_difference,
    holds,
    same,
)
from planner.verification.reading import (
    ReadingError,
    misshapen,
    parse_json,
    read_bytes,
    read_table,
    read_text,
)
from planner.vocabulary.digest import document_digest, ticket
from planner.vocabulary.problems import PlannerError

MILLION = 1_000_000
KNOWN_FILES = frozenset({"draw.json", "visits.csv", "visits.xlsx", "ledger.jsonl", "verify.py"})
AUDIT_FILES = frozenset(
    {
        "draw.json",
        "visits.csv",
        "ledger.jsonl",
        "frame.parquet",
        "secret",
        "plan.json",
        "lottery.json",
        "visits.json",
        "roster.json",
        "crews.json",
    }
)

_TEXT = (None, str)
_ROUND = {
    "commitment": str,
    "committed_at": str,
    "seed": _TEXT,
    "source": str,
    "seeded_at": _TEXT,
    "witnesses": [str],
    "key": _TEXT,
}
_SELECT = {
    "plan": str,
    "frame": str,
    "lottery": str,
    **_ROUND,
    "outcome": (None, int),
    "counts": {"scope": int, "pool": int, "directed": int, "out": dict},
}
_CELLS = (None, [{"cell": int, "size": int, "count": int, "threshold": _TEXT}])
_VISIT = {
    "entity_id": str,
    "name": str,
    "region": str,
    "standing": frozenset({"pool", "directed"}),
    "cell": (None, int),
    "expected": (None, int),
    "ticket": str,
    "inspectors": [str],
    "reserve": bool,
    "result": str,
}
_DRAW = {
    "format": frozenset({FORMAT}),
    "draw": str,
    "title": str,
    "authority": str,
    "as_of": str,
    "plan": dict,
    "select": dict,
    "crew": (None, {"visits": str, "roster": str, **_ROUND}),
    "visits": list,
    "abandoned": (None, {"at": str, "reason": str}),
    "ledger": str,
}


@dataclass(frozen=True)
class Record:
    """What a bundle holds once its files could be read: the record, its ledger, its draw's story."""

    folder: Path
    document: dict[str, Any]
    lines: list[Line]
    story: Story

    @property
    def plan(self) -> dict[str, Any]:
        """The plan document."""
        plan: dict[str, Any] = self.document["plan"]
        return plan

    @property
    def visits(self) -> list[dict[str, Any]]:
        """The published visits, reserves too."""
        visits: list[dict[str, Any]] = self.document["visits"]
        return visits


def check_public(folder: Path, *, audit: bool = False) -> tuple[Record | None, list[Finding]]:
    """Every check of a public bundle, or of the same files in an audit folder.

    The record is None where it could not be read; the findings then say why.
    """
    findings = [check_sums(folder, AUDIT_FILES if audit else KNOWN_FILES)]
    try:
        document = _read_record(folder)
        lines = list(read_lines(_ledger_texts(folder)))
    except ReadingError as error:
        return None, [*findings, fails("form", error.file, "a sound file", error.why)]
    except (ValueError, KeyError, TypeError) as error:
        return None, [*findings, fails("form", "ledger.jsonl", "lines of a ledger", str(error))]
    findings.append(holds("form"))
    findings += _check_ledger(folder, document, lines)
    told, acts = stories(lines)
    findings += acts
    story = told.get(document["draw"])
    if story is None:
        return None, [*findings, fails("acts", "ledger.jsonl", document["draw"], "no such draw")]
    record = Record(folder, document, lines, story)
    if not all(finding.ok for finding in acts):
        return record, findings
    for check in (_check_plan, _check_record, _check_table, _check_rounds, _check_visits):
        findings += check(record)
    if tiers_shown(record.plan):
        findings += _check_cells(record)
    findings += _warnings(record, told)
    return record, findings


def check_sums(folder: Path, known: frozenset[str]) -> Finding:
    """Whether SHA256SUMS names every file of a folder, and no other, with its digest."""
    try:
        lines = read_text(folder, "SHA256SUMS").splitlines()
        listed: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            digest, gap, name = line.partition("  ")
            if not gap or name in listed:
                return fails(
                    "files", f"SHA256SUMS:{number}", "digest, two blanks, a new name", line
                )
            listed[name] = digest
        there = {path.name for path in folder.iterdir()} - {"SHA256SUMS", "__pycache__"}
        if there != set(listed):
            return fails("files", "SHA256SUMS", sorted(there), sorted(listed))
        strange = sorted(there - known)
        if strange:
            return fails("files", str(folder.name), sorted(known), strange)
        for name, digest in sorted(listed.items()):
            found = sha256(read_bytes(folder, name)).hexdigest()
            if found != digest:
                return fails("files", name, digest, found)
    except ReadingError as error:
        return fails("files", error.file, "a sound file", error.why)
    except OSError as error:
        return fails("files", str(folder), "a folder", str(error))
    return holds("files", "verify.files", number=len(listed))


def _read_record(folder: Path) -> dict[str, Any]:
    """draw.json, if every value in it has its place and its type."""
    text = read_text(folder, "draw.json")
    document = parse_json("draw.json", text)
    wrong = misshapen(document, _DRAW)
    if wrong is None:
        try:
            plan_from_document(document["plan"], "draw.json")
        except PlannerError as error:
            raise ReadingError("draw.json", str(error)) from error
        shown = tiers_shown(document["plan"])
        select = {**_SELECT, "cells": _CELLS} if shown else _SELECT
        visit = {key: _VISIT[key] for key in visit_columns(document["plan"])}
        wrong = misshapen(document["select"], select, "select") or misshapen(
            document["visits"], [visit], "visits"
        )
    if wrong is None and text != readable_json(document):
        wrong = ("draw.json", "the stated form (sorted keys, two blanks)", "another form")
    if wrong is not None:
        raise ReadingError(f"draw.json: {wrong[0]}", f"{wrong[1]} / {wrong[2]}")
    return dict(document)


def _ledger_texts(folder: Path) -> list[str]:
    text = read_text(folder, "ledger.jsonl")
    if not text.endswith("\n"):
        raise ReadingError("ledger.jsonl", "the last line does not end")
    texts = text[:-1].split("\n")
    for one in texts:
        parse_json("ledger.jsonl", one)
    return texts


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


def _check_plan(record: Record) -> Iterator[Finding]:
    digest = document_digest(record.plan)
    yield compare("plan", "draw.json: plan", record.story.steps["freeze"]["plan"], digest)


def _check_record(record: Record) -> Iterator[Finding]:
    """The record against what ledger and plan say of the same draw."""
    found, story = record.document, record.story
    select: dict[str, Any] = {
        **_round(story, "select", ("plan", "frame", "lottery"), found["select"]),
        "counts": story.steps["freeze"]["counts"],
        "outcome": story.steps["draw"]["outcome"] if "draw" in story.steps else None,
    }
    if "cells" in found["select"]:
        select["cells"] = found["select"]["cells"]  # compared by digest, in the check of the cells
    crew = None
    if "commitment crew" in story.steps:
        crew = _round(story, "crew", ("visits", "roster"), found["crew"] or {})
    end = story.abandonment
    expected = {
        **{key: record.plan[key] for key in ("title", "authority", "as_of")},
        "select": select,
        "crew": crew,
        "abandoned": end and {"at": end["at"], "reason": end["reason"]},
    }
    yield same("record", expected, {key: found[key] for key in expected})
    freeze, committed = story.steps["freeze"], story.steps.get("commitment select", {})
    for name in ("plan", "frame", "lottery"):
        if freeze[name] != committed.get(name):
            yield fails("record", f"ledger.jsonl: {name}", freeze[name], committed.get(name))
    for name in ("select", "crew"):
        act = story.steps.get(f"commitment {name}")
        if act is not None and act["source"] != record.plan["seeds"][name]:
            yield fails("record", f"plan.seeds.{name}", act["source"], record.plan["seeds"][name])
    counts = freeze["counts"]
    left = {key: value for key, value in counts["out"].items() if type(value) is not int}
    total = (
        counts["pool"]
        + counts["directed"]
        + sum(value for value in counts["out"].values() if type(value) is int)
    )
    if left or total != counts["scope"]:
        yield fails("record", "select.counts", counts["scope"], total)


def _round(
    story: Story, name: str, digests: Sequence[str], found: Mapping[str, Any]
) -> dict[str, Any]:
    """A round as the ledger tells it; witnesses stand there as a digest and a number."""
    committed = story.steps.get(f"commitment {name}", {})
    seeded = story.steps.get(f"seed {name}")
    told = {key: committed.get(key) for key in (*digests, "commitment")}
    told |= {"committed_at": committed.get("at"), "seed": None, "seeded_at": None, "key": None}
    told |= {"source": committed.get("source"), "witnesses": []}
    if seeded is not None:
        told |= {key: seeded[key] for key in ("seed", "source", "key")}
        witnesses = found.get("witnesses")
        bound = (document_digest(witnesses), len(witnesses or ()))
        kept = bound == (seeded["witnesses"], seeded["witnessed"])
        told |= {"seeded_at": seeded["at"]}
        told["witnesses"] = witnesses if kept else f"digest {seeded['witnesses']}"
    return told


def _check_table(record: Record) -> Iterator[Finding]:
    """`visits.csv`, first value by value, then byte by byte."""
    columns = visit_columns(record.plan)
    try:
        rows = read_table(record.folder, "visits.csv")
        content = read_bytes(record.folder, "visits.csv")
    except ReadingError as error:
        yield fails("table", error.file, "a sound file", error.why)
        return
    expected = [columns] + [
        [
            ";".join(v)
            if isinstance(v := visit[c], list)
            else v
            if isinstance(v, str)
            else cell_text(v)
            for c in columns
        ]
        for visit in record.visits
    ]
    difference = first_difference(expected, rows, "visits.csv")
    if difference is None and csv_bytes(columns, record.visits) != content:
        difference = ("visits.csv", "the stated form", "another form")
    yield fails("table", *difference) if difference else holds("table")


def _check_rounds(record: Record) -> Iterator[Finding]:
    """Commitments, seeds and keys of both rounds, computed anew."""
    select, crew = record.document["select"], record.document["crew"]
    computed = select_commitment(select["plan"], select["frame"], select["lottery"])
    yield compare("commitment-select", "select.commitment", computed, select["commitment"])
    yield from _check_seed("select", select)
    if crew is not None:
        computed = crew_commitment(select["commitment"], crew["visits"], crew["roster"])
        yield compare("commitment-crew", "crew.commitment", computed, crew["commitment"])
        yield from _check_seed("crew", crew)


def _check_seed(name: str, round_: Mapping[str, Any]) -> Iterator[Finding]:
    seed = round_["seed"]
    if seed is None:
        return
    try:
        yield compare(f"seed-{name}", f"{name}.seed", normal_seed(seed), seed)
    except PlannerError as error:
        yield fails(f"seed-{name}", f"{name}.seed", "a seed of 64 bits", str(error))
    key = round_key(round_["commitment"], seed)
    yield compare(f"key-{name}", f"{name}.key", key, round_["key"])


def _check_visits(record: Record) -> Iterator[Finding]:
    """Tickets, order, numbers, and the digests that bind the visits and their crews."""
    visits, steps = record.visits, record.story.steps
    act = steps.get("draw")
    if act is None:
        yield compare("numbers", "visits", 0, len(visits))
        return
    key = str(record.document["select"]["key"])
    for place, visit in enumerate(visits):
        expected = ticket(key, visit["entity_id"])
        if visit["ticket"] != expected:
            yield fails("tickets", f"visits[{place}].ticket", expected, visit["ticket"])
            break
    else:
        yield holds("tickets", "verify.tickets", number=len(visits))
    yield _order(visits)
    numbers = {
        "drawn": sum(v["standing"] == "pool" and not v["reserve"] for v in visits),
        "directed": sum(v["standing"] == "directed" for v in visits),
        "reserves": sum(v["reserve"] for v in visits),
    }
    yield same("numbers", {name: act[name] for name in numbers}, numbers, "visits")
    yield compare(
        "numbers",
        "select.counts.directed",
        numbers["directed"],
        record.document["select"]["counts"]["directed"],
    )
    if numbers["drawn"] + numbers["reserves"] > record.document["select"]["counts"]["pool"]:
        yield fails("numbers", "visits", record.document["select"]["counts"]["pool"], numbers)
    if any(visit["reserve"] and visit["standing"] != "pool" for visit in visits):
        yield fails("numbers", "visits.reserve", "reserves from the pool", "a directed reserve")
    made = visits_document(visits, record.plan["crew"]["seats"])
    yield compare("visits", "visits", act["visits"], document_digest(made))
    if record.document["crew"] is not None:
        yield compare("visits", "crew.visits", act["visits"], record.document["crew"]["visits"])
    yield from _check_crews(record)


def _order(visits: Sequence[Mapping[str, Any]]) -> Finding:
    ranks = [(v["reserve"], v["standing"] != "pool", v["ticket"]) for v in visits]
    for place, (one, other) in enumerate(zip(ranks, ranks[1:], strict=False), 1):
        if one >= other:
            return fails(
                "order",
                f"visits[{place}]",
                "drawn, directed, reserves, each by ascending ticket",
                visits[place]["entity_id"],
            )
    return holds("order")


def _check_crews(record: Record) -> Iterator[Finding]:
    seats = len(record.plan["crew"]["seats"])
    act = record.story.steps.get("crews")
    crews = []
    for place, visit in enumerate(record.visits):
        found = visit["inspectors"]
        asked = seats if act is not None and not visit["reserve"] else 0
        if len(found) != asked or found != sorted(set(found)):
            yield fails("crews", f"visits[{place}].inspectors", f"{asked}, ascending", brief(found))
            return
        if not visit["reserve"]:
            crews.append([visit["entity_id"], found])
    if act is None:
        if "crews" not in record.story.steps:
            yield holds("crews", "verify.crews-later")
        return
    yield compare("crews", "crews", act["crews"], document_digest(crews))
    yield compare("crews", "crews: dealt", act["dealt"], len(crews))


def _check_cells(record: Record) -> Iterator[Finding]:
    """Where tiers are shown: cells, thresholds and expected counts."""
    act = record.story.steps.get("draw")
    cells = record.document["select"]["cells"]
    if act is None:
        yield compare("cells", "select.cells", None, cells)
        return
    if cells is None:
        yield fails("cells", "select.cells", "a list", "null")
        return
    yield compare("cells", "select.cells", act["cells"], document_digest(cells))
    pool = record.document["select"]["counts"]["pool"]
    yield compare("cells", "select.cells: size", pool, sum(cell["size"] for cell in cells))
    drawn: dict[int, list[Mapping[str, Any]]] = {}
    for place, visit in enumerate(record.visits):
        if visit["standing"] == "directed":
            if visit["cell"] is not None or visit["expected"] is not None:
                yield fails("cells", f"visits[{place}].cell", None, visit["cell"])
                return
        elif type(visit["cell"]) is not int or not 1 <= visit["cell"] <= len(cells):
            yield fails("cells", f"visits[{place}].cell", f"1 to {len(cells)}", visit["cell"])
            return
        else:
            drawn.setdefault(visit["cell"], []).append(visit)
    for number, cell in enumerate(cells, 1):
        problem = _cell_problem(number, cell, drawn.get(number, []))
        if problem is not None:
            yield fails("cells", f"select.cells[{number - 1}]{problem[0]}", *problem[1:])
            return
    yield holds("cells", "verify.cells", number=len(cells))


def _cell_problem(
    number: int, cell: Mapping[str, Any], visits: Sequence[Mapping[str, Any]]
) -> tuple[str, Any, Any] | None:
    """What is wrong with a cell and its visits: where, expected, found."""
    taken = [visit["ticket"] for visit in visits if not visit["reserve"]]
    spare = [visit["ticket"] for visit in visits if visit["reserve"]]
    highest = max(taken, default=None)
    expected = {visit["expected"] for visit in visits}
    if cell["cell"] != number:
        return ".cell", number, cell["cell"]
    if cell["count"] != len(taken):
        return ".count", len(taken), cell["count"]
    if not 0 <= cell["count"] <= cell["size"]:
        return ".size", f">= {cell['count']}", cell["size"]
    if cell["threshold"] != highest:
        return ".threshold", highest, cell["threshold"]
    if spare and highest is not None and min(spare) <= highest:
        return ": reserve", f"> {highest}", min(spare)
    if len(expected) > 1 or None in expected:
        return ": expected", "one number", sorted(map(str, expected))
    for x in expected:
        if not 0 < x <= cell["size"] * MILLION or cell["count"] not in (
            x // MILLION,
            -(-x // MILLION),
        ):
            return ": expected", f"{cell['count']} is {x} millionths, rounded", x
    return None


def _warnings(record: Record, told: Mapping[str, Story]) -> Iterator[Finding]:
    rounds = [("select", record.document["select"]), ("crew", record.document["crew"])]
    for name, round_ in rounds:
        if round_ and round_["seed"] and not (round_["source"] or round_["witnesses"]):
            yield Finding("witnessed", None, "verify.unwitnessed", {"round": name})
    for draw, story in told.items():
        if draw != record.document["draw"] and story.abandonment is not None:
            params = {"draw": draw, **{k: story.abandonment[k] for k in ("at", "reason")}}
            yield Finding("abandoned", None, "verify.abandoned-earlier", params)
    if story_end := record.story.abandonment:
        params = {k: story_end[k] for k in ("at", "reason")}
        yield Finding("abandoned", None, "verify.abandoned", params)


def record_findings(one: Record, other: Record) -> list[Finding]:
    """Whether two bundles tell of the same draw, as far as both have come.

    They may have been written at different stages: what is there in both must be equal, and one
    ledger must go on where the other ends.
    """
    shorter = min(len(one.lines), len(other.lines))
    here, there = ([line.as_text() for line in side.lines[:shorter]] for side in (one, other))
    findings = [same("same-ledger", here, there, "ledger.jsonl")]
    known = ["format", "draw", "title", "authority", "as_of", "plan"]
    if one.story.stage == other.story.stage:
        known += ["select", "crew", "visits", "abandoned"]
    ours, theirs = ({key: side.document[key] for key in known} for side in (one, other))
    return [*findings, same("same-record", ours, theirs)]
