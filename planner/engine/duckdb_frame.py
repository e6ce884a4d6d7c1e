"""A frame that DuckDB holds or reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import statements
from yaohao.planner.engine.base import EVERYBODY
from yaohao.planner.engine.duckdb import (
    Connection,
    arrow,
    batches,
    errors,
    execute,
    named_rows,
    rows,
)
from yaohao.planner.plan.classification import Classification
from yaohao.planner.plan.conditions import Column, Condition, Equals, Node

if TYPE_CHECKING:
    import pyarrow as pa
    from yaohao.planner.engine.base import Table

HASH = 32
"""Bytes of a SHA-256."""

_BLOCK = 20
"""Height of the subtrees that are hashed at once: a million leaves, 32 MB. It changes no root."""
_WIDE = 1 << 14
"""Nodes above which a level of the tree is hashed by the engine, on all its cores. It changes no
root, only time; doubled, a tree of a million leaves takes some milliseconds more."""
_AT_ONCE = 1 << 16
"""Rows of a batch of what is read in order."""


class DuckDBFrame:
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
        self._connection = connection
        self._lazy = lazy
        self._cuts = ["", *cuts]
        """Ids at which what is put in order is cut into pieces."""
        self._derived = statements.with_derived(rules)
        self._tally = "CAST(coalesce(sum(n), 0) AS BIGINT)" if grouped else "count(*)"
        self._counted: dict[str, list[tuple[Any, ...]]] | None = {} if grouped else None

    def is_empty(self) -> bool:
        """Whether nobody is in the frame."""
        return not self._rows("SELECT 1 FROM frame LIMIT 1")

    def counts(self, by: Sequence[Node], condition: Condition = EVERYBODY) -> list[tuple[Any, ...]]:
        """(value of each of `by`, entities), ascending."""
        return self._remembered(statements.counts(self._derived, by, condition, self._tally))

    def leads_outside(self) -> int:
        """Entities with a lead in force that are not in the frame."""
        return int(self._remembered(statements.leads_outside())[0][0])

    def table(self, columns: Sequence[str] = ()) -> Table:
        """The frame, or some of its columns, in frame order."""
        return arrow(self._connection, statements.selected(self._derived, columns, EVERYBODY))

    def select(self, columns: Sequence[str], condition: Condition) -> list[tuple[Any, ...]]:
        """Some columns of all rows that a condition holds of, in frame order."""
        return self._rows(statements.selected(self._derived, columns, condition))

    def lookup(self, entity_ids: Sequence[str], columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Some columns of entities, in no order."""
        import pyarrow as pa

        asked = pa.table({"entity_id": pa.array(list(entity_ids), pa.string())})
        with named_rows(self._connection, "asked_ids", asked):
            return self._rows(statements.looked_up(columns))

    def row(self, entity_id: str) -> dict[str, Any] | None:
        """The row of an entity by column name, or None."""
        query = statements.selected("frame", (), Equals(Column("entity_id"), entity_id))
        with errors():
            relation = self._connection.sql(query)
            found = relation.fetchall()
        return dict(zip(relation.columns, found[0], strict=True)) if found else None

    def position(self, entity_id: str) -> int:
        """How many entities of the frame stand before an id."""
        return int(self._rows(statements.before(entity_id))[0][0])

    def leaf_hashes(self, secret: str) -> bytes:
        """The joined 32-byte leaf hashes, in frame order."""
        return _joined(arrow(self._connection, statements.leaf_hashes(secret)))

    def subtrees(self, secret: str) -> Iterator[tuple[int, bytes]]:
        """(height, node) of complete subtrees of the Merkle tree, from left to right."""
        size = HASH << _BLOCK
        held = bytearray()
        for batch in batches(self._connection, statements.leaf_hashes(secret), _AT_ONCE):
            held += _bytes(batch.column(0))
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
            return _joined(arrow(other, statements.node_hashes()))

    def leaf(self, secret: str, index: int) -> tuple[str, str]:
        """(entity_id, inner digest) of the leaf at an index."""
        [(entity_id, inner)] = self._rows(statements.leaf(secret, index))
        return entity_id, inner

    def names_like(self, pattern: str) -> list[str]:
        """The names of the frame in which a regular expression is found."""
        return [name for (name,) in self._rows(statements.names_like(pattern))]

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

    def sizes(self, conditions: Sequence[Condition]) -> list[int]:
        """How many entities each of some conditions holds of."""
        return (
            list(self._rows(statements.sizes(self._derived, conditions))[0]) if conditions else []
        )

    def doubles(self, columns: Sequence[str]) -> int:
        """How many entities say the same in some columns as one before."""
        import numpy as np
        import pyarrow as pa

        # Texts are hashed first, for to group millions of them takes all memory.
        query = statements.told_alike(columns)
        found = [batch.column(0).to_numpy() for batch in batches(self._connection, query, _AT_ONCE)]
        numbers = np.concatenate(found) if found else np.zeros(0, np.uint64)
        numbers.sort()
        again = np.unique(numbers[1:][numbers[1:] == numbers[:-1]])
        if not len(again):
            return 0
        with named_rows(self._connection, "likely", pa.table({"h": again})):
            return int(self._rows(statements.doubles(columns, "likely"))[0][0])

    def tickets(
        self, key: str, condition: Condition, secret: str | None = None
    ) -> list[tuple[str, str]]:
        """(ticket, entity_id) of all that a condition holds of, in ascending order of ticket."""
        return [
            (ticket, entity_id)
            for ticket, entity_id in self._rows(statements.tickets(key, secret, condition))
        ]

    def lowest_tickets(
        self, key: str, asked: Mapping[str, tuple[int, str]], secret: str | None = None
    ) -> dict[str, list[tuple[str, str]]]:
        """By cell its lowest `n` (ticket, entity_id) below its bound, ascending."""
        import pyarrow as pa

        cells = pa.table(
            {
                "cell": pa.array(list(asked), pa.string()),
                "n": pa.array([number for number, _ in asked.values()], pa.int64()),
                "bound": pa.array([bound for _, bound in asked.values()], pa.string()),
            }
        )
        with named_rows(self._connection, "asked_cells", cells):
            drawn = self._rows(statements.lowest_tickets(key, secret))
        lowest: dict[str, list[tuple[str, str]]] = {}
        for cell, ticket, entity_id in drawn:
            lowest.setdefault(cell, []).append((ticket, entity_id))
        return lowest

    def write(self, path: Path) -> None:
        """Write the frame as Parquet, in frame order."""
        import pyarrow as pa
        from yaohao.planner.register.snapshot import TableWriter
        from yaohao.planner.schema.entity import FRAME_FORM

        kinds = {"VARCHAR": pa.string(), "INTEGER": pa.int32()}
        form = pa.schema([(name, kinds[kind]) for name, kind in FRAME_FORM])
        with TableWriter(path, form) as writer:
            # A join keeps no order, and to sort all rows takes the memory of all of them.
            for first, stop in zip(self._cuts, [*self._cuts[1:], None], strict=True):
                query = statements.whole(first, stop, ordered=self._lazy)
                for batch in batches(self._connection, query, _AT_ONCE):
                    writer.add(batch)

    def close(self) -> None:
        """Let go of what the frame holds."""
        self._connection.close()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return rows(self._connection, query)

    def _remembered(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query; of a grouped frame those of the first time."""
        if self._counted is None:
            return self._rows(query)
        if query not in self._counted:
            self._counted[query] = self._rows(query)
        return self._counted[query]


def _joined(table: Table) -> bytes:
    """The bytes of a column `h` of hashes, one after the other, without making each of them."""
    return b"".join(_bytes(chunk) for chunk in table["h"].chunks)


def _bytes(hashes: pa.Array) -> bytes:
    import pyarrow as pa

    width = hashes.cast(pa.binary(HASH))
    start = width.offset * HASH
    return bytes(memoryview(width.buffers()[1])[start : start + len(width) * HASH])
