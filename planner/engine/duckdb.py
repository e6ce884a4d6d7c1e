"""The column engine: a DuckDB in memory, and values as SQL texts.

Only relations that the caller names go in; nothing is kept between connections.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any


def connect(threads: int | None = None) -> Any:
    """A DuckDB connection in memory that touches no file, extension or setting of the user's.

    `threads` bounds the threads of one query; without it the engine takes all cores. What does not
    fit into memory goes to a folder of this process: by default it would go to the folder where the
    command was started, to stay there if it was killed.
    """
    import duckdb
    from yaohao.planner.vocabulary.whole_folders import process_folder

    config: dict[str, str | int] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "default_collation": "binary",
        "temp_directory": str(process_folder() / "engine"),
    }
    if threads is not None:
        config["threads"] = threads
    return duckdb.connect(":memory:", config=config)


def engine_error() -> type[Exception]:
    """What the engine raises for a file or a query that it cannot carry out.

    A function, so that an `except` clause loads the engine only once something was raised.
    """
    import duckdb

    error: type[Exception] = duckdb.Error
    return error


def text(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Texts as an SQL list literal; the empty list is typed."""
    items = [text(value) for value in values]
    return f"[{', '.join(items)}]" if items else "[]::VARCHAR[]"


def parquet(path: Path, more: str = "") -> str:
    """A Parquet file, exactly the one of that path, as an SQL relation; `more` adds options.

    The engine takes paths for patterns, and folders named ``key=value`` for columns.
    """
    options = f", {more}" if more else ""
    return f"read_parquet({text(literal_path(path))}, hive_partitioning = false{options})"


def literal_path(path: Path) -> str:
    """A path as the engine has to be given it, so that it means this one file."""
    place = path.absolute()
    marked = any(mark in str(place) for mark in _MARKS)
    if os.sep == "/" and (not _is_text(str(place)) or (marked and "\\" in str(place))):
        # A backslash takes the mark after it out of the pattern: there is no way to write both.
        place = _linked(place)
    return "".join(f"[{char}]" if char in _MARKS else char for char in place.as_posix())


_MARKS = "*?[{"


def _is_text(place: str) -> bool:
    try:
        place.encode("utf-8")
    except UnicodeEncodeError:  # bytes of a name that are no UTF-8
        return False
    return True


@cache
def _linked(path: Path) -> Path:
    """A link of this process, of a plain name, to a file whose own path cannot be told."""
    from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name

    link = process_folder() / unfinished_name()
    link.symlink_to(path)
    return link


def arrow(connection: Any, query: str) -> Any:
    """The result of a query as an Arrow table."""
    return connection.sql(query).to_arrow_table()


def rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    found: list[tuple[Any, ...]] = connection.sql(query).fetchall()
    return found
