"""A year's total over pools that are apart, nested or overlap: against enumeration and truth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from helpers.cli import told, write_csv, yaohao
from helpers.learned import PLAN, Learned, result_rows
from helpers.several_pools import a_year, lot, pools_of, world
from helpers.typed import mismatches
from test_estimates import CELLS, HITS, TABLE, enumerated
from yaohao.planner.learning.estimates import design_variance
from yaohao.planner.learning.sample import simple_sample
from yaohao.planner.learning.years import Portion, year_of
from yaohao.planner.schema.reports import learning as types
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]

ALSO: tuple[list[int], ...] = ([0], [1, 4], [])
"""Entities of each cell that a second pool holds too."""


def test_the_variance_of_a_part_is_exact() -> None:
    """Every sample of the small design in fractions, shared entities counting for a half."""
    values = [
        [Fraction(int(hit), 2 if n in also else 1) for n, hit in enumerate(hits)]
        for hits, also in zip(HITS, ALSO, strict=True)
    ]
    mean, variance = enumerated(values)
    assert mean == sum(sum(one) for one in values)
    means = np.array([float(sum(one) / len(one)) for one in values])
    squares = np.array([float(sum(x * x for x in one) / len(one)) for one in values])
    found = design_variance(CELLS, TABLE, means, squares)
    assert Fraction(found.total).limit_denominator(100_000) == variance


KINDS = ("apart", "nested", "overlapping", "same", "looking-back")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rounds", [200, pytest.param(1000, marks=pytest.mark.campaign)])
def test_years_hold_the_truth(kind: str, rounds: int) -> None:
    """Unbiased, variances that are right, and 95 of 100 intervals, over so many years.

    What may be off by chance is 3 standard deviations: of a thousand years 2 of 100 intervals.
    """
    sampling = np.sqrt(1000 / rounds)
    rng = np.random.default_rng(20260513)
    of = world(3)
    pools = pools_of(kind, of) if kind != "looking-back" else [np.ones(len(of.tier), np.bool_)]
    lots = [lot(of, pool, 90, rng) for pool in pools]
    union = np.any([one.members for one in lots], axis=0)
    found = np.arange(len(of.tier)) % 12 != 5
    truth = int((of.wrong & union & found).sum())
    share = truth / int((union & found).sum())
    totals, variances, inside, share_inside = [], [], 0, 0
    for _ in range(rounds):
        year = a_year(kind, of, rng, lots)
        totals.append(year.total.value)
        variances.append(year.total.se**2)
        assert sum(year.variances) == pytest.approx(year.total.se**2)
        inside += year.total.interval.low <= truth <= year.total.interval.high
        share_inside += year.share.interval.low <= share <= year.share.interval.high
    spread = float(np.std(totals))
    assert abs(np.mean(totals) - truth) < 3.5 * spread / np.sqrt(rounds)
    assert np.sqrt(np.mean(variances)) == pytest.approx(spread, rel=0.07 * sampling)
    assert abs(inside / rounds - 0.95) <= 0.02 * sampling
    assert abs(share_inside / rounds - 0.95) <= 0.02 * sampling


def test_counting_each_draw_whole_would_be_wrong_and_sharing_beats_one_draw() -> None:
    rng = np.random.default_rng(5)
    of = world(4)
    lots = [lot(of, pool, 90, rng) for pool in pools_of("same", of)]
    shared = [a_year("same", of, rng, lots).total.value for _ in range(200)]
    single = [a_year("same", of, rng, lots[:1]).total.value for _ in range(200)]
    assert np.std(shared) < 0.75 * np.std(single)
    assert np.mean(shared) == pytest.approx(np.mean(single), rel=0.1)


def test_nothing_found_in_any_draw_has_a_bound() -> None:
    where = np.repeat([0, 1, 2], [1, 3, 2])
    nothing = Portion(simple_sample(CELLS, TABLE, where, np.zeros(6, int)), np.ones(6))
    year = year_of([nothing, nothing], 30, 0)
    assert year.total.value == 0 and 0 < year.total.interval.high < 30
    assert year.share.interval.high > 0
    absent = Portion(simple_sample(CELLS, TABLE, where, np.full(6, 2)), np.ones(6))
    with pytest.raises(PlannerError):
        year_of([absent], 15, 0)
    with pytest.raises(PlannerError, match="parts"):
        Portion(nothing.sample, np.full(6, 1.5))


def second_draw(learned: Learned, changes: dict[str, str]) -> str:
    """Another draw of the workspace with results, its plan changed."""
    text = PLAN.replace('"q1"', '"q2"')
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    with Workspace(learned.folder) as workspace:
        plan = learned.folder / "plans" / "q2.toml"
        plan.write_text(text, encoding="utf-8")
        draw = str(workspace.freeze(plan, "6f" * 32)["draw"])
        workspace.draw(draw, "58 1 7 7 2 1 5 6 6 4 9 0 1 5 3 2 8 6 0 6 0", "dice", ["Li Si"])
        workspace.staff(draw)
        workspace.deal(draw, "77 5 1 7 7 2 1 5 6 6 4 9 0 1 5 3 2 8 6 0 6", "dice", ["Li Si"])
        rows = result_rows(workspace, draw, learned.wrong)
        file = write_csv(learned.folder.parent / "second.csv", rows)
        workspace.import_results(draw, [file])
    return draw


WITHOUT_CASES = {"[leads]\n": "", 'triggers = ["complaint"]\n': ""}


@pytest.mark.parametrize(
    ("changes", "how"),
    [
        ({}, "shared"),
        ({"[leads]": "[limits]\ndays_between = 30\n[leads]"}, "first"),
        ({'[rates]': '[scope]\nregion = ["North"]\n[rates]'}, "shared"),
    ],
)  # fmt: skip
def test_the_year_of_a_workspace(own_learned: Learned, changes: dict[str, str], how: str) -> None:
    second = second_draw(own_learned, changes)
    at = ["--workspace", own_learned.folder, "estimate", own_learned.draw, second]
    found = told(*at)
    assert list(mismatches(found, types.EstimateReport)) == []
    year = found["year"]
    assert year["how"] == how and year["year"] == 2027
    sizes = list(year["pools"].values())
    assert year["union"] <= sum(sizes) and year["in_several"] == sum(sizes) - year["union"]
    assert year["union"] == max(sizes)
    assert sum(year["parts"].values()) == pytest.approx(year["total"]["value"])
    reached = year["total"]["interval"]
    assert reached["low"] < year["total"]["value"] < reached["high"]
    for lang, word in (("zh", "合计"), ("en", "counts once")):
        assert word in yaohao(*at, lang=lang).stdout.replace("\n", " ")


def test_draws_of_other_items_or_years_have_no_total(own_learned: Learned) -> None:
    second = second_draw(own_learned, {'items = ["I-1", "I-2"]': 'items = ["I-1"]'})
    at = ["--workspace", own_learned.folder, "estimate", own_learned.draw, second]
    found = told(*at)
    assert found["year"]["code"] == "findings.other-items"
    assert "--item" in " ".join(found["sentences"])
    assert told(*at, "--item", "I-1")["year"]["how"] == "shared"
