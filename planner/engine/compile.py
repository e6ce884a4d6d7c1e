"""Conditions and terms as SQL expressions.

Said in DuckDB's SQL, and only in what `sqlglot` translates for other engines word by word: no
lists, no functions of DuckDB's own. Whatever an expression says of a row, `holds` and `value` of
its node say in Python; a node without its expression here is an error of types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from yaohao.planner.plan.conditions import (
    Always,
    And,
    Choice,
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
    Never,
    Node,
    Not,
    OneOf,
    Or,
    StartsWith,
    VisitsInYear,
)


def literal(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def expression(node: Node) -> str:  # noqa: PLR0912  # one case a node
    """A node as SQL over its columns: a text, a whole number, or true or false, and never NULL."""
    match node:
        case Column(name):
            return name
        case Constant(text):
            return literal(text)
        case FirstKnown(terms):
            return _first_known([expression(term) for term in terms])
        case Latest((term,)):  # of one there is none greater, and some engines ask for two
            return expression(term)
        case Latest(terms):
            return f"greatest({', '.join(expression(term) for term in terms)})"
        case Joined(terms):
            return " || ".join(f"({expression(term)})" for term in terms) or "''"
        case Choice(when, then, otherwise):
            return (
                f"CASE WHEN {expression(when)} THEN {literal(then)} ELSE {literal(otherwise)} END"
            )
        case VisitsInYear():
            return _visits_in_year(node)
        case Always():
            return "true"
        case Never():
            return "false"
        case Equals(term, text):
            return f"({expression(term)}) = {literal(text)}"
        case OneOf(term, texts):
            return _one_of(expression(term), texts)
        case StartsWith(term, prefixes):
            own = expression(term)
            return _any(f"starts_with({own}, {literal(prefix)})" for prefix in prefixes)
        case HasAny(term, codes):
            # A code with a comma in it is in no set.
            codes = tuple(code for code in codes if "," not in code)
            own = f"',' || ({expression(term)}) || ','"
            return _any(f"contains({own}, {literal(f',{code},')})" for code in codes)
        case DayIs(term, compared, day):
            return f"({expression(term)}) {compared} {literal(day)}"
        case CountIs(term, compared, number):
            return f"({expression(term)}) {compared} {number}"
        case Flag(term):
            return f"coalesce({expression(term)}, false)"
        case IsTold(term):
            return f"{expression(term)} IS NOT NULL"
        case And(parts):
            return _all(expression(part) for part in parts)
        case Or(parts):
            return _any(expression(part) for part in parts)
        case Not(part):
            return f"(NOT ({expression(part)}))"
        case _:
            assert_never(node)


def named(columns: Mapping[str, Node]) -> str:
    """Nodes as a list of columns of these names."""
    return ", ".join(f"{expression(node)} AS {name}" for name, node in columns.items())


def where(condition: Condition) -> str:
    """A condition as a clause of a query; nothing for everybody."""
    return "" if isinstance(condition, Always) else f"WHERE {expression(condition)}"


def _all(parts: Iterable[str]) -> str:
    joined = " AND ".join(f"({part})" for part in parts)
    return f"({joined})" if joined else "true"


def _any(parts: Iterable[str]) -> str:
    joined = " OR ".join(f"({part})" for part in parts)
    return f"({joined})" if joined else "false"


def _one_of(own: str, texts: Iterable[str]) -> str:
    listed = ", ".join(literal(text) for text in texts)
    return f"({own}) IN ({listed})" if listed else "false"


def _first_known(texts: list[str]) -> str:
    if len(texts) < 2:
        return texts[0] if texts else "''"
    cases = " ".join(f"WHEN {text} <> '' THEN {text}" for text in texts[:-1])
    return f"CASE {cases} ELSE {texts[-1]} END"


def _visits_in_year(term: VisitsInYear) -> str:
    last, count = expression(term.inspected_on), expression(term.in_register)
    year, own = literal(term.year), f"substr({last}, 1, 4)"
    return (
        f"greatest({expression(term.drawn)}, "
        f"CASE WHEN {last} <> '' AND {own} < {year} THEN 0 "
        f"WHEN {own} = {year} THEN greatest({count}, 1) ELSE {count} END)"
    )
