"""Lottery tables of growing size, beside the per-cell rounding that keeps no margin, in one run.

    python -m benchmarks.lottery

The peer draws as many independent roundings of the same cells in NumPy; `off` is the share of its
outcomes whose total is not the expectation rounded down or up (of ours there is none).
"""

from __future__ import annotations

import itertools
import time

import numpy as np

from planner.lot.lottery import build_lottery
from planner.lot.lottery_check import lottery_problems
from planner.lot.margins import margins_of

SHAPES = ((4, 8), (4, 8, 20), (50, 100), (4, 25, 50), (8, 25, 25))


def cells_of(shape: tuple[int, ...]) -> list[tuple[str, int, int]]:
    names = ["/".join(f"{c:03d}" for c in codes) for codes in itertools.product(*map(range, shape))]
    return [
        (name, 20, (place * 7_919_317 + 1_234_567) % 9_000_000 + 1)
        for place, name in enumerate(names)
    ]


def main() -> None:
    print("        strata  cells outcomes     ours   check    ratio    off")
    for shape in SHAPES:
        cells = cells_of(shape)
        strata = [f"s{place}" for place in range(len(shape))]
        start = time.perf_counter()
        lottery = build_lottery(cells, margins_of([name for name, _, _ in cells], strata))
        ours = time.perf_counter() - start
        start = time.perf_counter()
        assert not lottery_problems(lottery, strata)
        check = time.perf_counter() - start
        rng = np.random.default_rng(1)
        start = time.perf_counter()
        x = np.array([expected for _, _, expected in cells]) / 1e6
        counts = np.floor(x + rng.random((len(lottery["outcomes"]), len(cells))))
        peer = time.perf_counter() - start
        off = np.mean(np.abs(counts.sum(axis=1) - x.sum()) >= 1)
        name = " x ".join(map(str, shape))
        print(
            f"{name:>14} {len(cells):6} {len(lottery['outcomes']):8} {ours:7.2f}s {check:6.2f}s "
            f"{ours / peer:7.0f}x {off:6.0%}"
        )


if __name__ == "__main__":
    main()
