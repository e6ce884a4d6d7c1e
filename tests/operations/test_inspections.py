"""Visits made elsewhere: a history of their own, and the last inspection of the register."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from test_import_effects import entities, take
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "w", "free")
    heads = "entity_id,name,tier,inspected_on,visits_this_year"
    rows = ["E1,a,A,2024-05-01,1", "E2,b,B,,", "E3,c,C,2026-03-01,2", "e4,d,D,,"]
    take(workspace, heads, rows)
    take(workspace, "item_id,name", ["I1,登记事项检查"], "items")
    return workspace


def visits(
    workspace: Workspace, *rows: str, heads: str, file: str = "v.csv", **options: Any
) -> Any:
    path = workspace.folder.parent / file
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return workspace.import_inspections([path], **options)


def test_a_table_of_visits(workspace: Workspace) -> None:
    heads = "企业名称,entity_id,检查日期,检查人员,检查事项,检查结果,问题数"
    rows = [
        "a,E1,2026-01-24,王五;张三,A07.登记事项检查,未发现问题,0",
        "a,E1,2019-03-20,张三、王五,A07.登记事项检查,B,2",
        "a,E1,2019-03-20,张三、王五,消防通道,A,",
        "b,E2,2025-05-02,,,,",
        "b,E2,2025-05-02,,,,",
        "c,E9,2025-05-02,,,,",
        "d,E4,2025-06-02,,,,",
        "b,E2,,,,,",
        "b,E2,2025-05-03,,,whatever,",
    ]
    trial = visits(workspace, *rows, heads=heads, dry_run=True)
    assert workspace.inspections() == []
    came = visits(workspace, *rows, heads=heads)
    for one in (trial, came):
        assert (one["rows"], one["accepted"], one["further"], one["set_aside"]) == (9, 6, 1, 3)
        assert one["reasons"] == {"no-day": 1, "not-in-register": 1, "unknown-result": 1}
        assert (one["new"], one["same"], one["entities"], one["inspected"]) == (5, 0, 3, 3)
    assert workspace.inspections("E1") == [
        {"entity_id": "E1", "visited_on": "2019-03-20", "inspectors": ["张三", "王五"],
         "item": "I1", "result": "B", "findings": 2},
        {"entity_id": "E1", "visited_on": "2019-03-20", "inspectors": ["张三", "王五"],
         "item": "消防通道", "result": "A", "findings": None},
        {"entity_id": "E1", "visited_on": "2026-01-24", "inspectors": ["张三", "王五"],
         "item": "I1", "result": "1", "findings": 0},
    ]  # fmt: skip
    found = entities(workspace)
    assert found["E1"] == {
        **found["E1"], "tier": "A", "inspected_on": "2026-01-24", "visits_this_year": 1,
    }  # fmt: skip
    assert found["E2"]["inspected_on"] == "2025-05-02"
    assert (found["E3"]["inspected_on"], found["E3"]["visits_this_year"]) == ("2026-03-01", 2)
    assert found["e4"]["inspected_on"] == "2025-06-02"  # only the case of its id differed
    again = visits(workspace, *rows, heads=heads)
    assert not again["changed"] and (again["new"], again["same"]) == (0, 5)
    assert entities(workspace) == found
    workspace.verify_ledger()


def test_visits_of_a_year_are_counted(workspace: Workspace) -> None:
    days = ["2026-03-01", "2026-04-01", "2026-05-01", "2026-05-01", "2025-01-01"]
    visits(workspace, *(f"E3,{day},{n}" for n, day in enumerate(days)),
           heads="entity_id,visited_on,item")  # fmt: skip
    row = entities(workspace)["E3"]
    assert (row["inspected_on"], row["visits_this_year"]) == ("2026-05-01", 3)


def test_an_older_visit_sets_nothing_back(workspace: Workspace) -> None:
    before = entities(workspace)
    came = visits(workspace, "E3,2020-01-01", heads="entity_id,visited_on")
    assert came["inspected"] == 0 and came["changed"] and entities(workspace) == before
    visits(workspace, "E2,2026-06-06", heads="entity_id,visited_on", file="w.csv")
    take(workspace, "entity_id,name,inspected_on", ["E2,b,2026-01-01"])
    assert entities(workspace)["E2"]["inspected_on"] == "2026-06-06"


def test_public_tables_by_map_and_value(workspace: Workspace) -> None:
    came = visits(
        workspace, "E1,01/24/2026,Pass", "E1,03/20/2019,Fail", "E2,05/02/2025,Pass",
        heads="CAMIS,INSPECTION DATE,RESULTS", date_order="mdy",
        mapping={"entity_id": "CAMIS", "visited_on": "INSPECTION DATE", "result": "RESULTS"},
        values={"result": {"Pass": "1", "Fail": "D"}},
    )  # fmt: skip
    assert (came["accepted"], came["set_aside"]) == (3, 0)
    assert [row["result"] for row in workspace.inspections("E1")] == ["D", "1"]


def test_the_history_is_only_ever_added(workspace: Workspace) -> None:
    visits(workspace, "E1,2026-01-24", heads="entity_id,visited_on")
    workspace.close()
    connection = sqlite3.connect(workspace.folder / "planner.db")
    for change in ("DELETE FROM inspections", "UPDATE inspections SET item = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            connection.execute(change)
    connection.close()


def test_without_a_register_it_is_refused(tmp_path: Path) -> None:
    empty = Workspace.create(tmp_path / "e", "free")
    with pytest.raises(PlannerError):
        visits(empty, "E1,2026-01-24", heads="entity_id,visited_on")


def test_a_visit_whose_entity_came_later_leaves_the_list(workspace: Workspace) -> None:
    heads = "entity_id,visited_on"
    visits(workspace, "E9,2026-01-24", "E8,2026-01-24", heads=heads)
    take(workspace, "entity_id,name", ["E9,n"])
    came = visits(workspace, "E9,2026-01-24", heads=heads, file="again.csv")
    assert came["aside_gone"] == [{"file": "v.csv", "how": "mended", "rows": 1}]
    assert [row["found"] for row in workspace.set_aside("inspections")] == ["E8"]


def test_the_command(workspace: Workspace) -> None:
    path = workspace.folder.parent / "v.csv"
    path.write_text("entity_id,visited_on\nE1,2026-01-24\nE7,2026-01-24\n", encoding="utf-8")
    here = ("--workspace", workspace.folder)
    shown = yaohao(*here, "import", "inspections", path)
    assert "Inspections new to the history: 1." in shown.output
    assert "--register inspections" in shown.output
    entity = told(*here, "register", "entity", "E1")
    assert [row["visited_on"] for row in entity["inspections"]] == ["2026-01-24"]
    shown_of = yaohao(*here, "register", "entity", "E1").output
    assert [line.split() for line in shown_of.splitlines()][-1] == ["inspection", "2026-01-24"]
    [row] = told(*here, "register", "set-aside", "--register", "inspections")["set_aside"]
    assert row["reason"] == "not-in-register"
    told(*here, "import", "inspections", path, "--replace", status=2)
    told(*here, "import", "inspections", path, "--correct", status=2)
    assert "检查记录" in yaohao(*here, "import", "inspections", path, lang="zh").output
