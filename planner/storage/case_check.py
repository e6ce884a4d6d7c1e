"""Whether cases stand as their events make them, and whether the ledger knows every event."""

from __future__ import annotations

import json
from typing import Any

from yaohao.planner.follow_up.case import fold, standing
from yaohao.planner.follow_up.cohorts import frozen_list
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.case_row import case_rows
from yaohao.planner.vocabulary.digest import document_digest

_AT_ONCE = 5000


def rebuilt(desk: CaseDesk, *, mend: bool = False) -> list[dict[str, Any]]:
    """Make where all cases stand anew from their events; what differed, by case and table.

    With `mend`, in an act, what was made takes the place of what stood there. What happened is held
    against the ledger: an event that it does not know, or a list of members that is not the frozen
    one, is told and cannot be mended.
    """
    store = desk.store
    differences: list[dict[str, Any]] = []
    numbers = store.case_numbers()
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        rows, events = store.case_rows(part), store.case_events(part)
        dues = store.dues_of(part)
        fresh_rows, fresh_dues = [], []
        for number in part:
            there = rows[number]
            kind = desk.kinds.get(there.kind, there.version)
            case = fold(events.get(number, ()), kind)
            row, due = case_rows(number, case, kind, desk.counting, there.office)
            due.sort()
            if row != there:
                differences.append({"case": there.id, "table": "cases"})
            if due != dues.get(number, []):
                differences.append({"case": there.id, "table": "dues"})
            if row != there or due != dues.get(number, []):
                fresh_rows.append(row)
                fresh_dues += due
            if case.members is not None and not _members_hold(desk, number, events[number]):
                differences.append({"case": there.id, "table": "case_members"})
        if mend and fresh_rows:
            with desk.workspace.act("case"):
                store.put_cases(fresh_rows, fresh_dues)
    return differences + [
        {"case": "", "table": "case_events", "line": line} for line in strangers(desk)
    ]


def _members_hold(desk: CaseDesk, number: int, events: list[Any]) -> bool:
    """Whether the members of a cohort are those of its frozen list, and of each that left it."""
    members = desk.store.members(number)
    if frozen_list(members) != events[0]["members"]:
        return False
    for event in standing(events):
        if event["event"] != "some":
            continue
        names = [name for name, left in members.items() if left == event["number"]]
        if not names or frozen_list(names) != event.get("members"):
            return False
    return True


def strangers(desk: CaseDesk) -> list[int]:
    """The lines of the ledger whose events are not those that they name, or that have none."""
    wrong = []
    known = dict(desk.store.case_lines())
    for line, digests in desk.store.digests_by_line():
        act = known.pop(line, None)
        if act is None:
            wrong.append(line)
            continue
        content = json.loads(act)["content"]
        one = digests[0] if len(digests) == 1 else ""
        if content not in (one, document_digest(digests)):
            wrong.append(line)
    return sorted({*wrong, *known})
