"""A share of the storm and of the flips: kills, full disks and turned bits leave no damage."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.workspace_maker import Shape, make

from benchmarks.published_flips import flips
from benchmarks.storm import prepare, storm


@pytest.mark.slow
def test_kills_and_full_disks_leave_no_damage(tmp_path: Path) -> None:
    """Every act is killed, meets a full disk, or is let no file grow beyond some size."""
    all_acts = prepare(tmp_path)
    counts, damaged = storm(all_acts, 64, 7, tmp_path)
    assert damaged == []
    assert counts["killed"] > 20
    assert counts["full"] > 5
    assert counts["short"] > 5


def test_a_turned_bit_is_found_by_the_name_of_its_file(tmp_path: Path) -> None:
    made = make(tmp_path, Shape(abandoned=False))
    made.workspace.publish("q1", tmp_path / "www", site=True)
    folders = [made.public["dealt"], made.audit["dealt"], tmp_path / "www"]
    counts, missed = flips(folders, 24, 3)
    assert missed == []
    assert sum(counts.values()) == 24
