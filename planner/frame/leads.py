"""Leads in force: which of them make a visit for cause, and which entry of the lists they match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.frame import LEADS

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table


@dataclass(frozen=True, slots=True)
class LeadInForce:
    """What the open leads of an entity come to under a plan.

    `lead`: the first of the plan's triggers that one of them names, or None. `entry`: the id of the
    entry of the four lists that one of them matches, or None; `urgent`: its trigger is one of the
    plan's, so that nothing is put off; `reminded`: a reminder about it was sent.
    """

    lead: str | None
    entry: str | None
    urgent: bool
    reminded: bool


def leads_in_force(leads: Iterable[Mapping[str, Any]], plan: Plan) -> dict[str, LeadInForce]:
    """Entity to what its leads come to; entities whose leads come to nothing are left out.

    A lead is open if it was opened by the plan's day (or on no known day) and not closed by then; a
    reminder counts from any lead of the entity with the same trigger.
    """
    rank = {trigger: number for number, trigger in enumerate(plan.leads.triggers)}
    entry_of: dict[str, str] = {}
    for entry in plan.trigger_based.entries:
        entry_of.setdefault(entry.trigger, entry.entry_id)
    open_triggers: dict[str, set[str]] = {}
    reminded: set[tuple[str, str]] = set()
    day = plan.as_of.isoformat()
    for lead in leads:
        trigger, entity = lead["trigger"], lead["entity_id"]
        if trigger not in rank and trigger not in entry_of:
            continue
        if "" < (lead.get("reminded_on") or "") <= day:
            reminded.add((entity, trigger))
        closed = lead.get("closed_on") or ""
        if not (closed and closed <= day) and (lead.get("opened_on") or "") <= day:
            open_triggers.setdefault(entity, set()).add(trigger)
    in_force = {}
    for entity, triggers in open_triggers.items():
        named = min((t for t in triggers if t in rank), key=lambda t: rank[t], default=None)
        matched = min(
            (t for t in triggers if t in entry_of),
            key=lambda t: (t not in rank, rank.get(t, 0), entry_of[t]),
            default=None,
        )
        in_force[entity] = LeadInForce(
            named,
            None if matched is None else entry_of[matched],
            matched in rank,
            (entity, matched) in reminded,
        )
    return in_force


def leads_table(plan: Plan, leads: Iterable[Mapping[str, Any]]) -> Table:
    """What the leads in force of a register of leads come to (columns `LEADS`)."""
    import pyarrow as pa

    of_entity = leads_in_force(leads, plan)
    kinds = (pa.string(), pa.string(), pa.bool_(), pa.bool_())
    columns = [pa.array(list(of_entity), pa.string())]
    columns += [
        pa.array([getattr(lead, name) for lead in of_entity.values()], kind)
        for name, kind in zip(LEADS[1:], kinds, strict=True)
    ]
    return pa.table(columns, names=list(LEADS))
