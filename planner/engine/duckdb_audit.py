"""A frame's file of unknown origin, checked by DuckDB (`base.FrameFile`)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine.base import FrameRelation
from yaohao.planner.engine.duckdb import Connection, errors, execute, named_rows, parquet, rows
from yaohao.planner.engine.duckdb_frame import DuckDBFrame
from yaohao.planner.engine.statement_audit import StatementFrameFile
from yaohao.planner.plan.classification import Classification

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table


class DuckDBFrameFile(StatementFrameFile):
    """A Parquet file, read anew for each check."""

    def __init__(self, connection: Connection, path: Path) -> None:
        super().__init__(parquet(path))
        self._connection = connection

    def form(self) -> list[str]:
        """Name and SQL type of each column."""
        with errors():
            relation = self._connection.sql(f"SELECT * FROM {self._source} LIMIT 0")
            pairs = zip(relation.columns, relation.types, strict=True)
        return [f"{name} {kind}" for name, kind in pairs]

    def first_disorder(self) -> str | None:
        """The first id that is not behind the one before it."""
        return self._first(
            f"""SELECT entity_id FROM (
                    SELECT entity_id, lag(entity_id) OVER () AS before FROM {self._source})
                WHERE before >= entity_id LIMIT 1"""
        )

    def frame(self, rules: Classification) -> FrameRelation:
        """The file as a frame."""
        execute(self._connection, f"CREATE TEMP VIEW frame AS SELECT * FROM {self._source}")
        return DuckDBFrame(self._connection, rules)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self._connection, query)

    def _named(self, name: str, table: Table) -> AbstractContextManager[None]:
        return named_rows(self._connection, name, table)
