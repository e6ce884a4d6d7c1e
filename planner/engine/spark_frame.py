"""A frame that Spark holds or reads (`base.FrameRelation`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yaohao.planner.engine import spark, spark_tree, statements
from yaohao.planner.engine.base import EVERYBODY
from yaohao.planner.engine.hashes import HASH, joined
from yaohao.planner.engine.statement_frame import Columns, StatementFrame
from yaohao.planner.plan.classification import Classification

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Batch, Table
    from yaohao.planner.engine.spark_types import Frame, Session


FETCHED = 1 << 19
"""Rows that are fetched at once, unless a single range has more: some hundred megabytes. Doubled,
half as many jobs fetch twice as much."""


class Range(NamedTuple):
    """What a partition has of a frame: its number, so many entities, the first and the last id."""

    partition: int
    size: int
    first: str
    last: str


class SparkFrame(StatementFrame):
    """The relation `frame` of a session of its own.

    Its partitions are ranges of ids: so each has the leaves between two indices, and what is
    computed of a partition is put together in frame order.
    """

    # Many parameters: the frame, and what is known of it.
    def __init__(
        self,
        session: Session,
        frame: Frame,
        rules: Classification | None,
        *,
        grouped: bool = False,
        held: bool = False,
    ) -> None:
        super().__init__(rules, grouped=grouped)
        self._session = session
        self._frame = frame
        self._held = [frame] if held else []
        self._ranges: list[Range] | None = None
        frame.createOrReplaceTempView("frame")

    def leaf_hashes(self, secret: str) -> bytes:
        """The joined 32-byte leaf hashes, in frame order."""
        table = self._table(self._in_frame_order(statements.leaf_hashes(secret)))
        return joined(table["h"])

    def leaf_pieces(self, secret: str) -> Iterator[bytes]:
        """The leaf hashes, which are collected as a whole."""
        yield self.leaf_hashes(secret)

    def leaf(self, secret: str, index: int) -> tuple[str, str]:
        """(entity_id, inner digest) of the leaf at an index."""
        for held in self.ranges():
            if index < held.size:
                part = statements.between(held.first, held.last)
                query = statements.leaf(secret, index, part)
                [(entity_id, inner)] = self._rows(query)
                return entity_id, inner
            index -= held.size
        raise IndexError(index)

    def subtrees(self, secret: str) -> Iterator[tuple[int, bytes]]:
        """(height, node) of complete subtrees of the Merkle tree, from left to right.

        Each partition hashes its leaves where they lie, cut at powers of two.
        """
        ranges = self.ranges()
        leaves = spark.query(self._session, statements.leaf_hashes(secret))
        for height, nodes in spark_tree.subtrees(
            leaves, [(one.partition, one.size) for one in ranges]
        ):
            yield from ((height, nodes[at : at + HASH]) for at in range(0, len(nodes), HASH))

    def node_hashes(self, pairs: bytes) -> bytes:
        """The 32-byte nodes above pairs of nodes, both joined."""
        from hashlib import sha256

        width = 2 * HASH  # they are here already, and few: what is below was hashed by `subtrees`
        return b"".join(
            sha256(b"\x01" + pairs[at : at + width]).digest() for at in range(0, len(pairs), width)
        )

    def rename(self, shown: Mapping[str, str]) -> None:
        """Let every row with a name of these have the other instead."""
        import pyarrow as pa

        table = pa.table({"name": list(shown), "shown": list(shown.values())})
        spark.register(self._session, "shown_names", table)
        self._hold(spark.query(self._session, statements.renamed()))

    def write(self, path: Path) -> None:
        """Write the frame as Parquet, in frame order, a partition after the other."""
        from yaohao.planner.register.snapshot import write_batches

        write_batches(self.batches(), path)

    def batches(self) -> Iterator[Batch]:
        """The rows of the frame in its order; what is here at once are those of a few ranges."""
        whole = statements.selected("frame", (), EVERYBODY)
        for first, last in bundled(self.ranges()):
            between = statements.between(first, last)
            yield from self._table(self._in_frame_order(f"{whole} WHERE {between}")).to_batches()

    def close(self) -> None:
        """Let go of what the frame holds."""
        for frame in self._held:
            frame.unpersist()
        self._held = []
        self._session.catalog.dropTempView("frame")

    def ranges(self) -> list[Range]:
        """The partitions that hold anybody, in frame order; the frame is sorted where they are not
        ranges.
        """
        if self._ranges is None:
            self._ranges = self._measured()
            if any(
                one.last >= other.first
                for one, other in zip(self._ranges, self._ranges[1:], strict=False)
            ):
                self._hold(spark.query(self._session, "SELECT * FROM frame ORDER BY entity_id"))
                self._ranges = self._measured()
        return self._ranges

    def _measured(self) -> list[Range]:
        with spark.errors():
            rows = self._session.sql(
                "SELECT spark_partition_id(), count(*), min(entity_id), max(entity_id) "
                "FROM frame GROUP BY 1"
            ).collect()
        return sorted((Range(*row) for row in rows), key=lambda one: one.first)

    def _hold(self, frame: Frame) -> None:
        """Let the frame be this relation, which stays where it was computed."""
        frame.persist()
        self._held.append(frame)
        self._frame, self._ranges = frame, None
        frame.createOrReplaceTempView("frame")

    def _in_frame_order(self, query: str) -> str:
        return f"{query} ORDER BY entity_id"

    def _lowest(
        self,
        key: str,
        secret: str | None,
        asked: Mapping[str, tuple[int, str]],
        columns: Sequence[str],
    ) -> str:
        # A number that is the same for all cells: by it each partition keeps to its own lowest.
        most = max((number for number, _ in asked.values()), default=0)
        return statements.lowest_tickets(key, secret, columns, most)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return spark.rows(self._session, query)

    def _table(self, query: str) -> Table:
        return spark.arrow(spark.query(self._session, query))

    def _listed(self, name: str, columns: Columns) -> AbstractContextManager[None]:
        import pyarrow as pa

        kinds = {"VARCHAR": pa.string(), "BIGINT": pa.int64()}
        arrays = {
            column: pa.array(list(values), kinds[kind])
            for column, (kind, values) in columns.items()
        }
        return named(self._session, name, pa.table(arrays))


def bundled(ranges: Sequence[Range]) -> Iterator[tuple[str, str]]:
    """The first and the last id of neighbouring ranges that are fetched together."""
    kept: list[Range] = []
    for one in ranges:
        if kept and sum(other.size for other in kept) + one.size > FETCHED:
            yield kept[0].first, kept[-1].last
            kept = []
        kept.append(one)
    if kept:
        yield kept[0].first, kept[-1].last


@contextmanager
def named(session: Session, name: str, table: Table) -> Iterator[None]:
    """Rows in memory as a relation of this name, as long as the block lasts."""
    spark.register(session, name, table)
    try:
        yield
    finally:
        session.catalog.dropTempView(name)
