"""Code systems: another one is a file and a line; a free register borrows no name from China."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.lei_register import lei
from helpers.workspace_maker import ITEMS, write_csv
from python_calamine import CalamineWorkbook
from yaohao.planner.publication.web_page.build import region_names
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.schema.code_system import MODULES, PUBLISHED
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

PLAN = """
id = "q1"
title = "Inspections of 2027"
authority = "City"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
items = ["REG-01", "FOOD-01"]
strata = ["region"]
[rates]
region = { 42 = "50%", 43 = "50%" }
[seeds]
select = "twenty dice"
crew = "twenty dice"
"""


@pytest.fixture
def lei_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(MODULES, "lei", "helpers.lei_register")  # type: ignore[arg-type]
    yield


def entities(ids: list[str]) -> list[dict[str, str]]:
    return [
        {"entity_id": one, "name": f"Shop {n}", "region": f"{42 + n % 2}"}
        for n, one in enumerate(ids)
    ]


def drawn(folder: Path, system: str, ids: list[str]) -> tuple[Workspace, str]:
    """A workspace of a code system with a draw that has its crews."""
    workspace = Workspace.create(folder / "w", system, language="en")
    workspace.import_files("entities", [write_csv(folder / "e.csv", entities(ids))])
    people = [{"inspector_id": f"p{n}", "name": f"P{n}", "department": "D"} for n in range(6)]
    workspace.import_files("inspectors", [write_csv(folder / "p.csv", people)])
    workspace.import_files("items", [write_csv(folder / "t.csv", [
        {**item, "department": "D", "qualification": ""} for item in ITEMS
    ])])  # fmt: skip
    plan = workspace.folder / "plans" / "q1.toml"
    plan.write_text(PLAN, encoding="utf-8")
    draw = workspace.freeze(plan)["draw"]
    workspace.draw(draw, "12345678901234567890", source="dice")
    workspace.staff(draw)
    workspace.deal(draw, "09876543210987654321", source="dice")
    return workspace, draw


@pytest.mark.usefixtures("lei_known")
def test_another_scheme_with_a_check_digit_is_a_file_and_a_line(tmp_path: Path) -> None:
    ids = [lei(n) for n in range(20)]
    wrong = ids[3][:-1] + str((int(ids[3][-1]) + 1) % 10)
    workspace, draw = drawn(tmp_path, "lei", ids)
    again = [*ids[:2], wrong, f" {lei(77).lower()} ", "5493", ""]
    told = workspace.import_files("entities", [write_csv(tmp_path / "f.csv", entities(again))])
    assert told["reasons"] == {"bad-check-digit": 1, "bad-length": 1, "missing-id": 1}
    assert told["mended"] == {"code-form": 1} and told["size"] == 21
    leads = [{"entity_id": wrong, "trigger": "complaint"}]
    told = workspace.import_files("leads", [write_csv(tmp_path / "l.csv", leads)])
    assert told["reasons"] == {"bad-check-digit": 1}
    assert workspace.entity(f"{ids[5].lower()}")["entity"]["entity_id"] == ids[5]
    with pytest.raises(PlannerError) as error:
        workspace.entity(wrong)
    assert error.value.problems[0].code == "ids.invalid-near"
    public = tmp_path / "public"
    workspace.publish(draw, public)
    first = json.loads((public / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["act"]["register"] in PUBLISHED  # what the verifiers know, and nothing else
    result = subprocess.run(
        [sys.executable, str(public / "verify.py"), str(public)], capture_output=True, check=False
    )
    assert result.returncode == 0, result.stdout.decode() + result.stderr.decode()
    workspace.close()
    assert Workspace(tmp_path / "w").settings.register == "lei"


def test_ward_42_is_not_called_hubei(tmp_path: Path) -> None:
    workspace, draw = drawn(tmp_path, "free", [f"s-{n}" for n in range(20)])
    assert region_names("free", ["42"]) == {} and region_names("china", ["42"]) == {"42": "湖北省"}
    workspace.publish(draw, tmp_path / "public")
    workspace.notices(draw, tmp_path / "forms")
    texts = []
    for path in sorted((tmp_path / "forms").rglob("*.xlsx")):
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            texts += [str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row]
    for path in [*(tmp_path / "forms").rglob("*"), *(tmp_path / "public").rglob("*")]:
        if path.suffix in (".csv", ".json", ".html", ".jsonl"):
            texts.append(path.read_text(encoding="utf-8-sig"))
    assert "42" in texts  # the bulletin tells the ward by its code
    assert not [text for text in texts if "湖北" in text]


def test_what_a_free_register_takes_from_china_is_nothing() -> None:
    free, china = code_system("free"), code_system("china")
    assert free.zone == "" and china.zone == "Asia/Shanghai"
    assert china.has_holidays and not free.has_holidays
    assert free.read_id("-").text == "-" and china.read_id("-").reason == "missing-id"
    with pytest.raises(PlannerError) as error:
        code_system("ein")
    assert error.value.problems[0].params["known"] == ["china", "free"]


def test_the_bulletin_of_a_chinese_register_names_divisions() -> None:
    assert code_system("china").region_name("150502") == "科尔沁区"
    assert code_system("free").region_name("150502") == ""
