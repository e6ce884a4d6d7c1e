"""Drawing: the selection round and the crew round.

The order is freeze, draw, staff, deal; every step asks for the one before, and none is done twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from yaohao.planner.draw.rounds import (
    crew_commitment,
    known_seed,
    normal_seed,
    round_key,
)
from yaohao.planner.draw.solver_versions import versions
from yaohao.planner.draw.visits import roster_document, visits_document
from yaohao.planner.frame.frame import open_frame
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.publication.disclosure import without_phones
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import is_published, published_stages
from yaohao.planner.vocabulary.digest import document_digest, file_digest
from yaohao.planner.vocabulary.problems import CheckFailed, refuse
from yaohao.planner.vocabulary.text import tidy

STAGES = ("committed", "drawn", "staffed", "dealt")
"""How far a draw is; an abandoned one is at `abandoned`."""

STEPS = {"draw": "committed", "staff": "drawn", "deal": "staffed"}
"""What can be done at which stage."""

NEXT = {"committed": "draw", "drawn": "staff", "staffed": "deal", "dealt": "publish"}
"""The step that comes next at each stage."""


def _at_stage(workspace: WorkspaceFolder, draw: str, step: str) -> dict[str, Any]:
    """The draw, if `step` is what comes next; else a refusal that says which step is missing."""
    found = workspace.store.draw(draw)
    stage = found["stage"]
    if stage == "abandoned":
        raise refuse("draw.abandoned", draw=draw, **found["record"]["abandoned"])
    if stage != STEPS[step]:
        next_step = f"yaohao {NEXT[stage]} {draw}"
        if STAGES.index(stage) > STAGES.index(STEPS[step]):
            raise refuse("draw.already", draw=draw, stage=stage, wanted=step)
        raise refuse(
            "draw.out-of-order",
            draw=draw,
            stage=stage,
            wanted=step,
            missing=NEXT[stage],
            next=next_step,
        )
    return found


def fresh_seed(workspace: WorkspaceFolder, draw: str, name: str, seed: str) -> str:
    """The seed of a round as it is used.

    Raises PlannerError where it is too short, or was known, whole or in part, when the round was
    committed. Source: the draw protocol, "Rounds: commit, then seed".
    """
    text = normal_seed(seed)
    known = known_seed((line.act for line in workspace.store.ledger()), draw, name, text)
    if known is not None:
        told = {key: known[key] for key in ("draw", "round", "at")}
        raise refuse(f"round.seed-known-{known['round']}", **told)
    return text


# Many parameters: the parts of what is made, said once.
def _seeded(
    workspace: WorkspaceFolder,
    draw: str,
    round_: dict[str, Any],
    name: str,
    seed: str,
    source: str,
    witnesses: Sequence[str],
) -> None:
    """Enter the seed of a round into its record and the ledger, if it is fresh."""
    round_["seed"] = fresh_seed(workspace, draw, name, seed)
    round_["source"] = without_phones(tidy(source))
    round_["witnesses"] = [without_phones(found) for found in map(tidy, witnesses) if found]
    round_["key"] = round_key(round_["commitment"], round_["seed"])
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
    normal_seed(seed)  # a bad seed is told before anything is held
    with workspace.act("draw") as store:
        found = _at_stage(workspace, draw, "draw")
        plan, record = found["plan"], found["record"]
        select = record["select"]
        _seeded(workspace, draw, select, "select", seed, source, witnesses)
        rows = _selection(workspace, draw, plan, record)
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
                "cells": document_digest(public_cells(record["cells"])) if shown else None,
            }
        )
        store.update_draw(draw, "drawn", record)
        return {
            "draw": draw,
            "key": select["key"],
            "outcome": select["outcome"],
            **tally,
            "seeded_at": select["seeded_at"],
            "witnessed": is_witnessed(select),
            "published": _published(workspace, draw, "select"),
        }


def public_cells(cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells as they are shown where tiers are public: by number, not by name."""
    return [{name: cell[name] for name in ("cell", "size", "count", "threshold")} for cell in cells]


def is_witnessed(round_: dict[str, Any]) -> bool:
    """Whether a round's seed has a source or a witness."""
    return bool(round_["source"] or round_["witnesses"])


def _published(workspace: WorkspaceFolder, draw: str, name: str) -> bool:
    """Whether the commitment of a round was published before its seed."""
    stages = published_stages(line.act for line in workspace.store.ledger())
    return is_published(stages.get(draw, ()), name)


