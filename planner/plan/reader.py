"""Takes values out of a plan's tables, one kind a method, and keeps every problem met on the way.

A method that cannot take a value notes the problem and gives back a stand-in, so that reading goes
on and all problems are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yaohao.planner.plan.keys import (
    ARRAYS,
    COMMITTED,
    EXAMPLES,
    KEYS,
    TOP,
    home,
    nearest,
)
from yaohao.planner.plan.percentages import ShareError, millionths
from yaohao.planner.plan.toml_positions import Path
from yaohao.planner.vocabulary.problems import Problem, raise_all
from yaohao.planner.vocabulary.text import is_code, plain, tidy
from yaohao.planner.vocabulary.units import PPM

CODE_LENGTH = 64
LEAST_CREW = 2
"""The least that a plan may ask for of inspectors a visit; a free register may ask for one."""
_BARE_KEY = re.compile(r"[^\s.\"']+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 60


class Source:
    """Where the values of a plan stand, and what was found wrong with them.

    `lines` tells the line of each key path. In a `committed` document nothing has a default, and
    rates and shares are whole millionths.
    """

    def __init__(
        self, file: str, lines: Mapping[Path, int] | None = None, *, committed: bool = False
    ) -> None:
        self.file = file
        self.lines = lines
        self.least_crew = 1 if committed else LEAST_CREW
        self.committed = committed
        self.problems: list[Problem] = []

    def complain(self, name: str, path: Path, **params: Any) -> None:
        """Note problem ``plan.<name>`` at `path`, or one of another area by its whole code."""
        where = {"file": self.file, "line": self._line(path), "key": key_text(path)}
        code = name if "." in name else f"plan.{name}"
        self.problems.append(Problem(code, {**where, **params}))

    def also_at(self, path: Path, written: Path) -> None:
        """Note that what is read at `path` is what the file has at `written`."""
        if self.lines is not None and written in self.lines:
            self.lines = {**self.lines, path: self.lines[written]}

    def in_order(self) -> list[Problem]:
        """Every problem noted, in the order of the file."""
        return sorted(self.problems, key=lambda problem: problem.params["line"] or 0)

    def finish(self) -> None:
        """Raise PlannerError with every problem noted, in the order of the file."""
        raise_all(self.in_order())

    def _line(self, path: Path) -> int | None:
        if self.lines is None:
            return None
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class TomlTable:
    """One table of a plan; `name` is its entry in the list of keys, None where keys are free.

    A table that is not `given` yields defaults, and says nothing of what is missing in it.
    """

    def __init__(
        self,
        source: Source,
        data: Mapping[str, Any],
        path: Path = (),
        name: str | None = TOP,
        *,
        given: bool = True,
    ) -> None:
        self.source = source
        self.data = data
        self.path = path
        self.given = given
        if name is not None:
            self._check_keys(name)

    def at(self, key: str, element: Any = None) -> Path:
        """The path of a key of this table, or of an element of the list there."""
        if element is None:
            return (*self.path, key)
        return (*self.path, key, list(self.data[key]).index(element))

    def complain(self, name: str, key: str, **params: Any) -> None:
        """Note a problem with the value of `key`."""
        self.source.complain(name, self.at(key), **params)

    def table(self, key: str, *, needed: bool = False, free: bool = False) -> TomlTable:
        """The table `key`; one that is not `given` where it is left out or is no table."""
        value = self.data.get(key)
        if isinstance(value, dict):
            return TomlTable(self.source, value, self.at(key), None if free else key)
        if key in self.data:
            self.complain("not-table", key, found=written(value))
        elif self.given and (needed or self.source.committed):
            self._missing(key)
        return TomlTable(self.source, {}, self.at(key), None, given=False)

    def tables(self, key: str) -> list[TomlTable]:
        """The tables of an array ``[[key]]``, none where it is left out; what is none is noted."""
        value = self.data.get(key)
        if key not in self.data:
            if self.source.committed and self.given:
                self._missing(key)
            return []
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.complain("not-tables", key, found=written(value))
            return []
        return [
            TomlTable(self.source, entry, (*self.at(key), place), key)
            for place, entry in enumerate(value)
        ]

    def optional(self, key: str) -> Any:
        """The value of a key as it stands; None where it is left out, or null in a document."""
        if key not in self.data and self.source.committed and self.given:
            self._missing(key)
        return self.data.get(key)

    def need(self, key: str) -> Any:
        """The value of a key that has no default, as it stands; None where it is missing."""
        return self._take(key, None)

    def text(self, key: str, default: str | None, limit: int) -> str:
        """A tidy text of at most `limit` characters; not empty where there is no default."""
        value = self._take(key, default)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.complain("not-text", key, found=show(value))
            return ""
        text = tidy(value)
        if not text and default is None:
            self.complain("empty", key)
        if len(text) > limit:
            self.complain("too-long", key, length=len(text), limit=limit)
        return text

    def code(self, key: str, default: str) -> str:
        """A code, which may be empty where the default is."""
        value = self._take(key, default)
        if value is None or (value == "" and default == ""):
            return ""
        return str(value) if self.is_code(self.at(key), value) else ""

    def codes(
        self, key: str, default: tuple[str, ...] | None, limit: int = CODE_LENGTH
    ) -> tuple[str, ...]:
        """A list of codes without duplicates, in the order written."""
        value = self._take(key, default)
        if isinstance(value, tuple) or value is None:
            return value or ()
        if not isinstance(value, list):
            self.complain("not-list", key, found=written(value))
            return ()
        codes: dict[str, None] = {}
        for index, code in enumerate(value):
            path = (*self.path, key, index)
            if not self.is_code(path, code, limit):
                continue
            if code in codes:
                self.source.complain("duplicate", path, found=code)
            codes[code] = None
        return tuple(codes)

    def choice(self, key: str, default: str, known: tuple[str, ...]) -> str:
        """One of the words in `known`."""
        value = self._take(key, default)
        if value is None or value in known:
            return value or default
        near = nearest(value, known) if isinstance(value, str) else ""
        name = "choice-near" if near else "choice"
        self.complain(name, key, found=show(value), known=list(known), near=near)
        return default

    def whole(self, key: str, default: int | None, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self._take(key, default)
        if value is None:
            return low
        if not isinstance(value, int) or isinstance(value, bool):
            self.complain("not-whole", key, found=written(value))
        elif not low <= value <= high:
            self.complain("range", key, found=show(value), low=low, high=high)
        else:
            return value
        return low

    def share(self, key: str, default: int) -> int:
        """A share left out, 0 to the whole, in millionths."""
        value = self._take(key, default)
        if value is None or key not in self.data:
            return value or 0
        if self.source.committed:
            return self.whole(key, None, 0, PPM)
        try:
            return millionths(value)
        except ShareError as error:
            self.complain(f"share-{error.name}", key, found=show(value))
            return 0

    def day(self, path: Path, value: Any) -> date | None:
        """A TOML date or an ISO text as a date; None for anything else, which is noted."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and _DAY.fullmatch(value.strip()):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                self.source.complain("no-such-day", path, found=show(value))
                return None
        self.source.complain("not-date", path, found=show(value))
        return None

    def _take(self, key: str, default: Any) -> Any:
        if key in self.data:
            return self.data[key] if self.data[key] is not None else _Null()
        if default is None or self.source.committed:
            if self.given:
                self._missing(key)
            return None
        return default

    def _missing(self, key: str) -> None:
        named = ".".join(part for part in self.at(key) if isinstance(part, str))
        example = "" if self.source.committed else EXAMPLES.get(named, "")
        self.complain("missing-example" if example else "missing", key, example=example)

    def is_code(self, path: Path, value: Any, limit: int = CODE_LENGTH) -> bool:
        """Whether a value may stand in a frame as a code that is not empty; noted where not."""
        if not isinstance(value, str):
            self.source.complain("not-text", path, found=show(value))
            return False
        if not value or value != value.strip() or len(value) > limit or not is_code(value):
            self.source.complain("not-code", path, found=show(value), limit=limit)
            return False
        return True

    def _check_keys(self, name: str) -> None:
        known = KEYS.get(name, ())
        allowed = COMMITTED.get(name, ()) if self.source.committed else ()
        for key in self.data:
            if key not in known and key not in allowed:
                self._unknown(key, known)

    def _unknown(self, key: str, known: tuple[str, ...]) -> None:
        near, place = nearest(key, known), home(key)
        if place is not None:
            name = "misplaced" if place else "misplaced-top"
            self.complain(name, key, found=plain(key, _SHOWN), table=place)
        else:
            name = "unknown-key-near" if near else "unknown-key"
            self.complain(name, key, found=plain(key, _SHOWN), near=near, known=list(known))


