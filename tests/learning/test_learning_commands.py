"""Estimates and inspectors from a workspace: figures, words in both languages, and refusals."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.cli import told, write_csv, yaohao
from helpers.learned import Learned
from helpers.typed import mismatches
from yaohao.planner.schema.reports import learning as types
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]

TRIAL = """\
id = "letters"
title = "Letter or message"
outcome = "y"
rate = 0.5
worthwhile = 0.15
seed = "dice"
arm = [{ name = "letter" }, { name = "message" }]
"""
POINTS = """\
class = { A = 0, B = 10 }
indicator = [{ code = "lead", source = "complaint", transform = "count", points = 10 }]
"""


@pytest.fixture
def at(learned: Learned) -> list[str]:
    return ["--workspace", str(learned.folder)]


def test_estimates_hold_the_truth_and_say_what_they_rest_on(
    at: list[str], learned: Learned
) -> None:
    found = told(*at, "estimate", "--by", "region", "--by", "industry", "--by", "age")
    one = found["draws"][0]
    assert one["draw"] == "q1" and len(found["sentences"]) > 8
    share, total = one["share"], one["total"]
    assert share["interval"]["low"] < share["value"] < share["interval"]["high"]
    assert total["interval"]["low"] < total["value"] < total["interval"]["high"]
    assert [row["code"] for row in one["by"]["region"]] == ["North", "South"]
    assert {row["code"] for row in one["by"]["age"]} <= {"3-5", "5-10", "10+"}
    assert one["for_cause"]["visits"] == 6
    bounds = one["three_way"]
    assert bounds["least"]["value"] <= bounds["alike"]["value"] <= bounds["most"]["value"]
    lifts = [tier["lift"] for tier in one["tiers"]["tiers"]]
    assert lifts == sorted(lifts)
    one_item = told(*at, "estimate", "q1", "--item", "I-2")["draws"][0]["share"]
    assert one_item["hits"] == 0 and one_item["interval"]["high"] > 0


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("estimate", "--by", "region", "--by", "age"), types.EstimateReport),
        (("crews", "--deals", "50"), types.CrewsReport),
        (("survive", "--exits", "exits.csv", "--since", "2024-01-01"), types.SurvivalReport),
        (("evaluate", "--file", "out.csv", "--outcome", "y", "--redraws", "50"),
         types.EffectReport),
        (("propose", "q1"), types.ProposalReport),
        (("propose", "q1", "--alpha", "inf"), types.ProposalReport),
        (("trial", "check", "letters.toml"), types.TrialPlanReport),
        (("risk", "score", "--scheme", "points.toml", "--to", "scores.csv"),
         types.RiskScoresReport),
    ],
)  # fmt: skip
def test_what_is_printed_is_of_its_type(
    at: list[str], words: tuple[str, ...], kind: type, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    firms = [f"firm-{n:05d}" for n in range(1200)]
    write_csv(Path("out.csv"), [
        {"entity_id": one, "y": k * 7919 % 10 < 6} for k, one in enumerate(firms)
    ])  # fmt: skip
    write_csv(Path("exits.csv"), [
        {"entity_id": one, "left_on": f"202{4 + k % 3}-05-11"} for k, one in enumerate(firms[::6])
    ])  # fmt: skip
    Path("letters.toml").write_text(TRIAL, encoding="utf-8")
    Path("points.toml").write_text(POINTS, encoding="utf-8")
    assert list(mismatches(told(*at, *words), kind)) == []


@pytest.mark.parametrize("command", [["estimate"], ["crews", "--deals", "50"]])
def test_both_languages_in_blocks_and_in_ascii(at: list[str], command: list[str]) -> None:
    for lang in ("zh", "en"):
        for words in ([], ["--ascii"]):
            result = yaohao(*at, *command, *words, lang=lang)
            assert result.exit_code == 0, result.output
            assert "learning." not in result.output and "findings." not in result.output
            bars = "\u2588" in result.stdout
            assert bars is (not words)
    assert result.stderr == ""


def test_pictures_are_written_whole_and_never_over_another(at: list[str], tmp_path: Path) -> None:
    file = tmp_path / "rates.svg"
    result = yaohao(*at, "estimate", "--by", "kind", "--svg", file)
    assert result.exit_code == 0 and "rates-2.svg" in result.stderr.replace("\n", "")
    for one in (file, tmp_path / "rates-2.svg"):
        assert ElementTree.parse(one).getroot().tag.endswith("svg")
    again = yaohao(*at, "estimate", "--svg", file)
    assert again.exit_code == 2 and "rates.svg" in again.stderr.replace("\n", "")
    assert yaohao(*at, "estimate", "--svg", file, "--overwrite").exit_code == 0
    assert yaohao(*at, "estimate", "--svg", tmp_path / "rates.png").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "q9"),
        ("estimate", "--item", "I-9"),
        ("estimate", "--level", "100"),
        ("estimate", "--by", "colour"),
        ("crews", "--deals", "0"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(at: list[str], words: tuple[str, ...]) -> None:
    for lang in ("zh", "en"):
        result = yaohao(*at, *words, lang=lang)
        assert result.exit_code == 2
        assert result.stderr.strip() and "Traceback" not in result.output
    assert told(*at, *words, status=2)["errors"]


def test_a_workspace_without_results_says_what_to_do(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "bureau", "free").close()
    for command in ("estimate", "crews"):
        result = yaohao("--workspace", tmp_path / "bureau", command)
        assert result.exit_code == 2 and "yaohao import results" in result.stderr


@pytest.mark.parametrize(("code", "said"), [("1", "No violation was found"), ("A", "100.0%")])
def test_where_none_or_all_are_wrong_intervals_stay_honest(
    own_learned: Learned, tmp_path: Path, code: str, said: str
) -> None:
    at = ["--workspace", str(own_learned.folder)]
    with Workspace(own_learned.folder) as workspace:
        rows = [
            {"entity_id": one["entity_id"], "visited_on": "2027-02-03", "result": code}
            for one in workspace.show("q1")["visits"]
            if not one["reserve"] and one["result"] not in ("9",)
        ]
        workspace.import_results("q1", [write_csv(tmp_path / "all.csv", rows)])
    one = told(*at, "estimate", "--by", "region", "--by", "age")["draws"][0]
    shares = [one["share"], *one["by"]["region"], *one["by"]["age"]]
    for share in shares:
        limits = share["interval"]
        assert 0 <= limits["low"] < limits["high"] <= 1
    assert said in yaohao(*at, "estimate").stdout.replace("\n", " ")
    assert yaohao(*at, "crews", "--deals", "100").exit_code == 0
    proposed = yaohao(*at, "propose", "q1")
    assert proposed.exit_code == (2 if code == "1" else 0), proposed.output
    if code == "1":
        assert "no problem was found" in proposed.stderr.replace("\n", " ")
        assert yaohao(*at, "propose", "q1", "--alpha", "0").exit_code == 0


def test_one_visit_a_cell_is_told_by_its_tiers(tmp_path: Path) -> None:
    """Sixteen cells of about one visit each: an interval by tier, or a plain refusal."""
    from helpers.learned import PLAN, SECRET, SEEDS, entity_rows

    folder = tmp_path / "bureau"
    rows = entity_rows(480)
    for n, row in enumerate(rows):
        row["region"] = f"R{n % 8}"
    people = [
        {"inspector_id": f"P{n}", "name": f"P{n}", "department": "Food"} for n in range(4)
    ]  # fmt: skip
    items = [{"item_id": f"I-{n}", "name": f"{n}", "department": "Food"} for n in (1, 2)]
    with Workspace.create(folder, "free", language="en") as workspace:
        for name, given in (("entities", rows), ("inspectors", people), ("items", items)):
            workspace.import_files(name, [write_csv(tmp_path / f"{name}.csv", given)])
        plan = folder / "plans" / "q1.toml"
        rates = 'A = "2%", B = "3%", C = "5%", D = "20%"'
        plan.write_text(PLAN.replace('A = "4%", B = "10%", C = "25%", D = "60%"', rates), "utf-8")
        draw = workspace.freeze(plan, SECRET)["draw"]
        workspace.draw(draw, SEEDS[0], "dice", ["A"])
        workspace.staff(draw)
        workspace.deal(draw, SEEDS[1], "dice", ["A"])
        visits = [one for one in workspace.show(draw)["visits"] if not one["reserve"]]
        results = [
            {"entity_id": one["entity_id"], "visited_on": "2027-02-03", "result": "1A"[n % 4 == 0]}
            for n, one in enumerate(visits)
        ]
        workspace.import_results(draw, [write_csv(tmp_path / "results.csv", results)])
        document = workspace.estimate(by=("region",)).document
    found = document["draws"][0]
    assert found["checks"]["thin_cells"] > found["checks"]["cells"] / 2
    for share in (found["share"], *found["by"]["region"]):
        assert 0 <= share["interval"]["low"] < share["interval"]["high"] <= 1
    assert any("fewer than two visits" in one for one in document["sentences"])


def test_inspectors_stand_by_their_number_and_words_forbid_a_ranking(at: list[str]) -> None:
    found = told(*at, "crews", "--deals", "200")
    ids = [row["inspector_id"] for row in found["inspectors"]]
    assert ids == sorted(ids) and len(ids) == 12
    assert found["private"] is True
    assert "must not be used to rank" in " ".join(found["sentences"])
    assert 0 < found["p"] <= 1
    # A visit of which nothing was expected does not decide an inspector's figure.
    errors = np.array([row["se"] for row in found["inspectors"]])
    assert errors.max() < 3 * errors.min() + 1e-9
    assert json.dumps(found) == json.dumps(told(*at, "crews", "--deals", "200"))


def test_planted_severities_of_inspectors_are_seen(own_learned: Learned, tmp_path: Path) -> None:
    with Workspace(own_learned.folder) as workspace:
        visits = workspace.show("q1")["visits"]
        rows = [
            {
                "entity_id": one["entity_id"],
                "item_id": item,
                "visited_on": "2027-02-03",
                "result": "A" if one["inspectors"][0] < "P-04" else "1",
            }
            for one in visits
            if one["standing"] == "pool" and one["inspectors"] and one["result"] in ("1", "A")
            for item in ("I-1", "I-2")
        ]
        workspace.import_results("q1", [write_csv(tmp_path / "severe.csv", rows)])
        found = workspace.crews(deals=500).document
    assert found["p"] < 0.01
    excess = {row["inspector_id"]: row["excess"] for row in found["inspectors"]}
    severe = [excess[f"P-{n:02d}"] for n in range(4)]
    assert min(severe) > max(excess[f"P-{n:02d}"] for n in range(4, 12)) - 0.1
    assert np.mean(severe) > 0.1
