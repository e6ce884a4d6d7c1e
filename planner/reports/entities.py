"""Browsing: the register of entities, filtered, sorted and paged; rows set aside; one entity."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.engine.browse import RegisterBrowser, entity_row
from yaohao.planner.engine.entity_filter import not_understood
from yaohao.planner.schema.entity import NUMBER, REPEATING, SHOWN, schema
from yaohao.planner.schema.import_report import SetAsideRow
from yaohao.planner.schema.report_rows import ReportRows
from yaohao.planner.schema.reports.registers import EntityHistory, EntityReport, RecusedInspector
from yaohao.planner.storage import calendar
from yaohao.planner.storage.entity_lookup import entity_form, in_register
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.registers import AsideWord
from yaohao.planner.vocabulary.parquet_files import open_parquet
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import catalogue, say

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table
    from yaohao.planner.engine.name_index import NameIndex

SORTS = ("entity_id", "name", "region", "tier", "kind", "status", "established_on", "inspected_on")
"""The columns that entities can be sorted by; the first is their order in the register."""

Places = NDArray[np.int64]
"""Which entities, by their place in the register."""


class Entities:
    """A snapshot of the register, held in memory once it is loaded: some 170 MB a million.

    `first` works at once; everything else loads the snapshot, which may be done in a thread ahead.
    Safe to use from several threads.
    """

    def __init__(self, path: Path | None, size: int, today: date | None = None) -> None:
        self.path = path
        self.size = size
        self.today = today or calendar.machine_today()
        self._lock = threading.Lock()
        self._held: tuple[Table, RegisterBrowser] | None = None
        self._orders: dict[str, Places] = {}
        self.head: list[dict[str, Any]] = []
        self._names: NameIndex | None = None
        self._naming = threading.Lock()

    def first(self, count: int) -> list[dict[str, Any]]:
        """The first entities, read from the head of the snapshot; the second time at once."""
        if self.path is None or count <= len(self.head):
            return self.head[:count]

        with open_parquet(self.path) as file:
            batch = next(file.iter_batches(batch_size=count, columns=list(SHOWN)), None)
        self.head = batch.to_pylist() if batch is not None else []
        return self.head

    @property
    def is_loaded(self) -> bool:
        """Whether the snapshot is in memory."""
        return self._held is not None

    def load(self) -> None:
        """Read the snapshot into memory."""
        self._loaded()

    def _loaded(self) -> tuple[Table, RegisterBrowser]:
        with self._lock:
            if self._held is None:
                table = self._read()
                self._held = table, RegisterBrowser(table)
            return self._held

    @property
    def _table(self) -> Table:
        return self._loaded()[0]

    def _read(self) -> Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.path is None:
            table = schema().empty_table().select(list(SHOWN))
        else:
            import pyarrow.parquet as pq

            table = pq.read_table(
                self.path,
                columns=list(SHOWN),
                read_dictionary=[name for name in REPEATING if name in SHOWN],
            )
        table = table.append_column("lowered", pc.utf8_lower(table.column("name")))
        table = table.append_column(
            "row_number", pa.array(np.arange(table.num_rows, dtype=np.int64))
        )
        # Taking a page from one chunk is ten times as fast as from many.
        return table.combine_chunks()

    def find(self, typed: str = "", sort: str = SORTS[0], *, descending: bool = False) -> Places:
        """The places of the entities that a filter finds, in the order asked for.

        Ties stay in the order of the register. Raises PlannerError for an unknown `sort`.
        """
        if sort not in SORTS:
            raise refuse("browse.unknown-sort", found=sort, known=list(SORTS))
        table, browser = self._loaded()
        order = self._order(sort)
        with self._lock:
            numbers = browser.find(typed, self.today)
        if numbers is not None:
            mask = np.zeros(table.num_rows, np.bool_)
            mask[numbers] = True
            order = order[mask[order]]
        return order[::-1] if descending else order

    def find_first(self, typed: str, most: int = 20) -> Places:
        """The places of at most so many of the entities that a filter finds, the first ones.

        Asks no more of the register than it takes to find them.
        """
        _, browser = self._loaded()
        with self._lock:
            return browser.find_first(typed, self.today, most)

    def by_initials(self, letters: str, most: int = 20) -> Places:
        """The places of at most so many entities whose names have these initials in pinyin.

        Names that begin with them come first. The initials are worked out only as far as it takes.
        """
        return np.array(self._name_index().find(letters, most), np.int64)

    def make_ready(self) -> None:
        """Read the snapshot, and work out the initials of all names, ahead of being asked."""
        self._name_index().complete()

    def _name_index(self) -> NameIndex:
        from yaohao.planner.engine.name_index import NameIndex

        table, _ = self._loaded()
        column = table.column("name")
        with self._naming:
            if self._names is None:

                def names(first: int, last: int) -> list[str]:
                    return [one or "" for one in column.slice(first, last - first).to_pylist()]

                self._names = NameIndex(table.num_rows, names)
            return self._names

    def not_understood(self, typed: str) -> list[str]:
        """The words of a filter whose column or value is not known."""
        return not_understood(typed, self.today)

    def _order(self, sort: str) -> Places:
        table, _ = self._loaded()
        with self._lock:
            if sort not in self._orders:
                self._orders[sort] = self._sorted(table, sort)
            return self._orders[sort]

    @staticmethod
    def _sorted(table: Table, sort: str) -> Places:
        import pyarrow as pa
        import pyarrow.compute as pc

        if sort == SORTS[0]:
            return np.arange(table.num_rows, dtype=np.int64)
        column = table.column(sort)
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.binary())  # by bytes, as everything else here is
            keys = [(sort, "ascending"), ("row_number", "ascending")]
            by = pa.table({sort: column, "row_number": table.column("row_number")})
            order: Places = pc.sort_indices(by, keys).to_numpy().astype(np.int64)
            return order
        ranks: list[Places] = []
        values = sorted(
            {value.as_py() for chunk in column.chunks for value in chunk.dictionary},
            key=lambda value: str(value).encode(),
        )
        rank_of = {value: rank for rank, value in enumerate(values)}
        for chunk in column.chunks:
            ranks_here = np.array([rank_of[v.as_py()] for v in chunk.dictionary] or [0], np.int64)
            ranks.append(ranks_here[chunk.indices.to_numpy()])
        whole = np.concatenate(ranks) if ranks else np.zeros(0, np.int64)
        return np.argsort(whole, kind="stable")

    def rows(self, places: Sequence[int] | Places) -> ReportRows[dict[str, Any]]:
        """The entities at these places, by column."""
        import pyarrow as pa

        self.load()
        if not len(places):
            return ReportRows()
        taken = self._table.select(list(SHOWN)).take(pa.array(np.asarray(places, np.int64)))
        return ReportRows(taken.to_pylist())

    def number_of(self, entity_id: str) -> int | None:
        """The place in the register of an entity; None where it is none, or not loaded yet."""
        import pyarrow.compute as pc

        if self._held is None:
            return None
        number = int(pc.index(self._held[0].column("entity_id"), entity_id).as_py())
        return number if number >= 0 else None

    def groups(
        self, column: str, places: Places, amounts: Sequence[str] = ()
    ) -> list[tuple[Any, int, tuple[int, ...]]]:
        """(code, how many, sums of the amounts) of the entities at these places by a column.

        Raises PlannerError for a column that lists do not show.
        """
        for name in (column, *amounts):
            self._check_shown(name)
        _, browser = self._loaded()
        with self._lock:
            return browser.groups(column, self._among(places), amounts)

    def having(self, column: str, value: str | int | None, places: Places) -> Places:
        """Which of these places have a code in a column: their own places, in their order.

        They are as many as `groups` counts. Raises PlannerError for a column that is not shown.
        """
        self._check_shown(column)
        table, browser = self._loaded()
        with self._lock:
            numbers = browser.having(column, value, self._among(places))
        mask = np.zeros(table.num_rows, np.bool_)
        mask[numbers] = True
        return np.flatnonzero(mask[places])

    def _among(self, places: Places) -> Places | None:
        """The places for a query; None where they are all of the register."""
        return None if len(places) == self.size else np.ascontiguousarray(places)

    @staticmethod
    def _check_shown(column: str) -> None:
        if column not in SHOWN:
            raise refuse("browse.unknown-sort", found=column, known=list(SHOWN))

    def stop(self) -> None:
        """Let a `find` in another thread end as soon as it can; it raises then."""
        if self._held is not None:
            self._held[1].stop()


def browse(workspace: WorkspaceFolder, today: date | None = None) -> Entities:
    """The current snapshot of entities, to be looked through; an empty one where there is none."""
    if workspace.store.snapshot() is None:
        return Entities(None, 0, today or calendar.today(workspace))
    path, _, size = workspace.snapshot_path()
    return Entities(path, size, today or calendar.today(workspace))


def entity(workspace: WorkspaceFolder, entity_id: str) -> EntityReport:
    """All the workspace knows of one entity: its row, its leads, its visits in draws.

    Raises PlannerError where the register has none of that id.
    """
    entity_id = in_register(workspace, entity_id)
    path, _, _ = workspace.snapshot_path()
    row = entity_row(path, entity_id)
    assert row is not None  # it was found in the register just now
    former = str(row[NUMBER] or "") if NUMBER in row else ""
    return {"entity": row, **told_of(workspace, entity_id, former)}


def told_of(workspace: WorkspaceFolder, entity_id: str, former: str = "") -> EntityHistory:
    """The leads of an entity, who recuses from it, its visits in draws and those elsewhere.

    Visits by `former`, the registration number that it had before it got its code, are its own.
    """
    entity_id = entity_form(workspace.settings.register, entity_id)
    leads = [
        row
        for row in workspace.store.roster_naming("leads", entity_id)
        if row["entity_id"] == entity_id
    ]
    recused: list[RecusedInspector] = [
        {"inspector_id": row["inspector_id"], "name": row["name"]}
        for row in workspace.store.roster_naming("inspectors", entity_id)
        if entity_id in row["recused"]
    ]
    return {
        "leads": leads,
        "recused": recused,
        "visits": [
            row for one in (entity_id, former) if one for row in workspace.store.visits_of(one)
        ],
        "inspections": workspace.store.inspections(entity_id, former),
    }


def aside_count(workspace: WorkspaceFolder, register: str = "", typed: str = "") -> int:
    """How many rows set aside have all the words typed."""
    return workspace.store.set_aside_count(register, _words(typed))


def aside_page(
    workspace: WorkspaceFolder, register: str = "", typed: str = "", first: int = 0, count: int = 50
) -> list[SetAsideRow]:
    """Some of the rows set aside that have all the words typed, in the order they came."""
    return workspace.store.set_aside_page(register, _words(typed), first, count)


def _words(typed: str) -> list[AsideWord]:
    """The words of a filter of rows set aside, each with the reasons whose words have it."""
    return [
        AsideWord(word, [name for name in catalogue("intake") if word.lower() in _said(name)])
        for word in typed.split()
    ]


def _said(name: str) -> str:
    entry: Mapping[str, str] = catalogue("intake")[name]
    return f"{entry['en']} {entry['zh']} {say(f'intake.{name}', found='')}".lower()
