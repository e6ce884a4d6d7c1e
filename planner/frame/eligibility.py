"""Standings: who is in the pool, who is left out, who is directed, and by which rule.

Source: the plan file (docs/plan.md), "Who is where": the first rule that applies decides. Written
as SQL over a snapshot of the register, so that a county and a province take the same road.
"""

from __future__ import annotations

from datetime import date, timedelta

from yaohao.planner.engine.duckdb import text, texts
from yaohao.planner.plan.model import (
    FIELD,
    OTHER,
    Coverage,
    Plan,
    Where,
)
from yaohao.planner.plan.triggers import wholly_under
from yaohao.planner.schema.entity import KEPT, LEAF, PREFIXED, SETS
from yaohao.planner.vocabulary.clock import months_before, years_before
from yaohao.planner.vocabulary.units import PPM

_DRAWN = ("drawn_this_year", "drawn_by_plan", "drawn_until")
LEAF_COLUMNS = ("entity_id", "standing", "cell", "reason", *LEAF[1:], *_DRAWN)
"""The committed columns of a frame, in the order of the leaf text, in which the cell's public name,
the salt and the entity's name follow; the last three here tell of `EARLIER` draws."""

EARLIER = ("entity_id", "drawn_this_year", "drawn_by_plan", "drawn_since", "drawn_until")
"""What earlier draws did, one row an entity that they drew or directed: how often the lot drew it
this year, how often in earlier batches of the plan, and the window of its last visit."""

