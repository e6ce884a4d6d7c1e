"""Proofs for every entity of a frame: time, memory and disk; and taking one out.

    python -m benchmarks.proofs [ENTITIES]

A synthetic register is imported and a plan frozen; then `yaohao proof --all` runs as a process of
its own. The goal is that memory stays far below what is written.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from yaohao.sample_data import Population

from benchmarks.road import PLAN, run


def main(entities: int = 1_000_000) -> None:
    """Print a line a step."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        Population(entities, seed=1).write_csv(base / "entities.csv")
        (base / "plan.toml").write_text(PLAN)
        (base / "inspectors.csv").write_text("inspector_id,name,regions\ni1,p1,1505\ni2,p2,1505\n")
        space = ("--workspace", str(base / "w"))

        def step(*words: str) -> tuple[float, int, str]:
            return run("-m", "yaohao", *words)

        step("init", str(base / "w"))
        for register in ("entities", "inspectors"):
            step("import", register, str(base / f"{register}.csv"), *space)
        step("freeze", str(base / "plan.toml"), *space)
        step("draw", "bench", "--seed", "12345678901234567890", "--source", "dice", *space)
        seconds, memory, told = step("proof", "bench", "--all", "--to", str(base / "p"), *space)
        size = sum(path.stat().st_size for path in (base / "p").iterdir())
        print(told.strip())
        print(f"all: {seconds:.1f} s, {memory:,} MB of memory, {size / 1e6:,.0f} MB written")
        some = next((base / "p").glob("*.jsonl")).read_text(encoding="utf-8").split('"entity_id":"')
        entity = some[1].partition('"')[0]
        seconds, memory, _ = step("proof", "bench", entity, "--from", str(base / "p"))
        print(f"one, out of the folder: {seconds:.2f} s, {memory} MB")
        seconds, memory, _ = step("proof", "bench", entity, *space)
        print(f"one, out of the workspace: {seconds:.2f} s, {memory} MB")


if __name__ == "__main__":
    main(*(int(argument.replace("_", "")) for argument in sys.argv[1:]))
