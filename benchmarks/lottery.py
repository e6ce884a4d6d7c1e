"""Times of the allocation lottery beside peers, in one run: its flows by OR-Tools, and two others.

Peers: rounding each cell on its own (fast, loses totals), and Birkhoff's decomposition with one
mixed-integer program of HiGHS a step (keeps margins).
Run: `python -m benchmarks.lottery`.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.margins import margins_of
from yaohao.planner.draw.lottery.property_check import lottery_problems

from benchmarks.ortools_flow import by_ortools

TABLES = (
    ("1 stratum", (640,), 640),
    ("2 crossing", (32, 20), 640),
    ("3 crossing", (4, 8, 20), 640),
    ("2 crossing", (25, 200), 5_000),
    ("3 crossing", (4, 25, 50), 5_000),
    ("3 crossing", (8, 25, 25), 5_000),
    ("3 sparse", (10, 10, 10), 60),
)


def random_cells(sizes, number):
    random = np.random.default_rng(number)
    places = random.choice(int(np.prod(sizes)), number, replace=False)
    names = ("/".join(f"{code:03d}" for code in np.unravel_index(k, sizes)) for k in places)
    return sorted((name, 5, int(random.integers(1, 3_000_000))) for name in names)


def round_alone(expected, outcomes):
    """As many outcomes as the lottery has, each cell rounded by itself; the worst total's error."""
    random = np.random.default_rng(1)
    worst = 0
    for _ in range(outcomes):
        counts = expected // 10**6 + (random.integers(0, 10**6, len(expected)) < expected % 10**6)
        worst = max(worst, abs(int(counts.sum()) - int(expected.sum()) // 10**6))
    return worst


def birkhoff_step(expected, margins):
    """One outcome of a decomposition with HiGHS: the time of a single step."""
    rest = expected % 10**6
    rows = np.repeat(np.arange(len(margins)), [len(margin.members) for margin in margins])
    columns = np.concatenate([margin.members for margin in margins])
    matrix = csr_array((np.ones(len(rows)), (rows, columns)), (len(margins), len(expected)))
    sums = matrix @ rest
    costs = np.random.default_rng(2).random(len(expected)) - rest / 10**6
    limits = LinearConstraint(matrix, np.floor(sums / 10**6), np.ceil(sums / 10**6))
    found = milp(costs, constraints=limits, integrality=np.ones(len(rest)), bounds=Bounds(0, 1))
    assert found.success


def main():
    heads = (
        "table",
        "cells",
        "outcomes",
        "widened",
        "build s",
        "OR s",
        "check s",
        "HiGHS s",
        "ratio",
    )
    print(("{:12}" + "{:>10}" * 8 + "  alone: s, total off by").format(*heads))
    for name, sizes, number in TABLES:
        cells = random_cells(sizes, number)
        strata = tuple("abcd"[: len(sizes)])
        margins = margins_of([cell for cell, _, _ in cells], strata)
        start = time.perf_counter()
        document = build_lottery(cells, margins)
        built = time.perf_counter()
        with by_ortools():
            assert build_lottery(cells, margins) == document
        by_other = time.perf_counter()
        assert lottery_problems(document, strata) == []
        checked = time.perf_counter()
        outcomes = len(document["outcomes"])
        expected = np.array([x for _, _, x in cells])
        off = round_alone(expected, outcomes)
        alone = time.perf_counter()
        for _ in range(3):
            birkhoff_step(expected, margins)
        peer = (time.perf_counter() - alone) / 3 * outcomes
        print(
            f"{name:12}{number:10}{outcomes:10}{len(document['widened']):10}"
            f"{built - start:10.2f}{by_other - built:10.2f}{checked - by_other:10.2f}{peer:10.2f}"
            f"{(built - start) / peer:10.2f}  {alone - checked:.3f}, {off}"
        )


if __name__ == "__main__":
    main()
