"""Totals, repeated headings, faults of cells and rows of empty forms never become rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_intake import HEADINGS, aside, conserved, credit, row, write
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.heading_rows import find_headings
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.register.row_filter import is_total
from yaohao.planner.register.small_registers import read_inspectors, read_items, read_leads
from yaohao.planner.schema.options import ImportOptions


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_totals_and_repeated_headings_of_a_free_register(tmp_path: Path) -> None:
    path = text(
        tmp_path / "list.csv",
        "id,name,town\nA1,a,x\nA2,b,y\nid,name,town\nA3,c,z\nTotal,3,\nGrand-total,all wards,\n",
    )
    found = read_entities([path], "free", ImportOptions({"entity_id": "id", "region": "town"}))
    assert found.accepted.column("entity_id").to_pylist() == ["A1", "A2", "A3"]
    assert aside(found) == [(4, "repeated-heading"), (6, "total"), (7, "total")]
    assert conserved(found)


def test_totals_of_a_register_of_codes(tmp_path: Path) -> None:
    table = [
        ["序号", *HEADINGS],
        ["1", *row(1)],
        ["小计", "", "1户", *[""] * 10],
        ["序号", *HEADINGS],
        ["2", *row(2)],
        ["科尔沁区小计：", "", "1", *[""] * 10],
        ["", "合 计（2户）", *[""] * 11],
        ["", "", "总计", *[""] * 10],
        ["3", *[""] * 12],
        ["4", "", *row(3)[1:]],
    ]
    found = read_entities([write(tmp_path / "a.csv", table)])
    assert found.accepted.column("entity_id").to_pylist() == [credit(1), credit(2)]
    assert aside(found) == [
        (3, "total"), (4, "repeated-heading"), (6, "total"), (7, "total"), (8, "total"),
        (10, "missing-id"),
    ]  # fmt: skip
    assert found.warnings["not-filled"] == 1
    assert conserved(found)


def test_firms_whose_names_are_words_for_totals_stay(tmp_path: Path) -> None:
    path = text(
        tmp_path / "a.csv",
        "name,entity_id\nTotal,P-12\nTotal,1234\nSumitomo,S1\n合计商贸,K1\n小计,K2\ntotalis,\n",
    )
    found = read_entities([path], "free")
    names = found.accepted.column("name").to_pylist()
    assert names == ["Total", "Sumitomo", "合计商贸", "小计"]
    assert aside(found) == [(3, "total"), (7, "missing-id")]


@pytest.mark.parametrize(
    "word",
    ["Total", "GRAND TOTAL", "Sub-total:", "sum", "合计", "总  计", "小计：12户", "本页合计",
     "共计(3家)", "Ｔｏｔａｌ", "Totals", "Page total 7", "* Total *"],
)  # fmt: skip
def test_words_for_totals(word: str) -> None:
    assert is_total(word)


@pytest.mark.parametrize("word", ["", "Totally Tea", "Summit", "T0", "合计商贸有限公司", "Su"])
def test_words_that_are_none(word: str) -> None:
    assert not is_total(word)


def test_small_registers_too(tmp_path: Path) -> None:
    people = text(
        tmp_path / "p.csv", "执法证号,姓名,部门\nZ1,甲,x\n执法证号,姓名,部门\n合计,1人,\n"
    )
    found = read_inspectors([people])
    assert aside(found) == [(3, "repeated-heading"), (4, "total")]
    items = text(tmp_path / "i.csv", "序号,抽查事项,比例\n1,甲,3%\n2,,\n总计,1,\n")
    told = read_items([items])
    assert [one["item_id"] for one in told.accepted] == ["1"]
    assert (aside(told), told.warnings) == ([(4, "total")], {"not-filled": 1})
    leads = text(
        tmp_path / "l.csv", f"工单号,统一社会信用代码,线索来源\nL1,{credit(1)},投诉\n合计,1,\n"
    )
    assert aside(read_leads([leads])) == [(3, "total")]


def test_cells_with_faults_are_set_aside_where_they_count(tmp_path: Path) -> None:
    table = [
        [*HEADINGS, "备注"],
        [*row(1), "#N/A"],
        [*row(2, tier="#N/A"), ""],
        [*row(3, name="#REF!"), ""],
        [*row(4, inspected_on="#VALUE!"), ""],
        [*row(5, address="#5 东街"), "#5"],
    ]
    found = read_entities([write(tmp_path / "a.csv", table)])
    assert found.accepted.column("entity_id").to_pylist() == [credit(1), credit(5)]
    assert aside(found) == [(3, "error-cell"), (4, "error-cell"), (5, "error-cell")]
    assert [one["column"] for one in set_aside_rows(found.set_aside)] == [
        "tier",
        "name",
        "inspected_on",
    ]


def test_headings_over_two_rows_of_a_text(tmp_path: Path) -> None:
    content = (
        "2026年检查对象名录,,,,\n统一社会信用代码,企业名称,上次检查情况,,备注\n"
        f",,检查日期,检查结果,\n{credit(1)},甲,2026-03-01,合格,\n"
    )
    found = read_entities([text(tmp_path / "a.csv", content)])
    assert found.accepted.column("inspected_on").to_pylist() == ["2026-03-01"]
    assert found.ignored == ["上次检查情况/检查结果", "备注"]
    other = content.replace("检查情况,,", "抽查,,").replace("检查日期,检查结果", "时间,日期")
    other = other.replace("2026-03-01,合格", "上午,2026-03-01")
    again = read_entities([text(tmp_path / "b.csv", other)])
    assert again.accepted.column("inspected_on").to_pylist() == ["2026-03-01"]
    assert (found.rows, aside(found)) == (1, [])


def test_a_row_of_data_is_no_second_row_of_headings() -> None:
    def known(cells: object) -> int:
        return len({"id", "name", "day", "result"} & set(cells))  # type: ignore[call-overload]

    head = ["id", "name", "", ""]
    assert find_headings([head, ["", "", "a", "b"]], known).used == 1
    assert find_headings([head, ["1", "x", "a", "b"]], known).used == 1
    assert find_headings([head, ["", "x", "day", "7"]], known).used == 1
    two = find_headings([["id", "name", "last", ""], ["", "", "day", "mark"], ["1"]], known)
    assert (two.cells, two.used) == (("id", "name", "day", "last/mark"), 2)
    twice = find_headings(
        [["id", "name", "last", "", "this", ""], ["", "", "day", "result", "day", "result"]], known
    )
    assert twice.cells[2:] == ("last/day", "last/result", "this/day", "this/result")
    # Cells that the file itself calls merged are one heading, whatever they are called.
    merged = find_headings([["id", "name", "m", ""], ["", "", "1", "2"]], known, {(0, 2, 3)})
    assert merged.cells == ("id", "name", "m/1", "m/2")
