"""The results of draws that must become public, as things to do of the list of the morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from yaohao.planner.follow_up.counting import Counting, parse_span
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.today import Line
from yaohao.planner.schema.draw import Stage
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.due_results import unpublished
from yaohao.planner.storage.folder import WorkspaceFolder

KIND = "publication"
"""The kind whose rule they follow; no case is kept for a visit."""


def publication_lines(
    workspace: WorkspaceFolder, kind: Kind, counting: Counting, as_of: date, wanted: CaseFilter
) -> Iterator[tuple[str, Line]]:
    """For each draw and day the results that are due then and not public, with the draw's id."""
    store = workspace.store
    draws = [draw for draw in store.draw_ids() if store.draw(draw).stage is Stage.DEALT]
    if not draws or wanted.office or wanted.kind not in ("", KIND):
        return
    groups: dict[tuple[str, str, str], set[str]] = {}
    for row in unpublished(workspace, draws, store.told_acts(), as_of):
        due = row["due_on"]
        if (
            row["state"] in ("open", "overdue")
            and due is not None
            and wanted.entity in ("", row["entity_id"])
        ):
            key = (row["draw"], due, row["visited_on"])
            groups.setdefault(key, set()).add(row["entity_id"])
    rule = kind.dues["show"]
    value = kind.value_on("show", as_of)
    assert value is not None  # the kind has it
    for (draw, due_on, visited_on), entities in sorted(groups.items()):
        reckoning = counting.reckon(
            date.fromisoformat(visited_on), [parse_span(str(value.value))], rule.roll
        )
        why: dict[str, Any] = {"rule": rule.at.text, "basis": value.basis, **reckoning.as_json()}
        yield (
            draw,
            {
                "band": "law",
                "kind": KIND,
                "version": kind.version,
                "due": "show",
                "what": {"zh": rule.words.zh, "en": rule.words.en},
                "day": due_on,
                "days_left": counting.left(as_of, date.fromisoformat(due_on), "wd"),
                "unit": "wd",
                "hard": True,
                "late": date.fromisoformat(due_on) < as_of,
                "who": "clerk",
                "cases": [],
                "number": len(entities),
                "count": len(entities),
                "why": why,
                "next_steps": ["publish"],
            },
        )
