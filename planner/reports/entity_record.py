"""What is public of one entity: its part in each published draw, and the records on display.

It can be handed to the entity and to anyone whom it shows it to. Nothing is told before it is
public: not that it was drawn, no result, no case that waits; never contacts, leads or persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from yaohao.planner.draw.story import story
from yaohao.planner.engine.browse import entity_row
from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.view import both, state_words
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.schema.reports.pages import (
    EntityRecord,
    PartInDraw,
    PublicRecord,
    PublicResult,
)
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_desk import CaseDesk, StoredCase
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.due_results import published_results
from yaohao.planner.storage.entity_lookup import in_register_or_frames
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.publications import Shown, shown_draws

SHOWN = ("entity_id", "name", "region", "kind", "industry", "status", "established_on")
"""What is told of the entity itself: what the public register of entities says."""

_MOST = 100_000  # cases of one entity
_DRAWN = (Stage.DRAWN.value, Stage.STAFFED.value, Stage.DEALT.value)


def entity_record(workspace: WorkspaceFolder, typed: str, as_of: str = "") -> EntityRecord:
    """What is public of an entity that is in the register or in the frame of a draw.

    Raises PlannerError for an unknown entity, what is no day, and a draw whose files were changed.
    """
    day = day_given(workspace, as_of or None)
    entity = in_register_or_frames(workspace, typed)
    values: dict[str, str] = {}
    if workspace.store.snapshot() is not None:
        row = entity_row(workspace.snapshot_path()[0], entity) or {}
        values = {name: str(row.get(name) or "") for name in SHOWN if row}
    shown = shown_draws(line.act for line in workspace.store.told_acts())
    parts = []
    for draw in workspace.store.all_draws():
        if not shown[draw.id].stages:
            continue
        part, known = _part(workspace, draw, shown[draw.id], entity)
        if part is not None:
            parts.append(part)
            values = values or known
    return {
        "as_of": day.isoformat(),
        "authority": workspace.settings.authority,
        "rehearsal": workspace.is_rehearsal,
        "entity": {**dict.fromkeys(SHOWN, ""), "entity_id": entity, **values},
        "draws": parts,
        "records": list(_records(CaseDesk(workspace), entity, day)),
    }


def _part(
    workspace: WorkspaceFolder, draw: Draw, shown: Shown, entity: str
) -> tuple[PartInDraw | None, dict[str, str]]:
    """The part of an entity in a published draw, and what the frame says of it; None without."""
    visit = next(
        (row for row in workspace.store.visits(draw.id) if row["entity_id"] == entity), None
    )
    is_known = bool(shown.stages & set(_DRAWN))
    explained: Mapping[str, Any] = {}
    if not draw.is_older:
        frozen = workspace.frozen(draw)
        row = frozen.frame.row(entity)
        if row is None:
            return None, {}
        explained = story(draw, row, frozen.lottery, visit, frozen.secret)
    elif visit is None or not is_known:
        return None, {}
    seen = visit if is_known else None
    used = {one["reserve"] for one in draw.withdrawals}
    drawn = seen is not None and (not seen["reserve"] or entity in used)
    part: PartInDraw = {
        "draw": draw.id,
        "title": draw.plan["title"],
        "window": list(draw.plan["window"]),
        "protocol": 1 if draw.is_older else 2,
        "stage": str(shown.last),
        "abandoned": draw.stage is Stage.ABANDONED,
        "standing": explained.get("standing", visit["standing"] if visit else None),
        "reason": explained.get("reason", ""),
        "chance": explained.get("chance"),
        "ticket": explained.get("ticket") if is_known else None,
        "drawn": drawn if is_known else None,
        "withdrawn": is_known
        and not shown.withdrawals
        and any(one["entity_id"] == entity for one in draw.withdrawals),
        "results": _results(workspace, draw, entity),
        "frame": draw.select["frame"] if explained else "",
        "has_proof": bool(explained),
        "proof": None,
    }
    row = explained.get("entity", {})
    return part, {name: str(row.get(name) or "") for name in SHOWN if row}


def _results(workspace: WorkspaceFolder, draw: Draw, entity: str) -> list[PublicResult]:
    """The results that are public, each as it was when it was last published."""
    published = published_results(workspace, draw.id)
    names = {row["item_id"]: row["name"] for row in workspace.store.roster("items")}
    return [
        {
            "item_id": row["item_id"],
            "item": names.get(row["item_id"], ""),
            "visited_on": row["visited_on"],
            "result": row["result"],
            "published_on": day.isoformat(),
        }
        for row in workspace.store.results(draw.id)
        if row["entity_id"] == entity
        and (day := published.get((entity, row["item_id"]))) is not None
    ]


def _records(desk: CaseDesk, entity: str, day: date) -> Iterator[PublicRecord]:
    """The cases on display, as the clock leaves them on the day; the oldest first."""
    rows = desk.store.cases_like(CaseFilter(entity=entity), _MOST)
    loaded = desk.load_all(sorted(row.number for row in rows))
    for number, one in loaded.items():
        if one.case.members is not None and desk.store.members_among(number, [entity])[entity]:
            continue
        done = clock(one.case, one.kind, day, desk.counting)
        case = done[-1][0] if done else one.case
        if case.published == "show":
            yield _record(one, case, one.kind)


def _record(one: StoredCase, case: Case, kind: Kind) -> PublicRecord:
    return {
        "id": case.id,
        "kind": case.kind,
        "kind_words": both(kind.words),
        "state": case.state,
        "state_words": both(state_words(kind, case.state)),
        "opened_on": case.opened_on.isoformat(),
        "shown_on": _shown_on(case, kind),
        "letters": list(case.letters),
        "basis": kind.basis,
    }


def _shown_on(case: Case, kind: Kind) -> str:
    days: Sequence[date] = [
        day for step, day in case.taken if step in kind.steps and kind.steps[step].tells == "show"
    ]
    return max(days).isoformat() if days else ""
