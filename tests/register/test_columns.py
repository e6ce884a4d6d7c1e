"""Which column is which field: forms of headings, maps by place, fields without a column."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli import told, yaohao
from helpers.tables import aside, credit, registration, write
from yaohao.planner.register.columns import fields_of, find_columns
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.heading_hints import hinted_field
from yaohao.planner.register.headings import KNOWN, field_of_heading
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        ("entity_id", "统一社会信用代码 统一社会信用代码(18位) 企业统一社会信用代码* "
         "社会信用代码（必填）"),
        ("name", "企业名称（中文） 市场主体名称 被检查单位名称 检查对象名称： 单位名称"),
        ("address", "企业注册地址 单位地址 住所（经营场所） 经营地址"),
        ("region", "所在旗县 行政区划名称 所在区县名称 所属区划代码 所在地区"),
        ("industry", "行业代码（中文） 国民经济行业名称 所属行业 行业名称"),
        ("kind", "企业类型代码 企业(机构)类型名称 市场主体类型"),
        ("status", "企业登记状态 登记状态代码 当前状态 经营状态（存续/注销）"),
        ("tier", "企业信用风险分类 信用风险等级名称 风险等级"),
        ("established_on", "企业成立日期 成立日期（年月日） 注册日期"),
        ("registration_number", "注册号 企业注册号"),
        ("", "法定代表人 法人名称 登记机关名称 备注 生产地址电话"),
        ("phone", "联系电话 企业联系电话"),
    ],
)  # fmt: skip
def test_headings_are_known_with_their_qualifiers(field: str, headings: str) -> None:
    for heading in headings.split():
        assert field_of_heading("entities", heading)[0] == field, heading


@pytest.mark.parametrize("register", list(KNOWN))
def test_every_known_heading_means_its_field(register: str) -> None:
    for name, headings in KNOWN[register].items():
        found = field_of_heading(register, headings.split()[0])
        assert found == (name, 0)


def test_the_better_heading_wins_and_a_qualified_one_is_worse() -> None:
    headings = ["信用代码", "企业名称", "行业代码（中文）", "行业代码", "企业登记状态", "登记状态"]
    found = find_columns("entities", headings, {}, "x.csv")
    assert (found.fields["industry"], found.fields["status"]) == (3, 5)
    assert found.ignored == ("行业代码（中文）", "企业登记状态")
    assert found.alike == {}  # their fields have a column
    with pytest.raises(PlannerError, match="occurs twice for the same field"):
        find_columns("entities", ["信用代码", "企业名称", "企业名称"], {}, "x.csv")
    two = find_columns(
        "entities", ["信用代码", "名称", "企业登记状态", "当前登记状态"], {}, "x.csv"
    )
    assert two.fields["status"] == 2


def test_headings_that_resemble_known_ones_come_first(tmp_path: Path) -> None:
    headings = ["备注", "信用代码", "企业名称", "企业存续状态分类", "传真", "风险评定等级"]
    row = ["x", credit(1), "甲", "存续", "1", "A"]
    found = read_entities([write(tmp_path / "a.csv", headings, row)])
    assert found.ignored[:2] == ["企业存续状态分类", "风险评定等级"]
    assert found.ignored[2:] == ["备注", "传真"]
    assert found.notes.alike == {"企业存续状态分类": "status", "风险评定等级": "tier"}


def test_columns_by_place_left_out_and_several_for_one_field(tmp_path: Path) -> None:
    headings = ["", "统一社会信用代码", "字号", "全称", "行业", "登记状态"]
    rows = [
        ["1", credit(1), "甲店", "", "便民店", "注销"],
        ["2", credit(2), "乙店", "乙商贸有限公司", "F52", "存续"],
        ["3", credit(3), "", "-", "F52", "存续"],
    ]
    path = write(tmp_path / "m.csv", headings, *rows)
    mapping = {"name": ["全称", "#3"], "industry": "", "status": ""}
    found = read_entities([path], options=ImportOptions(mapping))
    assert aside(found) == [(4, "missing-name")]
    assert found.accepted.column("name").to_pylist() == ["甲店", "乙商贸有限公司"]
    assert set(found.accepted.column("industry").to_pylist()) == {""}
    assert set(found.accepted.column("status").to_pylist()) == {"active"}
    assert found.notes.unread == {}
    # What was left out on purpose is not said to be missing.
    assert {"status", "industry"}.isdisjoint(found.notes.absent)
    for wrong in ({"name": "#9"}, {"name": "#0"}, {"name": ["无此列", "#9"]}):
        with pytest.raises(PlannerError, match="there is no column"):
            read_entities([path], options=ImportOptions({**mapping, **wrong}))
    by_turns = ImportOptions({**mapping, "name": ["无此列", "字号"]})
    assert read_entities([path], options=by_turns).accepted.num_rows == 2
    with pytest.raises(PlannerError, match="no column for entity_id"):
        read_entities([path], options=ImportOptions({**mapping, "entity_id": ""}))


def test_fields_without_a_column_and_what_is_taken_instead(tmp_path: Path) -> None:
    headings = ["统一社会信用代码", "企业名称", "是否食品"]
    one = write(tmp_path / "1.csv", headings, *([credit(n), f"n{n}", "是"] for n in range(4)))
    two = write(tmp_path / "2.csv", [*headings, "登记状态"], [credit(9), "n", "否", "注销"])
    found = read_entities([one, two])
    assert found.notes.absent["status"] == ("active", 4)
    assert found.notes.absent["kind"] == ("enterprise", 5)
    assert found.notes.absent["tier"] == ("", 5)
    assert {"fields", "name", "registration_number"}.isdisjoint(found.notes.absent)
    numbers = write(tmp_path / "3.csv", ["注册号", "名称"], [registration(1), "n"])
    assert "entity_id" not in read_entities([numbers]).notes.absent


def test_the_command_tells_columns_and_words_with_what_to_write(tmp_path: Path) -> None:
    bureau = tmp_path / "b"
    Workspace.create(bureau, "china", language="en")
    headings = ["统一社会信用代码", "企业名称", "行业", "风险评定等级"]
    rows = [[credit(n), f"n{n}", "便民店" if n < 3 else "修锁 配钥匙", "A"] for n in range(4)]
    path = write(tmp_path / "e.csv", headings, *rows)
    here = ("--workspace", bureau, "import", "entities", path)
    shown = " ".join(yaohao(*here).output.split())
    assert "no column for status: all 4 rows count as active" in shown
    assert "--map 'tier=风险评定等级'" in shown
    assert "--value 'industry:便民店=CODE'" in shown
    assert "--value 'industry:修锁 配钥匙=CODE'" in shown
    chinese = "".join(yaohao(*here, lang="zh").output.split())
    assert "没有status列：新增的行按存续处理，名录库中已有的行保持不变" in chinese
    found = told(*here)
    assert found["not_understood"] == [
        {"field": "industry", "found": "便民店", "n": 3},
        {"field": "industry", "found": "修锁 配钥匙", "n": 1},
    ]
    assert found["alike"] == [{"heading": "风险评定等级", "field": "tier"}]
    assert {"field": "status", "taken": "active", "rows": 4} in found["without_column"]
    again = told(*here, "--map", "tier=风险评定等级", "--value", "industry:便民店=F5213",
                 "--map", "name=#2", "--map", "name=企业名称")  # fmt: skip
    assert [one["n"] for one in again["not_understood"]] == [1]
    assert told(*here, "--map", "industry=")["not_understood"] == []
    plan = tmp_path / "map.toml"
    plan.write_text('[map]\nname = ["#2"]\nindustry = ""\n[value.tier]\n"甲" = "A"\n', "utf-8")
    assert told(*here, "--mapping", plan)["not_understood"] == []
    plan.write_text("[map]\nname = [1]\n", "utf-8")
    assert yaohao(*here, "--mapping", plan).exit_code == 2


@pytest.mark.parametrize(
    ("heading", "field"),
    [("Business ID", "entity_id"), ("CAMIS", "entity_id"), ("License Number", "entity_id"),
     ("Business Name", "name"), ("DBA Name", "name"), ("Ward", "region"), ("BORO", "region"),
     ("Risk Category", "tier"), ("Facility Type", "kind"),
     ("Last Inspection Date", "inspected_on"), ("InspectionDate", "inspected_on"),
     ("Inspection Type", "kind"), ("Date Opened", "established_on"),
     ("Violations", ""), ("Score", ""), ("Latitude", ""),
     ("是否存续", "status"), ("在营情况（截至上月）", "status"), ("证照号", "entity_id"),
     ("风险评定", "tier"), ("联系人", ""), ("备注", ""), ("序号", ""), ("登记机关", "")],
)  # fmt: skip
def test_headings_are_hinted_at_and_never_taken(heading: str, field: str) -> None:
    fields = [name for name in fields_of("entities") if name not in ("address", "phone")]
    assert hinted_field(heading, fields) == field
    assert field_of_heading("entities", heading)[0] == ""


def test_what_is_hinted_at_works_when_followed(tmp_path: Path) -> None:
    headings = ["Business ID", "Business Name", "Ward", "Risk Category"]
    path = write(tmp_path / "b.csv", headings, ["B1", "Joe's", "Ward 1", "High"])
    with pytest.raises(PlannerError) as caught:
        read_entities([path], "free")
    mapping = {one.params["field"]: one.params["nearest"][0] for one in caught.value.problems}
    assert mapping == {"entity_id": "Business ID", "name": "Business Name"}
    found = read_entities([path], "free", ImportOptions(mapping))
    assert found.notes.alike == {"Ward": "region", "Risk Category": "tier"}
    mapping |= {field: heading for heading, field in found.notes.alike.items()}
    row = read_entities([path], "free", ImportOptions(mapping)).accepted.to_pylist()[0]
    assert (row["region"], row["tier"]) == ("Ward 1", "High")
