"""The allocation lottery: what every table must hold, known tables, and refusals."""

import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from hashlib import sha256
from itertools import permutations, product

import numpy as np
import pytest
from helpers.campaign import share, tried
from helpers.lottery_oracle import (
    correlations,
    divided,
    needs_widening,
    needs_widening_by_columns,
    random_cells,
    slow_faults,
)
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.margins import (
    Groups,
    Margin,
    margins_of,
    two_families,
)
from yaohao.planner.draw.lottery.picked_outcome import pick_outcome
from yaohao.planner.draw.lottery.property_check import lottery_problems
from yaohao.planner.schema.lottery import Weighted
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import catalogue

ABC = ("a", "b", "c")
HALVES = sorted(
    (f"{x}/{y}/{z}", 5, 500_000) for x, y, z in product((0, 1), repeat=3) if (x + y + z) % 2 == 0
)
VIGNETTE = ((6, 0, 1, 3, 4), (1, 2, 3, 1, 2), (0, 1, 1, 0, 2))


def build(cells, strata, quotas=()):
    return build_lottery(cells, margins_of([name for name, _, _ in cells], strata), quotas)


def checked(cells, strata, quotas=()):
    document = build(cells, strata, quotas)
    assert lottery_problems(document, strata, quotas) == []
    assert slow_faults(document, strata, quotas) == []
    return document


def counts_of(document):
    return [tuple(outcome["counts"]) for outcome in document["outcomes"]]


# Known tables


def test_protocol_example():
    document = checked([("A/150502", 812, 8_450_000)], ("tier", "region"))
    assert document == {
        "cells": [{"cell": "A/150502", "size": 812, "expected": 8_450_000}],
        "outcomes": [{"weight": 550_000, "counts": [8]}, {"weight": 450_000, "counts": [9]}],
        "widened": [],
    }


def test_nothing_in_the_pool():
    document = checked([], ("tier",))
    assert document == {
        "cells": [],
        "outcomes": [{"weight": 1_000_000, "counts": []}],
        "widened": [],
    }


def test_whole_numbers_have_one_outcome():
    document = checked([("A", 3, 3_000_000), ("B", 9, 0), ("C", 4, 1_000_000)], ("tier",))
    assert document["outcomes"] == [{"weight": 1_000_000, "counts": [3, 0, 1]}]


def test_one_millionth():
    document = checked([("A", 1, 1), ("B", 1, 999_999)], ("tier",))
    assert Counter(counts_of(document)) == Counter([(0, 1), (1, 0)])
    document = checked([("A", 1, 1)], ())
    assert [outcome["weight"] for outcome in document["outcomes"]] == [999_999, 1]


def test_no_strata_is_one_cell_with_an_empty_name():
    assert margins_of([""], ()) == [Margin("", "", (0,))]
    checked([("", 40, 2_500_000)], ())


def test_thirds_give_the_six_permutations():
    cells = [
        (f"{row}/{column}", 4, 333_334 if row == column else 333_333)
        for row, column in product(range(3), repeat=2)
    ]
    document = checked(cells, ("a", "b"))
    expected = {
        tuple(int(p[i] == j) for i in range(3) for j in range(3)) for p in permutations(range(3))
    }
    assert set(counts_of(document)) == expected
    assert document["widened"] == []


def test_small_count_rounding_vignette():
    cells = [(f"{i}/{j}", 9, VIGNETTE[i][j] * 200_000) for i, j in product(range(3), range(5))]
    document = checked(cells, ("a", "b"))
    assert document["widened"] == []
    # The first row has one or two of its four fractions rounded up: ten ways, and all occur.
    assert len({counts[:5] for counts in counts_of(document)}) == 10


def test_four_halves_are_widened_by_the_least():
    assert needs_widening(HALVES, ABC)
    document = checked(HALVES, ABC)
    assert sorted(sum(entry["by"]) for entry in document["widened"]) == [2, 2]
    assert len({entry["margin"]["stratum"] for entry in document["widened"]}) == 1


@pytest.mark.parametrize("blocks", [2, pytest.param(5, marks=pytest.mark.slow)])
def test_blocks_of_four_halves_are_widened_by_the_least_each(blocks):
    cells = sorted(
        ("/".join(f"{block}{code}" for code in name.split("/")), size, x)
        for block in "ABCDE"[:blocks]
        for name, size, x in HALVES
    )
    document = checked(cells, ABC)
    assert len(document["widened"]) == 2 * blocks
    assert all(entry["by"] == [1, 1] for entry in document["widened"])


