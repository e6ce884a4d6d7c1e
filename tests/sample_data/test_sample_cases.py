"""Synthetic cases: every kind in every state, and files that are taken in without a loss."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from helpers.cli import told
from yaohao.planner.follow_up.kinds import default_kinds
from yaohao.planner.workspace import Workspace
from yaohao.sample_data import Population
from yaohao.sample_data.population import AS_OF
from yaohao.scripts.sample_cases import load_cases, one_of_each

SIZE = 1500
SYSTEM = {"publication", "certificate", "cap"}
"""Kinds that the program works out of results, rosters and visits; nobody opens them."""


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(SIZE, seed=3, dirt="light")


def test_every_kind_has_a_case_in_every_state(population: Population, tmp_path: Path) -> None:
    wanted = {
        (kind.id, state)
        for kind in default_kinds()
        if kind.holds_on(AS_OF) and kind.id not in SYSTEM
        for state in kind.states
    }
    rows = population.cases()
    assert {(row["kind"], row["state"]) for row in rows} == wanted
    assert population.cases() == rows
    ids = [row["entity_id"] for row in rows if not row["step"] and row["entity_id"]]
    assert len(ids) == len(set(ids))
    each = one_of_each(rows)
    assert {row["kind"] for row in each} == {kind for kind, _ in wanted}
    assert len({row["case"] for row in each}) == len({row["kind"] for row in each})
    population.write_csv(tmp_path / "entities.csv")
    with Workspace.create(tmp_path / "bureau", division="150500") as workspace:
        day = AS_OF.isoformat()
        workspace.import_files("entities", [tmp_path / "entities.csv"], today=day)
        done = load_cases(workspace, rows)
        workspace.cases.clock(day)
        assert done["refused"] == {} and sum(done["opened"].values()) == len(wanted)
        held = workspace.cases.list(limit=10_000)["cases"]
        mine = [(one["kind"], one["state"]) for one in held if one["id"] in done["cases"]]
        assert Counter(mine) == Counter(wanted)
        again = load_cases(workspace, rows)  # twice the same changes nothing
        assert again["refused"] == {} and again["opened"] == {}


def test_a_workspace_is_filled_with_cases(tmp_path: Path) -> None:
    parts = "entities,inspectors,items,leads,lists,contacts,filings,penalties,commitments"
    made = told("synth", tmp_path / "bureau", "--entities", str(SIZE), "--format", "workspace",
                "--parts", parts)  # fmt: skip
    rows = made["rows"]
    assert min(rows[name] for name in ("contacts", "filings", "penalties", "commitments")) > 3
    assert made["cases"] == {"penalty": rows["penalties"], "commitment": rows["commitments"]}
    with Workspace(tmp_path / "bureau") as workspace:
        assert workspace.cases.list(kind="penalty")["number"] == rows["penalties"]
        cohort = workspace.cases.list(kind="annual-report")["cases"]
        sizes = [workspace.cases.show(one["id"])["cohort"] for one in cohort]
        assert rows["filings"] in [size["gone"] for size in sizes if size]
        [contact] = workspace.cases.contacts(Population(SIZE).contacts()[0]["entity_id"])
        assert contact["phone"] not in str(workspace.ledger())


def test_days_are_counted_back_from_any_day(population: Population) -> None:
    day = date(2026, 6, 1)
    rows = population.cases(day)
    assert max(row["day"] for row in rows) <= day.isoformat()
    usual = population.cases()
    assert [row["step"] for row in rows] == [row["step"] for row in usual]
    assert rows != usual


def test_phones_belong_to_no_one(population: Population) -> None:
    contacts = population.contacts()
    assert contacts and all(row["phone"].partition("-")[2].startswith("0") for row in contacts)
    assert len({row["entity_id"] for row in contacts}) == len(contacts)
