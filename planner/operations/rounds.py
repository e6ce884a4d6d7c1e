"""Drawing: the selection round and the crew round.

The order is freeze, draw, staff, deal; every step asks for the one before, and none is done twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from yaohao.planner.draw.rounds import (
    crew_commitment,
    known_seed,
    normal_seed,
    round_key,
)
from yaohao.planner.draw.seed_doubts import seed_doubts
from yaohao.planner.draw.seed_parts import (
    given_parts,
    joined,
    normal_text,
    part_problem,
    source_of,
)
from yaohao.planner.draw.solver_versions import versions
from yaohao.planner.draw.stages import check_protocol, check_step, is_witnessed
from yaohao.planner.draw.visits import crew_texts, roster_document
from yaohao.planner.publication.disclosure import tiers_shown
from yaohao.planner.publication.record import public_cells
from yaohao.planner.schema.draw import CrewRound, Draw, Round, RoundName, Stage
from yaohao.planner.schema.reports.draws import CrewReport, SelectionReport, StaffReport
from yaohao.planner.schema.seed_part import AnnouncedPart, Seed, SeedPart
from yaohao.planner.schema.visit import CrewsDocument
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import is_published, published_stages
from yaohao.planner.vocabulary.digest import document_digest, rows_digest
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import CheckFailed, Problem, refuse
from yaohao.planner.vocabulary.text import tidy

if TYPE_CHECKING:
    from yaohao.planner.draw.selection import DrawnVisit

ROSTER_BEFORE = "roster-before"
"""The document of a draw that holds the roster as it was at the selection."""


def _at_stage(workspace: WorkspaceFolder, draw: str, step: str) -> Draw:
    """The draw, if `step` is what comes next; else a refusal that says which step is missing."""
    stored = workspace.store.draw(draw)
    check_step(stored, step)
    check_protocol(stored)
    return stored


def fresh_seed(workspace: WorkspaceFolder, draw: str, name: str, seed: str) -> str:
    """The seed of a round as it is used.

    Raises PlannerError where it is too short, or was known, whole or in part, when the round was
    committed. Source: the draw protocol, "Rounds: commit, then seed".
    """
    text = normal_seed(seed)
    known = known_seed((line.act for line in workspace.store.ledger()), draw, name, text)
    if known is not None:
        first_use = {key: known[key] for key in ("draw", "round", "at")}
        raise refuse(f"round.seed-known-{known['round']}", **first_use)
    return text


def doubts(
    workspace: WorkspaceFolder, draw: str, round_: RoundName, seed: Seed, source: str
) -> list[Problem]:
    """What is doubtful of a seed and its source, to be told before they are entered.

    Raises PlannerError as `fresh_seed` does, and where the draw has no such round, or is of an
    older version of the protocol.
    """
    stored = workspace.store.draw(draw)
    check_protocol(stored)
    held = stored.round(round_)
    if held is None:
        raise refuse("draw.no-commitment", draw=draw)
    parts = _parts(seed, source, held["announced"])
    text = fresh_seed(workspace, draw, round_, joined(parts))
    return seed_doubts(text, source_of(parts), source_of(held["announced"]))


class _Seeded(NamedTuple):
    """The key that a round has from its seed, and the moment of its act."""

    key: str
    at: str


# Many parameters: the parts of what is made, said once.
def _seeded(
    workspace: WorkspaceFolder,
    draw: str,
    round_: Round,
    name: RoundName,
    seed: Seed,
    source: str,
    witnesses: Sequence[str],
) -> _Seeded:
    """Enter the seed of a round into its record and the ledger, if it is fresh."""
    parts = _parts(seed, source, round_["announced"])
    text = fresh_seed(workspace, draw, name, joined(parts))
    _check_parts(round_, parts, text)
    round_["seed"] = text
    round_["parts"] = parts
    round_["source"] = source_of(parts)
    round_["witnesses"] = [without_phones(witness) for witness in map(tidy, witnesses) if witness]
    round_["key"] = key = round_key(round_["commitment"], text)
    line = workspace.store.append(
        {
            "act": "seed",
            "draw": draw,
            "round": name,
            "seed": text,
            "parts": parts,
            "witnesses": document_digest(round_["witnesses"]),
            "witnessed": len(round_["witnesses"]),
            "key": key,
        }
    )
    round_["seeded_at"] = at = str(line.act["at"])
    return _Seeded(key, at)


def _parts(seed: Seed, source: str, announced: Sequence[AnnouncedPart]) -> list[SeedPart]:
    """A seed as its parts, with the sources as they are published."""
    pieces = [seed] if isinstance(seed, str) else list(seed)
    texts = [piece for piece in pieces if isinstance(piece, str)]
    made = iter(given_parts(announced, texts, without_phones(tidy(source))))
    parts = [next(made) if isinstance(piece, str) else piece for piece in pieces]
    return [{**part, "source": without_phones(tidy(part["source"]))} for part in parts]


def _check_parts(round_: Round, parts: Sequence[SeedPart], seed: str) -> None:
    """Raise PlannerError where parts do not make up their seed, or a beacon's is not its own."""
    for part in parts:
        if part["kind"] == "drand":
            from yaohao.planner.draw.drand import check_part

            check_part(part)
    problem = part_problem(round_["announced"], parts, seed, round_["committed_at"])
    if problem is not None:
        where, expected, actual = problem
        raise refuse("round.bad-part", where=where, expected=str(expected), found=str(actual))


