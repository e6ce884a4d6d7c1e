"""Names in the place of ids typed by hand: taken where one entity, or one inspector, has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli import told, yaohao
from test_naming import bureau_in, credit, deal, take
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEADS = "entity_id,name,tier,region,industry,kind,status,established_on,inspected_on"


def bureau(folder: Path, names: list[str], register: str = "china") -> Workspace:
    workspace = bureau_in(folder, register)
    ids = [credit(n) if register == "china" else f"Shop-{n:02d}" for n in range(20, 30)]
    rows = [
        f'{one},"{name}",A,150502,F52,enterprise,active,2015-01-01,2025-06-01'
        for one, name in zip(ids, names, strict=False)
    ]
    take(workspace, folder, "entities", HEADS, rows)
    return workspace


@pytest.mark.parametrize("register", ["china", "free"])
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("通辽市面粉厂（有限合伙）", "通辽市面粉厂(有限合伙)"),
        ("通辽市面粉厂", " 通辽市 面粉厂"),
        ("Joe's Diner", "joe's  DINER"),
        ("ＡＢＣ商行", "abc商行"),
        ("100%_Café", "100%_café"),
    ],
)
def test_a_name_that_one_has_is_that_one(
    tmp_path: Path, register: str, name: str, typed: str
) -> None:
    workspace = bureau(tmp_path, [name, "Another, Ltd"], register)
    meant = credit(20) if register == "china" else "Shop-20"
    assert workspace.entity(typed)["entity"]["entity_id"] == meant
    assert workspace.recuse("ZF-1", typed)["inspector"]["recused"] == [meant]


def test_a_name_that_several_have_is_asked_about(tmp_path: Path) -> None:
    workspace = bureau(tmp_path, ["Twin", "twin ", "Joe's Diner"])
    for call in (workspace.entity, lambda typed: workspace.recuse("ZF-1", typed)):
        with pytest.raises(PlannerError) as caught:
            call("TWIN")
        problem = caught.value.problems[0]
        assert problem.code == "hand.several"
        assert problem.params["ids"] == sorted([credit(20), credit(21)])


def test_a_name_that_none_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    workspace = bureau(tmp_path, ["通辽市科尔沁区面粉厂", "Golden Dragon Kitchen"])
    for typed, near in (
        ("通辽市科尔沁面粉厂", "通辽市科尔沁区面粉厂"),
        ("Golden Dragon Kitchn", "Golden Dragon Kitchen"),
        ("golden dragon", "Golden Dragon Kitchen"),
    ):
        with pytest.raises(PlannerError) as caught:
            workspace.entity(typed)
        assert caught.value.problems[0].code == "hand.no-name-near"
        assert caught.value.problems[0].params["nearest"][0].startswith(near)
    with pytest.raises(PlannerError) as caught:
        workspace.why("t1", "没有这一家")
    assert caught.value.problems[0].code == "hand.no-name"


def test_every_command_of_a_draw_takes_a_name(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path)
    visits = deal(workspace)
    first, second = visits[0], visits[1]
    b = ("--workspace", workspace.folder)
    assert told(*b, "why", "t1", first["name"].upper())["entity"]["entity_id"] == first["entity_id"]
    proof = tmp_path / "p.json"
    made = told(*b, "proof", "t1", first["name"], "--to", proof)
    assert made["entity"] == first["entity_id"]
    forms = told(*b, "notices", "t1", "--entity", first["name"], "--to", tmp_path / "forms")
    assert forms["visits"] == 1
    file = tmp_path / "results.csv"
    file.write_text(f"entity_id,result\n{first['name']},1\n", encoding="utf-8")
    assert workspace.import_results("t1", [file])["accepted"] == 1
    gone = told(
        *b, "withdraw", "t1", second["name"], "--result", "9", "--evidence", "register extract"
    )
    assert gone["entity_id"] == second["entity_id"]
    answer = yaohao(*b, "notices", "t1", "--entity", "Shop 99", "--to", tmp_path / "forms")
    assert answer.exit_code == 2 and "Nearest: Shop 9" in answer.stderr


def test_an_inspector_is_known_by_a_name_that_one_has(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path, drawn=False)
    answer = workspace.note_absence("inspector  2", "2027-01-12", "2027-01-13")
    assert answer["inspector"]["inspector_id"] == "ZF-2"
    heads = "inspector_id,name,department,regions"
    take(workspace, tmp_path, "inspectors", heads, ["ZF-7,Inspector 2,MSB,150502"])
    with pytest.raises(PlannerError) as caught:
        workspace.recuse("Inspector 2", credit(1))
    assert caught.value.problems[0].params["ids"] == ["ZF-2", "ZF-7"]


@pytest.mark.parametrize("heading", ["企业名称", "检查对象名称", "name", "单位名称"])
def test_results_that_know_names_alone_come_in_by_them(tmp_path: Path, heading: str) -> None:
    """Public tables of results have names, items and days, and no codes."""
    workspace = bureau_in(tmp_path)
    visits = deal(workspace)
    file = tmp_path / "results.csv"
    rows = [f"{one['name']},未发现问题" for one in visits[:2]] + ["没有这一家,未发现问题"]
    file.write_text("\n".join([f"{heading},检查结果", *rows]), encoding="utf-8")
    told_of = workspace.import_results("t1", [file])
    assert (told_of["accepted"], told_of["mended"]["by-name"]) == (2, 2)
    assert told_of["reasons"] == {"unknown-name": 1}
    done = {one["entity_id"] for one in workspace.results("t1")["visits"] if one["result"] == "1"}
    assert done == {one["entity_id"] for one in visits[:2]}


def test_a_column_of_codes_comes_before_one_of_names(tmp_path: Path) -> None:
    workspace = bureau_in(tmp_path)
    visits = deal(workspace)
    file = tmp_path / "results.csv"
    file.write_text(f"name,entity_id,result\nsomebody,{visits[0]['entity_id']},1\n", "utf-8")
    told_of = workspace.import_results("t1", [file])
    assert told_of["accepted"] == 1 and "by-name" not in told_of["mended"]
