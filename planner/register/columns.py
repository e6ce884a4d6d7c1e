"""Which column of a file is which field of a register."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from yaohao.planner.register.heading_hints import hinted_field
from yaohao.planner.register.headings import (
    FLAG,
    KNOWN,
    WORSE,
    field_of_heading,
    heading_key,
    heading_ranks,
)
from yaohao.planner.schema.entity import NUMBER
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse

RETRY = ("set_aside_no", "set_aside_line", "set_aside_reason")
"""Columns of an export of set-aside rows; not part of the register."""

Mapped = Mapping[str, str | Sequence[str]]
"""Field → heading of its column or ``#`` and its place, or several; "" leaves the field out."""

_PLACE = re.compile(r"#([1-9][0-9]{0,4})")
_ALIKE = 0.6  # of a heading and a known one, as difflib measures it
_SHORTEST = 2  # characters of a known heading that a longer one may hold

REQUIRED = {
    "entities": ("entity_id", "name"),
    "inspectors": ("inspector_id", "name"),
    "items": ("item_id", "name"),
    "leads": ("entity_id", "trigger"),
    "lists": ("item_id", "trigger"),
    "results": ("entity_id", "result"),
    "inspections": ("entity_id", "visited_on"),
    "filings": ("entity_id",),
    "openings": ("entity_id",),
    "contacts": ("entity_id", "phone"),
    "outcomes": ("ref", "outcome"),
}
"""Fields without which a file is no such register."""

INDICATOR = "indicator."
"""What begins the name of a further column of a file of visits."""

BY_NAME = ("results",)
"""Registers in which an entity may be told by its name."""


