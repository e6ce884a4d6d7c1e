"""One row set aside, mended and taken in again as a mended export would be."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli import told, yaohao
from helpers.tables import credit, write
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEADINGS = ["代码", "单位名", "等级"]
MAPPING = {"entity_id": "代码", "name": "单位名", "tier": "等级"}


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "bureau")
    rows = [[credit(1), "甲", "A"], ["", "无码", "B"], ["=1+1", "坏", "甲级"]]
    file = write(tmp_path / "n.csv", HEADINGS, *rows)
    workspace.import_files("entities", [file], MAPPING, {"tier": {"甲级": "A"}})
    return workspace


def test_a_mended_row_is_taken_in_with_what_its_file_was_read_with(own: Workspace) -> None:
    first, second = (one["number"] for one in own.set_aside())
    cells = own.aside_cells(first)
    assert [(one["heading"], one["field"]) for one in cells] == [
        ("代码", "entity_id"), ("单位名", "name"), ("等级", "tier"),
    ]  # fmt: skip
    told = own.mend_row(first, {"代码": credit(2)})
    assert (told["accepted"], told["set_aside"]) == (1, 0)
    assert own.entity(credit(2))["entity"]["tier"] == "B"
    assert [one["number"] for one in own.set_aside()] == [second]
    own.mend_row(second, {"代码": credit(3)})
    assert own.entity(credit(3))["entity"]["tier"] == "A"
    assert not own.set_aside()
    assert own.undo_import("entities")["removed"] == 1
    assert [one["number"] for one in own.set_aside()] == [second]


def test_a_row_that_is_still_wrong_changes_nothing(own: Workspace) -> None:
    number = own.set_aside()[0]["number"]
    before, ledger = own.version(), len(own.ledger())
    with pytest.raises(PlannerError) as refused:
        own.mend_row(number, {"代码": "91"})
    assert refused.value.problems[0].code == "guide.still-aside"
    assert refused.value.problems[0].params["field"] == "entity_id"
    assert own.version() == before and len(own.ledger()) == ledger
    with pytest.raises(PlannerError, match="there is no rejected row"):
        own.mend_row(10**6, {})
    with pytest.raises(PlannerError, match="no cell"):
        own.mend_row(number, {"nothing": "x"})


def test_texts_are_texts(own: Workspace) -> None:
    """A name that a spreadsheet would take for a formula comes in as it is typed."""
    number = own.set_aside()[0]["number"]
    name = '=HYPERLINK("x"),\'甲\n乙'
    own.mend_row(number, {"代码": credit(2), "单位名": name})
    assert own.entity(credit(2))["entity"]["name"].startswith("=HYPERLINK(")


def test_rows_of_every_register_are_mended(own: Workspace, tmp_path: Path) -> None:
    file = write(tmp_path / "p.csv", ["执法证号", "姓名"], ["", "张三"])
    own.import_files("inspectors", [file])
    file = write(tmp_path / "v.csv", ["统一社会信用代码", "检查日期"], [credit(9), "2026-03-01"])
    own.import_inspections([file])
    numbers = {one["register"]: one["number"] for one in own.set_aside()}
    own.mend_row(numbers["inspectors"], {"执法证号": "P-1"})
    own.mend_row(numbers["inspections"], {"统一社会信用代码": credit(1)})
    assert own.register()["registers"]["inspectors"] == 1
    assert [one["entity_id"] for one in own.inspections()] == [credit(1)]


def test_on_the_command_line(own: Workspace) -> None:
    number = own.set_aside()[0]["number"]
    own.close()
    there = ("--workspace", str(own.folder))
    shown = told(*there, "register", "mend", str(number))
    assert [one["heading"] for one in shown["cells"]] == HEADINGS
    table = yaohao(*there, "register", "mend", str(number))
    assert "单位名" in table.stdout and "无码" in table.stdout
    for cell in ("代码", "=x", "nothing=x", "代码=91"):
        refused = yaohao(*there, "register", "mend", str(number), "--cell", cell)
        assert refused.exit_code == 2, cell
    done = told(*there, "register", "mend", str(number), "--cell", f"代码={credit(2)}")
    assert (done["accepted"], done["size"]) == (1, 2)
