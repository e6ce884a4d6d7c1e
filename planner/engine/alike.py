"""Entities of a file that say the same in some columns, found by hashes first: to group millions of
texts takes all memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.engine.duckdb import connect, named_rows, parquet, rows, text
from yaohao.planner.engine.repeated import repeated


def alike_groups(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """The ids of entities of a Parquet file that say the same in some columns, the last of which is
    not empty, group by group; groups of one are left out. EngineError for another file.
    """
    return [group for *_, group in _groups(path, columns, "")]


def twins(snapshot: Path, status: Sequence[str] = ()) -> list[tuple[str, str, list[str]]]:
    """Entities of one name and address under several ids: (name, address, ids), by name.

    Only entities of those statuses are looked at, of all where there are none. Those without an
    address are told apart by their ids alone. EngineError for what is no register.
    """
    among = f"status IN ({', '.join(map(text, status))})" if status else ""
    groups = _groups(snapshot, ("name", "address"), among)
    return sorted((name, address, sorted(ids)) for name, address, ids in groups)


def _groups(path: Path, columns: Sequence[str], among: str) -> list[tuple[Any, ...]]:
    """What several entities say in some columns, and their ids, of those that a condition holds
    of.
    """
    import pyarrow as pa

    names = ", ".join(columns)
    filled = " AND ".join(filter(None, (f"{columns[-1]} <> ''", among)))
    source = f"(SELECT * FROM {parquet(path)} WHERE {filled})"
    with connect() as connection:
        again = repeated(connection, f"SELECT hash({names}) AS h FROM {source}", parquet(path))
        if not len(again):
            return []
        with named_rows(connection, "likely", pa.table({"h": again})):
            return rows(
                connection,
                f"""SELECT {names}, list(entity_id) FROM {source}
                    WHERE hash({names}) IN (SELECT h FROM likely)
                    GROUP BY {names} HAVING count(*) > 1""",
            )
