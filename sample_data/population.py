"""A synthetic population: the registers of a bureau, made from a seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from yaohao.planner.vocabulary.problems import Problem, raise_all
from yaohao.sample_data import VERSION, profile
from yaohao.sample_data.codes import MOST
from yaohao.sample_data.corruption import Corruption, Dirtiness, intact_of
from yaohao.sample_data.corruption_kinds import Change
from yaohao.sample_data.entities import (
    COLUMNS,
    REGISTER,
    Entities,
    Page,
)
from yaohao.sample_data.random_streams import RandomStreams, Words
from yaohao.sample_data.results import Results
from yaohao.sample_data.threads import ahead

PAGE = 131_072
"""Rows of a page, and of a row group in Parquet."""
AS_OF = date(2027, 1, 4)
EARLIEST, LATEST = date(2018, 1, 1), date(2099, 12, 31)
"""Days of reference for which the profiles' history of codes makes sense."""


class PageSet(NamedTuple):
    """A page of a population: entities with their damages, and these; truth and results, which
    are None unless asked for.
    """

    entities: Any
    changes: list[Change]
    truth: Any
    results: Any


class Population:
    """Entities of an area with their inspectors, items and leads, as they stand on a day.

    `entities`: how many; `division`: the beginning of the divisions' codes, that of the profile if
    empty; `profile`: the shape; `as_of`: the day of reference; `dirt`: how damaged the register is
    (``none``, ``light``, ``heavy``, or rates by kind). Rows are numbered from 0, and what a row
    holds depends on all of these but `entities`, so the entities, truth and results of a larger
    population begin with those of the smaller one; inspectors, leads and recusals do not. Raises
    PlannerError for parameters that cannot be.
    """

    scenario = ""
    register = "china"
    """The kind of register into which the population can be imported."""

    def __init__(
        self,
        entities: int,
        seed: int = 1,
        division: str = "",
        profile: str = "tongliao",
        as_of: date = AS_OF,
        dirt: Dirtiness = "none",
    ) -> None:
        _check(entities, as_of)
        self.profile = _load(profile)
        self.size = entities
        self.seed = seed
        self.division = division or self.profile.division
        self.as_of = as_of
        self.dirt = dirt if isinstance(dirt, str) else dict(sorted(dirt.items()))
        self.divisions = self.profile.below(self.division)
        self.streams = RandomStreams(seed)
        self._dirt = Corruption(self.streams, dirt)
        self.entities = Entities(self.streams, self.profile, self.divisions, as_of)

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

    @cached_property
    def _results(self) -> Results:
        return Results(self.entities)

    def page(self, rows: Words) -> Page:
        """Any rows, undamaged, drawn once for all their tables."""
        return self.entities.page(rows)

    def _pages(self, page_size: int = PAGE) -> Iterator[Page]:
        for start in range(0, self.size, page_size):
            yield self.page(np.arange(start, min(start + page_size, self.size), dtype=np.uint64))

    def rows(self, rows: Words, columns: Sequence[str] = COLUMNS) -> Any:
        """Any rows of the register, undamaged, as an Arrow table (`entities.COLUMNS`)."""
        return self.page(rows).table(columns)

    def sheets(
        self,
        page_size: int = PAGE,
        columns: Sequence[str] = COLUMNS,
        *,
        truth: bool = True,
        results: bool = True,
    ) -> Iterator[PageSet]:
        """Pages of the register in order, each with the damages planted in it, truth and results.

        Memory is that of a page; the values do not depend on `page_size`.
        """

        def make(page: Page) -> PageSet:
            corrupted, changes = self._dirt.corrupt(
                page.rows, page.table(columns), lambda others: self.rows(others, columns)
            )
            return PageSet(
                corrupted,
                changes,
                page.truth() if truth else None,
                self._results.table(page) if results else None,
            )

        yield from ahead(make, self._pages(page_size))

    def corrupted(
        self, page_size: int = PAGE, columns: Sequence[str] = COLUMNS
    ) -> Iterator[tuple[Any, list[Change]]]:
        """Pages of the register in order, each with the damages planted in it."""
        for sheets in self.sheets(page_size, columns, truth=False, results=False):
            yield sheets.entities, sheets.changes

    def pages(self, page_size: int = PAGE, columns: Sequence[str] = COLUMNS) -> Iterator[Any]:
        """Pages of the register in order, as Arrow tables, with their damages if there are any."""
        for table, _ in self.corrupted(page_size, columns):
            yield table

    def clean(self, page_size: int = PAGE, columns: Sequence[str] = COLUMNS) -> Iterator[Any]:
        """Pages of the register as it would be without dirt, in order, as Arrow tables."""
        yield from ahead(lambda page: page.table(columns), self._pages(page_size))

    def table(self, columns: Sequence[str] = COLUMNS) -> Any:
        """The whole register as one Arrow table."""
        import pyarrow as pa

        return pa.concat_tables(self.pages(columns=columns))

    def truth(self) -> Any:
        """The hidden truth as one Arrow table: `entity_id`, `conduct` in thousandths, and by item
        the chance of a violation at a visit, in millionths (0 where the item does not fit).
        """
        import pyarrow as pa

        return pa.concat_tables(page.truth() for page in self._pages())

    def results(self) -> Any:
        """Results of past visits as one Arrow table (`results.COLUMNS`)."""
        import pyarrow as pa

        return pa.concat_tables(self._results.table(page) for page in self._pages())

    def results_of(self, rows: Words) -> Any:
        """Results of past visits to any rows as an Arrow table."""
        return self._results.table(self.page(rows))

    def changes(self) -> Iterator[Change]:
        """Every planted damage, in the order of rows."""
        for _, changes in self.corrupted():
            yield from changes

    def intact_rows(self, rows: Words) -> dict[int, dict[str, Any]]:
        """Those of `rows` that stand undamaged in the register, as records by row."""
        return intact_of(rows, self._dirt, self.rows(rows, REGISTER))

    def inspectors(self) -> list[dict[str, str]]:
        """The register of inspectors, as texts by column."""
        from yaohao.sample_data.roster import inspectors

        return inspectors(self)

    def items(self) -> list[dict[str, str]]:
        """The list of items of inspection, as texts by column."""
        from yaohao.sample_data.items import items

        return items()

    def leads(self) -> list[dict[str, str]]:
        """The leads of the last two months, as texts by column."""
        from yaohao.sample_data.leads import leads

        return leads(self)

    def lists(self) -> list[dict[str, str]]:
        """The four lists of trigger-based supervision, as texts by column."""
        from yaohao.sample_data.lists import lists

        return lists()

    def contacts(self) -> list[dict[str, str]]:
        """Persons who can be reached (`cases.CONTACTS`)."""
        from yaohao.sample_data.cases import contacts

        return contacts(self)

    def filings(self) -> list[dict[str, str]]:
        """Annual reports filed (`cases.FILINGS`)."""
        from yaohao.sample_data.cases import filings

        return filings(self)

    def penalties(self) -> list[dict[str, str]]:
        """Penalties decided (`cases.PENALTIES`)."""
        from yaohao.sample_data.cases import penalties

        return penalties(self)

    def commitments(self) -> list[dict[str, str]]:
        """Commitments made (`cases.COMMITMENTS`)."""
        from yaohao.sample_data.cases import commitments

        return commitments(self)

    def cases(self, as_of: date | None = None) -> list[dict[str, str]]:
        """The acts that bring a case of each kind into each of its states (`cases.CASES`), with
        days counted back from `as_of`, the day of reference by default.
        """
        from yaohao.sample_data.cases import cases

        return cases(self, as_of)

    def plan(self) -> str:
        """A commented plan for the population, as TOML."""
        from yaohao.sample_data.plans import plan_text

        return plan_text(self)

    def write_csv(self, path: str | Path) -> None:
        """Write the register as CSV (UTF-8, lines end in LF); same bytes on any machine."""
        self._write(Path(path), "csv")

    def write_parquet(self, path: str | Path) -> None:
        """Write the register as Parquet; its bytes are the same under the same pyarrow."""
        self._write(Path(path), "parquet")

    def _write(self, path: Path, fmt: str) -> None:
        from yaohao.sample_data.write import open_writer

        with open_writer(path, fmt) as writer:
            for table, changes in self.corrupted():
                writer.write(table, changes)


def _check(entities: int, as_of: date) -> None:
    problems = []
    if not 1 <= entities <= MOST:
        problems.append(Problem("synth.bad-size", {"entities": entities, "most": MOST}))
    if not EARLIEST <= as_of <= LATEST:
        params = {"as_of": as_of.isoformat(), "first": str(EARLIEST), "last": str(LATEST)}
        problems.append(Problem("synth.bad-day", params))
    raise_all(problems)


_load = profile.load
