"""Tables that stick near their end and are closed by moves: chances and bounds stay exact."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.lottery_oracle import needs_widening_by_columns, random_cells
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from yaohao.planner.draw.lottery import completion
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.birkhoff import Fractions, LotteryTable, decompose
from yaohao.planner.draw.lottery.completion import _combination, closed
from yaohao.planner.draw.lottery.margins import Groups, Margin, margins_of
from yaohao.planner.draw.lottery.outcome_search import SearchFinder
from yaohao.planner.draw.lottery.property_check import lottery_problems


def crossing(cells: int, number: int, units: int, seed: int) -> Fractions:
    """Random groups that cross in every way, a third of them with a whole mean."""
    random = np.random.default_rng(seed)
    rest = random.integers(units // 20, units - units // 20, cells)
    members = [np.flatnonzero(random.random(cells) < 0.4) for _ in range(number)]
    for place, group in enumerate(members[: number // 3]):
        last = int(group[place % len(group)])
        others = [members[k] for k in range(number // 3) if k != place]
        if any(last in other for other in others):
            continue
        gap = int(rest[group].sum()) % units
        rest[last] -= gap
        rest[last] %= units
        rest[last] = max(rest[last], 0)
    groups = Groups(cells, members)
    sums = groups.sums(rest)
    return Fractions(rest, units, groups, sums // units, -(-sums // units))


def checked(task: Fractions, table: LotteryTable) -> None:
    weights, outcomes = np.array(table.weights), np.array(table.outcomes)
    assert table.stuck is None
    assert weights.min() > 0
    assert weights.sum() == task.units
    assert (weights @ outcomes == task.rest).all()
    assert set(np.unique(outcomes)) <= {0, 1}
    sums = np.array([task.groups.sums(outcome) for outcome in outcomes])
    assert (sums >= task.least).all()
    assert (sums <= task.most).all()


@pytest.mark.parametrize(("seed", "taken"), [(0, 3), (1, 30)])
def test_the_end_of_a_table_is_given_by_moves(seed: int, taken: int) -> None:
    """A table is cut off near its end, where nothing of how it would have ended is known."""
    task = crossing(30, 9, 1_000_000, seed)
    table = decompose(task, SearchFinder(task.groups), f"seed {seed}", 0, 20)
    cut = LotteryTable(table.weights[:-taken], table.outcomes[:-taken])
    left = task.units - sum(cut.weights)
    assert 0 < left < task.units // 4
    found = closed(task, cut, "again")
    assert found is not None
    checked(task, found)
    same = closed(task, cut, "again")
    assert same is not None
    assert same.weights == found.weights


def test_nothing_is_closed_where_there_is_no_table() -> None:
    """Four cells, of which no outcome keeps all pairs at one."""
    pairs = [np.array(pair) for pair in ((0, 1), (0, 2), (1, 2))]
    groups = Groups(3, pairs)
    ones = np.ones(3, dtype=np.int64)
    task = Fractions(np.full(3, 500), 1_000, groups, ones, ones)
    assert closed(task, LotteryTable([], []), "seed") is None
    outcome = np.array([1, 0, 0])
    loose = task.within(ones * 0, ones)
    assert closed(loose, LotteryTable([500], [outcome]), "seed") is None
    assert closed(loose.within(ones * 0, ones), LotteryTable([999], [outcome]), "seed") is None


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_combinations_are_exact(moves: int, cells: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(-1, 2, (moves, cells))
    wanted = random.integers(-5, 6, moves) @ rows
    found = _combination(rows, wanted)
    assume(found is not None)
    assert (found @ rows == wanted).all()


def with_quotas(seed: int) -> tuple[list[tuple[str, int, int]], list[Margin]]:
    """Three crossing strata, and quotas across them that the expectations just meet."""
    cells = random_cells((3, 4, 4), 36, seed=seed)
    random = np.random.default_rng(seed)
    quotas = []
    for number in range(5):
        members = np.flatnonzero(random.random(len(cells)) < 0.35)
        fixed = int(members[-1])
        here = sum(cells[k][2] for k in members.tolist())
        name, size, x = cells[fixed]
        if number < 3 and x - here % 1_000_000 > 0 and not any(fixed in q.members for q in quotas):
            cells[fixed] = (name, size, x - here % 1_000_000)
        quotas.append(Margin("rule", str(number), tuple(members.tolist())))
    means = [sum(cells[k][2] for k in quota.members) for quota in quotas]
    return cells, [
        Margin("rule", q.code, q.members, mean // 1_000_000, -(-mean // 1_000_000))
        for q, mean in zip(quotas, means, strict=True)
    ]


@pytest.mark.parametrize("seed", [0, 1])
def test_crossing_quotas_are_kept_and_nothing_is_widened(seed: int) -> None:
    cells, quotas = with_quotas(seed)
    margins = margins_of([name for name, _, _ in cells], ("a", "b", "c"))
    document = build_lottery(cells, margins, quotas)
    assert lottery_problems(document, ("a", "b", "c"), quotas) == []
    assert document["widened"] == []
    assert not needs_widening_by_columns(cells, ("a", "b", "c"))


def test_a_sparse_table_is_built_in_time() -> None:
    """Regions with a cell or two each: it took the exact simplex minutes."""
    cells = random_cells((40, 4, 8), 60, seed=5)
    document = build_lottery(cells, margins_of([name for name, _, _ in cells], ("a", "b", "c")))
    assert lottery_problems(document, ("a", "b", "c")) == []
    assert document["widened"] == []


def test_weights_that_led_nowhere_are_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of light outcomes: whatever the most that is given, the same is given."""
    seen: list[bytes] = []

    def balanced(task: Fractions, outcomes: NDArray[np.int64], weights: NDArray[np.int64]) -> None:
        seen.append(outcomes.tobytes() + weights.tobytes())

    monkeypatch.setattr(completion, "_balanced", balanced)
    task = crossing(30, 9, 1_000, 0)
    table = decompose(task, SearchFinder(task.groups), "seed 0", 0, 20)
    cut = LotteryTable(table.weights[:-3], table.outcomes[:-3])
    assert max(cut.weights) // 4 <= 100
    assert closed(task, cut, "again") is None
    assert len(set(seen)) == len(seen)
