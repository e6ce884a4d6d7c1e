"""What every room of the database rests on: its connection, its seals, and SQL that stays here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from yaohao.planner.storage.connection import Connection
from yaohao.planner.storage.seals import Seals


class Rows:
    """Reads and changes rows; its queries are for the classes of this folder alone."""

    connection: Connection
    seals: Seals

    def _rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query, by column name."""
        cursor = self.connection.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _each(self, query: str, *parameters: Any) -> Iterator[dict[str, Any]]:
        """As `_rows`, some rows in memory at a time."""
        cursor = self.connection.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                yield dict(zip(names, row, strict=True))

    def _column(self, query: str, *parameters: Any) -> list[Any]:
        """The first column of the rows of a query."""
        return [row[0] for row in self.connection.execute(query, parameters).fetchall()]

    def _number(self, query: str, *parameters: Any) -> int:
        """The one whole number that a query gives."""
        return int(self.connection.execute(query, parameters).fetchone()[0])

    def _insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows into a table of the schema; all must have the first one's columns."""
        source = iter(rows)
        while some := list(islice(source, _AT_ONCE)):
            for part in sorted(_parts_of(table, some)):
                self.seals.touch(part)
            columns = list(some[0])
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            self.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                (tuple([row[column] for column in columns]) for row in some),
            )

    def _change(self, part: str, query: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change rows of a part (see `seals`) by a query, once for each of `rows`."""
        self.seals.touch(part)
        self.connection.executemany(query, rows)


_AT_ONCE = 1_000
"""Rows that are in memory at a time."""

_HEADS = {
    "visits": "draw",
    "results": "draw",
    "result_details": "draw",
    "rosters": "register",
    "set_aside": "register",
}
"""The column of a table that tells in which part of the database a row stands."""


def _parts_of(table: str, rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The parts of the database in which rows stand; none of those that are not sealed."""
    if table in _HEADS:
        head = {"rosters": "roster"}.get(table, table.replace("_", "-"))
        return {f"{head}:{value}" for value in {row[_HEADS[table]] for row in rows}}
    return {table} if table in ("draws", "snapshots") else set()
