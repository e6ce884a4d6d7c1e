"""Crews dealt anew: the lot's own deal, within its constraints, and p uniform where none differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.campaign import sizes
from helpers.cli import told, yaohao
from helpers.learned import Learned
from scipy.stats import kstest
from yaohao.planner.draw.crews.assignment import deal
from yaohao.planner.draw.crews.costs import costs_of
from yaohao.planner.draw.crews.redeals import Redeals
from yaohao.planner.learning.crew_severity import crew_severity
from yaohao.planner.storage.crew_redeals import ANEW, EXCHANGED, crewed_visits
from yaohao.planner.storage.design_samples import surveyed
from yaohao.planner.workspace import Workspace

from benchmarks.crews import WINDOW, make_round

pytest_plugins = ["helpers.learned"]


def a_round(visits: int, inspectors: int, regions: int, recused: int) -> Any:
    """Visits and a roster in which one person has a capacity and some have recused."""
    wanted, roster = make_round(visits, inspectors, regions, recused=recused)
    roster[0]["capacity"] = 3
    return wanted, roster


@pytest.mark.parametrize("shape", [(60, 12, 2, 2), (300, 30, 3, 1), (200, 60, 1, 1)])
def test_by_the_hashes_of_a_key_it_is_the_deal_of_the_lot(shape: tuple[int, ...]) -> None:
    visits, roster = a_round(*shape)
    again = Redeals(visits, roster, WINDOW)
    for number in range(4):
        key = f"{number:032x}"
        dealt = deal(visits, roster, WINDOW, key)
        costs = costs_of(again.who, range(len(again.who.pools)), key)
        rows = again.by_costs([costs[at] for at in sorted(costs)])
        crews: list[list[str]] = [[] for _ in visits]
        for visit, person in rows.tolist():
            crews[visit].append(again.who.inspector_ids[person])
        assert [sorted(one) for one in crews] == [names for _, names in dealt.crews]


def test_deals_anew_keep_to_the_constraints_and_spread_over_all() -> None:
    visits, roster = a_round(60, 12, 2, 2)
    again = Redeals(visits, roster, WINDOW)
    rng = np.random.default_rng(3)
    loads = sorted(deal(visits, roster, WINDOW, "0" * 32).loads.values())
    pairs = set()
    for _ in range(200):
        rows = again.anew(rng)
        assert sorted(np.bincount(rows[:, 1], minlength=12).tolist()) == loads
        for visit, person in rows.tolist():
            assert visits[visit]["entity_id"] not in roster[person]["recused"]
            assert visits[visit]["region"] in roster[person]["regions"]
        assert (np.bincount(rows[:, 0]) == 2).all()
        assert np.bincount(rows[:, 1])[0] <= 3
        pairs |= set(map(tuple, rows.tolist()))
    assert len(pairs) > 0.9 * again.who.pairs


@pytest.mark.parametrize("deals_held", sizes(250, of=3))
def test_p_is_uniform_where_inspectors_are_alike_and_small_where_not(deals_held: int) -> None:
    """Regions and recusals differ in risk: only the lot's own rules tell what could have been."""
    visits, roster = a_round(80, 12, 2, 3)
    again = Redeals(visits, roster, WINDOW)
    rng = np.random.default_rng(20260514)
    risk = np.where(np.arange(80) % 2, 0.6, 0.2)
    values: list[float] = []
    planted: list[float] = []
    # Any of these deals may be the one that was held; the others are what could as well have been.
    deals = np.stack([again.anew(rng) for _ in range(deals_held + 150)])
    for held in range(deals_held):
        teams, others = deals[held], np.delete(deals, held, axis=0)
        rest = len(others)
        wrong = rng.random(80) < risk
        # Nobody tells the test how the regions differ.
        found = crew_severity(wrong, np.full(80, 0.4), np.ones(80), teams,
                              others[rng.integers(rest, size=39)], inspectors=12)  # fmt: skip
        values.append(found.p - rng.random() / 40)
        if len(planted) < 20:
            severe = np.isin(np.arange(80), teams[teams[:, 1] < 3, 0])
            more = rng.random(80) < np.where(severe, 0.95, 0.3 * risk)
            planted.append(
                crew_severity(more, np.full(80, 0.4), np.ones(80), teams,
                              others[rng.integers(rest, size=39)], inspectors=12).p
            )  # fmt: skip
    assert kstest(values, "uniform").pvalue > 0.01
    assert np.median(planted) <= 2 / 40


def test_a_workspace_deals_anew_and_says_so(learned: Learned) -> None:
    with Workspace(learned.folder) as workspace:
        found = surveyed(workspace._workspace, learned.draw)
        sent = crewed_visits(workspace._workspace, [found])
    assert len(sent.inspectors) == 12 and sent.planned() == (ANEW, 2000)
    real = {tuple(row) for row in sent.teams.tolist()}
    for how in (ANEW, EXCHANGED):
        again = sent.redeals(1, how)
        rows = again(0)
        assert rows.shape == sent.teams.shape and {tuple(r) for r in rows.tolist()} != real
        assert (rows == again(0)).all() and (rows != sent.redeals(2, how)(0)).any()
        assert sorted(rows[:, 0].tolist()) == sorted(sent.teams[:, 0].tolist())
    at = ["--workspace", learned.folder, "crews", "--deals", "60"]
    assert told(*at)["how"] == ANEW
    for lang, word in (("zh", "重新派员"), ("en", "assigned again")):
        assert word in yaohao(*at, lang=lang).stdout.replace("\n", " ")


def test_of_very_many_visits_crews_are_exchanged(
    learned: Learned, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yaohao.planner.storage import crew_redeals

    monkeypatch.setattr(crew_redeals, "_PAIRS", 1000)
    at = ["--workspace", learned.folder, "crews"]
    result = yaohao(*at, lang="en")
    assert "too many inspections" in result.stdout.replace("\n", " ")
    assert told(*at)["how"] == EXCHANGED
    assert told(*at, "--deals", "20")["how"] == ANEW
