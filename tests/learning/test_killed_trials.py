"""Trials killed at an instant: afterwards the step was taken or it was not, and nothing is left."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import write_csv
from helpers.kill_at import Killer
from helpers.learned import Learned
from test_trial_acts import SEED, written
from yaohao.planner.storage.trials import STEPS, trial_document, trial_steps
from yaohao.planner.vocabulary.files import FRESH
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]


@pytest.fixture(scope="module")
def stages(learned: Learned, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A workspace before each act of a trial, and the act with what it is given."""
    folder = tmp_path_factory.mktemp("stages")
    file = written(folder)
    found: dict[str, Any] = {}
    before = learned.folder
    for name, arguments in (
        ("commit_trial", [file]),
        ("assign_trial", ["letters", SEED, "dice"]),
        ("analyse_trial", ["letters", folder / "first.csv"]),
        ("analyse_trial", ["letters", folder / "second.csv"]),
    ):
        found[f"{len(found)} {name}"] = (before, name, arguments)
        before = Path(shutil.copytree(before, folder / f"after-{len(found)}"))
        with Workspace(before) as workspace:
            getattr(workspace, name)(*arguments)
            if name == "assign_trial":
                rows = workspace.trial_arms("letters")
                for third, which in enumerate(("first", "second")):
                    write_csv(folder / f"{which}.csv", [
                        {"entity_id": row["entity_id"], "on_time": int(n % 3 == third)}
                        for n, row in enumerate(rows)
                    ])  # fmt: skip
    return found


@pytest.mark.parametrize("every", [20, pytest.param(5, marks=pytest.mark.campaign)])
@pytest.mark.parametrize(
    "act", ["0 commit_trial", "1 assign_trial", "2 analyse_trial", "3 analyse_trial"]
)
def test_a_killed_step_was_taken_or_not(
    stages: dict[str, Any], killer: Killer, tmp_path: Path, act: str, every: int
) -> None:
    source, name, arguments = stages[act]
    trial = tmp_path / "w"
    shutil.copytree(source, trial)
    whole = killer.run(trial, 0, name, arguments)
    points = int(whole.stdout)
    with Workspace(trial) as workspace:
        after = trial_steps(workspace._workspace)["letters"]
    with Workspace(source) as workspace:
        before = trial_steps(workspace._workspace).get("letters", {})
    seen = set()
    shutil.rmtree(trial)
    shutil.copytree(source, trial)
    for point in killer.each_left(trial, {*range(1, points, every), points}, name, arguments):
        with Workspace(trial) as workspace:
            workspace.verify_ledger()
            steps = trial_steps(workspace._workspace).get("letters", {})
            told = {step: steps[step].digest for step in steps}
            choices = [{step: one[step].digest for step in one} for one in (before, after)]
            assert told in choices, (point, told)
            for step in steps:
                assert step in STEPS and trial_document(workspace._workspace, "letters", step)
            seen.add(choices.index(told))
            workspace.note_absence("P-00", "2027-03-01", "2027-03-02")
            left = [one.name for one in trial.rglob("*") if one.name.startswith(FRESH)]
            assert left == []
            if told == choices[0]:
                getattr(workspace, name)(*arguments)
    assert 0 in seen
