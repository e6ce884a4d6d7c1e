"""Selection from a frozen frame, beside samplers that nobody can recompute, in one run.

    python -m benchmarks.selection [ENTITIES]

All draw the same number from each of 1,200 cells. Peers: DuckDB `random()` ranked per cell (the
best case of a database), pandas `groupby.sample`, samplics. Beside them stands what no selection
can be without: a bare scan of the frame, and the bare hashing of every ticket by DuckDB, with
nothing chosen. Times are the best of five, taken in turn, by
the clock and of the processor; the ratios are of the processor, to DuckDB's `random()` and to bare
hashing. The peers that are not installed are left out and said to be.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from yaohao.planner.draw.selection import select
from yaohao.planner.engine import duckdb as engine
from yaohao.planner.engine import statements
from yaohao.planner.engine.registry import start

KEY = "00112233445566778899aabbccddeeff"
SECRET = "5e" * 32
ROUNDS = 5

Run = Callable[[], int]
"""Something that is measured; it gives the number drawn."""


class Time(NamedTuple):
    """Least seconds of some rounds, by the clock and of the processor, and how many were drawn."""

    clock: float
    processor: float
    drawn: int


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


def once(run: Run) -> Time:
    """One round."""
    clock, processor = time.perf_counter(), time.process_time()
    drawn = run()
    return Time(time.perf_counter() - clock, time.process_time() - processor, drawn)


def best(runs: dict[str, Run], rounds: int = ROUNDS) -> dict[str, Time]:
    """The best of some rounds, all in turn; those that want a library are left out, and told."""
    times: dict[str, list[Time]] = {}
    for turn in range(rounds):
        for name, run in runs.items():
            if turn and (name not in times or name == "samplics"):  # it takes minutes
                continue
            try:
                times.setdefault(name, []).append(once(run))
            except ImportError as error:
                del times[name]
                print(f"{name}: not installed ({error.name}); pip install --group bench")
    return {
        name: Time(min(one.clock for one in own), min(one.processor for one in own), own[-1].drawn)
        for name, own in times.items()
    }


def ours(
    path: Path, counts: dict[str, int], sizes: dict[str, int], secret: str | None = None
) -> Run:
    return lambda: len(select(start().open_frame(path), KEY, counts, sizes, secret=secret))


def bare_hashing(path: Path, secret: str | None) -> Run:
    """Every ticket of the pool, of which only the lowest is kept."""
    return _one_value(path, statements.ticket(KEY, secret))


def bare_scan(path: Path) -> Run:
    """The columns that a selection reads."""
    return _one_value(path, "entity_id || cell")


def _one_value(path: Path, expression: str) -> Run:
    def run() -> int:
        frame = engine.parquet(path)
        query = f"SELECT min({expression}) FROM {frame} WHERE standing = 'pool'"
        return len(engine.connect().sql(query).fetchall())

    return run


def duckdb_random(path: Path, counts: dict[str, int]) -> Run:
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


def pandas_sample(path: Path, counts: dict[str, int]) -> Run:
    def run() -> int:
        import pandas as pd

        table = pd.read_parquet(path)
        drawn = [
            group.sample(counts[name], random_state=1)
            for name, group in table.groupby("cell", sort=False)
        ]
        return sum(map(len, drawn))

    return run


def samplics_sample(path: Path, counts: dict[str, int]) -> Run:
    def run() -> int:
        from samplics import SelectMethod
        from samplics.sampling import SampleSelection

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
        times = best(
            {
                "yaohao, public tickets": ours(path, counts, sizes),
                "yaohao, salted tickets": ours(path, counts, sizes, SECRET),
                "bare scan": bare_scan(path),
                "bare hashing, public": bare_hashing(path, None),
                "bare hashing, salted": bare_hashing(path, SECRET),
                "DuckDB random()": duckdb_random(path, counts),
                "pandas groupby.sample": pandas_sample(path, counts),
                "samplics": samplics_sample(path, counts),
            }
        )
    print(f"{entities:,} entities, {len(counts):,} cells, {sum(counts.values()):,} to draw")
    print(f"{'':24} {'clock':>8} {'processor':>10} {'x random()':>11} {'x hashing':>10}")
    for name, one in times.items():
        kind = "public" if "public" in name else "salted" if "salted" in name else ""
        to_random = one.processor / times["DuckDB random()"].processor
        floor = times[f"bare hashing, {kind}"].processor if kind else None
        to_floor = f"{one.processor / floor:10.2f}" if floor else f"{'':10}"
        drawn = f"{one.drawn:,} drawn" if one.drawn > 1 else ""
        print(
            f"{name:24} {one.clock:6.2f} s {one.processor:8.2f} s {to_random:11.2f} {to_floor}"
            f"   {drawn}".rstrip()
        )


if __name__ == "__main__":
    main(*(int(argument.replace("_", "")) for argument in sys.argv[1:]))
