"""What the smaller registers need of a population, said without knowing how one is made."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from yaohao.sample_data.entities import Entities
from yaohao.sample_data.random_streams import RandomStreams, Words


class PopulationView(Protocol):
    """A population as inspectors, leads and plans see it."""

    @property
    def size(self) -> int:
        """How many entities it has."""

    @property
    def as_of(self) -> date:
        """The day of reference."""

    @property
    def division(self) -> str:
        """The beginning of its divisions' codes."""

    @property
    def divisions(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Its divisions with their weights."""

    @property
    def streams(self) -> RandomStreams:
        """The random numbers that it is made from."""

    @property
    def entities(self) -> Entities:
        """The maker of its rows."""

    def intact_rows(self, rows: Words) -> dict[int, dict[str, Any]]:
        """Those of `rows` that stand undamaged in the register, as records by row."""

    def rows(self, rows: Words) -> Any:
        """Any rows of the register with all columns, undamaged, as an Arrow table."""
