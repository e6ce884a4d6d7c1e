"""Every workbook opens in LibreOffice as it was meant: names are text, forms a page each.

``make office`` installs it. Without it the test is skipped at the desk and fails in CI.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers.workspace_maker import HOSTILE_NAMES
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook
from yaohao.planner.publication.paper import national
from yaohao.planner.publication.paper.visit_forms import (
    boxes,
    cases,
    crew_lists,
    work_lists,
)
from yaohao.planner.publication.paper.workbooks import (
    bulletin_workbook,
    national_workbook,
    record_workbook,
    work_list_workbook,
)
from yaohao.planner.publication.record import VISIT_COLUMNS
from yaohao.planner.publication.visit_tables import write_workbook
from yaohao.planner.publication.workbook_writer import (
    MOST_BREAKS,
    Book,
    cell,
    height,
    writing,
)
from yaohao.planner.wording.messages import LANGUAGES

HOSTILE = (
    *(name for name in HOSTILE_NAMES if len(name) < 100),
    '=HYPERLINK("http://example.org","click")',
    "+1", "-2", "@SUM(1+1)", "=1+1", "{=1+1}", "%cmd", "|calc", "=DDE(1;2;3)",
    "1234567890123456789", "00123", "2027-01-01", "TRUE", "1e5", "¥12", "50%",
    "a\tb", "a\r\nb", "  blanks  ", "_x0041_x0042_", "&amp;<b>]]></t>", "\ufffe\uffff",
    "\u05e9\u05dc\u05d5\u05dd \u202eabc", "👩‍👩‍👧‍👦 𠮷野家", "一二三 four " * 30,
)  # fmt: skip
LONG = ("x" * 40_000, "長" * 30_000, "=" + "😀" * 20_000)
# Every sheet of a workbook as CSV: the texts of its cells as they are (the tenth and the last say
# that no formula is written and that all sheets are).
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1"


def made_cases(names: Sequence[str], language: str = "zh") -> list[dict[str, Any]]:
    visits = [
        {"entity_id": f"E{n:05d}", "name": name, "region": "150502", "standing": "pool",
         "result": "0"}
        for n, name in enumerate(names)
    ]  # fmt: skip
    items = [
        {"item_id": "REG-01", "name": "=item()", "content": "登记事项"},
        {"item_id": "@B", "name": "公示信息检查"},
    ]
    people = {n: {"name": name, "department": "-dep"} for n, name in zip("ab", names, strict=False)}
    crews = {visit["entity_id"]: ["a", "b"] for visit in visits}
    addresses = {visit["entity_id"]: name for visit, name in zip(visits, names, strict=True)}
    return cases(visits, crews, addresses, items, people, {}, language, {"150502": "科尔沁区"})


def write_all(folder: Path, names: Sequence[str], language: str, title: str) -> dict[str, Path]:
    """Every kind of workbook that the planner writes, with these names in it."""
    made, ticks = made_cases(names, language), boxes(language)
    books = {kind: folder / f"{kind}-{language}.xlsx" for kind in KINDS}
    record_workbook(books["records"], language, title, "q1", made, ticks)
    lists, crews = work_lists(made), crew_lists(made)
    work_list_workbook(books["worklists"], language, title, lists, crews)
    rows = [
        {"number": str(n + 1), "entity_id": f"E{n}", "name": name, "region": name, "standing": name,
         "inspectors": name, "result": name}
        for n, name in enumerate(names)
    ]  # fmt: skip
    notes = list(names)
    bulletin_workbook(books["bulletin"], language, title, names[0], notes, names[1], rows)
    record = [{**dict.fromkeys(national.COLUMNS, name), "targeted": "1"} for name in names]
    national_workbook(books["national"], language, title, record)
    visits = [
        {**dict.fromkeys(VISIT_COLUMNS, name), "inspectors": [name, "=x"], "reserve": True}
        for name in names
    ]
    write_workbook(books["visits"], title, notes, VISIT_COLUMNS, VISIT_COLUMNS, visits)
    return books


KINDS = ("records", "worklists", "bulletin", "national", "visits")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All kinds with hostile names in both languages; one with good names, one with long ones."""
    folder = tmp_path_factory.mktemp("books")
    found = []
    for language in LANGUAGES:
        found += write_all(folder, HOSTILE, language, f"=title() & <b> {language}").values()
    good = made_cases(["科尔沁区面粉厂", "通辽市第一商贸有限责任公司", "某某店"])
    record_workbook(folder / "good.xlsx", "zh", "抽查", "q1", good, boxes("zh"))
    rows = [{**dict.fromkeys(national.COLUMNS, ""), "name": n, "targeted": "0"} for n in LONG]
    national_workbook(folder / "long.xlsx", "zh", "抽查", rows)
    return [*found, folder / "good.xlsx", folder / "long.xlsx"]


