"""The engine DuckDB (`base.Engine`): frames in memory, or Parquet files read where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from yaohao.planner.engine import statements
from yaohao.planner.engine.base import Capability, EngineSettings, FrameFile, FrameRelation
from yaohao.planner.engine.duckdb import (
    Connection,
    connect,
    errors,
    execute,
    named_rows,
    parquet,
    rows,
)
from yaohao.planner.engine.duckdb_frame import DuckDBFrame
from yaohao.planner.plan.classification import Classification

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Ints, Table

_PAIR_COSTS = """
    SELECT front_at * width + inspector_at AS pair,
           ('0x' || substr(sha256(front || inspector_id), 1, 10))::BIGINT AS cost
    FROM fronts, inspectors
"""


class DuckDB:
    """A DuckDB in memory; every frame has a connection of its own to it."""

    name = "duckdb"
    capabilities: frozenset[Capability] = frozenset({"classify", "audit", "browse"})

    def __init__(self, settings: EngineSettings) -> None:
        self._connection = connect(settings.threads)

    # Many parameters: the tables that a frame is made from, and how.
    def classify(
        self,
        rules: Classification,
        register: Path | Table,
        leads: Table,
        prior: Table,
        *,
        grouped: bool = False,
    ) -> FrameRelation:
        """The frame of a register, as a table in memory."""
        connection = self._connection.cursor()
        for name, table in (("leads", leads), ("prior", prior)):
            with named_rows(connection, "rows_of", table):
                execute(connection, f"CREATE TEMP TABLE {name} AS SELECT * FROM rows_of")
        if isinstance(register, Path):
            _make(connection, rules, parquet(register), grouped)
        else:
            with named_rows(connection, "register", register):
                _make(connection, rules, "register", grouped)
        return DuckDBFrame(connection, rules, grouped=grouped)

    def open_frame(self, path: Path, rules: Classification | None = None) -> FrameRelation:
        """A frame's Parquet file, read where it is asked for."""
        connection = self._connection.cursor()
        execute(connection, f"CREATE TEMP VIEW frame AS SELECT * FROM {parquet(path)}")
        return DuckDBFrame(connection, rules)

    def frame_file(self, path: Path) -> FrameFile:
        """A frame's Parquet file, to be checked."""
        from yaohao.planner.engine.duckdb_audit import DuckDBFrameFile

        return DuckDBFrameFile(self._connection.cursor(), path)

    def register_size(self, path: Path) -> int:
        """The rows of a register's Parquet file."""
        return int(rows(self._connection, f"SELECT count(*) FROM {parquet(path)}")[0][0])

    def pair_costs(self, fronts: Sequence[str], inspector_ids: Sequence[str]) -> Ints:
        """40 bits of the hash of every front with every inspector's id, in the order of both."""
        import numpy as np

        width = len(inspector_ids)
        left = {"front_at": np.arange(len(fronts)), "front": np.array(fronts, object)}
        right = {
            "inspector_at": np.arange(width),
            "inspector_id": np.array(inspector_ids, object),
        }
        costs = np.empty(len(fronts) * width, np.int64)
        with (
            errors(),
            self._connection.cursor() as cursor,
            named_rows(cursor, "fronts", left),
            named_rows(cursor, "inspectors", right),
        ):
            answer = cursor.sql(_PAIR_COSTS.replace("width", str(width))).fetchnumpy()
        costs[answer["pair"].astype(np.int64)] = answer["cost"]
        return costs

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()

    def __enter__(self) -> DuckDB:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _make(connection: Connection, rules: Classification, source: str, grouped: bool) -> None:
    query = statements.classify(rules, source, "leads", "prior", grouped=grouped)
    execute(connection, f"CREATE TEMP TABLE frame AS {query}")
