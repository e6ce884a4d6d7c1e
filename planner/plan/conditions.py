"""Conditions: whom a rule is about, as a tree of nodes whose meaning is written here, once.

A tree is data. It is compiled for an engine (`planner/engine/compile.py`), evaluated on one row in
Python (`holds` and `value`: the oracle that engines are tested with), and asked which days it
compares with and which columns it reads. Days are ISO 8601 texts and compare as texts; the empty
text is a day that is not known, and comes before all days.

>>> rule = And((OneOf(TIER, ("C", "D")), DayIs(Column("inspected_on"), "<=", "2025-03-31")))
>>> rule.holds({"effective_tier": "D", "inspected_on": ""})
True
>>> sorted(days(rule)), sorted(columns(rule))
(['2025-03-31'], ['effective_tier', 'inspected_on'])
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal, TypeAlias

from yaohao.planner.plan.model import FIELD, OTHER, Where
from yaohao.planner.schema.entity import PREFIXED, SETS

Row: TypeAlias = Mapping[str, Any]
"""A row by column: texts, whole numbers and truths; None where a joined table has no row."""

Comparison = Literal["<=", ">", ">="]
_COMPARE: Mapping[Comparison, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


# terms: what a row says


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a column of the row; KeyError for a row without it."""

    name: str

    def value(self, row: Row) -> Any:
        """The value of this term in a row."""
        return row[self.name]


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that is the same in every row."""

    text: str

    def value(self, _: Row) -> str:
        """The value of this term in a row."""
        return self.text


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """The first of some texts that is not empty; the empty text where all are."""

    terms: tuple[Text, ...]

    def value(self, row: Row) -> str:
        """The value of this term in a row."""
        return next((text for term in self.terms if (text := term.value(row))), "")


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest of some days."""

    terms: tuple[Text, ...]

    def value(self, row: Row) -> str:
        """The value of this term in a row."""
        return max(term.value(row) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts one after the other."""

    terms: tuple[Text, ...]

    def value(self, row: Row) -> str:
        """The value of this term in a row."""
        return "".join(term.value(row) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Choice:
    """One text where a condition holds, another where it does not."""

    when: Condition
    then: str
    otherwise: str

    def value(self, row: Row) -> str:
        """The value of this term in a row."""
        return self.then if self.when.holds(row) else self.otherwise


@dataclass(frozen=True, slots=True)
class VisitsInYear:
    """Inspections in a calendar year, finished or drawn; `year` has four digits.

    Where the last inspection lies in an earlier year the register's count is of that year. What was
    drawn this year counts also before the register knows of the visit, and never twice.
    """

    year: str
    inspected_on: Column = Column("inspected_on")
    in_register: Column = Column("visits_this_year")
    drawn: Column = Column("drawn_this_year")

    def value(self, row: Row) -> int:
        """The value of this term in a row."""
        last, count = self.inspected_on.value(row)[:4], self.in_register.value(row)
        if last == self.year:
            count = max(count, 1)
        elif last and last < self.year:
            count = 0
        return max(int(self.drawn.value(row)), int(count))


Text: TypeAlias = Column | Constant | FirstKnown | Latest | Joined | Choice
"""A term that is a text."""

Number: TypeAlias = Column | VisitsInYear
"""A term that is a whole number."""


# conditions


@dataclass(frozen=True, slots=True)
class Always:
    """Everybody."""

    def holds(self, _: Row) -> bool:
        """Whether this condition holds of a row."""
        return True


@dataclass(frozen=True, slots=True)
class Never:
    """Nobody."""

    def holds(self, _: Row) -> bool:
        """Whether this condition holds of a row."""
        return False


@dataclass(frozen=True, slots=True)
class Equals:
    """A text is this one."""

    term: Text
    text: str

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return bool(self.term.value(row) == self.text)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text is one of these."""

    term: Text
    texts: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return self.term.value(row) in self.texts


@dataclass(frozen=True, slots=True)
class StartsWith:
    """A text begins with one of these: what is below a region or an industry belongs to it."""

    term: Text
    prefixes: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return bool(self.term.value(row).startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class HasAny:
    """One of these is among the codes of a set, which are joined by commas."""

    term: Text
    codes: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return not set(self.codes).isdisjoint(self.term.value(row).split(","))


@dataclass(frozen=True, slots=True)
class DayIs:
    """A day lies on this side of a given one; a day that is not known lies before all others."""

    term: Text
    compared: Comparison
    day: str

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return _COMPARE[self.compared](self.term.value(row), self.day)


@dataclass(frozen=True, slots=True)
class CountIs:
    """A whole number lies on this side of a given one."""

    term: Number
    compared: Comparison
    number: int

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return _COMPARE[self.compared](self.term.value(row), self.number)


@dataclass(frozen=True, slots=True)
class Flag:
    """A column of truths is true; one that a joined table does not tell is not."""

    term: Column

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return bool(self.term.value(row))


@dataclass(frozen=True, slots=True)
class IsTold:
    """A joined table has a value for the row."""

    term: Column

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return self.term.value(row) is not None


@dataclass(frozen=True, slots=True)
class And:
    """All of some conditions hold; without any, of everybody."""

    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return all(part.holds(row) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """One of some conditions holds; without any, of nobody."""

    parts: tuple[Condition, ...]

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return any(part.holds(row) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """A condition does not hold."""

    part: Condition

    def holds(self, row: Row) -> bool:
        """Whether this condition holds of a row."""
        return not self.part.holds(row)


Condition: TypeAlias = (
    Always | Never | Equals | OneOf | StartsWith | HasAny | DayIs | CountIs | Flag | IsTold
    | And | Or | Not
)  # fmt: skip
"""Whom a rule is about."""

Node: TypeAlias = Text | Number | Condition
"""Anything of a tree."""


# what a tree is asked


def walk(node: Node) -> Iterator[Node]:
    """A node, and all that it is made of."""
    yield node
    for field in fields(node):
        value = getattr(node, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if is_dataclass(part) and not isinstance(part, type):
                yield from walk(part)  # type: ignore[arg-type]  # its fields are nodes or plain


def days(node: Node) -> set[str]:
    """The days that a node compares with, those that part a year it counts in among them.

    Two days between which none of these lies, and which are none of them, are alike to the node.
    """
    compared: set[str] = set()
    for part in walk(node):
        if isinstance(part, DayIs) and part.day:
            compared.add(part.day)
        elif isinstance(part, VisitsInYear):
            compared |= {f"{int(part.year) + ahead:04d}-00" for ahead in (0, 1)}
    return compared


def columns(node: Node) -> set[str]:
    """The names of the columns that a node reads."""
    return {part.name for part in walk(node) if isinstance(part, Column)}


# what the rules of a plan file ask

TIER = Column("effective_tier")
"""The tier; of a row without one, that which the plan counts it as."""
IS_NEW = Flag(Column("is_new"))
"""Whether a row was established within the tolerance period."""
IN_KEY_FIELD = Flag(Column("in_key_field"))
"""Whether a row works in one of the plan's key fields."""


TWO_SIDED: Mapping[str, Mapping[str, Condition]] = {
    "age": {"new": IS_NEW, "old": Not(IS_NEW)},
    "key": {"key": IN_KEY_FIELD, OTHER: Not(IN_KEY_FIELD)},
}
"""The keys of a plan's rules that part all rows in two, and what their codes mean."""


def where_condition(where: Where) -> Condition:
    """The conditions of a rule as they are written in a plan: each key holds with one of its codes.

    Read of a row by `TIER`, `IS_NEW` and `IN_KEY_FIELD` besides the columns of the register.
    """
    return And(tuple(_one_of(key, codes) for key, codes in where.items()))


def _one_of(key: str, codes: tuple[str, ...]) -> Condition:
    if key in PREFIXED:
        return StartsWith(Column(key), codes)
    if key in SETS:
        return HasAny(Column(key), codes)
    if key in TWO_SIDED:
        sides = TWO_SIDED[key]
        return Or(tuple(sides[code] for code in codes if code in sides))
    return OneOf(TIER if key == "tier" else Column(key), codes)


def stratum_code(stratum: str) -> Text:
    """The code of a row in a stratum of `model.STRATA`, or of a field."""
    if stratum.startswith(FIELD):
        field = stratum.removeprefix(FIELD)
        return Choice(HasAny(Column("fields"), (field,)), field, OTHER)
    if stratum in TWO_SIDED:
        (code, condition), (other, _) = TWO_SIDED[stratum].items()
        return Choice(condition, code, other)
    return TIER if stratum == "tier" else Column(stratum)
