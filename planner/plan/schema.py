"""What a plan must hold: the one description that both the plan file and the document follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.plan.keys import RATE, nearest
from planner.plan.model import (
    REFUSE,
    STRATA,
    WHOLE,
    Count,
    Crew,
    KeyFields,
    Leads,
    Limits,
    LowRisk,
    Plan,
    Publication,
    Rate,
    Scope,
    Seeds,
    Tolerance,
    needed_strata,
)
from planner.plan.reader import Source, Table, show, written
from planner.plan.shares import ShareError, millionths

_KEY_FIELDS = ("drug", "food", "industrial", "special")
_TRIGGERS = ("complaint", "monitoring", "transfer")
_MOST_VISITS = 10_000_000
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_TITLE, _SOURCE = 200, 500  # characters


def build_plan(source: Source, data: Mapping[str, Any]) -> Plan:
    """The plan that `data` describes; it is good only if no problem went to `source`."""
    top = Table(source, data)
    as_of, window = _days(top)
    rates, unknown_tier = _rates(top)
    tolerance, low_risk = _tolerance(top), _low_risk(top, rates)
    scope, seeds, limits = top.table("scope"), top.table("seeds"), top.table("limits")
    return Plan(
        id=_id(top),
        title=top.text("title", None, _TITLE),
        authority=top.text("authority", None, _TITLE),
        as_of=as_of,
        window=window,
        items=top.codes("items", ()),
        strata=needed_strata(_strata(top), tolerance, low_risk),
        scope=Scope(
            scope.codes("kind", ()), scope.codes("region", ()), scope.codes("status", ("active",))
        ),
        rates=rates,
        unknown_tier=unknown_tier,
        tolerance=tolerance,
        low_risk=low_risk,
        key_fields=KeyFields(top.table("key_fields").codes("codes", _KEY_FIELDS)),
        limits=Limits(
            limits.whole("visits_per_year", 0, 0, 366), limits.whole("days_between", 0, 0, 3660)
        ),
        leads=Leads(top.table("leads").codes("triggers", _TRIGGERS)),
        crew=_crew(top),
        seeds=Seeds(seeds.text("select", "", _SOURCE), seeds.text("crew", "", _SOURCE)),
        publication=_publication(top),
    )


def _id(top: Table) -> str:
    value = top.text("id", None, 64)
    if value and not _ID.fullmatch(value):
        top.complain("bad-id", "id", found=show(value))
    return value


def _days(top: Table) -> tuple[date, tuple[date, date]]:
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


def _strata(top: Table) -> tuple[str, ...]:
    strata = top.codes("strata", ("tier", "region"))
    for name in strata:
        if name == "fields":
            top.source.complain("stratum-fields", top.at("strata", name))
        elif name not in STRATA:
            near = nearest(name, STRATA)
            problem = "choice-near" if near else "choice"
            path = top.at("strata", name)
            top.source.complain(problem, path, found=show(name), near=near, known=list(STRATA))
    return strata


def _crew(top: Table) -> Crew:
    crew = top.table("crew")
    size = crew.data.get("size")
    if type(size) is int and size < 2:
        crew.complain("crew-too-small", "size", found=show(size))
    else:
        size = crew.whole("size", 2, 2, 20)
    return Crew(size, crew.code("department", ""))


def _publication(top: Table) -> Publication:
    table = top.table("publication")
    shown = table.choice("tiers", "hidden", ("hidden", "shown")) == "shown"
    return Publication("shown" if shown else "hidden", table.whole("reserves", 0, 0, 1000))


def _rates(top: Table) -> tuple[dict[str, Rate], str]:
    table = top.table("rates", needed=True)
    tiers = table.table("tier", needed=True, free=True)
    unknown_tier = table.code("unknown_tier", "B")
    if tiers.given and not tiers.data:
        table.complain("no-rates", "tier")
    rates: dict[str, Rate] = {}
    for tier, value in tiers.data.items():
        if not tiers.is_code(tiers.at(tier), tier):
            continue
        if tier == REFUSE:
            tiers.complain("tier-reserved", tier)
        rates[tier] = _rate(tiers, tier, value)
    if rates and unknown_tier and unknown_tier != REFUSE and unknown_tier not in rates:
        table.complain("unknown-tier", "unknown_tier", found=unknown_tier, known=list(rates))
    return rates, unknown_tier


def _rate(tiers: Table, tier: str, value: Any) -> Rate:
    if isinstance(value, dict):
        table = Table(tiers.source, value, tiers.at(tier), RATE)
        if value and "count" not in value:
            return WHOLE  # what stands there instead has been noted
        if type(value.get("count")) is int and value["count"] == 0:
            table.complain("rate-zero", "count", found="0")
            return WHOLE
        return Count(table.whole("count", None, 1, _MOST_VISITS))
    if tiers.source.committed:
        return tiers.whole(tier, None, 1, WHOLE)
    try:
        rate = millionths(value)
    except ShareError as error:
        tiers.complain(f"rate-{error.name}", tier, found=show(value))
        return WHOLE
    if rate == 0:
        tiers.complain("rate-zero", tier, found=show(value))
    return rate


def _tolerance(top: Table) -> Tolerance:
    table = top.table("tolerance")
    if not table.given:
        return Tolerance(0, 0)
    return Tolerance(table.whole("years", 3, 0, 100), table.share("leave_out", WHOLE))


def _low_risk(top: Table, rates: Mapping[str, Rate]) -> LowRisk:
    table = top.table("low_risk")
    if not table.given:
        return LowRisk((), 0)
    low_risk = LowRisk(table.codes("tiers", None), table.share("leave_out", WHOLE))
    for tier in low_risk.tiers:
        # Where the whole tier is left out a rate is needed only for its key fields, if it has any.
        if rates and tier not in rates and low_risk.leave_out < WHOLE:
            path = table.at("tiers", tier)
            top.source.complain("low-risk-tier", path, found=tier, known=list(rates))
    return low_risk
