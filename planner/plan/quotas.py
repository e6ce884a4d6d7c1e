"""Rules on groups: whom a rule is about, coverage (到期必查) and quotas (分组配额)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from yaohao.planner.plan.conditions import TWO_SIDED
from yaohao.planner.plan.keys import (
    AMOUNT,
    KEYS,
    WHERE,
    nearest,
)
from yaohao.planner.plan.model import (
    OTHER,
    Amount,
    Count,
    Coverage,
    Quota,
    Share,
    Where,
)
from yaohao.planner.plan.percentages import ShareError, millionths, percent
from yaohao.planner.plan.rates import MOST_VISITS
from yaohao.planner.plan.reader import (
    TomlTable,
    key_text,
    show,
    written,
)
from yaohao.planner.vocabulary.units import PPM

_OF = re.compile(r"(.*\S)\s+of\s+(group|draw)")


def read_coverage(top: TomlTable) -> tuple[Coverage, ...]:
    """The rules ``[[coverage]]``, in the order written."""
    rules = []
    for table in top.tables("coverage"):
        where = _where(table, needed=True)
        if table.data.get("where") == {}:
            table.complain("coverage-everybody", "where")
        years = table.whole("within_years", None, 1, 100)
        rules.append(Coverage(where, years, key_text(table.path)))
    return tuple(rules)


def read_quotas(top: TomlTable) -> tuple[Quota, ...]:
    """The rules ``[[quota]]``, in the order written."""
    rules = []
    for table in top.tables("quota"):
        where = _where(table)
        for field in where.get("fields", ()):
            if field == OTHER:
                table.source.complain("field-other", (*table.at("where"), "fields"))
        before = len(table.source.problems)
        least, most = _amount(table, "min"), _amount(table, "max")
        is_good = len(table.source.problems) == before
        if is_good and least is None and most is None:
            table.source.complain("quota-empty", table.path)
        elif is_good and _is_above(least, most):
            said = {"least": _said(least), "most": _said(most)}
            table.source.complain("bounds-order", table.path, **said)
        rules.append(Quota(where, least, most, key_text(table.path)))
    return tuple(rules)


def _where(table: TomlTable, *, needed: bool = False) -> Where:
    if "where" in table.data and not isinstance(table.data["where"], dict):
        table.complain("where-form", "where", found=written(table.data["where"]))
        return {}
    conditions = table.table("where", needed=needed)
    where = {key: _codes(conditions, key) for key in conditions.data if key in KEYS[WHERE]}
    return dict(sorted(where.items()))


def _codes(table: TomlTable, key: str) -> tuple[str, ...]:
    """The codes of one condition: one text, or a list of them that is not empty."""
    value = table.data[key]
    if isinstance(value, list):
        codes = table.codes(key, None)
        if not value:
            table.complain("condition-empty", key)
    elif isinstance(value, str):
        codes = (value,) if table.is_code(table.at(key), value) else ()
    else:
        table.complain("condition-form", key, found=show(value))
        return ()
    for code in codes:
        known = tuple(TWO_SIDED.get(key, (code,)))
        if code not in known:
            near = nearest(code, known)
            name = "choice-near" if near else "choice"
            path = table.at(key, code) if isinstance(value, list) else table.at(key)
            table.source.complain(name, path, found=show(code), known=list(known), near=near)
    return codes


def _amount(table: TomlTable, key: str) -> Amount | None:
    value = table.optional(key)
    if value is None:
        return None
    if table.source.committed:
        return _committed(table, key, value)
    if isinstance(value, int) and not isinstance(value, bool):
        if value == 0:
            table.complain("amount-zero", key, found="0")
            return Count(1)
        return Count(table.whole(key, None, 1, MOST_VISITS))
    of, share = "group", value
    if isinstance(value, str):
        match = _OF.fullmatch(unicodedata.normalize("NFKC", value).strip())
        if match is not None:
            share, of = match[1], match[2]
    try:
        share_ppm = millionths(share)
    except ShareError as error:
        table.complain(f"amount-{error.name}", key, found=show(value), share=show(share))
        return Count(1)
    if share_ppm == 0:
        table.complain("amount-zero", key, found=show(value))
    return Share(share_ppm, "draw" if of == "draw" else "group")


def _committed(table: TomlTable, key: str, value: Any) -> Amount:
    """``{"count": n}`` or ``{"share": millionths, "of": "group" | "draw"}``."""
    if not isinstance(value, dict) or ("count" in value) == ("share" in value):
        table.complain("amount-form", key, found=show(value))
        return Count(1)
    amount = TomlTable(table.source, value, table.at(key), AMOUNT)
    if "count" in value:
        return Count(amount.whole("count", None, 1, MOST_VISITS))
    of = amount.choice("of", "group", ("group", "draw"))
    return Share(amount.whole("share", None, 1, PPM), "draw" if of == "draw" else "group")


def _is_above(least: Amount | None, most: Amount | None) -> bool:
    """Whether the two can be compared as they stand and the least is the greater."""
    if isinstance(least, Count) and isinstance(most, Count):
        return least.count > most.count
    if isinstance(least, Share) and isinstance(most, Share):
        return least.of == most.of and least.millionths > most.millionths
    return False


def _said(amount: Amount | None) -> str:
    if isinstance(amount, Share):
        return percent(amount.millionths) + (" of draw" if amount.of == "draw" else "")
    return str(amount.count) if amount else ""
