"""Documents of the database that are lists of rows: read in pieces, what rows share held once."""

from __future__ import annotations

import json
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from sys import intern
from typing import Any

from yaohao.planner.schema.visit import CrewVisit


def crew_visits(pieces: Iterable[bytes]) -> list[CrewVisit]:
    """The visits of a crew round by the pieces of their canonical JSON.

    All of them ask for a few lists of seats and lie in a few regions: these stand there once.
    """
    seats: dict[str, Any] = {}
    visits: list[CrewVisit] = []
    for row in rows_of(pieces):
        row["seats"] = seats.setdefault(repr(row["seats"]), row["seats"])
        row["region"], row["standing"] = intern(row["region"]), intern(row["standing"])
        visits.append(row)
    return visits


def rows_of(pieces: Iterable[bytes]) -> Iterator[Any]:
    """The objects of a list in canonical JSON, some of which are in memory as text at a time.

    Raises ValueError for another document.
    """
    decoder, decode = getincrementaldecoder("utf-8")(), json.JSONDecoder().raw_decode
    source, text, at = iter(pieces), "", 1
    for piece in source:
        text, at = text[at - 1 :] + decoder.decode(piece), 1
        # Behind the bracket or the comma that was read last.
        while text[at : at + 1] == "{":
            try:
                row, end = decode(text, at)
            except json.JSONDecodeError:  # the rest of it comes with the next piece
                break
            if end == len(text):
                break
            yield row
            at = end + 1
    if text[at - 1 :] not in ("]", "[]"):
        raise ValueError("no list of rows")
