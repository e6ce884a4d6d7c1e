"""Points by indicators: a score whose lines anyone can read, and a class by thresholds.

Every line says which indicator gave how many points, and why. Lines are whole hundredths of a
point, so that they sum to the score exactly. What was repaired leaves no line; what came from
opinion monitoring is capped as a whole and shown apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.sample import (
    Bools,
    Floats,
    Ints,
    floats,
    ints,
    summed,
)
from yaohao.planner.vocabulary.problems import Problem, raise_all, refuse

SOURCES = ("daily", "grid", "complaint", "net", "opinion", "register", "inspection")
TRANSFORMS = ("yes-no", "count", "days-since", "value")
HUNDREDTHS = 100
_MOST = 1e6
_DAYS_A_MONTH = 365.25 / 12
_KEYS = {
    "code", "source", "transform", "points", "months", "half_life", "cap", "veto", "basis",
    "sensitive",
}  # fmt: skip


@dataclass(frozen=True)
class Indicator:
    """One indicator of a rule file.

    `points` for yes, for each event counted, for an event today, or (``value``) for each unit of
    the latest value; `months` back that count (0
    for all); `half_life` in days after which an event weighs half (0 for never); `cap` the most
    points of the line (0 for none); `veto` the class it forces; `basis` the rule it comes from.
    """

    code: str
    source: str
    transform: str
    points: float
    months: float = 0
    half_life: float = 0.0
    cap: float = 0.0
    veto: str = ""
    basis: str = ""
    sensitive: bool = False


@dataclass(frozen=True)
class Scheme:
    """Indicators, classes with the least score of each (rising from 0), and the opinion cap."""

    indicators: tuple[Indicator, ...]
    classes: tuple[tuple[str, float], ...]
    opinion_cap: float


def scheme_from(document: Mapping[str, Any]) -> Scheme:
    """The scheme of a rule file already read from TOML; refused with all that is wrong in it."""
    problems: list[Problem] = []
    indicators = []
    given = document.get("indicator", [])
    for number, row in enumerate(given if isinstance(given, list) else [given], 1):
        wrong = _wrong_keys(row) if isinstance(row, Mapping) else ["indicator"]
        if wrong:
            key = str(row.get("code") or number) if isinstance(row, Mapping) else str(number)
            problems.append(Problem("learning.risk-key", {"key": key, "names": wrong}))
        else:
            indicators.append(Indicator(**row))
    codes = [one.code for one in indicators]
    problems += [
        Problem("learning.risk-doubled", {"key": code})
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    classes = document.get("class")
    limits = list(classes.values()) if isinstance(classes, Mapping) else []
    rising = bool(limits) and all(map(_is_number, limits)) and limits[0] == 0
    if not rising or limits != sorted(set(limits)):
        problems.append(Problem("learning.risk-classes"))
    names = [str(name) for name in classes] if isinstance(classes, Mapping) else []
    problems += [
        Problem("learning.risk-veto", {"key": one.code, "found": one.veto})
        for one in indicators
        if one.veto and one.veto not in names
    ]
    cap = document.get("opinion_cap", 0)
    if not _is_number(cap):
        problems.append(Problem("learning.risk-key", {"key": "-", "names": ["opinion_cap"]}))
    raise_all(problems)
    return Scheme(
        tuple(indicators),
        tuple((name, float(least)) for name, least in zip(names, limits, strict=True)),
        float(cap),
    )


def _is_number(value: Any) -> bool:
    """Whether a value is a number from 0 to below a million (nan is not)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6


def _wrong_keys(row: Mapping[str, Any]) -> list[str]:
    """The keys of an indicator that are unknown, missing or of a wrong value."""
    wrong = [str(name) for name in row if name not in _KEYS]
    wrong += [name for name in ("code", "veto", "basis") if not isinstance(row.get(name, ""), str)]
    if not row.get("code"):
        wrong.append("code")
    if row.get("source") not in SOURCES:
        wrong.append("source")
    if row.get("transform") not in TRANSFORMS:
        wrong.append("transform")
    wrong += [
        name
        for name in ("points", "months", "half_life", "cap")
        if not _is_number(row.get(name, None if name == "points" else 0))
    ]
    if row.get("transform") == "days-since" and not row.get("half_life"):
        wrong.append("half_life")
    if not isinstance(row.get("sensitive", False), bool):
        wrong.append("sensitive")
    elif row.get("sensitive") and not row.get("basis"):
        wrong.append("basis")
    return list(dict.fromkeys(wrong))


@dataclass(frozen=True)
class Events:
    """What is known of entities under one indicator: one row an event.

    `day` it happened, `known` the day on which it came to be known, `repaired` the day it was put
    right (0 for never), as ordinal days. `value` is how much of it there was, 1 where none is
    given; an event of 0 says only that there was nothing.
    """

    entity: Ints
    day: Ints
    known: Ints
    repaired: Ints
    value: Floats | None = None

    def __post_init__(self) -> None:
        shape = np.asarray(self.entity).shape
        amount = np.ones(shape) if self.value is None else self.value
        object.__setattr__(self, "value", floats(amount, "value", shape))
        for name in ("entity", "day", "known", "repaired"):
            object.__setattr__(self, name, ints(getattr(self, name), name, shape))
        if (self.known < self.day).any():
            raise refuse("learning.known")

    def standing(self, as_of: int) -> Bools:
        """Which were known on `as_of` and not repaired by then; nothing later is looked at."""
        return (self.known <= as_of) & ~((self.repaired > 0) & (self.repaired <= as_of))


