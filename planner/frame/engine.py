"""The column engine: a DuckDB in memory, and values as SQL texts.

Only relations that the caller names go in; nothing is kept between connections.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def connect() -> Any:
    """A DuckDB connection in memory that touches no file, extension or setting of the user's."""
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "default_collation": "binary",
        },
    )


def text(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """Texts as an SQL list literal; the empty list is typed."""
    items = [text(value) for value in values]
    return f"[{', '.join(items)}]" if items else "[]::VARCHAR[]"


def parquet(path: Path) -> str:
    """A Parquet file as an SQL relation."""
    return f"read_parquet({text(str(path))})"


def arrow(connection: Any, query: str) -> Any:
    """The result of a query as an Arrow table."""
    return connection.sql(query).to_arrow_table()


def rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    found: list[tuple[Any, ...]] = connection.sql(query).fetchall()
    return found
