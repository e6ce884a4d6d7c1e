"""The draft of the compliance checklist: by industry the items that own results most often fail.

Basis: 优化营商环境条例 art. 59, guidance before force. How many must have failed an item, and how
many items an industry is told at most, are settings; nobody is named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from yaohao.planner.engine.browse import entity_values
from yaohao.planner.follow_up.results import group_of
from yaohao.planner.schema.reports.checklist import (
    ChecklistIndustry,
    ChecklistItem,
    ChecklistReport,
)
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.entity_lookup import register_file
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import in_usual_order

LEAST = 2
MOST = 10


# Many parameters: the days, and the two settings.
def checklist(
    workspace: WorkspaceFolder,
    first: str = "",
    last: str = "",
    *,
    least: int = LEAST,
    most: int = MOST,
) -> ChecklistReport:
    """The items that businesses of each industry failed from one day to another, ISO.

    By default the last whole quarter. A business counts once an item; results that wait for their
    review count not. Raises PlannerError for what is no day, days in the wrong order, and settings
    below 1.
    """
    today = day_given(workspace, None)
    begin, end = _days(first, last, today)
    if least < 1 or most < 1:
        raise refuse("report.bad-checklist")
    results = _results(workspace, begin.isoformat(), end.isoformat())
    paths = register_file(workspace)
    entities = sorted({entity for entity, _ in results})
    known = entity_values(paths[0], entities, ("industry",)) if paths and entities else {}
    items = {row["item_id"]: row for row in workspace.store.roster("items")}
    tallies: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for (entity, item), code in results.items():
        industry = str((known.get(entity) or {}).get("industry") or "")
        tallies[industry][item][code] += 1
    visited: dict[str, set[str]] = defaultdict(set)
    failed: dict[str, set[str]] = defaultdict(set)
    for (entity, _), code in results.items():
        industry = str((known.get(entity) or {}).get("industry") or "")
        visited[industry].add(entity)
        if group_of(code) == "problems":
            failed[industry].add(entity)
    industries: list[ChecklistIndustry] = []
    for industry, own in sorted(tallies.items()):
        rows = [_item(item, items.get(item, {}), codes) for item, codes in own.items()]
        rows = sorted(
            (row for row in rows if row["found"]),
            key=lambda row: (-row["found"], -row["found"] / row["visits"], row["item_id"]),
        )
        listed = [row for row in rows if row["found"] >= least][:most]
        industries.append(
            {
                "industry": industry,
                "visits": len(visited[industry]),
                "found": len(failed[industry]),
                "items": listed,
                "left_out": len(rows) - len(listed),
            }
        )
    return {
        "first": begin.isoformat(),
        "last": end.isoformat(),
        "as_of": today.isoformat(),
        "authority": workspace.settings.authority,
        "rehearsal": workspace.is_rehearsal,
        "least": least,
        "most": most,
        "industries": industries,
    }


def last_quarter(today: date) -> tuple[date, date]:
    """The first and last day of the last whole quarter before a day."""
    start = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    end = date.fromordinal(max(start.toordinal() - 1, 1))
    return date(end.year, 3 * ((end.month - 1) // 3) + 1, 1), end


def _days(first: str, last: str, today: date) -> tuple[date, date]:
    begin, end = last_quarter(today)
    try:
        begin = date.fromisoformat(first) if first else begin
        end = date.fromisoformat(last) if last else (today if first else end)
    except ValueError as error:
        raise refuse("case.bad-day", found=(last or first)[:40]) from error
    if begin > end:
        raise refuse("report.days-turned", first=begin.isoformat(), last=end.isoformat())
    return begin, end


def _results(workspace: WorkspaceFolder, first: str, last: str) -> dict[tuple[str, str], str]:
    """The code of each entity and item in the days, the latest visit's; without an item "".

    What waits for a review is left out.
    """
    store = workspace.store
    latest: dict[tuple[str, str], tuple[str, str]] = {}
    for draw in store.draw_ids():
        held = {(row["entity_id"], row["item_id"]) for row in store.unreviewed(draw)}
        for row in store.results(draw):
            key = (row["entity_id"], row["item_id"])
            day = row["visited_on"]
            if first <= day <= last and key not in held and day >= latest.get(key, ("", ""))[0]:
                latest[key] = (day, row["result"])
    return {key: code for key, (_, code) in latest.items() if group_of(code) != "not-yet"}


def _item(item: str, known: Mapping[str, Any], codes: Counter[str]) -> ChecklistItem:
    found = in_usual_order("result", codes)
    wrong = {code: codes[code] for code in found if group_of(code) == "problems"}
    return {
        "item_id": item,
        "name": str(known.get("name") or ""),
        "content": str(known.get("content") or ""),
        "basis": str(known.get("basis") or ""),
        "method": str(known.get("method") or ""),
        "visits": sum(size for code, size in codes.items() if group_of(code) != "not-found"),
        "found": sum(wrong.values()),
        "results": wrong,
    }
