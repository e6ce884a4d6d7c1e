"""Filters of the register as people type them, as SQL conditions.

Words (`vocabulary/filter_words.py`) must all hold. A plain word is part of the name or of the
code. ``tier:A``, ``region:1505``, ``visit:<2026``, ``age:<3`` and so on ask for a column, by its
English or Chinese name; commas part alternatives, a minus before a word turns it round. Of many
alternatives each is a whole code or name: such a list was pasted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from yaohao.planner.engine.compile import expression, literal
from yaohao.planner.plan.conditions import Column, HasAny
from yaohao.planner.vocabulary.clock import years_before
from yaohao.planner.vocabulary.divisions import divisions
from yaohao.planner.vocabulary.filter_words import FilterWord, filter_words
from yaohao.planner.vocabulary.terms import code_of, key_of
from yaohao.planner.wording.messages import language

KEYS = {
    "name": ("name", "名称"),
    "code": ("code", "id", "代码"),
    "address": ("address", "地址", "住所"),
    "tier": ("tier", "risk", "等级", "风险", "分类"),
    "region": ("region", "区划", "地区"),
    "industry": ("industry", "行业"),
    "kind": ("kind", "type", "类型"),
    "status": ("status", "状态"),
    "field": ("field", "fields", "领域", "重点领域"),
    "age": ("age", "年限"),
    "since": ("since", "established", "成立"),
    "visit": ("visit", "visited", "last", "检查", "上次检查"),
    "visits": ("visits", "次数"),
}
"""What can be asked for, and how people name it; the first name is the one shown."""

NOTHING = frozenset(("none", "never", "-", "无", "空", "从未"))
"""How people ask for what is not known."""

FEW = 20
"""Alternatives of which each may be a part of a code or name; of more, each is a whole one."""

_BY_NAME = {name: key for key, names in KEYS.items() for name in names}
_BETWEEN = "\x1f"  # between the values of a list, of which it is part of none
_COMPARED = re.compile(r"(<=|>=|<|>|=)?(.*)", re.DOTALL)
_DAY = re.compile(r"\d{4}(-\d{2}){0,2}\Z")


def condition(typed: str, today: date) -> str:
    """The SQL condition of a filter, over the columns of the register and `lowered`, the name in
    small letters; ``true`` for an empty one. Ages are counted at `today`.

    A word whose column or value is not understood is looked for as it stands: nothing typed is
    wrong, it finds less.
    """
    conditions = []
    for word in filter_words(typed):
        sql = _word(word, today)
        if sql == "true":  # somebody in the middle of typing
            continue
        conditions.append(f"NOT ({sql})" if word.turned else f"({sql})")
    return " AND ".join(conditions) or "true"


def not_understood(typed: str, today: date) -> list[str]:
    """The words of a filter whose column or value is not known; they are looked for as they stand.

    Whoever types is told of them: a word that finds nothing is not the same as nothing found.
    """
    return [word.typed for word in filter_words(typed) if not _is_understood(word, today)]


def filter_keys() -> list[str]:
    """What can be asked for, in the language now in use."""
    is_chinese = language() == "zh"
    return [
        next((name for name in names if name.isascii() is not is_chinese), names[0])
        for names in KEYS.values()
    ]


def _is_understood(word: FilterWord, today: date) -> bool:
    key = _BY_NAME.get(word.key.lower(), "")
    if not key:
        return not word.key
    return all(_READERS[key](value, today) for value in word.values)


def _word(word: FilterWord, today: date) -> str:
    key = _BY_NAME.get(word.key.lower(), "")
    if word.key and not key:
        return _plain(word.alone)
    if len(word.values) > FEW and key in ("", "code", "name"):
        return _whole(key, word.values)
    if not key:
        return " OR ".join(f"({_plain(value)})" for value in word.values) or "true"
    read = _READERS[key]
    # A key with nothing behind it yet is somebody in the middle of typing: all fit.
    terms = (f"({read(value, today) or _plain(word.alone)})" for value in word.values)
    return " OR ".join(terms) or "true"


def _plain(value: str) -> str:
    return f"contains(lowered, {literal(value.lower())}) OR {_code(value)}"


def _whole(key: str, values: Sequence[str]) -> str:
    """One of many codes or names, each of them whole."""
    listed = literal(_BETWEEN.join(value.lower() for value in values))
    wanted = f"(SELECT unnest(string_split({listed}, {literal(_BETWEEN)})))"
    columns = {"code": "lower(entity_id)", "name": "lowered"}
    names = [key] if key else [*columns]
    return " OR ".join(f"{columns[name]} IN {wanted}" for name in names)


def _code(value: str) -> str:
    spellings = dict.fromkeys((value, value.upper(), value.lower()))
    return " OR ".join(f"contains(entity_id, {literal(spelling)})" for spelling in spellings)


def _is_nothing(value: str) -> bool:
    return value.lower() in NOTHING


def _term(column: str) -> Callable[[str, date], str]:
    """A column with a closed set of codes: the code, or a word for it."""

    def read(value: str, _: date) -> str:
        if _is_nothing(value):
            return f"{column} = ''"
        code = code_of(column, value) or value
        return f"{column} = {literal(code)}"

    return read


def _region(value: str, _: date) -> str:
    if _is_nothing(value):
        return "region = ''"
    if value.startswith("="):
        return f"region = {literal(value[1:])}"
    if value.isascii() and value.isdigit():
        return f"starts_with(region, {literal(value)})"
    if value.isascii():
        return f"starts_with(lower(region), {literal(value.lower())})"
    listed = sorted(code for code, name in divisions().names.items() if value in name)
    codes = [code for code in listed if not any(code != o and code.startswith(o) for o in listed)]
    prefixes = [f"starts_with(region, {literal(code)})" for code in codes]
    return " OR ".join([*prefixes, f"contains(region, {literal(value)})"])


def _industry(value: str, _: date) -> str:
    if _is_nothing(value):
        return "industry = ''"
    if value.startswith("="):
        return f"industry = {literal(value[1:])}"
    from yaohao.planner.vocabulary.industries import industry_by_name

    return f"starts_with(industry, {literal(industry_by_name(value) or value.upper())})"


def _field(value: str, _: date) -> str:
    if _is_nothing(value):
        return "fields = ''"
    code = code_of("fields", value) or key_of(value) or value
    return expression(HasAny(Column("fields"), (code,)))


def _day(column: str) -> Callable[[str, date], str]:
    """A day, a month or a year: in it, or before or after it; whoever has none fits none."""

    def read(value: str, _: date) -> str:
        if _is_nothing(value):
            return f"{column} = ''"
        sign, day = _compared(value)
        if not _DAY.match(day):
            return ""
        if sign == "=":
            return f"starts_with({column}, {literal(day)})"
        # Days are texts: what comes after all of a month is after the month with a tilde behind.
        end = literal(day + "~") if sign in (">", "<=") else literal(day)
        return f"{column} <> '' AND {column} {sign} {end}"

    return read


def _age(value: str, today: date) -> str:
    if _is_nothing(value):
        return "established_on = ''"
    sign, years = _compared(value)
    if not years.isascii() or not years.isdigit() or int(years) > 999:
        return ""

    def born(age: int) -> str:
        """The last day on which somebody was established who is so old today."""
        return years_before(today, age).isoformat() if age < today.year else "0000"

    number = int(years)
    if sign == "=":
        after, until = literal(born(number + 1)), literal(born(number))
        return f"established_on <= {until} AND established_on > {after}"
    limit = number + (sign in (">", "<="))
    side = ">" if "<" in sign else "<="
    return f"established_on <> '' AND established_on {side} {literal(born(limit))}"


def _visits(value: str, _: date) -> str:
    sign, number = _compared(value)
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return ""
    return f"visits_this_year {sign} {int(number)}"


def _compared(value: str) -> tuple[str, str]:
    match = _COMPARED.match(value)
    assert match is not None
    return match[1] or "=", match[2]


_READERS: dict[str, Callable[[str, date], str]] = {
    "name": lambda value, _: f"contains(lowered, {literal(value.lower())})",
    "code": lambda value, _: _code(value),
    "address": lambda value, _: f"contains(address, {literal(value)})",
    "tier": _term("tier"),
    "region": _region,
    "industry": _industry,
    "kind": _term("kind"),
    "status": _term("status"),
    "field": _field,
    "age": _age,
    "since": _day("established_on"),
    "visit": _day("inspected_on"),
    "visits": _visits,
}
