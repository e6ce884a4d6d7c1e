"""What a plan must hold: the one description that both the plan file and the document follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from yaohao.planner.plan.cosigners import read_cosigners
from yaohao.planner.plan.departments import read_departments
from yaohao.planner.plan.keys import ARRAYS, nearest
from yaohao.planner.plan.model import (
    FIELD,
    OTHER,
    STRATA,
    Crew,
    KeyFields,
    Leads,
    Limits,
    LowRisk,
    Plan,
    Publication,
    Scope,
    Seeds,
    Tolerance,
    needed_strata,
)
from yaohao.planner.plan.quotas import read_coverage, read_quotas
from yaohao.planner.plan.rates import MOST_VISITS, Rates, read_rates
from yaohao.planner.plan.reader import (
    CODE_LENGTH,
    Source,
    TomlTable,
    show,
    written,
)
from yaohao.planner.plan.seed_sources import read_sources
from yaohao.planner.plan.triggers import read_trigger_based
from yaohao.planner.vocabulary.file_names import is_device
from yaohao.planner.vocabulary.units import PPM

_KEY_FIELDS = ("drug", "food", "industrial", "special")
_TRIGGERS = ("complaint", "monitoring", "transfer")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
MOST_BATCHES = 52
"""The most batches in which a plan may be drawn over a year."""
_TITLE = 200  # characters


def build_plan(source: Source, data: Mapping[str, Any]) -> Plan:
    """The plan that `data` describes; it is good only if no problem went to `source`."""
    top = TomlTable(source, data)
    as_of, window = _days(top)
    rates = read_rates(top)
    tolerance, low_risk = _tolerance(top), _low_risk(top, rates)
    coverage, quotas = read_coverage(top), read_quotas(top)
    scope, seeds = top.table("scope"), top.table("seeds")
    if not tolerance.years:
        _check_age(top)
    crew = _crew(top)
    departments = read_departments(top, crew.size)
    if departments and crew.department:
        top.complain("crew-and-departments", "crew", found=crew.department)
    frequency = top.whole("frequency", 1, 1, MOST_BATCHES)
    return Plan(
        id=_id(top),
        title=top.text("title", None, _TITLE),
        authority=top.text("authority", None, _TITLE),
        as_of=as_of,
        window=window,
        frequency=frequency,
        batch=top.whole("batch", None, 1, frequency) if source.committed else 1,
        items=top.codes("items", ()),
        strata=needed_strata(_strata(top), tolerance, low_risk, rates.strata, quotas),
        scope=Scope(
            scope.codes("kind", ()), scope.codes("region", ()), scope.codes("status", ("active",))
        ),
        base_stratum=rates.base,
        rates=rates.of_base,
        rate_bounds=rates.bounds,
        unknown_tier=rates.unknown_tier,
        tolerance=tolerance,
        low_risk=low_risk,
        key_fields=KeyFields(top.table("key_fields").codes("codes", _KEY_FIELDS)),
        limits=_limits(top.table("limits")),
        coverage=coverage,
        quotas=quotas,
        leads=Leads(top.table("leads").codes("triggers", _TRIGGERS)),
        trigger_based=read_trigger_based(top),
        departments=departments,
        crew=crew,
        seeds=Seeds(read_sources(seeds, "select"), read_sources(seeds, "crew")),
        publication=_publication(top),
    )


def _id(top: TomlTable) -> str:
    value = top.text("id", None, 64)
    if value and not _ID.fullmatch(value):
        top.complain("bad-id", "id", found=show(value))
    elif is_device(value):
        top.complain("device-id", "id", found=value)
    return value


def _days(top: TomlTable) -> tuple[date, tuple[date, date]]:
    as_of, first, last = date.min, date.max, date.max  # stand-ins that no rule below objects to
    if (value := top.need("as_of")) is not None:
        as_of = top.day(top.at("as_of"), value) or as_of
    window = top.need("window")
    if window is None:
        return as_of, (first, last)
    if not isinstance(window, list) or len(window) != 2:
        top.complain("not-window", "window", found=written(window))
        return as_of, (first, last)
    opens = top.day((*top.at("window"), 0), window[0])
    closes = top.day((*top.at("window"), 1), window[1])
    if opens and closes and closes < opens:
        top.complain("window-order", "window", first=str(opens), last=str(closes))
    if opens and as_of > opens:
        top.complain("as-of-late", "as_of", found=str(as_of), first=str(opens))
    return as_of, (opens or first, closes or last)


def _strata(top: TomlTable) -> tuple[str, ...]:
    strata = top.codes("strata", ("tier", "region"), len(FIELD) + CODE_LENGTH)
    for name in strata:
        field = name.removeprefix(FIELD)
        if name in ("fields", FIELD) or field != field.strip():
            top.source.complain("stratum-fields", top.at("strata", name))
        elif name == FIELD + OTHER:
            top.source.complain("field-other", top.at("strata", name))
        elif name not in STRATA and field == name:
            near = nearest(name, STRATA)
            problem = "choice-near" if near else "choice"
            path = top.at("strata", name)
            top.source.complain(problem, path, found=show(name), near=near, known=list(STRATA))
    return strata


def _crew(top: TomlTable) -> Crew:
    crew = top.table("crew")
    size = crew.data.get("size")
    least = top.source.least_crew
    if type(size) is int and size < least and least > 1:
        crew.complain("crew-too-small", "size", found=show(size))
    else:
        size = crew.whole("size", 2, least, 20)
    return Crew(size, crew.code("department", ""))


def _publication(top: TomlTable) -> Publication:
    table = top.table("publication")
    shown = table.choice("tiers", "hidden", ("hidden", "shown")) == "shown"
    reserves = table.whole("reserves", 0, 0, 1000)
    return Publication("shown" if shown else "hidden", reserves, read_cosigners(table))


def _tolerance(top: TomlTable) -> Tolerance:
    table = top.table("tolerance")
    if not table.given:
        return Tolerance(0, 0)
    return Tolerance(table.whole("years", 3, 0, 100), table.share("leave_out", PPM))


def _limits(table: TomlTable) -> Limits:
    total = table.optional("total")
    return Limits(
        table.whole("visits_per_year", 0, 0, 366),
        table.whole("days_between", 0, 0, 3660),
        None if total is None else table.whole("total", None, 1, MOST_VISITS),
    )


def _check_age(top: TomlTable) -> None:
    """Without a tolerance period nobody is new, which no rule on `age` can mean."""
    for name in ARRAYS:
        rules = top.data.get(name)
        for place, rule in enumerate(rules if isinstance(rules, list) else []):
            where = rule.get("where") if isinstance(rule, dict) else None
            if isinstance(where, dict) and "age" in where:
                top.source.complain("age-no-years", (*top.at(name), place, "where", "age"))
    rates = top.data.get("rates")
    if isinstance(rates, dict) and "age" in rates:
        top.source.complain("age-no-years", ("rates", "age"))


def _low_risk(top: TomlTable, rates: Rates) -> LowRisk:
    table = top.table("low_risk")
    if not table.given:
        return LowRisk((), 0)
    low_risk = LowRisk(table.codes("tiers", None), table.share("leave_out", PPM))
    known = list(rates.of_base) if rates.base == "tier" else []
    if not known or low_risk.leave_out == PPM:
        return low_risk  # a tier that is wholly left out needs a rate only for its key fields
    for tier in low_risk.tiers if top.source.committed else ():
        if tier not in known:
            path = table.at("tiers", tier)
            top.source.complain("low-risk-tier", path, found=tier, known=known)
    # Nobody in the pool has a tier without a rate, or the freeze is refused: nothing is left out.
    return LowRisk(tuple(tier for tier in low_risk.tiers if tier in known), low_risk.leave_out)
