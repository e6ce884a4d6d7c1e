"""Visits that files told of: rows that are only ever added, apart from those of our own draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from yaohao.planner.schema.inspection import InspectionRow
from yaohao.planner.storage.rows import Rows

COLUMNS = ("entity_id", "visited_on", "inspectors", "item", "result", "findings")
"""What a row says: one visit, or what one visit found of one item."""

_LIVE = """inspections WHERE import NOT IN (SELECT number FROM imports WHERE undone <> '')"""
"""The rows whose import was not taken back."""


class LastVisit(NamedTuple):
    """The last day on which an entity was visited, and on how many days of that year it was."""

    day: str
    days: int


class InspectionRows(Rows):
    """The part of the database that holds the history of visits."""

    def add_inspections(self, number: int, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add the rows of an import that are not there yet; how many."""
        self.seals.touch("inspections")
        names = ", ".join(COLUMNS)
        same = " AND ".join(f"{name} IS ?{place}" for place, name in enumerate(COLUMNS, 2))
        marks = ", ".join(f"?{place}" for place in range(1, len(COLUMNS) + 2))
        before = self.connection.total_changes
        self.connection.executemany(
            f"""INSERT INTO inspections (import, {names}) SELECT {marks}
                WHERE NOT EXISTS (SELECT 1 FROM {_LIVE} AND {same})""",
            ([number, *(row[name] for name in COLUMNS)] for row in rows),
        )
        return self.connection.total_changes - before

    def new_inspections(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """How many of some rows, each of which stands there once, are not there yet."""
        known = self._inspection_keys()
        return sum(tuple(row[name] for name in COLUMNS) not in known for row in rows)

    def _inspection_keys(self) -> set[tuple[Any, ...]]:
        self.seals.check("inspections")
        return set(self.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM {_LIVE}").fetchall())

    def inspections(self, entity_id: str = "") -> list[InspectionRow]:
        """The rows of one entity or of all, by entity and day."""
        self.seals.check("inspections")
        rows = self._rows(
            f"""SELECT {", ".join(COLUMNS)} FROM {_LIVE} AND (entity_id = ?1 OR ?1 = '')
                ORDER BY entity_id, visited_on, number""",
            entity_id,
        )
        return [
            {
                "entity_id": row["entity_id"],
                "visited_on": row["visited_on"],
                "inspectors": row["inspectors"].split(";") if row["inspectors"] else [],
                "item": row["item"],
                "result": row["result"],
                "findings": row["findings"],
            }
            for row in rows
        ]

    def inspections_size(self) -> int:
        """How many rows there are."""
        return self._number(f"SELECT count(*) FROM {_LIVE}")

    def inspections_of_import(self, number: int) -> int:
        """How many rows came with an import."""
        return self._number("SELECT count(*) FROM inspections WHERE import = ?", number)

    def last_visits(self) -> dict[str, LastVisit]:
        """Entity → its last day in this history, with the days of that year."""
        self.seals.check("inspections")
        rows = self.connection.execute(
            f"""SELECT entity_id, max(visited_on), count(DISTINCT visited_on) FROM {_LIVE}
                GROUP BY entity_id, substr(visited_on, 1, 4) ORDER BY 1, 2"""
        ).fetchall()
        return {entity: LastVisit(day, days) for entity, day, days in rows}

    def last_result_days(self) -> dict[str, str]:
        """Entity → the last day of its results in all draws; those without a day are left out."""
        rows = self.connection.execute(
            """SELECT entity_id, max(visited_on) FROM results WHERE visited_on <> '' AND number IN
               (SELECT max(number) FROM results GROUP BY draw, entity_id, item_id)
               GROUP BY entity_id"""
        ).fetchall()
        return dict(rows)
