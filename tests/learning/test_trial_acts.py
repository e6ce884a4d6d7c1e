"""Trials on a workspace: the smallest effect first, nothing withheld, nothing changed later."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.cli import told, write_csv, yaohao
from helpers.learned import TRIAL, Learned
from helpers.learned import TRIAL_SEED as SEED
from helpers.typed import mismatches
from yaohao.planner.learning.trial import Arm, analysed, analysis_digest, assigned
from yaohao.planner.schema.reports import learning as types
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]


def written(folder: Path, text: str = TRIAL) -> Path:
    file = folder / "letters.toml"
    file.write_text(text, encoding="utf-8")
    return file


def acts(workspace: Workspace) -> list[str]:
    lines = workspace.ledger()
    return [f"{one['act']['event']}" for one in lines if one["act"].get("kind") == "trial"]


def test_a_trial_from_the_file_to_its_result(own_learned: Learned, tmp_path: Path) -> None:
    at = ["--workspace", own_learned.folder, "trial"]
    file = written(tmp_path)
    checked = told(*at, "check", file)
    assert sum(checked["arms"].values()) == checked["entities"] == 1200
    assert checked["smallest"] == pytest.approx(0.0809, abs=0.001)
    committed = told(*at, "commit", file)
    assert list(mismatches(committed, types.TrialCommitReport)) == []
    assert len(committed["commitment"]) == 64
    assert committed["analysis_digest"] == checked["analysis_digest"]
    assert yaohao(*at, "arms", "letters").exit_code == 2
    seeded = told(*at, "assign", "letters", "--seed", SEED, "--source", "dice", "--witness", "A")
    assert list(mismatches(seeded, types.TrialAssignReport)) == []
    rows = told(*at, "arms", "letters")["arms"]
    assert Counter(row["arm"] for row in rows) == {"letter": 600, "message": 600}
    out = tmp_path / "arms.csv"
    assert yaohao(*at, "arms", "letters", "--output", out).exit_code == 0
    rng = np.random.default_rng(1)
    outcomes = write_csv(tmp_path / "outcomes.csv", [
        {"entity_id": row["entity_id"], "on_time": int(rng.random() < 0.5 + 0.2 * (row["arm"] ==
         "message"))} for row in rows
    ])  # fmt: skip
    found = told(*at, "analyse", "letters", outcomes)
    assert list(mismatches(found, types.TrialResultReport)) == []
    effect = found["effects"]["message"]
    assert effect["interval"]["low"] < 0.2 < effect["interval"]["high"] and effect["p"] < 0.01
    for lang in ("zh", "en"):
        result = yaohao(*at, "analyse", "letters", outcomes, lang=lang)
        assert result.exit_code == 0 and "findings." not in result.output
    with Workspace(own_learned.folder) as workspace:
        assert acts(workspace)[:4] == ["commitment", "seed", "arms", "analysis"]
        assert workspace.trials()[0]["step"] == "analysis"
        content = next(one["act"]["content"] for one in workspace.ledger()
                       if one["act"].get("event") == "commitment")  # fmt: skip
    kept = own_learned.folder / "trials" / "letters" / "commitment.json"
    assert document_digest(json.loads(kept.read_bytes())) == content
    assert kept.stat().st_mode & 0o077 == 0


def test_the_arms_are_those_of_the_tickets(own_learned: Learned, tmp_path: Path) -> None:
    with Workspace(own_learned.folder) as workspace:
        workspace.commit_trial(written(tmp_path))
        key = workspace.assign_trial("letters", SEED).figures["key"]
        rows = workspace.trial_arms("letters")
    kept = own_learned.folder / "trials" / "letters" / "commitment.json"
    entities = json.loads(kept.read_bytes())["entities"]
    strata = sorted({stratum for _, stratum in entities})
    arms = [Arm("letter", 1), Arm("message", 1)]
    numbers = np.array([strata.index(stratum) for _, stratum in entities])
    again = assigned([entity for entity, _ in entities], numbers, arms, key)
    assert [row["arm"] for row in rows] == [arms[k].name for k in again]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("worthwhile = 0.15", "worthwhile = 0.02"), "miss what matters"),
        (('name = "message"', 'name = "letter"'), "different names"),
        (('name = "message"', 'name = "message"\nwithholds = ["annual-report"]'), "statutory"),
        (('name = "message"', 'name = "message"\nwithholds = ["nothing-such"]'), "not a duty"),
        (("rate = 0.5", "rate = 2"), "rate"),
        (('strata = ["tier", "kind"]', 'strata = ["colour"]'), "strata"),
        (('title = "Letter or message"', 'titel = "x"'), "titel"),
        (('id = "letters"', 'id = "../letters"'), "id"),
        (
            ('[[arm]]\nname = "letter"', '[who]\ntier = ["Z"]\n[[arm]]\nname = "letter"'),
            "no entity",
        ),
        (('id = "letters"', "id = "), "TOML"),
    ],
)
def test_what_may_not_be_tried_is_refused(
    own_learned: Learned, tmp_path: Path, change: tuple[str, str], part: str
) -> None:
    file = written(tmp_path, TRIAL.replace(*change, 1))
    at = ["--workspace", own_learned.folder, "trial", "commit", file]
    result = yaohao(*at)
    assert result.exit_code == 2 and part in result.stderr, result.output
    assert yaohao(*at, lang="zh").exit_code == 2
    assert not (own_learned.folder / "trials").exists()
    with Workspace(own_learned.folder) as workspace:
        assert acts(workspace) == []


def test_too_small_a_trial_fails_its_check(own_learned: Learned, tmp_path: Path) -> None:
    file = written(tmp_path, TRIAL.replace("worthwhile = 0.15", "worthwhile = 0.02"))
    result = yaohao("--workspace", own_learned.folder, "trial", "check", file)
    assert result.exit_code == 1
    assert result.stdout.startswith("This trial can be expected to show")


def test_nothing_can_be_changed_once_it_is_committed(own_learned: Learned, tmp_path: Path) -> None:
    with Workspace(own_learned.folder) as workspace:
        workspace.commit_trial(written(tmp_path))
        with pytest.raises(PlannerError, match="already"):
            workspace.commit_trial(written(tmp_path))
        kept = own_learned.folder / "trials" / "letters" / "commitment.json"
        whole = kept.read_bytes()
        kept.write_bytes(whole.replace(b'"on_time"', b'"on_date"'))
        with pytest.raises(PlannerError, match="changed"):
            workspace.assign_trial("letters", SEED)
        kept.write_bytes(whole)
        known = workspace.show("q1")["select"]["seed"]
        assert known is not None
        with pytest.raises(PlannerError, match="known"):
            workspace.assign_trial("letters", known)
        with pytest.raises(PlannerError, match="too short"):
            workspace.assign_trial("letters", "1 2 3")
        workspace.assign_trial("letters", SEED)
        with pytest.raises(PlannerError, match="again"):
            workspace.assign_trial("letters", SEED)
        some = write_csv(tmp_path / "some.csv", [{"entity_id": "firm-00001", "on_time": 1}])
        with pytest.raises(PlannerError, match="missing"):
            workspace.analyse_trial("letters", some)
        with pytest.raises(PlannerError, match="no trial"):
            workspace.analyse_trial("other", some)


def test_what_a_killed_act_left_does_no_harm(own_learned: Learned, tmp_path: Path) -> None:
    """Files that the ledger does not tell of count for nothing, and give way."""
    folder = own_learned.folder / "trials" / "letters"
    folder.mkdir(parents=True)
    for name in ("commitment", "seed", "arms", "analysis"):
        (folder / f"{name}.json").write_text("{}", encoding="utf-8")
    with Workspace(own_learned.folder) as workspace:
        assert workspace.trials() == []
        workspace.commit_trial(written(tmp_path))
        with pytest.raises(PlannerError, match="not assigned"):
            workspace.trial_arms("letters")
        workspace.assign_trial("letters", SEED)
        assert len(workspace.trial_arms("letters")) == 1200


def test_planted_effects_come_back_and_p_is_even_without_one() -> None:
    """150 trials of three arms in four strata."""
    rng = np.random.default_rng(5)
    stratum = np.repeat(np.arange(4), [40, 30, 20, 10])
    ids = [f"firm-{k}" for k in range(100)]
    arms = [Arm("a", 2), Arm("b", 1), Arm("c", 1)]
    analysis: dict[str, Any] = {"outcome": "y"}
    base = np.array([0.2, 0.4, 0.6, 0.8])[stratum]
    quiet = (rng.random(100) < base).astype(float)
    ps, found = [], []
    for turn in range(150):
        arm = assigned(ids, stratum, arms, f"{turn:032x}")
        digest = analysis_digest(analysis)
        ps.append(analysed(quiet, arm, stratum, arms, analysis, digest, 99, turn).effects["b"].p)
        loud = rng.normal(base, 0.5) + 0.5 * (arm == 2)
        found.append(analysed(loud, arm, stratum, arms, analysis, digest, 1).effects["c"].value)
    assert abs(np.mean(found) - 0.5) < 4 * np.std(found) / np.sqrt(150)
    even = np.arange(1, 151) / 150
    assert np.abs(np.sort(ps) - even).max() < 1.63 / np.sqrt(150) + 0.01  # p is a hundredth's
