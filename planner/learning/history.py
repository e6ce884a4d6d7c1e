"""What past visits say of a firm, relative to who made them, and only as known on a day.

A fault found by a severe inspector says less than one found by a mild one: the history enters as
the mean excess of a firm's results over what the inspectors of each visit usually find.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.sample import Floats, Ints, ints
from yaohao.planner.vocabulary.problems import refuse

NAMES = ("excess", "visits", "wrong", "days-since")
_OF_ALL = 10.0
_OF_NOTHING = 2.0


@dataclass(frozen=True)
class Visits:
    """Past visits: entity, the ordinal day on which the result was known, 0/1, who led it."""

    entity: Ints
    known: Ints
    wrong: Ints
    inspector: Ints

    def __post_init__(self) -> None:
        shape = np.asarray(self.entity).shape
        for name in ("entity", "known", "wrong", "inspector"):
            object.__setattr__(self, name, ints(getattr(self, name), name, shape))
        if len(self.wrong) and (self.wrong.min() < 0 or self.wrong.max() > 1):
            raise refuse("learning.code", what="wrong", most=1)
        if len(self.entity) and min(self.entity.min(), self.inspector.min()) < 0:
            raise refuse("learning.code", what="entity", most="")


def usual_rates(visits: Visits, as_of: int, inspectors: int) -> Floats:
    """What each inspector usually finds, by results known before `as_of`, shrunk to that of all."""
    past = visits.known < as_of
    if not past.any():
        return np.zeros(inspectors)
    who, wrong = visits.inspector[past], visits.wrong[past]
    overall = float(wrong.mean())
    count = np.bincount(who, minlength=inspectors)
    hits = np.bincount(who, wrong, minlength=inspectors)
    rates: Floats = (hits + _OF_ALL * overall) / (count + _OF_ALL)
    return rates


def history(visits: Visits, entities: int, as_of: int, never: int = 3650) -> Floats:
    """Features of each entity from results known before `as_of`; columns as in `NAMES`.

    Mean excess (shrunk by two visits that found what was usual), number of visits, number of wrong
    ones, days since the last (`never` where there is none).
    """
    past = visits.known < as_of
    entity, wrong = visits.entity[past], visits.wrong[past]
    if len(entity) and entity.max() >= entities:
        raise refuse("learning.code", what="entity", most=entities - 1)
    inspectors = int(visits.inspector.max()) + 1 if len(visits.inspector) else 0
    usual = usual_rates(visits, as_of, inspectors)
    excess = wrong - usual[visits.inspector[past]]
    count = np.bincount(entity, minlength=entities)
    last = np.full(entities, as_of - never, np.int64)
    np.maximum.at(last, entity, visits.known[past])
    return np.stack(
        [
            np.bincount(entity, excess, minlength=entities) / (count + _OF_NOTHING),
            count,
            np.bincount(entity, wrong, minlength=entities),
            np.minimum(as_of - last, never),
        ],
        axis=1,
    ).astype(np.float64)
