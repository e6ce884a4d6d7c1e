"""The results of a draw item by item: who entered and reviewed them, what is public; read only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from yaohao.planner.follow_up.next_visits import following
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.schema.result import ResultItems, ResultsToEnter
from yaohao.planner.storage.entity_lookup import of_visits
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.result_entries import STATES, made_with_crews, shown_entries
from yaohao.planner.vocabulary.problems import refuse


def result_items(
    workspace: WorkspaceFolder, draw: str, states: Sequence[str] = (), entity_id: str = ""
) -> ResultItems:
    """The results that hold, of some `states` (`ResultState`) or all, of one entity or all.

    `counts` has those of all states, and `waiting`, which wait for a second person.
    Raises PlannerError for an unknown draw, entity or state.
    """
    for state in states:
        if state not in STATES:
            raise refuse("entry.unknown-state", found=state, known=list(STATES))
    stored = workspace.store.draw(draw)
    entity = ""
    if entity_id:
        entity = of_visits(workspace, stored, workspace.store.visits(draw), entity_id)
    rows = shown_entries(workspace, draw)
    counts = Counter(row["state"] for row in rows)
    return {
        "draw": draw,
        "counts": {
            **{state: counts[state] for state in STATES},
            "waiting": sum(row["needs_review"] for row in rows),
        },
        "results": [
            row
            for row in rows
            if entity in ("", row["entity_id"]) and (not states or row["state"] in states)
        ],
    }


def results_to_enter(workspace: WorkspaceFolder, draw: str) -> ResultsToEnter:
    """What a person who enters results goes by."""
    visits = made_with_crews(workspace, draw)
    rows = workspace.store.unreviewed(draw)
    waiting = Counter(row["entity_id"] for row in rows if row["needs_review"])
    returned = {row["entity_id"]: row["reason"] for row in rows if not row["needs_review"]}
    return {
        "item_ids": list(stored_plan(workspace.store.draw(draw).plan).all_items),
        "waiting": dict(waiting),
        "returned": returned,
        "next": following(visits),
    }
