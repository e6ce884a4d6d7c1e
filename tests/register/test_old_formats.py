"""Workbooks in older formats: what they show, and why one cannot be read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from helpers.old_workbook import Cell, compound, old_workbook
from openpyxl import Workbook
from test_intake import aside, credit
from test_workbooks import HEAD, firms, refused
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.schema.options import ImportOptions


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def test_an_old_workbook_shows_faults_hidden_rows_and_zeros(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["id", "name", "town"],
        [(42.0, 1), "a", "x"],
        [(7.0, 0), "b", "#N/A"],
        ["K1", "c", "y"],
    ]
    book = old_workbook({"名录": rows, "旧": rows}, hidden_sheets=["旧"], hidden_rows=[3])
    options = ImportOptions({"entity_id": "id", "region": "town"})
    found = read_entities([put(tmp_path / "a.xls", book)], "free", options)
    assert found.accepted.column("entity_id").to_pylist() == ["000042", "K1"]
    assert aside(found) == [(3, "error-cell")]
    assert set_aside_rows(found.set_aside)[0]["row"]["town"] == "#N/A"
    assert (found.repaired, found.warnings) == ({"leading-zeros": 1}, {"hidden-rows": 1})
    assert found.read_as[0].hidden == ["旧"]


def test_an_old_workbook_with_several_sheets(tmp_path: Path) -> None:
    book = old_workbook({"甲": [HEAD, *firms(1)], "乙": [HEAD, *firms(2)]})
    path = put(tmp_path / "a.xls", book)
    assert refused(path)["code"] == "sheet.several"
    found = read_entities([path], options=ImportOptions(sheets=("乙",)))
    assert found.accepted.column("entity_id").to_pylist() == [credit(2)]


XML = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("p.xls", old_workbook({"a": [HEAD]}, password=True), "intake.encrypted"),
        ("d.xls", compound({"WordDocument": b"x"}), "sheet.document"),
        ("m.xls", compound({"__properties_version1.0": b"x"}), "sheet.document"),
        ("x.xls", XML.encode(), "sheet.spreadsheet-xml"),
        ("y.xlsx", ("\ufeff" + XML).encode("utf-16"), "sheet.spreadsheet-xml"),
        ("h.xls", b"<html xmlns:x='urn:x'><table></table>", "intake.markup"),
        ("h2.xls", "<table><tr><td>名称</td></tr></table>".encode("gb18030"), "intake.markup"),
        ("w.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "sheet.web-archive"),
        ("2.xls", b"\x09\x00\x04\x00\x02\x00\x10\x00", "sheet.older"),
        ("4.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00", "sheet.older"),
        ("l.wk1", b"\x00\x00\x02\x00\x06\x04", "sheet.older"),
        ("a.dbf", b"\x03\x7b\x01\x01" + bytes(60), "sheet.older"),
        ("a.pdf", b"%PDF-1.7\n", "sheet.document"),
        ("a.rtf", b"{\\rtf1\\ansi", "sheet.document"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "sheet.document"),
        ("a.zip", zipped("a.csv"), "intake.archive"),
    ],
)
def test_the_cause_is_named(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert refused(put(tmp_path / name, content))["code"] == code


@pytest.mark.parametrize("cut", [0, 8, 76, 511, 513, 2000, 4000])
def test_broken_containers_end_in_a_plain_message(tmp_path: Path, cut: int) -> None:
    whole = old_workbook({"a": [HEAD, *firms(1, 2)]})
    for content in (whole[: 8 + cut], whole[:8] + b"\xff" * cut + whole[8 + cut :]):
        try:
            found = read_entities([put(tmp_path / "a.xls", content)])
        except Exception as error:
            assert type(error).__name__ == "PlannerError"
        else:
            assert found.rows == len(found.accepted) + found.set_aside.num_rows


def open_document(path: Path, rows: str) -> Path:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content{spaces} xmlns:calcext="urn:x" office:version="1.3">'
        f'<office:body><office:spreadsheet><table:table table:name="a">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def cell(text: str, more: str = "") -> str:
    kind = "" if "value-type" in more else ' office:value-type="string"'
    return f"<table:table-cell{kind} {more}><text:p>{text}</text:p></table:table-cell>"


def test_an_open_document_shows_faults_hidden_rows_zeros_and_merged_cells(tmp_path: Path) -> None:
    number = 'office:value-type="float" office:value="{}"'
    covered = "<table:covered-table-cell/>"
    fault = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
    rows = [
        [cell("id"), cell("name"), cell("town")],
        [cell("000042", number.format(42)), cell("a"),
         cell("x", 'table:number-rows-spanned="2" table:number-columns-spanned="1"')],
        [cell("7", number.format(7)), cell("b"), covered],
        [cell("K1"), cell("c"), cell("#N/A", fault)],
    ]  # fmt: skip
    shown = ["", "", ' table:visibility="filter"', ""]
    lines = [
        f"<table:table-row{how}>{''.join(row)}</table:table-row>"
        for how, row in zip(shown, rows, strict=True)
    ]
    options = ImportOptions({"entity_id": "id", "region": "town"})
    path = open_document(tmp_path / "a.ods", "".join(lines))
    found = read_entities([path], "free", options)
    assert found.accepted.select(["entity_id", "region"]).to_pylist() == [
        {"entity_id": "000042", "region": "x"},
        {"entity_id": "7", "region": "x"},
    ]
    assert aside(found) == [(4, "error-cell")]
    assert found.repaired == {"leading-zeros": 1, "merged-filled": 1}
    assert found.warnings == {"hidden-rows": 1}


def test_formulas_that_were_never_worked_out_are_told_in_every_format(tmp_path: Path) -> None:
    """Programs that write workbooks leave them to be worked out on opening; nothing is empty."""
    firm = [credit(number) for number in range(1, 4)]
    cells: list[list[Cell]] = [
        ["统一社会信用代码", "企业名称", "住所"],
        [firm[0], "甲", "="],
        [firm[1], "乙", '=""'],
        ["=", "=", "="],
    ]
    old = put(tmp_path / "a.xls", old_workbook({"名录": cells}))
    formula = 'table:formula="of:=[.A1]"'
    never = f"<table:table-cell {formula}/>"
    no_number = f'<table:table-cell {formula} office:value-type="float"/>'
    empty = f'<table:table-cell {formula} office:value-type="string" office:string-value=""/>'
    rows = [
        "".join(map(cell, map(str, cells[0]))),
        cell(firm[0]) + cell("甲") + never,
        cell(firm[1]) + cell("乙") + empty,
        no_number + never + never,
    ]
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    free = open_document(tmp_path / "a.ods", lines)
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (cells[0], [firm[0], "甲", "=A1"], [firm[1], "乙", ""], ["=A2", "=A2", "=A2"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    for path in (old, free, tmp_path / "a.xlsx"):
        found = read_entities([path])
        assert found.accepted.column("entity_id").to_pylist() == [firm[1]], path
        assert aside(found) == [(2, "formula-without-value"), (4, "formula-without-value")], path


def test_rows_that_hold_nothing_but_faults_are_not_lost_at_the_end(tmp_path: Path) -> None:
    """The reader ends with the last cell that has a value."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (HEAD, *firms(1), ["=1"] * len(HEAD), [], ["=2"] * len(HEAD)):
        sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    found = read_entities([tmp_path / "b.xlsx"])
    assert aside(found) == [(3, "formula-without-value"), (5, "formula-without-value")]
