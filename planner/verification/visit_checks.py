"""The visits of a record: tickets, order, numbers, crews and, where tiers are shown, cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.follow_up.results import visit_result
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.publication.disclosure import tiers_shown
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import (
    Finding,
    compare,
    fails,
    holds,
    same,
)
from yaohao.planner.verification.reserves import check_reserves
from yaohao.planner.vocabulary.digest import document_digest, rows_digest, sha, ticket
from yaohao.planner.vocabulary.units import PPM


def check_visits(record: BundleRecord) -> Iterator[Finding]:
    """Everything that anyone can check of the visits."""
    act = record.story.steps.get("draw")
    if act is None:
        yield compare("numbers", "visits", 0, len(record.visits))
        yield compare("cells", "select.cells", None, record.document["select"]["cells"])
        return
    if tiers_shown(record.plan):
        yield _check_tickets(record)
    yield _order(record)
    yield from _check_numbers(record, act)
    yield compare("visits", "visits", act["visits"], rows_digest(record.crew_rows()))
    yield from _withdrawals(record)
    if record.document["crew"] is not None:
        digest = rows_digest(record.crew_rows(record.early))
        yield compare("visits", "crew.visits", digest, record.document["crew"]["visits"])
    yield from _results(record)
    yield from _check_crews(record)
    yield from _check_cells(record, act)


def _check_tickets(record: BundleRecord) -> Finding:
    key = record.key
    for place, visit in enumerate(record.visits):
        expected = ticket(key, visit["entity_id"])
        if visit["ticket"] != expected:
            return fails("tickets", f"visits[{place}].ticket", expected, visit["ticket"])
    return holds("tickets", "verify.tickets", number=len(record.visits))


def _order(record: BundleRecord) -> Finding:
    """Drawn, directed, reserves, each in the protocol's order, and nobody twice."""
    places, shown, visits = record.places, tiers_shown(record.plan), record.visits
    before: tuple[Any, ...] | None = None
    for at, visit in enumerate(visits):
        by_ticket = shown and visit["reserve"]
        own = visit["ticket"] if by_ticket else places[32 * at : 32 * (at + 1)]
        rank = (visit["reserve"], visit["standing"] != "pool", own)
        if before is not None and before >= rank:
            expected = "drawn, directed, reserves, each in the protocol's order"
            return fails("order", f"visits[{at}]", expected, visit["entity_id"])
        before = rank
    seen: set[str] = set()
    for place, visit in enumerate(visits):
        if visit["entity_id"] in seen:
            return fails("order", f"visits[{place}]", "every entity once", visit["entity_id"])
        seen.add(visit["entity_id"])
        if visit["reserve"] and visit["standing"] != "pool":
            return fails("order", f"visits[{place}].reserve", "a reserve of the pool", "directed")
    return holds("order")


def _check_numbers(record: BundleRecord, act: Mapping[str, Any]) -> Iterator[Finding]:
    counts, visits = record.document["select"]["counts"], record.visits
    numbers = {
        "drawn": sum(v["standing"] == "pool" and not v["reserve"] for v in visits),
        "directed": sum(v["standing"] == "directed" for v in visits),
        "reserves": sum(v["reserve"] for v in visits),
    }
    yield same("numbers", {name: act[name] for name in numbers}, numbers, "visits")
    yield compare("numbers", "select.counts.directed", numbers["directed"], counts["directed"])
    if numbers["drawn"] + numbers["reserves"] > counts["pool"]:
        yield fails("numbers", "visits", f"at most {counts['pool']} of the pool", numbers)
    if numbers["reserves"] and not record.plan["publication"]["reserves"]:
        yield fails("numbers", "visits: reserve", 0, numbers["reserves"])


def _withdrawals(record: BundleRecord) -> Iterator[Finding]:
    """Withdrawals as the ledger has them, of entities to be visited, with reserves in order."""
    withdrawals = record.document["withdrawals"]
    acts = [
        {**{key: act[key] for key in ("entity_id", "result", "at", "evidence", "reserve")}}
        for act in record.story.withdrawals
    ]
    sealed = [{**one, "evidence": sha(one["evidence"])} for one in withdrawals]
    yield same("withdrawals", acts, sealed, "withdrawals")
    named = {one[key] for one in withdrawals for key in ("entity_id", "reserve")}
    rows = [v for v in record.visits if v["entity_id"] in named] if withdrawals else []
    directed = {v["entity_id"] for v in rows if v["standing"] == "directed"}
    for place, one in enumerate(withdrawals):
        where, before = f"withdrawals[{place}]", withdrawals[:place]
        if one["entity_id"] not in {v["entity_id"] for v in made_visits(rows, before)}:
            yield fails("withdrawals", where, "an entity that is to be visited", one["entity_id"])
            return
        spare = {v["entity_id"] for v in rows if v["reserve"]}
        spare -= {other["reserve"] for other in before}
        if one["reserve"] is not None and one["reserve"] not in spare:
            yield fails("withdrawals", f"{where}.reserve", "an unused reserve", one["reserve"])
            return
        if one["reserve"] is not None and one["entity_id"] in directed:
            expected = "no reserve for a directed visit"
            yield fails("withdrawals", f"{where}.reserve", expected, one["reserve"])
            return
    if tiers_shown(record.plan):
        yield from check_reserves("withdrawals", record.visits, withdrawals)


