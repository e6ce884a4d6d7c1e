"""A synthetic population: the registers of a bureau, made from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from planner.vocabulary.problems import Problem, raise_all
from sample_data import VERSION, profile
from sample_data.codes import MOST
from sample_data.dirt import LEVELS, Change, Dirt, Level
from sample_data.entities import Entities
from sample_data.streams import Streams, Words

PAGE = 131_072
"""Rows of a page, and of a row group in Parquet."""
AS_OF = date(2027, 1, 4)
EARLIEST, LATEST = date(2018, 1, 1), date(2099, 12, 31)
"""Days of reference for which the profiles' history of codes makes sense."""


class Population:
    """Entities of an area with their inspectors, items and leads, as they stand on a day.

    `entities`: how many; `division`: the beginning of the divisions' codes; `profile`: the shape;
    `as_of`: the day of reference; `dirt`: how damaged the register is (``none``, ``light``,
    ``heavy``). Rows are numbered from 0 and a row's values depend on all of these but `entities`
    and `dirt`, so the first rows of a larger population are the smaller one. Raises PlannerError
    for parameters that cannot be.
    """

    def __init__(
        self,
        entities: int,
        seed: int = 1,
        division: str = "1505",
        profile: str = "tongliao",
        as_of: date = AS_OF,
        dirt: Level = "none",
    ) -> None:
        _check(entities, as_of, dirt)
        self.size = entities
        self.seed = seed
        self.division = division
        self.as_of = as_of
        self.dirt = dirt
        self.profile = _load(profile)
        self.divisions = self.profile.below(division)
        self.streams = Streams(seed)
        self.entities = Entities(self.streams, self.profile, self.divisions, as_of)
        self._dirt = Dirt(self.streams, dirt)

    def parameters(self) -> dict[str, Any]:
        """What this population was made from, as plain JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "dirt": self.dirt,
            "division": self.division,
            "entities": self.size,
            "profile": self.profile.name,
            "seed": self.seed,
            "version": VERSION,
        }

    def rows(self, rows: Words) -> Any:
        """Any rows of the register, undamaged, as an Arrow table (`entities.COLUMNS`)."""
        return self.entities.table(rows)

    def soiled(self, page_size: int = PAGE) -> Iterator[tuple[Any, list[Change]]]:
        """Pages of the register in order, each with the damages planted in it.

        Memory is that of a page; the values do not depend on `page_size`.
        """
        for start in range(0, self.size, page_size):
            rows = np.arange(start, min(start + page_size, self.size), dtype=np.uint64)
            yield self._dirt.soil(rows, self.rows(rows), self.rows)

    def pages(self, page_size: int = PAGE) -> Iterator[Any]:
        """Pages of the register in order, as Arrow tables, with their damages if there are any."""
        for table, _ in self.soiled(page_size):
            yield table

    def table(self) -> Any:
        """The whole register as one Arrow table."""
        import pyarrow as pa

        return pa.concat_tables(self.pages())

    def changes(self) -> Iterator[Change]:
        """Every planted damage, in the order of rows."""
        for _, changes in self.soiled():
            yield from changes

    def sound(self, rows: Words) -> list[dict[str, Any]]:
        """Those of `rows` that stand undamaged in the register, as records."""
        table = self.rows(rows)
        kinds = self._dirt.kinds(rows, table.column("entity_id"))
        records = zip(table.to_pylist(), kinds.tolist(), strict=True)
        return [record for record, kind in records if kind < 0]

    def inspectors(self) -> list[dict[str, str]]:
        """The register of inspectors, as texts by column."""
        from sample_data.roster import inspectors

        return inspectors(self)

    def items(self) -> list[dict[str, str]]:
        """The list of items of inspection, as texts by column."""
        from sample_data.items import items

        return items()

    def leads(self) -> list[dict[str, str]]:
        """The leads of the last two months, as texts by column."""
        from sample_data.leads import leads

        return leads(self)

    def write_csv(self, path: str | Path) -> None:
        """Write the register as CSV (UTF-8, lines end in LF); same bytes on any machine."""
        from sample_data.write import write_csv

        write_csv(Path(path), self.soiled())

    def write_parquet(self, path: str | Path) -> None:
        """Write the register as Parquet; its bytes are the same under the same pyarrow."""
        from sample_data.write import write_parquet

        write_parquet(Path(path), self.soiled())


_load = profile.load


def _check(entities: int, as_of: date, dirt: str) -> None:
    problems = []
    if not 1 <= entities <= MOST:
        problems.append(Problem("synth.bad-size", {"entities": entities, "most": MOST}))
    if not EARLIEST <= as_of <= LATEST:
        params = {"as_of": as_of.isoformat(), "first": str(EARLIEST), "last": str(LATEST)}
        problems.append(Problem("synth.bad-day", params))
    if dirt not in LEVELS:
        problems.append(Problem("synth.no-dirt", {"dirt": dirt, "known": list(LEVELS)}))
    raise_all(problems)
