"""`yaohao register entities`: counted by a column, by a kept filter; what is not understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.cli import fill, yaohao
from yaohao.planner.doors.kept_tables import KeptTables


@pytest.fixture
def bureau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of a few entities, and somebody without any kept filter."""
    monkeypatch.setenv("YAOHAO_STATE", str(tmp_path / "state"))
    return fill(tmp_path)


@pytest.mark.parametrize("by", ["region", "tier", "fields", "inspected_on"])
def test_counts_are_of_what_is_listed(by: str, bureau: Path) -> None:
    told = yaohao("--workspace", bureau, "register", "entities", "--by", by, "--json")
    groups = json.loads(told.stdout)["groups"]
    listed = yaohao("--workspace", bureau, "register", "entities", "--json")
    rows = json.loads(listed.stdout)["entities"]
    assert {one["code"]: one["size"] for one in groups} == {
        code: sum(row[by] == code for row in rows) for code in {row[by] for row in rows}
    }
    assert sum(one["visits_this_year"] for one in groups) == sum(
        row["visits_this_year"] for row in rows
    )
    shown = yaohao("--workspace", bureau, "register", "entities", "--by", by, "--format", "csv")
    assert len(shown.stdout.splitlines()) == len(groups) + 1


def test_what_is_not_known_is_said_beside_the_data(bureau: Path) -> None:
    told = yaohao("--workspace", bureau, "register", "entities", "--filter", "tierr:A", "--json")
    assert json.loads(told.stdout)["not_understood"] == ["tierr:A"]
    assert json.loads(told.stdout)["found"] == 0
    shown = yaohao("--workspace", bureau, "register", "entities", "--filter", "tierr:A")
    assert "does not know tierr:A" in shown.stderr
    assert "tierr" not in shown.stdout
    fine = yaohao("--workspace", bureau, "register", "entities", "--filter", "tier:A")
    assert "does not know" not in fine.stderr


def test_a_filter_kept_on_the_screens_is_there(bureau: Path) -> None:
    KeptTables().keep_filter("register", "low risk", "tier:A")
    kept = yaohao("--workspace", bureau, "register", "entities", "--kept", "low risk", "--json")
    typed = yaohao("--workspace", bureau, "register", "entities", "--filter", "tier:A", "--json")
    assert kept.stdout == typed.stdout
    missing = yaohao("--workspace", bureau, "register", "entities", "--kept", "nothing")
    assert missing.exit_code == 2
    assert "low risk" in missing.stderr
