"""A register grouped for counting: entities that a plan cannot tell apart stand in one row.

A plan looks at codes and compares days with a few days of its own. Put together by codes and by
where their days lie between those, a million entities are a few thousand rows, and what a plan
would do is counted in hundredths of a second. Names and ids are lost: it is for previews alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.engine.base import Engine
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.leads import leads_table
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.entity import CODES, COUNTS, DAYS, KEPT, SETS, UNLIKE, schema
from yaohao.planner.vocabulary.numbered_columns import (
    NumberedColumn,
    blocks,
    read_numbered,
    smallest,
)
from yaohao.planner.vocabulary.parquet_files import open_parquet
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa
    from yaohao.planner.engine.base import Table
    from yaohao.planner.vocabulary.numbered_columns import Numbers

_CODES = (*CODES, *SETS)
_DAYS = DAYS
(_VISITS,) = COUNTS
_BLANK = tuple(name for name in KEPT if name in UNLIKE)
_MANY = 1 << 24
"""Possible rows up to which counting by their number is quicker than sorting. It changes no count,
only time; doubled, 128 MB more are counted in."""
_IDS_AT_ONCE = 1 << 17
"""Ids that are read at once."""
_LARGEST = 1 << 62
"""What a key must lie below."""
_AT_MOST = 1 << 23
"""Keys that wait to be joined, 128 MB."""

Ints = NDArray[np.int64]


class GroupedRegister:
    """A snapshot of the register with its codes as numbers: some 12 bytes an entity, and 25 while
    it is read.
    """

    def __init__(self, snapshot: Path) -> None:
        self._snapshot = snapshot
        columns, visits = _read(snapshot)
        self.size = len(visits)
        self._values = {name: column.values for name, column in columns.items()}
        self._days = {name: columns[name].numbers for name in _DAYS}
        known, self._visits = np.unique(visits, return_inverse=True)
        self._visits = self._visits.astype(smallest(len(known)))
        self._visit_values = known
        codes = {name: columns.pop(name) for name in _CODES}
        self._kinds, self._codes = _kinds(codes, self.size)
        self._merged: dict[bool, tuple[Numbers, Ints]] = {}
        self._apart: tuple[pa.ChunkedArray, NDArray[np.bool_]] | None = None

    def _kinds_by(self, by_industry: bool) -> tuple[Numbers, Ints]:
        """For each kind of entities the number of the one that it counts as, and of each of those
        a kind.
        """
        if by_industry not in self._merged:
            whole = _paired(
                (self._codes[name], len(self._values[name]))
                for name in _CODES
                if name != "industry" or by_industry
            )
            _, first, merged = np.unique(whole, return_index=True, return_inverse=True)
            self._merged[by_industry] = (merged, first)
        return self._merged[by_industry]

    def rows(
        self, days: Collection[str], apart: pa.ChunkedArray, *, by_industry: bool = True
    ) -> Table:
        """An Arrow table with the columns of the register and `n`.

        `days` are all the days that entities' days are compared with; those with ids in `apart`
        keep a row of their own, with their id. Without `by_industry` no row tells its industry.
        """
        import pyarrow as pa

        mask = self._mask(apart)
        cuts = sorted(days)
        stands = {name: _stands(self._values[name], cuts) for name in _DAYS}
        merged, first = self._kinds_by(by_industry)
        radix = (len(first), *(len(stands[name][0]) for name in _DAYS), len(self._visit_values))

        def keys_of(block: slice) -> Ints:
            key: Ints = merged[self._kinds[block]].astype(np.int64)
            for name in _DAYS:
                key = key * len(stands[name][0]) + stands[name][1][self._days[name][block]]
            key = key * len(self._visit_values) + self._visits[block]
            return key if mask is None else key[~mask[block]]

        keys, counts = _counted(map(keys_of, blocks(self.size)), radix)
        alone = np.zeros(0, np.int64) if mask is None else np.flatnonzero(mask)
        parts: dict[str, Any] = {
            "n": pa.array(np.concatenate((counts, np.ones(len(alone), np.int64)))),
            "entity_id": pa.concat_arrays(
                [
                    pa.array([f"#{number}" for number in range(len(counts))], pa.string()),
                    self._ids(alone),
                ]
            ),
        }
        keys, visits = np.divmod(keys, len(self._visit_values))
        both = np.concatenate((visits, self._visits[alone]))
        parts[_VISITS] = pa.array(self._visit_values[both])
        for name in reversed(_DAYS):
            texts = stands[name][0]
            keys, numbers = np.divmod(keys, len(texts))
            own = self._days[name][alone]
            parts[name] = pa.concat_arrays(
                [_texts(texts, numbers), _texts(self._values[name], own)]
            )
        kinds = np.concatenate((first[keys], self._kinds[alone]))
        for name in _CODES:
            parts[name] = _texts(self._values[name], self._codes[name][kinds])
        blank = pa.array([""] * len(kinds), pa.string())
        if not by_industry:
            parts["industry"] = blank
        types = {column.name: column.type for column in schema()}
        arrays = {name: part.cast(types.get(name, part.type)) for name, part in parts.items()}
        return pa.table({**arrays, **dict.fromkeys(_BLANK, blank)})

    def _mask(self, apart: pa.ChunkedArray) -> NDArray[np.bool_] | None:
        """Which entities keep a row of their own; None where nobody does."""
        if not len(apart):
            return None
        if self._apart is None or not self._apart[0].equals(apart):
            import pyarrow as pa
            import pyarrow.compute as pc

            wanted = apart.combine_chunks()
            parts = [
                pc.is_in(ids.cast(pa.string()), value_set=wanted).to_numpy(zero_copy_only=False)
                for ids in _ids(self._snapshot)
            ]
            self._apart = (apart, np.concatenate(parts))
        return self._apart[1]

    def _ids(self, rows: Ints) -> pa.Array:
        """The ids of some entities, by their ascending places."""
        import pyarrow as pa

        parts, start = [pa.array([], pa.string())], 0
        for ids in _ids(self._snapshot) if len(rows) else ():
            here = rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + len(ids))]
            parts.append(ids.cast(pa.string()).take(pa.array(here - start)))
            start += len(ids)
        return pa.concat_arrays(parts)


def classify_grouped(
    plan: Plan,
    register: GroupedRegister,
    leads: Iterable[Mapping[str, Any]],
    prior: Table,
    engine: Engine,
) -> Frame:
    """As `frame.classify`, of a grouped register; raises what that raises.

    The frame can be counted, and what was counted is remembered; it depends on the plan's
    `classification` alone, and serves any plan that has the same.
    """
    import pyarrow as pa

    rules = classification(plan)
    leads_in_force = leads_table(plan, leads)
    apart = pa.chunked_array(
        [*leads_in_force.column("entity_id").chunks, *prior.column("entity_id").chunks], pa.string()
    )
    rows = register.rows(rules.days(), apart, by_industry="industry" in rules.columns())
    relation = engine.classify(rules, rows, leads_in_force, prior, grouped=True)
    if relation.is_empty():
        raise refuse("frame.empty-scope", size=register.size)
    return Frame(plan, relation)


def _read(snapshot: Path) -> tuple[dict[str, NumberedColumn], NDArray[np.int32]]:
    """The columns of codes and days of a snapshot as numbers, and the visits of the year."""
    names = [*_CODES, *_DAYS]
    with open_parquet(snapshot, read_dictionary=names) as file:
        columns = read_numbered(file, names)
        batches = file.iter_batches(columns=[_VISITS])
        visits = [batch.column(0).to_numpy() for batch in batches]
    return columns, np.concatenate([np.zeros(0, np.int32), *visits])


def _ids(snapshot: Path) -> Iterator[pa.Array]:
    with open_parquet(snapshot) as file:
        for batch in file.iter_batches(_IDS_AT_ONCE, columns=["entity_id"]):
            yield batch.column(0)


def _kinds(codes: Mapping[str, NumberedColumn], size: int) -> tuple[Numbers, dict[str, Numbers]]:
    """For each entity the number of its kind, and of each kind the numbers of its codes.

    Entities of a kind have all codes in common. Twice through all entities, so that what is sorted
    is a block at a time.
    """
    columns = [(column.numbers, len(column.values)) for column in codes.values()]
    space = float(np.prod([float(many) for _, many in columns]))
    # So many codes at once are in no register, but one may be written on purpose.
    whole = _paired(columns) if space >= _LARGEST else None

    def keys_of(block: slice) -> Ints:
        if whole is not None:
            return whole[block]
        return _paired([(numbers[block], many) for numbers, many in columns])

    tally = _Tally()
    for block in blocks(size):
        tally.add(np.unique(keys_of(block)))
    known, _ = tally.whole()
    kinds = np.zeros(size, smallest(len(known)))
    examples = np.zeros(len(known), np.int64)
    for block in blocks(size):
        own = np.searchsorted(known, keys_of(block))
        kinds[block] = own
        examples[own] = np.arange(block.start, block.stop)
    return kinds, {name: column.numbers[examples] for name, column in codes.items()}


def _paired(columns: Iterable[tuple[Numbers, int]]) -> Ints:
    """One number for each row of some columns, each with how many its numbers are: the same for
    rows that have all numbers in common, and for no others.
    """
    whole, space = np.zeros(1, np.int64), 1
    for numbers, many in columns:
        if space * max(many, 1) >= _LARGEST:
            known, whole = np.unique(whole, return_inverse=True)
            space = len(known)
        whole = whole * max(many, 1) + numbers
        space *= max(many, 1)
    return whole


class _Tally:
    """The keys there are in blocks of them, and how often each."""

    def __init__(self) -> None:
        self._keys = self._counts = np.zeros(0, np.int64)
        self._waiting: list[tuple[Ints, Ints]] = []
        self._size = 0

    def add(self, keys: Ints, counts: Ints | None = None) -> None:
        """Different keys in ascending order, and how often each; once without `counts`."""
        self._waiting.append((keys, np.ones(len(keys), np.int64) if counts is None else counts))
        self._size += len(keys)
        # Few together are sorted again and again, many together stand in memory several times.
        if self._size > max(len(self._keys), _AT_MOST):
            self._join()

    def whole(self) -> tuple[Ints, Ints]:
        """All keys in ascending order, and how often each."""
        if self._waiting:
            self._join()
        return self._keys, self._counts

    def _join(self) -> None:
        waiting = self._waiting
        if len(self._keys):
            waiting.append((self._keys, self._counts))
        if len(waiting) == 1:
            [(self._keys, self._counts)] = waiting
        else:
            keys, counts = (np.concatenate(parts) for parts in zip(*waiting, strict=True))
            order = np.argsort(keys, kind="stable")  # of sorted parts: they are merged
            keys, counts = keys[order], counts[order]
            starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
            self._keys, self._counts = keys[starts], np.add.reduceat(counts, starts)
        self._waiting, self._size = [], 0


def _texts(values: Sequence[str], numbers: Numbers) -> pa.Array:
    """Texts by their numbers."""
    import pyarrow as pa

    return pa.array(values or [""], pa.string()).take(pa.array(numbers))


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


def _counted(parts: Iterable[Ints], radix: Sequence[int]) -> tuple[Ints, Ints]:
    """The keys there are in some blocks of them, and how often each."""
    space = int(np.prod([float(size) for size in radix]))
    if space <= _MANY:
        total: Ints | None = None
        for keys in parts:
            counts = np.bincount(keys, minlength=space)
            total = counts if total is None else total + counts
        if total is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        present = np.flatnonzero(total)
        return present, total[present]
    tally = _Tally()
    for keys in parts:
        tally.add(*np.unique(keys, return_counts=True))
    return tally.whole()
