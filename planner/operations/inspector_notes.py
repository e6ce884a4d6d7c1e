"""Notes on inspectors by hand: recusals (回避) and absences (请假), and undoing them.

Each is an act of the ledger, which names the digest of the roster after it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from yaohao.planner.draw.evidence import says_something
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.reports.registers import InspectorNote
from yaohao.planner.storage.entity_lookup import among, in_register_or_frames, inspector_of
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.registers import roster_digest
from yaohao.planner.vocabulary.clock import now
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy

_LONGEST = 500  # characters of a reason


def recuse(
    workspace: WorkspaceFolder, inspector: str, entity_id: str, reason: str = ""
) -> InspectorNote:
    """Note that an inspector recuses from an entity, before staffing closes.

    Raises PlannerError, with the nearest ones, for an entity that neither the register nor a frozen
    frame has, and for an inspector who is not on the roster; for a reason that says nothing.
    """
    reason = without_phones(tidy(reason))[:_LONGEST]
    if reason and not says_something(reason):
        raise refuse("noted.empty-reason", found=reason)
    entity = in_register_or_frames(workspace, entity_id)

    def change(row: InspectorRow) -> InspectorRow:
        reasons = row.get("recusal_reasons", {})
        if reason and reasons.get(entity, {}).get("reason") != reason:
            reasons = {**reasons, entity: {"reason": reason, "at": now()}}
        recused = sorted({*row["recused"], entity})
        return _with_reasons({**row, "recused": recused}, reasons)

    return _change(workspace, inspector, "recusal", change)


def undo_recusal(workspace: WorkspaceFolder, inspector: str, entity_id: str) -> InspectorNote:
    """Take a recusal back; the act that noted it stays in the ledger.

    Raises PlannerError where the inspector is not recused from the entity.
    """
    register = workspace.settings.register

    def change(row: InspectorRow) -> InspectorRow:
        entity = among(register, entity_id, row["recused"])
        entity = entity or in_register_or_frames(workspace, entity_id)
        if entity not in row["recused"]:
            raise refuse("noted.no-recusal", inspector=row["inspector_id"], entity=entity)
        reasons = row.get("recusal_reasons", {})
        kept = {one: said for one, said in reasons.items() if one != entity}
        recused = [one for one in row["recused"] if one != entity]
        return _with_reasons({**row, "recused": recused}, kept)

    return _change(workspace, inspector, "recusal-undone", change)


def note_absence(
    workspace: WorkspaceFolder, inspector: str, first: str, last: str
) -> InspectorNote:
    """Note that an inspector is absent from `first` to `last` (ISO dates, both included)."""
    span = _span(first, last)

    def change(row: InspectorRow) -> InspectorRow:
        return row if span in row["absent"] else {**row, "absent": sorted([*row["absent"], span])}

    return _change(workspace, inspector, "absence", change)


def undo_absence(
    workspace: WorkspaceFolder, inspector: str, first: str, last: str
) -> InspectorNote:
    """Take an absence back, by its first and last day; PlannerError where there is no such one."""
    span = _span(first, last)

    def change(row: InspectorRow) -> InspectorRow:
        if span not in row["absent"]:
            known = [" - ".join(one) for one in row["absent"]]
            code = "noted.no-absence" if known else "noted.never-absent"
            raise refuse(code, inspector=row["inspector_id"], span=" - ".join(span), known=known)
        return {**row, "absent": [one for one in row["absent"] if one != span]}

    return _change(workspace, inspector, "absence-undone", change)


def _with_reasons(row: InspectorRow, reasons: dict[str, dict[str, str]]) -> InspectorRow:
    """A row with these reasons of its recusals, and without the key where there are none."""
    changed = row.copy()
    changed.pop("recusal_reasons", None)
    return {**changed, "recusal_reasons": reasons} if reasons else changed


def _span(first: str, last: str) -> list[str]:
    """Two ISO days, the first not after the last; else PlannerError."""
    try:
        days = [date.fromisoformat(first), date.fromisoformat(last)]
    except ValueError:
        days = []
    if not days or days[0] > days[1]:
        raise refuse("workspace.bad-absence", first=first, last=last)
    return [day.isoformat() for day in days]


def _change(
    workspace: WorkspaceFolder,
    inspector: str,
    what: str,
    change: Callable[[InspectorRow], InspectorRow],
) -> InspectorNote:
    with workspace.act(what) as store:
        before = inspector_of(store.roster("inspectors"), inspector)
        row = change(before)
        if row != before:
            store.put_roster("inspectors", [row])
            content = roster_digest("inspectors", store.roster("inspectors"))
            store.append(
                {"act": "register", "register": "inspectors", "what": what, "content": content}
            )
        return {"inspector": row, "changed": row != before}
