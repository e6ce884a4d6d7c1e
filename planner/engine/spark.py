"""Spark: its session, files as relations, queries.

A process has one Spark and one Java machine, whatever engines are started; each frame has a session
of its own, with names of its own.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine.base import EngineError, EngineSettings
from yaohao.planner.engine.dialect import spark_sql
from yaohao.planner.vocabulary.problems import PlannerError, refuse

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table
    from yaohao.planner.engine.spark_types import Frame, Session

DEFAULT_MASTER = "local[*]"


def session(settings: EngineSettings) -> Session:
    """A session of its own with this process's Spark, which is started where it is not.

    Another master or other options than it was started with end it, and all that it holds. Raises
    PlannerError where PySpark, Java, the master or its workers are missing.
    """
    from yaohao.planner.engine.spark_start import started

    with _starting:
        if _running and not _serves(settings):
            _ended()
        if not _running:
            _running.append((settings, started(settings.master or DEFAULT_MASTER, settings)))
        return _running[0][1].newSession()


_starting = Lock()
_running: list[tuple[EngineSettings, Session]] = []
"""What was asked for, and the first session; empty where no Spark runs."""


def _serves(settings: EngineSettings) -> bool:
    """Whether the Spark that runs is one that was asked for; who names no master takes any."""
    begun, first = _running[0]
    if settings.master and settings.master != (begun.master or DEFAULT_MASTER):
        return False
    if any(begun.options.get(name) != value for name, value in settings.options.items()):
        return False
    return not _is_stopped(first)


def _is_stopped(first: Session) -> bool:
    """Whether Spark has ended by itself, as where its master has gone."""
    try:
        return bool(first.sparkContext._jsc.sc().isStopped())
    except Exception:  # the Java machine has gone with it
        return True


def beside(owner: Session, held: int) -> Session:
    """Another session with the same Spark, for work on a file of so many bytes."""
    own = owner.newSession()
    fewest = owner.sparkContext.defaultParallelism
    own.conf.set("spark.sql.shuffle.partitions", str(max(fewest, held // _PARTITION + 1)))
    return own


_PARTITION = 1 << 24
"""Bytes of a Parquet file that become a partition where rows are sorted: some 300,000 entities. It
changes no result; doubled, there are half as many tasks, and each holds twice as much."""


def stop() -> None:
    """End this process's Spark, if it runs."""
    with _starting:
        _ended()


def _ended() -> None:
    if _running:
        from yaohao.planner.engine.spark_start import close_java

        _, first = _running.pop()
        with suppress(Exception):  # it may have ended by itself
            first.stop()
        close_java()


def register(owner: Session, name: str, table: Table) -> None:
    """Give rows in memory a name in a session."""
    with errors():
        owner.createDataFrame(table).createOrReplaceTempView(name)


def parquet(owner: Session, path: Path) -> Frame:
    """A Parquet file, exactly the one of that path, as a relation; EngineError where it is none."""
    file = path.absolute()
    if file.name.startswith((".", "_")):  # Spark takes such files for hidden ones
        file = _linked(file)
    # Spark would take the path for a pattern; a folder named ``key=value`` gives no column.
    reader = owner.read.option("__globPaths__", "false").option("basePath", f"file:{file.parent}")
    with errors(path):
        return reader.parquet(f"file:{file}")


@cache
def _linked(path: Path) -> Path:
    """A link of this process, of a plain name, to a file whose own name Spark passes over."""
    from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name

    link = process_folder() / unfinished_name().lstrip(".")
    try:
        link.symlink_to(path)
    except OSError:  # Windows lets few make links: a copy serves as well
        shutil.copyfile(path, link)
    return link


def query(owner: Session, statement: str) -> Frame:
    """The relation that a statement in DuckDB's SQL gives, not carried out yet."""
    with errors():
        return owner.sql(spark_sql(statement))


def rows(owner: Session, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a query; EngineError where it cannot be carried out."""
    with errors():
        return [tuple(row) for row in owner.sql(spark_sql(statement)).collect()]


def arrow(frame: Frame) -> Table:
    """A relation as an Arrow table in its order; EngineError where it cannot be had.

    Its columns may hold nulls, as those of other engines: Spark knows of some that they do not.
    """
    import pyarrow as pa

    with errors():
        table = frame.toArrow()
    return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))


@contextmanager
def errors(file: Path | None = None) -> Iterator[None]:
    """Turn what Spark raises into EngineError, or into PlannerError where a cluster is at fault."""
    try:
        yield
    except (EngineError, PlannerError):
        raise
    except Exception as error:
        words, kind = str(error), type(error)
        if kind.__name__ == "Py4JNetworkError" or isinstance(error, ConnectionError):
            raise refuse("engine.lost", found=_first_line(words)) from error
        if kind.__module__.partition(".")[0] not in ("pyspark", "py4j"):
            raise
        missing = _MISSING.search(words)
        if missing and Path(missing[1]).is_file():
            raise refuse("engine.unseen-file", file=missing[1]) from error
        if any(mark in words for mark in _LOST):
            raise refuse("engine.lost", found=_first_line(words)) from error
        raise EngineError(_first_line(words) if file is None else f"{file}: {words}") from error


_MISSING = re.compile(r"(?:File file:|File )(/[^\n]*?) does not exist")
_LOST = (
    "SparkContext was shut down", "Cannot call methods on a stopped SparkContext",
    "cancelled because SparkContext", "Master removed our application",
)  # fmt: skip


def _first_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[0][:400] if lines else "?"
