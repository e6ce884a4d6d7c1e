"""Entities of a file that say the same in some columns, found by hashes first: to group millions of
texts takes all memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.engine.duckdb import batches, connect, named_rows, parquet, rows

_AT_ONCE = 1 << 16


def alike_groups(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """The ids of entities of a Parquet file that say the same in some columns, the last of which is
    not empty, group by group; groups of one are left out. EngineError for another file.
    """
    import numpy as np
    import pyarrow as pa

    names = ", ".join(columns)
    source = f"(SELECT * FROM {parquet(path)} WHERE {columns[-1]} <> '')"
    with connect() as connection:
        found = [
            batch.column(0).to_numpy()
            for batch in batches(connection, f"SELECT hash({names}) AS h FROM {source}", _AT_ONCE)
        ]
        numbers = np.concatenate(found) if found else np.zeros(0, np.uint64)
        numbers.sort()
        again = np.unique(numbers[1:][numbers[1:] == numbers[:-1]])
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
