"""A frame that DuckDB holds or reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import statements
from yaohao.planner.engine.duckdb import Connection, arrow, execute, named_rows, rows
from yaohao.planner.engine.hashes import HASH, joined
from yaohao.planner.engine.statement_frame import StatementFrame
from yaohao.planner.plan.classification import Classification

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table

_WIDE = 1 << 14
"""Nodes above which a level of the tree is hashed by the engine, on all its cores. It changes no
root, only time; doubled, a tree of a million leaves takes some milliseconds more."""


class DuckDBFrame(StatementFrame):
    """The relation `frame` of a connection of its own (`base.FrameRelation`)."""

    def __init__(
        self, connection: Connection, rules: Classification | None, *, grouped: bool = False
    ) -> None:
        super().__init__(rules, grouped=grouped)
        self._connection = connection

    def leaf_hashes(self, secret: str) -> bytes:
        """The joined 32-byte leaf hashes, in frame order."""
        return joined(arrow(self._connection, statements.leaf_hashes(secret))["h"])

    def subtrees(self, secret: str) -> Iterator[tuple[int, bytes]]:
        """(height, node) of complete subtrees of the Merkle tree, from left to right."""
        level = self.leaf_hashes(secret)
        leaves = len(level) // HASH
        height = (leaves // _WIDE).bit_length()
        whole = (leaves >> height << height) * HASH
        level, rest = level[:whole], level[whole:]
        for _ in range(height):
            level = self.node_hashes(level)
        yield from ((height, level[at : at + HASH]) for at in range(0, len(level), HASH))
        yield from ((0, rest[at : at + HASH]) for at in range(0, len(rest), HASH))

    def node_hashes(self, pairs: bytes) -> bytes:
        """The 32-byte nodes above pairs of nodes, both joined."""
        import pyarrow as pa

        column = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(2 * HASH), len(pairs) // (2 * HASH), [None, pa.py_buffer(pairs)]
        )
        nodes = pa.table({"pair": column.cast(pa.binary())})
        with named_rows(self._connection, "node_pairs", nodes):
            return joined(arrow(self._connection, statements.node_hashes())["h"])

    def rename(self, shown: Mapping[str, str]) -> None:
        """Let every row with a name of these have the other instead."""
        import pyarrow as pa

        table = pa.table({"name": list(shown), "shown": list(shown.values())})
        with named_rows(self._connection, "shown_names", table):
            execute(self._connection, f"CREATE TEMP TABLE renamed AS {statements.renamed()}")
        execute(self._connection, "DROP TABLE frame")
        execute(self._connection, "ALTER TABLE renamed RENAME TO frame")

    def write(self, path: Path) -> None:
        """Write the frame as Parquet, in frame order."""
        from yaohao.planner.register.snapshot import write_table

        write_table(self.table(), path)

    def close(self) -> None:
        """Let go of what the frame holds."""
        self._connection.close()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self._connection, query)

    def _table(self, query: str) -> Table:
        return arrow(self._connection, query)

    def _named(self, name: str, table: Table) -> AbstractContextManager[None]:
        return named_rows(self._connection, name, table)