def _results(record: BundleRecord) -> Iterator[Finding]:
    """The results by the ledger's digest, and the code of every visit that they come to."""
    results, act = record.document["results"], record.story.results
    if act is None:
        yield compare("results", "results", 0, len(results))
    else:
        yield compare("results", "results", act["results"], rows_digest(results))
        yield compare("results", "results: number", act["number"], len(results))
    plan = plan_from_document(record.plan)
    gone = {one["entity_id"]: one["result"] for one in record.document["withdrawals"]}
    of_entity: dict[str, list[Mapping[str, Any]]] = {}
    for row in results:
        of_entity.setdefault(row["entity_id"], []).append(row)
    for place, visit in enumerate(record.visits):
        own = of_entity.pop(visit["entity_id"], [])
        expected = gone.get(visit["entity_id"]) or visit_result(own, plan.all_items)
        if visit["result"] != expected:
            yield fails("results", f"visits[{place}].result", expected, visit["result"])
            return
    if of_entity:
        yield fails("results", "results", "entities that are visited", sorted(of_entity)[0])
        return
    yield holds("results")


def _check_crews(record: BundleRecord) -> Iterator[Finding]:
    seats = len(record.plan["crew"]["seats"])
    act = record.story.steps.get("crews")
    is_dealt = record.is_made(record.early)
    for place, visit in enumerate(record.visits):
        crew = visit["inspectors"]
        asked = seats if act is not None and is_dealt(visit) else 0
        if len(crew) != asked or crew != sorted(set(crew)):
            yield fails("crews", f"visits[{place}].inspectors", f"{asked}, ascending", crew)
            return
    if act is None:
        yield holds("crews", "verify.crews-later")
        return
    crews = ([visit["entity_id"], visit["inspectors"]] for visit in record.made(record.early))
    yield compare("crews", "crews", act["crews"], rows_digest(crews))
    dealt = sum(map(is_dealt, record.visits))
    yield compare("crews", "crews: dealt", act["dealt"], dealt)


def _check_cells(record: BundleRecord, act: Mapping[str, Any]) -> Iterator[Finding]:
    """Cells under their public names, and where tiers are shown all else of them."""
    cells = record.document["select"]["cells"]
    if cells is None:
        yield fails("cells", "select.cells", "a list", "null")
        return
    yield compare("cells", "select.cells", act["cells"], document_digest(cells))
    shown = tiers_shown(record.plan)
    names = [str(cell["cell"]) for cell in cells]
    if (sorted(names) if shown else names) != sorted(set(names)):
        yield fails("cells", "select.cells", "every cell once, ascending", names)
    with_drawn = sum(cell["threshold"] is not None for cell in cells)
    if with_drawn > act["drawn"] or (act["drawn"] and not with_drawn):
        expected = f"{min(act['drawn'], 1)} to {act['drawn']} cells with a threshold"
        yield fails("cells", "select.cells", expected, with_drawn)
    if not shown:
        yield holds("cells", "verify.cells-hidden", number=len(cells))
        return
    pool = record.document["select"]["counts"]["pool"]
    yield compare("cells", "select.cells: size", pool, sum(cell["size"] for cell in cells))
    yield compare(
        "cells", "select.cells: count", act["drawn"], sum(cell["count"] for cell in cells)
    )
    members: defaultdict[int, _Members] = defaultdict(_Members)
    for place, visit in enumerate(record.visits):
        if visit["standing"] == "directed":
            if visit["cell"] is not None or visit["expected"] is not None:
                values = [visit["cell"], visit["expected"]]
                yield fails("cells", f"visits[{place}].cell, expected", [None, None], values)
                return
        elif visit["cell"] is None or visit["cell"] > len(cells):
            yield fails("cells", f"visits[{place}].cell", f"1 to {len(cells)}", visit["cell"])
            return
        else:
            members[visit["cell"]].add(visit)
    reserves = record.plan["publication"]["reserves"]
    for number, cell in enumerate(cells, 1):
        problem = _cell_problem(number, cell, members[number], reserves)
        if problem is not None:
            yield fails("cells", f"select.cells[{number - 1}]{problem[0]}", *problem[1:])
            return
    yield holds("cells", "verify.cells", number=len(cells))


@dataclass
class _Members:
    """The visits of a cell, counted: drawn and in reserve, the last and the first ticket of them,
    and what they say that the cell expects.
    """

    taken: int = 0
    highest: str | None = None
    spare: int = 0
    lowest: str | None = None
    expected: set[Any] = field(default_factory=set)

    def add(self, visit: Mapping[str, Any]) -> None:
        ticket_ = visit["ticket"]
        self.expected.add(visit["expected"])
        if visit["reserve"]:
            self.spare += 1
            self.lowest = ticket_ if self.lowest is None else min(self.lowest, ticket_)
        else:
            self.taken += 1
            self.highest = ticket_ if self.highest is None else max(self.highest, ticket_)


def _cell_problem(
    number: int, cell: Mapping[str, Any], visits: _Members, reserves: int
) -> tuple[str, Any, Any] | None:
    """What is wrong with a cell and its visits: where, expected, found."""
    highest, lowest = visits.highest, visits.lowest
    if cell["number"] != number:
        return ".number", number, cell["number"]
    if cell["count"] != visits.taken:
        return ".count", visits.taken, cell["count"]
    if cell["count"] > cell["size"]:
        return ".size", f">= {cell['count']}", cell["size"]
    if cell["threshold"] != highest:
        return ".threshold", highest, cell["threshold"]
    if lowest is not None and highest is not None and lowest <= highest:
        return ": reserve", f"> {highest}", lowest
    most = min(reserves, cell["size"] - cell["count"])
    if visits.spare > most:
        return ": reserves", f"at most {most}", visits.spare
    x = cell["expected"]
    if visits.expected - {x}:
        return ": expected", x, sorted(map(str, visits.expected))
    if x > cell["size"] * PPM or cell["count"] not in (x // PPM, -(-x // PPM)):
        return ": expected", f"{cell['count']} is {x} millionths, rounded", x
    return None
