"""Entities: any rows of a population, as numbers first, then as a table of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_data.codes import entity_codes
from sample_data.names import Names
from sample_data.profile import FIELDS, KINDS, Profile
from sample_data.streams import Choice, Indices, Streams, Words

COLUMNS = (
    "entity_id", "name", "address", "tier", "region", "industry", "kind", "status",
    "established_on", "inspected_on", "fields", "visits_this_year",
)  # fmt: skip
"""Columns of the register, all texts but the last, a whole number."""

_PREFIXES = np.array([91, 92, 93, 91], dtype=np.int64)  # by kind
_CREDIT_CODES_FROM = date(2015, 10, 1)  # 三证合一: until then organisation codes were digits
_EPOCH = date(1970, 1, 1)
_COOPERATIVES_FROM = (date(2007, 7, 1) - _EPOCH).days  # 农民专业合作社法


@dataclass(frozen=True)
class Attributes:
    """What is drawn for each row, as whole numbers: indexes into the profile's lists, and days
    since 1970-01-01 (`inspected` is -1 where there was no visit); `fields` has a bit for each key
    field.
    """

    division: Indices
    registered_in: Indices
    line: Indices
    kind: Indices
    status: Indices
    tier: Indices
    established: Indices
    inspected: Indices
    visits: Indices
    fields: Indices


class Entities:
    """The entities of a profile in the divisions given, as they stand on the day `as_of`."""

    def __init__(
        self,
        streams: Streams,
        profile: Profile,
        divisions: tuple[Sequence[str], Sequence[int]],
        as_of: date,
    ) -> None:
        self.streams = streams
        self.profile = profile
        self.divisions, weights = divisions
        self.as_of = (as_of - _EPOCH).days
        self._year_began = (date(as_of.year, 1, 1) - _EPOCH).days
        self._numbers_before = (profile.numbers_before - _EPOCH).days
        self._credit_codes_from = (_CREDIT_CODES_FROM - _EPOCH).days
        self._division = Choice(weights)
        self._line = Choice([line.weight for line in profile.lines])
        self._kind = Choice(*(line.kinds for line in profile.lines))
        self._risk = np.array([line.risk for line in profile.lines])
        self._field = np.array([line.fields for line in profile.lines])
        self._age = Choice(*profile.age_weights)
        self._age_edges = np.array([_days(years) for years in profile.age_years], dtype=np.int64)
        self._classes = np.array([_days(years) for years in profile.age_classes], dtype=np.int64)
        self._status = Choice(*profile.status_weights)
        self._tier = Choice(*profile.tier_weights)
        self._visited = np.array(profile.visited, dtype=np.int64)
        self._lag = Choice(*profile.visit_lags)
        self._lag_edges = np.array(profile.visit_days, dtype=np.int64)
        self._times = Choice(profile.visit_times)
        self._names = Names(profile, self.divisions)
        self._texts = _Texts(self)

    @property
    def first_day(self) -> int:
        """The earliest day on which an entity can have been established."""
        return self.as_of - self.profile.newest_days - int(self._age_edges[-1])

    def attributes(self, rows: Words) -> Attributes:
        """Everything that is drawn for `rows` except names and addresses."""
        draw, profile = self.streams, self.profile
        division = self._division.pick(draw, "division", rows)
        line = self._line.pick(draw, "line", rows)
        kind = self._kind.pick(draw, "kind", rows, line)
        age = self._in_bands("age", rows, self._age.pick(draw, "age", rows, kind), self._age_edges)
        established = self.as_of - profile.newest_days - age
        cooperative = kind == KINDS.index("cooperative")
        established = np.where(
            cooperative, np.maximum(established, _COOPERATIVES_FROM), established
        )
        age_class = np.searchsorted(self._classes, age, side="right")
        tier = self._tier.pick(
            draw, "tier", rows, self._risk[line] * (len(self._classes) + 1) + age_class
        )
        inspected, visits = self._visits(rows, tier, established)
        fields = np.zeros(len(rows), dtype=np.int64)
        for bit, field in enumerate(FIELDS):
            share = self._field[line, bit]
            fields |= (draw.below(f"fields.{field}", rows, 100) < share).astype(np.int64) << bit
        return Attributes(
            division=division,
            registered_in=self._registered_in(rows, division),
            line=line,
            kind=kind,
            status=self._status.pick(draw, "status", rows, age_class),
            tier=tier,
            established=established,
            inspected=inspected,
            visits=visits,
            fields=fields,
        )

    def table(self, rows: Words) -> Any:
        """The rows of the register, as an Arrow table of `COLUMNS`."""
        found = self.attributes(rows)
        columns = {
            "entity_id": self._codes(rows, found),
            "name": self._names.names(self.streams, rows, found.division, found.line, found.kind),
            "address": self._names.addresses(self.streams, rows, found.division),
        }
        return self._texts.table(columns, found)

    def _in_bands(
        self, column: str, rows: Words, band: Indices, edges: NDArray[np.int64]
    ) -> Indices:
        """Whole days, even within each row's band."""
        widths = np.diff(edges).astype(np.uint64)
        return edges[band] + self.streams.below(f"{column}.day", rows, widths[band])

    def _registered_in(self, rows: Words, division: Indices) -> Indices:
        """The division that the code names: another one for those that moved since."""
        count = len(self.divisions)
        if count == 1:
            return division
        moved = self.streams.below("moved", rows, 1000) < self.profile.moved
        other = division + 1 + self.streams.below("moved.from", rows, count - 1)
        return np.where(moved, other % count, division)

    def _visits(self, rows: Words, tier: Indices, established: Indices) -> tuple[Indices, Indices]:
        draw, profile = self.streams, self.profile
        lag = self._in_bands(
            "visit", rows, self._lag.pick(draw, "visit.lag", rows, tier), self._lag_edges
        )
        day = self.as_of - profile.visit_newest_days - lag
        done = draw.below("visit", rows, 1000) < self._visited[tier]
        done &= day >= established + profile.visit_grace_days
        times = 1 + self._times.pick(draw, "visit.times", rows)
        visits = np.where(done & (day >= self._year_began), times, 0)
        return np.where(done, day, -1), visits

    def _codes(self, rows: Words, found: Attributes) -> Any:
        individual = found.kind == KINDS.index("individual")
        kept = self.streams.below("number", rows, 1000) < self.profile.numbers_kept
        return entity_codes(
            self.streams,
            rows,
            prefixes=_PREFIXES[found.kind],
            divisions=np.array([int(code) for code in self.divisions])[found.registered_in],
            numeric=~individual & (found.established < self._credit_codes_from),
            registered=individual & kept & (found.established < self._numbers_before),
        )


