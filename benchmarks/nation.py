"""From a county to the nation: every step of a draw as a whole process, its time and its memory.

    python -m benchmarks.nation [ENTITIES] [--form csv|parquet] [--folder FOLDER] [--until STEP]

A synthetic register is written in pieces, imported, frozen, drawn, staffed, dealt, published and
verified, each step as its own `yaohao` process. Wall time, processor time and peak memory of each
are printed as a table and kept in FOLDER/steps.json; a run that was broken off goes on where it
stopped. Every county has inspectors of its own, as many as its share of the entities asks for, so
that crews fall apart into counties; with `--roving N` so many more work in all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yaohao.sample_data import Population

from benchmarks.as_installed import compile_modules

PER_INSPECTOR = 2_000
"""Entities to an inspector: at 2.7 % drawn, some fifty visits in crews of two."""
SEEDS = {"draw": "12345678901234567890", "deal": "98765432109876543210"}
PLAN = "2027q1"


def run(command: list[str], output: Path) -> dict[str, Any]:
    """Seconds, seconds of the processor and peak memory in MB of a process and its children."""
    start = time.perf_counter()
    with output.open("wb") as file:
        child = subprocess.Popen(command, stdout=file)
        # Beside wait4, which knows the largest single process of those that have ended.
        most, whole = 0, 0
        while True:
            ended, status, usage = os.wait4(child.pid, os.WNOHANG)
            if ended:
                break
            whole = max(whole, _resident(child.pid))
            time.sleep(0.05)
        most = max(usage.ru_maxrss // 1024, whole)
    child.returncode = os.waitstatus_to_exitcode(status)
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "megabytes": most,
        "status": child.returncode,
    }


def _resident(root: int) -> int:
    """Megabytes that a process and its children hold now, pages of files that they share left out;
    0 where the system does not tell.
    """
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        place = Path(f"/proc/{pid}")
        try:
            for line in (place / "status").read_text().splitlines():
                if line.startswith(("RssAnon:", "RssShmem:")):
                    total += int(line.split()[1])
            children = place / "task" / str(pid) / "children"
            waiting += map(int, children.read_text().split())
        except (OSError, ValueError):
            continue
    return total >> 10


class Run:
    """The steps of one size in a folder, and what was measured of them."""

    def __init__(self, folder: Path, entities: int, form: str, roving: int) -> None:
        self.folder = folder
        self.entities, self.form, self.roving = entities, form, roving
        self.space = folder / "w"
        self.kept = folder / "steps.json"
        told = {"entities": entities, "form": form, "roving": roving}
        held: dict[str, Any] = json.loads(self.kept.read_text()) if self.kept.exists() else told
        if {name: held.get(name) for name in told} != told:
            raise SystemExit(f"{self.kept} is of another run: {held}")
        self.steps: dict[str, Any] = held.get("steps", {})

    def keep(self) -> None:
        """Write down what was measured so far."""
        document = {
            "entities": self.entities,
            "form": self.form,
            "roving": self.roving,
            "steps": self.steps,
        }
        fresh = self.kept.with_suffix(".new")
        fresh.write_text(json.dumps(document, indent=1))
        fresh.replace(self.kept)

    def step(
        self, name: str, command: list[str], *, done: Callable[[], bool] | None = None
    ) -> None:
        """Carry a step out, unless it was; print and keep what it took."""
        if name in self.steps:
            self.show(name)
            return
        if done is not None and done():  # it ended, and this benchmark did not see it
            self.steps[name] = {"seconds": None, "cpu": None, "megabytes": None, "status": 0}
        else:
            self.steps[name] = run([sys.executable, *command], self.folder / f"{name}.out")
        if self.steps[name]["status"]:
            status = self.steps.pop(name)["status"]
            raise SystemExit(f"{name}: exit status {status}; see {self.folder / f'{name}.out'}")
        self.keep()
        self.show(name)

    def show(self, name: str) -> None:
        """A line of the table."""
        one = self.steps[name]
        if one["seconds"] is None:
            print(f"{name:18} {'not measured':>32}", flush=True)
            return
        seconds, cpu, memory = one["seconds"], one["cpu"], one["megabytes"]
        print(f"{name:18} {seconds:10.2f} {cpu:10.2f} {memory:10,}", flush=True)

    def yaohao(self, *arguments: str, space: bool = True) -> list[str]:
        """The command line of a step."""
        where = ["--workspace", str(self.space)] if space else []
        return ["-m", "yaohao", *arguments, *where, "--json"]

    def stage(self) -> str:
        """How far the draw is, "" where there is none.

        By the overview, which tells no visits: a process that is started inherits the most memory
        that this one ever had, and would be told with it.
        """
        told = self.status().get("draws", [])
        return next((str(one["stage"]) for one in told if one["draw"] == PLAN), "")

    def status(self) -> dict[str, Any]:
        """The overview of the workspace, nothing where there is none."""
        if not self.space.exists():
            return {}
        command = [sys.executable, *self.yaohao("status")]
        told = subprocess.run(command, capture_output=True, check=False)
        return dict(json.loads(told.stdout)) if told.returncode == 0 else {}

    def is_at(self, *stages: str) -> Callable[[], bool]:
        """Whether the draw is at one of some stages."""
        return lambda: self.stage() in stages

    def has_entities(self) -> bool:
        """Whether the register was imported."""
        return bool(self.status().get("registers", {}).get("entities", {}).get("size"))


def write_inputs(folder: Path, entities: int, form: str, roving: int) -> None:
    """The register, whose file comes last, a roster for it and its plan."""
    population = Population(entities, seed=1, profile="province")
    (folder / "plan.toml").write_text(population.plan())
    divisions, weights = population.divisions
    lines = ["inspector_id,name,regions,certificate_until"]
    for division, weight in zip(divisions, weights, strict=True):
        count = max(4, entities * weight // sum(weights) // PER_INSPECTOR)
        lines += [f"{division}-{n:04d},p{n},{division},2099-12-31" for n in range(count)]
    lines += [f"15-{n:04d},r{n},15,2099-12-31" for n in range(roving)]
    (folder / "inspectors.csv").write_text("\n".join(lines) + "\n")
    items = "\n".join(f"{one},{one}" for one in ("REG-01", "PUB-01"))
    (folder / "items.csv").write_text(f"item_id,name\n{items}\n")
    fresh = folder / f"new.{form}"
    if form == "csv":
        population.write_csv(fresh)
    else:
        population.write_parquet(fresh)
    fresh.replace(folder / f"entities.{form}")


def steps(one: Run) -> list[tuple[str, Callable[[], None]]]:
    """The steps in order, by name."""
    folder, yaohao = one.folder, one.yaohao
    register = folder / f"entities.{one.form}"
    plan, public, behind = (str(folder / name) for name in ("plan.toml", "public", "audit"))
    dice = ["--source", "dice"]
    drawn, staffed, dealt = ("drawn", "staffed", "dealt"), ("staffed", "dealt"), ("dealt",)
    making = ["-m", "benchmarks.nation", "--make", str(one.entities), one.form, str(one.roving)]

    def step(
        name: str, command: list[str], done: Callable[[], bool] | None = None
    ) -> tuple[str, Callable[[], None]]:
        return name, lambda: one.step(name, command, done=done)

    return [
        step("synth", [*making, str(folder)], register.exists),
        step("init", yaohao("init", str(one.space), space=False), one.space.exists),
        step("import", yaohao("import", "entities", str(register)), one.has_entities),
        step("import inspectors", yaohao("import", "inspectors", str(folder / "inspectors.csv"))),
        step("import items", yaohao("import", "items", str(folder / "items.csv"))),
        step("preview", yaohao("plan", "preview", plan)),
        step("freeze", yaohao("freeze", plan, "--past"), one.is_at("committed", *drawn)),
        step("draw", yaohao("draw", PLAN, "--seed", SEEDS["draw"], *dice), one.is_at(*drawn)),
        step("staff", yaohao("staff", PLAN), one.is_at(*staffed)),
        step("deal", yaohao("deal", PLAN, "--seed", SEEDS["deal"], *dice), one.is_at(*dealt)),
        step("publish", yaohao("publish", PLAN, "--to", public)),
        step("audit", yaohao("audit", PLAN, "--to", behind)),
        step("verify", yaohao("verify", public, space=False)),
        step("verify audit", yaohao("verify", public, "--audit", behind, space=False)),
        step("verify.py", [f"{public}/verify.py"]),
        step("verify.py audit", [f"{public}/verify.py", behind]),
    ]


def main() -> None:
    """Carry out the steps, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entities", nargs="?", default="1_000_000")
    parser.add_argument("--form", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--until", default="")
    parser.add_argument("--roving", type=int, default=0)
    parser.add_argument("--nice", type=int, default=10)
    parser.add_argument("--keep", action="store_true", help="leave a folder of its own in place")
    asked = parser.parse_args()
    entities = int(asked.entities.replace("_", ""))
    os.nice(asked.nice)
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="yaohao-nation-"))
    folder.mkdir(parents=True, exist_ok=True)
    compile_modules()
    try:
        one = Run(folder, entities, asked.form, asked.roving)
        print(f"{entities:,} entities, {asked.form}; {folder}")
        print(f"{'':18} {'seconds':>10} {'processor':>10} {'MB':>10}", flush=True)
        for name, carry_out in steps(one):
            carry_out()
            if name == asked.until:
                break
        one.keep()
        print(json.dumps({"entities": entities, "form": asked.form, "steps": one.steps}))
    finally:
        if asked.folder is None and not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        size, made, extra, place = sys.argv[2:]
        write_inputs(Path(place), int(size), made, int(extra))
    else:
        main()
