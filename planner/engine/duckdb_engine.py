"""The engine DuckDB (`base.Engine`): frames in memory, or Parquet files read where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from yaohao.planner.engine import statements
from yaohao.planner.engine.base import (
    Capability,
    EngineError,
    EngineSettings,
    FrameFile,
    FrameRelation,
)
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
        lazy: bool = False,
    ) -> FrameRelation:
        """The frame of a register, as a table in memory; a `lazy` one of a file as a view."""
        connection = self._connection.cursor()
        for name, table in (("leads", leads), ("prior", prior)):
            with named_rows(connection, "rows_of", table):
                execute(connection, f"CREATE TEMP TABLE {name} AS SELECT * FROM rows_of")
        if isinstance(register, Path):
            _make(connection, rules, parquet(register), grouped, lazy=lazy)
        else:
            with named_rows(connection, "register", register):
                _make(connection, rules, "register", grouped)
        if lazy and isinstance(register, Path):
            return DuckDBFrame(connection, rules, lazy=True, cuts=_cuts(register))
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


def _make(
    connection: Connection,
    rules: Classification,
    source: str,
    grouped: bool,
    *,
    lazy: bool = False,
) -> None:
    query = statements.classify(rules, source, "leads", "prior", grouped=grouped, ordered=not lazy)
    kind = "VIEW" if lazy else "TABLE"
    execute(connection, f"CREATE TEMP {kind} frame AS {query}")


_CUT = 4
"""Row groups of a register between two cuts, half a million rows. It changes no frame, only time
and memory: doubled, twice as many rows are sorted at once."""


def _cuts(register: Path) -> list[str]:
    """Ids that cut a register, where it is sorted, into pieces of a few row groups each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        held = pq.read_metadata(register)
        at = held.schema.names.index("entity_id")
        groups = [held.row_group(n).column(at).statistics for n in range(held.num_row_groups)]
    except (OSError, ValueError, pa.ArrowException) as error:
        raise EngineError(str(error)) from error
    if not all(one is not None and one.has_min_max for one in groups):
        return []
    return sorted({str(one.min) for one in groups[_CUT::_CUT]})
