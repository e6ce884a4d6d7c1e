"""How long entities were in the register: entry, end and exit, out of its snapshots and of visits.

An entity enters observation when a snapshot first has it alive (left truncation), leaves when a
snapshot has it deregistered, revoked or annulled, or a visit found so, and is observed until the
last snapshot that has it alive. Who moved away, or is no longer in the register, is censored; who
is suspended or in liquidation is alive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from yaohao.planner.draw.withdrawals import withdrawn_on
from yaohao.planner.learning.sample import Bools, Floats, Ints
from yaohao.planner.schema.draw import Stage
from yaohao.planner.storage.calendar import zone
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.registers import Snapshot
from yaohao.planner.storage.snapshot_files import table_of
from yaohao.planner.vocabulary.clock import day_of
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa

ENDED = ("revoked", "deregistered", "annulled")
MOVED = "moved"
EXITS = ("9", "10", "11")
"""Results of visits that found an entity to have left for good."""
COLUMNS = ("kind", "industry", "region", "tier")
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Lives:
    """Entities with a day of establishment, one row each; days are ordinal days.

    `entered` is when observation began, `ended` when it ended, `left` whether by an exit. `columns`
    are codes as last known. `snapshots` are the days of those used; `undated` counts entities
    without a day of establishment, `unseen` those that had left before anyone looked.
    """

    ids: list[str]
    born: Ints
    entered: Ints
    ended: Ints
    left: Bools
    columns: Mapping[str, list[str]]
    snapshots: tuple[int, ...]
    undated: int
    unseen: int

    def ages(self) -> tuple[Floats, Floats]:
        """Ages in years at entry and at the end of observation."""
        return (
            np.maximum(self.entered - self.born, 0) / 365.25,
            np.maximum(self.ended - self.born, 0) / 365.25,
        )


def snapshot_days(workspace: WorkspaceFolder) -> list[tuple[int, Snapshot]]:
    """The snapshots of the register with the ordinal day on which each came to be, in order.

    The day is that of the act of the ledger that made it; of several on one day the last counts.
    """
    days: dict[str, int] = {}
    here = zone(workspace)
    for line in workspace.store.ledger():
        act = line.act
        if act["act"] == "import" and act["register"] == "entities":
            days.setdefault(act["content"], day_of(act["at"], here).toordinal())
    by_day: dict[int, Snapshot] = {}
    for number in range(1, workspace.store.snapshot_number() + 1):
        snapshot = workspace.store.snapshot_at(number)
        if snapshot is not None and snapshot.content in days:
            by_day[days[snapshot.content]] = snapshot
    return sorted(by_day.items())


def lives(
    workspace: WorkspaceFolder,
    exits: Mapping[str, int] | None = None,
    since: int | None = None,
) -> Lives:
    """The lives of all entities that the register has had.

    `exits` are further days of exit by id. With `since` all exits from that day on are known
    (from `exits`, or the register), so that everybody who was alive then is observed from it.
    Raises PlannerError where there is no register.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    snapshots = snapshot_days(workspace)
    if not snapshots:
        raise refuse("frame.no-register")
    wanted = ["entity_id", "status", "established_on", *COLUMNS]
    tables = [(day, table_of(workspace, one).select(wanted)) for day, one in snapshots]
    names = pc.unique(pa.concat_arrays([_whole(table, "entity_id") for _, table in tables]))
    watch = _Watch(len(names))
    for day, table in tables:
        rows = np.asarray(pc.index_in(_whole(table, "entity_id"), value_set=names), np.int64)
        watch.look(day, rows, _whole(table, "status"), table)
    ids: list[str] = names.to_pylist()
    place = {entity: k for k, entity in enumerate(ids)} if exits else {}
    gone = _found_gone(workspace)
    if gone and not place:
        place = {entity: k for k, entity in enumerate(ids)}
    watch.found_gone((place[one], day) for one, day in gone.items() if one in place)
    if exits:
        watch.told_gone((place[one], day) for one, day in exits.items() if one in place)
    return watch.told(ids, tuple(day for day, _ in tables), since)


