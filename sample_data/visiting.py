"""Past visits: a chain of days for each entity, from the last one back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data.profile import Visits
from yaohao.sample_data.random_streams import (
    Choice,
    Indices,
    RandomStreams,
    Words,
    in_bands,
)

MOST = 4
"""Visits of an entity that are remembered."""


class Visiting:
    """Draws past visits by tier."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits
        self._visited = np.array(visits.visited, dtype=np.int64)
        self._again = np.array(visits.again, dtype=np.int64)
        self._lag, self._gap = Choice(*visits.lags), Choice(*visits.gaps)
        self._lag_edges = np.array(visits.days, dtype=np.int64)
        self._gap_edges = np.array(visits.gap_days, dtype=np.int64)

    def newest(self, as_of: int, closed: Indices) -> Indices:
        """The newest possible day of a visit; `closed` is -1 for entities alive."""
        last = as_of - self.visits.newest_days
        return np.where(closed < 0, last, np.minimum(closed + self.visits.after_closing, last))

    def days(
        self,
        streams: RandomStreams,
        rows: Words,
        tier: Indices,
        established: Indices,
        newest: Indices,
    ) -> NDArray[np.int64]:
        """The days of up to `MOST` visits, the last one first: an array (MOST, rows), -1 for none.

        All are days since 1970-01-01, and no visit lies before the grace days after establishment.
        """
        earliest = established + self.visits.grace_days
        lag = in_bands(
            streams,
            "visit",
            rows,
            self._lag.pick(streams, "visit.lag", rows, tier),
            self._lag_edges,
        )
        day = newest - lag
        done = (streams.below("visit", rows, 1000) < self._visited[tier]) & (day >= earliest)
        visits = np.full((MOST, len(rows)), -1, dtype=np.int64)
        visits[0] = np.where(done, day, -1)
        places = np.flatnonzero(done)
        for number in range(1, MOST):
            mine, group = rows[places], tier[places]
            gap = in_bands(
                streams,
                f"visit.{number}",
                mine,
                self._gap.pick(streams, f"visit.{number}.gap", mine, group),
                self._gap_edges,
            )
            day = visits[number - 1, places] - gap
            more = streams.below(f"visit.{number}.again", mine, 1000) < self._again[group]
            more &= day >= earliest[places]
            places = places[more]
            visits[number, places] = day[more]
        return visits
