"""Connections share an engine and nothing else: no name, no row, no memory of a file."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from yaohao.planner.engine import duckdb as engine
from yaohao.planner.engine.base import EngineError
from yaohao.planner.vocabulary.room import memory_limit
from yaohao.planner.vocabulary.whole_folders import process_folder

ROOT = Path(__file__).resolve().parents[2]


def named(connection: engine.Connection, value: int) -> list[tuple[int, ...]]:
    """What a connection has under names that others use too."""
    connection.register("given", pa.table({"a": [value]}))
    connection.execute("CREATE TEMP TABLE frame AS SELECT a FROM given")
    connection.execute("CREATE TEMP VIEW reviewed AS SELECT a FROM frame")
    return engine.rows(
        connection, "SELECT given.a, frame.a, reviewed.a FROM given, frame, reviewed"
    )


def test_starting_one_is_cheap_once_there_is_an_engine() -> None:
    pid, room = os.getpid(), (memory_limit(), process_folder())
    assert engine._engine(pid, None, *room) is engine._engine(pid, None, *room)
    assert engine._engine(pid, 1, *room) is not engine._engine(pid, 2, *room)


def test_each_has_names_of_its_own() -> None:
    with engine.connect() as one, engine.connect() as other:
        assert named(one, 1) == [(1, 1, 1)]
        assert named(other, 2) == [(2, 2, 2)]
        one.close()
        assert engine.rows(other, "SELECT a FROM reviewed") == [(2,)]
    with engine.connect() as later, pytest.raises(EngineError, match="frame"):
        engine.rows(later, "SELECT a FROM frame")


def test_threads_may_ask_at_once() -> None:
    found: list[bool] = []

    def ask(first: int) -> None:
        for value in range(first, first + 50):
            with engine.connect() as connection:
                found.append(named(connection, value) == [(value, value, value)])

    asking = [threading.Thread(target=ask, args=(1000 * n,)) for n in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(found) == 200 and all(found)


def test_one_that_is_interrupted_leaves_the_others_alone() -> None:
    query = "SELECT count(*) FROM range(5000000) t(i) GROUP BY hash(i) % 7"
    found: list[int] = []
    with engine.connect() as one, engine.connect() as other:
        asking = threading.Thread(target=lambda: found.append(len(engine.rows(other, query))))
        asking.start()
        while asking.is_alive():
            one.interrupt()
    assert found == [7]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_fork_has_an_engine_of_its_own() -> None:
    """The threads of its parent's are not there, and a query would wait for them."""
    with engine.connect() as connection:
        query = "SELECT count(*) FROM range(3000000) t(i) GROUP BY i % 7"
        assert len(engine.rows(connection, query)) == 7
    child = os.fork()
    if child == 0:
        try:
            with engine.connect() as connection:
                os._exit(len(engine.rows(connection, query)))
        finally:
            os._exit(99)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_file_is_read_anew_though_it_looks_as_before(tmp_path: Path) -> None:
    """Of the same size and time: what a turned bit makes of it must be seen."""
    path = tmp_path / "x.parquet"
    query = f"SELECT tier FROM {engine.parquet(path)}"
    for value in ("A", "B"):
        pq.write_table(pa.table({"tier": [value]}), path, use_dictionary=False, compression="none")
        os.utime(path, (1_800_000_000, 1_800_000_000))
        with engine.connect() as connection:
            assert engine.rows(connection, query) == [(value,)]


def test_nothing_that_the_engine_makes_outlasts_its_connection() -> None:
    source = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "planner" / "engine").glob("*.py")
    )
    made = re.findall(r"CREATE [A-Z]+ \S+", source)
    assert len(made) >= 5
    assert [words for words in made if not words.startswith("CREATE TEMP ")] == []
