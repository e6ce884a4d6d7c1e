"""Spark on a cluster: the result of this machine, although a worker is killed on the way; and what
is said where there is no cluster.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.engines import needs_spark
from helpers.small_frames import pool_of
from helpers.small_plans import KEY, SECRET, framed, plan_of, register_rows, written
from helpers.spark_cluster import Cluster, cluster
from yaohao.planner.engine import spark, spark_start
from yaohao.planner.engine.base import Engine, EngineSettings
from yaohao.planner.engine.registry import start
from yaohao.planner.frame.frame import Frame
from yaohao.planner.vocabulary.problems import PlannerError

# More partitions than cores, so that there are tasks before and after the worker is killed.
OPTIONS = {"spark.executor.memory": "512m", "spark.default.parallelism": "6"}


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made
        spark.stop()


def on(master: str) -> Engine:
    return start("spark", EngineSettings(master=master, options=OPTIONS))


def seen(frame: Frame) -> dict[str, Any]:
    """What a freeze and a draw ask of a frame."""
    cells = frame.cells()
    asked = {cell.name: (3, "g") for cell in cells}
    return {
        "root": frame.root(SECRET),
        "counts": frame.counts(),
        "cells": cells,
        "lowest": frame.relation.lowest_tickets(KEY, asked, SECRET),
        "rows": frame.table(),
    }


@needs_spark
@pytest.mark.slow
def test_a_worker_killed_in_a_freeze_changes_nothing(two_workers: Cluster, tmp_path: Path) -> None:
    plan, rows = plan_of("coverage"), register_rows(5_000)
    with start("duckdb") as local:
        expected = seen(framed(local, plan, rows, tmp_path / "s.parquet"))
    engine = on(two_workers.address)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    assert seen(frame) == expected
    held = executors()
    assert held == 2

    killed = threading.Event()

    def kill() -> None:
        """Kill a worker as soon as tasks of the next freeze have ended and others have not."""
        while not is_half_done():
            time.sleep(0.005)
        two_workers.kill_worker(1)
        killed.set()

    killer = threading.Thread(target=kill)
    killer.start()
    again = framed(engine, plan, rows, tmp_path / "s.parquet")
    assert seen(again) == expected
    killer.join(60)
    assert killed.is_set() and executors() == 1
    # The frame that was made before, of which half has gone with the worker, is there again.
    assert seen(frame) == expected
    again.write(tmp_path / "f.parquet")
    assert engine.open_frame(tmp_path / "f.parquet").table().equals(expected["rows"])
    two_workers.add_worker(1)


def context() -> Any:
    return spark._running[0][1].sparkContext


def executors() -> int:
    return len(context()._jsc.sc().statusTracker().getExecutorInfos()) - 1


def is_half_done() -> bool:
    tracker = context().statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    return any(one and 0 < one.numCompletedTasks < one.numTasks for one in stages)


@needs_spark
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs Linux's /proc")
def test_a_file_that_workers_cannot_read_is_told(
    two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that means another file in every process: there is one here, and none at a worker."""
    plan, rows = plan_of("least"), register_rows(30)
    spark.stop()
    monkeypatch.chdir(tmp_path)
    engine = on(two_workers.address)
    frame = framed(engine, plan, rows, tmp_path / "名录 a%20b.parquet")
    assert frame.counts().scope > 0  # a name is no hindrance
    written(rows, tmp_path / "s.parquet")
    with pytest.raises(PlannerError) as told:
        framed(engine, plan, rows, Path("/proc/self/cwd/s.parquet"))
    [problem] = told.value.problems
    assert problem.code == "engine.unseen-file"
    assert problem.params["file"] == "/proc/self/cwd/s.parquet"


# without a cluster


@needs_spark
def test_what_is_missing_is_told_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_start, "missing_packages", lambda: ["pyspark"])
    assert refused("local[2]") == "engine.no-spark"
    monkeypatch.setattr(spark_start, "missing_packages", list)
    monkeypatch.setattr(spark_start, "java_version", lambda: None)
    assert refused("local[2]") == "engine.no-java"
    monkeypatch.setattr(spark_start, "java_version", lambda: 11)
    assert refused("local[2]") == "engine.old-java"


def test_a_master_that_does_not_answer_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_start, "missing_packages", list)
    monkeypatch.setattr(spark_start, "java_version", lambda: 17)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    begun = time.monotonic()
    assert refused(f"spark://127.0.0.1:{port}") == "engine.no-master"
    assert refused(f"spark://127.0.0.1:{port},127.0.0.1:{port}") == "engine.no-master"
    assert time.monotonic() - begun < 30


@needs_spark
@pytest.mark.slow
def test_a_master_without_workers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_start, "_WORKERS", 3.0)
    with cluster(tmp_path, 0) as alone:
        assert refused(alone.address) == "engine.no-workers"
    assert pool_of({"A/1": 5}, "spark").counts(()) == [(5,)]  # the next one starts as ever


@needs_spark
@pytest.mark.slow
def test_a_spark_that_does_not_start_is_told() -> None:
    settings = EngineSettings(master="local[2]", options={"spark.driver.memory": "much"})
    with pytest.raises(PlannerError) as told:
        start("spark", settings)
    assert told.value.problems[0].code == "engine.no-start"
    assert "much" in str(told.value)


def refused(master: str) -> str:
    spark.stop()
    with pytest.raises(PlannerError) as told:
        start("spark", EngineSettings(master=master))
    return told.value.problems[0].code
