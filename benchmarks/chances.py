"""Chances and pairs with salted tickets over many seeds, and what goes with tiers over many draws.

    python -m benchmarks.chances [SEEDS] [DRAWS]

The suite does a share of both (`tests/draw/test_selection.py`, `tests/verification/
test_hidden_tiers.py`). Deviations are told in standard deviations of what the committed table says:
of 18 entities and 153 pairs the largest is about 3. Correlations are those of tier and what an
outsider can compute of a firm, less what its region tells; they stay near nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import combinations
from math import sqrt
from pathlib import Path

from helpers.public_eye import SHAPE, Seen, bureau_in, drawn, look, look_at_proofs, rows_of
from helpers.small_frames import members as members_of
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.margins import margins_of
from yaohao.planner.draw.lottery.picked_outcome import pick_outcome
from yaohao.planner.draw.rounds import round_key
from yaohao.planner.vocabulary.digest import salt, ticket

CELLS = [("A/1", 5, 1_250_000), ("A/2", 4, 700_000), ("B/1", 6, 2_050_000), ("B/2", 3, 333_333)]
SECRET = "5e" * 32


def chances(seeds: int) -> tuple[float, float]:
    """The largest deviation of an entity and of a pair, in standard deviations."""
    names = [name for name, _, _ in CELLS]
    lottery = build_lottery(CELLS, margins_of(names, ["tier", "region"]))
    members = {name: members_of(name, size) for name, size, _ in CELLS}
    salts = {one: salt(SECRET, one) for cell in members.values() for one in cell}
    times: Counter[tuple[str, ...]] = Counter()
    for number in range(seeds):
        key = round_key("c" * 64, f"{number:020d}")
        counts = lottery["outcomes"][pick_outcome(key, lottery["outcomes"])]["counts"]
        taken: list[str] = []
        for name, count in zip(names, counts, strict=True):
            ranked = sorted(members[name], key=lambda one: ticket(key, one, salts[one]))
            taken += ranked[:count]
        times.update((one,) for one in taken)
        times.update(combinations(sorted(taken), 2))
    return _worst(times, members, lottery, seeds, 1), _worst(times, members, lottery, seeds, 2)


def _worst(
    times: Counter[tuple[str, ...]],
    members: dict[str, list[str]],
    lottery: dict[str, list[dict[str, object]]],
    seeds: int,
    number: int,
) -> float:
    place_of = {one: place for place, cell in enumerate(members) for one in members[cell]}
    sizes = [len(cell) for cell in members.values()]
    worst = 0.0
    for together in combinations(sorted(place_of), number):
        chance = 0.0
        for outcome in lottery["outcomes"]:
            left, pool = list(outcome["counts"]), list(sizes)  # type: ignore[call-overload]
            share = float(str(outcome["weight"])) / 10**6
            for one in together:
                share *= left[place_of[one]] / pool[place_of[one]]
                left[place_of[one]] -= 1
                pool[place_of[one]] -= 1
            chance += share
        if chance:
            spread = sqrt(seeds * chance * (1 - chance))
            worst = max(worst, abs(times[together] - seeds * chance) / spread)
    return worst


def correlations(draws: int) -> dict[str, float]:
    """Of tier and everything public, by kind."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        bureau = bureau_in(Path(folder), replace(SHAPE, entities=2_000))
        for number in range(draws):
            draw = drawn(bureau, number)
            rows = rows_of(bureau, draw)
            look(seen, bureau, draw, rows)
            look_at_proofs(seen, bureau, draw, rows)
    return {kind: seen.correlation(kind) for kind in seen.pairs}


def main(seeds: int = 100_000, draws: int = 60) -> None:
    """Print a line a figure."""
    entity, pair = chances(seeds)
    print(f"{seeds:,} seeds: largest deviation of an entity {entity:.2f}, of a pair {pair:.2f}")
    for kind, found in correlations(draws).items():
        print(f"{draws} draws: correlation of tier with {kind} {found:+.3f}")


if __name__ == "__main__":
    main(*(int(argument.replace("_", "")) for argument in sys.argv[1:]))
