"""Conditions over named facts: a small text syntax, a tree, and its value on facts.

Syntax, in the order in which it binds (loosest first)::

    a or b      a and b      not a      ( … )
    ground = "late-report"      result in ["6", "C"]      amount >= 100
    confirmed                       a yes-or-no fact on its own
    days_since(listed_on) >= 30     days from a fact that is a day until today
    count_in(violations, 24) < 1    days of a fact that is a list of days, within the last 24 months
    days_since(listed_on) >= $buffer    a dated value of the kind instead of a number or text

A fact that is not known makes a comparison neither true nor false; ``and`` and ``or`` then say what
they still can (Kleene's logic), so that «no violation before» is never read from silence.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from yaohao.planner.vocabulary.clock import months_before

LONGEST = 1000
"""Characters of a condition at most."""
DEEPEST = 8
"""Levels of brackets and ``not`` at most."""
WIDEST = 64
"""Comparisons in one condition at most."""

Scalar = str | int | bool
FactValue = str | int | bool | list[str]
"""Days are ISO texts; a list is one of days or of codes."""

_TOKEN = re.compile(
    r"\s*(?:(?P<sign><=|>=|!=|[=<>()\[\],])|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<number>-?\d{1,12})|(?P<value>\$[a-z][a-z0-9_]*)|(?P<name>[a-z][a-z0-9_]*))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ConditionError(ValueError):
    """A text that is no condition: `name` of the problem, and what stands there."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(name, found)
        self.name = name
        self.found = found


class Named(NamedTuple):
    """A fact, or what is counted from it: `how` is empty, ``days_since`` or ``count_in``."""

    fact: str
    how: str = ""
    months: int = 0


class Setting(NamedTuple):
    """A dated value of the kind, by name."""

    name: str


Right = Scalar | Setting | tuple[Scalar, ...]


class Compare(NamedTuple):
    """`left` `sign` `right`; the sign ``in`` takes a tuple, ``true`` takes nothing."""

    left: Named
    sign: str
    right: Right


class Not(NamedTuple):
    """The opposite of a part."""

    part: Any


class Both(NamedTuple):
    """Every part, or any part where `any_of`."""

    parts: tuple[Any, ...]
    any_of: bool


Node = Compare | Not | Both


@dataclass(frozen=True)
class Condition:
    """A condition as written and as a tree."""

    text: str
    tree: Node

    def comparisons(self) -> Iterator[Compare]:
        """Every comparison in it, in the order written."""
        yield from _comparisons(self.tree)

    def facts(self) -> tuple[str, ...]:
        """The facts it asks for, each once, in the order written."""
        return tuple(dict.fromkeys(part.left.fact for part in self.comparisons()))

    def value(
        self,
        facts: Mapping[str, FactValue],
        today: date,
        values: Mapping[str, Scalar] | None = None,
    ) -> bool | None:
        """Whether it holds on `facts` as of `today`; None where the facts do not settle it."""
        return _value(self.tree, facts, today, values or {})


def parse_condition(text: str) -> Condition:
    """The condition that a text describes.

    Raises:
        ConditionError: where it is none, or longer, deeper or wider than the bounds.
    """
    if len(text) > LONGEST:
        raise ConditionError("condition-long", str(len(text)))
    parser = _Parser(text)
    tree = parser.either(0)
    if parser.kind:
        raise ConditionError("condition", parser.shown())
    condition = Condition(" ".join(text.split()), tree)
    if sum(1 for _ in condition.comparisons()) > WIDEST:
        raise ConditionError("condition-wide", str(WIDEST))
    return condition


