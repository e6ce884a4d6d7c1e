"""A frame that DuckDB holds or reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import statements
from yaohao.planner.engine.duckdb import (
    Connection,
    arrow,
    batches,
    execute,
    named_lists,
    named_rows,
    rows,
)
from yaohao.planner.engine.hashes import HASH, bytes_of, joined
from yaohao.planner.engine.repeated import repeated
from yaohao.planner.engine.statement_frame import Columns, StatementFrame
from yaohao.planner.plan.classification import Classification

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Batch, Table

_BLOCK = 20
"""Height of the subtrees that are hashed at once: a million leaves, 32 MB. It changes no root."""
_AT_ONCE = 1 << 16
"""Rows of a batch of what is read in order."""
_WIDE = 1 << 14
"""Nodes above which a level of the tree is hashed by the engine, on all its cores. It changes no
root, only time; doubled, a tree of a million leaves takes some milliseconds more."""


class DuckDBFrame(StatementFrame):
    """The relation `frame` of a connection of its own (`base.FrameRelation`)."""

    def __init__(
        self,
        connection: Connection,
        rules: Classification | None,
        *,
        grouped: bool = False,
        lazy: bool = False,
        cuts: Sequence[str] = (),
    ) -> None:
        super().__init__(rules, grouped=grouped)
        self._connection = connection
        self._lazy = lazy
        self._cuts = ["", *cuts]
        """Ids at which what is put in order is cut into pieces."""

    def leaf_hashes(self, secret: str) -> bytes:
        """The joined 32-byte leaf hashes, in frame order."""
        return joined(arrow(self._connection, statements.leaf_hashes(secret))["h"])

    def leaf_pieces(self, secret: str) -> Iterator[bytes]:
        """The leaf hashes in pieces, some thousands of each in memory at a time."""
        for batch in batches(self._connection, statements.leaf_hashes(secret), _AT_ONCE):
            yield bytes_of(batch.column(0))

    def subtrees(self, secret: str) -> Iterator[tuple[int, bytes]]:
        """(height, node) of complete subtrees of the Merkle tree, from left to right."""
        size = HASH << _BLOCK
        held = bytearray()
        for piece in self.leaf_pieces(secret):
            held += piece
            while len(held) >= size:
                yield from self._subtrees(bytes(held[:size]))
                del held[:size]
        yield from self._subtrees(bytes(held))

    def _subtrees(self, level: bytes) -> Iterator[tuple[int, bytes]]:
        """The subtrees of leaves that begin where one of all of them could."""
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
        # Another connection: of this one leaves may be read meanwhile.
        with self._connection.cursor() as other, named_rows(other, "node_pairs", nodes):
            return joined(arrow(other, statements.node_hashes())["h"])

    def rename(self, shown: Mapping[str, str]) -> None:
        """Let every row with a name of these have the other instead."""
        import pyarrow as pa

        table = pa.table({"name": list(shown), "shown": list(shown.values())})
        if self._lazy:
            self._rename_view(table)
            return
        with named_rows(self._connection, "shown_names", table):
            execute(self._connection, f"CREATE TEMP TABLE renamed AS {statements.renamed()}")
        execute(self._connection, "DROP TABLE frame")
        execute(self._connection, "ALTER TABLE renamed RENAME TO frame")

    def _rename_view(self, table: Table) -> None:
        with named_rows(self._connection, "rows_of", table):
            execute(self._connection, "CREATE TEMP TABLE shown_names AS SELECT * FROM rows_of")
        execute(self._connection, "ALTER VIEW frame RENAME TO frame_before")
        query = statements.renamed("frame_before", ordered=False)
        execute(self._connection, f"CREATE TEMP VIEW frame AS {query}")

    def doubles(self, columns: Sequence[str]) -> int:
        """How many entities say the same in some columns as one before."""
        import pyarrow as pa

        again = repeated(self._connection, statements.told_alike(columns), "frame")
        if not len(again):
            return 0
        with named_rows(self._connection, "likely", pa.table({"h": again})):
            return int(self._rows(statements.doubles(columns, "likely"))[0][0])

    def batches(self) -> Iterator[Batch]:
        """All rows, in frame order, some in memory at a time."""
        # A join keeps no order, and to sort all rows takes the memory of all of them.
        for first, stop in zip(self._cuts, [*self._cuts[1:], None], strict=True):
            query = statements.whole(first, stop, ordered=self._lazy)
            yield from batches(self._connection, query, _AT_ONCE)

    def write(self, path: Path) -> None:
        """Write the frame as Parquet, in frame order."""
        import pyarrow as pa
        from yaohao.planner.register.snapshot import TableWriter
        from yaohao.planner.schema.entity import FRAME_FORM

        kinds = {"VARCHAR": pa.string(), "INTEGER": pa.int32()}
        form = pa.schema([(name, kinds[kind]) for name, kind in FRAME_FORM])
        with TableWriter(path, form) as writer:
            for batch in self.batches():
                writer.add(batch)

    def close(self) -> None:
        """Let go of what the frame holds."""
        self._connection.close()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self._connection, query)

    def _table(self, query: str) -> Table:
        return arrow(self._connection, query)

    def _listed(self, name: str, columns: Columns) -> AbstractContextManager[None]:
        return named_lists(self._connection, name, columns)