def test_vector_of_the_pick():
    key = "00112233445566778899aabbccddeeff"
    digest = sha256(f"{key}|allocation".encode()).hexdigest()
    assert digest == "63bc3dfd17b5b4151185867a77d03f8370f903d24e739a3be61dc5ec32629d8f"
    place = Fraction(int(digest, 16), 2**256) * 1_000_000
    below = int(place)
    assert pick_outcome(key, [{"weight": below}, {"weight": 1_000_000 - below}]) == 1
    assert pick_outcome(key, [{"weight": below + 1}, {"weight": 999_999 - below}]) == 0
    assert pick_outcome(key, [{"weight": 1_000_000}]) == 0


def test_picks_are_as_often_as_weights():
    outcomes: list[Weighted] = [{"weight": 100_000}, {"weight": 600_000}, {"weight": 300_000}]
    picked = Counter(pick_outcome(f"key {number}", outcomes) for number in range(20_000))
    chi = sum(
        (picked[k] - o["weight"] / 50) ** 2 / (o["weight"] / 50) for k, o in enumerate(outcomes)
    )
    assert chi < 13.8  # 0.1 % point at two degrees of freedom; the keys are fixed


def test_weights_that_do_not_reach_are_refused():
    with pytest.raises(PlannerError) as caught:
        pick_outcome("key", [{"weight": 1}])
    assert caught.value.problems[0].code == "lottery.weights"


# Random tables


@st.composite
def tables(draw, most_cells):
    strata = draw(st.integers(1, 4))
    sizes = draw(st.lists(st.integers(1, 4), min_size=strata, max_size=strata))
    names = list(product(*map(range, sizes)))
    number = draw(st.integers(1, min(most_cells, len(names))))
    chosen = draw(st.permutations(names))[:number]
    step = draw(st.sampled_from([1, 1, 1_000, 10_000, 250_000, 500_000]))
    cells = sorted(
        ("/".join(map(str, name)), 5, step * draw(st.integers(0, 3_000_000 // step)))
        for name in chosen
    )
    return cells, tuple("abcd"[:strata])


@tried(40, of=3)
@given(tables(12))
def test_small_tables_are_widened_exactly_where_needed(table):
    cells, strata = table
    document = checked(cells, strata)
    assert bool(document["widened"]) == needs_widening(cells, strata)


@tried(12, of=3)
@given(tables(40))
def test_tables_hold(table):
    cells, strata = table
    document = checked(cells, strata)
    margins = margins_of([name for name, _, _ in cells], strata)
    if two_families(Groups(len(cells), [np.array(m.members) for m in margins])) is not None:
        assert document["widened"] == []


@tried(25, of=3)
@given(tables(14), st.data())
def test_quotas_hold_or_are_refused_together(table, data):
    cells, strata = table
    quotas = []
    for number in range(data.draw(st.integers(1, 3))):
        members = data.draw(st.sets(st.integers(0, len(cells) - 1), min_size=1))
        mean = sum(cells[index][2] for index in members)
        below, above = data.draw(st.integers(0, 1)), data.draw(st.integers(0, 1))
        bounds = mean // 10**6 - below, -(-mean // 10**6) + above
        quotas.append(Margin("quota", str(number), tuple(sorted(members)), *bounds))
    try:
        checked(cells, strata, quotas)
    except PlannerError as error:
        (problem,) = error.problems
        assert problem.code == "lottery.quotas"
        named = [quota for quota in quotas if quota.name in problem.params["quotas"]]
        assert needs_widening(cells, (), named)
        for left_out in named:
            others = [quota for quota in named if quota is not left_out]
            assert not needs_widening(cells, (), others)


@tried(30, of=3)
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=30))
def test_nested_strata_are_never_widened(expected):
    cells = sorted(
        (f"{number % 2}/{number % 4}/{number:02d}", 10, x) for number, x in enumerate(expected)
    )
    assert checked(cells, ABC)["widened"] == []


@pytest.mark.parametrize("seed", share([1, 3, 5], 3))
def test_sparse_tables_that_the_plain_steps_cannot_do(seed):
    cells = random_cells((10, 10, 10), 30, seed=seed)
    document = checked(cells, ABC)
    assert len(document["widened"]) == needs_widening_by_columns(cells, ABC)
    assert all(sum(entry["by"]) == 1 for entry in document["widened"])


@pytest.mark.parametrize(("sizes", "number"), [((100,), 100), ((300,), 300), ((4, 8, 20), 400)])
def test_no_two_cells_are_tied(sizes, number):
    strata = ABC[: len(sizes)]
    cells = random_cells(sizes, number, seed=1)
    margins = margins_of([name for name, _, _ in cells], strata)
    document = build_lottery(cells, margins[:1] if len(sizes) == 1 else margins)
    found = correlations(document)
    assert len(found) > number * (number - 1) // 3
    assert abs(found).max() < 0.9
    assert found.std() < 0.1


def test_small_rates_with_whole_percents_are_not_tied():
    cells = random_cells((60,), 60, seed=2, step=10_000)
    document = checked(cells, ("a",))
    assert abs(correlations(document)).max() < 0.9


@pytest.mark.parametrize("step", [1, 10_000])
def test_640_cells_in_three_crossing_strata(step):
    cells = random_cells((4, 8, 20), 640, seed=3, step=step)
    document = build(cells, ABC)
    assert lottery_problems(document, ABC) == []
    assert document["widened"] == []
    assert len(document["outcomes"]) <= 800


@pytest.mark.parametrize("sizes", share([(4, 25, 50), (25, 200)], 2))
def test_5000_cells(sizes):
    strata = ABC[: len(sizes)]
    document = build(random_cells(sizes, 5_000, seed=4), strata)
    assert lottery_problems(document, strata) == []
    assert document["widened"] == []


PROGRAM = """
from helpers.lottery_oracle import generic_cells, random_cells
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.margins import margins_of
from yaohao.planner.vocabulary.digest import document_digest
tables = [random_cells(*one, seed=0) for one in (((3, 4), 12), ((3, 3, 3), 16), ((10, 10, 10), 30))]
for cells in (*tables, generic_cells(3, 4, 5)):
    names = [name for name, _, _ in cells]
    margins = margins_of(names, "abc"[: len(names[0].split("/"))])
    print(document_digest(build_lottery(cells, margins)))
"""


@pytest.mark.slow
def test_same_bytes_in_every_process():
    answers = set()
    for hash_seed in ("1", "4242"):
        path = os.pathsep.join(["tests", "."])
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(ran.stdout)
    assert len(answers) == 1
    assert len(answers.pop().split()) == 4


def test_cells_of_a_nation():
    cells = [("A", 10**9, 10**15 - 1), ("B", 10**9, 10**15 - 333_333)]
    checked(cells, ("a",))


# Refusals


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([("B", 1, 5), ("A", 1, 5)], "lottery.order"),
        ([("A", 1, 5), ("A", 1, 5)], "lottery.order"),
        ([("A", 1, 1_000_001)], "lottery.expected"),
        ([("A", -1, 0)], "lottery.expected"),
        ([("A/B", 1, 5)], "lottery.cell-name"),
    ],
)
def test_wrong_cells_are_refused(cells, code):
    with pytest.raises(PlannerError) as caught:
        build(cells, ("tier",))
    assert caught.value.problems[0].code == code