@dataclass(frozen=True)
class ColumnMatch:
    """Which column holds which field: indexes into the headings.

    `also` are further columns of a field, for rows in which the first says nothing; `second` is
    the registration number where the credit code has a column of its own; `flags` are yes-or-no
    columns of key fields by code; `ignored` are headings that mean nothing here, those first that
    resemble the heading of a field without a column, `alike` (heading → field); `absent` are the
    fields without a column; `retry` is the column of set-aside numbers.
    """

    fields: dict[str, int]
    second: int | None = None
    flags: dict[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    retry: int | None = None
    also: dict[str, tuple[int, ...]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    alike: dict[str, str] = field(default_factory=dict)


def fields_of(register: str) -> tuple[str, ...]:
    """The fields of a register of `REQUIRED`."""
    return tuple(KNOWN[register])


def is_indicator(register: str, name: str) -> bool:
    """Whether `name` is that of a further column, which only files of visits have."""
    return register == "inspections" and len(name) > len(INDICATOR) and name.startswith(INDICATOR)


def headings_named(mapping: Mapped, name: str) -> tuple[str, ...]:
    """The headings or places that a mapping has for a field, without empty ones."""
    named = mapping.get(name, ())
    return tuple(filter(None, (named,) if isinstance(named, str) else named))


def headings_of(register: str, name: str) -> tuple[str, ...]:
    """The headings known for a field of a register, the better ones first."""
    return tuple(KNOWN[register][name].split())


def count_known(register: str, mapping: Mapped, row: Sequence[str]) -> int:
    """How many fields of a register the cells of `row` name."""
    named = {
        heading_key(heading): name for name in mapping for heading in headings_named(mapping, name)
    }
    fields = {named.get(heading_key(cell)) or field_of_heading(register, cell)[0] for cell in row}
    return len(fields - {""})


def check_mapping(register: str, names: Sequence[str]) -> None:
    """Raise PlannerError, with the nearest known one, for a name that is no field of `register`."""
    fields = fields_of(register)
    named = [name for name in names if not is_indicator(register, name)]
    problems = [
        Problem(
            "intake.unknown-field",
            {
                "field": name,
                "nearest": get_close_matches(name, fields, 1, 0.4),
                "fields": list(fields),
            },
        )
        for name in named
        if name not in fields
    ]
    if problems:
        raise PlannerError(*problems)


def find_columns(register: str, headings: Sequence[str], mapping: Mapped, file: str) -> ColumnMatch:
    """Which column is which field, by the mapping first, then by the known headings.

    Raises PlannerError for a required field without a column, a mapped column that is not there,
    and a heading that stands twice.
    """
    match = _match(register, headings, mapping, file, twice="refuse")
    flags = {FLAG + code: place for code, place in match.flags.items()}
    _check_required(register, headings, {**match.fields, **flags}, file)
    return match


def guess_columns(
    register: str, headings: Sequence[str], mapping: Mapped, file: str
) -> tuple[ColumnMatch, tuple[str, ...]]:
    """As `find_columns`, to be looked at: also the required fields that have no column.

    Of a heading that stands twice the first column is taken. Raises PlannerError for a mapped
    column that is not there.
    """
    match = _match(register, headings, mapping, file, twice="first")
    return match, tuple(name for name in REQUIRED[register] if name not in match.fields)


def _match(
    register: str, headings: Sequence[str], mapping: Mapped, file: str, *, twice: str
) -> ColumnMatch:
    keys = [heading_key(heading) for heading in headings]
    mapped = _mapped(headings, keys, mapping, file)
    taken = {index for places in mapped.values() for index in places}
    best: dict[str, tuple[int, int]] = {}
    for index, heading in enumerate(headings):
        if index in taken:
            continue
        name, rank = field_of_heading(register, heading)
        if not name or name in mapped:
            continue
        if name in best and best[name][0] == rank < WORSE and twice == "refuse":
            raise refuse("intake.heading-twice", file=file, heading=heading)
        if name not in best or rank < best[name][0]:
            best[name] = (rank, index)
    columns = {name: places[0] for name, places in mapped.items() if places}
    columns |= {name: index for name, (_, index) in best.items()}
    also = {name: places[1:] for name, places in mapped.items() if len(places) > 1}
    second = columns.pop(NUMBER, None)
    if "entity_id" not in columns and second is not None and "entity_id" not in mapped:
        columns["entity_id"], second = second, None
    if register in BY_NAME and "entity_id" not in columns and "entity_id" not in mapped:
        columns |= _names_for_ids(headings, {*columns.values(), *taken})
    flags = {
        name.removeprefix(FLAG): columns.pop(name)
        for name in sorted(columns)
        if name.startswith(FLAG)
    }
    retry = next((i for i, key in enumerate(keys) if key == heading_key(RETRY[0])), None)
    used = {*columns.values(), *flags.values(), *taken, second}
    service = {heading_key(name) for name in RETRY}
    ignored = [
        heading
        for index, heading in enumerate(headings)
        if index not in used and heading.strip() and keys[index] not in service
    ]
    lacking = [
        name
        for name in fields_of(register)
        if name not in columns and name not in mapped and name != NUMBER
    ]
    alike = _alike(register, ignored, lacking)
    absent = tuple(name for name in lacking if not (name == "fields" and flags))
    return ColumnMatch(
        columns,
        second,
        flags,
        tuple(sorted(ignored, key=lambda heading: heading not in alike)),
        retry,
        also,
        absent,
        alike,
    )


def _names_for_ids(headings: Sequence[str], used: Collection[int]) -> dict[str, int]:
    """The column of names where there is none of ids: public tables of results have no codes."""
    for index, heading in enumerate(headings):
        if index not in used and field_of_heading("entities", heading)[0] == "name":
            return {"entity_id": index}
    return {}


def _alike(register: str, ignored: Iterable[str], lacking: Sequence[str]) -> dict[str, str]:
    """Headings that resemble one of a field without a column, and the field that each does."""
    known = {key: name for key, (name, _) in heading_ranks(register).items() if name in lacking}
    similar: dict[str, str] = {}
    for heading in ignored:
        key = heading_key(heading)
        held = [one for one in known if len(one) >= _SHORTEST and one in key]
        near = [max(held, key=len)] if held else get_close_matches(key, known, 1, _ALIKE)
        name = known[near[0]] if near else hinted_field(heading, lacking)
        if name:
            similar[heading] = name
    return similar


def _mapped(
    headings: Sequence[str], keys: Sequence[str], mapping: Mapped, file: str
) -> dict[str, tuple[int, ...]]:
    columns: dict[str, tuple[int, ...]] = {}
    problems: list[Problem] = []
    for name in mapping:
        places: list[int] = []
        missing: list[Problem] = []
        for column in headings_named(mapping, name):
            exact = [i for i, heading in enumerate(headings) if heading == column]
            place = _PLACE.fullmatch(column)
            if not exact and place and int(place[1]) <= len(headings):
                exact = [int(place[1]) - 1]
            alike = exact or [i for i, key in enumerate(keys) if key == heading_key(column)]
            if len(alike) > 1:
                problems.append(Problem("intake.heading-twice", {"file": file, "heading": column}))
            elif alike:
                places.append(alike[0])
            else:
                nearest = get_close_matches(column, headings, 1, 0.4)
                params = {"file": file, "column": column, "field": name, "nearest": nearest}
                missing.append(Problem("intake.no-such-column", params | _shown(headings)))
        # Of several headings of a field, which files may have by turns, one is enough.
        problems += [] if places else missing
        columns[name] = tuple(places)
    if problems:
        raise PlannerError(*problems)
    return columns


def _check_required(
    register: str, headings: Sequence[str], columns: Mapping[str, int], file: str
) -> None:
    problems = []
    for name in REQUIRED[register]:
        if name in columns:
            continue
        known = KNOWN[register][name].split()
        if name == "entity_id":
            known += KNOWN[register].get(NUMBER, "").split()
        keys = [heading_key(one) for one in known]
        free = [heading for at, heading in enumerate(headings) if at not in columns.values()]
        near = [one for one in free if get_close_matches(heading_key(one), keys, 1, 0.5)]
        lacking = [one for one in fields_of(register) if one not in columns]
        near += [one for one in free if one not in near and hinted_field(one, lacking) == name]
        params = {"file": file, "field": name, "known": known[:6], "nearest": near[:3]}
        problems.append(Problem("intake.missing-heading", params | _shown(headings)))
    if problems:
        raise PlannerError(*problems)


def _shown(headings: Sequence[str]) -> dict[str, list[str]]:
    return {"found": [heading[:40] for heading in headings[:30]]}
