"""The documents of the crew round: the visits to be made and the roster that makes them.

Source: the draw protocol, sections 2 and 6 (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yaohao.planner.schema.visit import CrewVisit, RosterRow, Seat
from yaohao.planner.vocabulary.digest import canonical_texts, visit_place

if TYPE_CHECKING:
    from yaohao.planner.draw.selection import DrawnVisit


def visits_document(
    visits: Iterable[Mapping[str, Any]], seats: Sequence[Seat], key: str
) -> list[CrewVisit]:
    """The visits of the crew round: drawn entities, then directed ones, in the protocol's order.

    `visits` have `entity_id`, `standing`, `region` and perhaps `reserve`; reserves are not visited
    unless they are used. `key` is the selection round's.
    """
    made = [visit for visit in visits if not visit.get("reserve")]
    made.sort(key=lambda visit: (visit["standing"] != "pool", visit_place(key, visit["entity_id"])))
    return visits_in_order(made, seats)


def visits_in_order(visits: Iterable[Mapping[str, Any]], seats: Sequence[Seat]) -> list[CrewVisit]:
    """As `visits_document`, of visits that stand in the protocol's order; reserves are left out."""
    return list(crew_rows(visits, seats))


def crew_rows(visits: Iterable[Mapping[str, Any]], seats: Sequence[Seat]) -> Iterator[CrewVisit]:
    """As `visits_in_order`, one after the other."""
    same = list(seats)  # one list for all: it is written, and not changed
    for visit in visits:
        if not visit.get("reserve"):
            yield {
                "entity_id": visit["entity_id"],
                "standing": visit["standing"],
                "region": visit["region"],
                "seats": same,
            }


def crew_texts(visits: Sequence[DrawnVisit], seats: Sequence[Seat]) -> Iterator[str]:
    """The canonical JSON of `crew_rows` of selected visits, in pieces."""
    made = [visit for visit in visits if not visit.reserve]
    return canonical_texts(
        {
            "entity_id": (visit.entity_id for visit in made),
            "standing": (visit.standing for visit in made),
            "region": (visit.region for visit in made),
        },
        {"seats": list(seats)},
    )


def roster_document(inspectors: Iterable[RosterRow]) -> list[RosterRow]:
    """The roster of the crew round, sorted by id, lists inside sorted; the names are left out."""
    rows: list[RosterRow] = [
        {
            "inspector_id": row["inspector_id"],
            "department": row["department"],
            "regions": sorted(row["regions"]),
            "qualifications": sorted(row["qualifications"]),
            "certificate_until": row["certificate_until"],
            "capacity": row["capacity"],
            "absent": sorted(row["absent"]),
            "recused": sorted(row["recused"]),
        }
        for row in inspectors
    ]
    return sorted(rows, key=lambda row: row["inspector_id"])
