"""Entities: any rows of a population, as numbers first, then as tables of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data.closures import Closing
from yaohao.sample_data.codes import entity_codes
from yaohao.sample_data.names import Names, People, Persons
from yaohao.sample_data.profile import (
    FIELDS,
    KINDS,
    STATUSES,
    Profile,
    load,
)
from yaohao.sample_data.random_streams import (
    Choice,
    Indices,
    RandomStreams,
    Words,
    in_bands,
)
from yaohao.sample_data.true_risk import TrueRisks
from yaohao.sample_data.visiting import Visiting

REGISTER = (
    "entity_id", "name", "address", "tier", "region", "industry", "kind", "status",
    "established_on", "inspected_on", "fields", "visits_this_year",
)  # fmt: skip
"""Columns that a register of entities is imported by."""
DETAILS = ("representative", "phone", "registered_capital", "annual_report", "closed_on")
"""Further columns, as a register has them: they are read over by an import."""
COLUMNS = (*REGISTER, *DETAILS)
"""All columns: texts but `visits_this_year` and `registered_capital` (yuan), whole numbers."""
REPORTS = ("filed", "late", "missing", "not-due")

_PREFIXES = np.array([91, 92, 93, 91], dtype=np.int64)  # by kind
_CREDIT_CODES_FROM = date(2015, 10, 1)  # 三证合一: until then organisation codes were digits
_EPOCH = date(1970, 1, 1)
_COOPERATIVES_FROM = (date(2007, 7, 1) - _EPOCH).days  # 农民专业合作社法
_YUAN = 10_000
_DUE = (6, 30)  # annual reports are due on 30 June


@dataclass(frozen=True)
class Attributes:
    """What is drawn for each row, as whole numbers: indexes into the profile's lists, and days
    since 1970-01-01, -1 for what did not happen; `visited` has up to four days, the last first;
    `fields` has a bit for each key field.
    """

    division: Indices
    registered_in: Indices
    line: Indices
    kind: Indices
    status: Indices
    tier: Indices
    established: Indices
    closed: Indices
    visited: NDArray[np.int64]
    fields: Indices


class Entities:
    """The entities of a profile in the divisions given, as they stand on the day `as_of`."""

    def __init__(
        self,
        streams: RandomStreams,
        profile: Profile,
        divisions: tuple[Sequence[str], Sequence[int]],
        as_of: date,
    ) -> None:
        self.streams = streams
        self.profile = profile
        self.divisions, weights = divisions
        self.as_of = days(as_of)
        self.year_began = days(date(as_of.year, 1, 1))
        due = as_of.year if (as_of.month, as_of.day) > _DUE else as_of.year - 1
        self.reported_before = days(date(due, 1, 1))
        self._numbers_before = days(profile.numbers_before)
        self._credit_codes_from = days(_CREDIT_CODES_FROM)
        self._division = Choice(weights)
        self._division_codes = np.array([int(code) for code in self.divisions], dtype=np.int64)
        self._line = Choice([line.weight for line in profile.lines])
        self._kind = Choice(*(line.kinds for line in profile.lines))
        self._risk = np.array([line.risk for line in profile.lines])
        self._field = np.array([line.fields for line in profile.lines])
        self._age = Choice(*profile.age_weights)
        self._age_edges = np.array([_days_of(years) for years in profile.age_years], dtype=np.int64)
        self._classes = np.array([_days_of(years) for years in profile.age_classes], dtype=np.int64)
        self.closing = _closing(profile.name, self.as_of - self.first_day)
        self._ended = Choice(*profile.closures.ended)
        self._suspended = np.array(profile.closures.suspended, dtype=np.int64)
        self._tier = Choice(*profile.tier_weights)
        self.visiting = Visiting(profile.visits)
        self.conducts = TrueRisks(profile)
        self._capital = Choice(*profile.details.capital)
        self._amounts = np.array(profile.details.amounts, dtype=np.int64) * _YUAN
        self._heavy = np.array([line.id in profile.details.heavy_lines for line in profile.lines])
        self._reports = Choice(*profile.details.report_weights)
        self.persons = _persons()
        self.names = _names(profile.name, tuple(self.divisions))
        self.texts = _Texts(self)

    @property
    def first_day(self) -> int:
        """The earliest day on which an entity can have been established."""
        return self.as_of - self.profile.newest_days - int(self._age_edges[-1])

    def page(self, rows: Words) -> Page:
        """Any rows, drawn once for all their tables."""
        return Page(self, rows)

    def attributes(self, rows: Words) -> Attributes:
        """Everything that is drawn for `rows` except texts, conduct and details."""
        draw, profile = self.streams, self.profile
        division = self._division.pick(draw, "division", rows)
        line = self._line.pick(draw, "line", rows)
        kind = self._kind.pick(draw, "kind", rows, line)
        band = self._age.pick(draw, "age", rows, kind)
        age = in_bands(draw, "age", rows, band, self._age_edges)
        established = self.as_of - profile.newest_days - age
        established = np.where(
            kind == KINDS.index("cooperative"),
            np.maximum(established, _COOPERATIVES_FROM),
            established,
        )
        age_class = np.searchsorted(self._classes, age, side="right")
        tier = self._tier.pick(
            draw, "tier", rows, self._risk[line] * (len(self._classes) + 1) + age_class
        )
        life = self.closing.pick(draw, rows, kind, self.as_of - established)
        closed = np.where(life < 0, -1, established + life)
        newest = self.visiting.newest(self.as_of, closed)
        fields = np.zeros(len(rows), dtype=np.int64)
        for bit, field in enumerate(FIELDS):
            share = self._field[line, bit]
            fields |= (draw.below(f"fields.{field}", rows, 100) < share).astype(np.int64) << bit
        return Attributes(
            division=division,
            registered_in=self._registered_in(rows, division),
            line=line,
            kind=kind,
            status=self._status(rows, age_class, closed),
            tier=tier,
            established=established,
            closed=closed,
            visited=self.visiting.days(draw, rows, tier, established, newest),
            fields=fields,
        )

    def _status(self, rows: Words, age_class: Indices, closed: Indices) -> Indices:
        suspended = self.streams.below("suspended", rows, 1000) < self._suspended[age_class]
        status = suspended.astype(np.int64)
        dead = closed >= 0
        status[dead] = 2 + self._ended.pick(self.streams, "ended", rows[dead], age_class[dead])
        return status

    def _registered_in(self, rows: Words, division: Indices) -> Indices:
        """The division that the code names: another one for those that moved since."""
        count = len(self.divisions)
        if count == 1:
            return division
        moved = self.streams.below("moved", rows, 1000) < self.profile.moved
        other = division + 1 + self.streams.below("moved.from", rows, count - 1)
        return np.where(moved, other % count, division)

    def codes(self, rows: Words, attributes: Attributes) -> Any:
        """The codes of `rows`, as an Arrow array."""
        individual = attributes.kind == KINDS.index("individual")
        kept = self.streams.below("number", rows, 1000) < self.profile.numbers_kept
        return entity_codes(
            self.streams,
            rows,
            prefixes=_PREFIXES[attributes.kind],
            divisions=(self._division_codes, attributes.registered_in),
            numeric=~individual & (attributes.established < self._credit_codes_from),
            registered=individual & kept & (attributes.established < self._numbers_before),
        )

    def capital(self, rows: Words, attributes: Attributes) -> Indices:
        """Registered capital in yuan."""
        heavy = self._heavy[attributes.line] & (attributes.kind == KINDS.index("enterprise"))
        group = np.where(heavy, len(KINDS), attributes.kind)
        return self._amounts[self._capital.pick(self.streams, "capital", rows, group)]

    def reports(self, rows: Words, attributes: Attributes, band: Indices) -> Indices:
        """What became of the annual report due last, as an index into `REPORTS`."""
        filed = self._reports.pick(self.streams, "report", rows, band)
        due = attributes.established < self.reported_before
        due &= (attributes.closed < 0) | (attributes.closed > self.reported_before + 180)
        return np.where(due, filed, REPORTS.index("not-due"))


# What depends on the profile alone is made once.


@cache
def _closing(profile: str, oldest: int) -> Closing:
    return Closing(load(profile).closures, oldest)


@cache
def _persons() -> Persons:
    return Persons()


@lru_cache(8)
def _names(profile: str, divisions: tuple[str, ...]) -> Names:
    return Names(load(profile), divisions)


class Page:
    """Rows of a population and their tables."""

    def __init__(self, entities: Entities, rows: Words) -> None:
        self.entities = entities
        self.rows = rows

    @cached_property
    def attributes(self) -> Attributes:
        """What was drawn for the rows."""
        return self.entities.attributes(self.rows)

    @cached_property
    def codes(self) -> Any:
        """The codes, an Arrow array."""
        return self.entities.codes(self.rows, self.attributes)

    @cached_property
    def people(self) -> People:
        """Who represents each entity."""
        return self.entities.persons.draw(self.entities.streams, "person", self.rows)

    @cached_property
    def band(self) -> Indices:
        """The band of conduct."""
        return self.entities.conducts.bands(self.entities.streams, self.rows, self.attributes.tier)

    @cached_property
    def conduct(self) -> Indices:
        """Conduct, a factor in thousandths."""
        entities = self.entities
        return entities.conducts.factors(
            entities.streams, self.rows, self.band, self.attributes.line
        )

    def table(self, columns: Sequence[str] = COLUMNS) -> Any:
        """The rows of the register, as an Arrow table of `columns`."""
        import pyarrow as pa

        return pa.table({name: self._column(name) for name in columns})

    def _column(self, name: str) -> Any:
        """One column as an Arrow array."""
        import pyarrow as pa

        entities, attributes, rows = self.entities, self.attributes, self.rows
        draw, names = entities.streams, entities.names
        match name:
            case "entity_id":
                return self.codes
            case "name":
                return names.names(
                    draw, rows, attributes.division, attributes.line, attributes.kind, self.people
                )
            case "address":
                return names.addresses(draw, rows, attributes.division)
            case "visits_this_year":
                counts = (attributes.visited >= entities.year_began).sum(axis=0)
                return pa.array(counts.astype(np.int32))
            case "representative":
                return self.people.names
            case "phone":
                return names.phones(draw, rows, attributes.division)
            case "registered_capital":
                return pa.array(entities.capital(rows, attributes))
        return entities.texts.column(self, name)

    def truth(self) -> Any:
        """The hidden truth of the rows, as an Arrow table: id, conduct, propensity by item."""
        import pyarrow as pa

        attributes, entities = self.attributes, self.entities
        hidden = entities.conducts.truth(
            entities.streams, self.rows, self.conduct, attributes.line, attributes.fields
        )
        return pa.table({"entity_id": self.codes, **hidden})


class _Texts:
    """Arrow arrays of the texts that whole numbers stand for."""

    def __init__(self, entities: Entities) -> None:
        import pyarrow as pa

        profile = entities.profile
        self.first = entities.first_day
        dates = [
            (_EPOCH + timedelta(days=day)).isoformat()
            for day in range(self.first, entities.as_of + 1)
        ]
        fields = [
            ",".join(field for bit, field in enumerate(FIELDS) if mask >> bit & 1)
            for mask in range(1 << len(FIELDS))
        ]
        days_or_none = pa.array([*dates, ""], pa.string())
        self.texts = {
            "tier": pa.array(profile.tiers, pa.string()),
            "region": pa.array(entities.divisions, pa.string()),
            "industry": pa.array([line.industry for line in profile.lines], pa.string()),
            "kind": pa.array(KINDS, pa.string()),
            "status": pa.array(STATUSES, pa.string()),
            "established_on": days_or_none,
            "inspected_on": days_or_none,
            "closed_on": days_or_none,
            "fields": pa.array(fields, pa.string()),
            "annual_report": pa.array(REPORTS, pa.string()),
        }

    def column(self, page: Page, name: str) -> Any:
        """A column of a page as an Arrow array."""
        return self.texts[name].take(self._index(page, name))

    def _index(self, page: Page, name: str) -> Indices:
        attributes = page.attributes
        if name == "annual_report":
            return page.entities.reports(page.rows, attributes, page.band)
        return {
            "tier": attributes.tier,
            "region": attributes.division,
            "industry": attributes.line,
            "kind": attributes.kind,
            "status": attributes.status,
            "established_on": self.day(attributes.established),
            "inspected_on": self.day(attributes.visited[0]),
            "closed_on": self.day(attributes.closed),
            "fields": attributes.fields,
        }[name]

    def day(self, day: Indices) -> Indices:
        """Places of days, of the empty text for -1."""
        return np.where(day < 0, len(self.texts["inspected_on"]) - 1, day - self.first)


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def _days_of(years: int) -> int:
    return years * 1461 // 4
