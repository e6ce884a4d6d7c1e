"""What a risk model may know of a firm on a day: nothing that came to be known on it or later.

Places tell more of the neighbours than of the firm, so that regions are features only where that is
asked for. Past results enter as the excess over what the inspector of each visit usually finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from yaohao.planner.learning.history import Visits, history
from yaohao.planner.learning.indicators import (
    IndicatorColumns,
    ObservedColumn,
    indicator_columns,
)
from yaohao.planner.learning.sample import Floats, Ints

NEVER = np.iinfo(np.int64).max
NUMBERS = ("age", "excess", "visits", "wrong", "years-since", "never-visited", "leads-12m",
           "leads-36m")  # fmt: skip
SIGNS = {"excess": 1, "wrong": 1, "leads-12m": 1, "leads-36m": 1}
"""Features that may never lower a score: more findings and complaints are no merit."""
MOST_CODES = 8
MOST = 40
"""Features of a model."""
_YEAR = 365.25
_PAST = 6
"""Columns of `Features.past` before those of indicators."""
_OLDEST, _MOST_COUNTED = 30.0, 10.0


@dataclass(frozen=True)
class Known:
    """What is known of entities: days of establishment (NEVER for none), codes, visits, leads.

    `codes` has an array of texts for each column; `lead_days` are the days leads were opened;
    `observed` is what further columns of past inspections said, by name.
    """

    born: Ints
    codes: Mapping[str, np.ndarray]
    visits: Visits
    lead_entities: Ints
    lead_days: Ints
    observed: Mapping[str, ObservedColumn] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.born)


@dataclass(frozen=True)
class Features:
    """The columns of a model: the numbers, and codes of some columns each of which is a column.

    Further columns of past inspections come behind them, each as it stands in `indicators`.
    """

    codes: Mapping[str, tuple[str, ...]]
    indicators: Mapping[str, IndicatorColumns] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        ones = [f"{name}:{code}" for name, codes in self.codes.items() for code in codes]
        observed = [one for name, column in self.indicators.items() for one in column.names(name)]
        return (*NUMBERS, *ones, *observed)

    @property
    def signs(self) -> Ints:
        """1 where a column may never lower the score, else 0."""
        return np.array([SIGNS.get(name, 0) for name in self.names], np.int64)

    def past(self, known: Known, as_of: int) -> Floats:
        """What was known of all entities before `as_of`: their history, leads of 1 and 3 years, and
        what further columns said last.

        To be handed to `matrix` where it is asked for some entities after the others.
        """
        leads = [_leads(known, as_of, years)[:, None] for years in (1, 3)]
        observed = [
            column.matrix(known.observed.get(name), len(known), as_of)
            for name, column in self.indicators.items()
        ]
        return np.concatenate([history(known.visits, len(known), as_of), *leads, *observed], axis=1)

    def matrix(self, known: Known, rows: Ints, as_of: int, past: Floats | None = None) -> Floats:
        """The features of some entities by what was known before the ordinal day `as_of`."""
        whole = self.past(known, as_of) if past is None else past
        return np.concatenate(
            [
                self._numbers(known, rows, as_of, whole[rows]),
                *self._ones(known, rows),
                whole[rows, _PAST:],
            ],
            axis=1,
        )

    @staticmethod
    def _numbers(known: Known, rows: Ints, as_of: int, past: Floats) -> Floats:
        born = known.born[rows]
        age = np.where(born < NEVER, (as_of - np.minimum(born, as_of)) / _YEAR, _OLDEST / 3)
        return np.stack(
            [
                np.minimum(age, _OLDEST),
                past[:, 0],
                np.minimum(past[:, 1], _MOST_COUNTED),
                np.minimum(past[:, 2], _MOST_COUNTED),
                np.where(past[:, 1] > 0, past[:, 3] / _YEAR, 0.0),
                (past[:, 1] == 0).astype(np.float64),
                np.minimum(past[:, 4], _MOST_COUNTED),
                np.minimum(past[:, 5], _MOST_COUNTED),
            ],
            axis=1,
        )

    def _ones(self, known: Known, rows: Ints) -> list[Floats]:
        columns = []
        for name, codes in self.codes.items():
            texts = known.codes[name][rows]
            columns += [np.asarray(texts == code, np.float64)[:, None] for code in codes]
        return columns


def _leads(known: Known, as_of: int, years: int) -> Floats:
    inside = (known.lead_days < as_of) & (known.lead_days >= as_of - round(years * _YEAR))
    counts = np.bincount(known.lead_entities[inside], minlength=len(known))
    return counts.astype(np.float64)


def features_of(known: Known, rows: Ints, columns: Sequence[str], before: int = 0) -> Features:
    """The commonest codes of `columns` among `rows`, all but the very commonest of each.

    Further columns are those that told of the most firms before the ordinal day `before`.
    """
    chosen = {}
    for name in columns:
        codes, counts = np.unique(known.codes[name][rows].astype(str), return_counts=True)
        order = np.lexsort((codes, -counts))
        common = [str(codes[k]) for k in order if counts[k] >= MOST_CODES and codes[k]]
        chosen[name] = tuple(sorted(common[1 : MOST_CODES + 1]))
    room = MOST - len(Features(chosen).names)
    return Features(chosen, indicator_columns(known.observed, before, room))


def blocks(days: Ints, starts: Sequence[int]) -> Ints:
    """The number of the block of each day: the last start not later than it, -1 before all."""
    return np.searchsorted(np.array(starts, np.int64), days, side="right").astype(np.int64) - 1


def rolled(features: Features, known: Known, starts: Sequence[int]) -> tuple[Ints, Floats]:
    """Rows of visits from the first start on, each with what was known before its block began."""
    block = blocks(known.visits.known, starts)
    kept, parts = [], []
    for number, start in enumerate(starts):
        rows = np.flatnonzero(block == number)
        if len(rows):
            kept.append(rows)
            parts.append(features.matrix(known, known.visits.entity[rows], int(start)))
    if not kept:
        return np.empty(0, np.int64), np.empty((0, len(features.names)))
    return np.concatenate(kept), np.concatenate(parts)
