"""Files of rows set aside survive a spreadsheet program, and are workbooks where that is asked."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from helpers.cli import yaohao
from python_calamine import CalamineWorkbook
from test_intake import HEADINGS, HOSTILE, aside, credit, registration, row, write
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.register.mend_file import is_damaged, is_mend_file, write_set_aside
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

DIGITS = "911505021000000405"


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def made(folder: Path, text: str, register: str = "china", **mapping: str) -> Workspace:
    workspace = Workspace.create(folder / "w", register)
    (folder / "e.csv").write_text(text, encoding="utf-8")
    workspace.import_files("entities", [folder / "e.csv"], mapping)
    return workspace


@pytest.mark.parametrize("shown", ["9.11505E+17", "911505021000000000", "9.11505021E+17"])
def test_a_code_that_a_spreadsheet_damaged_is_had_from_the_row_set_aside(
    tmp_path: Path, shown: str
) -> None:
    head = "统一社会信用代码,企业名称,成立日期\n"
    workspace = made(tmp_path, head + f"{DIGITS},甲,2020-13-01\n")
    out = tmp_path / "mend.csv"
    workspace.export_set_aside("entities", out)
    rows = cells(out)
    rows[1][0], rows[1][2] = shown, "2020-01-01"
    back = tmp_path / "back.csv"
    with back.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    told = workspace.import_files("entities", [back])
    assert (told["accepted"], told["set_aside"]) == (1, 0)
    assert told["mended"] == {"id-from-set-aside": 1}
    assert workspace.set_aside() == []
    found = workspace.entity(DIGITS)["entity"]
    assert (found["entity_id"], found["established_on"]) == (DIGITS, "2020-01-01")


def test_leading_zeros_of_a_free_register_come_back(tmp_path: Path) -> None:
    workspace = made(tmp_path, "id,name,seen\n007,x,nonsense\n1E5,y,no\n", "free",
                     entity_id="id", inspected_on="seen")  # fmt: skip
    out = tmp_path / "mend.csv"
    workspace.export_set_aside("entities", out)
    rows = cells(out)
    rows[1][:3], rows[2][:3] = ["7", "x", ""], ["100000", "y", ""]
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    told = workspace.import_files("entities", [out], {"entity_id": "id", "inspected_on": "seen"})
    assert (told["accepted"], told["mended"]) == (2, {"id-from-set-aside": 2})
    assert [workspace.entity(one)["entity"]["name"] for one in ("007", "1E5")] == ["x", "y"]


@pytest.mark.parametrize(
    ("now", "before", "damaged"),
    [
        ("9.11505E+17", DIGITS, True),
        ("911505021000000000", DIGITS, True),
        ("911505021000000405", DIGITS, False),
        ("9.2E+17", DIGITS, False),
        ("911505021000000406", DIGITS, False),
        ("150502000000123", "150502000000456", False),
        ("1.50502E+14", registration(7), True),
        ("7", "007", True),
        ("7.0", "007", True),
        ("8", "007", False),
        ("", "007", False),
        ("x", "007", False),
        ("1.0E+05", "1E5", True),
        ("9.1E+17", credit(1), False),
        ("1" * 40, "1E99", False),
    ],
)
def test_what_a_spreadsheet_can_have_done(now: str, before: str, damaged: bool) -> None:
    assert is_damaged(now, before) is damaged


def test_a_row_of_another_code_is_left_as_it_is(tmp_path: Path) -> None:
    head = "统一社会信用代码,企业名称,成立日期\n"
    workspace = made(tmp_path, head + f"{DIGITS},甲,2020-13-01\n")
    out = tmp_path / "mend.csv"
    workspace.export_set_aside("entities", out)
    rows = cells(out)
    rows[1][0], rows[1][2] = "9.2E+17", "2020-01-01"
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    told = workspace.import_files("entities", [out])
    assert (told["accepted"], told["reasons"]) == (0, {"excel-damaged": 1})


def test_a_workbook_of_texts_comes_back_whole(tmp_path: Path) -> None:
    table = [HEADINGS, *(row(n, name=name, tier="?") for n, name in enumerate(HOSTILE))]
    table.append(row(90, entity_id=DIGITS, tier="?", address="007"))
    found = read_entities([write(tmp_path / "h.csv", table)])
    rows = [one | {"no": 7 + i} for i, one in enumerate(set_aside_rows(found.set_aside))]
    out = tmp_path / "mend.xlsx"
    assert write_set_aside(rows, out) == len(table) - 1
    with out.open("rb") as file:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        assert all(isinstance(cell, str) for line in sheet.to_python() for cell in line)
    again = read_entities([out])
    assert again.retried == list(range(7, 7 + len(table) - 1))
    assert [one["row"] for one in set_aside_rows(again.set_aside)] == [one["row"] for one in rows]
    mended = read_entities([out], options=ImportOptions(values={"tier": {"?": "B"}}))
    assert mended.accepted.num_rows == len(table) - 1
    assert is_mend_file(out)


def test_a_workbook_is_written_where_one_is_asked_for(tmp_path: Path) -> None:
    workspace = made(tmp_path, "统一社会信用代码,企业名称\n123,甲\n")
    here = ("--workspace", str(workspace.folder))
    out = tmp_path / "mend.xlsx"
    ask = ("register", "set-aside", "--export")
    assert yaohao(*here, *ask, str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"PK\x03\x04")
    assert yaohao(*here, *ask, str(out)).exit_code == 0  # an earlier export may be overwritten
    precious = tmp_path / "precious.xlsx"
    precious.write_bytes(b"PK\x03\x04 mine")
    assert yaohao(*here, *ask, str(precious)).exit_code == 2
    for name in ("mend.xls", "mend", "mend.txt"):
        with pytest.raises(PlannerError) as caught:
            workspace.export_set_aside("entities", tmp_path / name)
        assert caught.value.problems[0].code == "mend_file.ending"
        assert not (tmp_path / name).exists()


def test_what_does_not_fit_a_sheet_is_refused(tmp_path: Path) -> None:
    one = {"file": "a", "line": 2, "reason": "duplicate", "column": "", "found": ""}
    with pytest.raises(PlannerError) as caught:
        write_set_aside([one | {"row": {"a": "长" * 40_000}}], tmp_path / "m.xlsx")
    assert caught.value.problems[0].code == "mend_file.too-large"
    assert write_set_aside([one | {"row": {"a": "长" * 40_000}}], tmp_path / "m.csv") == 1
    assert aside(read_entities([write(tmp_path / "x.csv", [HEADINGS])])) == []
