"""The few figures that the documents name, as ratios to a peer, against the committed ones.

    python -m benchmarks.gate            # measure, compare with benchmarks/baseline.json
    python -m benchmarks.gate --write    # measure, and make what was found the baseline

Each figure is the processor time of ours divided by a peer's, measured in pairs, one right after
the other in turn, so that what else the machine does meets both alike; the median of five pairs
counts. A figure that is too high is measured again, and its ten pairs count together. The JSON of
what was found goes to stdout, the verdicts to stderr. Exit status 1 on a regression, where a figure
has no baseline, and where one of the baseline is not measured any more. Sizes are small, and it is
processor time: how long a draw takes by the clock is what `benchmarks.nation` tells.
"""

from __future__ import annotations

import hashlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from yaohao.planner.frame.merkle import tree_levels
from yaohao.planner.register.entities import read_entities

from benchmarks.as_installed import compile_modules
from benchmarks.intake import stdnum_loop, write_register
from benchmarks.selection import SECRET, bare_hashing, duckdb_random, frame, ours
from benchmarks.startup import PROGRAMS

BASELINE = Path(__file__).with_name("baseline.json")
PAIRS = 5
ENTITIES, ROWS, LEAVES = 100_000, 10_000, 100_000
MARGIN, MOST = 0.25, 0.6
"""By how much a figure may be above its baseline, whatever the noise; and however noisy it is."""

Work = Callable[[], object]


class Figure(NamedTuple):
    """What is measured: seconds of the processor that ours takes, and a peer."""

    name: str
    ours: Callable[[], float]
    peer: Callable[[], float]


class Verdict(NamedTuple):
    """How a figure stands: `limit` is None where it has no baseline."""

    name: str
    ratio: float
    limit: float | None

    @property
    def is_regression(self) -> bool:
        """Whether the figure is above its limit, or nobody knows."""
        return self.limit is None or self.ratio > self.limit


def spread(ratios: Sequence[float]) -> float:
    """How far the pairs lie apart: the median distance from their median, as a share of it."""
    middle = statistics.median(ratios)
    return statistics.median(abs(one - middle) for one in ratios) / middle


def summary(ratios: Sequence[float]) -> dict[str, float]:
    """What is kept of a figure."""
    return {"ratio": round(statistics.median(ratios), 4), "spread": round(spread(ratios), 4)}


def judge(
    name: str, ratios: Sequence[float], baseline: Mapping[str, Mapping[str, float]]
) -> Verdict:
    """A figure beside its baseline: noise widens the limit, up to a bound."""
    ratio, held = statistics.median(ratios), baseline.get(name)
    if held is None:
        return Verdict(name, ratio, None)
    noise = 3 * (held["spread"] + spread(ratios))
    return Verdict(name, ratio, held["ratio"] * (1 + min(MOST, max(MARGIN, noise))))


def pairs(figure: Figure, count: int = PAIRS) -> list[float]:
    """Ratios of pairs, each of which begins with the other one."""
    ratios = []
    for turn in range(count):
        if turn % 2:
            peer = figure.peer()
            ours = figure.ours()
        else:
            ours = figure.ours()
            peer = figure.peer()
        ratios.append(ours / peer)
    return ratios


def within(work: Work, times: int = 1) -> Callable[[], float]:
    """Seconds of the processor that all threads of this process take for some rounds of a work."""

    def run() -> float:
        begun = time.process_time()
        for _ in range(times):
            work()
        return time.process_time() - begun

    work()  # what is loaded and remembered once is not measured
    return run


def outside(words: list[str], times: int) -> Callable[[], float]:
    """The same of processes of their own."""

    def used() -> float:
        told = resource.getrusage(resource.RUSAGE_CHILDREN)
        return told.ru_utime + told.ru_stime

    def run() -> float:
        begun = used()
        for _ in range(times):
            subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
        return used() - begun

    return run


@contextmanager
def figures() -> Iterator[list[Figure]]:
    """The figures, with the files that they are measured on."""
    with tempfile.TemporaryDirectory() as folder:
        path, register = Path(folder) / "frame.parquet", Path(folder) / "entities.csv"
        counts, sizes = frame(path, ENTITIES)
        write_register(register, ROWS)
        random = within(duckdb_random(path, counts), 5)
        leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(LEAVES)]
        joined = b"".join(leaves)

        def drawn(secret: str | None) -> Callable[[], float]:
            return within(ours(path, counts, sizes, secret), 5)

        def hashed() -> None:
            for leaf in leaves:
                hashlib.sha256(leaf + leaf).digest()

        yield [
            Figure("selection, public tickets / DuckDB random()", drawn(None), random),
            Figure("selection, salted tickets / DuckDB random()", drawn(SECRET), random),
            Figure(
                "selection, salted tickets / bare hashing",
                drawn(SECRET),
                within(bare_hashing(path, SECRET), 5),
            ),
            Figure(
                "tree of hashes / as many bare hashes",
                within(lambda: tree_levels(joined), 3),
                within(hashed, 3),
            ),
            Figure(
                "reading a register / csv and python-stdnum",
                within(lambda: read_entities([register])),
                within(lambda: stdnum_loop(register)),
            ),
            Figure(
                "yaohao --help / bare click",
                outside(PROGRAMS["yaohao --help"], 2),
                outside(PROGRAMS["bare click"], 2),
            ),
        ]  # fmt: skip


def main(words: Sequence[str]) -> int:
    """Measure, and compare or write; the exit status."""
    is_written = list(words) == ["--write"]
    if words and not is_written:
        sys.exit(__doc__)
    baseline = {} if is_written else json.loads(BASELINE.read_text(encoding="utf-8"))
    found, status = {}, 0
    with figures() as measured:
        for figure in measured:
            ratios = pairs(figure)
            verdict = judge(figure.name, ratios, baseline)
            if is_written or (verdict.is_regression and verdict.limit is not None):
                ratios += pairs(figure)
                verdict = judge(figure.name, ratios, baseline)
            found[figure.name] = summary(ratios)
            status |= verdict.is_regression and not is_written
            print(line(verdict), file=sys.stderr, flush=True)
    for name in sorted(baseline.keys() - found.keys()):
        status = 1
        print(f"{name}: in the baseline, and not measured", file=sys.stderr)
    text = json.dumps(found, indent=1) + "\n"
    print(text, end="")
    if is_written:
        BASELINE.write_text(text, encoding="utf-8")
    return int(status)


def line(verdict: Verdict) -> str:
    """A verdict as people read it."""
    limit = "no baseline" if verdict.limit is None else f"at most {verdict.limit:.2f}"
    state = "SLOWER" if verdict.is_regression and verdict.limit is not None else ""
    return f"{verdict.name:48} {verdict.ratio:7.2f} x   {limit}   {state}".rstrip()


if __name__ == "__main__":
    compile_modules()
    sys.exit(main(sys.argv[1:]))
