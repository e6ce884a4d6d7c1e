"""What further columns of past inspections say of firms: numbers, yes or no, categories.

What a column is follows from the texts that were known before the day on which it is asked:
nothing later decides even that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from yaohao.planner.learning.risk import Events
from yaohao.planner.learning.sample import Bools, Floats, Ints, ints
from yaohao.planner.vocabulary.yes_no import NO, YES

NUMBER, YES_NO, CATEGORY = "number", "yes-no", "category"
LEAST = 8
"""Firms of whom a column, or a category of one, must say something to be a feature."""
MOST_CATEGORIES = 8
_SPREADS = 5.0
"""Standard deviations from the mean beyond which a number counts no further."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,15})?%?")


@dataclass(frozen=True)
class ObservedColumn:
    """What one column said: entity, ordinal day of the visit, and the text, by rising day."""

    entity: Ints
    day: Ints
    text: np.ndarray

    def __post_init__(self) -> None:
        shape = np.asarray(self.entity).shape
        order = np.argsort(np.asarray(self.day, np.int64), kind="stable")
        for name in ("entity", "day"):
            values = ints(getattr(self, name), name, shape)
            object.__setattr__(self, name, values[order])
        object.__setattr__(self, "text", np.asarray(self.text, object)[order])

    @cached_property
    def number(self) -> Floats:
        """The texts as numbers, yes and no as 1 and 0; nan for other texts."""
        known = {text: read_number(text) for text in set(self.text.tolist())}
        return np.array([known[text] for text in self.text.tolist()], np.float64)

    @cached_property
    def is_flag(self) -> Bools:
        """Which texts are a yes or a no."""
        known = {text: _plain(text) in YES | NO for text in set(self.text.tolist())}
        return np.array([known[text] for text in self.text.tolist()], np.bool_)

    def kind(self, before: int) -> str:
        """What the column is by what was known before a day; "" where nothing was."""
        past = self.day < before
        if not past.any():
            return ""
        if self.is_flag[past].all():
            return YES_NO
        return CATEGORY if np.isnan(self.number[past]).any() else NUMBER

    def last(self, entities: int, before: int) -> Ints:
        """The row that told of each entity last before a day, -1 where none did."""
        rows = np.flatnonzero(self.day < before)
        latest = np.full(entities, -1, np.int64)
        latest[self.entity[rows]] = rows
        return latest


