"""Deadlines: results of a visit must be public within 20 working days of it.

Source: 企业信息公示暂行条例 art. 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from yaohao.planner.schema.reports.publications import DueState, DueVisit
from yaohao.planner.vocabulary.working_days import Calendar, Due

WORKING_DAYS = 20
"""Working days after the visit within which its result must be public."""

STATES = ("published", "late", "open", "overdue", "no-day")
"""In time; too late; not public yet and still in time; not public and past due; no day known."""


def due_days(record: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    """By when the results of a draw must be public, counted for its publication.

    `record` is ``draw.json``. ``by`` has, for the last day of the window and every day on which a
    result was found, the day due and the years whose arrangement of holidays is only estimated.
    """
    visited = {row["visited_on"] for row in record["results"] if row["visited_on"]}
    by = {}
    for day in sorted({record["plan"]["window"][1], *visited}):
        due = calendar.due_on(date.fromisoformat(day), WORKING_DAYS)
        by[day] = {"day": due.day.isoformat(), "estimated": list(due.estimated_years)}
    return {"days": WORKING_DAYS, "by": by}


def deadlines(
    draw: str,
    results: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
    published: Mapping[tuple[str, str], date],
    calendar: Calendar,
    as_of: date,
) -> list[DueVisit]:
    """When each visit's results are due, one row an entity and day, in the order of the results.

    `published` tells for results, by entity and item, on what day they first became public. A
    visit is public once all its results of that day are, and until then due as its last day; where
    the day of the visit is not known nothing can be told.
    """
    visits: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    due_on = cache(lambda day: calendar.due_on(date.fromisoformat(day), WORKING_DAYS))
    between = cache(calendar.between)  # thousands of visits share a few days
    for row in results:
        visits.setdefault((row["entity_id"], row["visited_on"]), []).append(row)
    return [
        {
            "draw": draw,
            "entity_id": entity,
            "name": names.get(entity, ""),
            "visited_on": visited_on,
            "items": [row["item_id"] for row in rows],
            **_due(visited_on, _public_on(rows, published), due_on, between, as_of),
        }
        for (entity, visited_on), rows in visits.items()
    ]


def _public_on(
    rows: Sequence[Mapping[str, Any]], published: Mapping[tuple[str, str], date]
) -> date | None:
    """The day on which the last of a visit's results became public; None before that."""
    days = [published.get((row["entity_id"], row["item_id"])) for row in rows]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _due(
    visited_on: str,
    public_on: date | None,
    due_on: Callable[[str], Due],
    between: Callable[[date, date], int],
    as_of: date,
) -> DueState:
    published_on = public_on.isoformat() if public_on else None
    if not visited_on:
        return {
            "due_on": None,
            "sure": None,
            "estimated_years": [],
            "published_on": published_on,
            "state": "published" if public_on else "no-day",
            "days_left": None,
        }
    due = due_on(visited_on)
    if public_on is not None:
        state, left = "late" if public_on > due.day else "published", None
    elif as_of > due.day:
        state, left = "overdue", -between(due.day, as_of)
    else:
        state, left = "open", between(as_of, due.day)
    return {
        "due_on": due.day.isoformat(),
        "sure": "confirmed" if due.confirmed else "estimated",
        "estimated_years": list(due.estimated_years),
        "published_on": published_on,
        "state": state,
        "days_left": left,
    }
