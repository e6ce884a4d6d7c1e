"""Files in the form of real ones, made anew: headings, words and dates as they are, firms invented.

Every row read is accepted or set aside, and of the sound ones at least 95 % are accepted with no
more than `--map`, `--value`, the order of dates, and the bureau's own division.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from helpers.tables import aside, credit, registration, write
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.result_files import ResultsOf, read_results
from yaohao.planner.schema.options import ImportOptions

ROWS = 300
FIRST = date(2023, 1, 1)
Values = Mapping[str, Mapping[str, str]]


def days(pick: random.Random) -> date:
    return FIRST + timedelta(days=pick.randrange(1000))


def hold(accepted: int, sound: int) -> None:
    assert sound > ROWS * 0.8
    assert accepted >= 0.95 * sound


# China


def test_a_list_of_firms_as_ningbo_has_it(tmp_path: Path) -> None:
    pick = random.Random(1)
    kinds = ["有限责任公司(自然人投资或控股)", "一人有限责任公司", "个人独资企业", "股份合作制",
             "有限责任公司分公司(自然人投资或控股)", "农民专业合作经济组织", "个体工商户", "1130",
             "集体分支机构(非法人)", "全民所有制", "外国(地区)企业常驻代表机构",
             "联营"]  # fmt: skip
    states = [
        "存续（在营、开业、在册）",
        "存续",
        "吊销，未注销",
        "注销",
        "迁往外省市",
        "在营（开业）企业",
    ]
    places = [
        "鄞州",
        "海曙区",
        "江北",
        "宁波市镇海区",
        "余姚市",
        "慈溪",
        "象山县",
        "北仑区市场监管局",
    ]
    trades = ["批发业", "其他机械设备及电子产品批发", "5213", "521", "C-制造业", "正餐服务",
    "便利店零售",
              "软件和信息技术服务业", "房地产业", "其它未归类行当"]  # fmt: skip
    headings = ["序号", "注册号", "统一社会信用代码", "企业（机构）名称", "法定代表人（负责人）",
    "企业类型",
                "所属行业", "注册资本（万元）", "成立日期", "经营期限至", "住所（经营场所）",
                "所在区（县市）",
                "登记机关", "登记状态"]  # fmt: skip
    rows, sound = [], 0
    for n in range(ROWS):
        code = "" if n % 10 == 0 else credit(n, "330212")
        broken = n % 50 == 7
        if broken:
            code = "9.1330212E+17"
        sound += not broken
        day = days(pick)
        rows.append([
            str(n + 1), registration(n, "330212"), code, f"宁波某某{n}贸易有限公司", "某某",
            pick.choice(kinds), pick.choice(trades), "50", f"{day.year}/{day.month}/{day.day}",
            "9999-12-31", f"某路{n}号", pick.choice(places), "宁波市市场监督管理局",
            pick.choice(states),
        ])  # fmt: skip
    path = write(tmp_path / "ningbo.csv", headings, *rows)
    options = ImportOptions(today="2026-11-28", division="330200",
                            mapping={"region": "所在区（县市）"})  # fmt: skip
    found = read_entities([path], options=options)
    assert {reason for _, reason in aside(found)} == {"excel-damaged"}
    hold(found.accepted.num_rows, sound)
    assert set(found.accepted.column("region").to_pylist()) == {
        "330212", "330203", "330205", "330211", "330281", "330282", "330225", "330206",
    }  # fmt: skip
    assert set(found.notes.unread) == {"industry"}
    assert set(found.notes.unread["industry"]) == {"其它未归类行当"}
    numbers = found.accepted.column("registration_number").to_pylist()
    assert sum(map(bool, numbers)) > sound * 0.8


def test_a_table_of_results_as_zhejiang_has_it(tmp_path: Path) -> None:
    pick = random.Random(2)
    words = ["未发现问题"] * 8 + [
        "未按规定公示应当公示的信息", "公示信息隐瞒真实情况、弄虚作假", "发现问题已责令改正",
        "通过登记的住所或者经营场所无法联系", "不予配合检查情节严重", "发现问题待后续处理",
        "未发现开展本次抽查涉及的经营活动", "已关闭停业或正在组织清算",
    ]  # fmt: skip
    items = {"GS-01": "公示信息检查", "GS-02": "登记事项检查"}
    headings = ["序号", "抽查计划编号", "抽查任务名称", "企业名称", "统一社会信用代码/注册号",
    "抽查事项名称",
                "检查实施机关", "检查方式", "检查完成日期", "抽查检查结果", "公示日期"]  # fmt: skip
    ids = [credit(n, "330105") if n % 3 else registration(n, "330105") for n in range(ROWS)]
    rows, sound = [], 0
    for n, one in enumerate(ids):
        strange = n % 40 == 11
        sound += not strange
        day = days(pick)
        rows.append([
            str(n + 1), "330105202601", "某区定向抽查", f"杭州某某{n}有限公司", one,
            pick.choice(list(items.values())), "某区市场监督管理局", "实地核查",
            f"{day:%Y-%m-%d} 00:00:00", "暂缓" if strange else pick.choice(words), "2026-01-01",
        ])  # fmt: skip
    path = write(tmp_path / "zhejiang.csv", headings, *rows)
    draw = ResultsOf(frozenset(ids), items, "2023-01-01")
    options = ImportOptions(today="2026-11-28")
    found = read_results([path], draw, "china", options)
    assert {reason for _, reason in aside(found)} == {"unknown-result"}
    hold(len(found.accepted), sound)
    assert {row["result"] for row in found.accepted} == set("1BCE68AF7")
    values = {"result": {"暂缓": "A"}}
    again = read_results([path], draw, "china", ImportOptions(values=values, today="2026-11-28"))
    assert len(again.accepted) == ROWS


# registers of other places: any codes


def imported(
    path: Path, mapping: Mapping[str, str | Sequence[str]], values: Values, order: str = ""
) -> tuple[list[dict[str, object]], set[str]]:
    options = ImportOptions(mapping, values, order, today="2026-11-28")
    found = read_entities([path], "free", options)
    return found.accepted.to_pylist(), {reason for _, reason in aside(found)}


def test_inspections_as_new_york_has_them(tmp_path: Path) -> None:
    pick = random.Random(3)
    headings = ["CAMIS", "DBA", "BORO", "BUILDING", "STREET", "ZIPCODE", "PHONE",
                "CUISINE DESCRIPTION", "INSPECTION DATE", "ACTION", "VIOLATION CODE",
                "CRITICAL FLAG", "SCORE", "GRADE", "GRADE DATE", "Community Board"]  # fmt: skip
    cuisines = ["American", "Bagels/Pretzels", "Juice, Smoothies, Fruit Salads", "Café/Coffee/Tea"]
    rows, sound = [], 0
    for n in range(ROWS):
        day = days(pick)
        unseen, nameless = n % 20 == 0, n % 60 == 1
        sound += not nameless
        rows.append([
            f"{50000000 + n}", "" if nameless else f'DINER "{n}" & SONS',
            pick.choice(["Manhattan", "Bronx", "Staten Island", "0"]), str(n), "BROADWAY", "10012",
            "2125550100", pick.choice(cuisines), "01/01/1900" if unseen else f"{day:%m/%d/%Y}",
            "" if unseen else "Violations were cited in the following area(s).", "10F",
            "Not Critical", "12", pick.choice(["A", "B", "C", "Z", ""]), f"{day:%m/%d/%Y}", "102",
        ])  # fmt: skip
    mapping = {"entity_id": "CAMIS", "name": "DBA", "region": "BORO", "address": "STREET",
               "industry": "CUISINE DESCRIPTION", "inspected_on": "INSPECTION DATE",
               "tier": "GRADE"}  # fmt: skip
    values = {"tier": {"C": "D", "Z": ""}}
    path = write(tmp_path / "ny.csv", headings, *rows)
    accepted, reasons = imported(path, mapping, values, "mdy")
    hold(len(accepted), sound)
    assert reasons == {"missing-name"}
    assert {one["tier"] for one in accepted} == {"A", "B", "D", ""}
    assert "Juice-Smoothies-Fruit Salads" in {one["industry"] for one in accepted}
    assert sum(one["inspected_on"] == "" for one in accepted) == ROWS // 20


def test_inspections_as_chicago_has_them(tmp_path: Path) -> None:
    pick = random.Random(4)
    headings = ["Inspection ID", "DBA Name", "AKA Name", "License #", "Facility Type", "Risk",
                "Address", "City", "State", "Zip", "Inspection Date", "Inspection Type", "Results",
                "Violations", "Latitude", "Longitude", "Location"]  # fmt: skip
    risks = ["Risk 1 (High)", "Risk 2 (Medium)", "Risk 3 (Low)", "All", ""]
    rows, sound = [], 0
    for n in range(ROWS):
        day = days(pick)
        unlicensed = n % 50 == 3  # all have the licence 0: one firm, as far as anybody can tell
        sound += not unlicensed
        rows.append([
            f"{2600000 + n}", f"CAFÉ {n}, INC.", f"CAFE {n}",
            "0" if unlicensed else f"{2000000 + n}",
            pick.choice(["Restaurant", "Grocery Store", "CHILDREN'S SERVICES FACILITY",
                         "TAVERN/LIQUOR", "1023 CHILDREN'S SERVICES, INFANT"]),
            pick.choice(risks), f"{n} W MADISON ST ", "CHICAGO", "IL", "60606",
            f"{day:%m/%d/%Y}", "Canvass", pick.choice(["Pass", "Fail", "Pass w/ Conditions"]),
            "37. FOOD | - Comments: x", "41.88", "-87.63", "(41.88, -87.63)",
        ])  # fmt: skip
    mapping = {"entity_id": "License #", "name": ["AKA Name", "DBA Name"], "tier": "Risk",
               "region": "Zip", "industry": "Facility Type", "inspected_on": "#11"}  # fmt: skip
    tiers = {risks[0]: "D", risks[1]: "B", risks[2]: "A", risks[3]: ""}
    path = write(tmp_path / "chicago.csv", headings, *rows)
    accepted, reasons = imported(path, mapping, {"tier": tiers}, "mdy")
    hold(len(accepted), sound)
    assert reasons == {"duplicate"}
    assert {one["tier"] for one in accepted} == {"A", "B", "D", ""}
    assert accepted[0]["address"] == "0 W MADISON ST"


def test_inspections_as_toronto_has_them(tmp_path: Path) -> None:
    pick = random.Random(5)
    headings = ["_id", "Rec #", "Establishment ID", "Inspection ID", "Establishment Name",
                "Establishment Type", "Establishment Address", "Establishment Status",
                "Min. Inspections Per Year", "Infraction Details", "Inspection Date", "Severity",
                "Action", "Outcome", "Amount Fined", "Latitude", "Longitude"]  # fmt: skip
    rows = [
        [
            str(n), str(n), f"{10000000 + n}", f"{104000000 + n}" if n % 9 else "", f"Ye Olde {n}",
            pick.choice(["Restaurant", "Food Take Out", "Bakery", "Child Care - Food Preparation"]),
            f"{n} YONGE ST", pick.choice(["Pass", "Conditional Pass", "Closed"]),
            pick.choice("123O"), "", f"{days(pick):%Y-%m-%d}" if n % 9 else "", "", "", "", "",
            "43.65", "-79.38",
        ]
        for n in range(ROWS)
    ]  # fmt: skip
    mapping = {"entity_id": "Establishment ID", "name": "Establishment Name", "status": "",
               "address": "Establishment Address", "industry": "Establishment Type",
               "tier": "Min. Inspections Per Year", "inspected_on": "Inspection Date"}  # fmt: skip
    values = {"tier": {"1": "A", "2": "B", "3": "D", "O": ""}}
    path = write(tmp_path / "toronto.csv", headings, *rows)
    accepted, reasons = imported(path, mapping, values)
    hold(len(accepted), ROWS)
    assert reasons == set()
    assert {one["status"] for one in accepted} == {"active"}
    assert {one["tier"] for one in accepted} == {"A", "B", "D", ""}


def test_ratings_as_belfast_has_them(tmp_path: Path) -> None:
    pick = random.Random(6)
    headings = ["FHRSID", "LocalAuthorityBusinessID", "BusinessName", "BusinessType",
                "BusinessTypeID", "AddressLine1", "AddressLine2", "PostCode", "RatingValue",
                "RatingKey", "RatingDate", "LocalAuthorityCode", "LocalAuthorityName"]  # fmt: skip
    rows, sound = [], 0
    for n in range(ROWS):
        day = days(pick)
        unclear = n % 40 == 9
        sound += not unclear
        rows.append([
            f"{1500000 + n}", f"EHD/{n:06d}" if n % 7 else f"BCC {n:06d}", f"O’Neill’s {n}",
            pick.choice(["Restaurant/Cafe/Canteen", "Retailers - other", "Pub/bar/nightclub"]),
            "1", "", f"{n} Falls Road", "BT12 4PB",
            pick.choice(["5", "4", "3", "AwaitingInspection", "Exempt"]), "fhrs_5_en-GB",
            "soon" if unclear else pick.choice(["", f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}T00:00:00",
                                                f"{day:%d %b %Y}", "31/12/1899"]),
            "807", "Belfast City",
        ])  # fmt: skip
    mapping = {"entity_id": "LocalAuthorityBusinessID", "name": "BusinessName",
               "address": ["AddressLine1", "AddressLine2"], "industry": "BusinessType",
               "region": "LocalAuthorityName", "tier": "RatingValue",
               "inspected_on": "RatingDate"}  # fmt: skip
    values = {"tier": {"5": "A", "4": "B", "3": "C", "AwaitingInspection": "", "Exempt": ""}}
    path = write(tmp_path / "belfast.csv", headings, *rows)
    accepted, reasons = imported(path, mapping, values, "dmy")
    hold(len(accepted), sound)
    assert reasons == {"bad-date"}
    ids = {str(one["entity_id"]) for one in accepted}
    assert {"BCC-000000", "EHD-000001"} <= ids
    assert "Restaurant-Cafe-Canteen" in {one["industry"] for one in accepted}
    assert all(str(one["address"]).endswith("Falls Road") for one in accepted)
