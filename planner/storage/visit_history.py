"""Visits that files told of: rows that are only ever added, apart from those of our own draws."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from yaohao.planner.schema.inspection import InspectionRow, VisitIndicators
from yaohao.planner.storage.rows import Rows

COLUMNS = ("entity_id", "visited_on", "inspectors", "item", "result", "findings")
"""What a row says: one visit, or what one visit found of one item."""

_KEPT = "import NOT IN (SELECT number FROM imports WHERE undone <> '')"
"""Of rows whose import was not taken back."""
_LIVE = f"inspections WHERE {_KEPT}"
_INDICATORS = ("entity_id", "visited_on", "item", "document")


class LastVisit(NamedTuple):
    """The last day on which an entity was visited, and on how many days of that year it was."""

    day: str
    days: int


class InspectionRows(Rows):
    """The part of the database that holds the history of visits."""

    def add_inspections(
        self, number: int, rows: Iterable[Mapping[str, Any]], former: Mapping[str, str]
    ) -> int:
        """Add the rows of an import that are not there yet; how many.

        `former` has the registration numbers that entities had before: a row by such a number that
        says the same is the same.
        """
        self.seals.touch("inspections")
        names = ", ".join(COLUMNS)
        last = len(COLUMNS) + 2
        same = " AND ".join(f"{name} IS ?{place}" for place, name in enumerate(COLUMNS[1:], 3))
        same += f" AND entity_id IN (?2, ?{last})"
        marks = ", ".join(f"?{place}" for place in range(1, last))
        before = self.connection.total_changes
        self.connection.executemany(
            f"""INSERT INTO inspections (import, {names}) SELECT {marks}
                WHERE NOT EXISTS (SELECT 1 FROM {_LIVE} AND {same})""",
            (
                [number, *(row[name] for name in COLUMNS), former.get(row["entity_id"], "")]
                for row in rows
            ),
        )
        return self.connection.total_changes - before

    def new_inspections(self, rows: Iterable[Mapping[str, Any]], former: Mapping[str, str]) -> int:
        """How many of some rows, each of which stands there once, are not there yet."""
        known = self._inspection_keys()
        count = 0
        for row in rows:
            entity, *rest = (row[name] for name in COLUMNS)
            count += known.isdisjoint((one, *rest) for one in (entity, former.get(entity, "")))
        return count

    def _inspection_keys(self) -> set[tuple[Any, ...]]:
        self.seals.check("inspections")
        return set(self.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM {_LIVE}").fetchall())

    def inspections(self, entity_id: str = "", former: str = "") -> list[InspectionRow]:
        """The rows of one entity, by the number that it had before too, or of all, by entity and
        day.
        """
        self.seals.check("inspections")
        rows = self._rows(
            f"""SELECT {", ".join(COLUMNS)} FROM {_LIVE} AND (entity_id IN (?1, ?2) OR ?1 = '')
                ORDER BY entity_id, visited_on, number""",
            entity_id,
            former,
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

    def add_indicators(
        self, number: int, rows: Iterable[VisitIndicators], former: Mapping[str, str]
    ) -> int:
        """Add what further columns of an import say and is not there yet; how many rows.

        `former` as in `add_inspections`.
        """
        self.seals.touch("indicators")
        before = self.connection.total_changes
        self.connection.executemany(
            f"""INSERT INTO indicators (import, {", ".join(_INDICATORS)}) SELECT ?1, ?2, ?3, ?4, ?5
                WHERE NOT EXISTS (SELECT 1 FROM indicators WHERE {_KEPT}
                AND entity_id IN (?2, ?6) AND visited_on = ?3 AND item = ?4 AND document = ?5)""",
            ([number, *_as_stored(row), former.get(row.entity_id, "")] for row in rows),
        )
        return self.connection.total_changes - before

    def new_indicators(self, rows: Iterable[VisitIndicators], former: Mapping[str, str]) -> int:
        """How many of some rows, each of which stands there once, are not there yet."""
        self.seals.check("indicators")
        names = ", ".join(_INDICATORS)
        known = set(
            self.connection.execute(f"SELECT {names} FROM indicators WHERE {_KEPT}").fetchall()
        )
        count = 0
        for row in rows:
            entity, *rest = _as_stored(row)
            count += known.isdisjoint((one, *rest) for one in (entity, former.get(entity, "")))
        return count

    def indicators(self) -> list[VisitIndicators]:
        """What further columns said at visits, by day and entity."""
        self.seals.check("indicators")
        rows = self.connection.execute(
            f"""SELECT {", ".join(_INDICATORS)} FROM indicators WHERE {_KEPT}
                ORDER BY visited_on, entity_id, number"""
        ).fetchall()
        return [
            VisitIndicators(entity, day, item, json.loads(text)) for entity, day, item, text in rows
        ]

    def inspections_size(self) -> int:
        """How many rows there are."""
        return self._number(f"SELECT count(*) FROM {_LIVE}")

    def inspections_of_import(self, number: int) -> int:
        """How many rows came with an import."""
        return self._number("SELECT count(*) FROM inspections WHERE import = ?", number)

    def last_visits(self, numbers: Mapping[str, str]) -> dict[str, LastVisit]:
        """Entity → its last day in this history, with the days of that year.

        Rows by a registration number of `numbers` are about the entity that had it.
        """
        self.seals.check("inspections")
        entity = "entity_id"
        if numbers:
            self.connection.create_function(
                "entity_now", 1, lambda one: numbers.get(one, one), deterministic=True
            )
            entity = "entity_now(entity_id)"
        rows = self.connection.execute(
            f"""SELECT {entity}, max(visited_on), count(DISTINCT visited_on) FROM {_LIVE}
                GROUP BY 1, substr(visited_on, 1, 4) ORDER BY 1, 2"""
        ).fetchall()
        return {entity: LastVisit(day, days) for entity, day, days in rows}

    def last_lot_days(self) -> dict[str, str]:
        """Entity → the last day of its results in all draws, but those of visits for cause."""
        rows = self.connection.execute(
            """SELECT r.entity_id, max(r.visited_on) FROM results r
               JOIN visits v ON v.draw = r.draw AND v.entity_id = r.entity_id
               WHERE r.visited_on <> '' AND v.standing <> 'directed' AND r.number IN
               (SELECT max(number) FROM results GROUP BY draw, entity_id, item_id)
               GROUP BY r.entity_id"""
        ).fetchall()
        return dict(rows)

    def last_result_days(self) -> dict[str, str]:
        """Entity → the last day of its results in all draws; those without a day are left out."""
        rows = self.connection.execute(
            """SELECT entity_id, max(visited_on) FROM results WHERE visited_on <> '' AND number IN
               (SELECT max(number) FROM results GROUP BY draw, entity_id, item_id)
               GROUP BY entity_id"""
        ).fetchall()
        return dict(rows)


def _as_stored(row: VisitIndicators) -> tuple[str, str, str, str]:
    text = json.dumps(dict(sorted(row.values.items())), ensure_ascii=False)
    return row.entity_id, row.visited_on, row.item, text
