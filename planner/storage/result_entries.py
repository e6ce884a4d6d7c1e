"""The results of a draw as they are shown: who entered them, how far they are, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from yaohao.planner.draw.withdrawals import crew_of, made_visits
from yaohao.planner.follow_up.next_visits import next_visits
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.schema.result import EntryReport, ResultEntry, ResultState
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.result_cases import no_cases
from yaohao.planner.storage.results import COLUMNS, DETAILS
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import NOT_YET
from yaohao.planner.vocabulary.text import tidy

STATES = tuple(state.value for state in ResultState)


def shown_entries(workspace: WorkspaceFolder, draw: str) -> list[ResultEntry]:
    """The results that hold, in the order of visits and items.

    One is published once a publication came after it. Raises PlannerError for an unknown draw.
    """
    store = workspace.store
    store.draw(draw)
    names = {visit["entity_id"]: visit["name"] for visit in store.visits(draw)}
    acts = [line for line in store.told_acts() if line.act.get("draw") == draw]
    shown = [place for place, line in enumerate(acts) if line.act["act"] == "publication"]
    places = {line.entry: place for place, line in enumerate(acts)}
    last = shown[-1] if shown else -1
    entries = []
    for row in store.entries(draw):
        is_public = places[row["entry"]] < last
        state = ResultState.PUBLISHED.value if is_public else row["state"]
        entries.append(as_shown({**row, "state": state}, names))
    return entries


def as_shown(row: Mapping[str, Any], names: Mapping[str, str]) -> ResultEntry:
    """A result as it is shown; `names` are those of the entities."""
    keys = (*COLUMNS, *DETAILS, "state", "role", "person", "at", "needs_review")
    entity = {"name": names.get(row["entity_id"], "")}
    return cast("ResultEntry", {**{key: row[key] for key in keys}, **entity})


def made_with_crews(workspace: WorkspaceFolder, draw: str) -> list[dict[str, Any]]:
    """The visits of a draw that are to be made, in their order, each with the crew that goes."""
    visits, gone = workspace.store.visits(draw), workspace.store.draw(draw).withdrawals
    return [
        {**visit, "inspectors": visit["inspectors"] or crew_of(visits, gone, visit["entity_id"])}
        for visit in made_visits(visits, gone)
    ]


def dealt_draw(workspace: WorkspaceFolder, draw: str) -> Draw:
    """A draw of which the crews are dealt, so that it can have results; PlannerError for others."""
    stored = workspace.store.draw(draw)
    if stored.stage is not Stage.DEALT:
        raise refuse("draw.results-early", draw=draw, stage=stored.stage.value)
    return stored


def named_person(typed: str, step: str) -> str:
    """Who enters or reviews results (`step`), tidied; PlannerError where nobody is named."""
    person = tidy(typed)
    if not person:
        raise refuse(f"entry.nobody-{step}")
    return person


def entry_report(
    workspace: WorkspaceFolder,
    draw: str,
    rows: Sequence[Mapping[str, Any]],
    unchanged: int,
    entity: str,
) -> EntryReport:
    """What was done to the results `rows`, how a draw stands, and where to go on after `entity`."""
    visits = made_with_crews(workspace, draw)
    following, crew = next_visits(visits, entity)
    names = {visit["entity_id"]: visit["name"] for visit in visits}
    held = workspace.store.unreviewed(draw)
    waiting = sum(row["needs_review"] for row in held)
    return {
        "draw": draw,
        "results": [as_shown(row, names) for row in rows],
        "unchanged": unchanged,
        "cases": no_cases(),
        "changed": False,
        "open": sum(visit["result"] == NOT_YET for visit in visits),
        "waiting": waiting,
        "returned": len(held) - waiting,
        "next": following,
        "next_crew": crew,
    }
