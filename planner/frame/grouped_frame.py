"""A register grouped for counting: entities that a plan cannot tell apart stand in one row.

A plan looks at codes and compares days with a few days of its own. Put together by codes and by
where their days lie between those, a million entities are a few thousand rows, and what a plan
would do is counted in hundredths of a second. Names and ids are lost: it is for previews alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.engine.base import Engine
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.joined_tables import leads_table, prior_table
from yaohao.planner.frame.prior_draws import Row
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.entity import CODES, COUNTS, DAYS, KEPT, SETS, UNLIKE, schema
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa
    from yaohao.planner.engine.base import Table

_CODES = (*CODES, *SETS)
_DAYS = DAYS
(_VISITS,) = COUNTS
_BLANK = tuple(name for name in KEPT if name in UNLIKE)
_MANY = 1 << 24
"""Possible rows up to which counting by their number is quicker than sorting. It changes no count,
only time; doubled, 128 MB more are counted in."""

Ints = NDArray[np.int64]


class GroupedRegister:
    """A snapshot of the register with its codes as numbers; some 80 bytes an entity."""

    def __init__(self, snapshot: Path) -> None:
        import pyarrow.parquet as pq

        columns = [*_CODES, *_DAYS]
        table = pq.read_table(
            snapshot, columns=["entity_id", _VISITS, *columns], read_dictionary=columns
        )
        self.size = table.num_rows
        table = table.unify_dictionaries().combine_chunks()
        self._ids = table.column("entity_id")
        self._values: dict[str, list[str]] = {}
        self._numbers: dict[str, Ints] = {}
        for name in columns:
            self._values[name], self._numbers[name] = _numbered(table.column(name))
        visits, self._visits = np.unique(
            table.column(_VISITS).to_numpy().astype(np.int64), return_inverse=True
        )
        self._visit_values = visits.tolist()
        self._kinds: dict[bool, tuple[Ints, Ints]] = {}

    def _kinds_of(self, by_industry: bool) -> tuple[Ints, Ints]:
        """For each entity the number of its kind, and of each kind an entity."""
        if by_industry not in self._kinds:
            whole = np.zeros(self.size, np.int64)
            for name in _CODES:
                if name != "industry" or by_industry:
                    whole = whole * len(self._values[name]) + self._numbers[name]
            _, first, kind = np.unique(whole, return_index=True, return_inverse=True)
            self._kinds[by_industry] = (kind, first)
        return self._kinds[by_industry]

    def rows(
        self, days: Collection[str], apart: Collection[str], *, by_industry: bool = True
    ) -> Table:
        """An Arrow table with the columns of the register and `n`.

        `days` are all the days that entities' days are compared with; those with ids in `apart`
        keep a row of their own, with their id. Without `by_industry` no row tells its industry.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        mask = np.zeros(self.size, np.bool_)
        if apart:
            wanted = pa.array(sorted(apart), pa.string())
            mask = pc.is_in(self._ids, value_set=wanted).to_numpy(zero_copy_only=False)
        cuts = sorted(days)
        stands = {name: _stands(self._values[name], cuts) for name in _DAYS}
        kind, first = self._kinds_of(by_industry)
        radix = (len(first), *(len(stands[name][0]) for name in _DAYS), len(self._visit_values))
        key = kind
        for name in _DAYS:
            key = key * len(stands[name][0]) + stands[name][1][self._numbers[name]]
        key = key * len(self._visit_values) + self._visits
        keys, counts = _counted(key if not apart else key[~mask], radix)
        parts: dict[str, list[Any]] = {"n": counts.tolist()}
        keys, visits = np.divmod(keys, len(self._visit_values))
        parts[_VISITS] = [self._visit_values[number] for number in visits]
        for name in reversed(_DAYS):
            texts = stands[name][0]
            keys, numbers = np.divmod(keys, len(texts))
            parts[name] = [texts[number] for number in numbers]
        one = first[keys]
        for name in _CODES:
            values = self._values[name]
            parts[name] = [values[number] for number in self._numbers[name][one]]
        parts["entity_id"] = [f"#{number}" for number in range(len(counts))]
        self._add(parts, np.flatnonzero(mask))
        if not by_industry:
            parts["industry"] = [""] * len(parts["n"])
        types = {"n": pa.int64(), **{column.name: column.type for column in schema()}}
        arrays = {name: pa.array(values, types[name]) for name, values in parts.items()}
        blank = pa.array([""] * len(parts["n"]), pa.string())
        return pa.table({**arrays, **dict.fromkeys(_BLANK, blank)})

    def _add(self, parts: dict[str, list[Any]], rows: Ints) -> None:
        """Add entities as they are, each in a row of its own."""
        for name in (*_CODES, *_DAYS):
            parts[name] += [self._values[name][at] for at in self._numbers[name][rows]]
        parts[_VISITS] += [self._visit_values[at] for at in self._visits[rows]]
        parts["entity_id"] += self._ids.take(rows).to_pylist()
        parts["n"] += [1] * len(rows)


def classify_grouped(
    plan: Plan,
    register: GroupedRegister,
    leads: Iterable[Mapping[str, Any]],
    prior: Sequence[Row],
    engine: Engine,
) -> Frame:
    """As `frame.classify`, of a grouped register; raises what that raises.

    The frame can be counted, and what was counted is remembered; it depends on the plan's
    `classification` alone, and serves any plan that has the same.
    """
    rules = classification(plan)
    leads_in_force = leads_table(plan, leads)
    apart = {*leads_in_force.column("entity_id").to_pylist(), *(row[0] for row in prior)}
    rows = register.rows(rules.days(), apart, by_industry="industry" in rules.columns())
    relation = engine.classify(rules, rows, leads_in_force, prior_table(prior), grouped=True)
    if relation.is_empty():
        raise refuse("frame.empty-scope", size=register.size)
    return Frame(plan, relation)


def _numbered(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """The values of a dictionary column, and for each row the number of its own."""
    import pyarrow as pa

    if column.num_chunks == 0:
        return [""], np.zeros(0, np.int64)
    chunk = column.combine_chunks()
    if isinstance(chunk, pa.ChunkedArray):
        chunk = chunk.chunk(0)
    return chunk.dictionary.to_pylist(), chunk.indices.to_numpy().astype(np.int64)


def _stands(values: Sequence[str], cuts: Sequence[str]) -> tuple[list[str], Ints]:
    """Texts that stand for days between `cuts`, and for each of `values` the number of its own.

    Whatever is compared with a cut compares as the text that stands for it does: a cut stands for
    itself, what comes after one is the cut with a tilde behind, and no day is no day.
    """
    number_of: dict[str, int] = {"": 0}
    numbers = np.zeros(max(len(values), 1), np.int64)
    for number, value in enumerate(values):
        if not value:
            continue
        at = bisect_right(cuts, value)
        text = "0" if at == 0 else cuts[at - 1] if cuts[at - 1] == value else f"{cuts[at - 1]}~"
        numbers[number] = number_of.setdefault(text, len(number_of))
    return list(number_of), numbers


def _counted(key: Ints, radix: Sequence[int]) -> tuple[Ints, Ints]:
    """The keys there are, and how often each."""
    space = int(np.prod([float(size) for size in radix]))
    if space <= max(_MANY, 4 * len(key)):
        counts = np.bincount(key, minlength=1)
        keys = np.flatnonzero(counts)
        return keys, counts[keys]
    keys, counts = np.unique(key, return_counts=True)
    return keys, counts
