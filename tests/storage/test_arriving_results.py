"""Results that arrive: later days, corrections, last inspections, leads, rows set aside."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.cli import told, yaohao
from test_naming import bureau_in, deal, take
from yaohao.planner.workspace import Workspace

HEADS = "统一社会信用代码,检查事项,检查日期,检查结果"


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace whose draw is dealt; tests copy it."""
    workspace = bureau_in(tmp_path_factory.mktemp("dealt"))
    deal(workspace)
    workspace.close()
    return workspace.folder


@pytest.fixture
def workspace(dealt: Path, tmp_path: Path) -> Workspace:
    return Workspace(shutil.copytree(dealt, tmp_path / "b"))


def first_of(workspace: Workspace) -> str:
    return str(next(v["entity_id"] for v in workspace.show("t1")["visits"] if not v["reserve"]))


def come(
    workspace: Workspace, *rows: str, heads: str = HEADS, file: str = "r.csv", **options: Any
) -> dict[str, Any]:
    path = workspace.folder.parent / file
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return dict(workspace.import_results("t1", [path], **options))


def of(workspace: Workspace, entity: str) -> dict[str, tuple[str, str]]:
    return {
        row["item_id"]: (row["visited_on"], row["result"])
        for row in workspace.show("t1")["results"]
        if row["entity_id"] == entity
    }


def last_of(workspace: Workspace, entity: str) -> str:
    path, _, _ = workspace._workspace.snapshot_path()
    rows = {row["entity_id"]: row for row in pq.read_table(path).to_pylist()}
    return str(rows[entity]["inspected_on"])


def test_an_item_told_by_its_name_leaves_the_visit_open(workspace: Workspace) -> None:
    entity = first_of(workspace)
    came = come(workspace, f"{entity},登记事项检查,2027-01-20,未发现问题")
    assert (came["without_item"], came["ignored"]) == (0, [])
    assert of(workspace, entity) == {"REG-01": ("2027-01-20", "1")}
    shown = yaohao("--workspace", workspace.folder, "results", "t1").output
    assert "1 of 2 items" in shown


def test_the_later_day_wins_in_one_file_and_across_imports(workspace: Workspace) -> None:
    entity = first_of(workspace)
    came = come(
        workspace, f"{entity},REG-01,2027-02-20,C", f"{entity},REG-01,2027-01-20,1",
        f"{entity},PUB-01,2027-01-20,1",
    )  # fmt: skip
    assert (came["repeated"], came["older"], came["accepted"]) == (1, 0, 3)
    earlier = f"{entity},REG-01,2027-01-25,1"
    trial = come(workspace, earlier, file="early.csv", dry_run=True)
    came = come(workspace, earlier, file="early.csv")
    assert trial["older"] == came["older"] == 1 and not came["changed"]
    assert of(workspace, entity)["REG-01"] == ("2027-02-20", "C")
    came = come(workspace, earlier, file="early.csv", correct=True)
    assert came["older"] == 0 and came["changed"]
    assert of(workspace, entity)["REG-01"] == ("2027-01-25", "1")


def test_a_row_without_item_leaves_a_later_one_of_an_item(workspace: Workspace) -> None:
    entity = first_of(workspace)
    come(workspace, f"{entity},REG-01,2027-02-20,C")
    came = come(workspace, f"{entity},,2027-01-20,1", file="all.csv")
    assert (came["without_item"], came["older"]) == (1, 1)
    assert of(workspace, entity) == {
        "REG-01": ("2027-02-20", "C"), "PUB-01": ("2027-01-20", "1"),
    }  # fmt: skip