LEADS = ("entity_id", "lead", "entry", "urgent", "reminded")
"""Leads in force, one row an entity: the plan's trigger, the entry of the four lists that a lead
matches, whether its trigger is one of the plan's, and whether a reminder has been given."""


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
    """SQL: inspections in the calendar year of the plan's day, finished or drawn, over judged rows.

    Where the last inspection lies in an earlier year the register's count is of that year. What was
    drawn this year counts also before the register knows of the visit, and never twice.
    """
    year = f"{plan.as_of.year:04d}"
    return (
        "greatest(drawn_this_year, "
        f"CASE WHEN inspected_on <> '' AND substr(inspected_on, 1, 4) < '{year}' THEN 0 "
        f"WHEN substr(inspected_on, 1, 4) = '{year}' THEN greatest(visits_this_year, 1) "
        "ELSE visits_this_year END)"
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
    if key in SETS:
        return f"list_has_any(string_split({key}, ','), {texts(codes)})"
    return f"list_contains({texts(codes)}, {_CODES.get(key, key)})"


_CODES = {
    "tier": "effective_tier",
    "age": "CASE WHEN is_new THEN 'new' ELSE 'old' END",
    "key": f"CASE WHEN in_key_field THEN 'key' ELSE '{OTHER}' END",
}
"""Strata that are no columns of the register, as SQL over the judged row."""


_LAST_VISIT = "greatest(inspected_on, drawn_until)"
"""SQL: the last inspection; one drawn that the register does not know yet is taken to have been on
the last day of its window."""


def _is_due(plan: Plan, rule: Coverage) -> str:
    """SQL: would pass the years of a rule without a visit before the window closes.

    Whoever was never inspected is counted from the day of establishment, and where that is not
    known either is due: a gap in the register earns nothing.
    """
    cut = _day_before(plan.window[1], rule.within_years)
    last = f"CASE WHEN {_LAST_VISIT} <> '' THEN {_LAST_VISIT} ELSE established_on END"
    return f"{matches_sql(plan, rule.where)} AND {last} <= {text(cut)}"


def _day_before(day: date, years: int) -> str:
    """The same day so many years earlier; empty, before all days, where no calendar has it."""
    return years_before(day, years).isoformat() if day.year > years else ""


def _rules(plan: Plan) -> list[tuple[str, str, str]]:
    """The plan's rules in order: (standing, reason as SQL, condition as SQL)."""
    under, first = _is_under(plan), _is_in_period(plan)
    matched = f"{under} AND entry IS NOT NULL"
    rules = []
    if plan.trigger_based.entries:
        at_once = f"{matched} AND (urgent OR reminded OR NOT {first})"
        rules.append(("directed", "'trigger:' || entry", at_once))
    rules.append(("directed", "'lead:' || lead", "lead IS NOT NULL"))
    if plan.trigger_based.entries:
        rules.append(("out", "'reminder:' || entry", matched))
    if plan.frequency > 1:
        rules.append(("out", "'batch'", "drawn_by_plan > 0"))
    cap = plan.limits.visits_per_year
    if cap:
        rules.append(("out", "'visit-cap'", f"{visits_so_far(plan)} >= {cap}"))
    if plan.limits.days_between:
        last = plan.window[0] - timedelta(days=plan.limits.days_between)
        rules.append(("out", "'recent-visit'", f"{_LAST_VISIT} > {text(last.isoformat())}"))
    rules += [("directed", "'coverage'", _is_due(plan, rule)) for rule in plan.coverage]
    entry = wholly_under(plan)
    if entry is not None:
        rules.append(("out", text(f"trigger-based:{entry}"), under))
    if plan.tolerance.years and plan.tolerance.leave_out == PPM:
        rules.append(("out", "'tolerance'", "is_new AND NOT in_key_field"))
    if plan.low_risk.tiers and plan.low_risk.leave_out == PPM:
        low = f"list_contains({texts(plan.low_risk.tiers)}, effective_tier)"
        rules.append(("out", "'low-risk'", f"{low} AND NOT in_key_field"))
    return rules


def _is_under(plan: Plan) -> str:
    """SQL: under trigger-based supervision, by tier and outside the key fields."""
    tiers = texts(plan.trigger_based.tiers)
    return f"(list_contains({tiers}, effective_tier) AND NOT in_key_field)"


def _is_in_period(plan: Plan) -> str:
    """SQL: in the observation or the reminder period, in which a reminder comes before a visit."""
    rule = plan.trigger_based
    months = rule.observation_months + rule.reminder_months
    return f"(established_on > {text(months_before(plan.as_of, months).isoformat())})"


def _cell(plan: Plan) -> str:
    return " || '/' || ".join(f"({_code(stratum)})" for stratum in plan.strata) or "''"


def _code(stratum: str) -> str:
    """SQL: the code of a stratum, over the judged row."""
    if not stratum.startswith(FIELD):
        return _CODES.get(stratum, stratum)
    field = text(stratum.removeprefix(FIELD))
    has = f"list_contains(string_split(fields, ','), {field})"
    return f"CASE WHEN {has} THEN {field} ELSE '{OTHER}' END"


def frame_query(
    plan: Plan, register: str, leads: str, earlier: str, *, condensed: bool = False
) -> str:
    """SQL for the frame: committed and descriptive columns, in ascending bytes of `entity_id`.

    A `condensed` register has a column `n`, of how many alike entities a row stands for; so has
    the frame then, which is in no order.

    `register`, `leads` (columns `LEADS`) and `earlier` (columns `EARLIER`) are relations. A visit
    of an earlier draw counts as the register has it, once that knows of an inspection in its
    window or after.
    """
    rules = _rules(plan)
    standing = " ".join(f"WHEN {when} THEN {text(name)}" for name, _, when in rules)
    reason = " ".join(f"WHEN {when} THEN {why}" for _, why, when in rules)
    committed = ", ".join(LEAF_COLUMNS[4:])
    return f"""
        WITH judged AS (
            SELECT r.*, l.lead, l.entry, l.urgent, l.reminded,
                   coalesce(e.drawn_this_year, 0)::INTEGER AS drawn_this_year,
                   coalesce(e.drawn_by_plan, 0)::INTEGER AS drawn_by_plan,
                   CASE WHEN r.inspected_on < e.drawn_since THEN e.drawn_until ELSE '' END
                       AS drawn_until,
                   {effective_tier(plan)} AS effective_tier,
                   {is_new(plan)} AS is_new, {in_key_field(plan)} AS in_key_field
            FROM (SELECT * FROM {register} WHERE {in_scope(plan)}) r
            LEFT JOIN {leads} l USING (entity_id) LEFT JOIN {earlier} e USING (entity_id)
        ), stood AS (
            SELECT *, CASE {standing} ELSE 'pool' END AS standing,
                   CASE {reason} ELSE '' END AS reason
            FROM judged
        )
        SELECT entity_id, standing,
               CASE WHEN standing = 'pool' THEN {_cell(plan)} ELSE '' END AS cell,
               reason, {committed}, {", ".join(KEPT)}
        {", n FROM stood" if condensed else "FROM stood ORDER BY entity_id"}
    """


def judged_columns(plan: Plan) -> str:
    """SQL: the columns by which rules and strata of a plan tell a row of the frame."""
    return (
        f"{effective_tier(plan)} AS effective_tier, {is_new(plan)} AS is_new, "
        f"{in_key_field(plan)} AS in_key_field"
    )


def cell_of(plan: Plan) -> str:
    """SQL: the cell in which a row of `judged_columns` is, or would be if it were in the pool."""
    return _cell(plan)


def due_but_capped(plan: Plan, rule: Coverage) -> str:
    """SQL: left out by a cap on visits although a rule of coverage says that a visit is due."""
    return f"standing = 'out' AND reason IN ('visit-cap', 'recent-visit') AND {_is_due(plan, rule)}"
