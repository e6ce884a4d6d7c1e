"""Words of real registers: kinds, states, results, divisions, industries; those nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tables import aside, credit, write
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.small_registers import read_inspectors
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary import division_names, divisions, industries, terms


@pytest.mark.parametrize(
    ("column", "code", "words"),
    [
        ("kind", "enterprise", "股份制 股份合作制 联营 事业单位营业 集团 办事处 1130 8500 "
         "经营单位(非法人) 集体分支机构(非法人) 4320 5130 7310 有限责任公司(自然人独资) "
         "2190-其他有限责任公司分公司"),
        ("kind", "cooperative", "农民专业合作经济组织 9100 9200"),
        ("kind", "individual", "9500 9999 个体工商户 个体(港澳)"),
        ("kind", "office", "7200 外国(地区)企业常驻代表机构"),
        ("kind", "", "9000 9900 火星人 91150502"),
        ("status", "active", "存续（在营，开业，在业） 在营（开业）企业 登记成立 确立 "
         "正常开业 仍注册"),
        ("status", "deregistered", "注销企业 除名 强制注销 简易注销 吊销，已注销"),
        ("status", "revoked", "吊销，未注销 已吊销 吊销企业 责令关闭"),
        ("status", "annulled", "已撤销 撤销登记"),
        ("status", "moved", "迁移异地 迁往外省市 已迁出企业 迁出"),
        ("status", "", "拟注销 ？？ 吊销/注销 在营（歇业）"),
        ("status", "active", "在业（存续） 存续、在营 正常/营业 经营中 设立 经营异常 迁入登记"),
        ("status", "moved", "迁出（外省） 异地迁出 迁移"),
        ("status", "suspended", "停业整顿 歇业登记"),
        ("tier", "A", "A-低风险 A类企业 低风险企业 信用风险低（A） A类（低风险）"),
        ("tier", "", "中 红 未分类 A/B"),
        ("result", "1", "无违法行为 未发现本次抽查检查事项的违法行为 Pass"),
        ("result", "A", "立案查处 一般问题 Fail 不合格（责令整改）"),
        ("result", "E", "发现问题已责令限期改正"),
        ("result", "6", "通过登记的住所或者经营场所无法取得联系 失联"),
        ("result", "F", "未开展经营活动"),
        ("result", "7", "已停业 关门"),
        ("result", "9", "企业已注销"),
        ("result", "1", "未发现问题 未发现违法行为 符合"),
        ("result", "A", "发现问题待后续处理 责令整改 不合格"),
        ("result", "B", "未按规定公示应当公示的信息"),
        ("result", "C", "公示信息隐瞒真实情况、弄虚作假"),
        ("result", "E", "发现问题已责令改正 发现问题，已责令改正"),
        ("result", "6", "通过登记的住所或者经营场所无法联系 通过登记的住所（经营场所）无法联系"),
        ("result", "8", "不予配合检查情节严重 不予配合检查，情节严重"),
    ],
)  # fmt: skip
def test_terms_as_registers_write_them(column: str, code: str, words: str) -> None:
    for word in words.split():
        assert terms.code_of(column, word) == code, word


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        ("曲靖", "", "530300"), ("玉溪", "", "530400"), ("通辽", "", "150500"),
        ("科左中旗", "", "150521"), ("科右前旗", "", "152221"), ("红河州", "", "532500"),
        ("内蒙古通辽市科尔沁区", "", "150502"), ("广西南宁市青秀区", "", "450103"),
        ("北京", "", "110000"), ("浦东", "", "310115"), ("延边", "", "222400"),
        ("科尔沁区市场监督管理局", "", "150502"), ("鄞州分局", "330200", "330212"),
        ("科尔沁区大林镇", "", "150502"), ("科左后旗甘旗卡镇", "150500", "150522"),
        ("内蒙古自治区通辽市奈曼旗大沁他拉镇", "", "150525"), ("昆山市玉山镇", "", "320583"),
        ("海淀区中关村街道办事处", "", "110108"), ("通辽市大林镇", "150500", ""),
        ("鼓楼区湖南路街道", "", ""), ("鼓楼区湖南路街道", "320100", "320106"),
        ("鼓楼区", "", ""), ("鼓楼区", "350100", "350102"), ("鼓楼", "320100", "320106"),
        ("和平区", "120101", "120101"), ("吉林", "", ""), ("某某街道", "", ""), ("州", "", ""),
    ],
)  # fmt: skip
def test_short_names_of_divisions(text: str, within: str, code: str) -> None:
    assert division_names.division_meant(text, within) == code


def test_a_division_is_found_by_its_name_led_by_those_above_it() -> None:
    names = divisions.divisions().names
    for code in ("150521", "532502", "110105", "500101"):
        chain = names[code[:2]] + names.get(code[:4], "") + names[code]
        if not divisions.is_generic(names.get(code[:4], "市")):
            assert division_names.division_meant(chain) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("其他机械设备及电子产品批发", "F5179"), ("便利店零售", "F5213"), ("正餐服务", "H621"),
        ("农业", "A01"), ("道路运输业", "G54"), ("软件和信息技术服务业", "I65"), ("521", "F521"),
        ("F-批发和零售业", "F"), ("建筑装饰、装修和其他建筑业", "E50"),
        ("5213 便利店零售", "F5213"),
        ("F5213--便利店零售", "F5213"), ("批发和零售业>零售业>综合零售", "F521"),
        ("H62.餐饮业", "H62"),
        ("零售", "F"), ("C-零售业", ""), ("U12", ""), ("便民店", ""),
        ("111", "B111"), ("190", ""), ("3D打印", ""),
    ],
)  # fmt: skip
def test_industries_by_name_and_number(tmp_path: Path, text: str, code: str) -> None:
    path = write(tmp_path / "i.csv", ["统一社会信用代码", "企业名称", "行业"],
                 [credit(1), "甲", text])  # fmt: skip
    found = read_entities([path])
    assert found.accepted.column("industry").to_pylist() == [code]
    assert found.notes.unread == ({} if code else {"industry": {text: 1}})


def test_the_list_of_industries_is_whole() -> None:
    """GB/T 4754-2017: 97 divisions, 473 groups; every one has a section and a name of its own."""
    listed = industries._listed()
    numbers = [number for number, _ in listed]
    assert len(numbers) == len(set(numbers))
    assert [sum(len(number) == size for number in numbers) for size in (2, 3)] == [97, 473]
    assert sum(len(number) == 4 for number in industries._numbers()) == 1381
    for number, name in listed:
        assert name and industries.section_of(number)
        assert len(number) == 2 or number[:-1] in numbers
        found = industries.industry_by_name(name)
        # Some are called like their own group or like a section.
        assert found == "" or found[0] == industries.section_of(number), (number, name, found)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        # names in which copies of the list differ, as the standard of 2017 has them
        ("酒、饮料和精制茶制造业", "C15"), ("木质制品制造", "C203"),
        ("竹、藤、棕、草等制品制造", "C204"),
        ("铸造及其他金属制品制造", "C339"), ("非专业视听设备制造", "C395"),
        ("环境与生态监测检测服务", "M746"), ("广播、电视、电影和录音制作业", "R87"),
        ("文化体育娱乐活动与经纪代理服务", "R905"), ("海洋天然气及可燃冰开采", "B0722"),
        # names of 2011 that registers have still
        ("酒、饮料及精制茶制造业", "C15"), ("木制品制造", "C203"), ("环境与生态监测", "M746"),
        ("农、林、牧、渔服务业", "A05"), ("石油加工、炼焦和核燃料加工业", "C25"),
        ("药品零售", "F525"),
        ("仓储业", "G59"), ("R87 广播、电视、电影和影视录音制作业", "R87"),
    ],
)  # fmt: skip
def test_names_of_industries_of_both_editions(name: str, code: str) -> None:
    assert industries.industry_by_name(name) == code


def test_names_of_the_edition_before_hide_none_of_this_one() -> None:
    listed = dict(industries._listed())
    own = {industries._short(name) for name in listed.values()}
    for number, name in industries._listed_before():
        assert number in listed, number
        assert industries._short(name) not in own, name


def test_a_word_that_only_describes_never_costs_the_row(tmp_path: Path) -> None:
    headings = ["统一社会信用代码", "企业名称", "企业类型", "行业", "地区", "风险等级", "登记状态"]
    rows = [
        [credit(1), "甲", "火星人", "便民店", "鼓楼区", "A", "存续"],
        [credit(2), "乙", "", "便民店", "990000", "A", "存续"],
        [credit(3), "丙", "企业", "F52", "通辽", "很高", "存续"],
        [credit(4), "丁", "企业", "F52", "通辽", "A", "开着呢"],
        [credit(4)[:-1] + "?", "戊", "火星人", "便民店", "", "A", "存续"],
    ]
    path = write(tmp_path / "w.csv", headings, *rows)
    found = read_entities([path])
    assert aside(found) == [(4, "unknown-tier"), (5, "unknown-status"), (6, "bad-characters")]
    # Of the rows accepted alone: what a row set aside says is told with it.
    assert found.notes.unread == {
        "kind": {"火星人": 1}, "industry": {"便民店": 2}, "region": {"鼓楼区": 1, "990000": 1},
    }  # fmt: skip
    first = found.accepted.to_pylist()[0]
    assert (first["kind"], first["industry"], first["region"]) == ("", "", "")
    values = {"industry": {"便民店": "F5213"}, "kind": {"火星人": "enterprise"}}
    again = read_entities([path], options=ImportOptions(values=values, division="320100"))
    assert again.accepted.column("industry").to_pylist() == ["F5213", "F5213"]
    assert again.accepted.column("region").to_pylist() == ["320106", ""]
    assert again.notes.unread == {"region": {"990000": 1}}


def test_many_words_are_told_together(tmp_path: Path) -> None:
    rows = [[credit(n), "甲", f"词{n % 70:02d}"] for n in range(100)]
    found = read_entities([write(tmp_path / "m.csv", ["信用代码", "名称", "行业"], *rows)])
    told = found.notes.not_understood()
    assert sum(one["n"] for one in told) == 100 and len(told) == 51
    assert told[-1] == {"field": "industry", "found": "", "n": 20}


def test_free_registers_fit_codes_with_separators(tmp_path: Path) -> None:
    headings = ["entity_id", "name", "region", "industry", "kind"]
    rows = [
        ["A/12 (b)", "a", "Ward 1, North", "Deli/Grocery", "x|y"],
        ["A-12-b", "b", "", "", ""],
        ["GB 7&8", "c", "é", "", ""],
        ["Café 1", "d", "", "", ""],
    ]
    found = read_entities([write(tmp_path / "f.csv", headings, *rows)], "free")
    # The rule makes the second what the first has become; é is no separator.
    assert aside(found) == [(3, "duplicate"), (5, "bad-id")]
    first, other = found.accepted.to_pylist()
    assert (first["entity_id"], other["entity_id"]) == ("A-12-b", "GB-7-8")
    assert (first["region"], first["industry"], first["kind"]) == (
        "Ward 1-North", "Deli-Grocery", "x-y",
    )  # fmt: skip
    assert found.repaired == {"separators-replaced": 5}


def test_rosters_as_they_are_written(tmp_path: Path) -> None:
    headings = ["姓名", "执法证号", "证件有效期", "执法区域", "专业资质", "检查上限", "请假"]
    rows = [
        ["甲", "1", "2024.1.1-2027.12.31", "不限", "food/drug", "不限", "2027.1.4-2027.1.8"],
        ["乙", "2", "2024年1月1日至2027年12月31日", "科尔沁区 开鲁县", "food；drug", "5", ""],
        ["丙", "3", "长期有效", "科尔沁区、开鲁县", "food|drug", "", "2027/1/4"],
        ["丁", "4", "20240101-20271231", "科尔沁区/开鲁县", "food，drug", "", ""],
        ["戊", "5", "2024-01-01至长期", "全部", "", "", ""],
        ["己", "6", "见附件", "科尔沁区", "", "", ""],
        ["庚", "7", "2027-12-31", "科尔沁区 某某", "", "", ""],
    ]
    found = read_inspectors([write(tmp_path / "r.csv", headings, *rows)])
    assert aside(found) == [(7, "bad-date"), (8, "unknown-division")]
    people = {one["inspector_id"]: one for one in found.accepted}
    assert {one["certificate_until"] for one in people.values()} == {"2027-12-31", "9999-12-31"}
    assert [people[n]["regions"] for n in "12345"] == [
        [""], *([["150502", "150523"]] * 3), [""],
    ]  # fmt: skip
    assert all(people[n]["qualifications"] == ["drug", "food"] for n in "1234")
    assert (people["1"]["capacity"], people["2"]["capacity"]) == (None, 5)
    assert people["1"]["absent"] == [["2027-01-04", "2027-01-08"]]
    assert people["3"]["absent"] == [["2027-01-04", "2027-01-04"]]