def draw_entities(
    workspace: WorkspaceFolder,
    draw: str,
    seed: Seed,
    source: str = "",
    witnesses: Sequence[str] = (),
) -> SelectionReport:
    """The selection round: outcome, tickets, the drawn, the directed, the reserves.

    The seed is a text, or its parts. Raises PlannerError where the step is not due, the seed is too
    short, or the frozen frame has been changed. Source: the draw protocol, "Selection".
    """
    _check_strength(seed)
    with workspace.act("draw") as store:
        stored = _at_stage(workspace, draw, "draw")
        plan, record, select = stored.plan, stored.record, stored.select
        seeded = _seeded(workspace, draw, select, "select", seed, source, witnesses)
        visits, outcome = _selection(workspace, stored, seeded.key)
        store.add_visits(draw, visits)
        digest = store.put_text(draw, "visits", crew_texts(visits, plan["crew"]["seats"]))
        kinds = Counter((visit.standing, visit.reserve) for visit in visits)
        drawn, directed = kinds["pool", False], kinds["directed", False]
        reserves = kinds["pool", True]
        before = store.put_document(
            draw, ROSTER_BEFORE, roster_document(store.roster("inspectors"))
        )
        store.append(
            {
                "act": "draw",
                "draw": draw,
                "outcome": outcome,
                "drawn": drawn,
                "directed": directed,
                "reserves": reserves,
                "visits": digest,
                "cells": document_digest(
                    public_cells(record["cells"] or (), shown=tiers_shown(plan))
                ),
                "roster": before,
            }
        )
        store.update_draw(draw, Stage.DRAWN, record)
        return {
            "draw": draw,
            "key": seeded.key,
            "outcome": outcome,
            "drawn": drawn,
            "directed": directed,
            "reserves": reserves,
            "seeded_at": seeded.at,
            "witnessed": is_witnessed(select),
            "published": _published(workspace, draw, "select"),
        }


def _check_strength(seed: Seed) -> None:
    """Raise PlannerError for a bad seed, before anything is held."""
    pieces = [seed] if isinstance(seed, str) else seed
    texts = [piece if isinstance(piece, str) else piece["text"] for piece in pieces]
    normal_seed(" ".join(map(normal_text, texts)))


def _published(workspace: WorkspaceFolder, draw: str, name: RoundName) -> bool:
    """Whether the commitment of a round was published before its seed."""
    stages = published_stages(line.act for line in workspace.store.ledger())
    return is_published(stages.get(draw, ()), name)


