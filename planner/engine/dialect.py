"""The statements of an engine in Spark's SQL (`sqlglot`), and what has to be said otherwise.

DuckDB's SQL is what statements are written in (`statements.py`, `compile.py`): only what is the
same to the last bit in both dialects. `sqlglot` says casts, order of NULLs, hashes and escapes in
texts; nothing is translated by hand here. A statement that it cannot translate is an error of the
program.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def spark_sql(statement: str) -> str:
    """A statement of DuckDB's SQL in Spark's."""
    import sqlglot
    from sqlglot.errors import ErrorLevel

    [translated] = sqlglot.transpile(
        statement, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
    )
    return str(translated)
