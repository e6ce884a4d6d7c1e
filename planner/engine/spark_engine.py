"""The engine Spark (`base.Engine`): frames on a cluster, or on the cores of this machine."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from yaohao.planner.engine import spark, statements
from yaohao.planner.engine.base import Capability, EngineSettings, FrameFile, FrameRelation
from yaohao.planner.engine.spark_frame import SparkFrame
from yaohao.planner.plan.classification import Classification

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Ints, Table
    from yaohao.planner.engine.spark_types import Session

_COST_BYTES = 5
"""Bytes of a hash that are a cost: 40 bits."""


class Spark:
    """This process's Spark; every frame has a session of its own with it."""

    name = "spark"
    capabilities: frozenset[Capability] = frozenset({"classify", "audit"})

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._session = spark.session(settings)
        self._frames: list[SparkFrame] = []

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
        """The frame of a register, held by the workers in ranges of ids, `lazy` or not."""
        own = self._beside(register)
        spark.register(own, "leads", leads)
        spark.register(own, "prior", prior)
        if isinstance(register, Path):
            spark.parquet(own, register).createOrReplaceTempView("entities")
        else:
            spark.register(own, "entities", register)
        query = statements.classify(rules, "entities", "leads", "prior", grouped=grouped)
        made = spark.query(own, query)
        made.persist()
        frame = SparkFrame(own, made, rules, grouped=grouped, held=True)
        self._frames.append(frame)
        if not grouped:
            frame.ranges()  # all of it is made now, not when it is first asked for
        return frame

    def open_frame(self, path: Path, rules: Classification | None = None) -> FrameRelation:
        """A frame's Parquet file, read where it is asked for."""
        own = self._beside(path)
        return SparkFrame(own, spark.parquet(own, path), rules)

    def frame_file(self, path: Path) -> FrameFile:
        """A frame's Parquet file, to be checked."""
        from yaohao.planner.engine.spark_audit import SparkFrameFile

        return SparkFrameFile(self._beside(path), path)

    def register_size(self, path: Path) -> int:
        """The rows of a register's Parquet file."""
        with spark.errors(path):
            return int(spark.parquet(self._session, path).count())

    def pair_costs(self, fronts: Sequence[str], inspector_ids: Sequence[str]) -> Ints:
        """40 bits of the hash of every front with every inspector's id, in the order of both.

        Not a matter for a cluster: the pairs are those of the visits of one draw, and are here.
        """
        from hashlib import sha256

        import numpy as np

        ids = [one.encode() for one in inspector_ids]
        low = b"".join(
            bytes(8 - _COST_BYTES) + sha256(front + one).digest()[:_COST_BYTES]
            for front in map(str.encode, fronts)
            for one in ids
        )
        return np.frombuffer(low, ">i8").astype(np.int64)

    def _beside(self, register: Path | Table) -> Session:
        """A session for work on a file, or on a table in memory."""
        held = 0
        if isinstance(register, Path):
            with contextlib.suppress(OSError):  # told when it is read
                held = register.stat().st_size
        return spark.beside(self._session, held)

    def close(self) -> None:
        """Let go of all frames. Spark itself goes with the process: starting it takes seconds."""
        for frame in self._frames:
            frame.close()
        self._frames = []

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