class _Parser:
    """Reads one token ahead; `kind` is empty at the end of the text."""

    def __init__(self, text: str) -> None:
        self.text = text.rstrip()
        self.at = 0
        self.kind = ""
        self.token = ""
        self._next()

    def shown(self) -> str:
        return self.token or "(end)"

    def _next(self) -> str:
        taken = self.token
        if self.at >= len(self.text):
            self.kind = self.token = ""
            return taken
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            raise ConditionError("condition", self.text[self.at :].strip()[:20])
        self.at = match.end()
        self.kind = match.lastgroup or ""
        self.token = match[self.kind]
        return taken

    def _sign(self, sign: str) -> None:
        if self.kind != "sign" or self.token != sign:
            raise ConditionError("condition", self.shown())
        self._next()

    def _word(self, word: str) -> bool:
        if self.kind == "name" and self.token == word:
            self._next()
            return True
        return False

    def either(self, depth: int) -> Node:
        return self._joined(depth, "or", self._all)

    def _all(self, depth: int) -> Node:
        return self._joined(depth, "and", self._single)

    def _joined(self, depth: int, word: str, part: Callable[[int], Node]) -> Node:
        parts = [part(depth)]
        while self._word(word):
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts), word == "or")

    def _single(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise ConditionError("condition-deep", str(DEEPEST))
        if self._word("not"):
            return Not(self._single(depth + 1))
        if self.kind == "sign" and self.token == "(":
            self._next()
            node = self.either(depth + 1)
            self._sign(")")
            return node
        return self._comparison()

    def _comparison(self) -> Compare:
        left = self._named()
        if self._word("in"):
            return Compare(left, "in", self._list())
        if self.kind == "sign" and self.token in _COMPARE:
            sign = self._next()
            return Compare(left, sign, self._right())
        if left.how:
            raise ConditionError("condition", self.shown())
        return Compare(left, "true", True)

    def _named(self) -> Named:
        if self.kind != "name" or self.token in ("and", "or", "not", "in"):
            raise ConditionError("condition", self.shown())
        name = self._next()
        if name not in ("days_since", "count_in"):
            return Named(name)
        self._sign("(")
        if self.kind != "name":
            raise ConditionError("condition", self.shown())
        fact, months = self._next(), 0
        if name == "count_in":
            self._sign(",")
            if self.kind != "number" or not 0 < int(self.token) <= 1200:
                raise ConditionError("condition", self.shown())
            months = int(self._next())
        self._sign(")")
        return Named(fact, name, months)

    def _list(self) -> tuple[Scalar, ...]:
        self._sign("[")
        options = [self._scalar()]
        while self.token == "," and self.kind == "sign":
            self._next()
            options.append(self._scalar())
        self._sign("]")
        return tuple(options)

    def _right(self) -> Right:
        if self.kind == "value":
            return Setting(self._next()[1:])
        return self._scalar()

    def _scalar(self) -> Scalar:
        if self.kind == "text":
            return self._next()[1:-1]
        if self.kind == "number":
            return int(self._next())
        if self.kind == "name" and self.token in ("true", "false"):
            return self._next() == "true"
        raise ConditionError("condition", self.shown())


def _comparisons(node: Node) -> Iterator[Compare]:
    if isinstance(node, Compare):
        yield node
    elif isinstance(node, Not):
        yield from _comparisons(node.part)
    else:
        for part in node.parts:
            yield from _comparisons(part)


def _value(
    node: Node, facts: Mapping[str, FactValue], today: date, values: Mapping[str, Scalar]
) -> bool | None:
    if isinstance(node, Compare):
        return _compared(node, facts, today, values)
    if isinstance(node, Not):
        inner = _value(node.part, facts, today, values)
        return None if inner is None else not inner
    known = [_value(part, facts, today, values) for part in node.parts]
    if node.any_of in known:
        return node.any_of
    return None if None in known else not node.any_of


def _compared(
    node: Compare, facts: Mapping[str, FactValue], today: date, values: Mapping[str, Scalar]
) -> bool | None:
    left = _left(node.left, facts, today)
    if left is None:
        return None
    if node.sign == "true":
        return left is True
    if node.sign == "in":
        assert isinstance(node.right, tuple)
        return left in node.right
    right = node.right
    if isinstance(right, Setting):
        if right.name not in values:
            return None
        right = values[right.name]
    if node.sign not in ("=", "!=") and type(left) is not type(right):
        return None
    return _COMPARE[node.sign](left, right)


def _left(named: Named, facts: Mapping[str, FactValue], today: date) -> FactValue | None:
    value = facts.get(named.fact)
    if value is None or not named.how:
        return value
    if named.how == "days_since":
        return (today - date.fromisoformat(str(value))).days
    assert isinstance(value, list)
    first = months_before(today, named.months).isoformat()
    return sum(first < day <= today.isoformat() for day in value)
