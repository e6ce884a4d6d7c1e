"""Import of inspectors, items and leads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_intake import aside, conserved, credit, registration, write
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.register.small_registers import read_inspectors, read_items, read_leads
from yaohao.planner.vocabulary.problems import PlannerError


def test_inspectors_in_the_form_of_the_roster(tmp_path: Path) -> None:
    table = [
        ["执法证号", "姓名", "部门", "区域", "资质", "证件有效期", "名额", "请假", "回避"],
        ["NM-001", "王 一", "市场监管", "150502、开鲁县;150502", "特种设备，食品", "2028年1月31日",
         "12",
         "2027-01-12..2027-01-20;2027-02-01;2027/3/1至2027/3/5", f"{credit(2)};{registration(1)}"],
        ["内执法002号", "李二", "", "", "", "", "", "", ""],
        ["NM-003", "赵三", "", "1505", "", "长期", "0", "", ""],
        ["NM-001", "重复", "", "", "", "2028-01-01", "", "", ""],
        ["a|b", "坏", "", "", "", "2028-01-01", "", "", ""],
        ["NM-004", "坏", "", "火星区", "", "2028-01-01", "", "", ""],
        ["NM-005", "坏", "", "", "", "2028-01-01", "", "2027-02-02..2027-02-01", ""],
        ["NM-006", "坏", "", "", "", "2028-01-01", "", "", "123"],
        ["NM-007", "", "", "", "", "2028-01-01", "", "", ""],
        ["NM-008", "坏", "", "", "", "2028-13-01", "", "", ""],
        ["NM-009", "坏", "", "", "", "2028-01-01", "多", "", ""],
        ["x" * 65, "坏", "", "", "", "2028-01-01", "", "", ""],
    ]  # fmt: skip
    found = read_inspectors([write(tmp_path / "i.csv", table)])
    assert found.accepted == [
        {
            "inspector_id": "NM-001", "name": "王 一", "department": "市场监管",
            "regions": ["150502", "150523"], "qualifications": ["特种设备", "食品"],
            "certificate_until": "2028-01-31", "capacity": 12,
            "absent": [["2027-01-12", "2027-01-20"], ["2027-02-01", "2027-02-01"],
                       ["2027-03-01", "2027-03-05"]],
            "recused": sorted([credit(2), registration(1)]),
        },
        {
            "inspector_id": "内执法002号", "name": "李二", "department": "", "regions": [""],
            "qualifications": [], "certificate_until": "", "capacity": None, "absent": [],
            "recused": [],
        },
        {
            "inspector_id": "NM-003", "name": "赵三", "department": "", "regions": ["1505"],
            "qualifications": [], "certificate_until": "9999-12-31", "capacity": 0, "absent": [],
            "recused": [],
        },
    ]  # fmt: skip
    assert aside(found) == [
        (5, "duplicate"), (6, "bad-id"), (7, "unknown-division"), (8, "bad-period"),
        (9, "bad-recusal"), (10, "missing-name"), (11, "impossible-date"), (12, "bad-number"),
        (13, "bad-id"),
    ]  # fmt: skip
    assert conserved(found)
    # What was read can be written as JSON Lines in the roster's own form and read again.
    lines = tmp_path / "i.jsonl"
    lines.write_text("\n".join(map(json.dumps, found.accepted)), encoding="utf-8")
    assert read_inspectors([lines]).accepted == found.accepted


def test_certificates_that_are_not_given(tmp_path: Path) -> None:
    table = [["inspector_id", "name"], ["1", "a"], ["2", "b"]]
    found = read_inspectors([write(tmp_path / "i.csv", table)], "free")
    assert {one["certificate_until"] for one in found.accepted} == {"9999-12-31"}
    assert found.warnings == {"certificate-not-given": 2}


def test_items(tmp_path: Path) -> None:
    table = [
        ["事项编码", "抽查事项", "依据", "检查主体", "检查对象", "检查内容", "检查方式", "比例",
         "频次",
         "事项类别", "资质"],
        ["REG-01", "登记事项检查", "条例", "市场监管", "企业", "住所", "实地", "不少于2‰",
         "每年1次",
         "", ""],
        ["PUB-01", "公示信息", "", "", "", "", "", "", "", "重点事项", "食品"],
        ["X", "坏", "", "", "", "", "", "", "", "奇怪", ""],
    ]  # fmt: skip
    found = read_items([write(tmp_path / "m.csv", table)])
    assert [one["importance"] for one in found.accepted] == ["general", "key"]
    assert found.accepted[0]["ratio"] == "不少于2‰"
    assert found.accepted[1]["qualification"] == "食品"
    assert list(found.accepted[0]) == [
        "item_id", "name", "basis", "department", "object", "content", "method", "ratio",
        "frequency", "importance", "qualification",
    ]  # fmt: skip
    assert aside(found) == [(4, "unknown-importance")]


def test_leads(tmp_path: Path) -> None:
    table = [
        ["统一社会信用代码", "注册号", "线索来源", "受理日期", "办结日期", "线索内容"],
        [credit(1), "", "投诉举报", "2027-01-02", "", "有异味"],
        ["", registration(1), "数据监测", "2027/1/3", "2027-01-05", ""],
        [credit(3), "", "专项行动", "", "", ""],
        [credit(1), "", "投诉举报", "2027-01-02", "", "有异味"],
        [credit(4), "", "", "", "", ""],
        [credit(5), "", "转办", "2027-01-05", "2027-01-04", ""],
        ["12", "", "转办", "", "", ""],
    ]
    found = read_leads([write(tmp_path / "l.csv", table)])
    assert [(one["entity_id"], one["trigger"]) for one in found.accepted] == [
        (credit(1), "complaint"), (registration(1), "monitoring"), (credit(3), "专项行动"),
    ]  # fmt: skip
    ids = [one["lead_id"] for one in found.accepted]
    assert len(set(ids)) == 3
    assert all(len(text) == 16 for text in ids)
    assert read_leads([tmp_path / "l.csv"]).accepted == found.accepted
    assert aside(found) == [
        (5, "duplicate"), (6, "missing-trigger"), (7, "closed-before-opened"), (8, "bad-length"),
    ]  # fmt: skip
    assert set_aside_rows(found.set_aside)[1]["column"] == "trigger"


def test_rosters_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", [["统一社会信用代码", "企业名称"], [credit(1), "甲"]])
    for read in (read_inspectors, read_items, read_leads):
        with pytest.raises(PlannerError):
            read([path])
