"""What each pair of visit and inspector costs: 40 bits of its hash (draw protocol, "Crews")."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
from yaohao.planner.draw.crews.eligibility import Eligibility, IntArray, VisitClass
from yaohao.planner.engine.base import EngineSettings
from yaohao.planner.engine.registry import start

_ENGINE_PAIRS = 150_000
"""Pairs from which the engine's start is worth it. It changes no cost, only time."""
_BATCH_PAIRS = 250_000
"""Pairs whose costs are in memory at once, 2 MB of 64 bits; doubled, twice that."""
_HELD_PAIRS = 4_000_000
"""Pairs whose costs are made for several components at once, 32 MB. It changes no cost; doubled,
twice as much is held."""
_SMALL_POOL = 20_000
"""Pairs of a class below which they are hashed in Python. It changes no cost, only time."""


def costs_of(who: Eligibility, pools: Iterable[int], key: str) -> dict[int, IntArray]:
    """``int(sha(key|entity_id|inspector_id)[:10], 16)`` of every pair of some pools, by position:
    one (m, k) array each.
    """
    costs = {
        at: np.empty((len(who.pools[at].visits), len(who.pools[at].inspectors)), np.int64)
        for at in pools
    }
    large = [at for at in costs if who.pools[at].pairs >= _SMALL_POOL]
    if sum(who.pools[at].pairs for at in large) < _ENGINE_PAIRS:
        large = []
    for at in sorted(costs.keys() - set(large)):
        _hash(who, who.pools[at], key, costs[at])
    if large:
        _hash_with_engine(who, large, key, costs)
    return costs


def components_with_costs(
    who: Eligibility, key: str
) -> Iterator[tuple[tuple[int, ...], list[IntArray]]]:
    """Each component with the costs of its pools; those of a few components are in memory at once.

    A component is never divided: what is held is that of the largest, at least.
    """
    waiting: list[tuple[int, ...]] = []
    pairs = 0
    for component in who.components:
        own = sum(who.pools[at].pairs for at in component)
        if waiting and pairs + own > _HELD_PAIRS:
            yield from _costed(who, waiting, key)
            waiting, pairs = [], 0
        waiting.append(component)
        pairs += own
    yield from _costed(who, waiting, key)


def _costed(
    who: Eligibility, components: Sequence[tuple[int, ...]], key: str
) -> Iterator[tuple[tuple[int, ...], list[IntArray]]]:
    costs = costs_of(who, [at for component in components for at in component], key)
    for component in components:
        yield component, [costs.pop(at) for at in component]


def _fronts(who: Eligibility, pool: VisitClass, key: str) -> list[str]:
    return [f"{key}|{who.entity_ids[visit]}|" for visit in pool.visits.tolist()]


def _hash(who: Eligibility, pool: VisitClass, key: str, costs: IntArray) -> None:
    names = [who.inspector_ids[at].encode() for at in pool.inspectors.tolist()]
    for row, front in enumerate(_fronts(who, pool, key)):
        lead = front.encode()
        digests = b"".join([sha256(lead + name).digest()[:5] for name in names])
        octets = np.frombuffer(digests, np.uint8).reshape(-1, 5).astype(np.int64)
        costs[row] = octets @ np.array([1 << 32, 1 << 24, 1 << 16, 1 << 8, 1], np.int64)


def _hash_with_engine(
    who: Eligibility, large: list[int], key: str, costs: Mapping[int, IntArray]
) -> None:
    # One thread an operation: the batches themselves go to all cores.
    with start(settings=EngineSettings(threads=1)) as engine:

        def run(batch: tuple[int, int, int]) -> None:
            at, first, stop = batch
            pool = who.pools[at]
            fronts = _fronts(who, pool, key)[first:stop]
            names = [who.inspector_ids[i] for i in pool.inspectors.tolist()]
            costs[at][first:stop] = engine.pair_costs(fronts, names).reshape(-1, len(names))

        # Each batch writes its own rows; so the order in which they end does not matter.
        with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as workers:
            list(workers.map(run, _batches(who, large)))


def _batches(who: Eligibility, large: list[int]) -> Iterator[tuple[int, int, int]]:
    for at in large:
        pool = who.pools[at]
        step = max(1, _BATCH_PAIRS // len(pool.inspectors))
        for first in range(0, len(pool.visits), step):
            yield at, first, min(first + step, len(pool.visits))
