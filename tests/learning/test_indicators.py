"""Further columns of past inspections: kept by day, typed by what was known, never from later."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.cli import told, write_csv, yaohao
from helpers.typed import mismatches
from test_risk_commands import AS_OF, FIRMS, bureau
from yaohao.planner.learning.indicators import (
    CATEGORY,
    NUMBER,
    YES_NO,
    ObservedColumn,
    events_of_visits,
    indicator_columns,
    read_number,
)
from yaohao.planner.learning.risk import Events, scheme_from, scored
from yaohao.planner.schema import import_report
from yaohao.planner.workspace import Workspace

HEADS = ["entity_id", "企业名称", "检查日期", "检查人员", "结果", "量化得分", "明厨亮灶", "grade"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "w", "free")
    rows = [{"entity_id": f"E{n}", "name": f"n{n}", "tier": "A"} for n in range(4)]
    made.import_files("entities", [write_csv(tmp_path / "e.csv", rows)])
    return made


def visits(workspace: Workspace, *rows: list[str], **options: Any) -> Any:
    file = write_csv(workspace.folder.parent / "v.csv",
                     [dict(zip(HEADS, row, strict=True)) for row in rows])  # fmt: skip
    return workspace.import_inspections([file], **options)


ROWS = (
    ["E1", "n1", "2026-01-02", "P", "A", "８５", "是", "=cmd()"],
    ["E1", "n1", "2026-01-02", "P", "A", "85", "是", "[red]x[/]"],
    ["E2", "n2", "2026-01-03", "P", "1", "", "否", "x" * 65],
    ["E3", "n3", "2026-01-04", "P", "1", "", "", ""],
)


def test_further_columns_are_kept_once_and_taken_back(workspace: Workspace) -> None:
    trial = visits(workspace, *ROWS, dry_run=True)
    came = visits(workspace, *ROWS)
    for one in (trial, came):
        assert list(mismatches(one, import_report.InspectionsReport)) == []
        # Two rows of one visit that say other things there are one visit; names are none.
        assert (one["new"], one["further"], one["new_indicators"]) == (3, 1, 3)
        assert one["indicators"] == ["grade", "明厨亮灶", "量化得分"]
        assert one["ignored"] == ["企业名称"]
        assert one["warnings"]["long-indicator"] == 1
    again = visits(workspace, *ROWS)
    assert not again["changed"] and again["new_indicators"] == 0
    rows = workspace.indicators()
    assert rows[0].values == {"grade": "=cmd()", "明厨亮灶": "是", "量化得分": "８５"}
    assert {one.visited_on for one in rows} == {"2026-01-02", "2026-01-03"}
    workspace.undo_import("inspections")
    assert workspace.indicators() == []
    workspace.verify_ledger()


def test_a_mapping_names_replaces_and_leaves_out(workspace: Workspace) -> None:
    came = visits(
        workspace, *ROWS,
        mapping={"indicator.score": "量化得分", "indicator.grade": ""},
        values={"indicator.明厨亮灶": {"是": "1", "否": "0"}},
    )  # fmt: skip
    assert came["indicators"] == ["score", "明厨亮灶"]
    assert "grade" in came["ignored"]
    rows = workspace.indicators()
    assert {one.values["明厨亮灶"] for one in rows} == {"0", "1"}
    other = yaohao("--workspace", workspace.folder, "import", "entities", "x.csv", "--map",
                   "indicator.a=b")  # fmt: skip
    assert other.exit_code == 2 and "indicator.a" in other.stderr


def test_rows_stay_as_they_are(workspace: Workspace) -> None:
    visits(workspace, *ROWS)
    with sqlite3.connect(workspace.folder / "planner.db") as database:
        for act in ("UPDATE indicators SET document = '{}'", "DELETE FROM indicators"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
                database.execute(act)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("85", 85),
        ("８５．５", 85.5),
        ("1,200", 1200),
        ("12%", 12),
        ("-3", -3),
        ("是", 1),
        ("no", 0),
    ],
)
def test_numbers_are_read(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "1e999", "nan", "1,2", "=1+1", "A", "1" * 40])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert np.isnan(read_number(text))


def told_of(*rows: tuple[int, int, str]) -> ObservedColumn:
    entity, day, text = zip(*rows, strict=True)
    return ObservedColumn(np.array(entity), np.array(day), np.array(text, object))


def test_what_a_column_is_hangs_on_nothing_later() -> None:
    one = told_of(*((n, 10 + n, str(n)) for n in range(12)), (0, 50, "unreadable"))
    assert one.kind(10) == "" and one.kind(12) == YES_NO
    assert one.kind(50) == NUMBER and one.kind(51) == CATEGORY
    early, late = indicator_columns({"x": one}, 50, 30), indicator_columns({"x": one}, 51, 30)
    assert early["x"].centre == 5.5 and "x" not in late
    last = early["x"].matrix(one, 13, 50)
    assert last[12, 0] == 0 and last[11, 0] > 1 and last[0, 0] < -1
    # A model that knows the column as numbers looks past what is none.
    assert early["x"].matrix(one, 13, 60)[0, 0] == 0


def test_columns_come_by_whom_they_tell_of_until_there_is_no_room() -> None:
    grades = told_of(*((n, 1, "ABC"[n % 3]) for n in range(60)))
    score = told_of(*((n, 1, str(n)) for n in range(40)))
    same, few = (
        told_of(*((n, 1, "5") for n in range(60))),
        told_of(*((n, 1, str(n)) for n in range(7))),
    )
    found = indicator_columns({"grade": grades, "score": score, "same": same, "few": few}, 2, 2)
    assert list(found) == ["grade"] and found["grade"].names("grade") == [
        "indicator:grade=B", "indicator:grade=C"
    ]  # fmt: skip
    assert list(indicator_columns({"grade": grades, "score": score}, 2, 3)) == ["grade", "score"]


def test_points_by_the_latest_value_fade_and_never_fall_below_nothing() -> None:
    document = {
        "class": {"A": 0},
        "indicator": [
            {"code": "score", "source": "inspection", "transform": "value", "points": 2,
             "half_life": 10, "cap": 50}
        ],
    }  # fmt: skip
    days = np.array([80, 90, 90, 90, 101])
    events = Events(
        np.array([0, 0, 1, 2, 3]), days, days, np.zeros(5, np.int64),
        np.array([9.0, 4.0, -5.0, 100.0, 7.0]),
    )  # fmt: skip
    scores = scored(scheme_from(document), {"score": events}, 4, 100)
    assert scores.score.tolist() == [400, 0, 5000, 0]  # 4 × 2 halved; nothing; capped; later
    assert scores.explanation(1) == ()


def test_categories_are_events_by_their_text() -> None:
    one = told_of((0, 1, "A"), (0, 5, "B"), (1, 3, "A"))
    events = events_of_visits({"grade": one}, "grade=A", 9)
    assert events is not None and events.value is not None
    assert events.value.tolist() == [1, 1, 0]
    for code in ("grade", "other", "grade=A=B"):
        assert events_of_visits({"grade": one}, code, 9) is None or code == "grade=A=B"
    assert events_of_visits({"grade": one}, "grade=A", 1) is None


SCHEME = """\
[class]
A = 0
B = 20
[[indicator]]
code = "hygiene"
source = "inspection"
transform = "value"
points = 1
half_life = 365
[[indicator]]
code = "open-kitchen"
source = "inspection"
transform = "yes-no"
points = 5
[[indicator]]
code = "grade=C"
source = "inspection"
transform = "days-since"
points = 30
half_life = 365
"""


def columned(folder: Path, *, leak: bool) -> Path:
    """A bureau whose inspections have a column that tells, and, if asked, one only afterwards."""
    made = bureau(folder, 1.2, 0.8)
    rng = np.random.default_rng(4)
    with Workspace(made) as workspace:
        rows = []
        for one in workspace.inspections():
            n, wrong = int(one["entity_id"][5:]), one["result"] == "A"
            rows.append({
                "entity_id": one["entity_id"], "visited_on": one["visited_on"],
                "inspectors": one["inspectors"][0], "result": one["result"],
                "hygiene": str(round(float(60 + 20 * wrong + rng.normal(0, 5)), 1)),
                "open-kitchen": "是" if n % 2 else "否", "grade": "ABC"[n % 3],
            })  # fmt: skip
        if leak:
            rows += [
                {"entity_id": f"firm-{n:04d}", "visited_on": f"2026-10-{1 + n % 28:02d}",
                 "inspectors": "P-00", "result": "", "hygiene": "none" if n % 5 else "99",
                 "open-kitchen": "4", "grade": "Z", "oracle": str(n % 2)}
                for n in range(FIRMS)
            ]  # fmt: skip
            for row in rows[:-FIRMS]:
                row["oracle"] = ""
        file = write_csv(folder / "columned.csv", rows)
        workspace.import_inspections([file], today="2100-01-01")
    return made


def test_the_model_and_the_points_use_columns_and_nothing_later(tmp_path: Path) -> None:
    told_by: list[list[Any]] = []
    scheme = tmp_path / "scheme.toml"
    scheme.write_text(SCHEME, encoding="utf-8")
    for leak in (False, True):
        folder = tmp_path / str(leak)
        folder.mkdir()
        at = ["--workspace", columned(folder, leak=leak), "risk"]
        model, scores, points = (folder / name for name in ("m.json", "s.csv", "p.csv"))
        fit = told(*at, "fit", "--as-of", AS_OF, "--to", model)
        assert "hygiene" in fit["indicators"] and "oracle" not in str(fit)
        told(*at, "score", "--model", model, "--to", scores, "--as-of", AS_OF)
        told(*at, "score", "--scheme", scheme, "--to", points, "--as-of", AS_OF)
        told_by.append([fit, json.loads(model.read_text("utf-8")), scores.read_bytes(),
                        points.read_bytes()])  # fmt: skip
    assert told_by[0] == told_by[1]
    assert told_by[0][0]["points"]["indicator:hygiene"] > 0.5
    with (tmp_path / "True" / "p.csv").open(encoding="utf-8-sig") as file:
        rows = {row[1]: row[6] for row in csv.reader(file)}
    assert "open-kitchen +5" in rows["firm-0001"] and "grade=C" in rows["firm-0002"]
    assert "hygiene +" in rows["firm-0001"]
    bad = tmp_path / "bad.toml"
    bad.write_text(SCHEME.replace("hygiene", "oracle"), encoding="utf-8")
    for lang in ("zh", "en"):
        result = yaohao("--workspace", tmp_path / "True" / "bureau", "risk", "score", "--scheme",
                        bad, "--to", tmp_path / "x.csv", "--as-of", AS_OF, lang=lang)  # fmt: skip
        assert result.exit_code == 2 and "oracle" in result.stderr and "hygiene" in result.stderr


def test_a_forged_column_is_no_model(tmp_path: Path) -> None:
    at = ["--workspace", bureau(tmp_path, 0.1, 0.1), "risk", "score", "--as-of", AS_OF, "--to"]
    names = ["age", "excess", "visits", "wrong", "years-since", "never-visited", "leads-12m",
             "leads-36m", "indicator:x"]  # fmt: skip
    sound: dict[str, Any] = {
        "format": "yaohao risk model 1", "as_of": "2026-01-01", "outcome": "any", "codes": {},
        "names": names, "intercept": 0.0, "coefficients": [0.0] * 9, "centre": [0.0] * 9,
        "calibration": [0, 1],
        "indicators": {"x": {"kind": "number", "centre": 1.0, "spread": 2.0, "codes": []}},
    }  # fmt: skip
    column: dict[str, Any] = sound["indicators"]["x"]
    changes: list[dict[str, Any]] = [
        {}, {"kind": "shell"}, {"spread": 0}, {"centre": "nan"}, {"codes": 3},
    ]  # fmt: skip
    for number, change in enumerate(changes):
        file = tmp_path / f"{number}.json"
        file.write_text(
            json.dumps({**sound, "indicators": {"x": {**column, **change}}}), encoding="utf-8"
        )
        result = yaohao(*at, tmp_path / f"{number}.csv", "--model", file)
        assert result.exit_code == (0 if not change else 2), change
