"""Entries, exits and activity of a register over a year, and survival by cohort and age."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.intervals import Interval, wilson
from yaohao.planner.learning.sample import (
    Floats,
    Ints,
    bools,
    floats,
    ints,
)
from yaohao.planner.learning.survival import LEAST_AT_RISK
from yaohao.planner.vocabulary.problems import refuse


@dataclass(frozen=True)
class Movement:
    """A year's entries and exits among entities that were alive at its beginning.

    Ratios are nan where their base is 0: there is nothing to divide by.
    """

    alive_before: int
    entries: int
    exits: int
    median_age_at_exit: float

    @property
    def net(self) -> int:
        """Entries less exits."""
        return self.entries - self.exits

    @property
    def exits_by_entries(self) -> float:
        """Exits for each entry."""
        return self.exits / self.entries if self.entries else math.nan

    @property
    def net_by_entries(self) -> float:
        """The part of the entries that is left after the exits."""
        return self.net / self.entries if self.entries else math.nan

    @property
    def exit_rate(self) -> float:
        """Exits among those alive at the beginning."""
        return self.exits / self.alive_before if self.alive_before else math.nan


def movement(born: Any, died: Any, begin: float, end: float) -> Movement:
    """Entries and exits in [`begin`, `end`); times as decimal years, `died` infinite while alive.

    Exits are results 9, 10 and 11; a move away (12) is no exit and must not be handed in as one.
    """
    births = floats(born, "born")
    deaths = np.asarray(died, dtype=np.float64)
    if deaths.shape != births.shape or np.isnan(deaths).any() or (deaths < births).any():
        raise refuse("learning.dates")
    if not begin < end:
        raise refuse("learning.dates")
    before = (births < begin) & (deaths >= begin)
    gone = (deaths >= begin) & (deaths < end)
    ages = (deaths - births)[gone]
    return Movement(
        int(before.sum()),
        int(((births >= begin) & (births < end)).sum()),
        int(gone.sum()),
        float(np.median(ages)) if len(ages) else math.nan,
    )


@dataclass(frozen=True)
class Activity:
    """The share of those who owed a report that are active, with its interval."""

    active: int
    owed: int
    share: float
    interval: Interval


def activity(on_time: Any, all_zero: Any, owed: Any, needs_figures: bool = True) -> Activity:
    """Active are those who reported on time and (`needs_figures`) not zeros throughout.

    The definition is a setting and must be shown beside the figure. The interval treats the year
    as one of many; the count itself is complete.
    """
    due = bools(owed, "owed")
    punctual, empty = bools(on_time, "on_time", due.shape), bools(all_zero, "all_zero", due.shape)
    active = due & punctual & (~empty if needs_figures else True)
    if not due.any():
        raise refuse("learning.nothing-seen")
    hits, whole = int(active.sum()), int(due.sum())
    return Activity(hits, whole, hits / whole, wilson(hits, whole))


@dataclass(frozen=True)
class CohortGrid:
    """Survival by year of establishment (rows) and whole years of age (columns); nan not known."""

    cohorts: Ints
    survival: Floats
    at_risk: Ints


def cohort_grid(
    born_year: Any, exit_age: Any, left: Any, ages: int = 10, entry: Any = None
) -> CohortGrid:
    """The Kaplan-Meier survival of each cohort at ages 1 to `ages`; small groups are cut off.

    Observed from the ages of `entry` on. Of a cohort that was not observed within its first year
    nothing is known: its share of survivors is not.
    """
    from yaohao.planner.learning.survival import survival

    cohort = ints(born_year, "born_year")
    age = floats(exit_age, "exit_age", cohort.shape)
    gone = bools(left, "left", cohort.shape)
    begun = np.zeros(len(age)) if entry is None else floats(entry, "entry", cohort.shape)
    if not len(cohort):
        raise refuse("learning.nothing-seen")
    named = np.unique(cohort)
    shares = np.full((len(named), ages), np.nan)
    staying = np.zeros((len(named), ages), np.int64)
    for row, one in enumerate(named):
        here = (cohort == one) & (age > begun)
        staying[row] = [
            ((age[here] >= year) & (begun[here] < year)).sum() for year in range(1, ages + 1)
        ]
        if (begun[here] < 1).sum() < LEAST_AT_RISK:
            continue
        curve = survival(age[here], gone[here], begun[here])
        for year in range(1, ages + 1):
            if staying[row, year - 1] >= LEAST_AT_RISK and year <= curve.last:
                shares[row, year - 1] = curve.at_time(year)[0]
    return CohortGrid(named, shares, staying)
