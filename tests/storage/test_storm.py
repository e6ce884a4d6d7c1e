"""A share of the storm and of the flips: kills, full disks and turned bits leave no damage."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.campaign import sizes
from helpers.workspace_maker import Shape, make

from benchmarks.published_flips import flips
from benchmarks.storm import prepare, storm


@pytest.mark.parametrize(
    ("acts", "trials"),
    [(slice(None, None, 7), 12), pytest.param(slice(None), 64, marks=pytest.mark.campaign)],
    ids=["some", "all"],
)
def test_kills_and_full_disks_leave_no_damage(tmp_path: Path, acts: slice, trials: int) -> None:
    """Acts are killed, meet a full disk, or are let no file grow beyond some size."""
    prepared = list(prepare(tmp_path).items())[acts]
    counts, damaged = storm(dict(prepared), trials, 7, tmp_path)
    assert damaged == []
    assert counts["killed"] > trials // 4
    assert counts["full"] >= trials // 12
    assert counts["short"] >= trials // 12


@pytest.mark.parametrize("number", sizes(24, of=2))
def test_a_turned_bit_is_found_by_the_name_of_its_file(tmp_path: Path, number: int) -> None:
    made = make(tmp_path, Shape(abandoned=False))
    made.workspace.publish("q1", tmp_path / "www", site=True)
    folders = [made.public["dealt"], made.audit["dealt"], tmp_path / "www"]
    counts, missed = flips(folders, number, 3)
    assert missed == []
    assert sum(counts.values()) == number
