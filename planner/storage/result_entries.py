"""The results of a draw as they are shown: who entered them, how far they are, what is next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from yaohao.planner.draw.withdrawals import crew_of, made_visits
from yaohao.planner.schema.result import ResultEntry, ResultState
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.results import COLUMNS, DETAILS

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
    found = []
    for row in store.entries(draw):
        is_public = places[row["entry"]] < last
        state = ResultState.PUBLISHED.value if is_public else row["state"]
        found.append(as_shown({**row, "state": state}, names))
    return found


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
