"""Results whose items are told by name; several days of one visit; rows that name no item."""

from __future__ import annotations

import shlex
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from test_naming import bureau_in, deal
from yaohao.planner.register.item_names import ItemNames
from yaohao.planner.workspace import Workspace

NAMES = ItemNames({"REG-01": "登记事项检查", "PUB-01": "公示信息检查", "F-2": "食品 (sales)"})


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace whose draw is dealt; tests copy it."""
    folder = tmp_path_factory.mktemp("dealt")
    workspace = bureau_in(folder)
    deal(workspace)
    workspace.close()
    return workspace.folder


@pytest.fixture
def workspace(dealt: Path, tmp_path: Path) -> Workspace:
    import shutil

    return Workspace(shutil.copytree(dealt, tmp_path / "b"))


def first_of(workspace: Workspace) -> str:
    return str(next(v["entity_id"] for v in workspace.show("t1")["visits"] if not v["reserve"]))


def take(workspace: Workspace, heads: str, *rows: str, dry_run: bool = False) -> dict[str, Any]:
    path = workspace.folder.parent / "results.csv"
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return dict(workspace.import_results("t1", [path], dry_run=dry_run))


def code_of(workspace: Workspace, entity: str) -> str:
    return str(
        next(v["result"] for v in workspace.show("t1")["visits"] if v["entity_id"] == entity)
    )


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("登记事项检查", "REG-01"),
        (" 登记 事项检查 ", "REG-01"),
        ("A07.公示信息抽查", "PUB-01"),
        ("公示信息检查（PUB-01）", "PUB-01"),
        ("reg-01", "REG-01"),
        ("REG-01 登记事项检查", "REG-01"),
        ("PUB-01：公示信息", "PUB-01"),
        ("食品(SALES)", "F-2"),
        ("REG-01 公示信息检查", ""),
        ("年报检查", ""),
        ("A07.年报检查", ""),
        ("登记事项检查、公示信息检查", ""),
        ("检查", ""),
    ],
)
def test_an_item_is_found_by_what_people_write(text: str, item: str) -> None:
    assert NAMES.find(text) == item


def test_a_name_of_two_items_means_neither() -> None:
    names = ItemNames({"A": "价格检查", "B": "价格抽查", "C": "价格检查"})
    assert names.find("价格抽查") == "B"
    assert names.find("价格检查") == ""
    assert names.find("价格") == ""


@pytest.mark.parametrize("heading", ["抽查事项", "检查事项", "事项名称", "item", "抽查事项编码"])
def test_what_was_not_inspected_does_not_read_as_passed(workspace: Workspace, heading: str) -> None:
    entity = first_of(workspace)
    heads = f"统一社会信用代码,{heading},检查时间,检查结果"
    answer = take(workspace, heads, f"{entity},A07.登记事项抽查,2027-01-20,未发现问题")
    assert (answer["accepted"], answer["ignored"], answer["without_item"]) == (1, [], 0)
    assert code_of(workspace, entity) == "0"
    assert [row["item_id"] for row in workspace.show("t1")["results"]] == ["REG-01"]
    take(workspace, heads, f"{entity},公示信息检查,2027-01-20,未发现问题")
    assert code_of(workspace, entity) == "1"


def test_an_item_that_is_none_of_the_plan_is_set_aside(workspace: Workspace) -> None:
    entity = first_of(workspace)
    heads = "统一社会信用代码,抽查事项,检查时间,检查结果"
    answer = take(workspace, heads, f"{entity},年报检查,2027-01-20,未发现问题")
    assert answer["reasons"] == {"unknown-item": 1}
    assert {one["item_id"] for one in answer["items"]} == {"REG-01", "PUB-01"}
    assert workspace.show("t1")["results"] == []


def test_rows_without_an_item_are_told_before_they_count(workspace: Workspace) -> None:
    entity = first_of(workspace)
    heads, row = "统一社会信用代码,检查时间,检查结果", f"{entity},2027-01-20,未发现问题"
    answer = take(workspace, heads, row, dry_run=True)
    assert answer["without_item"] == 1
    assert code_of(workspace, entity) == "0"
    path = workspace.folder.parent / "results.csv"
    here = ("--workspace", workspace.folder)
    shown = yaohao(*here, "import", "results", path, "--dry-run").output
    assert "1 row without an item: counted for all 2 items of the plan" in " ".join(shown.split())
    assert told(*here, "import", "results", path, "--dry-run")["without_item"] == 1
    take(workspace, heads, row)
    assert code_of(workspace, entity) == "1"


def test_the_later_day_wins_in_whatever_order_rows_stand(dealt: Path, tmp_path: Path) -> None:
    import shutil

    found = set()
    for number, order in enumerate(permutations(range(3))):
        workspace = Workspace(shutil.copytree(dealt, tmp_path / str(number) / "b"))
        entity = first_of(workspace)
        rows = [
            f"{entity},REG-01,2027-01-20,未发现问题",
            f"{entity},REG-01,2027-02-03,通过登记的住所（经营场所）无法联系",
            f"{entity},,2027-01-25,未发现问题",
        ]
        heads = "统一社会信用代码,事项编码,检查时间,检查结果"
        answer = take(workspace, heads, *(rows[place] for place in order))
        assert (answer["accepted"], answer["set_aside"]) == (3, 0)
        results = workspace.show("t1")["results"]
        found.add(tuple((row["item_id"], row["visited_on"], row["result"]) for row in results))
        workspace.close()
    assert len(found) == 1
    (days,) = found
    assert [row[:2] for row in days] == [("REG-01", "2027-02-03"), ("PUB-01", "2027-01-25")]


def told_command(output: str, before: str) -> list[str]:
    """The words of the command that stands in the line behind some words."""
    first, *words = shlex.split(output.split(f"{before}\n  ")[1].split("\n", maxsplit=1)[0])
    assert first == "yaohao"
    return words


@pytest.mark.parametrize("register", ["entities", "inspectors", "items", "leads", "results"])
def test_the_command_told_after_an_import_exists(workspace: Workspace, register: str) -> None:
    entity = first_of(workspace)
    rows = {
        "entities": "entity_id,name\n123,x\n",
        "inspectors": "inspector_id,name\na/b,x\n",
        "items": "item_id,name\na/b,x\n",
        "leads": "entity_id,trigger\n123,x\n",
        "results": f"统一社会信用代码,检查日期,检查结果\n{entity},2027-01-20,xx\n",
    }
    path = workspace.folder.parent / "bad.csv"
    path.write_text(rows[register], encoding="utf-8")
    here = ("--workspace", workspace.folder)
    shown = yaohao(*here, "import", register, path)
    words = shlex.split(
        shown.output.split("To see the rejected rows:\n  yaohao ")[1].split("\n")[0]
    )
    listed = told(*words)
    assert [row["register"] for row in listed["set_aside"]] == [register]
    mend = workspace.folder.parent / "mend.csv"
    written = yaohao(*words, "--export", mend)
    assert written.exit_code == 0
    again = told_command(written.output, "then:")
    assert again[2:4] == ["import", register] and again[-1] == str(mend)
    assert told(*again)["set_aside"] == 1
