"""The rates (抽查比例) of a plan: each code's own, and the bounds on what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yaohao.planner.plan.keys import COUNT, RATE, nearest
from yaohao.planner.plan.model import (
    OTHER,
    REFUSE,
    STRATA,
    Count,
    Rate,
    RateBound,
)
from yaohao.planner.plan.percentages import ShareError, millionths, percent
from yaohao.planner.plan.reader import TomlTable, key_text, show
from yaohao.planner.vocabulary.units import PPM

MOST_VISITS = 10_000_000
"""The largest number of visits that a plan may ask for."""

_CODES = {"age": ("new", "old", OTHER), "key": ("key", OTHER)}


@dataclass(frozen=True, slots=True)
class Rates:
    """The table ``[rates]``: the stratum of the cells' own rates, those, and the bounds, sorted.

    `strata` are all that have a table, the base first.
    """

    base: str
    of_base: Mapping[str, Rate]
    bounds: tuple[RateBound, ...]
    unknown_tier: str
    strata: tuple[str, ...]


def read_rates(top: TomlTable) -> Rates:
    """The rates of a plan; the stratum written first is the base, which gives cells their own."""
    table = top.table("rates", needed=True)
    base = _base(table)
    unknown_tier = table.code("unknown_tier", "B")
    of_base: dict[str, Rate] = {}
    bounds = []
    strata = tuple(dict.fromkeys([base, *(name for name in table.data if name in STRATA)]))
    for stratum in strata:
        codes = table.table(stratum, needed=stratum == base, free=True)
        if codes.given and not codes.data:
            table.complain("no-rates", stratum)
        for code, value in codes.data.items():
            if not _is_known(codes, stratum, code):
                continue
            exact, least, most = _rate(codes, code, value)
            if stratum == base:
                of_base[code] = _first(exact, least, most)
            elif exact is not None:
                least = most = exact
            if least is not None or most is not None:
                place = key_text(codes.at(code))
                bounds.append(RateBound(stratum, code, least, most, place))
    if base == "tier" and of_base and unknown_tier not in ("", REFUSE, *of_base):
        if table.source.committed:
            table.complain("unknown-tier", "unknown_tier", found=unknown_tier, known=list(of_base))
        unknown_tier = REFUSE  # asked for only where somebody lacks a tier
    bounds.sort(key=lambda bound: (bound.stratum != base, bound.stratum, bound.code))
    return Rates(base, of_base, tuple(bounds), unknown_tier, strata)


def _base(table: TomlTable) -> str:
    if table.source.committed and "base" in table.data:
        return table.choice("base", "tier", STRATA)
    if table.source.committed:
        return "tier"
    return next((name for name in table.data if name in STRATA), "tier")


def _is_known(codes: TomlTable, stratum: str, code: str) -> bool:
    if not codes.is_code(codes.at(code), code):
        return False
    known = _CODES.get(stratum, (code,))
    if code not in known:
        near = nearest(code, known)
        name = "choice-near" if near else "choice"
        codes.complain(name, code, found=show(code), known=list(known), near=near)
        return False
    if stratum == "tier" and code == REFUSE:
        codes.complain("tier-reserved", code)
    return True


def _first(*rates: Rate | None) -> Rate:
    return next((rate for rate in rates if rate is not None), PPM)


def _rate(codes: TomlTable, code: str, value: Any) -> tuple[Rate | None, Rate | None, Rate | None]:
    """A rate as (exact, least, most)."""
    if not isinstance(value, dict):
        return _share(codes, code), None, None
    if "min" not in value and "max" not in value:
        return _count(TomlTable(codes.source, value, codes.at(code), RATE)), None, None
    table = TomlTable(codes.source, value, codes.at(code), RATE)
    before = len(codes.source.problems)
    least, most = _end(table, "min"), _end(table, "max")
    if "count" in value:
        codes.complain("rate-both", code)
    elif least is None and most is None:
        codes.complain("rate-empty", code)
    elif len(codes.source.problems) == before and _is_above(least, most):
        codes.complain("bounds-order", code, least=_said(least), most=_said(most))
    return None, least, most


def _end(table: TomlTable, key: str) -> Rate | None:
    value = table.optional(key)
    if value is None:
        return None
    if isinstance(value, dict):
        return _count(TomlTable(table.source, value, table.at(key), COUNT))
    return _share(table, key)


def _count(table: TomlTable) -> Rate:
    value = table.data
    if value and "count" not in value:
        return PPM  # what stands there instead has been noted
    if type(value.get("count")) is int and value["count"] == 0:
        table.complain("rate-zero", "count", found="0")
        return PPM
    return Count(table.whole("count", None, 1, MOST_VISITS))


def _share(table: TomlTable, key: str) -> int:
    if table.source.committed:
        return table.whole(key, None, 1, PPM)
    value = table.data[key]
    try:
        rate = millionths(value)
    except ShareError as error:
        table.complain(f"rate-{error.name}", key, found=show(value))
        return PPM
    if rate == 0:
        table.complain("rate-zero", key, found=show(value))
    return rate


def _is_above(least: Rate | None, most: Rate | None) -> bool:
    if isinstance(least, Count) and isinstance(most, Count):
        return least.count > most.count
    return isinstance(least, int) and isinstance(most, int) and least > most


def _said(rate: Rate | None) -> str:
    return str(rate.count) if isinstance(rate, Count) else percent(rate or 0)
