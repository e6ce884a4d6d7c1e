"""The ledger (台账): the chain of acts, each entry bound to the one before.

Source: the draw protocol, "The ledger" (docs/protocol.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yaohao.planner.vocabulary.digest import canonical, sha

ORIGIN = "0" * 64
"""What the first line names as the entry before it."""


@dataclass(frozen=True)
class Line:
    """One line of the ledger: an act, the entry before it, and its own entry (hex digests)."""

    previous: str
    act: Mapping[str, Any]
    entry: str

    def as_text(self) -> str:
        """The line as canonical JSON, without a line feed."""
        return canonical({"previous": self.previous, "act": dict(self.act), "entry": self.entry})


def next_line(previous: str, act: Mapping[str, Any]) -> Line:
    """The line of `act` after entry `previous`."""
    return Line(previous, act, entry_of(previous, act))


def entry_of(previous: str, act: Mapping[str, Any]) -> str:
    """``sha(previous|canonical JSON of the act)``."""
    return sha(f"{previous}|{canonical(dict(act))}")


def read_lines(texts: Iterable[str]) -> Iterator[Line]:
    """Lines from their JSON texts; ValueError, KeyError or TypeError where one is not a line."""
    for text in texts:
        document = json.loads(text)
        if not isinstance(document, dict) or set(document) != {"previous", "act", "entry"}:
            raise ValueError(text[:80])
        if not isinstance(document["act"], dict):
            raise TypeError(text[:80])
        yield Line(document["previous"], document["act"], document["entry"])


def frozen_act(lines: Iterable[Line], draw: str) -> Mapping[str, Any]:
    """The act by which a draw was frozen; StopIteration where there is none."""
    acts = (line.act for line in lines)
    return next(act for act in acts if act["act"] == "freeze" and act["draw"] == draw)


@dataclass(frozen=True)
class Break:
    """Where a chain breaks: line number from 1, what was expected there and what was found."""

    line: int
    what: str
    expected: str
    found: str


def first_break(lines: Iterable[Line]) -> Break | None:
    """The first line whose `previous`, `entry` or time does not follow, or None."""
    previous, moment = ORIGIN, ""
    for number, line in enumerate(lines, 1):
        if line.previous != previous:
            return Break(number, "previous", previous, str(line.previous))
        entry = entry_of(previous, line.act)
        if line.entry != entry:
            return Break(number, "entry", entry, str(line.entry))
        at = str(line.act.get("at", ""))
        if at < moment:
            return Break(number, "at", f">= {moment}", at)
        previous, moment = entry, at
    return None