def trimmed(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Rows without what is empty at their ends."""
    found = [[str(text or "") for text in row] for row in rows]
    for row in found:
        while row and not row[-1]:
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


def calamine_sheets(book: Path) -> dict[str, list[list[str]]]:
    read = CalamineWorkbook.from_path(book)
    return {
        name: trimmed(read.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for name in read.sheet_names
    }


def test_no_workbook_has_a_formula_a_link_or_a_program(books: list[Path]) -> None:
    assert len(books) == 2 * len(KINDS) + 2
    for book in books:
        with zipfile.ZipFile(book) as parts:
            assert parts.testzip() is None
            names = parts.namelist()
            assert not [n for n in names if re.search("vba|external|embed|connection|media", n)]
            for name in names:
                xml = parts.read(name).decode()
                assert not re.search(r"<(f|hyperlink|ddeLink|oleLink)[ />]", xml), (book, name)
                if name.endswith(".rels"):
                    assert "TargetMode" not in xml
        read = openpyxl.load_workbook(book)
        values = [
            one
            for sheet in read
            for row in sheet.iter_rows()
            for one in row
            if one.value is not None
        ]
        assert {one.data_type for one in values} <= {"s", "inlineStr"}
        texts = {unescape(one.value) for one in values}
        hostile = {"good": (), "long": LONG}.get(book.stem, HOSTILE)
        for name in hostile:
            assert cell(name) in texts, (book, name[:40])
        assert [sheet.print_title_rows for sheet in read if sheet.freeze_panes] == [
            f"${sheet.freeze_panes[1:]}:${sheet.freeze_panes[1:]}".replace(
                sheet.freeze_panes[1:], str(int(sheet.freeze_panes[1:]) - 1)
            )
            for sheet in read
            if sheet.freeze_panes
        ]
        assert all(str(sheet.page_setup.paperSize) == "9" for sheet in read)
        assert all(sheet.page_setup.fitToHeight == 0 for sheet in read)


def convert(form: str, books: Sequence[Path], to: Path) -> None:
    """Let LibreOffice convert workbooks, all in one process, which ends with this call."""
    command = [
        "soffice", f"-env:UserInstallation=file://{to}/profile", "--headless",
        "--convert-to", form, "--outdir", str(to), *map(str, books),
    ]  # fmt: skip
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True) as running:
        try:
            assert running.wait(timeout=180) == 0
        except BaseException:
            os.killpg(running.pid, signal.SIGKILL)
            raise


@pytest.mark.slow
def test_libreoffice_reads_the_texts_as_they_are(books: list[Path], tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        told = "no LibreOffice here: make office"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    convert(ALL_SHEETS, books, tmp_path)
    for book in books:
        for name, rows in calamine_sheets(book).items():
            path = tmp_path / f"{book.stem}-{name}.csv"
            with path.open(encoding="utf-8", newline="") as file:
                found = trimmed(list(csv.reader(file)))
            assert found == rows, (book.name, name)
    # Laying out takes LibreOffice long: one language is enough, and no texts of absurd length.
    printed = [book for book in books if book.stem == "good" or book.stem.endswith("-zh")]
    convert("pdf", printed, tmp_path)
    for book in printed:
        pdf = (tmp_path / f"{book.stem}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF")
        assert b"/URI" not in pdf
        if book.stem == "good":  # what is to be filled in, three forms, the codes
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 5


def test_a_sheet_has_no_more_page_breaks_than_excel_takes(tmp_path: Path) -> None:
    made = made_cases(["店"] * (2 * MOST_BREAKS + 5))
    record_workbook(tmp_path / "r.xlsx", "zh", "t", "q1", made, boxes("zh"))
    read = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    assert read.sheet_names == ["结果录入", "检查记录表", "检查记录表 2", "检查记录表 3", "代码"]
    titles, breaks = 0, 0
    with zipfile.ZipFile(tmp_path / "r.xlsx") as parts:
        for number in (2, 3, 4):
            xml = parts.read(f"xl/worksheets/sheet{number}.xml").decode()
            titles += xml.count("双随机抽查检查记录表</t>")
            found = [int(one) for one in re.findall(r'<brk id="(\d+)"', xml)]
            rows = [int(r) for r in re.findall(r'<c r="A(\d+)"[^>]*><is><t>双随机', xml)]
            assert rows == [1, *(one + 1 for one in found)]
            breaks += len(found)
    assert (titles, breaks) == (len(made), len(made) - 3)


def test_texts_are_cut_where_a_cell_ends_and_heights_where_a_row_does(tmp_path: Path) -> None:
    assert len(cell("😀" * 20_000).encode("utf-16-le")) <= 2 * 32_767
    assert cell("😀" * 20_000) == "😀" * 16_383
    assert cell("x" * 40_000) == "x" * 32_767
    assert height("长" * 30_000, 30.0) == 409.0
    assert height("长" * 29, 30.0) > height("长" * 14, 30.0)

    class Stopped(Exception):
        pass

    def rows() -> Any:
        yield "cell", 0.0, ["a"]
        raise Stopped

    def write(book: Book) -> None:
        book.sheet("s", (10,), "t", rows(), 2)

    with pytest.raises(Stopped), writing(tmp_path / "x.xlsx", "en") as book:
        write(book)
    assert not (tmp_path / "x.xlsx").exists()
