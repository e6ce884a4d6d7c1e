"""Simulated years of several draws whose pools are apart, one inside another, or overlap.

Entities are known one by one, so that who was in which pool, and whom an earlier draw drew, count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from yaohao.planner.learning.sample import Cells, DesignSample, Table, simple_sample
from yaohao.planner.learning.years import Portion, Year, year_of

from helpers.simulated import lottery

TIERS = 3
RATES = (0.1, 0.25, 0.45)


@dataclass(frozen=True)
class World:
    """Entities with tier and region, which make the cells, and who is wrong."""

    tier: np.ndarray
    region: np.ndarray
    wrong: np.ndarray

    @property
    def cell(self) -> np.ndarray:
        return np.asarray(self.tier * 4 + self.region)


def world(seed: int, size: int = 2400) -> World:
    rng = np.random.default_rng(seed)
    tier = rng.choice(TIERS, size, p=[0.6, 0.3, 0.1])
    region = rng.integers(0, 4, size)
    odds = np.array(RATES)[tier] * np.array([0.7, 0.9, 1.1, 1.3])[region]
    return World(tier, region, rng.random(size) < odds)


@dataclass(frozen=True)
class Lot:
    """A pool, its entities by cell, and the committed lottery over them."""

    members: np.ndarray
    cells: Cells
    table: Table
    by_cell: list[np.ndarray]


def lot(of: World, pool: np.ndarray, visits: float, rng: np.random.Generator) -> Lot:
    kept = [np.flatnonzero(pool & (of.cell == cell)) for cell in range(TIERS * 4)]
    kept = [one for one in kept if len(one)]
    sizes = np.array([len(one) for one in kept])
    tiers = np.array([of.tier[one[0]] for one in kept])
    chance = np.array([1.0, 2.0, 5.0])[tiers]
    wanted = sizes * chance * visits / float(sizes @ chance)
    expected = np.minimum(np.maximum(np.rint(wanted * 200).astype(np.int64), 1), sizes * 200) * 5000
    return Lot(pool, Cells(sizes, expected, tiers), lottery(expected, rng), kept)


def drawn(one: Lot, of: World, rng: np.random.Generator) -> tuple[np.ndarray, DesignSample]:
    """Who is drawn, and the sample; one in twelve is not found."""
    counts = one.table.counts[rng.integers(len(one.table.weights))]
    who = [rng.permutation(ids)[:n] for ids, n in zip(one.by_cell, counts, strict=True)]
    ids = np.concatenate(who)
    outcome = of.wrong[ids].astype(np.int64)
    outcome[ids % 12 == 5] = 2
    return ids, simple_sample(one.cells, one.table, np.repeat(np.arange(len(who)), counts), outcome)


def pools_of(kind: str, of: World) -> list[np.ndarray]:
    every = np.ones(len(of.tier), np.bool_)
    if kind == "apart":
        return [of.region < 2, of.region >= 2]
    if kind == "nested":
        return [every, of.tier > 0]
    if kind == "same":
        return [every, every, every]
    return [of.region < 3, of.region > 0]


def a_year(kind: str, of: World, rng: np.random.Generator, lots: list[Lot] | None = None) -> Year:
    """One year: with ``looking-back`` the second pool leaves out whom the first draw drew."""
    if kind == "looking-back":
        first = (lots or [lot(of, np.ones(len(of.tier), np.bool_), 90, rng)])[0]
        ids, sample = drawn(first, of, rng)
        rest = first.members.copy()
        rest[ids] = False
        rest[of.region == 3] = False
        return _first([first, lot(of, rest, 60, rng)], [(ids, sample)], of, rng)
    assert lots is not None
    held = np.sum([one.members.astype(int) for one in lots], axis=0)
    seen: set[int] = set()
    portions = []
    for one in lots:
        ids, sample = drawn(one, of, rng)
        seen |= set(ids[sample.wrong].tolist())
        portions.append(Portion(sample, 1 / held[ids]))
    return year_of(portions, int((held > 0).sum()), len(seen))


def _first(
    lots: list[Lot], there: list[tuple[np.ndarray, DesignSample]], of: World,
    rng: np.random.Generator,
) -> Year:  # fmt: skip
    portions, taken, seen = [], np.zeros(len(of.tier), np.bool_), set()
    for number, one in enumerate(lots):
        ids, sample = there[number] if number < len(there) else drawn(one, of, rng)
        portions.append(Portion(sample, (~taken[ids]).astype(np.float64)))
        taken |= one.members
        seen |= set(ids[sample.wrong].tolist())
    return year_of(portions, int(taken.sum()), len(seen))
