"""Queries of the tests in one thread each: the tables are small, and to hand work from thread to
thread takes a tenth of what they take.

`make campaign` and the programs that tests start query with all cores, as users do; so do tests
that ask for a number of threads.
"""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.engine import duckdb as connections

_engine = connections._engine


def _in_one(
    process: int, threads: int | None, memory: int | None, folder: Path
) -> connections.Connection:
    return _engine(process, threads or 1, memory, folder)


def query_in_one_thread() -> None:
    """Have engines that nobody tells how many threads to use take one, in this process."""
    connections._engine = _in_one  # type: ignore[assignment]
