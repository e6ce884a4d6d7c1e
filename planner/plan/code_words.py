"""Codes of a plan taken in the words that imports take: 食品 for ``food``, 企业 for ``enterprise``.

What a register's code system reads in a cell it reads in a plan too. Codes of a closed set are
refused where they are unknown, with the nearest; regions, industries and triggers are open, so that
one that nobody has is told by whoever knows the register (`yaohao.planner.plan.findings`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from yaohao.planner.plan.keys import ARRAYS, WHERE
from yaohao.planner.plan.model import FIELD, OTHER, REFUSE
from yaohao.planner.plan.reader import Source, show
from yaohao.planner.plan.toml_positions import Path
from yaohao.planner.schema.entity import ENTITY
from yaohao.planner.vocabulary.terms import TERMS, code_of, codes

if TYPE_CHECKING:
    from yaohao.planner.register.code_systems.base import CodeSystem

COLUMNS = {column.name: column for column in ENTITY if column.leaf and column.kind == "code"}
"""The columns of the register whose codes a plan may name one by one."""

LISTS: Mapping[Path, str] = {
    ("scope", "kind"): "kind",
    ("scope", "region"): "region",
    ("scope", "status"): "status",
    ("low_risk", "tiers"): "tier",
    ("trigger_based", "tiers"): "tier",
    ("key_fields", "codes"): "fields",
    ("leads", "triggers"): "trigger",
}
"""The lists of codes of a plan, and the column of each."""

OPEN = ("region", "industry", "trigger")
"""The columns whose codes are no closed set: lists of them change, or a bureau has its own."""

_UNKNOWN_TIER = ("rates", "unknown_tier")


class CodeReader:
    """Reads the codes of a plan for the register of a workspace."""

    def __init__(self, system: CodeSystem) -> None:
        self.has_words = system.names_regions
        """Whether the register's codes have words of ours at all."""
        self.least_crew = 2 if self.has_words else 1
        """The least that may be asked for of inspectors a visit: the law of China asks for two."""
        self._system = system

    def read(self, column: str, text: str) -> str | None:
        """The code that `text` stands for in a column; None where the column has no such code."""
        if not self.has_words:
            return text
        if column == "trigger":
            return code_of("trigger", text) or text
        if column in ("region", "industry") and text.isascii():
            return text
        if column == "fields":
            read = self._system.reader_of_set(None)(text)
            return None if read.reason or not read.text or "," in read.text else read.text
        read = self._system.reader_of_code(COLUMNS[column])(text)
        if column in ("region", "industry"):
            return text if read.reason or not read.text else _prefix(column, read.text)
        return None if read.reason or not read.text else read.text

    def near(self, column: str, text: str) -> str:
        """The code of a closed column that a text was probably meant to be; "" where none is."""
        spelled = {
            word.casefold(): term.code
            for term in TERMS.get(column, ())
            for word in (term.code, term.zh, term.en, *term.also)
        }
        close = get_close_matches(text.casefold(), list(spelled), n=1, cutoff=0.5)
        return spelled[close[0]] if close else ""


def _prefix(column: str, code: str) -> str:
    """The code of a division as a plan writes it, so that it takes in what is below it."""
    return division_prefix(code) if column == "region" else code


def division_prefix(code: str) -> str:
    """The digits that the codes of a division and of all below it begin with.

    150500, a city, is 1505; 150000, a province, is 15; a county's code stays as it is.
    """
    if not (code.isascii() and code.isdigit()) or len(code) < 6:
        return code
    code = code[:6] + _without_zeros(code[6:], 3)
    return _without_zeros(code, 2) if len(code) == 6 else code


def _without_zeros(digits: str, width: int) -> str:
    while len(digits) > (2 if width == 2 else 0) and digits.endswith("0" * width):
        digits = digits[:-width]
    return digits


