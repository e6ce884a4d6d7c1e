"""Workbooks: their sheets, merged cells, hidden rows, faults and numbers as they are shown."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from helpers.cli import told, yaohao
from test_intake import aside, conserved, credit
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.register.result_files import ResultsOf, read_results
from yaohao.planner.register.sheet_marks import shown_number, zero_format
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEAD = ["统一社会信用代码", "企业名称", "所属区县", "信用风险分类"]


def book(path: Path, fill: Callable[[Any], None]) -> Path:
    made = xlsxwriter.Workbook(str(path))
    fill(made)
    made.close()
    return path


def put(sheet: Any, rows: Sequence[Sequence[Any]], top: int = 0) -> None:
    for line, row in enumerate(rows, top):
        for column, value in enumerate(row):
            if value != "":
                sheet.write(line, column, value)


def firms(*numbers: int) -> list[list[str]]:
    return [[credit(n), f"商行{n}", "科尔沁区", "A"] for n in numbers]


def sheets(path: Path, **named: Sequence[Sequence[Any]]) -> Path:
    def fill(made: Any) -> None:
        for name, rows in named.items():
            put(made.add_worksheet(name), rows)

    return book(path, fill)


def refused(path: Path, options: ImportOptions | None = None) -> dict[str, Any]:
    with pytest.raises(PlannerError) as caught:
        read_entities([path], options=options or ImportOptions())
    problem = caught.value.problems[0]
    assert "{" not in str(caught.value)
    return {"code": problem.code, **problem.params}


def names(path: Path, **options: Any) -> list[str]:
    found = read_entities([path], options=ImportOptions(**options))
    assert conserved(found)
    return list(found.accepted.column("name").to_pylist())


def test_one_sheet_a_county(tmp_path: Path) -> None:
    path = sheets(
        tmp_path / "a.xlsx", 科尔沁区=[HEAD, *firms(1, 2)], 开鲁县=[HEAD, *firms(3), ["x", "丁"]]
    )
    problem = refused(path)
    assert problem["code"] == "sheet.several"
    assert problem["sheets"] == ["科尔沁区 (2)", "开鲁县 (2)"]
    assert names(path, all_sheets=True) == ["商行1", "商行2", "商行3"]
    assert names(path, sheets=("开鲁县",)) == ["商行3"]
    both = read_entities([path], options=ImportOptions(sheets=("开鲁县", "科尔沁区")))
    assert both.accepted.column("name").to_pylist() == ["商行3", "商行1", "商行2"]
    assert set_aside_rows(both.set_aside)[0]["file"] == "a.xlsx [开鲁县]"
    assert refused(path, ImportOptions(sheets=("库伦旗",)))["code"] == "sheet.unknown"


def test_sheets_without_the_headings_are_passed_over_and_told(tmp_path: Path) -> None:
    path = sheets(
        tmp_path / "a.xlsx",
        填表说明=[["填表说明"], ["一、请逐户填写"]],
        名录=[["2027年名录"], HEAD, *firms(1, 2)],
        代码=[["信用风险分类", "登记状态"], ["A", "存续"]],
    )
    found = read_entities([path])
    assert found.accepted.num_rows == 2
    assert found.read_as[0].sheets == ["名录"]
    assert found.read_as[0].not_read == ["填表说明", "代码"]
    assert names(path, all_sheets=True) == ["商行1", "商行2"]
    none = sheets(tmp_path / "b.xlsx", 甲=[["a", "b"]], 乙=[["c"]])
    assert refused(none)["code"] == "sheet.none-fits"
    assert refused(none, ImportOptions(all_sheets=True))["code"] == "sheet.none-fits"
    assert refused(none, ImportOptions(sheets=("甲",)))["code"] == "intake.missing-heading"


@pytest.mark.parametrize("how", ["hide", "very_hidden"])
def test_hidden_sheets_are_passed_over(tmp_path: Path, how: str) -> None:
    def fill(made: Any) -> None:
        old, new = made.add_worksheet("旧"), made.add_worksheet("新")
        put(old, [HEAD, *firms(1)])
        put(new, [HEAD, *firms(2, 3)])
        new.activate()
        getattr(old, how)()

    path = book(tmp_path / "a.xlsx", fill)
    found = read_entities([path])
    assert found.accepted.column("name").to_pylist() == ["商行2", "商行3"]
    assert found.read_as[0].hidden == ["旧"]
    assert names(path, sheets=("旧",)) == ["商行1"]
    assert names(path, all_sheets=True) == ["商行2", "商行3"]


def test_only_a_hidden_sheet_fits(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        put(made.add_worksheet("封面"), [["名录"]])
        old = made.add_worksheet("旧")
        put(old, [HEAD, *firms(1)])
        old.hide()

    path = book(tmp_path / "a.xlsx", fill)
    assert refused(path) == {"code": "sheet.hidden", "file": "a.xlsx", "sheets": ["旧"]}


def test_merged_cells_give_their_value_to_every_row(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet("名录")
        sheet.merge_range(0, 1, 0, 4, "名录库")
        rows = [[code, name] for code, name, _, _ in firms(*range(1, 7))]
        put(sheet, [["", *HEAD], *(["", *row] for row in rows)], top=1)
        sheet.merge_range(2, 3, 4, 3, "科尔沁区")
        sheet.merge_range(5, 3, 7, 3, "霍林郭勒市")
        sheet.merge_range(2, 4, 4, 4, "D")
        sheet.merge_range(5, 4, 7, 4, "A")
        sheet.merge_range(8, 1, 8, 4, "填表人：张三")

    found = read_entities([book(tmp_path / "a.xlsx", fill)])
    assert found.accepted.column("region").to_pylist() == ["150502"] * 3 + ["150581"] * 3
    assert found.accepted.column("tier").to_pylist() == ["D"] * 3 + ["A"] * 3
    assert found.repaired["merged-filled"] == 8
    assert aside(found) == [(9, "bad-characters")]
    # What stands across a whole row is a note, not the name and the region of something.
    assert set_aside_rows(found.set_aside)[0]["row"]["企业名称"] == ""


def test_merged_cells_over_columns_and_past_the_end(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet("a")
        put(sheet, [["id", "name", "town", "tier"], ["A1", "a"], ["A2", "b"]])
        sheet.merge_range(1, 2, 2, 3, "x")  # both columns of both rows
        sheet.merge_range(3, 0, 500, 0, "")

    found = read_entities(
        [book(tmp_path / "a.xlsx", fill)],
        "free",
        ImportOptions({"entity_id": "id", "region": "town"}),
    )
    rows = found.accepted.select(["entity_id", "region", "tier"]).to_pylist()
    assert rows == [{"entity_id": f"A{n}", "region": "x", "tier": "x"} for n in (1, 2)]
    assert (found.rows, found.repaired) == (2, {"merged-filled": 3})


def test_two_rows_of_merged_headings_are_one(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet("a")
        sheet.merge_range(0, 0, 0, 5, "某区2027年检查对象名录库")
        for column, text in enumerate(HEAD[:2]):
            sheet.merge_range(1, column, 2, column, text)
        sheet.merge_range(1, 2, 1, 3, "上次检查情况")
        sheet.merge_range(1, 4, 1, 5, "本年")
        put(sheet, [["", "", "检查日期", "检查结果", "第1次", "第2次"]], top=2)
        put(sheet, [[*firms(n)[0][:2], f"2026-03-0{n}", "合格"] for n in (1, 2, 3)], top=3)

    found = read_entities([book(tmp_path / "a.xlsx", fill)])
    assert found.accepted.column("inspected_on").to_pylist() == [f"2026-03-0{n}" for n in (1, 2, 3)]
    assert found.ignored == ["上次检查情况/检查结果", "本年/第1次", "本年/第2次"]
    assert (found.rows, found.repaired) == (3, {})


def test_headings_whose_lower_row_has_the_known_ones(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet("a")
        sheet.merge_range(0, 0, 1, 0, "统一社会信用代码")
        sheet.merge_range(0, 1, 0, 2, "基本信息")
        put(sheet, [["", "企业名称", "信用风险分类"], [credit(1), "甲", "B"]], top=1)

    found = read_entities([book(tmp_path / "a.xlsx", fill)])
    rows = found.accepted.select(["entity_id", "name", "tier"]).to_pylist()
    assert rows == [{"entity_id": credit(1), "name": "甲", "tier": "B"}]


def test_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet("a")
        put(sheet, [HEAD, *firms(1, 2, 3)])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(60, None, None, {"hidden": True})

    found = read_entities([book(tmp_path / "a.xlsx", fill)])
    assert (found.accepted.num_rows, found.warnings) == (3, {"hidden-rows": 1})


def test_faults_and_formulas_without_a_value_are_never_empty(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet("a")
        put(sheet, [[*HEAD, "备注"], *firms(1, 2, 3, 4, 5)])
        sheet.write_formula(1, 3, "=VLOOKUP(A2,Z:Z,1,0)", None, "#N/A")
        sheet.write_formula(2, 3, '=IF(1,"A","B")', None, "")  # never worked out
        sheet.write_formula(3, 3, '=IF(1,"D","B")', None, "D")
        sheet.write_formula(4, 4, "=1/0", None, "#DIV/0!")  # in a column that means nothing
        sheet.write_formula(5, 1, '=""&A1', None, "商行")

    found = read_entities([book(tmp_path / "a.xlsx", fill)])
    assert aside(found) == [(2, "error-cell"), (3, "formula-without-value")]
    first = set_aside_rows(found.set_aside)[0]
    assert (first["column"], first["found"]) == ("tier", "#N/A")
    assert found.accepted.column("tier").to_pylist() == ["D", "A", "A"]


def test_numbers_shown_with_leading_zeros_keep_them(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        six, dashed = (
            made.add_format({"num_format": "000000"}),
            made.add_format({"num_format": '"BJ"000-000'}),
        )
        plain = made.add_format({"num_format": "0.00"})
        sheet = made.add_worksheet("a")
        for line, (value, shape) in enumerate(
            [(42, six), (1234567, six), (42, dashed), (7, plain)], 4
        ):
            sheet.write_number(line, 2, value, shape)
            sheet.write_string(line, 3, f"n{line}")
        put(sheet, [["", "", "id", "name"]], top=3)

    found = read_entities(
        [book(tmp_path / "a.xlsx", fill)], "free", ImportOptions({"entity_id": "id"})
    )
    assert found.accepted.column("entity_id").to_pylist() == ["000042", "1234567", "BJ000-042", "7"]
    assert found.repaired["leading-zeros"] == 2


@pytest.mark.parametrize(
    ("shape", "value", "shown"),
    [("000000", 12, "000012"), ("00000;-00000", 12, "00012"), ("[$-804]0000", 1, "0001"),
     ("0000-00-00", 20200101, "2020-01-01"), ("000-0000", 12345678, "1234-5678"),
     (r"\A000_ ", 5, "A005")],
)  # fmt: skip
def test_formats_of_leading_zeros(shape: str, value: int, shown: str) -> None:
    assert shown_number(value, shape) == shown


@pytest.mark.parametrize(
    "shape", ["0", "0.00", "#,##0", "General", "yyyy-mm-dd", "0%", '00"户"', ""]
)
def test_other_formats(shape: str) -> None:
    assert zero_format(shape) == []


def test_rows_set_aside_of_a_sheet_are_those_of_its_later_edition(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    path = sheets(tmp_path / "a.xlsx", 甲=[HEAD, ["1", "x"]], 乙=[HEAD, ["2", "y"]])
    workspace.import_files("entities", [path], all_sheets=True)
    assert [row["file"] for row in workspace.set_aside()] == ["a.xlsx [甲]", "a.xlsx [乙]"]
    sheets(path, 甲=[HEAD, *firms(1)], 乙=[HEAD, ["2", "y"]])
    workspace.import_files("entities", [path], sheets=["甲"])
    assert [row["file"] for row in workspace.set_aside()] == ["a.xlsx [乙]"]


def test_results_of_a_record_form_are_found_among_its_sheets(tmp_path: Path) -> None:
    path = sheets(
        tmp_path / "r.xlsx",
        代码=[["检查方式", "检查结果", "后续处理"], ["实地", "未发现问题", "无需"]],
        结果录入=[
            ["统一社会信用代码", "检查日期", "检查结果"],
            [credit(1), "2027-01-12", "1"],
            [credit(2), "", ""],
        ],
    )
    draw = ResultsOf({credit(1), credit(2)}, {"I": ""}, "2027-01-01")
    found = read_results([path], draw, "china", ImportOptions())
    assert [row["entity_id"] for row in found.accepted] == [credit(1)]
    assert (found.rows, found.warnings) == (1, {"not-filled": 1})


def test_the_options_of_the_command_line(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "w").folder
    here = ("--workspace", str(folder), "import", "entities")
    path = str(sheets(tmp_path / "a.xlsx", 甲=[HEAD, *firms(1)], 乙=[HEAD, *firms(2)]))
    found = told(*here, path, "--sheet", "乙")
    assert found["files"][0]["sheets"] == ["乙"]
    assert found["files"][0]["not_read"] == ["甲"]
    assert told(*here, path, "--all-sheets")["accepted"] == 2
    shown = yaohao(*here, path, "--sheet", "甲").output
    assert "a.xlsx: sheets not read: 乙" in shown
    assert yaohao(*here, path, "--sheet", "甲", "--all-sheets").exit_code == 2
    csv = tmp_path / "a.csv"
    csv.write_text("统一社会信用代码,企业名称\n", encoding="utf-8")
    assert (
        told(*here, str(csv), "--sheet", "甲", status=2)["errors"][0]["code"] == "sheet.no-workbook"
    )


def test_overlapping_and_endless_merged_ranges(tmp_path: Path) -> None:
    path = sheets(tmp_path / "a.xlsx", a=[HEAD, *firms(1, 2)])
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    for ranges, code in ((["A1:XFD1048576"], ""), (["A2:D3"] * 200_000, "sheet.merges")):
        cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges).encode()
        marked = parts[sheet].replace(
            b"<pageMargins", b"<mergeCells>" + cells + b"</mergeCells><pageMargins"
        )
        with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_STORED) as new:
            for name, content in parts.items():
                new.writestr(name, marked if name == sheet else content)
        if code:
            assert refused(tmp_path / "b.xlsx")["code"] == code
        else:
            assert names(tmp_path / "b.xlsx") == ["商行1", "商行2"]
