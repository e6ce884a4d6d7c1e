"""Coverage over many populations, the years of `propose` by rule, and times, in one run.

Run: `python -m benchmarks.learning`.
"""

from __future__ import annotations

import time

import numpy as np
from helpers.simulated import FULL, RULES, THIN, coverage, years
from yaohao.planner.learning.crew_severity import crew_severity
from yaohao.planner.learning.evaluation import drawn_effect
from yaohao.planner.learning.risk_model import fitted
from yaohao.planner.learning.survival import log_rank, survival

RATES = {"rare": (0.05, 0.1, 0.2, 0.4), "common": (0.15, 0.2, 0.3, 0.5)}
MIDDLE = (THIN[0], np.repeat([1_600_000, 2_900_000, 1_900_000, 3_200_000], 15))


def covered() -> None:
    print("cells        rates   total  share   sd     root of mean variance (2,000 draws each)")
    for name, (sizes, expected) in (("thin", THIN), ("middle", MIDDLE), ("full", FULL)):
        for kind, rates in RATES.items():
            used = rates[:3] if name == "full" else rates
            found = coverage(sizes, expected, used, 2000, seed=len(kind))
            print(f"{name:12} {kind:7} {found.of_total:.3f}  {found.of_share:.3f}  "
                  f"{found.sd:6.0f} {found.se:6.0f}")  # fmt: skip


def played() -> None:
    print("\nrule      finds a year  error  bias (18,000 entities, 48 cells, 8 years, 60 worlds)")
    for rule in RULES:
        finds, error, bias = years(rule, 60)
        print(f"{rule:9} {finds:12.0f}  {error:5.2f}  {bias:+.2f}")


def timed() -> None:
    rng = np.random.default_rng(1)
    n = 1_000_000
    times, left = np.round(rng.exponential(1500, n)), rng.random(n) < 0.4
    entry = np.maximum(times - rng.integers(1, 900, n), 0)
    x = rng.normal(0, 1, (100_000, 40))
    wrong = rng.random(100_000) < 1 / (1 + np.exp(2 - x[:, 0]))
    who = rng.integers(0, 100, 100_000)
    names = [f"x{k}" for k in range(40)]
    cell = rng.integers(0, 500, 200_000)
    drawn = rng.random(200_000) < 0.03
    teams = np.stack([np.repeat(np.arange(5000), 2), rng.integers(0, 100, 10_000)], axis=1)
    for name, run in (
        ("survival of 1e6 rows with late entry", lambda: survival(times, left, entry)),
        ("log-rank of 1e6 rows", lambda: log_rank(times, left, (times % 2).astype(int), entry)),
        ("ridge, 1e5 x 40, 100 inspectors, one penalty x 5 folds",
         lambda: fitted(x, wrong, who, names, penalties=[10.0])),
        ("effect of being drawn, 2e5 entities, 500 cells",
         lambda: drawn_effect(rng.random(200_000), drawn, cell)),
        ("severity of 100 inspectors, 5,000 visits of two",
         lambda: crew_severity(rng.random(5000) < 0.3, np.full(5000, 0.3), np.ones(5000), teams)),
    ):  # fmt: skip
        start = time.perf_counter()
        run()
        print(f"{name:56} {time.perf_counter() - start:6.2f} s")


if __name__ == "__main__":
    covered()
    played()
    print()
    timed()
