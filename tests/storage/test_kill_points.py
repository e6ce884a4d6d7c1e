"""What the tests of killed acts stand on: a copy at a point is what a kill at the point leaves."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import bureau
from helpers.cli import write_csv
from helpers.kill_at import Killer
from yaohao.planner.workspace import Workspace


def left(folder: Path) -> dict[str, Any]:
    """What lies in a folder, without what is another in every run: random names, moments."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = re.sub("[0-9a-f]{32}", "RANDOM", str(path.relative_to(folder)))
        if path.is_dir():
            found[name] = "folder"
        elif path.suffix == ".csv":
            found[name] = path.read_bytes()
        else:
            found[name] = path.stat().st_size
    return found


@pytest.mark.slow
def test_a_copy_is_what_a_kill_leaves(tmp_path: Path, killer: Killer) -> None:
    start, trial = bureau(tmp_path).folder, tmp_path / "trial"
    firms = [{"entity_id": f"firm-{n:02d}", "name": "N" * 9} for n in range(20)]
    act = "import_files", ["entities", [str(write_csv(tmp_path / "more.csv", firms))]]
    shutil.copytree(start, trial)
    points = int(killer.run(trial, 0, *act).stdout)
    shutil.rmtree(trial)
    shutil.copytree(start, trial)
    chosen, seen = range(1, points + 1, 5), set[str]()
    for point in killer.each_left(trial, chosen, *act):
        killed = tmp_path / f"killed-{point}"
        shutil.copytree(start, killed)
        assert killer.run(killed, point, *act).returncode == -signal.SIGKILL
        assert left(trial) == left(killed), (point, points)
        seen.add(str(left(trial)))
        for folder in (trial, killed):
            with Workspace(folder) as opened:
                assert opened.verify_ledger()
        assert Workspace(trial).register() == Workspace(killed).register()
    assert len(seen) > 3  # a point is not like the other


def test_a_point_that_is_not_met_is_told(tmp_path: Path, killer: Killer) -> None:
    with pytest.raises(AssertionError):
        list(killer.each_left(tmp_path / "w", [1, 100_000], "create", ["free"]))
