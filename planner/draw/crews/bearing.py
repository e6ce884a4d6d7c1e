"""What bears on a crew, counted for everybody to see: recusals, absences, the least choice.

With enough recusals whoever makes them chooses the crew. So they are counted, and those since the
selection apart. Source: the draw protocol, "Crews" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from yaohao.planner.draw.crews.eligibility import Window, eligible
from yaohao.planner.schema.ledger_acts import CrewBearing
from yaohao.planner.schema.visit import CrewVisit, RosterRow


def crew_bearing(
    visits: Collection[CrewVisit],
    roster: Sequence[RosterRow],
    before: Sequence[RosterRow],
    window: Window,
) -> CrewBearing:
    """The counts that go with a crew round.

    `recused`: pairs of an inspector and an entity to be visited that are recused. `absent`:
    inspectors who are absent on a day of the window. `recused_since`, `absent_since`: those that
    `before`, the roster at the selection, does not have. `least_choice`: the least number of
    inspectors from whom a seat could have been filled. `visits` and `roster` are the documents of
    the crew round.
    """
    asked = {entity for rows in (roster, before) for row in rows for entity in row["recused"]}
    # Few are recused: who else is visited need not be held.
    visited = {visit["entity_id"] for visit in visits if visit["entity_id"] in asked}
    now, then = (_recused(rows, visited) for rows in (roster, before))
    away, earlier = (_absent(rows, window) for rows in (roster, before))
    return {
        "recused": len(now),
        "recused_since": len(now - then),
        "absent": len(away),
        "absent_since": len(away - earlier),
        "least_choice": _least_choice(visits, roster, window),
    }


def _recused(rows: Sequence[RosterRow], visited: set[str]) -> set[tuple[str, str]]:
    return {
        (row["inspector_id"], entity)
        for row in rows
        for entity in row["recused"]
        if entity in visited
    }


def _absent(rows: Sequence[RosterRow], window: Window) -> set[str]:
    first, last = window
    return {
        row["inspector_id"]
        for row in rows
        if any(start <= last and end >= first for start, end in row["absent"])
    }


def _least_choice(
    visits: Collection[CrewVisit], roster: Sequence[RosterRow], window: Window
) -> int:
    pools = eligible(visits, roster, window).pools if visits and roster else ()
    choices = [int(number) for pool in pools for number in pool.fits.sum(axis=0)]
    return min(choices, default=0)
