"""The lower levels of a Merkle tree, hashed by Spark where the leaves lie.

The leaves are cut into blocks at multiples of 2^`BLOCK`, wherever partitions end; what is sent
between workers are hashes alone, and what comes back is a node a block. All of it is Spark's SQL:
workers need Java and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import spark
from yaohao.planner.engine.base import EngineError

if TYPE_CHECKING:
    from yaohao.planner.engine.spark_types import Frame

BLOCK = 12
"""Levels that are hashed by the workers: a block has 4,096 leaves. It changes no root; one more,
and half as many nodes come back, while a worker holds twice as much of a block."""

_IN_PARTITION = (1 << 33) - 1
"""What `monotonically_increasing_id` says of a row within its partition."""

_NODE = f"""CASE WHEN size(level) < {1 << BLOCK} THEN level ELSE
    aggregate(sequence(1, {BLOCK}), level, (nodes, height) ->
        transform(sequence(0, size(nodes) div 2 - 1),
                  n -> unhex(sha2(concat(X'01', nodes[2 * n], nodes[2 * n + 1]), 256)))) END"""


def subtrees(leaves: Frame, partitions: Sequence[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
    """(height, joined nodes) of complete subtrees over leaf hashes, from left to right.

    `leaves` has the column `h`; `partitions` the number of each of its partitions and the rows that
    it has, in frame order. Raises EngineError where they have others.
    """
    total = sum(size for _, size in partitions)
    whole = total >> BLOCK
    made = _blocks(leaves, partitions).orderBy("block") if total else None
    table = spark.arrow(made) if made is not None else None
    numbers: list[Any] = table["block"].to_pylist() if table is not None else []
    sizes: list[Any] = table["leaves"].to_pylist() if table is not None else []
    rest = total - (whole << BLOCK)
    expected = [1 << BLOCK] * whole + ([rest] if rest else [])
    if numbers != list(range(len(expected))) or sizes != expected:
        raise EngineError("the frame is not as it was when its rows were counted")
    if table is None:
        return
    nodes = table["nodes"].to_pylist()
    yield BLOCK, b"".join(node for block in nodes[:whole] for node in block)
    if rest:
        yield 0, b"".join(nodes[whole])


def _blocks(leaves: Frame, partitions: Sequence[tuple[int, int]]) -> Frame:
    """(block, leaves, nodes) of each block: the node above a whole one, of the last the leaves."""
    from pyspark.sql.functions import expr

    starts, at = [0] * (max(number for number, _ in partitions) + 1), 0
    for number, size in partitions:
        starts[number] = at
        at += size
    listed = ", ".join(f"{start}L" for start in starts)
    in_partition = f"(monotonically_increasing_id() & {_IN_PARTITION}L)"
    return (
        leaves.selectExpr(f"array({listed})[spark_partition_id()] + {in_partition} AS at", "h")
        .groupBy(expr(f"shiftright(at, {BLOCK}) AS block"))
        .agg(expr("collect_list(struct(at, h)) AS placed"))
        .selectExpr(
            "block", "CAST(transform(sort_array(placed), one -> one.h) AS ARRAY<BINARY>) AS level"
        )
        .selectExpr("block", "size(level) AS leaves", f"{_NODE} AS nodes")
    )
