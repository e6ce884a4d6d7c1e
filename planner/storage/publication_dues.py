"""Results that must be reviewed or become public, as things to do of the list of the morning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from yaohao.planner.follow_up.counting import Counting, parse_span
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.needs import is_same_person
from yaohao.planner.schema.draw import Stage
from yaohao.planner.schema.reports.today import Line
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.due_results import unpublished
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.wording.messages import LANGUAGES, say

KIND = "publication"
"""The kind whose rule they follow; no case is kept for a visit."""

VISIT = "visit"
"""What is due of visits that have no result yet."""


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


def visit_lines(
    workspace: WorkspaceFolder, kind: Kind, counting: Counting, as_of: date, wanted: CaseFilter
) -> Iterator[tuple[str, Line]]:
    """For each draw with crews the visits that have no result yet, due by the end of its window."""
    store = workspace.store
    if wanted.office or wanted.kind not in ("", KIND):
        return
    for draw in store.draw_ids():
        stored = store.draw(draw)
        if stored.stage is not Stage.DEALT:
            continue
        gone = {one["entity_id"] for one in stored.withdrawals}
        used = {one["reserve"] for one in stored.withdrawals if one["reserve"]}
        number = store.number_unmade(draw, gone, used, wanted.entity)
        if number:
            last = stored.window[1]
            due_line: Line = {
                "band": "quarter",
                "kind": KIND,
                "version": kind.version,
                "due": VISIT,
                "what": {one: say("case.what-visit", one) for one in LANGUAGES},
                "day": last,
                "days_left": counting.left(as_of, date.fromisoformat(last), "d"),
                "unit": "d",
                "hard": False,
                "late": date.fromisoformat(last) < as_of,
                "who": "clerk",
                "cases": [],
                "number": number,
                "count": number,
                "why": {"rule": "", "basis": "", "base": last, "steps": [], "day": last},
                "next_steps": ["enter"],
            }
            yield draw, due_line


def review_lines(
    workspace: WorkspaceFolder, kind: Kind, as_of: date, wanted: CaseFilter
) -> Iterator[tuple[str, Line]]:
    """For each draw the results that wait for a second person, and those that were sent back.

    What `wanted.me` entered is not for them to review; what was sent back is for who entered it.
    """
    store = workspace.store
    if wanted.office or wanted.kind not in ("", KIND):
        return
    for draw in store.draw_ids():
        held = [
            row
            for row in store.unreviewed(draw)
            if wanted.entity in ("", row["entity_id"]) and row["at"][:10] <= as_of.isoformat()
        ]
        for state in ("entered", "returned"):
            rows = [row for row in held if row["state"] == state]
            if wanted.me:
                is_own = state == "returned"
                rows = [r for r in rows if is_same_person(wanted.me, r["entered_by"]) == is_own]
            if rows:
                yield draw, _waiting_line(kind, state, rows)


def _waiting_line(kind: Kind, state: str, rows: Sequence[Mapping[str, Any]]) -> Line:
    """The line of results that wait in a state of their kind, since the first of them came."""
    stands = kind.states[state]
    number = len({row["entity_id"] for row in rows})
    return {
        "band": "decision",
        "kind": KIND,
        "version": kind.version,
        "due": "",
        "what": {"zh": stands.words.zh, "en": stands.words.en},
        "day": min(row["at"] for row in rows)[:10],
        "days_left": None,
        "unit": "d",
        "hard": False,
        "late": False,
        "who": stands.waits,
        "cases": [],
        "number": number,
        "count": number,
        "why": {"rule": f"waits for {stands.waits}", "basis": kind.basis},
        "next_steps": [step.id for step in kind.steps_from(state)],
    }