class _Texts:
    """Arrow arrays of the texts that whole numbers stand for."""

    def __init__(self, entities: Entities) -> None:
        import pyarrow as pa

        profile = entities.profile
        self.first = entities.first_day
        days = range(self.first, entities.as_of + 1)
        dates = [(_EPOCH + timedelta(days=day)).isoformat() for day in days]
        fields = [
            ",".join(field for bit, field in enumerate(FIELDS) if mask >> bit & 1)
            for mask in range(1 << len(FIELDS))
        ]
        self.texts = {
            "tier": pa.array(profile.tiers, pa.string()),
            "region": pa.array(entities.divisions, pa.string()),
            "industry": pa.array([line.industry for line in profile.lines], pa.string()),
            "kind": pa.array(KINDS, pa.string()),
            "status": pa.array(profile.statuses, pa.string()),
            "established_on": pa.array(dates, pa.string()),
            "inspected_on": pa.array([*dates, ""], pa.string()),
            "fields": pa.array(fields, pa.string()),
        }

    def table(self, columns: dict[str, Any], found: Attributes) -> Any:
        """The table of `COLUMNS`, with the columns given and those that `found` stands for."""
        import pyarrow as pa

        never = len(self.texts["inspected_on"]) - 1
        indices = {
            "tier": found.tier,
            "region": found.division,
            "industry": found.line,
            "kind": found.kind,
            "status": found.status,
            "established_on": found.established - self.first,
            "inspected_on": np.where(found.inspected < 0, never, found.inspected - self.first),
            "fields": found.fields,
        }
        taken = {name: self.texts[name].take(index) for name, index in indices.items()}
        visits = pa.array(found.visits.astype(np.int32))
        every = columns | taken | {"visits_this_year": visits}
        return pa.table({name: every[name] for name in COLUMNS})


def _days(years: int) -> int:
    return years * 1461 // 4
