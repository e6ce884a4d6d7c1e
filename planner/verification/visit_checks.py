"""The visits of a record: tickets, order, numbers, crews and, where tiers are shown, cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from yaohao.planner.draw.visits import visits_document
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
from yaohao.planner.vocabulary.digest import document_digest, sha, ticket, visit_place
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
    made = visits_document(record.visits, record.plan["crew"]["seats"], _key(record))
    yield compare("visits", "visits", act["visits"], document_digest(made))
    yield from _withdrawals(record)
    if record.document["crew"] is not None:
        made = visits_document(record.crew_visits, record.plan["crew"]["seats"], _key(record))
        digest = document_digest(made)
        yield compare("visits", "crew.visits", digest, record.document["crew"]["visits"])
    yield from _results(record)
    yield from _check_crews(record)
    yield from _check_cells(record, act)


def _check_tickets(record: BundleRecord) -> Finding:
    key = str(record.document["select"]["key"])
    for place, visit in enumerate(record.visits):
        expected = ticket(key, visit["entity_id"])
        if visit["ticket"] != expected:
            return fails("tickets", f"visits[{place}].ticket", expected, visit["ticket"])
    return holds("tickets", "verify.tickets", number=len(record.visits))


def _order(record: BundleRecord) -> Finding:
    """Drawn, directed, reserves, each in the protocol's order, and nobody twice."""
    key, shown, visits = _key(record), tiers_shown(record.plan), record.visits
    ranks = [
        (
            v["reserve"],
            v["standing"] != "pool",
            v["ticket"] if shown and v["reserve"] else visit_place(key, v["entity_id"]),
        )
        for v in visits
    ]
    for place, (one, other) in enumerate(pairwise(ranks), 1):
        if one >= other:
            return fails(
                "order",
                f"visits[{place}]",
                "drawn, directed, reserves, each in the protocol's order",
                visits[place]["entity_id"],
            )
    seen: set[str] = set()
    for place, visit in enumerate(visits):
        if visit["entity_id"] in seen:
            return fails("order", f"visits[{place}]", "every entity once", visit["entity_id"])
        seen.add(visit["entity_id"])
        if visit["reserve"] and visit["standing"] != "pool":
            return fails("order", f"visits[{place}].reserve", "a reserve of the pool", "directed")
    return holds("order")


def _key(record: BundleRecord) -> str:
    return str(record.document["select"]["key"])


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
    told = record.document["withdrawals"]
    acts = [
        {**{key: act[key] for key in ("entity_id", "result", "at", "evidence", "reserve")}}
        for act in record.story.withdrawals
    ]
    found = [{**one, "evidence": sha(one["evidence"])} for one in told]
    yield same("withdrawals", acts, found, "withdrawals")
    directed = {v["entity_id"] for v in record.visits if v["standing"] == "directed"}
    for place, one in enumerate(told):
        where, before = f"withdrawals[{place}]", told[:place]
        if one["entity_id"] not in {v["entity_id"] for v in made_visits(record.visits, before)}:
            yield fails("withdrawals", where, "an entity that is to be visited", one["entity_id"])
            return
        spare = {v["entity_id"] for v in record.visits if v["reserve"]}
        spare -= {other["reserve"] for other in before}
        if one["reserve"] is not None and one["reserve"] not in spare:
            yield fails("withdrawals", f"{where}.reserve", "an unused reserve", one["reserve"])
            return
        if one["reserve"] is not None and one["entity_id"] in directed:
            expected = "no reserve for a directed visit"
            yield fails("withdrawals", f"{where}.reserve", expected, one["reserve"])
            return
    if tiers_shown(record.plan):
        yield from check_reserves("withdrawals", record.visits, told)


def _results(record: BundleRecord) -> Iterator[Finding]:
    """The results by the ledger's digest, and the code of every visit that they come to."""
    results, act = record.document["results"], record.story.results
    if act is None:
        yield compare("results", "results", 0, len(results))
    else:
        yield compare("results", "results", act["results"], document_digest(results))
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
    key = _key(record)
    ordered = sorted(
        record.crew_visits,
        key=lambda v: (v["standing"] != "pool", visit_place(key, v["entity_id"])),
    )
    dealt = {visit["entity_id"] for visit in ordered}
    for place, visit in enumerate(record.visits):
        found = visit["inspectors"]
        asked = seats if act is not None and visit["entity_id"] in dealt else 0
        if len(found) != asked or found != sorted(set(found)):
            yield fails("crews", f"visits[{place}].inspectors", f"{asked}, ascending", found)
            return
    crews = [[visit["entity_id"], visit["inspectors"]] for visit in ordered]
    if act is None:
        yield holds("crews", "verify.crews-later")
        return
    yield compare("crews", "crews", act["crews"], document_digest(crews))
    yield compare("crews", "crews: dealt", act["dealt"], len(crews))


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
    members: dict[int, list[Mapping[str, Any]]] = {}
    for place, visit in enumerate(record.visits):
        if visit["standing"] == "directed":
            if visit["cell"] is not None or visit["expected"] is not None:
                found = [visit["cell"], visit["expected"]]
                yield fails("cells", f"visits[{place}].cell, expected", [None, None], found)
                return
        elif visit["cell"] is None or visit["cell"] > len(cells):
            yield fails("cells", f"visits[{place}].cell", f"1 to {len(cells)}", visit["cell"])
            return
        else:
            members.setdefault(visit["cell"], []).append(visit)
    reserves = record.plan["publication"]["reserves"]
    for number, cell in enumerate(cells, 1):
        problem = _cell_problem(number, cell, members.get(number, []), reserves)
        if problem is not None:
            yield fails("cells", f"select.cells[{number - 1}]{problem[0]}", *problem[1:])
            return
    yield holds("cells", "verify.cells", number=len(cells))


def _cell_problem(
    number: int, cell: Mapping[str, Any], visits: Sequence[Mapping[str, Any]], reserves: int
) -> tuple[str, Any, Any] | None:
    """What is wrong with a cell and its visits: where, expected, found."""
    taken = [visit["ticket"] for visit in visits if not visit["reserve"]]
    spare = [visit["ticket"] for visit in visits if visit["reserve"]]
    highest = max(taken, default=None)
    expected = {visit["expected"] for visit in visits}
    if cell["number"] != number:
        return ".number", number, cell["number"]
    if cell["count"] != len(taken):
        return ".count", len(taken), cell["count"]
    if cell["count"] > cell["size"]:
        return ".size", f">= {cell['count']}", cell["size"]
    if cell["threshold"] != highest:
        return ".threshold", highest, cell["threshold"]
    if spare and highest is not None and min(spare) <= highest:
        return ": reserve", f"> {highest}", min(spare)
    most = min(reserves, cell["size"] - cell["count"])
    if len(spare) > most:
        return ": reserves", f"at most {most}", len(spare)
    x = cell["expected"]
    if expected - {x}:
        return ": expected", x, sorted(map(str, expected))
    if x > cell["size"] * PPM or cell["count"] not in (x // PPM, -(-x // PPM)):
        return ": expected", f"{cell['count']} is {x} millionths, rounded", x
    return None
