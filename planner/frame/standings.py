"""Standings: who is in the pool, who is left out, who is directed, and by which rule.

Source: the plan file (docs/plan.md), "Who is where": the first rule that applies decides. Written
as SQL over a snapshot of the register, so that a county and a province take the same road.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from planner.frame.engine import text, texts
from planner.plan.model import FIELD, OTHER, PREFIXED, WHOLE, Coverage, Plan, Where
from planner.vocabulary.clock import years_before

LEAF_COLUMNS = (
    "entity_id",
    "standing",
    "cell",
    "reason",
    "tier",
    "region",
    "industry",
    "kind",
    "status",
    "established_on",
    "inspected_on",
    "fields",
)
"""The committed columns of a frame, in the order of the leaf text; the salt comes last."""

DESCRIPTIVE_COLUMNS = ("name", "address", "visits_this_year")
"""Columns kept with the frame for review, not committed."""

OUT_REASONS = ("visit-cap", "recent-visit", "tolerance", "low-risk")
"""The rules that leave an entity out, in the order in which they are asked."""


def in_scope(plan: Plan) -> str:
    """The scope of a plan as an SQL condition; a region's prefix takes in what is below it."""
    conditions = []
    if plan.scope.kind:
        conditions.append(f"list_contains({texts(plan.scope.kind)}, kind)")
    if plan.scope.status:
        conditions.append(f"list_contains({texts(plan.scope.status)}, status)")
    if plan.scope.region:
        prefixes = [f"starts_with(region, {text(prefix)})" for prefix in plan.scope.region]
        conditions.append(f"({' OR '.join(prefixes)})")
    return " AND ".join(conditions) or "true"


def is_new(plan: Plan) -> str:
    """SQL: established less than the tolerance years before the plan's day.

    An entity whose day of establishment is not known is old: a gap in the register earns nothing.
    """
    return f"(established_on > {text(_day_before(plan.as_of, plan.tolerance.years))})"


def in_key_field(plan: Plan) -> str:
    """SQL: has one of the plan's key fields."""
    if not plan.key_fields.codes:
        return "false"
    return f"list_has_any(string_split(fields, ','), {texts(plan.key_fields.codes)})"


def effective_tier(plan: Plan) -> str:
    """SQL: the tier, or where it is not known the tier that the plan counts it as."""
    if plan.unknown_tier == "refuse":
        return "tier"
    return f"CASE WHEN tier = '' THEN {text(plan.unknown_tier)} ELSE tier END"


def visits_so_far(plan: Plan) -> str:
    """SQL: finished inspections in the calendar year of the plan's day.

    Where the last inspection lies in an earlier year the register's count is of that year.
    """
    year = f"{plan.as_of.year:04d}"
    return (
        f"CASE WHEN inspected_on <> '' AND substr(inspected_on, 1, 4) < '{year}' THEN 0 "
        f"WHEN substr(inspected_on, 1, 4) = '{year}' THEN greatest(visits_this_year, 1) "
        "ELSE visits_this_year END"
    )


def matches_sql(plan: Plan, where: Where) -> str:
    """The conditions of a rule as one SQL condition over the judged row.

    The row has the columns of the register and `effective_tier`, `is_new` and `in_key_field`.
    """
    conditions = [_condition(key, codes) for key, codes in where.items()]
    return f"({' AND '.join(conditions)})" if conditions else "true"


def _condition(key: str, codes: tuple[str, ...]) -> str:
    if key in PREFIXED:
        return f"({' OR '.join(f'starts_with({key}, {text(code)})' for code in codes)})"
    if key == "fields":
        return f"list_has_any(string_split(fields, ','), {texts(codes)})"
    return f"list_contains({texts(codes)}, {_CODES.get(key, key)})"


_CODES = {
    "tier": "effective_tier",
    "age": "CASE WHEN is_new THEN 'new' ELSE 'old' END",
    "key": f"CASE WHEN in_key_field THEN 'key' ELSE '{OTHER}' END",
}
"""Strata that are no columns of the register, as SQL over the judged row."""


def _is_due(plan: Plan, rule: Coverage) -> str:
    """SQL: would pass the years of a rule without a visit before the window closes.

    Whoever was never inspected is counted from the day of establishment, and where that is not
    known either is due: a gap in the register earns nothing.
    """
    cut = _day_before(plan.window[1], rule.within_years)
    last = "CASE WHEN inspected_on <> '' THEN inspected_on ELSE established_on END"
    return f"{matches_sql(plan, rule.where)} AND {last} <= {text(cut)}"


