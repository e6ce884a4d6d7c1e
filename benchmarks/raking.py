"""How long the raking takes: python benchmarks/raking.py.

Two pools of 5,000 cells: a register's own strata under margins and crossing quotas, and random
groups that overlap; and the same with two rules that stand against each other.
"""

from __future__ import annotations

import random
import resource
from time import perf_counter

from yaohao.planner.frame.allocation.constraints import Bound, broken
from yaohao.planner.frame.allocation.raking import raked
from yaohao.planner.frame.cells import Cell
from yaohao.planner.vocabulary.problems import PlannerError

MILLION = 1_000_000


def pool(count: int, rng: random.Random) -> list[Cell]:
    sizes = [rng.randint(1, 2000) for _ in range(count)]
    return [
        Cell(f"{i:05d}", n, n * rng.choice([10_000, 30_000, 100_000])) for i, n in enumerate(sizes)
    ]


def around(place: str, members: list[int], aim: list[int], rng: random.Random) -> Bound:
    """A bound that `aim` keeps, closely: a count or a share, on one side or on both."""
    here = sum(aim[i] for i in members)
    least, most = here // MILLION * MILLION, (here // MILLION + 1) * MILLION
    chosen = rng.random()
    if chosen < 0.15:
        share = here * MILLION // sum(aim)
        return Bound(place, tuple(members), share - 20, share + 20, "share_of_draw")
    if chosen < 0.5:
        return Bound(place, tuple(members), least=least)
    if chosen < 0.9:
        return Bound(place, tuple(members), most=most)
    return Bound(place, tuple(members), least, most)


def strata(rng: random.Random) -> tuple[list[Cell], list[Bound]]:
    """4 tiers, 25 regions, 10 industries, 5 kinds: all one-way margins, and 160 crossings."""
    cells = pool(5000, rng)
    aim = [min(c.size * MILLION, int(c.expected * rng.uniform(0.5, 1.8)) + 1) for c in cells]
    codes = [(i % 4, i // 4 % 25, i // 100 % 10, i // 1000) for i in range(5000)]
    bounds = []
    for axis, width in enumerate((4, 25, 10, 5)):
        for code in range(width):
            members = [i for i, c in enumerate(codes) if c[axis] == code]
            bounds.append(around(f"margin[{axis}][{code}]", members, aim, rng))
    for number in range(160):
        a, b = rng.sample(range(4), 2)
        like = rng.choice(codes)
        members = [i for i, c in enumerate(codes) if c[a] == like[a] and c[b] == like[b]]
        bounds.append(around(f"quota[{number}]", members, aim, rng))
    total = (sum(aim) // MILLION + 1) * MILLION
    return cells, [*bounds, Bound("limits.total", tuple(range(5000)), most=total)]


def overlapping(rng: random.Random) -> tuple[list[Cell], list[Bound]]:
    """200 random groups of a twentieth of the cells each."""
    cells = pool(5000, rng)
    aim = [min(c.size * MILLION, int(c.expected * rng.uniform(0.5, 1.8)) + 1) for c in cells]
    return cells, [
        around(f"quota[{k}]", [i for i in range(5000) if rng.random() < 0.05], aim, rng)
        for k in range(200)
    ]


def main() -> None:
    for name, made in (("strata", strata), ("overlapping", overlapping)):
        cells, bounds = made(random.Random(1))
        start = perf_counter()
        found = raked(cells, bounds)
        spent = perf_counter() - start
        moved = sum(a != c.expected for a, c in zip(found, cells, strict=True))
        print(
            f"{name}: {len(cells)} cells, {len(bounds)} bounds, {moved} cells moved, "
            f"{len(broken(bounds, found))} bounds broken: {spent:.2f} s"
        )
        first = bounds[0]
        size = sum(found[i] for i in first.members) // MILLION
        against = [
            Bound("a.max", first.members, most=size * MILLION),
            Bound("b.min", first.members, least=(size + 2) * MILLION),
        ]
        start = perf_counter()
        try:
            raked(cells, [*bounds, *against])
        except PlannerError as refused:
            spent = perf_counter() - start
            places = [problem.params.get("key") for problem in refused.problems]
            print(f"  refused in {spent:.2f} s: {places}")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
