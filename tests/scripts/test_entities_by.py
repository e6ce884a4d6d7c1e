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


def test_kept_filters_are_listed_kept_and_forgotten(bureau: Path) -> None:
    def listed(*words: str) -> list[dict[str, str]]:
        told = yaohao("register", "filters", *words, "--json")  # no workspace: they are the user's
        assert told.exit_code == 0, told.stderr
        rows: list[dict[str, str]] = json.loads(told.stdout)["filters"]
        return rows

    assert listed() == []
    assert "No filter" in yaohao("register", "filters").stdout
    KeptTables().keep_filter("ledger", "freezes", "freeze")
    low = {"table": "register", "name": "low risk", "filter": "tier:A"}
    assert listed("--keep", "low  risk", "--filter", "tier:A")[1] == low
    assert KeptTables().filters("register") == {"low risk": "tier:A"}
    kept = yaohao("--workspace", bureau, "register", "entities", "--kept", "low risk", "--json")
    assert json.loads(kept.stdout)["found"] > 0
    shown = yaohao("register", "filters")
    assert "freezes" in shown.stdout and "tier:A" in shown.stdout
    for wrong in (
        ("--filter", "tier:A"),
        ("--keep", "nothing"),
        ("--forget", "nothing"),
        ("--forget", "freezes"),  # of another table
    ):
        refused = yaohao("register", "filters", *wrong)
        assert refused.exit_code == 2 and not refused.stdout
    assert [one["name"] for one in listed("--forget", "low risk")] == ["freezes"]


@pytest.mark.parametrize(
    ("register", "key"), [("inspectors", "inspector_id"), ("items", "item_id")]
)
def test_the_small_registers_are_listed(register: str, key: str, bureau: Path) -> None:
    here = ("--workspace", bureau, "register", register)
    rows = json.loads(yaohao(*here, "--json").stdout)[register]
    assert rows and len({row[key] for row in rows}) == len(rows)
    shown = yaohao(*here)
    assert all(row[key] in shown.stdout and row["name"] in shown.stdout for row in rows)
    one = json.loads(yaohao(*here, "--filter", rows[0][key].lower(), "--json").stdout)[register]
    assert rows[0] in one
    assert json.loads(yaohao(*here, "--filter", "no such word", "--json").stdout)[register] == []
