"""Selection from a frozen frame, beside samplers that nobody can recompute, in one run.

    python -m benchmarks.selection [ENTITIES]

All draw the same number from each of 1,200 cells. Peers: DuckDB `random()` ranked per cell (the
best case of a database), pandas `groupby.sample`, samplics. Times are the best of three, as
ratios to DuckDB's; the peers that are not installed are left out and said to be.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from yaohao.planner.draw.selection import select
from yaohao.planner.engine import duckdb as engine
from yaohao.planner.engine.registry import start

KEY = "00112233445566778899aabbccddeeff"


def frame(path: Path, entities: int) -> tuple[dict[str, int], dict[str, int]]:
    """Write a frame of the committed columns that selection reads; counts and sizes by cell."""
    rng = np.random.default_rng(1)
    cell = rng.choice(
        [f"{t}/{r}/{i}" for t in "ABCD" for r in range(15) for i in range(20)], entities
    )
    ids = np.char.add("91150502MA", np.char.zfill(np.arange(entities).astype(str), 8))
    pq.write_table(
        pa.table({"entity_id": ids, "standing": ["pool"] * entities, "cell": cell}), path
    )
    names, numbers = np.unique(cell, return_counts=True)
    sizes = dict(zip(names.tolist(), numbers.tolist(), strict=True))
    return {name: max(1, size // 100) for name, size in sizes.items()}, sizes


def best(run: Callable[[], int], rounds: int = 3) -> tuple[float, int]:
    """Least seconds of some rounds, and how many were drawn."""
    times, drawn = [], 0
    for _ in range(rounds):
        start = time.perf_counter()
        drawn = run()
        times.append(time.perf_counter() - start)
    return min(times), drawn


def ours(path: Path, counts: dict[str, int], sizes: dict[str, int]) -> Callable[[], int]:
    return lambda: len(select(start().open_frame(path), KEY, counts, sizes))


def duckdb_random(path: Path, counts: dict[str, int]) -> Callable[[], int]:
    def run() -> int:
        connection = engine.connect()
        table = pa.table({"cell": list(counts), "n": list(counts.values())})
        connection.register("asked", table)
        return len(
            connection.sql(
                f"""SELECT entity_id FROM (
                        SELECT f.entity_id, a.n,
                               row_number() OVER (PARTITION BY f.cell ORDER BY f.r) AS place
                        FROM (SELECT *, random() AS r FROM {engine.parquet(path)}) f
                        JOIN asked a USING (cell)
                        WHERE standing = 'pool') WHERE place <= n"""
            ).fetchall()
        )

    return run


def pandas_sample(path: Path, counts: dict[str, int]) -> Callable[[], int]:
    import pandas as pd

    def run() -> int:
        table = pd.read_parquet(path)
        drawn = [
            group.sample(counts[name], random_state=1)
            for name, group in table.groupby("cell", sort=False)
        ]
        return sum(map(len, drawn))

    return run


def samplics_sample(path: Path, counts: dict[str, int]) -> Callable[[], int]:
    from samplics import SelectMethod
    from samplics.sampling import SampleSelection

    def run() -> int:
        table = pq.read_table(path)
        ids, cells = table["entity_id"].to_numpy(), table["cell"].to_numpy()
        design = SampleSelection(method=SelectMethod.srs_wor, strat=True)
        _, hits, _ = design.select(
            samp_unit=np.asarray(ids, str), samp_size=counts, stratum=np.asarray(cells, str)
        )
        return int(np.sum(hits))

    return run


def main(entities: int = 1_000_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frame.parquet"
        counts, sizes = frame(path, entities)
        makers: dict[str, Callable[[], Any]] = {
            "yaohao select": lambda: ours(path, counts, sizes),
            "DuckDB random()": lambda: duckdb_random(path, counts),
            "pandas groupby.sample": lambda: pandas_sample(path, counts),
            "samplics": lambda: samplics_sample(path, counts),
        }
        found: dict[str, tuple[float, int]] = {}
        for name, make in makers.items():
            try:
                found[name] = best(make(), 1 if name == "samplics" else 3)
            except ImportError as error:
                print(f"{name}: not installed ({error.name}); pip install --group bench")
        base = found["DuckDB random()"][0]
        print(f"{entities:,} entities, {len(counts):,} cells, {sum(counts.values()):,} to draw")
        for name, (seconds, drawn) in found.items():
            print(f"{name:24} {seconds:8.2f} s   {seconds / base:7.2f} x   {drawn:,} drawn")


if __name__ == "__main__":
    main(*(int(argument.replace("_", "")) for argument in sys.argv[1:]))
