"""What an installation takes: room, time to import, time to start; beside what it took before.

Run as ``python -m benchmarks.install [ENVIRONMENT]``. Without an environment the wheel of dist/
(`make wheel`) is installed into an empty one, from the usual index. Room is in units of 2^20 bytes,
without pip and setuptools; times are medians of processor time, in milliseconds.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from yaohao.scripts.try_wheel import Environment, installed, wheel_named

RUNS = 7
LARGEST = 8
"""Packages that are told by name."""
BEFORE = {
    "room": 670.9,
    "  of which pyarrow": 167.6,
    "  of which _duckdb": 65.6,
    "start Python": 10.6,
    "import yaohao": 10.5,
    "import the public API": 48.4,
    "import numpy": 92.0,
    "import the solver": 455.2,
    "import pyarrow, duckdb": 201.2,
    "import the screens": 242.6,
    "yaohao --version": 53.8,
    "yaohao --help": 74.2,
    "yaohao freeze --help": 79.6,
    "yaohao --lang zh --help": 77.1,
}
"""With OR-Tools and SciPy, by the same measures (Linux, Python 3.11, the same machine)."""
IMPORTS = {
    "import yaohao": "import yaohao",
    "import the public API": "import yaohao.planner.workspace",
    "import numpy": "import numpy",
    "import the solver": "import numpy, SOLVER",
    "import pyarrow, duckdb": "import pyarrow, duckdb",
    "import the screens": "import yaohao.tui.app",
}
SOLVERS = {"highspy": "highspy", "ortools": "ortools.graph.python.min_cost_flow, scipy.optimize"}
STARTS = ("--version", "--help", "freeze --help", "--lang zh --help")


def milliseconds(words: list[str], folder: Path) -> float:
    """The median processor time of several runs in a folder, all child processes counted."""
    found = []
    for _ in range(RUNS):
        before = getrusage(RUSAGE_CHILDREN)
        subprocess.run(words, stdout=subprocess.DEVNULL, check=True, cwd=folder)
        after = getrusage(RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return 1000 * statistics.median(found)


def measures(home: Path) -> Iterator[tuple[str, float]]:
    """The name and value of each measure of an environment."""
    sizes = installed(home)
    yield "room", sum(sizes.values())
    for name, size in list(sizes.items())[:LARGEST]:
        yield f"  of which {name.partition('.')[0]}", size
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    python = str(programs / "python")
    solver = next(code for name, code in SOLVERS.items() if name in sizes)
    yield "start Python", milliseconds([python, "-c", "pass"], home)
    for name, code in IMPORTS.items():
        yield name, milliseconds([python, "-c", code.replace("SOLVER", solver)], home)
    for words in STARTS:
        yield f"yaohao {words}", milliseconds([str(programs / "yaohao"), *words.split()], home)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[1:]:
            home = Path(sys.argv[1]).absolute()
        else:
            home = Environment(wheel_named("yaohao"), Path(folder)).home
        print(f"{'':<40}{'now':>10}{'before':>10}")
        for name, value in measures(home):
            before = f"{BEFORE[name]:10.1f}" if name in BEFORE else f"{'-':>10}"
            print(f"{name:<40}{value:10.1f}{before}", flush=True)


if __name__ == "__main__":
    main()