def test_a_file_that_lacks_columns_leaves_them_of_the_same_day(workspace: Workspace) -> None:
    entity = first_of(workspace)
    heads = "entity_id,item_id,visited_on,result,method,follow_up"
    come(workspace, f"{entity},REG-01,2027-01-20,A,实地,责令改正", heads=heads)
    come(workspace, f"{entity},REG-01,2027-01-20,B", file="b.csv")
    [row] = [row for row in workspace.show("t1")["results"] if row["entity_id"] == entity]
    assert (row["result"], row["follow_up"]) == ("B", "rectify")
    method = row["method"]
    assert method
    come(workspace, f"{entity},REG-01,2027-02-20,1", file="c.csv")
    [row] = [row for row in workspace.show("t1")["results"] if row["entity_id"] == entity]
    assert (row["result"], row["follow_up"], row["method"]) == ("1", "none", "")


def test_results_set_the_last_inspection(workspace: Workspace) -> None:
    entity = first_of(workspace)
    assert last_of(workspace, entity) == "2025-06-01"
    trial = come(workspace, f"{entity},REG-01,2027-01-20,1", dry_run=True)
    came = come(workspace, f"{entity},REG-01,2027-01-20,1")
    assert trial["inspected"] == came["inspected"] == 1
    assert last_of(workspace, entity) == "2027-01-20"
    acts = [line["act"] for line in workspace.ledger()[-2:]]
    assert [(act["act"], act.get("what")) for act in acts] == [
        ("results", None), ("register", "inspections"),
    ]  # fmt: skip
    workspace.verify_ledger()
    assert come(workspace, f"{entity},REG-01,2027-01-20,1")["inspected"] == 0
    # A register that was written before the visit does not set it back; one written after does.
    heads = "entity_id,name,inspected_on"
    take(workspace, workspace.folder.parent, "entities", heads, [f"{entity},Shop,2025-06-01"])
    assert last_of(workspace, entity) == "2027-01-20"
    take(workspace, workspace.folder.parent, "entities", heads, [f"{entity},Shop,2027-02-01"])
    assert last_of(workspace, entity) == "2027-02-01"


def test_a_draw_after_results_is_verified(workspace: Workspace, tmp_path: Path) -> None:
    entity = first_of(workspace)
    come(workspace, f"{entity},,2027-01-20,1")
    plan = workspace.folder / "plans" / "t2.toml"
    text = (workspace.folder / "plans" / "t1.toml").read_text(encoding="utf-8")
    plan.write_text(text.replace('id = "t1"', 'id = "t2"'), encoding="utf-8")
    workspace.freeze(plan)
    workspace.draw("t2", "98765432109876543210", "20 dice", ["W"])
    workspace.audit("t2", tmp_path / "audit")
    here = ("--workspace", workspace.folder)
    assert yaohao(*here, "verify", tmp_path / "audit").exit_code == 0


def test_leads_of_entities_visited_are_told_and_closed(workspace: Workspace) -> None:
    entity = first_of(workspace)
    other = next(v["entity_id"] for v in workspace.show("t1")["visits"] if v["entity_id"] != entity)
    leads = [
        f"L1,{entity},complaint,2026-12-01,", f"L2,{entity},complaint,2027-01-21,",
        f"L3,{other},complaint,2026-12-01,", f"L4,{entity},complaint,2026-11-01,2026-12-01",
    ]  # fmt: skip
    heads = "lead_id,entity_id,trigger,opened_on,closed_on"
    take(workspace, workspace.folder.parent, "leads", heads, leads)
    came = come(workspace, f"{entity},REG-01,2027-01-20,1")
    assert came["leads"] == []  # not all items are done
    path = workspace.folder.parent / "it's all.csv"
    path.write_text(f"{HEADS}\n{entity},PUB-01,2027-01-20,1\n", encoding="utf-8")
    shown = yaohao("--workspace", workspace.folder, "import", "results", path)
    assert "Open leads about entities inspected since the leads were received: L1" in shown.output
    assert not workspace._workspace.store.roster("leads")[0]["closed_on"]
    command = shown.output.split("with the day of the visit:\n  ")[1].splitlines()[0]
    closed = told(*shlex.split(command)[1:])
    assert closed["leads_closed"] and [one["lead_id"] for one in closed["leads"]] == ["L1"]
    rows = {row["lead_id"]: row["closed_on"] for row in workspace._workspace.store.roster("leads")}
    assert rows == {"L1": "2027-01-20", "L2": "", "L3": "", "L4": "2026-12-01"}
    act = workspace.ledger()[-1]["act"]
    assert (act["register"], act["what"]) == ("leads", "visited")
    assert told(*shlex.split(command)[1:])["leads"] == []


