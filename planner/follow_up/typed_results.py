"""Results that a person types for a visit: codes, days, items, and what differs from before.

Codes are those of the national publicity record; a word that an import would take is taken too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from yaohao.planner.schema.result import ResultState
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.terms import NOT_YET, code_of, codes
from yaohao.planner.vocabulary.text import tidy

Result = Mapping[str, Any]

LONGEST = 2000
"""Characters of a finding, of a statement and of a reason."""

COMPARED = (
    "visited_on", "method", "result", "follow_up", "follow_up_closed_on", "finding", "evidence",
    "officers", "statement",
)  # fmt: skip
"""What makes a result another one."""


class Visit(NamedTuple):
    """A visit as it is entered: the entity, its days, and the items that the plan asks for."""

    entity: str
    on: date
    first: date
    """The first day of the draw's window."""
    today: date
    items: Sequence[str]


def typed_rows(visit: Visit, given: Sequence[Result]) -> list[dict[str, Any]]:
    """The rows of the results given for a visit, one an item; item "" only where a plan has none.

    Each of `given` has a `result` and may have `item_id`, `method`, `finding`, `follow_up` and
    `follow_up_closed_on`. Raises PlannerError, with every problem, for an unknown code or item, an
    item twice or none, the code of what was not inspected, and a day that cannot be.
    """
    problems: list[Problem] = []
    here = {"entity": visit.entity}
    if not visit.first <= visit.on <= visit.today:
        code = "entry.day-early" if visit.on < visit.first else "entry.day-late"
        days = {"first": visit.first.isoformat(), "last": visit.today.isoformat()}
        problems.append(Problem(code, {**here, "found": visit.on.isoformat(), **days}))
    if not given:
        problems.append(Problem("entry.no-items", {**here, "known": list(visit.items)}))
    rows: dict[str, dict[str, Any]] = {}
    for one in given:
        item = tidy(str(one.get("item_id", "")))
        if not item and len(visit.items) == 1:
            item = visit.items[0]
        if item in rows:
            problems.append(Problem("entry.item-twice", {**here, "found": item}))
        if item not in (visit.items or ("",)):
            code = "entry.unknown-item" if item else "entry.no-items"
            problems.append(Problem(code, {**here, "found": item, "known": list(visit.items)}))
        row, wrong = _row(visit, item, one)
        problems += wrong
        rows[item] = row
    if problems:
        # One code for a whole visit is wrong once, and not for each of its items.
        raise PlannerError(*[one for at, one in enumerate(problems) if one not in problems[:at]])
    return [rows[item] for item in (visit.items or ("",)) if item in rows]


def _row(visit: Visit, item: str, given: Result) -> tuple[dict[str, Any], list[Problem]]:
    row: dict[str, Any] = {
        "entity_id": visit.entity,
        "item_id": item,
        "visited_on": visit.on.isoformat(),
        "finding": tidy(str(given.get("finding", "")))[:LONGEST],
    }
    problems = []
    for column, default in (("method", ""), ("result", ""), ("follow_up", "none")):
        typed = tidy(str(given.get(column, "")))
        row[column] = code_of(column, typed) if typed else default
        if typed and not row[column]:
            known = [one for one in codes(column) if one != NOT_YET or column != "result"]
            problems.append(
                Problem(
                    f"entry.unknown-{column.replace('_', '-')}",
                    {"found": typed[:80], "known": known},
                )
            )
    if row["result"] in ("", NOT_YET) and not problems:
        problems.append(Problem("entry.no-result", {"entity": visit.entity, "item": item}))
    closed = tidy(str(given.get("follow_up_closed_on", "")))
    row["follow_up_closed_on"] = closed
    if closed:
        problems += _closed(visit, closed)
    return row, problems


def _closed(visit: Visit, closed: str) -> Iterator[Problem]:
    """Why the day on which a measure was done cannot be."""
    try:
        day = date.fromisoformat(closed)
    except ValueError:
        yield Problem("entry.bad-day", {"found": closed[:40]})
        return
    if not visit.on <= day <= visit.today:
        days = {"first": visit.on.isoformat(), "last": visit.today.isoformat()}
        yield Problem("entry.closed-outside", {"found": closed, **days})


def changed_rows(before: Sequence[Result], rows: Sequence[Result]) -> tuple[list[Any], list[str]]:
    """The rows that say something else than those before, and the items that they correct.

    What was sent back is entered anew even where it stays as it was, and corrects nothing.
    """
    known = {(row["entity_id"], row["item_id"]): row for row in before}
    fresh, corrected = [], []
    for row in rows:
        was = known.get((row["entity_id"], row["item_id"]))
        is_returned = was is not None and was["state"] == ResultState.RETURNED.value
        if was is not None and not is_returned and all(was[one] == row[one] for one in COMPARED):
            continue
        fresh.append(row)
        corrected += [row["item_id"]] if was is not None and not is_returned else []
    return fresh, corrected