class _Null:
    """A JSON null, which no value of a plan may be; not None, which is a key left out."""

    def __str__(self) -> str:
        return "null"


def key_text(path: Path) -> str:
    """A key path for people: ``rates.tier.A``, ``quota[1].min`` for the first ``[[quota]]``.

    Other places in a list are left to the line.
    """
    shown: list[str] = []
    for place, part in enumerate(path):
        if isinstance(part, str):
            key = plain(part, _SHOWN)
            shown.append(key if _BARE_KEY.fullmatch(key) else f'"{key}"')
        elif place == 1 and path[0] in ARRAYS:
            shown[0] += f"[{part + 1}]"
    return ".".join(shown)


def written(value: Any) -> str:
    """As `show`, with texts in quotes, where it matters that they are texts."""
    return f'"{show(value)}"' if isinstance(value, str) else show(value)


def show(value: Any, depth: int = 1) -> str:
    """A value as the file may have it, short and harmless."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, list):
        inner = [show(element, 0) for element in value[:5]] if depth else ["..."]
        text = f"[{', '.join(inner)}{', ...' if depth and len(value) > 5 else ''}]"
    elif isinstance(value, Decimal) and value.is_finite() and -_SHOWN < value.adjusted() < _SHOWN:
        text = f"{value:f}"
    elif isinstance(value, dict):
        text = "{...}" if value else "{}"
    elif isinstance(value, int) and abs(value) >= 10**30:
        text = hex(value)  # Python writes no decimal of more than 4,300 digits
    else:
        text = "null" if value is None else str(value)
    return plain(text, _SHOWN)
