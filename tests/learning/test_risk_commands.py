"""Risk from past inspections: judged before it may rank, blind to the future, explained by line."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.cli import told, write_csv, yaohao
from helpers.typed import mismatches
from yaohao.planner.schema.reports import learning as types
from yaohao.planner.workspace import Workspace

FIRMS, VISITS = 800, 2000
FIRST, LAST = date(2022, 1, 1), date(2026, 10, 1)
AS_OF = "2026-10-01"


def bureau(
    folder: Path,
    firm: float,
    inspector: float,
    seed: int = 1,
    later: tuple[dict[str, Any], ...] = (),
) -> Path:
    """A workspace with a history: firms and inspectors that differ by so much (log odds)."""
    rng = np.random.default_rng(seed)
    risk, severity = rng.normal(0, firm, FIRMS), rng.normal(0, inspector, 12)
    kinds = np.where(rng.random(FIRMS) < 0.5, "enterprise", "individual")
    # Part of what firms are shows in their kind; the tiers know nothing.
    risk += np.where(kinds == "individual", firm, -firm)
    rows = [
        {
            "entity_id": f"firm-{n:04d}",
            "name": f"=Firm {n}" if n == 3 else f"Firm {n}",
            "tier": "AB"[n % 2],
            "region": ("North", "South")[n % 3 == 0],
            "kind": str(kinds[n]),
            "established_on": "2015-02-02",
        }
        for n in range(FIRMS)
    ]
    days = sorted(int(day) for day in rng.integers(0, (LAST - FIRST).days, VISITS))
    history = []
    for day in days:
        n, who = int(rng.integers(FIRMS)), int(rng.integers(12))
        wrong = rng.random() < 1 / (1 + np.exp(1.0 - risk[n] - severity[who]))
        history.append(
            {
                "entity_id": f"firm-{n:04d}",
                "visited_on": (FIRST + timedelta(days=day)).isoformat(),
                "inspectors": f"P-{who:02d}",
                "result": "A" if wrong else "1",
            }
        )
    made = folder / "bureau"
    with Workspace.create(made, "free") as workspace:
        workspace.import_files("entities", [write_csv(folder / "entities.csv", rows)])
        file = write_csv(folder / "history.csv", [*history, *later])
        workspace.import_inspections([file], today="2100-01-01")
    return made


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bureau(tmp_path_factory.mktemp("telling"), 1.2, 0.8)


def test_a_model_that_orders_is_written_and_scores_with_its_lines(
    telling: Path, tmp_path: Path
) -> None:
    at = ["--workspace", telling, "risk"]
    model, scores = tmp_path / "model.json", tmp_path / "scores.csv"
    found = told(*at, "fit", "--as-of", AS_OF, "--to", model)
    assert list(mismatches(found, types.RiskFitReport)) == []
    assert found["test"]["problems"] == []
    assert found["test"]["area"]["value"] > found["test"]["area_of_tiers"]["value"] + 0.1
    assert 0.2 < found["inspector_spread"] < 1.2
    points = found["points"]
    assert points.get("kind:individual", 0) > 5 or points.get("kind:enterprise", 0) < -5
    assert model.stat().st_mode & 0o077 == 0
    told(*at, "score", "--model", model, "--to", scores, "--as-of", AS_OF)
    with scores.open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert len(rows) == FIRMS + 1
    values = [float(row[3]) for row in rows[1:]]
    assert values == sorted(values, reverse=True)
    for row in rows[1:60]:
        lines = [float(part.rpartition(" ")[2]) for part in row[6].split("; ") if part]
        assert sum(lines) == pytest.approx(float(row[3]), abs=1e-6)
        assert 0 < float(row[4]) < 1
    assert not any(row[2].startswith("=") for row in rows)
    # Nothing is written over, and a model from later days may not score earlier ones.
    assert yaohao(*at, "score", "--model", model, "--to", scores).exit_code == 2
    early = yaohao(*at, "score", "--model", model, "--to", tmp_path / "x.csv", "--as-of",
                   "2025-01-01")  # fmt: skip
    assert early.exit_code == 2 and AS_OF in early.stderr


def test_where_inspectors_differ_and_firms_do_not_nothing_may_rank(tmp_path: Path) -> None:
    at = ["--workspace", bureau(tmp_path, 0.0, 1.5, 3), "risk"]
    model = tmp_path / "model.json"
    result = yaohao(*at, "fit", "--as-of", AS_OF, "--to", model)
    assert result.exit_code == 1
    assert "not used for ranking" in result.stdout.replace("\n", " ")
    assert not model.exists()
    for lang in ("zh", "en"):
        tested = yaohao(*at, "test", "--from", "2025-07-01", "--to", AS_OF, lang=lang)
        assert tested.exit_code == 1 and "findings." not in tested.output


def test_nothing_later_than_the_day_is_used(telling: Path, tmp_path: Path) -> None:
    """A file of visits after the day that tells all: fits, tests and scores stay what they were."""
    leak = [
        {
            "entity_id": f"firm-{n:04d}",
            "visited_on": f"2026-10-{1 + n % 28:02d}",
            "inspectors": "P-00",
            "result": "A" if n % 2 else "1",
        }
        for n in range(FIRMS)
    ]
    folder = tmp_path / "leaking"
    folder.mkdir()
    leaking = bureau(folder, 1.2, 0.8, 1, tuple(leak))
    told_of: list[list[Any]] = []
    for number, one in enumerate((telling, leaking)):
        at = ["--workspace", one, "risk"]
        model, scores = tmp_path / f"{number}.json", tmp_path / f"{number}.csv"
        fit = told(*at, "fit", "--as-of", AS_OF, "--to", model)
        test = told(*at, "test", "--from", "2026-01-01", "--to", AS_OF)
        assert list(mismatches(test, types.RiskTestReport)) == []
        told(*at, "score", "--model", model, "--to", scores, "--as-of", AS_OF)
        told_of.append([fit, test, json.loads(model.read_text("utf-8")), scores.read_bytes()])
    assert told_of[0] == told_of[1]
    later = told("--workspace", leaking, "risk", "fit", "--as-of", "2026-11-01", status=1)
    assert later["visits"] > told_of[0][0]["visits"]


SCHEME = """\
opinion_cap = 10
[class]
A = 0
B = 20
C = 40
[[indicator]]
code = "wrong"
source = "daily"
transform = "count"
points = 15
half_life = 365
basis = "Rule 7"
[[indicator]]
code = "late-report"
source = "register"
transform = "yes-no"
points = 5
"""


def test_points_by_indicators_with_events_of_a_file(telling: Path, tmp_path: Path) -> None:
    at = ["--workspace", telling, "risk", "score", "--as-of", AS_OF]
    scheme, scores = tmp_path / "scheme.toml", tmp_path / "scores.csv"
    scheme.write_text(SCHEME, encoding="utf-8")
    without = yaohao(*at, "--scheme", scheme, "--to", scores)
    assert without.exit_code == 2 and "late-report" in without.stderr
    events = write_csv(tmp_path / "events.csv", [
        {"entity_id": "firm-0001", "indicator": "late-report", "day": "2026-07-01"},
        {"entity_id": "firm-0002", "indicator": "late-report", "day": AS_OF},
    ])  # fmt: skip
    found = told(*at, "--scheme", scheme, "--events", events, "--to", scores)
    assert sum(found["classes"].values()) == FIRMS and found["classes"]["A"] < FIRMS
    with scores.open(encoding="utf-8-sig") as file:
        rows = {row[1]: row for row in csv.reader(file)}
    assert "late-report +5" in rows["firm-0001"][6]
    assert "late-report" not in rows["firm-0002"][6]  # known on the day itself


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("fit", "--as-of", "2000-01-01"), "inspection"),
        (("fit", "--as-of", "2022-02-01"), "too few"),
        (("fit", "--outcome", "I-9"), "inspection"),
        (("test", "--from", "2026-01-01", "--to", "2025-01-01"), "start"),
        (("score", "--to", "x.csv"), "model"),
        (("score", "--model", "HERE", "--to", "x.csv"), "not a risk model"),
        (("score", "--scheme", "HERE", "--to", "x.csv"), "TOML"),
    ],
)
def test_too_little_and_other_files_are_refused(
    telling: Path, tmp_path: Path, words: tuple[str, ...], part: str
) -> None:
    other = tmp_path / "other"
    other.write_text("{", encoding="utf-8")
    given = [str(other) if one == "HERE" else one for one in words]
    given = [str(tmp_path / one) if one == "x.csv" else one for one in given]
    for lang in ("zh", "en"):
        result = yaohao("--workspace", telling, "risk", *given, lang=lang)
        assert result.exit_code == 2 and "Traceback" not in result.output, result.output
    assert part in result.stderr


def test_a_forged_model_is_no_model(telling: Path, tmp_path: Path) -> None:
    at = ["--workspace", telling, "risk", "score", "--to", tmp_path / "x.csv", "--model"]
    sound: dict[str, Any] = {
        "format": "yaohao risk model 1", "as_of": "2026-01-01", "outcome": "any", "codes": {},
        "names": ["age", "excess", "visits", "wrong", "years-since", "never-visited", "leads-12m",
                  "leads-36m"],
        "intercept": 0.0, "coefficients": [0.0] * 8, "centre": [0.0] * 8, "calibration": [0, 1],
    }  # fmt: skip
    changes: list[dict[str, Any]] = [
        {"names": ["age"]}, {"coefficients": [1e999] * 8}, {"codes": {"name": ["x"]}},
        {"centre": [[1]]}, {"calibration": []}, {"format": "2"}, {"codes": []},
    ]  # fmt: skip
    for number, change in enumerate(changes):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps({**sound, **change}), encoding="utf-8")
        assert yaohao(*at, file).exit_code == 2, change
    good = tmp_path / "good.json"
    good.write_text(json.dumps(sound), encoding="utf-8")
    assert yaohao(*at, good).exit_code == 0


def test_a_year_of_inspections_is_judged_by_the_quarters_that_can_be(tmp_path: Path) -> None:
    """Before the first quarter nothing was known: it is learned from, and not judged by."""
    whole = bureau(tmp_path, 1.2, 0.8)
    short = tmp_path / "short"
    with Workspace(whole) as workspace:
        late = [one for one in workspace.inspections() if one["visited_on"] >= "2025-09-01"]
    with Workspace.create(short, "free") as workspace:
        workspace.import_files("entities", [tmp_path / "entities.csv"])
        rows = [
            {"entity_id": one["entity_id"], "visited_on": one["visited_on"],
             "inspectors": one["inspectors"][0], "result": one["result"]} for one in late
        ]  # fmt: skip
        workspace.import_inspections([write_csv(tmp_path / "late.csv", rows)], today="2100-01-01")
        found = workspace.risk_fit(as_of=AS_OF).figures
    assert 300 < found["visits"] == len(late)
    assert found["test"]["hits"] >= 50 and found["test"]["visits"] < len(late)