def in_codes(source: Source, data: Mapping[str, Any], reader: CodeReader) -> dict[str, Any]:
    """The tables of a plan file with codes in the place of words; what is unknown goes to `source`.

    Values of a wrong kind stay as they are, for those who read them to complain of.
    """
    tables: dict[str, Any] = _copied(data)
    if not reader.has_words:
        return tables
    for path, column in LISTS.items():
        _read_at(source, tables, path, column, reader)
    for name in ARRAYS:
        rules = tables.get(name)
        for place, rule in enumerate(rules if isinstance(rules, list) else []):
            where = rule.get(WHERE) if isinstance(rule, dict) else None
            for column in where if isinstance(where, dict) else ():
                if column in COLUMNS or column == "fields":
                    _read_at(source, tables, (name, place, WHERE, column), column, reader)
    _read_rates(source, tables, reader)
    strata = tables.get("strata")
    if isinstance(strata, list):
        tables["strata"] = [_stratum(one, reader) for one in strata]
    return tables


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _stratum(name: Any, reader: CodeReader) -> Any:
    if not isinstance(name, str) or not name.startswith(FIELD):
        return name
    return FIELD + (reader.read("fields", name.removeprefix(FIELD)) or name.removeprefix(FIELD))


# Many parameters: where the codes stand, and by whom they are read.
def _read_at(
    source: Source, tables: dict[str, Any], path: Path, column: str, reader: CodeReader
) -> None:
    """Put codes in the place of the words at a path: a list of them, or a single one."""
    holder: Any = tables
    for part in path[:-1]:
        holder = holder.get(part) if isinstance(holder, dict) else holder[int(part)]
        if not isinstance(holder, dict | list):
            return
    key = path[-1]
    if not isinstance(holder, dict) or key not in holder:
        return
    value = holder[key]
    if isinstance(value, list):
        holder[key] = [
            _code(source, (*path, place), column, one, reader) for place, one in enumerate(value)
        ]
    else:
        holder[key] = _code(source, path, column, value, reader)


def _code(source: Source, path: Path, column: str, value: Any, reader: CodeReader) -> Any:
    if not isinstance(value, str) or not value.strip():
        return value
    code = reader.read(column, value)
    if code is not None:
        return code
    near = reader.near(column, value)
    name = "plan_code.unknown-near" if near else "plan_code.unknown"
    source.complain(
        name, path, column=column, found=show(value), near=near, known=list(codes(column))
    )
    return value


def _read_rates(source: Source, tables: dict[str, Any], reader: CodeReader) -> None:
    rates = tables.get("rates")
    if not isinstance(rates, dict):
        return
    for stratum in COLUMNS:
        table = rates.get(stratum)
        if not isinstance(table, dict):
            continue
        by_code: dict[str, Any] = {}
        for word, rate in table.items():
            path = ("rates", stratum, word)
            code = word if word in (OTHER, REFUSE) else _code(source, path, stratum, word, reader)
            if code in by_code:
                source.complain("plan_code.rate-twice", path, found=show(word), code=show(code))
            by_code[code] = rate
            source.also_at((*path[:2], code), path)
        rates[stratum] = by_code
    unknown = rates.get(_UNKNOWN_TIER[1])
    if unknown != REFUSE:
        _read_at(source, tables, _UNKNOWN_TIER, "tier", reader)


def codes_written(data: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """All codes that stand in a plan's tables, as (path, column, code); no defaults.

    `data` is as `in_codes` gives it. A rate's code comes with the path of the rate.
    """
    for path, column in LISTS.items():
        table: Any = data.get(str(path[0]))
        value = table.get(path[1]) if isinstance(table, dict) else None
        yield from _codes_at(path, column, value)
    for name in ARRAYS:
        rules = data.get(name)
        for place, rule in enumerate(rules if isinstance(rules, list) else []):
            where = rule.get(WHERE) if isinstance(rule, dict) else None
            for column, value in where.items() if isinstance(where, dict) else ():
                if column in COLUMNS or column == "fields":
                    yield from _codes_at((name, place, WHERE, column), column, value)
    rates = data.get("rates")
    for stratum in COLUMNS:
        table = rates.get(stratum) if isinstance(rates, dict) else None
        for code in table if isinstance(table, dict) else ():
            if code not in (OTHER, REFUSE):
                yield ("rates", stratum, code), stratum, code


def _codes_at(path: Path, column: str, value: Any) -> Iterator[tuple[Path, str, str]]:
    if isinstance(value, str):
        yield path, column, value
    for place, one in enumerate(value if isinstance(value, list) else ()):
        if isinstance(one, str):
            yield (*path, place), column, one