def _selection(
    workspace: WorkspaceFolder, draw: str, plan: dict[str, Any], record: dict[str, Any]
) -> list[dict[str, Any]]:
    """The rows of the visits; the outcome and the cells go into the record."""
    from yaohao.planner.draw.lottery.allocation_lottery import pick_outcome
    from yaohao.planner.draw.selection import select, thresholds, tickets_of

    round_ = record["select"]
    folder = workspace.frame_folder(round_["frame"])
    lottery = lottery_document(workspace, draw, round_)
    path = folder / "frame.parquet"
    check_frame_file(path, record["frame_file"], draw)
    key = round_["key"]
    round_["outcome"] = pick_outcome(key, lottery["outcomes"])
    counts = lottery["outcomes"][round_["outcome"]]["counts"]
    cells = lottery["cells"]
    count_of = {cell["cell"]: count for cell, count in zip(cells, counts, strict=True)}
    size_of = {cell["cell"]: cell["size"] for cell in cells}
    number_of = {cell["cell"]: number for number, cell in enumerate(cells, 1)}
    expected_of = {cell["cell"]: cell["expected"] for cell in cells}
    frame = open_frame(plan_from_document(plan), path)
    drawn = select(
        frame.connection, "frame", key, count_of, size_of, plan["publication"]["reserves"]
    )
    highest = thresholds(drawn, count_of)
    record["cells"] = [
        {
            **cell,
            "cell": number_of[cell["cell"]],
            "name": cell["cell"],
            "count": count_of[cell["cell"]],
            "threshold": highest.get(cell["cell"]),
        }
        for cell in cells
    ]
    rows = [
        {
            "entity_id": entity.entity_id,
            "standing": "pool",
            "cell": number_of[entity.cell],
            "expected": expected_of[entity.cell],
            "ticket": entity.ticket,
            "reserve": int(entity.rank > count_of[entity.cell]),
        }
        for entity in drawn
    ]
    rows += [
        {
            "entity_id": entity_id,
            "standing": "directed",
            "cell": None,
            "expected": None,
            "ticket": ticket,
            "reserve": 0,
        }
        for ticket, entity_id in tickets_of(frame.connection, "frame", key, "directed")
    ]
    rows.sort(key=lambda row: (row["reserve"], row["standing"] != "pool", row["ticket"]))
    described = frame.described([row["entity_id"] for row in rows])
    return [
        {
            "draw": draw,
            "place": place,
            **row,
            "name": without_phones(described[row["entity_id"]][0]),
            "region": described[row["entity_id"]][1],
            "inspectors": "[]",
            "result": "0",
        }
        for place, row in enumerate(rows, 1)
    ]


def check_frame_file(path: Any, expected: str, draw: str) -> None:
    """Raise PlannerError where a frozen frame's file is gone or not as it was frozen."""
    found = file_digest(path) if path.is_file() else "-"
    if found != expected:
        raise refuse(
            "draw.frame-changed", draw=draw, file=str(path), expected=expected, found=found
        )


def lottery_document(
    workspace: WorkspaceFolder, draw: str, round_: dict[str, Any]
) -> dict[str, Any]:
    """The lottery of a draw; PlannerError where its file no longer has the committed digest."""
    path = workspace.frame_folder(round_["frame"]) / "lottery.json"
    try:
        lottery: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = document_digest(lottery)
    except (OSError, ValueError) as error:
        raise refuse(
            "draw.frame-changed",
            draw=draw,
            file=str(path),
            expected=round_["lottery"],
            found=str(error),
        ) from error
    if found != round_["lottery"]:
        raise refuse(
            "draw.frame-changed", draw=draw, file=str(path), expected=round_["lottery"], found=found
        )
    return lottery


def staff(workspace: WorkspaceFolder, draw: str) -> dict[str, Any]:
    """Close recusals and absences, check that every seat can be filled, commit the crew round.

    Raises CheckFailed with what falls short; nothing is committed then.
    """
    from yaohao.planner.draw.crews.assignment import shortfalls

    with workspace.act("staff") as store:
        found = _at_stage(workspace, draw, "staff")
        plan, record = found["plan"], found["record"]
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
            **digests,
            "commitment": commitment,
            "committed_at": line.act["at"],
            "seed": None,
            "source": source,
            "seeded_at": None,
            "witnesses": [],
            "key": None,
        }
        store.put_document(draw, "roster", roster)
        store.update_draw(draw, "staffed", record)
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

    normal_seed(seed)
    with workspace.act("deal") as store:
        found = _at_stage(workspace, draw, "deal")
        plan, record = found["plan"], found["record"]
        round_ = record["crew"]
        _seeded(workspace, draw, round_, "crew", seed, source, witnesses)
        visits, roster = store.document(draw, "visits"), store.document(draw, "roster")
        dealt = deal(visits, roster, tuple(plan["window"]), round_["key"])
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
        store.update_draw(draw, "dealt", record)
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
