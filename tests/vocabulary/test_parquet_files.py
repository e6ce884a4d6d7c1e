"""Parquet files that are read piece by piece are never in memory as a whole."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from yaohao.planner.register.columnar import read_rows
from yaohao.planner.vocabulary.parquet_files import open_parquet

ROOT = Path(__file__).parents[2]
GROUPS, ROWS = 40, 2_000


def written(path: Path) -> Path:
    """A file of texts that cannot be compressed, in many row groups."""
    random = np.random.default_rng(1)
    form = pa.schema([("a", pa.string()), ("b", pa.string())])
    with pq.ParquetWriter(path, form, use_dictionary=False) as writer:
        for _ in range(GROUPS):
            texts = [random.bytes(64).hex() for _ in range(ROWS)]
            writer.write_table(pa.table({"a": texts, "b": texts[::-1]}, form))
    return path


def test_a_file_is_read_group_by_group(tmp_path: Path) -> None:
    path = written(tmp_path / "large.parquet")
    size = path.stat().st_size
    assert size > 8 << 20
    before = pa.total_allocated_bytes()
    with open_parquet(path) as file:
        held = [
            pa.total_allocated_bytes() - before for _ in file.iter_batches(ROWS, use_threads=False)
        ]
    assert len(held) >= GROUPS
    assert max(held) < size // 4
    held = [pa.total_allocated_bytes() - before for _ in read_rows(path)]
    assert max(held) < size


def test_nothing_opens_them_otherwise() -> None:
    found = [
        str(path.relative_to(ROOT))
        for folder in ("planner", "scripts", "tui")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bParquetFile\(", path.read_text(encoding="utf-8"))
    ]
    assert found == ["planner/vocabulary/parquet_files.py"]
