"""How long `yaohao --help` takes beside a bare click program, in one run.

Run as ``python -m benchmarks.startup``. Prints the medians in milliseconds and their
difference; the goal is a difference below 150 ms.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.as_installed import compile_modules

RUNS = 15
BARE = """
import click

@click.command()
@click.argument("name")
def hello(name):
    '''Say hello.'''

hello(["--help"])
"""
PROGRAMS = {
    "bare click": [sys.executable, "-c", BARE],
    "yaohao --help": [sys.executable, "-m", "yaohao", "--help", "--lang", "en"],
    "yaohao --help (zh)": [sys.executable, "-m", "yaohao", "--help", "--lang", "zh"],
    "yaohao freeze --help": [sys.executable, "-m", "yaohao", "freeze", "--help", "--lang", "en"],
}


def milliseconds(words: list[str]) -> float:
    """The wall time of one run."""
    begun = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begun) * 1000


def main() -> dict[str, float]:
    """Run all in turn, so that what else the machine does meets all alike; the medians."""
    compile_modules()
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(RUNS):
        for name, words in PROGRAMS.items():
            times[name].append(milliseconds(words))
    medians = {name: statistics.median(found) for name, found in times.items()}
    bare = medians["bare click"]
    for name, median in medians.items():
        print(f"{name:<22} {median:7.1f} ms   {median - bare:+7.1f} ms")
    return medians


if __name__ == "__main__":
    main()
