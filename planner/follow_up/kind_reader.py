"""Take a kind out of the TOML text of its file, and keep every problem met with its line.

A value that cannot be taken is noted and left out, so that reading goes on and all problems are
told at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from yaohao.planner.follow_up.conditions import ConditionError, parse_condition
from yaohao.planner.follow_up.counting import parse_span
from yaohao.planner.follow_up.kind_model import DayRule, SpanName
from yaohao.planner.follow_up.kind_schema import (
    LARGEST,
    LISTED,
    LONGEST_FILE,
    NAMED,
    SCHEMA,
    TOP,
    Key,
)
from yaohao.planner.plan.keys import nearest
from yaohao.planner.plan.toml_positions import Path, key_lines
from yaohao.planner.vocabulary.problems import Problem, refuse
from yaohao.planner.vocabulary.text import plain, tidy

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_DAY_RULE = re.compile(
    r"(?P<spans>(?:[+-](?:\d+(?:wd|d|m|y)|\$[a-z][a-z0-9_]*)\s*)*)"
    r"\(?(?:(?P<month>\d\d)-(?P<day>\d\d)@)?(?P<base>[a-z][a-z0-9_]*|\d{4}-\d\d-\d\d)\)?"
)
_SPANS = re.compile(r"([+-])(?:(\d+(?:wd|d|m|y))|\$([a-z][a-z0-9_]*))")
_LINE = re.compile(r" \(at line (\d+), column \d+\)\Z")
_DEEP = re.compile(r"(?:[\[{]\s*){20}")

Raw = dict[str, Any]


class KindSource:
    """The text of a kind's file as tables, and what was found wrong with it."""

    def __init__(self, text: str, file: str) -> None:
        """Parse `text`; PlannerError at once where it is no TOML or too large."""
        if len(text) > LONGEST_FILE:
            raise refuse("case_kind.file-large", file=file, line=1, limit=LONGEST_FILE)
        if _DEEP.search(text):
            raise refuse("case_kind.deep", file=file, line=1)
        try:
            self.data: Raw = tomllib.loads(text)
        except RecursionError:
            raise refuse("case_kind.deep", file=file, line=1) from None
        except ValueError as error:
            at = _LINE.search(str(error))
            line = int(at[1]) if at else text.count("\n") + 1
            message = _LINE.sub("", str(error))
            raise refuse("case_kind.syntax", file=file, line=line, message=message) from None
        self.file = file
        self.lines = key_lines(text)
        self.problems: list[Problem] = []

    def complain(self, name: str, path: Path, **params: Any) -> None:
        """Note problem ``case_kind.<name>`` at `path`."""
        shown = ".".join(plain(str(part), 60) for part in path if isinstance(part, str))
        at = path
        while at and at not in self.lines:
            at = at[:-1]
        where = {"file": self.file, "line": self.lines.get(at, 1), "key": shown}
        self.problems.append(Problem(f"case_kind.{name}", {**where, **params}))

    def tables(self, name: str) -> Iterator[tuple[Path, Raw]]:
        """The tables of ``[[name]]``, or of ``[name.…]``, with their paths."""
        value = self.data.get(name, {} if name in NAMED or name == "values" else [])
        wanted = list if name in LISTED else dict
        if not isinstance(value, wanted):
            self.complain("not-tables" if name in LISTED else "not-table", (name,))
            return
        entries = list(enumerate(value)) if isinstance(value, list) else list(value.items())
        if len(entries) > LARGEST:
            self.complain("many", (name,), limit=LARGEST)
        for key, entry in entries[:LARGEST]:
            if isinstance(entry, dict):
                yield (name, key), entry
            else:
                self.complain("not-table", (name, key))

    def check_top(self) -> None:
        """Note the tables that a kind does not have."""
        self._unknown_keys((), self.data, TOP)

    def take(self, table: str, path: Path, entry: Raw) -> Raw:
        """The values of a table by its schema; what is left out or wrong is missing from it."""
        schema = SCHEMA[table]
        self._unknown_keys(path, entry, tuple(schema))
        taken = {}
        for key, rule in schema.items():
            at = (*path, key)
            if key in entry:
                value = self._value(at, entry[key], rule)
                if value is not None:
                    taken[key] = value
            elif rule.type == "words":
                self.complain("no-words", at)
            elif rule.needed:
                self.complain("missing", at)
        return taken

    def _unknown_keys(self, path: Path, entry: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in entry:
            if key not in known:
                near = nearest(key, known)
                name = "unknown-key-near" if near else "unknown-key"
                self.complain(
                    name, (*path, key), found=plain(key, 60), near=near, known=list(known)
                )

    def _value(self, path: Path, value: Any, rule: Key) -> Any:
        try:
            taken = _TAKERS[rule.type](value)
        except ConditionError as error:
            self.complain(error.name, path, found=plain(error.found, 60))
            return None
        except (ValueError, TypeError):
            self.complain(f"not-{rule.type}", path, found=plain(str(value), 60))
            return None
        if rule.options:
            chosen = taken if isinstance(taken, tuple) else (taken,)
            wrong = [one for one in chosen if one not in rule.options]
            for one in wrong:
                self.complain("option", path, found=plain(one, 60), known=list(rule.options))
            if wrong:
                return None
        return taken


def _text(value: Any) -> str:
    if not isinstance(value, str) or not tidy(value) or len(value) > 1500:
        raise ValueError(value)
    return tidy(value)


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(value)
    return value


def _list_of(take: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def taken(value: Any) -> tuple[str, ...]:
        entries = value if isinstance(value, list) else [value]
        return tuple(take(entry) for entry in entries)

    return taken


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
        raise ValueError(value)
    return value


def _scalar(value: Any) -> str | int | bool:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int) and abs(value) < 1 << 53:
        return value
    raise ValueError(value)


def _scalars(value: Any) -> dict[str, str | int | bool]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return {key: _scalar(entry) for key, entry in value.items()}


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(_text(value))


def _start(value: Any) -> date:
    return date.min if value == "" else _day(value)


def _period(value: Any) -> tuple[date | None, date | None]:
    first, last = value
    period = tuple(None if end == "" else _day(end) for end in (first, last))
    if period[0] and period[1] and period[0] > period[1]:
        raise ValueError(value)
    return period[0], period[1]


def _month_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2000-{text}")
    if (day.month, day.day) == (2, 29):
        raise ValueError(text)
    return day.month, day.day


def _month_days(value: Any) -> tuple[tuple[int, int], ...]:
    return tuple(_month_day(_text(entry)) for entry in value)


def _hours(value: Any) -> tuple[int, int]:
    first, last = (_whole(hour) for hour in value)
    if not first < last <= 24:
        raise ValueError(value)
    return first, last


def day_rule(text: Any) -> DayRule:
    """A day rule from text; ValueError where it is none."""
    match = _DAY_RULE.fullmatch(_text(text).replace(" ", ""))
    if match is None or ("(" in text) != (")" in text):
        raise ValueError(text)
    spans = tuple(
        parse_span(sign + span) if span else SpanName(-1 if sign == "-" else 1, name)
        for sign, span, name in _SPANS.findall(match["spans"])
    )
    base = match["base"]
    if base[0].isdigit():
        date.fromisoformat(base)
    month_day = _month_day(f"{match['month']}-{match['day']}") if match["month"] else None
    if month_day and base[0].isdigit():
        raise ValueError(text)
    return DayRule(_text(text), spans, base, month_day)


_TAKERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "words": _text,
    "name": _name,
    "texts": _list_of(_text),
    "names": _list_of(_name),
    "yes": _yes,
    "whole": _whole,
    "scalar": _scalar,
    "scalars": _scalars,
    "start": _start,
    "period": _period,
    "month-days": _month_days,
    "hours": _hours,
    "condition": lambda value: parse_condition(_text(value)),
    "day-rule": day_rule,
}
