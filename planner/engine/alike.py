"""Entities of a file that say the same in some columns, found by hashes first: to group millions of
texts takes all memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.engine.duckdb import connect, named_rows, parquet, rows
from yaohao.planner.engine.repeated import repeated


def alike_groups(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """The ids of entities of a Parquet file that say the same in some columns, the last of which is
    not empty, group by group; groups of one are left out. EngineError for another file.
    """
    import pyarrow as pa

    names = ", ".join(columns)
    source = f"(SELECT * FROM {parquet(path)} WHERE {columns[-1]} <> '')"
    with connect() as connection:
        again = repeated(connection, f"SELECT hash({names}) AS h FROM {source}", parquet(path))
        if not len(again):
            return []
        with named_rows(connection, "likely", pa.table({"h": again})):
            groups = rows(
                connection,
                f"""SELECT list(entity_id) FROM {source}
                    WHERE hash({names}) IN (SELECT h FROM likely)
                    GROUP BY {names} HAVING count(*) > 1""",
            )
    return [group for (group,) in groups]
