"""Parquet files that are read piece by piece: the one place where they are opened for that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow.parquet as pq


def open_parquet(path: Path, **how: Any) -> pq.ParquetFile:
    """A Parquet file whose row groups are read when they are asked for, and then let go of.

    `how` are further arguments of pyarrow's, which by itself fetches all that will be read ahead
    and keeps it: the whole file is in memory then when its last row is read. Raises what pyarrow
    raises for a file that it cannot read.
    """
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, pre_buffer=False, **how)