def _day_before(day: date, years: int) -> str:
    """The same day so many years earlier; empty, before all days, where no calendar has it."""
    return years_before(day, years).isoformat() if day.year > years else ""


def _rules(plan: Plan) -> list[tuple[str, str, str]]:
    """The plan's rules in order: (standing, reason as SQL, condition as SQL)."""
    rules = [("directed", "'lead:' || lead", "lead IS NOT NULL")]
    cap = plan.limits.visits_per_year
    if cap:
        rules.append(("out", "'visit-cap'", f"{visits_so_far(plan)} >= {cap}"))
    if plan.limits.days_between:
        last = plan.window[0] - timedelta(days=plan.limits.days_between)
        rules.append(("out", "'recent-visit'", f"inspected_on > {text(last.isoformat())}"))
    rules += [("directed", "'coverage'", _is_due(plan, rule)) for rule in plan.coverage]
    if plan.tolerance.years and plan.tolerance.leave_out == WHOLE:
        rules.append(("out", "'tolerance'", "is_new AND NOT in_key_field"))
    if plan.low_risk.tiers and plan.low_risk.leave_out == WHOLE:
        low = f"list_contains({texts(plan.low_risk.tiers)}, effective_tier)"
        rules.append(("out", "'low-risk'", f"{low} AND NOT in_key_field"))
    return rules


def _cell(plan: Plan) -> str:
    return " || '/' || ".join(f"({_code(stratum)})" for stratum in plan.strata) or "''"


def _code(stratum: str) -> str:
    """SQL: the code of a stratum, over the judged row."""
    if not stratum.startswith(FIELD):
        return _CODES.get(stratum, stratum)
    field = text(stratum.removeprefix(FIELD))
    has = f"list_contains(string_split(fields, ','), {field})"
    return f"CASE WHEN {has} THEN {field} ELSE '{OTHER}' END"


def frame_query(plan: Plan, register: str, leads: str) -> str:
    """SQL for the frame: committed and descriptive columns, in ascending bytes of `entity_id`.

    `register` and `leads` are relations; `leads` has one row an entity: `entity_id`, `lead` (the
    first of the plan's triggers that an open lead of the entity names).
    """
    rules = _rules(plan)
    standing = " ".join(f"WHEN {when} THEN {text(name)}" for name, _, when in rules)
    reason = " ".join(f"WHEN {when} THEN {why}" for _, why, when in rules)
    committed = ", ".join(LEAF_COLUMNS[4:])
    return f"""
        WITH judged AS (
            SELECT r.*, l.lead, {effective_tier(plan)} AS effective_tier,
                   {is_new(plan)} AS is_new, {in_key_field(plan)} AS in_key_field
            FROM (SELECT * FROM {register} WHERE {in_scope(plan)}) r
            LEFT JOIN {leads} l USING (entity_id)
        ), stood AS (
            SELECT *, CASE {standing} ELSE 'pool' END AS standing,
                   CASE {reason} ELSE '' END AS reason
            FROM judged
        )
        SELECT entity_id, standing,
               CASE WHEN standing = 'pool' THEN {_cell(plan)} ELSE '' END AS cell,
               reason, {committed}, {", ".join(DESCRIPTIVE_COLUMNS)}
        FROM stood ORDER BY entity_id
    """


def leads_in_force(leads: Iterable[Mapping[str, Any]], plan: Plan) -> dict[str, str]:
    """Entity → the first of the plan's triggers that an open lead of it names.

    A lead is open if it was opened by the plan's day (or on no known day) and not closed by then.
    """
    rank = {trigger: place for place, trigger in enumerate(plan.leads.triggers)}
    day = plan.as_of.isoformat()
    found: dict[str, str] = {}
    for lead in leads:
        trigger, entity = lead["trigger"], lead["entity_id"]
        closed = lead.get("closed_on") or ""
        if trigger not in rank or (closed and closed <= day) or (lead.get("opened_on") or "") > day:
            continue
        if entity not in found or rank[trigger] < rank[found[entity]]:
            found[entity] = trigger
    return found
