"""One draw on both engines: whole processes, their time, and whether they show the same.

    python -m benchmarks.on_spark [ENTITIES] [MASTER]

A synthetic register is imported once. Then previewed, frozen (under one secret), drawn, audited and
verified: by DuckDB, and by Spark in a copy of the workspace. Each step is its own `yaohao` process:
of Spark some seconds are the start of Java. Without PySpark or Java nothing is measured, and that
is said.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from yaohao.planner.engine.spark_needs import missing
from yaohao.sample_data import Population

from benchmarks.as_installed import compile_modules
from benchmarks.road import PLAN, run

SECRET = "5e" * 32
SAME = ("plan", "frame", "lottery", "cells_root", "commitment", "counts", "visits", "outcome")


def main(entities: int = 1_000_000, master: str = "local[2]") -> None:
    """Print a line a step and engine, then what is the same."""
    if missing():
        print(f"nothing measured: {', '.join(missing())} missing")
        return
    compile_modules()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        Population(entities, seed=1).write_csv(base / "entities.csv")
        (base / "secret").write_text(f"{SECRET}\n")
        (base / "plan.toml").write_text(PLAN)
        inspectors = "".join(f"i{n:03d},p{n},1505\n" for n in range(400))
        (base / "inspectors.csv").write_text(f"inspector_id,name,regions\n{inspectors}")
        space = base / "duckdb"
        run("-m", "yaohao", "init", str(space))
        for name in ("entities", "inspectors"):
            file = str(base / f"{name}.csv")
            run("-m", "yaohao", "import", name, file, "--workspace", str(space))
        shutil.copytree(space, base / "spark")
        told = {
            engine: draw(base, engine, ["--engine", engine, *more])
            for engine, more in (("duckdb", ()), ("spark", ("--master", master)))
        }
        for name, value in told["duckdb"].items():
            verdict = "the same" if told["spark"][name] == value else "ANOTHER"
            print(f"{name:30} {verdict}   {value if isinstance(value, str) else ''}".rstrip())


def draw(base: Path, engine: str, how: list[str]) -> dict[str, Any]:
    """Take a draw through its steps; what it shows."""
    at = ["--workspace", str(base / engine), *how]
    out = base / f"{engine}-out"

    def step(name: str, *words: str) -> dict[str, Any]:
        seconds, memory, output = run("-m", "yaohao", *words, "--json")
        print(f"{engine:7} {name:18} {seconds:7.2f} s {memory:6} MB", flush=True)
        return dict(json.loads(output))

    plan = str(base / "plan.toml")
    step("plan preview", "plan", "preview", plan, *at)
    frozen = step("freeze", "freeze", plan, "--secret-file", str(base / "secret"), *at)
    step("publish", "publish", "bench", "--to", str(out / "committed"), *at)
    drawn = step("draw", "draw", "bench", "--seed", "12345678901234567890", "--source", "dice", *at)
    step("publish", "publish", "bench", "--to", str(out / "public"), *at)
    step("audit", "audit", "bench", "--to", str(out / "audit"), *at)
    step("verify with audit", "verify", str(out / "public"), "--audit", str(out / "audit"), *how)
    record = json.loads((out / "public" / "draw.json").read_bytes())
    parts = {"freeze": frozen, "draw": drawn, "draw.json select": record["select"]}
    shown = {
        f"{part}: {name}": told[name]
        for part, told in parts.items()
        for name in SAME
        if name in told
    }
    visits = (out / "public" / "visits.csv").read_bytes()
    return {**shown, "visits.csv": visits}


if __name__ == "__main__":
    entities, *rest = sys.argv[1:] or ["1_000_000"]
    main(int(entities.replace("_", "")), *rest)
