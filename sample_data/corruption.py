"""Dirt: damages as real registers have them, planted on purpose, each one noted in a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.vocabulary.problems import Problem, raise_all, refuse
from yaohao.planner.vocabulary.small_files import read_toml
from yaohao.sample_data.corruption_kinds import (
    BY_NAME,
    KINDS,
    Change,
    Fault,
    redrawn,
)
from yaohao.sample_data.random_streams import Indices, RandomStreams, Words

LEVELS = ("none", "light", "heavy")
Dirtiness = str | Mapping[str, int]
"""A level, or rates by kind in so many of a million rows."""

_HEAVIER = 16  # heavy dirt is so many times light dirt
_MILLION = 1_000_000
_REACH = 1_000  # a duplicate repeats a row at most so far above
_TRIES = 4
_GROUPS = ("any", "digits", "number")
_COPIES = np.array([place for place, kind in enumerate(KINDS) if kind.copies])


def rates_of(dirt: Dirtiness) -> dict[str, int]:
    """The rate of each kind of a level, or of rates given; PlannerError for what is neither."""
    if isinstance(dirt, str):
        if dirt not in LEVELS:
            raise refuse("synth.no-dirt", dirt=dirt, known=list(LEVELS))
        factor = {"none": 0, "light": 1, "heavy": _HEAVIER}[dirt]
        return {
            kind.name: kind.rate * factor if kind.light or dirt == "heavy" else 0 for kind in KINDS
        }
    problems = []
    for name, rate in dirt.items():
        if name not in BY_NAME:
            near = get_close_matches(name, list(BY_NAME), 1, 0.4)
            problems.append(Problem("synth.no-kind", {"kind": name, "nearest": near}))
        elif isinstance(rate, bool) or not isinstance(rate, int) or not 0 <= rate <= _MILLION:
            problems.append(Problem("synth.bad-rate", {"kind": name, "rate": str(rate)}))
    raise_all(problems)
    for group in _GROUPS:
        total = sum(rate for name, rate in dirt.items() if BY_NAME[name].befalls in ("any", group))
        if total > _MILLION:
            raise refuse("synth.too-dirty", total=total)
    return {kind.name: dirt.get(kind.name, 0) for kind in KINDS}


def read_dirt(path: str | Path) -> dict[str, int]:
    """The rates of a dirt file: TOML, a table ``[rates]`` with kinds and so many of a million rows.

    Kinds that are not named are not planted. Raises PlannerError for any other file.
    """
    try:
        raw = read_toml(Path(path))
    except (OSError, ValueError) as error:
        raise refuse("synth.bad-dirt", file=str(path), found=str(error)) from error
    rates = raw.get("rates")
    if not isinstance(rates, dict) or set(raw) != {"rates"}:
        raise refuse("synth.bad-dirt", file=str(path), found=", ".join(sorted(raw)) or "-")
    rates_of(rates)
    return dict(rates)


class Corruption:
    """The damages of a population, planted in rows that only seed and row decide."""

    def __init__(self, streams: RandomStreams, dirt: Dirtiness) -> None:
        self.streams = streams
        rates = rates_of(dirt)
        self.any = any(rates.values())
        table = [
            [rates[kind.name] if kind.befalls in ("any", group) else 0 for kind in KINDS]
            for group in _GROUPS
        ]
        self._bounds = np.cumsum(np.array(table, dtype=np.int64), axis=1)

    def kinds(self, rows: Words, table: Any) -> Indices:
        """The index into `KINDS` of what befalls each row of a clean table; -1 for nothing."""
        assigned = np.full(len(rows), -1, dtype=np.int64)
        if not self.any:
            return assigned
        drawn = self.streams.below("dirt", rows, _MILLION)
        group = _group(table.column("entity_id"))
        for index, bounds in enumerate(self._bounds):
            hit = (group == index) & (drawn < bounds[-1])
            assigned[hit] = np.searchsorted(bounds, drawn[hit], side="right")
        # Nothing stands above the first row that it could repeat.
        assigned[(rows == 0) & np.isin(assigned, _COPIES)] = -1
        for index, kind in enumerate(KINDS):
            if kind.only is None:
                continue
            places = np.flatnonzero(assigned == index)
            if len(places):
                texts = table.column(kind.column).take(places).to_pylist()
                fits = np.fromiter((kind.only(text) for text in texts), np.bool_, len(texts))
                assigned[places[~fits]] = -1
        return assigned

    def corrupt(
        self, rows: Words, clean: Any, table_of: Callable[[Words], Any]
    ) -> tuple[Any, list[Change]]:
        """The table `clean` of `rows` with its damages, and these; `table_of` makes other rows."""
        import pyarrow as pa

        if not self.any:
            return clean, []
        kinds = self.kinds(rows, clean)
        above = self._above(rows[np.isin(kinds, _COPIES)], table_of)
        alone = [row for row, record in above.items() if not record]
        places = np.flatnonzero((kinds >= 0) & ~np.isin(rows, alone))
        if not len(places):
            return clean, []
        records = clean.take(pa.array(places)).to_pylist()
        details = self.streams.words("dirt.detail", rows[places]).tolist()
        changes = [
            _damage(KINDS[kinds[place]], int(rows[place]), record, above, detail >> 32)
            for place, record, detail in zip(places.tolist(), records, details, strict=True)
        ]
        return _replaced(clean, places, records), changes

    def _above(self, rows: Words, table_of: Callable[[Words], Any]) -> dict[int, dict[str, Any]]:
        """For each of `rows` the record of an undamaged row above it, empty where there is none."""
        if not len(rows):
            return {}
        tries = np.asarray(rows[:, None] * _TRIES + np.arange(_TRIES, dtype=np.uint64), np.uint64)
        back = 1 + self.streams.below("dirt.source", tries, _REACH)
        # Where every try is damaged, the rows above are gone through one by one.
        sources = np.maximum(rows.astype(np.int64)[:, None] - back, 0).astype(np.uint64)
        intact = self._sound(np.unique(sources), table_of)
        records = {}
        for row, tried in zip(rows.tolist(), sources.tolist(), strict=True):
            source = next((one for one in tried if one in intact), None)
            records[row] = intact[source] if source is not None else self._next_above(row, table_of)
        return records

    def _next_above(self, row: int, table_of: Callable[[Words], Any]) -> dict[str, Any]:
        for end in range(row, 0, -_REACH):
            near = np.arange(max(end - _REACH, 0), end, dtype=np.uint64)
            intact = self._sound(near, table_of)
            if intact:
                return intact[max(intact)]
        return {}

    def _sound(self, rows: Words, table_of: Callable[[Words], Any]) -> dict[int, dict[str, Any]]:
        """Those of `rows` that are undamaged, by number."""
        return intact_of(rows, self, table_of(rows))


def intact_of(rows: Words, dirt: Corruption, table: Any) -> dict[int, dict[str, Any]]:
    """The records of those of `rows`, with this clean table, that dirt leaves as they are."""
    fine = np.flatnonzero(dirt.kinds(rows, table) < 0)
    return dict(zip(rows[fine].tolist(), table.take(fine).to_pylist(), strict=True))


def _damage(
    kind: Fault, row: int, record: dict[str, Any], above: dict[int, dict[str, Any]], word: int
) -> Change:
    """Damage a record in place; `word` is a random one of 32 bits."""
    before, entity_id = record[kind.column], record["entity_id"]

    def pick(limit: int) -> int:
        return word * limit >> 32

    if kind.copies:
        record.update(redrawn(kind, above[row], pick))
    else:
        record[kind.column] = kind.damage(before, pick, record)
        if kind.name == "dead-entity" and "closed_on" in record:
            record["closed_on"] = ""  # else the row would still show it
    after = record[kind.column]
    return Change(row + 1, entity_id, kind.column, kind.name, kind.effect, before, after)


def _group(codes: Any) -> NDArray[np.int64]:
    """What a spreadsheet makes of each code: 0 a text, 1 a credit code that looks like a number,
    2 a registration number.
    """
    import pyarrow.compute as pc

    short = pc.equal(pc.binary_length(codes), 15)
    digits = pc.utf8_is_digit(codes)
    return np.asarray(
        np.where(short.to_numpy(), 2, np.where(digits.to_numpy(), 1, 0)), dtype=np.int64
    )


def _replaced(table: Any, places: Indices, records: Iterable[dict[str, Any]]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = np.zeros(len(table), dtype=np.bool_)
    mask[places] = True
    rows = list(records)
    columns = {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        values = pa.array([row[name] for row in rows], column.type)
        columns[name] = pc.replace_with_mask(column, pa.array(mask), values)
    return pa.table(columns)
