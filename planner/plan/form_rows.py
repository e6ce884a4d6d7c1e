"""A plan's text as the rows of a form, by the table of its fields."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from yaohao.planner.plan.keys import ARRAYS as TABLES
from yaohao.planner.plan.percentages import number
from yaohao.planner.plan.toml_positions import key_lines
from yaohao.planner.plan.toml_values import value_at
from yaohao.planner.schema.plan_edit import Path
from yaohao.planner.schema.plan_fields import (
    ANY,
    CONDITIONS,
    FIELDS,
    RATED,
    ROW,
    SECTIONS,
    PlanField,
    field_at,
)
from yaohao.planner.schema.plan_form import FormRow
from yaohao.planner.vocabulary.problems import refuse

_PLACES = 2
"""Parts of the path of a seed or of cosigners, which are lists within a table."""


def form_rows(text: str) -> list[FormRow]:
    """The rows of a plan's text; what the form does not know stands in the text alone.

    Raises PlannerError where the text is no TOML.
    """
    text = text.removeprefix("\ufeff")
    try:
        data = tomllib.loads(text, parse_float=number)
        lines = key_lines(text)
    except (ValueError, RecursionError) as error:
        raise refuse("plan_edit.not-toml", key="") from error
    return list(_Form(data, lines).rows())


class _Form:
    """The tables of a plan, and where everything stands."""

    def __init__(self, data: Mapping[str, Any], lines: Mapping[Path, int]) -> None:
        self.data, self.lines = data, lines

    def value(self, path: Path) -> Any:
        """What stands at a path; None where nothing does."""
        return value_at(self.data, path)

    def row(
        self, what: Any, path: Path, field: PlanField | None = None, column: str = ""
    ) -> FormRow:
        value = self.value(path)
        return FormRow(
            what,
            path,
            field,
            column or (field.column if field is not None else ""),
            value,
            value is not None,
            self.lines.get(path),
            _key(path),
        )

    def rows(self) -> Iterator[FormRow]:
        for section in SECTIONS:
            path = (section,) if section else ()
            if section in TABLES:
                yield from self._array(path)
                continue
            yield self.row("head", path)
            if section == "rates":
                yield from self._rates()
            for field in FIELDS:
                yield from self._field(section, field)

    def _field(self, section: str, field: PlanField) -> Iterator[FormRow]:
        """The row of a field that stands in a section by one name."""
        path = field.path
        inner = path[1:] if section else path
        if len(inner) != 1 or ANY in path or (section and path[0] != section):
            return
        if section == "seeds" and isinstance(self.value(path), list):
            yield from self._parts(path)
            return
        yield self.row("field", path, field)
        if section == "seeds":
            yield self.row("add", path, column="part")
        elif path == ("publication", "reserves"):
            yield from self._parts(("publication", "cosigners"))

    def _parts(self, path: Path) -> Iterator[FormRow]:
        there = self.value(path)
        for place in range(len(there) if isinstance(there, list) else 0):
            yield from self._members((*path, place))
        yield self.row("add", path, column="part")

    def _array(self, path: Path) -> Iterator[FormRow]:
        there = self.value(path)
        for place in range(len(there) if isinstance(there, list) else 0):
            yield from self._members((*path, place))
        yield self.row("add", path, column="part")

    def _members(self, path: Path) -> Iterator[FormRow]:
        """The fields of a row of an array: the conditions that are there, then all others."""
        yield self.row("head", path)
        where = self.value((*path, "where"))
        for column in CONDITIONS if isinstance(where, dict) else ():
            if column in where:
                inner = (*path, "where", column)
                yield self.row("field", inner, field_at(inner))
        if path[0] in ("coverage", "quota"):
            yield self.row("add", (*path, "where"), column="where")
        names = [str(part) if isinstance(part, str) else ROW for part in path]
        is_drand = self.value((*path, "kind")) == "drand"
        for field in FIELDS:
            if len(field.path) != len(names) + 1 or list(field.path[:-1]) != names:
                continue
            inner = (*path, field.path[-1])
            if field.path[-1] in ("chain", "round") and not (is_drand or self.value(inner)):
                continue
            yield self.row("field", inner, field)

    def _rates(self) -> Iterator[FormRow]:
        rates = self.value(("rates",))
        rates = rates if isinstance(rates, dict) else {}
        for stratum in (one for one in rates if one in RATED):
            there = rates[stratum]
            for code in there if isinstance(there, dict) else ():
                yield from self._rate(("rates", stratum, code), there[code])
            yield self.row("add", ("rates", stratum), column=stratum)
        yield self.row("add", ("rates",), column="rates")

    def _rate(self, path: Path, rate: Any) -> Iterator[FormRow]:
        """A rate, or the two bounds of one."""
        if isinstance(rate, dict) and ("min" in rate or "max" in rate):
            for end in ("min", "max"):
                yield self.row("field", (*path, end), field_at((*path, end)))
        else:
            yield self.row("field", path, field_at(path))


def _key(path: Path) -> str:
    """A path as messages about the plan name it, the numbers of rows from 1."""
    from yaohao.planner.plan.sample import toml_key

    found = ""
    for part in path:
        if isinstance(part, int):
            found += f"[{part + 1}]"
        else:
            name = part if part.isalnum() or part.isidentifier() else toml_key(part)
            found += f".{name}" if found else name
    return found
