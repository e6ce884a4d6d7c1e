"""The check of a committed lottery: every fault is found, and named by its step."""

import copy

import pytest
from helpers.lottery_oracle import random_cells, slow_faults
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.margins import Margin, margins_of
from yaohao.planner.draw.lottery.property_check import lottery_problems
from yaohao.planner.wording.messages import say_problem

STRATA = ("a", "b")
CELLS = random_cells((3, 4), 10, seed=5)
MARGINS = margins_of([name for name, _, _ in CELLS], STRATA)
TABLE = build_lottery(CELLS, MARGINS)


def codes(document, strata=STRATA, quotas=()):
    return {problem.code for problem in lottery_problems(document, strata, quotas)}


def changed(change):
    document = copy.deepcopy(TABLE)
    change(document)
    return document


def test_a_good_table_has_no_problems():
    assert lottery_problems(TABLE, STRATA) == []


def swap_counts(document):
    first, second = document["outcomes"][:2]
    first["counts"], second["counts"] = second["counts"], first["counts"]
    first["weight"] += 1
    second["weight"] -= 1


def shift_weight(document):
    document["outcomes"][0]["weight"] += 1


def far_count(document):
    document["outcomes"][0]["counts"][0] += 2


def other_expectation(document):
    document["cells"][0]["expected"] += 1


def needless_widening(document):
    document["widened"].append({"margin": {"stratum": "a", "code": "000"}, "by": [0, 1]})


def unknown_widening(document):
    document["widened"].append({"margin": {"stratum": "a", "code": "9"}, "by": [0, 1]})


def two_cells_exchanged(document):
    document["cells"][:2] = reversed(document["cells"][:2])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (swap_counts, "lottery.check-mean"),
        (shift_weight, "lottery.check-weights"),
        (far_count, "lottery.check-count"),
        (other_expectation, "lottery.check-mean"),
        (needless_widening, "lottery.check-widened"),
        (unknown_widening, "lottery.check-widened"),
        (two_cells_exchanged, "lottery.check-order"),
    ],
)
def test_a_fault_is_named_by_its_step(change, code):
    assert code in codes(changed(change))


def test_a_margin_off_its_rounding_is_found_though_all_cells_are_right():
    cells = [(name, 5, 500_000) for name in ("0/0", "0/1", "1/0", "1/1")]
    good = build_lottery(cells, margins_of([name for name, _, _ in cells], STRATA))
    assert lottery_problems(good, STRATA) == []
    for outcome, counts in zip(good["outcomes"], ([0, 0, 1, 1], [1, 1, 0, 0]), strict=True):
        outcome["counts"] = counts
    (first, second) = lottery_problems(good, STRATA)
    assert first.code == second.code == "lottery.check-margin"
    assert first.params == {"place": "a=0", "expected": "1", "found": "0-2"}
    good["widened"] = [
        {"margin": {"stratum": "a", "code": code}, "by": [1, 1]} for code in ("0", "1")
    ]
    assert lottery_problems(good, STRATA) == []


def test_a_broken_quota_is_found():
    least = min(sum(outcome["counts"]) for outcome in TABLE["outcomes"])
    quota = Margin("quota", "1", tuple(range(len(CELLS))), least + 1, None)
    assert "lottery.check-quota" in codes(TABLE, quotas=[quota])


MALFORMED = [
    lambda d: d.pop("widened"),
    lambda d: d.update(extra=1),
    lambda d: d.update(outcomes=[]),
    lambda d: d.update(cells={}),
    lambda d: d["cells"].append("x"),
    lambda d: d["cells"][0].update(cell=3),
    lambda d: d["cells"][0].update(size=-1),
    lambda d: d["cells"][0].update(size=10**30, expected=10**36),
    lambda d: d["cells"][0].update(expected=1.5),
    lambda d: d["outcomes"][0].update(weight=0),
    lambda d: d["outcomes"][0].update(weight=-(10**20)),
    lambda d: d["outcomes"][0].update(weight=True),
    lambda d: d["outcomes"][0]["counts"].pop(),
    lambda d: d["outcomes"][0].update(counts=None),
    lambda d: d["outcomes"][0]["counts"].__setitem__(0, "1"),
    lambda d: d["outcomes"][0]["counts"].__setitem__(0, 10**30),
    lambda d: d["outcomes"][0]["counts"].__setitem__(0, True),
    lambda d: d["outcomes"].append([]),
    lambda d: d["widened"].append({}),
    lambda d: d["widened"].append({"margin": {"stratum": "a", "code": "000"}, "by": [0, 0]}),
    lambda d: d["widened"].append({"margin": {"stratum": "a", "code": 0}, "by": [0, 1]}),
]


@pytest.mark.parametrize("change", MALFORMED)
def test_a_wrong_form_is_told_and_nothing_is_computed(change):
    found = codes(changed(change))
    assert found == {"lottery.check-form"}


@pytest.mark.parametrize("document", [None, [], "x", 3, {"cells": []}])
def test_what_is_no_lottery_is_told(document):
    assert codes(document) == {"lottery.check-form"}


def test_names_that_do_not_fit_the_strata_are_told():
    assert codes(TABLE, ("a", "b", "c")) == {"lottery.cell-name"}


def test_problems_read_well_in_both_languages():
    for change in (swap_counts, shift_weight, far_count, needless_widening, two_cells_exchanged):
        for problem in lottery_problems(changed(change), STRATA):
            for language in ("zh", "en"):
                assert "{" not in say_problem(problem, language)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_agrees_with_the_slow_check_on_any_small_change(data):
    document = copy.deepcopy(TABLE)
    for _ in range(data.draw(st.integers(0, 2))):
        outcome = document["outcomes"][data.draw(st.integers(0, len(document["outcomes"]) - 1))]
        if data.draw(st.booleans()):
            cell = data.draw(st.integers(0, len(CELLS) - 1))
            outcome["counts"][cell] = max(
                0, outcome["counts"][cell] + data.draw(st.integers(-1, 1))
            )
        else:
            outcome["weight"] = max(1, outcome["weight"] + data.draw(st.integers(-2, 2)))
    assert bool(lottery_problems(document, STRATA)) == bool(slow_faults(document, STRATA))
