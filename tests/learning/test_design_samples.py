"""A draw of a workspace as a survey: what counts, what is counted apart, and what is refused."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from helpers.learned import RATES, Learned
from yaohao.planner.learning.estimates import share_of
from yaohao.planner.learning.sample import NO_RESULT, NOT_FOUND, RIGHT, WRONG
from yaohao.planner.storage.design_samples import numbered, surveyed
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]


def test_the_sample_is_what_the_lot_drew(learned: Learned) -> None:
    with Workspace(learned.folder) as workspace:
        found = surveyed(workspace._workspace, learned.draw)
        shown = workspace.show(learned.draw)
        rows = found.rows
    drawn = [one for one in shown["visits"] if one["standing"] == "pool" and not one["reserve"]]
    assert list(found.entities) == [one["entity_id"] for one in drawn]
    sample = found.sample
    assert found.tiers == ("A", "B", "C", "D")
    gone = {one["entity_id"] for one in shown["withdrawals"]}
    assert len(gone) == 2
    for k, entity in enumerate(found.entities):
        assert sample.withdrawn[k] == (entity in gone)
        if sample.outcome[k] in (RIGHT, WRONG):
            assert bool(sample.outcome[k] == WRONG) is learned.wrong[entity]
    assert Counter(sample.outcome.tolist()).keys() == {RIGHT, WRONG, NOT_FOUND, NO_RESULT}
    assert sample.is_witnessed
    codes, names = numbered(rows["industry"])
    assert names == ("cafe", "shop", "workshop") and len(codes) == len(sample)
    # Each drawn entity stands for the size of its cell over what was expected of it.
    assert (sample.chance[:, 0] / sample.chance[:, 1] > 0).all()
    assert sample.weights.sum() == pytest.approx(sample.cells.pool, rel=0.1)
    share = share_of(sample, sample.wrong, sample.reached)
    expected = sum(RATES[t] * p for t, p in zip("ABCD", (0.5, 0.3, 0.15, 0.05), strict=True))
    assert share.interval.low < expected < share.interval.high


def test_visits_for_cause_and_reserves_are_counted_apart(learned: Learned) -> None:
    with Workspace(learned.folder) as workspace:
        found = surveyed(workspace._workspace, learned.draw)
        visits = workspace.show(learned.draw)["visits"]
    directed = {one["entity_id"] for one in visits if one["standing"] == "directed"}
    assert len(directed) == found.for_cause.visits == 6
    assert sum(found.for_cause.outcomes.values()) == 6
    assert not directed & set(found.entities)
    assert found.reserves.visits == len({one["entity_id"] for one in visits if one["reserve"]} & {
        one["reserve"] for one in found.draw.withdrawals})  # fmt: skip
    # Inspectors count at the visits that they made.
    pairs = np.asarray(found.sample.teams)
    assert set(pairs[:, 0].tolist()) == set(np.flatnonzero(~found.sample.withdrawn).tolist())
    assert (np.bincount(pairs[:, 0])[~found.sample.withdrawn] == 2).all()


def test_one_item_alone_and_the_latest_result(own_learned: Learned) -> None:
    from helpers.cli import write_csv

    with Workspace(own_learned.folder) as workspace:
        first = surveyed(workspace._workspace, own_learned.draw, "I-1").sample
        second = surveyed(workspace._workspace, own_learned.draw, "I-2").sample
        assert int(first.wrong.sum()) > 10 and int(second.wrong.sum()) == 0
        entity = surveyed(workspace._workspace, own_learned.draw).entities[
            int(np.flatnonzero(second.outcome == RIGHT)[0])
        ]
        row = {"entity_id": entity, "item_id": "I-2", "visited_on": "2027-02-03", "result": "C"}
        file = write_csv(own_learned.folder.parent / "later.csv", [row])
        workspace.import_results(own_learned.draw, [file])
        later = surveyed(workspace._workspace, own_learned.draw, "I-2").sample
    assert int(later.wrong.sum()) == 1


def test_what_cannot_be_a_survey_is_refused_in_words(own_learned: Learned) -> None:
    with Workspace(own_learned.folder) as workspace:
        folder = workspace._workspace
        with pytest.raises(PlannerError, match="I-1, I-2"):
            surveyed(folder, own_learned.draw, "I-9")
        plan = own_learned.folder / "plans" / "q2.toml"
        text = (own_learned.folder / "plans" / "q1.toml").read_text(encoding="utf-8")
        plan.write_text(text.replace('"q1"', '"q2"'), encoding="utf-8")
        frozen = workspace.freeze(plan)["draw"]
        with pytest.raises(PlannerError, match="nothing has been drawn"):
            surveyed(folder, frozen)
        workspace.draw(frozen, "5 7 7 2 1 5 6 6 4 9 0 1 5 3 2 8 6 0 6 0", "dice", ["Li Si"])
        with pytest.raises(PlannerError, match="no results yet"):
            surveyed(folder, frozen)