def _selection(workspace: WorkspaceFolder, draw: Draw, key: str) -> tuple[list[DrawnVisit], int]:
    """The visits, described, and the outcome; that and the cells go into the record."""
    from yaohao.planner.draw.selection import drawn_visits

    frozen, reserves = workspace.frozen(draw), draw.plan["publication"]["reserves"]
    selection = drawn_visits(
        frozen.frame,
        frozen.lottery,
        key,
        reserves,
        frozen.secret,
        hidden=draw.plan["publication"]["tiers"] == "hidden",
        described=True,
    )
    draw.select["outcome"] = selection.outcome
    draw.record["cells"] = selection.cells
    return selection.visits, selection.outcome


def staff(workspace: WorkspaceFolder, draw: str) -> StaffReport:
    """Close recusals and absences, check that every seat can be filled, commit the crew round.

    Raises CheckFailed with what falls short; nothing is committed then.
    """
    from yaohao.planner.draw.crews.assignment import shortfalls
    from yaohao.planner.draw.crews.bearing import crew_bearing

    with workspace.act("staff") as store:
        stored = _at_stage(workspace, draw, "staff")
        plan, record = stored.plan, stored.record
        visits = store.document(draw, "visits")
        assert visits is not None  # a draw at this stage was drawn
        roster = roster_document(store.roster("inspectors"))
        short = shortfalls(visits, roster, tuple(plan["window"]))
        if short:
            raise CheckFailed(*short)
        visits_digest, roster_digest = rows_digest(visits), document_digest(roster)
        commitment = crew_commitment(record["select"]["commitment"], visits_digest, roster_digest)
        before = store.document(draw, ROSTER_BEFORE)
        bearing = crew_bearing(visits, roster, before, tuple(plan["window"]))
        announced = plan["seeds"]["crew"]
        source = source_of(announced)
        line = store.append(
            {
                "act": "commitment",
                "draw": draw,
                "round": "crew",
                "visits": visits_digest,
                "roster": roster_digest,
                "bearing": bearing,
                "commitment": commitment,
                "parts": announced,
            }
        )
        record["crew"] = {
            "visits": visits_digest,
            "roster": roster_digest,
            "bearing": bearing,
            "commitment": commitment,
            "committed_at": line.act["at"],
            "seed": None,
            "announced": announced,
            "parts": [],
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
            "visits": visits_digest,
            "roster": roster_digest,
            "bearing": bearing,
            "visit_count": len(visits),
            "inspectors": len(roster),
            "source": source,
            "committed_at": line.act["at"],
        }


def deal_crews(
    workspace: WorkspaceFolder,
    draw: str,
    seed: Seed,
    source: str = "",
    witnesses: Sequence[str] = (),
) -> CrewReport:
    """The crew round: who inspects whom. Raises PlannerError where the step is not due."""
    from yaohao.planner.draw.crews.assignment import deal

    _check_strength(seed)
    with workspace.act("deal") as store:
        stored = _at_stage(workspace, draw, "deal")
        plan, round_ = stored.plan, cast(CrewRound, stored.crew)
        seeded = _seeded(workspace, draw, round_, "crew", seed, source, witnesses)
        visits, roster = store.crew_round(draw)
        dealt = deal(visits, roster, tuple(plan["window"]), seeded.key)
        crews: list[list[str | list[str]]] = [[entity, own] for entity, own in dealt.crews]
        document: CrewsDocument = {
            "crews": crews,
            "potentials": dealt.potentials,
            "squares": dealt.squares,
            "cost": str(dealt.cost),
        }
        store.put_document(draw, "crews", document)
        store.set_crews(draw, dealt.crews)
        store.append(
            {
                "act": "crews",
                "draw": draw,
                "crews": rows_digest(crews),
                "dealt": len(crews),
                "made_with": versions(),
            }
        )
        store.update_draw(draw, Stage.DEALT, stored.record)
        last = plan["window"][1]
        able = {row["inspector_id"] for row in roster if row["certificate_until"] >= last}
        loads = sorted(load for one, load in dealt.loads.items() if one in able)
        return {
            "draw": draw,
            "key": seeded.key,
            "dealt": len(crews),
            "least_load": loads[0] if loads else 0,
            "most_load": loads[-1] if loads else 0,
            "seeded_at": seeded.at,
            "witnessed": is_witnessed(round_),
            "published": _published(workspace, draw, "crew"),
        }