@dataclass(frozen=True)
class Line:
    """One line of an explanation: points in hundredths, events behind it, the latest one's day."""

    indicator: Indicator
    hundredths: int
    events: int
    last: int


@dataclass(frozen=True)
class Scores:
    """Scores of all entities in hundredths, the part from opinion monitoring, and classes.

    `lines` has a row for each entity and a column for each indicator; `cut` what the cap on
    opinion takes off. A score is the sum of its lines less what was cut.
    """

    scheme: Scheme
    score: Ints
    opinion: Ints
    cut: Ints
    classes: Ints
    vetoed: Bools
    lines: Ints
    counts: Ints
    last: Ints

    def explanation(self, entity: int) -> tuple[Line, ...]:
        """The lines of an entity's score, greatest first; only those that gave points or a veto."""
        explained = [
            Line(one, int(self.lines[entity, column]), int(self.counts[entity, column]),
                 int(self.last[entity, column]))
            for column, one in enumerate(self.scheme.indicators)
            if self.counts[entity, column]
        ]  # fmt: skip
        return tuple(sorted(explained, key=lambda line: -line.hundredths))

    def class_name(self, entity: int) -> str:
        """The class of an entity."""
        return self.scheme.classes[int(self.classes[entity])][0]


def scored(scheme: Scheme, events: Mapping[str, Events], entities: int, as_of: int) -> Scores:
    """Scores of `entities` entities as known on `as_of` (an ordinal day)."""
    width = len(scheme.indicators)
    lines, counts, last = (np.zeros((entities, width), np.int64) for _ in range(3))
    for column, one in enumerate(scheme.indicators):
        if one.code in events:
            columns = _line(one, events[one.code], entities, as_of)
            lines[:, column], counts[:, column], last[:, column] = columns
    opinion = np.array([one.source == "opinion" for one in scheme.indicators], np.bool_)
    from_opinion = lines[:, opinion].sum(axis=1)
    cap = round(scheme.opinion_cap * HUNDREDTHS)
    cut = np.maximum(from_opinion - cap, 0)
    score = lines.sum(axis=1) - cut
    limits = np.array([round(least * HUNDREDTHS) for _, least in scheme.classes])
    classes = np.searchsorted(limits, score, side="right") - 1
    vetoed = np.zeros(entities, np.bool_)
    names = [name for name, _ in scheme.classes]
    for column, one in enumerate(scheme.indicators):
        if one.veto:
            hit = counts[:, column] > 0
            forced = names.index(one.veto)
            vetoed |= hit & (classes < forced)
            classes = np.where(hit, np.maximum(classes, forced), classes)
    return Scores(scheme, score, from_opinion - cut, cut, classes, vetoed, lines, counts, last)


def _line(one: Indicator, events: Events, entities: int, as_of: int) -> tuple[Ints, Ints, Ints]:
    """Points in hundredths, events and the latest day of each entity, under one indicator."""
    kept = events.standing(as_of)
    if one.months:
        kept &= events.day > as_of - one.months * _DAYS_A_MONTH
    assert events.value is not None
    if one.transform != "value":
        kept &= events.value > 0
    entity, day, value = events.entity[kept], events.day[kept], events.value[kept]
    if len(entity) and not (entity.min() >= 0 and entity.max() < entities):
        raise refuse("learning.code", what=one.code, most=entities - 1)
    counts = np.bincount(entity, minlength=entities)
    last = np.zeros(entities, np.int64)
    np.maximum.at(last, entity, day)
    if one.transform == "value":
        amount = _latest(entity, day, value, entities)
        counts = np.where(amount > 0, counts, 0)
    else:
        amount = (counts > 0).astype(np.float64)
    points = _points(one, entity, as_of - day, entities, amount, as_of - last)
    if one.cap:
        points = np.minimum(points, one.cap)
    return np.rint(points * HUNDREDTHS).astype(np.int64), counts, last


def _points(
    one: Indicator, entity: Ints, ages: Ints, entities: int, amount: Floats, since: Ints
) -> Floats:
    def faded(days: Ints) -> Floats:
        if not one.half_life:
            return np.ones(len(days))
        weights: Floats = np.power(2.0, -np.maximum(days, 0) / one.half_life)
        return weights

    if one.transform == "count":
        return one.points * summed(entity, faded(ages), entities)
    return one.points * faded(since) * amount


def _latest(entity: Ints, day: Ints, value: Floats, entities: int) -> Floats:
    """The value of the latest day of each entity, the greatest of several; none is below 0."""
    latest = np.zeros(entities)
    order = np.lexsort((value, day))
    latest[entity[order]] = np.clip(value[order], 0, _MOST)
    return latest


def without(events: Events, rows: Sequence[int] | Ints, day: int) -> Events:
    """The same events with some of them repaired on `day`."""
    repaired = events.repaired.copy()
    repaired[np.asarray(rows, np.int64)] = day
    return Events(events.entity, events.day, events.known, repaired, events.value)


def has_sensitive(scheme: Scheme) -> tuple[str, ...]:
    """The indicators marked as sensitive, to be shown wherever the scheme is used."""
    return tuple(one.code for one in scheme.indicators if one.sensitive)
