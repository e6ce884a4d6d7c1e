"""A frame's file of unknown origin, checked by Spark (`base.FrameFile`)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import spark
from yaohao.planner.engine.base import FrameRelation
from yaohao.planner.engine.spark_frame import SparkFrame, named
from yaohao.planner.engine.statement_audit import StatementFrameFile
from yaohao.planner.plan.classification import Classification

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table
    from yaohao.planner.engine.spark_types import Session

_KINDS = {"string": "VARCHAR", "int": "INTEGER"}
"""The names of types in `schema.entity.FRAME_FORM`, by Spark's."""


_BLOCKS = """
    SELECT min_by(entity_id, row_index) AS first, max_by(entity_id, row_index) AS last,
           min_by(entity_id, row_index) FILTER (WHERE before >= entity_id) AS wrong
    FROM (SELECT *, lag(entity_id) OVER (
              PARTITION BY file_path, file_block_start ORDER BY row_index) AS before FROM placed)
    GROUP BY file_path, file_block_start ORDER BY file_path, file_block_start"""
"""Of each block of a file its first id, its last, and the first that is not behind the one before.
In Spark's own words: no other engine reads a file in blocks."""


class SparkFrameFile(StatementFrameFile):
    """A Parquet file, which is read when it is first asked about."""

    def __init__(self, session: Session, path: Path) -> None:
        super().__init__("checked")
        self._session = session
        self._path = path
        self._is_named = False

    def form(self) -> list[str]:
        """Name and SQL type of each column."""
        return [
            f"{name} {_KINDS.get(kind, kind.upper())}"
            for name, kind in spark.parquet(self._session, self._path).dtypes
        ]

    def first_disorder(self) -> str | None:
        """The first id that is not behind the one before it."""
        file = spark.parquet(self._session, self._path)
        places = ("_metadata.file_path", "_metadata.file_block_start", "_metadata.row_index")
        file.selectExpr("entity_id", *places).createOrReplaceTempView("placed")
        with spark.errors(self._path):
            blocks = self._session.sql(_BLOCKS).collect()
        before = None
        for first, last, wrong in blocks:
            if before is not None and first <= before:
                return str(first)
            if wrong is not None:
                return str(wrong)
            before = last
        return None

    def frame(self, rules: Classification) -> FrameRelation:
        """The file as a frame."""
        return SparkFrame(self._session, spark.parquet(self._session, self._path), rules)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        if not self._is_named:
            spark.parquet(self._session, self._path).createOrReplaceTempView(self._source)
            self._is_named = True
        return spark.rows(self._session, query)

    def _named(self, name: str, table: Table) -> AbstractContextManager[None]:
        return named(self._session, name, table)