def test_a_mended_result_leaves_the_list(workspace: Workspace) -> None:
    entity = first_of(workspace)
    come(workspace, f"{entity},REG-01,2027-01-20,xx", f"{entity},PUB-01,2027-01-20,xx")
    assert len(workspace.set_aside("results")) == 2
    came = come(workspace, f"{entity},REG-01,2027-01-20,1", file="mended.csv")
    assert came["aside_gone"] == [{"file": "r.csv", "how": "mended", "rows": 1}]
    [row] = workspace.set_aside("results")
    assert row["row"]["检查事项"] == "PUB-01"
    workspace.dismiss("results", "not ours", everything=True)
    assert workspace.ledger()[-1]["act"]["register"] == "results"
    workspace.verify_ledger()


def test_results_are_not_taken_back(workspace: Workspace) -> None:
    come(workspace, f"{first_of(workspace)},,2027-01-20,1")
    here = ("--workspace", workspace.folder, "register", "undo")
    [problem] = told(*here, status=2)["errors"]
    assert problem["code"] == "effects.results-stay" and "--correct" in problem["message"]
    back = told(*here, "--register", "entities")
    assert back["draws"] == ["t1"] and back["removed"] == 11  # one was visited since
    assert "Draws frozen since" in yaohao(*here, "--register", "items").output
    workspace.verify_ledger()


@pytest.mark.parametrize("register", ["entities", "results"])
def test_every_command_told_works(workspace: Workspace, register: str) -> None:
    """Set aside, exported, come back: each with the words of the message before, in odd folders."""
    folder = workspace.folder.parent / "an odd; folder's (名录)"
    folder.mkdir()
    path = folder / "my $file.csv"
    entity = first_of(workspace)
    rows = {
        "entities": f"CODE,TITLE,tier,成立日期\n{entity},Shop 1,high,2020-99-01\n",
        "results": f"CODE,结果,TITLE\n{entity},fine,2027-99-01\n",
    }
    maps = {
        "entities": ("--map", "entity_id=CODE", "--map", "name=TITLE", "--value", "tier:high=D"),
        "results": ("--map", "entity_id=CODE", "--map", "visited_on=TITLE",
                    "--value", "result:fine=1"),
    }  # fmt: skip
    path.write_text(rows[register], encoding="utf-8")
    shown = yaohao("--workspace", workspace.folder, "import", register, path, *maps[register])
    assert shown.exit_code == 0
    words = shlex.split(shown.output.split("rejected rows:\n  ")[1].splitlines()[0])[1:]
    assert len(told(*words)["set_aside"]) == 1
    mend = folder / "-mend it.csv"
    written = yaohao(*words, "--export", mend)
    again = shlex.split(written.output.split("then:\n  ")[1].splitlines()[0])[1:]
    text = mend.read_text(encoding="utf-8-sig").replace("-99-", "-02-")
    mend.write_text(text, encoding="utf-8")
    came = told(*again)
    assert (came["accepted"], came["set_aside"]) == (1, 0)
    assert came["aside_gone"] == [{"file": "my $file.csv", "how": "returned", "rows": 1}]
    shown = yaohao("--workspace", workspace.folder, "import", "items", made_items(folder))
    back = shlex.split(shown.output.split("undo this import:\n  ")[1].splitlines()[0])[1:]
    assert told(*back)["reset"] == 1


def made_items(folder: Path) -> Path:
    path = folder / "items.csv"
    path.write_text("item_id,name\nREG-01,another name\n", encoding="utf-8")
    return path
