"""Closing: when entities ended, drawn from hazards by kind and age in months."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data.profile import Closures
from yaohao.sample_data.random_streams import Indices, RandomStreams, Words

_ONE = 1 << 32
_DAYS_OF_48_MONTHS = 1461


def months(days: Any) -> Any:
    """Whole months of 30.4375 days in a number of days."""
    return days * 48 // _DAYS_OF_48_MONTHS


class Closing:
    """Which entities of a register have closed, and on which day of their lives.

    An entity was alive `kept_years` ago (or when it was established) and has since run the risk of
    its kind and age, month by month. `chances[kind, age, months]` is the chance, in 2**-32, to
    close within so many months from that age in months on.
    """

    def __init__(self, closures: Closures, oldest: int) -> None:
        """`oldest` is the greatest age in days."""
        self.kept = closures.kept_years * 12
        self._kept_days = closures.kept_years * 1461 // 4
        ages = months(oldest) + 2
        rows = []
        for hazards in closures.hazards:
            monthly = [
                hazards[sum(12 * year <= month for year in closures.years) - 1]
                for month in range(ages + self.kept)
            ]
            rows.append([_chances(monthly[age : age + self.kept]) for age in range(ages)])
        self.chances: NDArray[np.uint64] = np.array(rows, dtype=np.uint64)

    def pick(self, streams: RandomStreams, rows: Words, kind: Indices, age: Indices) -> Indices:
        """The age in days at which each row closed, -1 for those alive; `age` is in days."""
        first, exposed = self.exposure(age)
        word = streams.below("closed", rows, _ONE).astype(np.uint64)
        start = months(first)
        dead = np.flatnonzero(word < self.chances[kind, start, exposed])
        closed = np.full(len(rows), -1, dtype=np.int64)
        mine = self.chances[kind[dead], start[dead]]
        month = (mine <= word[dead, None]).sum(axis=1) - 1
        day = streams.below("closed.day", rows[dead], 30)
        closed[dead] = first[dead] + month * _DAYS_OF_48_MONTHS // 48 + day
        return closed

    def exposure(self, age: Indices) -> tuple[Indices, Indices]:
        """The age in days from which an entity ran the risk, and for how many whole months."""
        first = np.maximum(age - self._kept_days, 0)
        return first, np.minimum(months(age - first), self.kept)


def _chances(hazards: list[int]) -> list[int]:
    """The chance to close within 0, 1, ... months of hazards (per mille a year), in 2**-32."""
    alive, chances = _ONE, [0]
    for hazard in hazards:
        alive -= alive * hazard // 12_000
        chances.append(_ONE - alive)
    return chances
