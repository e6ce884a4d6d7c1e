"""Simulated populations and years, for the tests and for the benchmarks.

Every draw is made by a committed table and tickets within cells, as the program makes them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.estimates import share_of, total_wrong
from yaohao.planner.learning.proposals import (
    GREEDY,
    ground,
    neyman,
    rates_by,
)
from yaohao.planner.learning.sample import (
    Cells,
    DesignSample,
    Table,
    simple_sample,
)

M = 1_000_000


def lottery(expected: np.ndarray, rng: np.random.Generator, outcomes: int = 200) -> Table:
    """A table whose means are exactly `expected` millionths: systematic rounding at even starts."""
    grid = M // outcomes
    assert (expected % grid == 0).all()
    edges = np.concatenate([[0], np.cumsum(expected)])
    counts = []
    for start in range(0, M, grid):
        below = (edges + start) // M
        counts.append(np.diff(below))
    order = rng.permutation(outcomes)
    return Table(np.full(outcomes, grid), np.array(counts)[order])


def population(
    rng: np.random.Generator, sizes: np.ndarray, expected: np.ndarray, tiers: np.ndarray,
    rates: tuple[float, ...], spread: float = 0.5,
) -> tuple[Cells, Table, list[np.ndarray]]:  # fmt: skip
    cells = Cells(sizes, expected, tiers)
    odds = np.array(rates)[tiers] * np.exp(spread * rng.standard_normal(len(sizes)))
    hits = [rng.random(n) < min(p, 0.9) for n, p in zip(sizes, odds, strict=True)]
    return cells, lottery(expected, rng), hits


def draw(
    rng: np.random.Generator, cells: Cells, table: Table, hits: list[np.ndarray]
) -> DesignSample:
    counts = table.counts[rng.integers(len(table.weights))]
    cell = np.repeat(np.arange(len(cells)), counts)
    seen = [rng.permutation(h)[:n] for h, n in zip(hits, counts, strict=True)]
    return simple_sample(cells, table, cell, np.concatenate(seen).astype(np.int64))


THIN = (
    np.repeat(np.array([400, 300, 150, 60]), 15),
    np.repeat([300_000, 700_000, 900_000, 1_200_000], 15),
)
FULL = (np.repeat(np.array([900, 500, 200]), 4), np.repeat([12_500_000, 20_000_000, 25_000_000], 4))


@dataclass(frozen=True)
class Coverage:
    """What many draws of one population came to: shares of intervals that held, mean and spread."""

    of_total: float
    of_share: float
    truth: int
    mean: float
    sd: float
    se: float


def coverage(
    sizes: np.ndarray, expected: np.ndarray, rates: tuple[float, ...], draws: int,
    seed: int = 20260511,
) -> Coverage:  # fmt: skip
    """Draw one population so often; `se` is the root of the mean estimated variance."""
    rng = np.random.default_rng(seed)
    tiers = np.repeat(np.arange(len(rates)), len(sizes) // len(rates))
    cells, table, hits = population(rng, sizes, expected, tiers, rates)
    truth = sum(int(h.sum()) for h in hits)
    totals, variances, inside, share_inside = [], [], 0, 0
    for _ in range(draws):
        sample = draw(rng, cells, table, hits)
        total, share = total_wrong(sample), share_of(sample, sample.wrong)
        totals.append(total.value)
        variances.append(total.se**2)
        inside += total.interval.low <= truth <= total.interval.high
        share_inside += share.interval.low <= truth / cells.pool <= share.interval.high
    return Coverage(
        inside / draws,
        share_inside / draws,
        truth,
        float(np.mean(totals)),
        float(np.std(totals)),
        float(np.sqrt(np.mean(variances))),
    )


RULES = {
    "equal": lambda known: rates_by(known, 500, 0.0, 0.0),
    "neyman": lambda known: neyman(known, 500).rates,
    "one": lambda known: rates_by(known, 500, 1.0, 0.0),
    "two": lambda known: rates_by(known, 500, 2.0),
    "greedy": lambda known: rates_by(known, 500, GREEDY),
    "no-floor": lambda known: rates_by(known, 500, GREEDY, 0.0),
}


def years(rule: str, worlds: int) -> tuple[float, float, float]:
    """Finds a year, error and bias of the total over eight years of 18,000 entities in 48 cells."""
    finds, errors = [], []
    for world in range(worlds):
        rng = np.random.default_rng(world)
        tiers = np.repeat(np.arange(4), 12)
        shares = np.array([0.55, 0.3, 0.12, 0.03])
        sizes = np.maximum(rng.multinomial(18_000, np.repeat(shares / 12, 12)), 5)
        rates = np.array([0.02, 0.05, 0.12, 0.3])[tiers] * np.exp(rng.normal(-0.125, 0.5, 48))
        wrong = rng.binomial(sizes, np.clip(rates, 0, 0.9))
        hits, seen = np.zeros(48), np.zeros(48, np.int64)
        for year in range(8):
            if year == 0:
                chance = np.full(48, 500 / sizes.sum())
            else:
                chance = RULES[rule](ground(sizes, hits, seen, tiers))
            x = sizes * chance
            n = np.minimum(np.floor(x).astype(int) + (rng.random(48) < x % 1), sizes)
            found = rng.hypergeometric(wrong, sizes - wrong, n)
            hits, seen = hits + found, seen + n
            if year:
                finds.append(found.sum())
                total = np.divide(found, chance, out=np.zeros(48), where=chance > 0).sum()
                errors.append(total / wrong.sum() - 1)
    return (
        float(np.mean(finds)),
        float(np.sqrt(np.mean(np.square(errors)))),
        float(np.mean(errors)),
    )


def crossing(
    rng: np.random.Generator, visits: float = 150.0
) -> tuple[Cells, Table, list[np.ndarray]]:
    """Tier x region x industry (4 x 5 x 4): chances rise with the tier, small cells among them."""
    tiers = np.repeat(np.arange(4), 20)
    shares = np.array([0.5, 0.3, 0.15, 0.05])[tiers] * rng.dirichlet(np.ones(20), 4).ravel()
    sizes = np.maximum(np.rint(8000 * shares).astype(np.int64), 3)
    chance = np.array([0.5, 1.0, 3.0, 10.0])[tiers]
    wanted = sizes * chance * visits / float(sizes @ chance)
    expected = np.minimum(np.maximum(np.rint(wanted * 200).astype(np.int64), 1) * 5000, sizes * M)
    return population(rng, sizes, expected, tiers, (0.05, 0.1, 0.25, 0.45), 0.4)
