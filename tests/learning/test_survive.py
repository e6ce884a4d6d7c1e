"""Survival from a workspace: late entry, exits by import, visit and file, and plain refusals."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from helpers.cli import told, write_csv, yaohao
from yaohao.planner.learning.activity import cohort_grid
from yaohao.planner.learning.survival import survival
from yaohao.planner.storage.lives import lives
from yaohao.planner.workspace import Workspace

SIZE = 600


def rows(size: int = SIZE, seed: int = 1) -> list[dict[str, Any]]:
    """Firms born from 2015 on, half of them of a kind that leaves much sooner."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(size):
        born = date(2015, 1, 1) + timedelta(days=int(rng.integers(0, 4000)))
        life = rng.exponential(9.0 if n % 2 else 2.0) * 365.25
        found.append(
            {
                "entity_id": f"firm-{n:04d}",
                "name": f"Firm {n}",
                "kind": "enterprise" if n % 2 else "individual",
                "tier": "A",
                "region": "North",
                "established_on": born.isoformat(),
                "gone": (born + timedelta(days=int(life))).isoformat(),
            }
        )
    return found


def as_of(given: list[dict[str, Any]], day: str) -> list[dict[str, Any]]:
    """The register on a day: who was established by then, the gone as deregistered."""
    return [
        {
            **{key: value for key, value in row.items() if key != "gone"},
            "status": "deregistered" if row["gone"] <= day else "active",
        }
        for row in given
        if row["established_on"] <= day
    ]


def imported(folder: Path, days: list[str]) -> Path:
    """A workspace with the register as it was on several days."""
    bureau, firms = folder / "bureau", rows()
    moment = [f"{days[0]}T01:00:00Z"]
    with (
        patch("yaohao.planner.storage.ledger_rows.now", lambda: moment[0]),
        Workspace.create(bureau, "free") as workspace,
    ):
        for day in days:
            moment[0] = f"{day}T02:00:00Z"
            file = write_csv(folder / f"{day}.csv", as_of(firms, day))
            workspace.import_files("entities", [file], today=day)
    return bureau


QUARTERS = [f"{year}-{month:02d}-01" for year in (2024, 2025) for month in (1, 4, 7, 10)]


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("lives"), QUARTERS)


def test_who_is_watched_from_when_to_when(bureau: Path) -> None:
    truth = {row["entity_id"]: row for row in rows()}
    with Workspace(bureau) as workspace:
        found = lives(workspace._workspace)
    assert found.snapshots == tuple(date.fromisoformat(day).toordinal() for day in QUARTERS)
    assert found.unseen > 0
    for k, entity in enumerate(found.ids):
        row = truth[entity]
        first = next(day for day in QUARTERS if day >= row["established_on"])
        assert found.entered[k] == date.fromisoformat(first).toordinal()
        last = next((day for day in QUARTERS if day >= row["gone"]), "")
        assert found.left[k] == bool(last)
        if last:
            assert found.ended[k] == date.fromisoformat(last).toordinal()
    assert set(found.ids) == {
        entity for entity, row in truth.items()
        if any(row["established_on"] <= day < row["gone"] for day in QUARTERS)
    }  # fmt: skip


def test_the_command_tells_the_groups_apart(bureau: Path) -> None:
    at = ["--workspace", str(bureau), "survive", "--by", "kind"]
    found = told(*at)
    assert found["log_rank"]["p"] < 0.01
    groups = {one["code"]: one for one in found["groups"]}
    share = {code: one["exits"] / one["entities"] for code, one in groups.items()}
    assert share["individual"] > 1.5 * share["enterprise"] > 0
    assert [row["quarter"] for row in found["quarters"]][-1] == "2025Q4"
    assert sum(row["exits"] for row in found["quarters"]) == found["exits"]
    for lang in ("zh", "en"):
        result = yaohao(*at, lang=lang)
        assert result.exit_code == 0 and "findings." not in result.output
        assert "1 years" not in result.output


def test_a_file_of_exits_and_since_make_one_import_enough(tmp_path: Path) -> None:
    bureau = imported(tmp_path, ["2025-10-01"])
    at = ["--workspace", bureau, "survive"]
    assert "no exit has been observed" in yaohao(*at).stderr
    gone = [
        {"entity_id": row["entity_id"], "left_on": row["gone"]}
        for row in rows()
        if "2020-01-01" <= row["gone"] <= "2025-10-01"
    ]
    exits = write_csv(tmp_path / "exits.csv", gone)
    found = told(*at, "--exits", exits, "--since", "2020-01-01")
    # Everybody alive on the day is at risk from it, and later ones from their birth.
    since = date(2020, 1, 1)
    inside = [
        row for row in rows()
        if row["gone"] >= "2020-01-01" and row["established_on"] <= "2025-10-01"
    ]  # fmt: skip
    born = [date.fromisoformat(row["established_on"]) for row in inside]
    entry = [max((since - one).days, 0) / 365.25 for one in born]
    end = [
        (min(date.fromisoformat(row["gone"]), date(2025, 10, 1)) - one).days / 365.25
        for row, one in zip(inside, born, strict=True)
    ]
    curve = survival(end, [row["gone"] <= "2025-10-01" for row in inside], entry)
    if not found["from_age"]:
        assert found["survival"][2]["survival"] == pytest.approx(curve.at_time(3.0)[0])
    assert found["exits"] == pytest.approx(len(gone), abs=2)


def test_activity_has_its_definition(bureau: Path, tmp_path: Path) -> None:
    given = [
        {"entity_id": f"firm-{n:04d}", "on_time": "yes" if n % 2 else "no", "all_zero": n % 4 == 1}
        for n in range(100)
    ]
    file = write_csv(tmp_path / "reports.csv", [
        {**row, "all_zero": "1" if row["all_zero"] else "0"} for row in given
    ])  # fmt: skip
    at = ["--workspace", bureau, "survive", "--reports", file]
    assert told(*at)["activity"]["active"] == 25
    assert told(*at, "--zeros-active")["activity"]["active"] == 50


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("entity_id,day\nfirm-0001,2020-01-01\n", "left_on"),
        ("entity_id,left_on\nfirm-0001,soon\n", "soon"),
        ("entity_id,left_on\nfirm-0001,2020-01-01\nfirm-0001,2020-01-02\n", "twice"),
        ("left_on\n2020-01-01\n", "entity_id"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(
    bureau: Path, tmp_path: Path, text: str, part: str
) -> None:
    file = tmp_path / "exits.csv"
    file.write_text(text, encoding="utf-8")
    result = yaohao("--workspace", bureau, "survive", "--exits", file)
    assert result.exit_code == 2
    assert "exits.csv" in result.stderr and part in result.stderr


def test_too_few_and_none_are_refused(tmp_path: Path, bureau: Path) -> None:
    Workspace.create(tmp_path / "empty", "free").close()
    assert yaohao("--workspace", tmp_path / "empty", "survive").exit_code == 2
    assert yaohao("--workspace", bureau, "survive", "--since", "someday").exit_code == 2


def test_a_cohort_that_was_not_watched_when_young_is_not_told() -> None:
    ages = np.full(50, 8.0)
    grid = cohort_grid(np.repeat([2000, 2015], 25), ages, np.arange(50) % 5 == 0, 10,
                       np.repeat([6.0, 0.0], 25))  # fmt: skip
    assert not np.isfinite(grid.survival[0]).any()
    assert grid.survival[1, 0] == 1.0 and np.isfinite(grid.survival[1, :8]).all()