def test_wrong_groups_are_refused():
    with pytest.raises(PlannerError) as caught:
        build_lottery([("A", 1, 5)], [Margin("", "", (0, 1)), Margin("x", "y", (0, 0))])
    assert [problem.code for problem in caught.value.problems] == ["lottery.members"] * 2


def test_a_quota_off_its_expectation_is_refused():
    with pytest.raises(PlannerError) as caught:
        build(HALVES, ABC, [Margin("quota", "1", (0, 1), 2, None)])
    (problem,) = caught.value.problems
    assert problem.code == "lottery.quota-mean"
    assert problem.params["mean"] == "1.000000"


def test_quotas_in_conflict_are_refused_with_those_that_are():
    margins = margins_of([name for name, _, _ in HALVES], ABC)
    quotas = [Margin("quota", m.name, m.members, 1, 1) for m in margins[1:]]
    quotas.append(Margin("quota", "idle", (0, 1, 2, 3), 1, 3))
    assert checked(HALVES, ABC, quotas[:3])["widened"] != []
    with pytest.raises(PlannerError) as caught:
        build(HALVES, ABC, quotas)
    named = caught.value.problems[0].params["quotas"]
    assert len(named) == 3
    assert "quota=idle" not in named


def test_every_problem_has_words():
    words = catalogue("lottery")
    for name in ("order", "expected", "members", "quota-mean", "quotas", "weights", "cell-name"):
        assert set(words[name]) == {"zh", "en"}
    assert divided("lottery") == set(words)