class _Watch:
    """What is known of each entity while snapshots are looked through."""

    def __init__(self, size: int) -> None:
        self.born = np.full(size, NEVER, np.int64)
        self.first = np.full(size, NEVER, np.int64)
        self.alive = np.full(size, -1, np.int64)
        self.gone = np.full(size, NEVER, np.int64)
        self.moved = np.zeros(size, np.bool_)
        self.lost = np.zeros(size, np.bool_)
        """Who had left already when first seen, nobody knows when."""
        self.texts: dict[str, Any] = {name: np.full(size, "", object) for name in COLUMNS}

    def look(self, day: int, rows: Ints, status: pa.Array, table: pa.Table) -> None:
        """A snapshot: who is alive on its day, who is gone."""
        import pyarrow as pa
        import pyarrow.compute as pc

        ended = np.asarray(pc.is_in(status, value_set=pa.array(ENDED)), np.bool_)
        moved = np.asarray(pc.equal(status, MOVED), np.bool_)
        there = rows[~ended & ~moved]
        self.first[there] = np.minimum(self.first[there], day)
        self.alive[there] = day
        self.gone[there] = NEVER
        self.moved[there] = False
        away = rows[moved & (self.alive[rows] >= 0) & ~self.moved[rows]]
        self.alive[away], self.moved[away] = day, True
        left = rows[ended & (self.alive[rows] >= 0)]
        self.gone[left] = np.minimum(self.gone[left], day)
        self.lost[rows[ended & (self.alive[rows] < 0)]] = True
        self.born[rows] = _ordinals(_whole(table, "established_on"))
        for name in COLUMNS:
            self.texts[name][rows] = _whole(table, name).to_numpy(zero_copy_only=False)

    def found_gone(self, gone: Iterable[tuple[int, int]]) -> None:
        """Visits that found somebody gone, unless a later snapshot has them alive."""
        for row, day in gone:
            if self.alive[row] <= day < self.gone[row]:
                self.gone[row] = day

    def told_gone(self, gone: Iterable[tuple[int, int]]) -> None:
        """Days of exit that a file tells, which are the days themselves."""
        for row, day in gone:
            self.gone[row], self.lost[row] = day, False

    def told(self, ids: list[str], days: tuple[int, ...], since: int | None) -> Lives:
        """Who was at risk from when to when."""
        first = self.first
        if since is not None:
            known = (self.gone >= since) & ((self.gone < NEVER) | (self.alive >= since))
            known &= ~self.lost
            first = np.where(known, np.maximum(self.born, since), NEVER)
        left = (self.gone < NEVER) & (self.gone >= first)
        ended = np.where(left, self.gone, self.alive)
        dated = self.born < NEVER
        seen = (first < NEVER) & (ended >= first)
        kept = np.flatnonzero(dated & seen & (ended >= self.born))
        return Lives(
            [ids[k] for k in kept],
            self.born[kept],
            first[kept],
            ended[kept],
            left[kept],
            {name: list(texts[kept]) for name, texts in self.texts.items()},
            days,
            int((~dated).sum()),
            int((dated & ~seen).sum()),
        )


def _whole(table: pa.Table, name: str) -> pa.Array:
    """A column of texts as one array."""
    import pyarrow as pa

    column = table.column(name).combine_chunks()
    return column.cast(pa.string()) if column.type != pa.string() else column


def _ordinals(texts: pa.Array) -> Ints:
    """ISO days as ordinal days, NEVER where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    days = pc.cast(pc.if_else(pc.equal(texts, ""), None, texts), pa.date32())
    numbers = pc.fill_null(pc.cast(days, pa.int32()), -(2**31))
    ordinals = numbers.to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(ordinals > -(2**31), ordinals + date(1970, 1, 1).toordinal(), NEVER)


def _found_gone(workspace: WorkspaceFolder) -> dict[str, int]:
    """The first day on which a visit found each entity to have left."""
    store, here = workspace.store, zone(workspace)
    results: list[tuple[str, str, str]] = [
        (row["entity_id"], row["result"], row["visited_on"]) for row in store.inspections()
    ]
    for draw in store.all_draws():
        if draw.stage is not Stage.COMMITTED:
            rows = store.results(draw.id)
            results += [(row["entity_id"], row["result"], row["visited_on"]) for row in rows]
            results += [
                (one["entity_id"], one["result"], withdrawn_on(one, here))
                for one in draw.withdrawals
            ]
    days: dict[str, int] = {}
    for entity, result, text in results:
        if result in EXITS and text:
            day = date.fromisoformat(text).toordinal()
            days[entity] = min(day, days.get(entity, day))
    return days
