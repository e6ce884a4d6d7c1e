"""DuckDB in memory: its connections, and files as SQL relations.

The only module that imports it. Only relations that the caller names go in; nothing is kept
between connections, though they share an engine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from yaohao.planner.engine.base import EngineError
from yaohao.planner.engine.compile import literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from yaohao.planner.engine.base import Batch, Table
    from yaohao.planner.vocabulary.problems import PlannerError


class Relation(Protocol):
    """The result of a query, not fetched yet."""

    columns: Sequence[str]
    types: Sequence[object]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""

    def fetchnumpy(self) -> dict[str, NDArray[np.generic]]:
        """The columns as arrays, by name."""

    def to_arrow_table(self) -> Table:
        """The columns as an Arrow table."""

    def to_arrow_reader(self, batch_size: int) -> Iterator[Batch]:
        """The rows in record batches, made while they are read."""


class Connection(Protocol):
    """What is used of a DuckDB connection; the library tells no types of its own."""

    def sql(self, query: str) -> Relation:
        """A query, carried out when it is fetched."""

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        """A statement, carried out; a parameter for each question mark in it."""

    def register(self, name: str, rows: Table | Mapping[str, NDArray[Any]]) -> object:
        """Give rows in memory a name."""

    def unregister(self, name: str) -> object:
        """Take a name back."""

    def cursor(self) -> Connection:
        """Another connection to the same engine, with temporary tables of its own."""

    def interrupt(self) -> None:
        """End what another thread does here; that raises."""

    def close(self) -> None:
        """Let go of everything."""

    def __enter__(self) -> Connection: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def connect(threads: int | None = None) -> Connection:
    """A DuckDB connection in memory that touches no file, extension or setting of the user's.

    `threads` bounds the threads of one query; without it the engine takes all cores. What does not
    fit into the memory that it may hold (`vocabulary/room.py`) goes to a folder of this process: by
    default it would go to the folder where the command was started, to stay there if it was killed.

    Connections share an engine, for starting one takes longer than most queries: they keep to
    themselves what they name, as long as all of it is temporary.
    """
    from yaohao.planner.vocabulary.room import memory_limit
    from yaohao.planner.vocabulary.whole_folders import process_folder

    with _starting:
        return _engine(os.getpid(), threads, memory_limit(), process_folder()).cursor()


_starting = Lock()


@cache
def _engine(process: int, threads: int | None, memory: int | None, folder: Path) -> Connection:
    """The engine of this process: in a fork of it the threads of the parent's are not there."""
    import duckdb

    config: dict[str, str | int] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "default_collation": "binary",
        # A file is read anew by each query: it may be another one by now.
        "enable_external_file_cache": "false",
        "temp_directory": str(folder / "engine"),
    }
    if threads is not None:
        config["threads"] = threads
    if memory is not None:
        config["memory_limit"] = f"{memory}B"
    made: Connection = duckdb.connect(":memory:", config=config)
    return made


@contextmanager
def errors() -> Iterator[None]:
    """Turn what the library raises into EngineError; PlannerError where its memory is used up."""
    try:
        yield
    except Exception as error:
        import duckdb

        if isinstance(error, duckdb.OutOfMemoryException):
            raise _memory_full(str(error)) from error
        # What a broken file makes it say may be no text, which is then raised in the place of it.
        if isinstance(error, duckdb.Error | RuntimeError | UnicodeError):
            raise EngineError(str(error)) from error
        raise


_NO_SPACE = "max_temp_directory_size"
"""What the engine names where it could not put on the disk what does not fit into memory: by
default that is all that is free there."""


def _memory_full(said: str) -> PlannerError:
    from yaohao.planner.vocabulary.faults import free_at, size_words
    from yaohao.planner.vocabulary.problems import refuse
    from yaohao.planner.vocabulary.room import memory_limit, temporary_folder

    limit = size_words(memory_limit())
    if _NO_SPACE not in said:
        return refuse("room.memory-full", limit=limit)
    folder = temporary_folder()
    free = size_words(free_at(folder))
    return refuse("room.no-space", limit=limit, folder=str(folder), free=free)


def text(value: str) -> str:
    """A text as an SQL literal."""
    return literal(value)


def parquet(path: Path, more: str = "") -> str:
    """A Parquet file, exactly the one of that path, as an SQL relation; `more` adds options.

    The engine takes paths for patterns, and folders named ``key=value`` for columns.
    """
    options = f", {more}" if more else ""
    return f"read_parquet({literal(literal_path(path))}, hive_partitioning = false{options})"


def literal_path(path: Path) -> str:
    """A path as the engine has to be given it, so that it means this one file."""
    file = path.absolute()
    marked = any(mark in str(file) for mark in _MARKS)
    if os.sep == "/" and (not _is_text(str(file)) or (marked and "\\" in str(file))):
        # A backslash takes the mark after it out of the pattern: there is no way to write both.
        file = _linked(file)
    return "".join(f"[{char}]" if char in _MARKS else char for char in file.as_posix())


_MARKS = "*?[{"


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:  # bytes of a name that are no UTF-8
        return False
    return True


@cache
def _linked(path: Path) -> Path:
    """A link of this process, of a plain name, to a file whose own path cannot be written."""
    from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name

    link = process_folder() / unfinished_name()
    link.symlink_to(path)
    return link


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query; EngineError where it cannot be carried out."""
    with errors():
        return connection.sql(query).fetchall()


def arrow(connection: Connection, query: str) -> Table:
    """The result of a query as an Arrow table; EngineError where it cannot be carried out."""
    with errors():
        return connection.sql(query).to_arrow_table()


def batches(connection: Connection, query: str, size: int) -> Iterator[Batch]:
    """The result of a query in record batches of about `size` rows, in its order, few of which are
    in memory at a time; EngineError where it cannot be carried out.
    """
    import pyarrow as pa

    with errors():
        reader = connection.sql(query).to_arrow_reader(size)
    while True:
        with errors():
            try:
                batch = next(reader)
            except StopIteration:
                return
            except (pa.ArrowInvalid, OSError) as error:  # as the reader tells what the engine said
                raise EngineError(str(error)) from error
        yield batch


def execute(connection: Connection, statement: str) -> None:
    """Carry out a statement; EngineError where that cannot be done."""
    with errors():
        connection.execute(statement)


@contextmanager
def named_rows(
    connection: Connection, name: str, table: Table | Mapping[str, NDArray[Any]]
) -> Iterator[None]:
    """Rows in memory as a relation of this name, as long as the block lasts."""
    connection.register(name, table)
    try:
        yield
    finally:
        connection.unregister(name)


@contextmanager
def named_lists(
    connection: Connection, name: str, columns: Mapping[str, tuple[str, Sequence[Any]]]
) -> Iterator[None]:
    """Lists of values, each of an SQL type, as a relation of this name while the block lasts.

    As `named_rows`, for what is small: no library of tables has to be loaded for it.
    """
    lists = ", ".join(f"unnest(?::{kind}[]) AS {column}" for column, (kind, _) in columns.items())
    with errors():
        statement = f"CREATE TEMP TABLE {name} AS SELECT {lists}"
        connection.execute(statement, [list(values) for _, values in columns.values()])
    try:
        yield
    finally:
        execute(connection, f"DROP TABLE {name}")
