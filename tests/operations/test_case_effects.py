"""What cases do to a draw: shown by a preview, written as files, and never done by itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import papers
from helpers.cli import fill, told, walk, yaohao
from yaohao.planner.workspace import Workspace

PAPER = "c" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Penalties of cafe-10 and 11, a listing of 11, a suspension of 12, a commitment of 13."""
    place = fill(tmp_path)
    plan = place / "plans" / "spring.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('B = "40%"', 'B = "40%", C = "50%"'), encoding="utf-8")
    with Workspace(place) as workspace:
        cases = workspace.cases
        for name in ("cafe-10", "cafe-11"):
            facts = {"decided_on": "2027-01-04", "bare": False, "decision_number": name}
            [case] = cases.open("penalty", name, facts=facts, actor="Li")["cases"]
            both = papers("decision", "repair_notice", "receipt")
            cases.step(case["id"], "serve", actor="Li", documents=both)
        cases.open(
            "abnormal", "cafe-11", facts={"ground": "unreachable", "listed_on": "2026-12-01"},
            source="import", role="import",
        )  # fmt: skip
        cases.open(
            "suspension", "cafe-12", facts={"filed_on": "2026-12-01", "ends_on": "2027-12-01"},
            source="import", role="import",
        )  # fmt: skip
        facts = {"sort": "licence", "matter": "hygiene", "made_on": "2027-01-04",
                 "barred": False, "safety": False}  # fmt: skip
        [case] = cases.open("commitment", "cafe-13", facts=facts, actor="Li")["cases"]
        cases.step(case["id"], "show", actor="Li", documents={"sheet": PAPER})
    return place


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def preview(folder: Path) -> Any:
    return told("--workspace", folder, "plan", "preview", folder / "plans" / "spring.toml")


def test_a_preview_shows_what_cases_do(folder: Path) -> None:
    effects = {(one["kind"], one["link"]): one["entities"] for one in preview(folder)["cases"]}
    assert effects[("penalty", "tier")] == 2
    assert effects[("abnormal", "scope")] == effects[("abnormal", "tier")] == 1
    assert effects[("suspension", "out")] == 1
    for lang, word in (("en", "tier proposed"), ("zh", "分类建议")):
        shown = yaohao("--workspace", folder, "plan", "preview",
                       folder / "plans" / "spring.toml", lang=lang).stdout  # fmt: skip
        assert word in shown and "cafe-11" not in shown
    assert told("--workspace", folder, "case", "effects")["effects"] == preview(folder)["cases"]


def test_files_are_accepted_by_importing_them(folder: Path, tmp_path: Path) -> None:
    before = preview(folder)
    here = ("--workspace", folder)
    told(*here, "case", "effects", "--to", tmp_path / "effects")
    assert preview(folder) == before  # writing proposals changes nothing
    tiers = {row["entity_id"]: row for row in read(tmp_path / "effects" / "tiers.csv")}
    assert set(tiers) == {"cafe-10", "cafe-11"}
    assert (tiers["cafe-10"]["tier_now"], tiers["cafe-10"]["tier"]) == ("A", "B")
    assert (tiers["cafe-11"]["tier_now"], tiers["cafe-11"]["tier"]) == ("B", "C")
    [row] = read(tmp_path / "effects" / "status.csv")
    assert (row["entity_id"], row["status"]) == ("cafe-12", "suspended")
    assert [one["entity_id"] for one in read(tmp_path / "effects" / "scope.csv")] == ["cafe-11"]
    errors = told(*here, "case", "effects", "--to", tmp_path / "effects", status=2)["errors"]
    assert errors[0]["code"] == "output.exists"
    leads = tmp_path / "effects" / "leads.csv"
    [lead] = read(leads)  # the suspended one is none: nobody found that it trades
    assert lead["entity_id"] == "cafe-13" and lead["trigger"] == "commitment"
    assert "hygiene" not in str(lead) and lead["lead_id"].startswith("case-")
    for _ in range(2):  # the same leads again are the same leads
        told(*here, "import", "leads", leads)
    told(*here, "import", "entities", tmp_path / "effects" / "tiers.csv", "--map", "tier=tier")
    after = preview(folder)
    assert after["expected_by"]["tier"] != before["expected_by"]["tier"]
    plan = folder / "plans" / "spring.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(f'{text}\n[leads]\ntriggers = ["complaint", "commitment"]\n', encoding="utf-8")
    assert preview(folder)["directed_by"]["lead:commitment"] == 1  # with its own basis


def test_nothing_of_a_case_changes_a_frozen_frame(folder: Path) -> None:
    walk(folder, "freeze")
    with Workspace(folder) as workspace:
        before = workspace.show("spring")
        [case] = workspace.cases.list(kind="suspension")["cases"]
        workspace.cases.correct(case["id"], 1, "wrong", role="head", actor="Zhao")
        assert workspace.show("spring") == before
    text = (folder / "planner.db").read_bytes()
    assert b"suspension-" in text  # the frame lies elsewhere
    for path in (folder / "frames").rglob("*"):
        assert not path.is_file() or b"suspension" not in path.read_bytes()
