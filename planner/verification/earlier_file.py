"""Reading `earlier.json`: the visits of earlier draws piece by piece, as columns.

A year of the nation's draws has millions of visits. Where the file is written as it should be some
thousands of them are in memory as objects at a time; any other file is read as a whole, within the
limits of reading, so that what is wrong with it is told in the same words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.frame.prior_draws import visited
from yaohao.planner.verification.pieces import OtherFormError, Source
from yaohao.planner.verification.reading import (
    MOST_FRAME,
    ReadingError,
    as_text,
    opened,
    parse_json,
    read_canonical,
)
from yaohao.planner.verification.schemas import (
    DIGEST,
    ENTITY,
    NAME,
    TEXT,
    Shape,
    first_mismatch,
)
from yaohao.planner.vocabulary.digest import canonical, document_digest

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table

FILE = "earlier.json"
Mismatch = tuple[str, str, str]
_FORM = {"draw": NAME, "plan": dict, "visits": (None, list)}
_VISIT: Mapping[str, Shape] = {
    "entity_id": ENTITY,
    "standing": frozenset({"pool", "directed"}),
    "region": TEXT,
    "seats": [{"department": TEXT, "qualification": TEXT}],
}
_OLDER_VISIT: Mapping[str, Shape] = {**_VISIT, "ticket": DIGEST}
_BETWEEN = b'},{"entity_id":'
_LAST = b"}]}"


@dataclass(frozen=True)
class EarlierEntry:
    """An earlier draw of the file: its id, its plan document, and what was read of its visits.

    `visits` is whom it visits, as `prior_draws.visited` has them, and `digest` the digest of the
    document; both None where the file has none. `wrong` is the first that is not of a visit's form.
    """

    draw: str
    plan: dict[str, Any]
    visits: Table | None
    digest: str | None
    wrong: Mismatch | None


def read_earlier(folder: Path, is_older: Callable[[str], bool]) -> list[EarlierEntry] | Mismatch:
    """The earlier draws of a folder for auditors, or the first place that is not of their form.

    `is_older` tells of a draw whether it is of version 1 of the protocol, whose visits have
    tickets. Raises ReadingError where the file cannot be read, or is no canonical JSON.
    """
    try:
        return _in_pieces(folder, is_older)
    except OtherFormError:
        return _whole(folder, is_older)


def _whole(folder: Path, is_older: Callable[[str], bool]) -> list[EarlierEntry] | Mismatch:
    document = read_canonical(folder, FILE)
    misfit = first_mismatch(document, [_FORM])
    if misfit is not None:
        return misfit
    entries = []
    for one in document:
        visits, wrong, table = one["visits"], None, None
        if visits is not None:
            shape = _OLDER_VISIT if is_older(one["draw"]) else _VISIT
            wrong = first_mismatch(visits, [shape], f"{one['draw']}.visits")
            table = visited(visits if wrong is None else ())
        digest = None if visits is None else document_digest(visits)
        entries.append(EarlierEntry(one["draw"], one["plan"], table, digest, wrong))
    return entries


def _in_pieces(folder: Path, is_older: Callable[[str], bool]) -> list[EarlierEntry]:
    """As `read_earlier`; OtherFormError where anything is not as it should be."""
    entries: list[EarlierEntry] = []
    with opened(folder, FILE, MOST_FRAME) as file:
        source = Source(file)
        if source.take(b"[]\n"):
            return _ended(source, entries)
        source.follow([b"["])
        while True:
            head = source.before(b',"visits":')
            one = _document(head + b"}")
            if first_mismatch({**one, "visits": None}, _FORM) is not None:
                raise OtherFormError
            table, digest = None, None
            if not source.take(b"null}"):
                shape = _OLDER_VISIT if is_older(one["draw"]) else _VISIT
                table, digest = _visits(source, shape)
            entries.append(EarlierEntry(one["draw"], one["plan"], table, digest, None))
            if not source.take(b","):
                source.follow([b"]\n"])
                return _ended(source, entries)


def _ended(source: Source, entries: list[EarlierEntry]) -> list[EarlierEntry]:
    if source.rest():
        raise OtherFormError
    return entries


def _document(written: bytes) -> dict[str, Any]:
    """A JSON object that is written as it should be."""
    try:
        text = as_text(FILE, written)
        document = parse_json(FILE, text)
    except ReadingError as error:
        raise OtherFormError from error
    if not isinstance(document, dict) or canonical(document) != text:
        raise OtherFormError
    return document


def _visits(source: Source, shape: Mapping[str, Shape]) -> tuple[Table, str]:
    """Whom a list of visits names, and the digest of the list, which is read to its end."""
    if source.take(b"[]}"):
        return visited(()), document_digest([])
    source.follow([b'[{"entity_id":'])
    digest = sha256(b'[{"entity_id":')

    def rows() -> Iterator[Mapping[str, Any]]:
        before = b""
        for written in source.parts(_BETWEEN, _LAST):
            digest.update(before + written)
            before = _BETWEEN
            yield from _rows(b'{"entity_id":' + written + b"}", shape)

    table = visited(rows())
    digest.update(b"}]")
    return table, digest.hexdigest()


def _rows(written: bytes, shape: Mapping[str, Shape]) -> list[Mapping[str, Any]]:
    """Visits that are written as they should be, and are of their form."""
    try:
        text = written.decode("utf-8")
        rows = json.loads(f"[{text}]")
        if canonical(rows)[1:-1] != text:
            raise OtherFormError
    except (ValueError, TypeError, RecursionError) as error:
        raise OtherFormError from error
    # All visits of a draw have the same few lists of seats.
    seats, light = set(), {**shape, "seats": list}
    for row in rows:
        own = repr(row.get("seats"))
        if first_mismatch(row, light if own in seats else shape) is not None:
            raise OtherFormError
        seats.add(own)
    return list(rows)
