"""What an auditor can check of the crew round: its visits, its roster, and that crews are the one
optimum.

Files that hold a row for each visit are gone through beside what they should be, and read as a
whole only where they are something else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from secrets import token_hex
from typing import Any

from yaohao.planner.draw.crews.bearing import crew_bearing
from yaohao.planner.verification.audit_documents import CREWS, ROSTER
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding, compare, fails, holds, same
from yaohao.planner.verification.pieces import OtherFormError, Source
from yaohao.planner.verification.problem_findings import problem_findings
from yaohao.planner.verification.reading import (
    MOST_BYTES,
    ReadingError,
    as_text,
    holds_exactly,
    opened,
    parse_json,
    read_canonical,
)
from yaohao.planner.verification.schemas import first_mismatch
from yaohao.planner.vocabulary.digest import canonical, canonical_rows, document_digest
from yaohao.planner.vocabulary.held_rows import MadeRows

_CREWS = "crews.json"
_LIST = b'"crews":'


def check_crew_round(record: BundleRecord) -> Iterator[Finding]:
    """The visits and the roster of the crew round, and that the crews are the optimum."""
    steps = record.story.steps
    if "draw" not in steps:
        return
    number = sum(map(record.is_made(record.early), record.visits))
    made = MadeRows(number, lambda: record.crew_rows(record.early))
    is_made = holds_exactly(record.folder, "visits.json", _written(made))
    if is_made:
        yield holds("visits-file")
    else:
        visits = read_canonical(record.folder, "visits.json")
        yield same("visits-file", made, visits, "visits.json")
    before = read_canonical(record.folder, "roster-before.json")
    misfit = first_mismatch(before, ROSTER)
    if misfit is not None:
        yield fails("roster-before", f"roster-before.json: {misfit[0]}", misfit[1], misfit[2])
        return
    digest = document_digest(before)
    yield compare("roster-before", "roster-before.json", steps["draw"]["roster"], digest)
    crew = record.document["crew"]
    if crew is None:
        return
    roster = read_canonical(record.folder, "roster.json")
    misfit = first_mismatch(roster, ROSTER)
    if misfit is not None:
        yield fails("roster", f"roster.json: {misfit[0]}", misfit[1], misfit[2])
        return
    yield compare("roster", "roster.json", crew["roster"], document_digest(roster))
    people = [person["inspector_id"] for person in roster]
    if made and not people:
        yield fails("roster", "roster.json", "inspectors", "nobody")
        return
    if people != sorted(set(people)):
        yield fails("roster", "roster.json", "every inspector once, ascending", people)
        return
    bearing = crew_bearing(made, roster, before, tuple(record.plan["window"]))
    yield same("crew-bearing", bearing, crew["bearing"], "crew.bearing")
    if "crews" in steps and is_made:
        yield from _check_crews(record, made, roster)


def _check_crews(record: BundleRecord, visits: MadeRows, roster: Any) -> Iterator[Finding]:
    """That the crews published are those recorded, and these the optimum, by their prices."""
    from yaohao.planner.draw.crews.certificate import certificate_problems

    def rows() -> Iterator[list[Any]]:
        for visit in record.made(record.early):
            yield [visit["entity_id"], visit["inspectors"]]

    published = MadeRows(len(visits), rows)
    dealt = _dealt(record, published)
    misfit = first_mismatch({**dealt, "crews": []} if _is_same(dealt) else dealt, CREWS)
    if misfit is not None:
        yield fails("crews-file", f"{_CREWS}: {misfit[0]}", misfit[1], misfit[2])
        return
    yield same("crews-file", published, dealt["crews"], f"{_CREWS}: crews")
    problems = certificate_problems(
        visits,
        roster,
        tuple(record.plan["window"]),
        record.document["crew"]["key"],
        dealt["crews"],
        dealt["potentials"],
        squares=dealt["squares"],
        cost=int(dealt["cost"]),
    )
    yield from problem_findings("crews-optimum", _CREWS, problems)
    people = [row["inspector_id"] for row in roster]
    yield compare("crews-file", f"{_CREWS}: potentials", people, sorted(dealt["potentials"]))


def _is_same(dealt: Any) -> bool:
    """Whether the crews that were read are those that were meant."""
    return isinstance(dealt, dict) and isinstance(dealt.get("crews"), MadeRows)


def _dealt(record: BundleRecord, published: MadeRows) -> Any:
    """crews.json; `published` itself stands in it where it holds exactly these crews."""
    token = token_hex(16)
    try:
        with opened(record.folder, _CREWS, MOST_BYTES) as file:
            source = Source(file)
            before = source.before(_LIST)
            source.follow(piece.encode("utf-8") for piece in canonical_rows(published))
            text = as_text(_CREWS, before + _LIST + f'"{token}"'.encode() + source.rest())
        document = parse_json(_CREWS, text)
        sound = isinstance(document, dict) and document.get("crews") == token
        if not sound or f"{canonical(document)}\n" != text:
            raise OtherFormError
    except (OtherFormError, ReadingError):
        return read_canonical(record.folder, _CREWS)
    return {**document, "crews": published}


def _written(rows: Collection[Any] | Iterable[Any]) -> Iterator[bytes]:
    """A list as the file of its canonical JSON, in pieces."""
    for piece in canonical_rows(rows):
        yield piece.encode("utf-8")
    yield b"\n"
