"""Drawing: the selection round and the crew round.

The order is freeze, draw, staff, deal; every step asks for the one before, and none is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from yaohao.planner.draw.rounds import (
    crew_commitment,
    entered_seed,
    known_seed,
    round_key,
)
from yaohao.planner.draw.seed_doubts import seed_doubts
from yaohao.planner.draw.solver_versions import versions
from yaohao.planner.draw.stages import check_step, is_witnessed
from yaohao.planner.draw.visits import roster_document, visits_document
from yaohao.planner.publication.disclosure import without_phones
from yaohao.planner.schema.draw import CrewRound, Draw, DrawnCell, Round, RoundName, Stage
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import is_published, published_stages
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.problems import CheckFailed, Problem, refuse
from yaohao.planner.vocabulary.text import tidy


def _at_stage(workspace: WorkspaceFolder, draw: str, step: str) -> Draw:
    """The draw, if `step` is what comes next; else a refusal that says which step is missing."""
    found = workspace.store.draw(draw)
    check_step(found, step)
    return found


def fresh_seed(workspace: WorkspaceFolder, draw: str, name: str, seed: str) -> str:
    """The seed of a round as it is used.

    Raises PlannerError where it is too short, or was known, whole or in part, when the round was
    committed. Source: the draw protocol, "Rounds: commit, then seed".
    """
    text = entered_seed(seed)
    known = known_seed((line.act for line in workspace.store.ledger()), draw, name, text)
    if known is not None:
        told = {key: known[key] for key in ("draw", "round", "at")}
        raise refuse(f"round.seed-known-{known['round']}", **told)
    return text


def doubts(
    workspace: WorkspaceFolder, draw: str, round_: RoundName, seed: str, source: str
) -> list[Problem]:
    """What is doubtful of a seed and its source, to be told before they are entered.

    Raises PlannerError as `fresh_seed` does, and where the draw has no such round.
    """
    held = workspace.store.draw(draw).round(round_)
    if held is None:
        raise refuse("draw.no-commitment", draw=draw)
    text = fresh_seed(workspace, draw, round_, seed)
    announced = workspace.store.draw(draw).plan["seeds"][round_]
    return seed_doubts(text, without_phones(tidy(source)), announced)


# Many parameters: the parts of what is made, said once.
def _seeded(
    workspace: WorkspaceFolder,
    draw: str,
    round_: Round,
    name: RoundName,
    seed: str,
    source: str,
    witnesses: Sequence[str],
) -> None:
    """Enter the seed of a round into its record and the ledger, if it is fresh."""
    text = fresh_seed(workspace, draw, name, seed)
    round_["seed"] = text
    round_["source"] = without_phones(tidy(source))
    round_["witnesses"] = [without_phones(found) for found in map(tidy, witnesses) if found]
    round_["key"] = round_key(round_["commitment"], text)
    line = workspace.store.append(
        {
            "act": "seed",
            "draw": draw,
            "round": name,
            "seed": round_["seed"],
            "source": round_["source"],
            "witnesses": document_digest(round_["witnesses"]),
            "witnessed": len(round_["witnesses"]),
            "key": round_["key"],
        }
    )
    round_["seeded_at"] = line.act["at"]


def draw_entities(
    workspace: WorkspaceFolder,
    draw: str,
    seed: str,
    source: str = "",
    witnesses: Sequence[str] = (),
) -> dict[str, Any]:
    """The selection round: outcome, tickets, the drawn, the directed, the reserves.

    Raises PlannerError where the step is not due, the seed is too short, or the frozen frame has
    been changed. Source: the draw protocol, "Selection".
    """
    entered_seed(seed)  # a bad seed is told before anything is held
    with workspace.act("draw") as store:
        found = _at_stage(workspace, draw, "draw")
        plan, record, select = found.plan, found.record, found.select
        _seeded(workspace, draw, select, "select", seed, source, witnesses)
        rows = _selection(workspace, found)
        store.add_visits(rows)
        visits = visits_document(
            ({**row, "reserve": bool(row["reserve"])} for row in rows), plan["crew"]["seats"]
        )
        digest = store.put_document(draw, "visits", visits)
        tally = {
            "drawn": sum(row["standing"] == "pool" and not row["reserve"] for row in rows),
            "directed": sum(row["standing"] == "directed" for row in rows),
            "reserves": sum(row["reserve"] for row in rows),
        }
        shown = plan["publication"]["tiers"] == "shown"
        store.append(
            {
                "act": "draw",
                "draw": draw,
                "outcome": select["outcome"],
                **tally,
                "visits": digest,
                "cells": document_digest(public_cells(record["cells"] or ())) if shown else None,
            }
        )
        store.update_draw(draw, Stage.DRAWN, record)
        return {
            "draw": draw,
            "key": select["key"],
            "outcome": select["outcome"],
            **tally,
            "seeded_at": select["seeded_at"],
            "witnessed": is_witnessed(select),
            "published": _published(workspace, draw, "select"),
        }


def public_cells(cells: Sequence[DrawnCell]) -> list[dict[str, Any]]:
    """Cells as they are shown where tiers are public: by number, not by name."""
    names = ("cell", "size", "count", "threshold")
    return [{name: value for name, value in cell.items() if name in names} for cell in cells]


def _published(workspace: WorkspaceFolder, draw: str, name: RoundName) -> bool:
    """Whether the commitment of a round was published before its seed."""
    stages = published_stages(line.act for line in workspace.store.ledger())
    return is_published(stages.get(draw, ()), name)


def _selection(workspace: WorkspaceFolder, draw: Draw) -> list[dict[str, Any]]:
    """The rows of the visits; the outcome and the cells go into the record."""
    from yaohao.planner.draw.selection import drawn_visits

    frozen, reserves = workspace.frozen(draw), draw.plan["publication"]["reserves"]
    selection = drawn_visits(frozen.frame, frozen.lottery, str(draw.select["key"]), reserves)
    draw.select["outcome"] = selection.outcome
    draw.record["cells"] = selection.cells
    described = frozen.frame.described([visit.entity_id for visit in selection.visits])
    return [
        {
            "draw": draw.id,
            "place": place,
            "entity_id": visit.entity_id,
            "standing": visit.standing,
            "cell": visit.cell,
            "expected": visit.expected,
            "ticket": visit.ticket,
            "reserve": int(visit.reserve),
            "name": without_phones(described[visit.entity_id][0]),
            "region": described[visit.entity_id][1],
            "inspectors": "[]",
            "result": "0",
        }
        for place, visit in enumerate(selection.visits, 1)
    ]


def staff(workspace: WorkspaceFolder, draw: str) -> dict[str, Any]:
    """Close recusals and absences, check that every seat can be filled, commit the crew round.

    Raises CheckFailed with what falls short; nothing is committed then.
    """
    from yaohao.planner.draw.crews.assignment import shortfalls

    with workspace.act("staff") as store:
        found = _at_stage(workspace, draw, "staff")
        plan, record = found.plan, found.record
        visits = store.document(draw, "visits")
        roster = roster_document(store.roster("inspectors"))
        short = shortfalls(visits, roster, tuple(plan["window"]))
        if short:
            raise CheckFailed(*short)
        digests = {"visits": document_digest(visits), "roster": document_digest(roster)}
        commitment = crew_commitment(record["select"]["commitment"], **digests)
        source = plan["seeds"]["crew"]
        line = store.append(
            {
                "act": "commitment",
                "draw": draw,
                "round": "crew",
                **digests,
                "commitment": commitment,
                "source": source,
            }
        )
        record["crew"] = {
            "visits": digests["visits"],
            "roster": digests["roster"],
            "commitment": commitment,
            "committed_at": line.act["at"],
            "seed": None,
            "source": source,
            "seeded_at": None,
            "witnesses": [],
            "key": None,
        }
        store.put_document(draw, "roster", roster)
        store.update_draw(draw, Stage.STAFFED, record)
        return {
            "draw": draw,
            "commitment": commitment,
            **digests,
            "visit_count": len(visits),
            "inspectors": len(roster),
            "source": source,
            "committed_at": line.act["at"],
        }


def deal_crews(
    workspace: WorkspaceFolder,
    draw: str,
    seed: str,
    source: str = "",
    witnesses: Sequence[str] = (),
) -> dict[str, Any]:
    """The crew round: who inspects whom. Raises PlannerError where the step is not due."""
    from yaohao.planner.draw.crews.assignment import deal

    entered_seed(seed)
    with workspace.act("deal") as store:
        found = _at_stage(workspace, draw, "deal")
        plan, round_ = found.plan, cast(CrewRound, found.crew)
        _seeded(workspace, draw, round_, "crew", seed, source, witnesses)
        visits, roster = store.document(draw, "visits"), store.document(draw, "roster")
        dealt = deal(visits, roster, tuple(plan["window"]), str(round_["key"]))
        crews = [[entity, inspectors] for entity, inspectors in dealt.crews]
        store.put_document(
            draw,
            "crews",
            {
                "crews": crews,
                "potentials": dealt.potentials,
                "squares": dealt.squares,
                "cost": str(dealt.cost),
            },
        )
        store.set_crews(draw, dealt.crews)
        store.append(
            {
                "act": "crews",
                "draw": draw,
                "crews": document_digest(crews),
                "dealt": len(crews),
                "made_with": versions(),
            }
        )
        store.update_draw(draw, Stage.DEALT, found.record)
        last = plan["window"][1]
        able = {row["inspector_id"] for row in roster if row["certificate_until"] >= last}
        loads = sorted(load for one, load in dealt.loads.items() if one in able)
        return {
            "draw": draw,
            "key": round_["key"],
            "dealt": len(crews),
            "least_load": loads[0] if loads else 0,
            "most_load": loads[-1] if loads else 0,
            "seeded_at": round_["seeded_at"],
            "witnessed": is_witnessed(round_),
            "published": _published(workspace, draw, "crew"),
        }
