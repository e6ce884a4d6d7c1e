"""A provider for Faker: single records, from the same vocabularies and shapes as populations.

>>> from faker import Faker                       # doctest: +SKIP
>>> fake = Faker("zh_CN")                         # doctest: +SKIP
>>> fake.add_provider(sample_data.Provider)       # doctest: +SKIP
>>> fake.entity()["entity_id"]                    # doctest: +SKIP
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from faker.providers import BaseProvider
from yaohao.sample_data.codes import MOST, registration_numbers
from yaohao.sample_data.leads import TRIGGERS, lead
from yaohao.sample_data.population import AS_OF, Population
from yaohao.sample_data.roster import inspector

_NUMBERS = 1 << 40
_NEAR = 64  # rows looked at for one of a certain kind
_OFFICE = 200  # inspectors that an office may have


class Provider(BaseProvider):
    """Codes and records of a bureau's registers; a subclass may set another shape.

    Each record is a row of one very large population, picked by Faker's own randomness: the same
    seed of Faker gives the same records, and ``fake.unique`` works.
    """

    profile = "tongliao"
    division = ""
    as_of: date = AS_OF

    @cached_property
    def _population(self) -> Population:
        return Population(MOST, 0, self.division, self.profile, self.as_of)

    def _number(self, limit: int) -> int:
        return int(self.generator.random.randrange(limit))

    def _rows(self, count: int = 1) -> Any:
        return np.array([self._number(MOST) for _ in range(count)], dtype=np.uint64)

    def _record(self, rows: Any) -> dict[str, Any]:
        record: dict[str, Any] = self._population.rows(rows).to_pylist()[0]
        return record

    def credit_code(self) -> str:
        """A unified social credit code of 18 characters (GB 32100-2015)."""
        while True:
            code = str(self._population.page(self._rows()).codes[0])
            if len(code) == 18:
                return code

    def registration_number(self) -> str:
        """A registration number of 15 digits (ISO 7064 MOD 11,10)."""
        divisions = self._population.divisions[0]
        division = int(divisions[self._number(len(divisions))])
        sequence = 60_000_000 + self._number(40_000_000)
        digits = registration_numbers(np.array([division]), np.array([sequence]))
        return digits.tobytes().decode("ascii")

    def entity(self) -> dict[str, Any]:
        """An entity with all columns (`yaohao.sample_data.entities.COLUMNS`)."""
        return self._record(self._rows())

    def inspector(self) -> dict[str, str]:
        """An inspector (`yaohao.sample_data.roster.COLUMNS`)."""
        population, number = self._population, self._number(_NUMBERS)
        divisions = population.divisions[0]
        division = divisions[self._number(len(divisions))]
        numbers = np.array([number], dtype=np.uint64)
        person = population.entities.persons.draw(population.streams, "inspector", numbers)
        name, place = person.names[0].as_py(), self._number(_OFFICE)
        return inspector(population, name, number, division, (division,), place)

    def lead(self) -> dict[str, str]:
        """A lead about some active entity (`yaohao.sample_data.leads.COLUMNS`)."""
        record = self.entity()
        while record["status"] != "active":
            record = self.entity()
        number = self._number(_NUMBERS)
        row = lead(self._population, number, TRIGGERS[self._number(len(TRIGGERS))], record)
        return {"lead_id": f"XS{self.as_of.year}-{number % 100_000:05d}", **row}

    def result(self) -> dict[str, str]:
        """A result of a past visit (`yaohao.sample_data.results.COLUMNS`)."""
        while True:
            rows = self._population.results_of(self._rows(_NEAR))
            if len(rows):
                record: dict[str, str] = rows.slice(self._number(len(rows)), 1).to_pylist()[0]
                return record
