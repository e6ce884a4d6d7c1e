"""What the results of visits open: one table, and the conditions that kinds have of their own.

Source: the codes of the national publicity record; what each leads to is the practice of the bureau
(通市监信字〔2023〕39号) and stands here alone. A kind of the workspace that names a result in the
condition of a finding is opened too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.draw_effects import opened_by_result
from yaohao.planner.follow_up.kind_model import Kind

TABLE: dict[str, tuple[tuple[str, Mapping[str, FactValue]], ...]] = {
    "6": (("abnormal", {}), ("leniency", {"matter": "unreachable"})),
    "B": (("abnormal", {}), ("leniency", {})),
    "C": (("abnormal", {}),),
    "A": (("guidance", {"sort": "tip", "cause": "finding"}),),
    "D": (("guidance", {"sort": "tip", "cause": "finding"}), ("leniency", {})),
    "E": (("leniency", {"matter": "minor"}),),
    "F": (("guidance", {"sort": "advice", "cause": "idle"}),),
    "7": (("leaving", {}),),
    "8": (("guidance", {"sort": "talk", "cause": "finding"}),),
}
"""By result code, the kinds that it opens and the facts that the code itself settles.

Leniency is never proposed before it is known that no bottom line is touched: what a result says of
it is told as possible, with the facts that a person is asked for.
"""

GONE = ("9", "10", "11")
"""Deregistered, revoked, annulled: open cases end by their step ``gone`` where they have one."""

_SETTLED = ("none", "case")
_GUIDANCE = "guidance"


class Opening(NamedTuple):
    """A case that a result asks for: kind, subject, day and facts."""

    kind: str
    subject: str
    day: date
    facts: dict[str, FactValue]


def openings_of(
    results: Iterable[Mapping[str, Any]], kinds: Iterable[Kind], draw: str, fallback: date
) -> Iterator[Opening]:
    """The cases that the results of a draw ask for, each entity and code once.

    The day is that of the visit, or `fallback` where none is known. A problem that needs nothing
    more, was handed over for a penalty, or is dealt with already opens no guidance.
    """
    known = list(kinds)
    seen: set[tuple[str, str]] = set()
    for row in sorted(results, key=lambda row: (row["entity_id"], row["visited_on"] or "9999")):
        code, subject = row["result"], row["entity_id"]
        if (subject, code) in seen:
            continue
        seen.add((subject, code))
        day = date.fromisoformat(row["visited_on"]) if row["visited_on"] else fallback
        settled = dict(TABLE.get(code, ()))
        names = dict.fromkeys([*settled, *opened_by_result(known, code, day)])
        base_facts = {"result": code, "visited_on": day.isoformat(), "verified_on": day.isoformat()}
        for name in names:
            if name == _GUIDANCE and _is_done(row):
                continue
            kind = next((one for one in known if one.id == name and one.holds_on(day)), None)
            if kind is None:
                continue
            facts: dict[str, FactValue] = {**base_facts, "draw": draw, "item": row["item_id"]}
            mine = {
                fact: value
                for fact, value in {**facts, **settled.get(name, {})}.items()
                if fact in kind.facts and value and _fits(kind, fact, value)
            }
            yield Opening(name, subject, day, mine)


def _is_done(row: Mapping[str, Any]) -> bool:
    return bool(row["follow_up_closed_on"]) or row["follow_up"] in _SETTLED


def _fits(kind: Kind, fact: str, value: FactValue) -> bool:
    """Whether a code is one of those that the fact of a kind may have."""
    options = kind.facts[fact].options
    return not options or value in options
