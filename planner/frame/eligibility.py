"""Eligibility: who is in the pool, who is left out, who is directed, and by which rule.

Source: the plan file (docs/plan.md), "Who is where": the first rule that applies decides. A rule is
data (`Rule`: standing, reason, condition); a new one is a line of `rules`, in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from yaohao.planner.plan.classification import Classification, Rule
from yaohao.planner.plan.conditions import (
    IN_KEY_FIELD,
    IS_NEW,
    TIER,
    And,
    Column,
    Condition,
    Constant,
    CountIs,
    DayIs,
    Equals,
    FirstKnown,
    Flag,
    HasAny,
    IsTold,
    Joined,
    Latest,
    Not,
    OneOf,
    Or,
    StartsWith,
    Text,
    VisitsInYear,
    stratum_code,
    where_condition,
)
from yaohao.planner.plan.model import REFUSE, Coverage, Plan
from yaohao.planner.plan.triggers import wholly_under
from yaohao.planner.vocabulary.clock import months_before, years_before
from yaohao.planner.vocabulary.units import PPM

_ESTABLISHED = Column("established_on")
_LEAD, _ENTRY = Column("lead"), Column("entry")

_LAST_VISIT = Latest((Column("inspected_on"), Column("drawn_until")))
"""The last inspection; one drawn that the register does not know yet is taken to have been on the
last day of its window."""


def classification(plan: Plan) -> Classification:
    """Who is in a plan's scope, where they stand, and in which cell they are."""
    return Classification(
        scope=scope(plan),
        tier=_effective_tier(plan),
        is_new=_is_new(plan),
        in_key_field=HasAny(Column("fields"), plan.key_fields.codes),
        rules=tuple(rules(plan)),
        cell=_cell(plan),
    )


def scope(plan: Plan) -> Condition:
    """Who a plan is about; a region's prefix takes in what is below it."""
    parts: list[Condition] = []
    if plan.scope.kind:
        parts.append(OneOf(Column("kind"), plan.scope.kind))
    if plan.scope.status:
        parts.append(OneOf(Column("status"), plan.scope.status))
    if plan.scope.region:
        parts.append(StartsWith(Column("region"), plan.scope.region))
    return And(tuple(parts))


def rules(plan: Plan) -> Iterator[Rule]:
    """The plan's rules in order: the first that holds of a row decides."""
    limits, on_lists = plan.limits, bool(plan.trigger_based.entries)
    under, matched = _is_under(plan), And((_is_under(plan), IsTold(_ENTRY)))
    if on_lists:
        at_once = Or((Flag(Column("urgent")), Flag(Column("reminded")), Not(_is_in_period(plan))))
        yield Rule("directed", _told("trigger:", _ENTRY), And((matched, at_once)))
    yield Rule("directed", _told("lead:", _LEAD), IsTold(_LEAD))
    if on_lists:
        yield Rule("out", _told("reminder:", _ENTRY), matched)
    if plan.frequency > 1:
        yield Rule("out", Constant("batch"), CountIs(Column("drawn_by_plan"), ">", 0))
    if limits.visits_per_year:
        visits = VisitsInYear(f"{plan.as_of.year:04d}")
        yield Rule("out", Constant("visit-cap"), CountIs(visits, ">=", limits.visits_per_year))
    if limits.days_between:
        last = plan.window[0] - timedelta(days=limits.days_between)
        yield Rule("out", Constant("recent-visit"), DayIs(_LAST_VISIT, ">", last.isoformat()))
    for coverage in plan.coverage:
        yield Rule("directed", Constant("coverage"), is_due(plan, coverage))
    entry = wholly_under(plan)
    if entry is not None:
        yield Rule("out", Constant(f"trigger-based:{entry}"), under)
    if plan.tolerance.years and plan.tolerance.leave_out == PPM:
        yield Rule("out", Constant("tolerance"), And((IS_NEW, Not(IN_KEY_FIELD))))
    if plan.low_risk.tiers and plan.low_risk.leave_out == PPM:
        low = OneOf(TIER, plan.low_risk.tiers)
        yield Rule("out", Constant("low-risk"), And((low, Not(IN_KEY_FIELD))))


def is_due(plan: Plan, rule: Coverage) -> Condition:
    """Would pass the years of a rule of coverage without a visit before the window closes.

    Whoever was never inspected is counted from the day of establishment, and where that is not
    known either is due: a gap in the register earns nothing.
    """
    cut = _day_before(plan.window[1], rule.within_years)
    last = FirstKnown((_LAST_VISIT, _ESTABLISHED))
    return And((where_condition(rule.where), DayIs(last, "<=", cut)))


def due_but_capped(plan: Plan, rule: Coverage) -> Condition:
    """Left out by a cap on visits although a rule of coverage says that a visit is due; read of a
    row of the frame.
    """
    capped = OneOf(Column("reason"), ("visit-cap", "recent-visit"))
    return And((Equals(Column("standing"), "out"), capped, is_due(plan, rule)))


def _told(front: str, column: Column) -> Text:
    return Joined((Constant(front), column))


def _effective_tier(plan: Plan) -> Text:
    tier = Column("tier")
    if plan.unknown_tier == REFUSE:
        return tier
    return FirstKnown((tier, Constant(plan.unknown_tier)))


def _is_new(plan: Plan) -> Condition:
    """Established less than the tolerance years before the plan's day.

    An entity whose day of establishment is not known is old: a gap in the register earns nothing.
    """
    return DayIs(_ESTABLISHED, ">", _day_before(plan.as_of, plan.tolerance.years))


def _day_before(day: date, years: int) -> str:
    """The same day so many years earlier; empty, before all days, where no calendar has it."""
    return years_before(day, years).isoformat() if day.year > years else ""


def _is_under(plan: Plan) -> Condition:
    """Under trigger-based supervision, by tier and outside the key fields."""
    return And((OneOf(TIER, plan.trigger_based.tiers), Not(IN_KEY_FIELD)))


def _is_in_period(plan: Plan) -> Condition:
    """In the observation or the reminder period, in which a reminder comes before a visit."""
    rule = plan.trigger_based
    months = rule.observation_months + rule.reminder_months
    return DayIs(_ESTABLISHED, ">", months_before(plan.as_of, months).isoformat())


def _cell(plan: Plan) -> Text:
    """The codes of the plan's strata, with strokes between them."""
    codes = [stratum_code(stratum) for stratum in plan.strata]
    return Joined(tuple(part for code in codes for part in (Constant("/"), code))[1:])
