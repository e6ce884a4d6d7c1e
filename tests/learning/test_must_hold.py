"""What must hold of estimates, inspectors and risk, in seeded runs of bounded time.

The heavy forms (2,000 draws of many populations) are in `python -m benchmarks.learning`.
"""

from __future__ import annotations

import numpy as np
import pytest
from helpers.simulated import crossing, draw
from yaohao.planner.learning.auc import area_within
from yaohao.planner.learning.crew_severity import crew_severity
from yaohao.planner.learning.estimates import share_of, three_way, total_wrong
from yaohao.planner.learning.risk_model import fitted
from yaohao.planner.learning.sample import Cells, Table, simple_sample
from yaohao.planner.vocabulary.problems import PlannerError


def test_three_crossing_strata_are_covered_overall_and_by_tier() -> None:
    """400 draws of 4 x 5 x 4 cells, some of less than one expected visit."""
    rng = np.random.default_rng(20260512)
    cells, table, hits = crossing(rng)
    assert (cells.visits < 1).sum() > 10
    truth = sum(int(one.sum()) for one in hits)
    of_tier = {
        int(tier): sum(int(hits[k].sum()) for k in np.flatnonzero(cells.tiers == tier))
        / int(cells.sizes[cells.tiers == tier].sum())
        for tier in np.unique(cells.tiers)
    }  # fmt: skip
    total, tiers = 0, dict.fromkeys(of_tier, 0)
    for _ in range(400):
        sample = draw(rng, cells, table, hits)
        found = total_wrong(sample)
        total += found.interval.low <= truth <= found.interval.high
        for tier, share in of_tier.items():
            here = share_of(sample, sample.wrong, sample.tier == tier, cells=cells.tiers == tier)
            tiers[tier] += here.interval.low <= share <= here.interval.high
    # 400 draws tell 95 % from 91.7 and 98.3; beyond that an interval may only be too wide.
    assert total / 400 >= 0.917
    assert all(0.917 <= count / 400 <= 0.99 for count in tiers.values()), tiers


def test_no_interval_has_width_nothing_unless_everybody_was_seen() -> None:
    rng = np.random.default_rng(3)
    given = refused = 0
    for _ in range(300):
        cells = int(rng.integers(1, 5))
        sizes = rng.integers(1, 30, cells)
        counts = np.minimum(rng.integers(1, 6, cells), sizes)
        frame = Cells(sizes, counts * 1_000_000, rng.integers(0, 2, cells))
        where = np.repeat(np.arange(cells), counts)
        outcome = rng.choice(3, len(where), p=rng.dirichlet([0.3, 0.3, 0.3]))
        sample = simple_sample(
            frame, Table(np.array([1_000_000]), np.array([counts])), where, outcome
        )
        try:
            found = [
                share_of(sample, sample.wrong, sample.reached),
                *vars(three_way(sample)).values(),
            ]
        except PlannerError:
            refused += 1
            continue
        for one in found:
            interval = getattr(one, "interval", one)
            if not (counts == sizes).all():
                assert interval.high > interval.low
            assert 0 <= interval.low <= interval.high <= 1
            given += 1
    assert given > 400 and refused > 10


def test_a_planted_severity_is_recovered_at_forty_visits_each() -> None:
    """Twelve inspectors, 20 worlds: the ranks of severity and estimate agree above 0.9."""
    found = []
    for world in range(20):
        rng = np.random.default_rng(world)
        severity = np.linspace(-2.2, 2.2, 12)
        risk = rng.normal(0, 0.5, 240)
        teams = np.array([(v, j) for v in range(240) for j in rng.permutation(12)[:2]])
        push = np.zeros(240)
        np.add.at(push, teams[:, 0], severity[teams[:, 1]])
        wrong = rng.random(240) < 1 / (1 + np.exp(-risk - push))
        excess = crew_severity(wrong, np.full(240, 0.5), np.ones(240), teams).excess
        found.append(np.corrcoef(np.argsort(np.argsort(excess)), np.arange(12))[0, 1])
    assert np.bincount(teams[:, 1]).mean() == 40
    assert np.mean(found) > 0.9


@pytest.mark.parametrize("half", [0, 1])
def test_knowing_the_inspectors_never_orders_worse_within_them(half: int) -> None:
    """20 histories in which severe inspectors went to firms of one kind."""
    for history in range(10 * half, 10 * half + 10):
        rng = np.random.default_rng(100 + history)
        severity = rng.normal(0, 1.5, 12)
        who = rng.integers(0, 12, 3000)
        x = rng.normal(0, 1, (3000, 4))
        x[:, 1] += 1.2 * severity[who]  # what tells of the inspector, not of the firm
        logit = -1 + 0.8 * x[:, 0] + severity[who]
        wrong = rng.random(3000) < 1 / (1 + np.exp(-logit))
        names = [f"x{k}" for k in range(4)]
        area = []
        for known in (who, np.zeros_like(who)):
            model = fitted(x[:1500], wrong[:1500], known[:1500], names, penalties=[10.0])
            area.append(area_within(model.score(x[1500:]), wrong[1500:], who[1500:]).value)
        assert area[0] >= area[1], history
