"""A workspace with a draw and its results, out of which there is something to be learned.

Made once a session through the public door; whoever changes it copies it first. Load it with
``pytest_plugins = ["helpers.learned"]``; nothing in it asserts (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from yaohao.planner.workspace import Workspace

from helpers.cli import write_csv

SEEDS = ("47119028365510482937", "90215577340168824953")
SECRET = "5e" * 32
"""Fixed, so that every run draws the same."""
RATES = {"A": 0.05, "B": 0.15, "C": 0.35, "D": 0.6}
PLAN = """\
# Written by hand: this stays.
id = "q1"
title = "First quarter"
authority = "Food office"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
items = ["I-1", "I-2"]
strata = ["tier", "region"]
[rates]  # a year's
tier = { A = "4%", B = "10%", C = "25%", D = "60%" }  # by risk
[tolerance]
years = 3
leave_out = "100%"
[leads]
triggers = ["complaint"]
[crew]
size = 2
[seeds]
select = "20 dice, 6 January"
crew = "20 dice, 8 January"
[publication]
reserves = 1
"""

TRIAL = """\
id = "letters"
title = "Letter or message"
outcome = "on_time"
rate = 0.5
worthwhile = 0.15
strata = ["tier", "kind"]
seed = "20 dice, 6 January"
[[arm]]
name = "letter"
[[arm]]
name = "message"
"""
TRIAL_SEED = "6 0 2 2 1 4 0 7 6 4 1 2 9 9 3 8 5 5 1 7"


@dataclass(frozen=True)
class Learned:
    """The workspace's folder, its draw, and who is wrong in truth."""

    folder: Path
    draw: str
    wrong: dict[str, bool]


def entity_rows(size: int = 1200, seed: int = 4) -> list[dict[str, Any]]:
    """Firms of four tiers, two regions and three industries; every tenth younger than 3 years."""
    rng = np.random.default_rng(seed)
    tiers = rng.choice(list("ABCD"), size, p=[0.5, 0.3, 0.15, 0.05])
    return [
        {
            "entity_id": f"firm-{n:05d}",
            "name": f"=Firm {n}" if n % 50 == 0 else f"Firm {n}",
            "tier": str(tiers[n]),
            "region": ("North", "South")[n % 3 == 0],
            "industry": ("cafe", "shop", "workshop")[n % 7 % 3],
            "kind": ("enterprise", "individual")[n % 2],
            "established_on": f"{_year(n)}-0{1 + n % 9}-15",
        }
        for n in range(size)
    ]


def _year(n: int) -> int:
    return 2024 + n // 10 % 3 if n % 10 == 0 else 2004 + n % 19


def make(folder: Path) -> Learned:
    """Everything from the registers to the results, with planted differences."""
    rng = np.random.default_rng(8)
    rows = entity_rows()
    wrong = {row["entity_id"]: bool(rng.random() < RATES[row["tier"]]) for row in rows}
    people = [
        {"inspector_id": f"P-{n:02d}", "name": f"Person {n}", "department": "Food"}
        for n in range(12)
    ]
    items = [
        {"item_id": f"I-{n}", "name": f"Item {n}", "department": "Food"} for n in (1, 2)
    ]  # fmt: skip
    leads = [
        {
            "lead_id": f"L-{n}",
            "entity_id": f"firm-{50 * n + 1:05d}",
            "trigger": "complaint",
            "opened_on": "2026-12-01",
        }
        for n in range(6)
    ]
    with Workspace.create(folder, "free", language="en") as workspace:
        for name, given in (
            ("entities", rows), ("inspectors", people), ("items", items), ("leads", leads)
        ):  # fmt: skip
            workspace.import_files(name, [write_csv(folder.parent / f"{name}.csv", given)])
        plan = folder / "plans" / "q1.toml"
        plan.write_text(PLAN, encoding="utf-8")
        draw = workspace.freeze(plan, SECRET)["draw"]
        workspace.draw(draw, SEEDS[0], "20 dice", ["Zhang San"])
        gone = [one for one in workspace.show(draw)["visits"] if one["standing"] == "pool"][:2]
        workspace.staff(draw)
        workspace.deal(draw, SEEDS[1], "20 dice", ["Zhang San"])
        for one in gone:
            workspace.withdraw(draw, one["entity_id"], "9", "Deregistered on the spot")
        results = write_csv(folder.parent / "results.csv", result_rows(workspace, draw, wrong))
        workspace.import_results(draw, [results])
    return Learned(folder, draw, wrong)


def result_rows(workspace: Workspace, draw: str, wrong: dict[str, bool]) -> list[dict[str, Any]]:
    """Results of all visits to be made: one in twenty is not found, one in thirty still open."""
    rows = []
    left = {one["entity_id"] for one in workspace.show(draw)["withdrawals"]}
    visits = [one for one in workspace.show(draw)["visits"] if not one["reserve"]]
    for number, visit in enumerate(visits):
        entity = visit["entity_id"]
        if number % 30 == 7 or entity in left:
            continue
        for item in ("I-1", "I-2"):
            code = "A" if wrong[entity] and item == "I-1" else "1"
            rows.append(
                {
                    "entity_id": entity,
                    "item_id": item,
                    "visited_on": "2027-02-02",
                    "method": "on-site",
                    "result": "6" if number % 20 == 3 else code,
                }
            )
    return rows


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """The workspace of the session: only to be read."""
    return make(tmp_path_factory.mktemp("learned") / "bureau")


@pytest.fixture
def own_learned(learned: Learned, tmp_path: Path) -> Iterator[Learned]:
    """A copy of it, to be changed."""
    folder = tmp_path / "bureau"
    shutil.copytree(learned.folder, folder)
    yield Learned(folder, learned.draw, learned.wrong)
