"""Results of a draw whose entities got their codes after it was frozen; commands that are told."""

from __future__ import annotations

import shlex
from pathlib import Path

from helpers.cli import told, yaohao
from helpers.tables import credit, registration, write
from test_arriving_results import last_of
from test_naming import PLAN, SEED, deal, drawn_of, take
from yaohao.planner.workspace import Workspace


def dealt_by_number(folder: Path) -> Workspace:
    """A workspace whose draw has its entities by their registration numbers."""
    workspace = Workspace.create(folder / "b", "china", language="en")
    heads = "注册号,企业名称,信用风险分类,行政区划,行业代码,成立日期"
    rows = [f"{registration(n)},Shop {n},{'ABCD'[n % 4]},150502,F52,2015-01-01" for n in range(12)]
    take(workspace, folder, "entities", heads, rows)
    people = [f"ZF-{n},Inspector {n},MSB,150502" for n in range(1, 7)]
    take(workspace, folder, "inspectors", "inspector_id,name,department,regions", people)
    items = ["REG-01,登记事项检查,MSB", "PUB-01,公示信息检查,MSB"]
    take(workspace, folder, "items", "item_id,name,department", items)
    plan = workspace.folder / "plans" / "t1.toml"
    plan.write_text(PLAN, encoding="utf-8")
    workspace.freeze(plan)
    workspace.draw("t1", SEED, "20 dice", ["W"])
    deal(workspace)
    return workspace


def test_results_reach_the_register_and_its_leads_by_the_code(tmp_path: Path) -> None:
    workspace = dealt_by_number(tmp_path)
    number = drawn_of(workspace)[0]
    code = credit(next(n for n in range(12) if registration(n) == number))
    take(workspace, tmp_path, "leads", "注册号,触发点,受理日期", [f"{number},投诉,2026-12-01"])
    both = [f"{code},{number},Shop"]
    take(workspace, tmp_path, "entities", "统一社会信用代码,注册号,企业名称", both)
    heads = ["统一社会信用代码", "检查日期", "检查结果"]
    file = write(tmp_path / "r.csv", heads, [code, "2027-01-20", "1"])
    came = workspace.import_results("t1", [file], close_leads=True, today="2027-02-01")
    assert (came["accepted"], came["inspected"]) == (1, 1)
    assert [one["entity_id"] for one in came["leads"]] == [code]
    assert last_of(workspace, code) == "2027-01-20"
    assert workspace._workspace.store.roster("leads")[0]["closed_on"] == "2027-01-20"
    # A register of before the visit does not set the day back, under the code or the number.
    heads = ["注册号", "企业名称", "上次检查日期"]
    older = write(tmp_path / "older.csv", heads, [number, "Shop", "2026-05-05"])
    workspace.import_files("entities", [older])
    assert last_of(workspace, code) == "2027-01-20"


def test_a_command_told_reads_the_file_as_it_was_read(tmp_path: Path) -> None:
    workspace = dealt_by_number(tmp_path)
    number = drawn_of(workspace)[0]
    take(workspace, tmp_path, "leads", "注册号,触发点,受理日期", [f"{number},投诉,2026-12-01"])
    path = tmp_path / "big five.csv"
    path.write_bytes(f"店,day,檢查結果,no\n{number},2027-01-20,好,9\n".encode("big5"))
    words = ("--map", "entity_id=#1", "--map", "visited_on=天", "--map", "visited_on=day",
             "--map", "follow_up=", "--value", "result:好=1", "--map", "result=檢查結果",
             "--encoding", "big5", "--today", "2027-02-01")  # fmt: skip
    shown = yaohao("--workspace", workspace.folder, "import", "results", path, *words)
    assert shown.exit_code == 0
    command = shown.output.split("with the day of the visit:\n  ")[1].splitlines()[0]
    closed = told(*shlex.split(command)[1:])
    assert closed["leads_closed"] and closed["accepted"] == 1


def test_results_take_no_codes_to_vouch_for(tmp_path: Path) -> None:
    workspace = dealt_by_number(tmp_path)
    listed = tmp_path / "codes.txt"
    listed.write_text("", encoding="utf-8")
    words = ("--workspace", workspace.folder, "import", "results", listed, "--vouch", listed)
    [problem] = told(*words, status=2)["errors"]
    assert problem["code"] == "vouch.for-registers"
    assert "register vouch" in problem["message"]