@dataclass(frozen=True)
class IndicatorColumns:
    """How one column is looked at by a model: a number by its mean and spread, or categories."""

    kind: str
    centre: float = 0.0
    spread: float = 1.0
    codes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many features it makes."""
        return len(self.codes) if self.kind == CATEGORY else 1

    def names(self, name: str) -> list[str]:
        """The names of the features."""
        head = f"indicator:{name}"
        return [f"{head}={code}" for code in self.codes] if self.kind == CATEGORY else [head]

    def matrix(self, observed: ObservedColumn | None, entities: int, before: int) -> Floats:
        """The features of all entities by what was told last before a day; 0 where nothing was.

        A number is in standard deviations from its mean, so that 0 is an average firm.
        """
        values = np.zeros((entities, self.width))
        if observed is None:
            return values
        last = observed.last(entities, before)
        known = np.flatnonzero(last >= 0)
        if self.kind == CATEGORY:
            texts = observed.text[last[known]]
            for at, code in enumerate(self.codes):
                values[known, at] = texts == code
            return values
        numbers = (observed.number[last[known]] - self.centre) / self.spread
        values[known, 0] = np.clip(np.nan_to_num(numbers), -_SPREADS, _SPREADS)
        return values


def indicator_columns(
    observations: Mapping[str, ObservedColumn], before: int, room: int
) -> dict[str, IndicatorColumns]:
    """The columns that a model may use by what was known before a day, `room` features at most.

    Those that tell of the most firms come first. A column says something only where it tells of
    eight firms and more, and not the same of all.
    """
    sized = []
    for name, one in observations.items():
        firms = len(np.unique(one.entity[one.day < before]))
        if firms >= LEAST:
            sized.append((-firms, name))
    chosen: dict[str, IndicatorColumns] = {}
    for _, name in sorted(sized):
        column = _column(observations[name], before)
        if column and column.width <= room:
            chosen[name] = column
            room -= column.width
    return dict(sorted(chosen.items()))


def _column(observed: ObservedColumn, before: int) -> IndicatorColumns | None:
    kind, past = observed.kind(before), observed.day < before
    if kind == CATEGORY:
        codes, counts = np.unique(observed.text[past].astype(str), return_counts=True)
        order = np.lexsort((codes, -counts))
        common = [str(codes[at]) for at in order if counts[at] >= LEAST]
        kept = tuple(sorted(common[1 : MOST_CATEGORIES + 1]))
        return IndicatorColumns(kind, codes=kept) if kept else None
    numbers = observed.number[past]
    spread = float(numbers.std())
    if not spread > 0:
        return None
    if kind == YES_NO:
        return IndicatorColumns(kind)
    return IndicatorColumns(kind, float(numbers.mean()), spread)


def columns_from(document: Any) -> dict[str, IndicatorColumns]:
    """Columns out of the document of a model; ValueError or TypeError for what are none."""
    columns = {}
    for name, one in dict(document).items():
        column = IndicatorColumns(
            str(one["kind"]),
            float(one["centre"]),
            float(one["spread"]),
            tuple(str(code) for code in one["codes"]),
        )
        is_sound = np.isfinite(column.centre) and np.isfinite(column.spread) and column.spread > 0
        if column.kind not in (NUMBER, YES_NO, CATEGORY) or not is_sound:
            raise ValueError(name)
        columns[str(name)] = column
    return columns


def as_document(columns: Mapping[str, IndicatorColumns]) -> dict[str, Any]:
    """Columns as plain values."""
    return {
        name: {"kind": one.kind, "centre": one.centre, "spread": one.spread,
               "codes": list(one.codes)}
        for name, one in columns.items()
    }  # fmt: skip


def categories(observed: ObservedColumn, before: int, most: int = MOST_CATEGORIES) -> Sequence[str]:
    """The commonest texts of a column before a day."""
    texts, counts = np.unique(observed.text[observed.day < before].astype(str), return_counts=True)
    return [str(texts[at]) for at in np.lexsort((texts, -counts))[:most]]


def read_number(text: str) -> float:
    """A text as a number (thousands, per cent and full-width digits too), nan where it is none."""
    plain = _plain(text)
    if plain in YES or plain in NO:
        return float(plain in YES)
    if not _NUMBER.fullmatch(plain):
        return float("nan")
    return float(plain.rstrip("%").replace(",", ""))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def events_of_visits(
    observations: Mapping[str, ObservedColumn], code: str, before: int
) -> Events | None:
    """What visits before a day said under ``name``, or of the category ``name=text``, as events.

    A number is the value of its event, a yes 1, a no 0; a visit that told another category is an
    event of 0. None where no visit said anything under that name.
    """
    name, sign, text = code, "", ""
    if code not in observations:
        name, sign, text = code.rpartition("=")
    one = observations.get(name)
    kind = one.kind(before) if one is not None else ""
    if one is None or not kind or (kind == CATEGORY) != bool(sign):
        return None
    past = one.day < before
    value = (one.text[past] == text).astype(np.float64) if sign else one.number[past]
    day = one.day[past]
    return Events(one.entity[past], day, day, np.zeros(len(day), np.int64), value)


def names_of_visits(observations: Mapping[str, ObservedColumn], before: int) -> list[str]:
    """The names under which `events_of_visits` finds something, those of categories with a text."""
    names: list[str] = []
    for name, one in observations.items():
        kind = one.kind(before)
        if kind == CATEGORY:
            names += [f"{name}={text}" for text in categories(one, before, 3)]
        elif kind:
            names.append(name)
    return names
