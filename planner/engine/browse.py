"""Browsing: local Parquet by filter, sort and page, for eyes (the capability `browse`).

Nothing that is committed to or published depends on it, and no other engine needs it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import statements
from yaohao.planner.engine.compile import expression, literal
from yaohao.planner.engine.duckdb import Connection, connect, parquet, rows
from yaohao.planner.engine.entity_filter import condition
from yaohao.planner.plan.conditions import Column, Equals, OneOf

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Ints, Table


def entity_row(path: Path, entity_id: str) -> dict[str, Any] | None:
    """The row of an entity in a register's or a frame's file, by column; None for nobody."""
    relation = connect().sql(
        f"SELECT * FROM {parquet(path)} WHERE entity_id = {literal(entity_id)}"
    )
    matches = relation.fetchall()
    return dict(zip(relation.columns, matches[0], strict=True)) if matches else None


def entity_names(path: Path, ids: Sequence[str]) -> dict[str, str]:
    """The names of entities of a register file, by id; those that it does not have are left out."""
    import pyarrow as pa

    if not ids:
        return {}
    with connect() as connection:
        connection.register("asked", pa.table({"entity_id": pa.array(ids, pa.string())}))
        query = f"SELECT entity_id, name FROM {parquet(path)} SEMI JOIN asked USING (entity_id)"
        return dict(rows(connection, query))


def entity_values(
    path: Path, ids: Sequence[str], columns: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The values of some columns of entities of a register file, by id; None where it has none."""
    import pyarrow as pa

    if not ids:
        return {}
    with connect() as connection:
        connection.register("asked", pa.table({"entity_id": pa.array(ids, pa.string())}))
        query = f"SELECT entity_id, {', '.join(columns)} FROM {parquet(path)}"
        query += " SEMI JOIN asked USING (entity_id)"
        return {one: dict(zip(columns, row, strict=True)) for one, *row in rows(connection, query)}


def code_counts(
    path: Path, columns: Iterable[str], *, sets: Iterable[str] = ()
) -> dict[str, dict[str, int]]:
    """By column of a register's file, how many entities have each code, ascending by code.

    In `sets` codes are joined by commas: an entity counts for each of its own.
    """
    connection, source = connect(), parquet(path)
    counts = {
        column: dict(
            rows(connection, f"SELECT {column}, count(*) FROM {source} GROUP BY 1 ORDER BY 1")
        )
        for column in columns
    }
    for column in sets:
        query = f"""SELECT code, count(*) FROM (
                SELECT unnest(string_split({column}, ',')) AS code
                FROM {source} WHERE {column} <> '') GROUP BY 1 ORDER BY 1"""
        counts[column] = dict(rows(connection, query))
    return counts


