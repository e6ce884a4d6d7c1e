"""Selection: the tickets of a frame and the entities that the lot takes.

`drawn_visits` is the whole of it: a draw, its audit and a simulation call it. Source: the draw
protocol, "Selection" (docs/protocol.md). Nothing but the key and the counts decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.frame.blind_cells import blind_name
from yaohao.planner.plan.conditions import Column, Equals
from yaohao.planner.vocabulary.digest import visit_places

if TYPE_CHECKING:
    from yaohao.planner.engine.base import FrameRelation
    from yaohao.planner.frame.frame import Frame
    from yaohao.planner.schema.draw import DrawnCell
    from yaohao.planner.schema.lottery import Lottery

TICKETS = 1 << 64
"""Bounds on tickets are made on their first sixteen hex characters."""


class Drawn(NamedTuple):
    """An entity that the lot took: `rank` is its ordinal by ticket within the cell, from 1."""

    entity_id: str
    cell: str
    ticket: str
    rank: int
    name: str = ""
    region: str = ""
    """Name and region, where they were asked for."""


DESCRIBED = ("name", "region")
"""The columns that describe an entity in a list of visits."""


# Many parameters: what the lot decides on, each part of it known by its own name.
def select(
    frame: FrameRelation,
    key: str,
    counts: Mapping[str, int],
    sizes: Mapping[str, int],
    reserves: int = 0,
    secret: str | None = None,
    columns: Sequence[str] = (),
) -> list[Drawn]:
    """The entities with the lowest tickets of each cell, in the order of cell and ticket.

    `counts` and `sizes` are by cell. With `reserves`, so many further entities of each cell follow,
    ranked behind its count. With a `secret` every ticket has the salt that it gives: tiers are
    hidden. With the `columns` `DESCRIBED` name and region come with them.
    """
    wanted = {cell: min(count + reserves, sizes[cell]) for cell, count in counts.items()}
    asked = {cell: number for cell, number in wanted.items() if number > 0}
    bounds = {cell: (number, _bound(number, sizes[cell])) for cell, number in asked.items()}
    lowest = frame.lowest_tickets(key, bounds, secret, columns)
    short = {cell: number for cell, number in asked.items() if len(lowest.get(cell, ())) < number}
    if short:
        # Rare: too few tickets fell under the bound. Exact only if such a cell is done in full.
        in_full = {cell: (number, "g") for cell, number in short.items()}
        lowest |= frame.lowest_tickets(key, in_full, secret, columns)
    drawn = []
    for cell in sorted(asked, key=str.encode):
        if len(lowest[cell]) != asked[cell]:
            raise AssertionError(f"cell {cell}: {len(lowest[cell])} of {asked[cell]}")
        for rank, (ticket, entity_id, *said) in enumerate(lowest.pop(cell), 1):
            drawn.append(Drawn(entity_id, cell, ticket, rank, *said))
    return drawn


class DrawnVisit(NamedTuple):
    """An entity that is to be visited, or that stands by: its row in the list of visits.

    `name` is that of its cell and `cell` the cell's number, from 1; a directed entity has neither.
    """

    entity_id: str
    standing: str
    name: str
    cell: int | None
    expected: int | None
    """Of the whole cell, in millionths of visits."""
    ticket: str
    reserve: bool
    own_name: str = ""
    region: str = ""
    """Of the entity, where they were asked for."""


@dataclass(frozen=True)
class Selection:
    """What a key selects: an outcome of the lottery (from 0), its cells, the visits in order."""

    outcome: int
    cells: list[DrawnCell]
    visits: list[DrawnVisit]


# Many parameters: what is drawn from, what decides, and what of it is told.
def drawn_visits(
    frame: Frame,
    lottery: Lottery,
    key: str,
    reserves: int = 0,
    secret: str | None = None,
    *,
    hidden: bool = True,
    described: bool = False,
) -> Selection:
    """The whole selection: outcome, drawn, directed, and `reserves` of each cell.

    Where tiers are `hidden` tickets have the salts that `secret` gives; a simulation, which is
    shown to nobody, has none. The visits come first, the pool's before the directed, in an order
    that has nothing to do with tickets; reserves follow, where tiers are shown by ticket. If
    `described`, each has its entity's name and region: read with the tickets they cost little.
    Source: the draw protocol, "Selection" and "Crews" (docs/protocol.md).
    """
    from yaohao.planner.draw.lottery.picked_outcome import pick_outcome

    outcome = pick_outcome(key, lottery["outcomes"])
    counts = lottery["outcomes"][outcome]["counts"]
    count_of = {cell["cell"]: n for cell, n in zip(lottery["cells"], counts, strict=True)}
    size_of = {cell["cell"]: cell["size"] for cell in lottery["cells"]}
    salted = secret if hidden else None
    columns = DESCRIBED if described else ()
    drawn = select(frame.relation, key, count_of, size_of, reserves, salted, columns)
    highest = thresholds(drawn, count_of)
    cells: list[DrawnCell] = [
        {
            "cell": number,
            "blind": blind_name(secret, cell["cell"]) if secret else "",
            "name": cell["cell"],
            "size": cell["size"],
            "expected": cell["expected"],
            "count": count_of[cell["cell"]],
            "threshold": highest.get(cell["cell"]),
        }
        for number, cell in enumerate(lottery["cells"], 1)
    ]
    of_name = {cell["name"]: (cell["cell"], cell["expected"], cell["count"]) for cell in cells}
    few: dict[str, str] = {}  # thousands have the same region
    visits = []
    for entity_id, cell, ticket, rank, name, region in drawn:
        number, expected, count = of_name[cell]
        known = few.setdefault(region, region)
        is_reserve = rank > count
        visits.append(
            DrawnVisit(entity_id, "pool", cell, number, expected, ticket, is_reserve, name, known)
        )
    del drawn  # as many as there are visits
    visits += [
        DrawnVisit(entity_id, "directed", "", None, None, ticket, False, *said)
        for ticket, entity_id, *said in frame.relation.tickets(
            key, Equals(Column("standing"), "directed"), salted, columns
        )
    ]
    place_by_key = visit_places(key)

    def place(visit: DrawnVisit) -> tuple[bool, bool, str]:
        by_ticket = visit.reserve and not hidden
        own = visit.ticket if by_ticket else place_by_key(visit.entity_id)
        return visit.reserve, visit.standing != "pool", own

    visits.sort(key=place)
    return Selection(outcome, cells, visits)


def thresholds(drawn: Sequence[Drawn], counts: Mapping[str, int]) -> dict[str, str]:
    """The highest drawn ticket of each cell with a count above 0, reserves left aside."""
    highest: dict[str, str] = {}
    for entity in drawn:
        if entity.rank <= counts[entity.cell]:
            highest[entity.cell] = max(highest.get(entity.cell, ""), entity.ticket)
    return highest


def _bound(number: int, size: int) -> str:
    """A ticket text below which a cell of `size` holds `number` tickets, almost certainly.

    (n + 5 √n + 10) / N of the range; the letter g stands above all hex digits. One in a million
    cells comes up short, and is done again in full. What lies below the bound is hashed twice: with
    6 and 20 it was a third more.
    """
    share = number + 5 * (isqrt(number) + 1) + 10
    return "g" if share >= size else f"{TICKETS * share // size:016x}"