class RegisterBrowser:
    """A register in memory, to be filtered: columns of the register, `lowered` (the name in small
    letters) and `row_number`. Its caller lets one thread in at a time.
    """

    def __init__(self, table: Table) -> None:
        self._connection = connect()
        self._connection.register("entities", table)

    def find(self, typed: str, today: date) -> Ints | None:
        """The numbers of the rows that a filter finds, in no order; None where it finds all."""
        wanted = condition(typed, today)
        if wanted == "true":
            return None
        query = f"SELECT row_number FROM entities WHERE {wanted}"
        return _integers(self._connection, query, "row_number")

    def groups(
        self, column: str, numbers: Ints | None, amounts: Sequence[str] = ()
    ) -> list[tuple[Any, int, tuple[int, ...]]]:
        """(value of a column, rows, sums of the amounts) of these rows, all for None; ascending."""
        sums = "".join(f", coalesce(sum({one}), 0)::HUGEINT" for one in amounts)
        query = f"SELECT {column}, count(*){sums} FROM entities {self._among(numbers)}"
        counted = rows(self._connection, f"{query} GROUP BY {column} ORDER BY {column}")
        return [(value, size, tuple(map(int, one))) for value, size, *one in counted]

    def having(self, column: str, value: str | int | None, numbers: Ints | None) -> Ints:
        """The numbers of those of these rows that have a value in a column, in no order."""
        wanted = f"= {value}" if isinstance(value, int) else f"= {literal(value or '')}"
        wanted = "IS NULL" if value is None else wanted
        clause = f"WHERE {column} {wanted}" if numbers is None else f"AND {column} {wanted}"
        query = f"SELECT row_number FROM entities {self._among(numbers)} {clause}"
        return _integers(self._connection, query, "row_number")

    def _among(self, numbers: Ints | None) -> str:
        """The end of a query that holds to these rows; conditions go on with AND."""
        if numbers is None:
            return ""
        import pyarrow as pa

        self._connection.register("among", pa.table({"number": numbers}))
        return "WHERE row_number IN (SELECT number FROM among)"

    def find_first(self, typed: str, today: date, most: int) -> Ints:
        """The numbers of at most so many of the rows that a filter finds, the first ones."""
        wanted = condition(typed, today)
        query = f"SELECT row_number FROM entities WHERE {wanted} LIMIT {int(most)}"
        return _integers(self._connection, query, "row_number")

    def stop(self) -> None:
        """Let a `find` in another thread end as soon as it can; it raises then."""
        self._connection.interrupt()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a frame are looked for; what is empty or None holds all.

    `became` and `reason` are as in `FrameBrowser.groups`, `typed` is a filter as for the register,
    `today` the day at which its ages are counted, `cell` the name of a cell, `entity_ids` those
    that may be found.
    """

    today: date
    typed: str = ""
    became: str = ""
    reason: str = ""
    cell: str = ""
    entity_ids: Sequence[str] | None = None


class FrameBrowser:
    """A frozen frame where it lies, with what became of everybody. Safe to use from threads.

    `visits` have, by entity, `ordinal` (their order) and `reserve`. A row is named by its number in
    the file, from 0.
    """

    def __init__(self, path: Path, visits: Mapping[str, Mapping[str, Any]]) -> None:
        self._lock = threading.Lock()
        self._path = path
        self._source = parquet(path, "file_row_number = true")
        self._connection = _with_visits(self._source, visits)

    def groups(self) -> list[tuple[str, str, int]]:
        """(what became, reason, entities), ascending."""
        return [
            (became, reason, size)
            for became, reason, size in self._rows(
                "SELECT became, reason, count(*) FROM reviewed GROUP BY ALL ORDER BY ALL"
            )
        ]

    def tally(self, column: str) -> list[tuple[str, str, str, str, int]]:
        """(code of a column, standing, what became, cell, entities), ascending."""
        return [
            (code, standing, became, cell, size)
            for code, standing, became, cell, size in self._rows(
                f"SELECT {column}, standing, became, cell, count(*) FROM reviewed "
                "GROUP BY ALL ORDER BY ALL"
            )
        ]

    def find(self, wanted: Wanted) -> Ints:
        """The numbers of the rows looked for: visits in their order, then the others."""
        parts = [condition(wanted.typed, wanted.today)]
        if wanted.became:
            parts.append(expression(Equals(Column("became"), wanted.became)))
        if wanted.reason:
            parts.append(expression(Equals(Column("reason"), wanted.reason)))
        if wanted.cell:
            parts.append(f"standing = 'pool' AND cell = {literal(wanted.cell)}")
        if wanted.entity_ids is not None:
            parts.append(expression(OneOf(Column("entity_id"), tuple(wanted.entity_ids))))
        query = f"""SELECT file_row_number FROM reviewed
            WHERE {" AND ".join(f"({part})" for part in parts)}
            ORDER BY ordinal NULLS LAST, file_row_number"""
        with self._lock:
            return _integers(self._connection, query, "file_row_number")

    def rows(self, numbers: Sequence[int], columns: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Some columns of rows, by their number."""
        if not numbers:
            return {}
        # The bounds let the engine pass over the row groups that hold none of them.
        return self._numbered(
            columns,
            f"""WHERE file_row_number BETWEEN {min(numbers)} AND {max(numbers)}
                AND list_contains({list(numbers)}, file_row_number)""",
        )

    def visited(self, columns: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Some columns of the rows of all that have a visit, by their number."""
        return self._numbered(columns, "SEMI JOIN visits v ON f.entity_id = v.visited")

    def row(self, entity_id: str) -> dict[str, Any] | None:
        """The row of an entity, by column; None for nobody."""
        return entity_row(self._path, entity_id)

    def neighbours(
        self, entity_id: str, cell: str, key: str, beside: int, secret: str | None = None
    ) -> tuple[int, list[tuple[str, str, str, int]]]:
        """The rank of an entity by ticket in its cell, from 1, and (entity_id, name, ticket, rank)
        of so many on either side, and of its own, in this order. With a `secret` tickets have the
        salts that it gives.
        """
        ranked = self._rows(
            f"""WITH ranked AS (
                    SELECT entity_id, name, ticket, row_number() OVER (ORDER BY ticket) AS rank
                    FROM (SELECT entity_id, name, {statements.ticket(key, secret)} AS ticket
                          FROM {self._source}
                          WHERE standing = 'pool' AND cell = {literal(cell)})
                ), own AS (SELECT rank AS own_rank FROM ranked
                           WHERE entity_id = {literal(entity_id)})
                SELECT own_rank, entity_id, name, ticket, rank FROM ranked, own
                WHERE abs(rank - own_rank) <= {beside} ORDER BY rank"""
        )
        return ranked[0][0], [(one, name, ticket, rank) for _, one, name, ticket, rank in ranked]

    def _numbered(self, columns: Sequence[str], clause: str) -> dict[int, dict[str, Any]]:
        query = f"SELECT file_row_number, {', '.join(columns)} FROM {self._source} f {clause}"
        return {
            number: dict(zip(columns, values, strict=True)) for number, *values in self._rows(query)
        }

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return rows(self._connection, query)


def _integers(connection: Connection, query: str, column: str) -> Ints:
    import numpy as np

    return np.asarray(connection.sql(query).fetchnumpy()[column], np.int64)


def _with_visits(source: str, visits: Mapping[str, Mapping[str, Any]]) -> Connection:
    """A connection in which `reviewed` is the frame with what became of everybody."""
    import pyarrow as pa

    connection = connect()
    table = pa.table(
        {
            "visited": pa.array(list(visits), pa.string()),
            "ordinal": pa.array([visit["ordinal"] for visit in visits.values()], pa.int64()),
            "is_reserve": pa.array([visit["reserve"] for visit in visits.values()], pa.bool_()),
        }
    )
    connection.register("visits", table)
    connection.execute(
        f"""CREATE TEMP VIEW reviewed AS
            SELECT f.*, lower(f.name) AS lowered, v.ordinal,
                   CASE WHEN v.visited IS NULL THEN
                            CASE WHEN standing = 'pool' THEN 'not-drawn' ELSE standing END
                        WHEN v.is_reserve THEN 'reserve'
                        WHEN standing = 'pool' THEN 'drawn' ELSE 'directed' END AS became
            FROM {source} f
            LEFT JOIN visits v ON f.entity_id = v.visited"""
    )
    return connection
