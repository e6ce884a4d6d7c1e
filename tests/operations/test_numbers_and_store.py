"""Real registers and what is stored: codes, vouched codes, sheets and words meet the register."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from helpers.cli import yaohao
from helpers.tables import credit, identity, registration, write
from yaohao.planner.workspace import Workspace

FULL = ["注册号", "企业名称", "住所", "信用风险分类", "行业代码", "登记状态"]
CODES = ["统一社会信用代码", "注册号", "企业名称"]
LEADS = ["注册号", "触发点", "受理日期"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A register of three firms by their registration numbers, and a lead about the first."""
    workspace = Workspace.create(tmp_path / "w", "china", language="en")
    rows = [
        [registration(n), f"商行{n}", f"某路{n}号", "D", "F52", "吊销" if n == 1 else "存续"]
        for n in (1, 2, 3)
    ]
    workspace.import_files("entities", [write(tmp_path / "old.csv", FULL, *rows)])
    lead = [registration(1), "投诉", "2026-01-05"]
    workspace.import_files("leads", [write(tmp_path / "leads.csv", LEADS, lead)])
    return workspace


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    return [workspace.entity(row["entity_id"])["entity"] for row in workspace.browse().first(50)]


def lead_ids(workspace: Workspace) -> list[str]:
    return [row["entity_id"] for row in workspace._workspace.store.roster("leads")]


def codes_file(tmp_path: Path) -> Path:
    firms = [[credit(n), registration(n), f"商行{n}"] for n in (1, 2)]
    return write(tmp_path / "new.csv", CODES, *firms)


def test_an_entity_keeps_on_its_way_to_its_code_what_the_file_lacks(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = rows(workspace)
    trial = workspace.import_files("entities", [codes_file(tmp_path)], dry_run=True)
    came = workspace.import_files("entities", [codes_file(tmp_path)])
    effects = came["effects"]
    assert trial["effects"] == effects
    assert (effects["new"], effects["changed"], effects["same"], effects["gone"]) == (0, 2, 0, 0)
    assert effects["fields"] == {"registration_number": 2}
    assert came["warnings"] == {"number-to-code": 2, "number-followed": 1}
    after = {row["entity_id"]: row for row in rows(workspace)}
    assert sorted(after) == sorted([credit(1), credit(2), registration(3)])
    for row in before:
        number = row["entity_id"]
        now = after.get(number) or next(
            one for one in after.values() if one["registration_number"] == number
        )
        same = [name for name in row if name not in ("entity_id", "registration_number")]
        assert [now[name] for name in same] == [row[name] for name in same]
    assert lead_ids(workspace) == [credit(1)]


def test_undo_leads_entities_and_leads_back_to_their_numbers(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = rows(workspace)
    workspace.import_files("entities", [codes_file(tmp_path)])
    workspace.undo_import("entities")
    assert rows(workspace) == before
    assert lead_ids(workspace) == [registration(1)]


def test_undo_leaves_what_was_changed_since_under_its_code(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.import_files("entities", [codes_file(tmp_path)])
    from yaohao.planner.storage.last_inspections import inspected_after, put_inspected

    folder = workspace._workspace
    with folder.act("inspections"):
        put_inspected(folder, inspected_after(folder, {credit(1): "2026-02-03"}, {}))
    workspace.undo_import("entities")
    assert credit(1) in [row["entity_id"] for row in rows(workspace)]
    assert lead_ids(workspace) == [credit(1)]


def test_a_register_that_is_replaced_meets_its_entities_by_their_numbers(
    workspace: Workspace, tmp_path: Path
) -> None:
    came = workspace.import_files("entities", [codes_file(tmp_path)], replace=True)
    assert (came["effects"]["changed"], came["effects"]["gone"], came["size"]) == (2, 1, 2)
    assert {row["tier"] for row in rows(workspace)} == {"D"}
    assert lead_ids(workspace) == [credit(1)]


def test_a_register_that_has_both_keeps_the_row_by_the_code(
    workspace: Workspace, tmp_path: Path
) -> None:
    plain = write(tmp_path / "plain.csv", [CODES[0], CODES[2]], [credit(1), "商行1"])
    workspace.import_files("entities", [plain])
    came = workspace.import_files("entities", [codes_file(tmp_path)])
    assert came["size"] == 3
    assert [row["entity_id"] for row in rows(workspace)] == sorted(
        [credit(1), credit(2), registration(3)]
    )


def test_a_word_that_is_not_understood_changes_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = rows(workspace)
    heads = ["注册号", "企业名称", "行业代码", "企业类型"]
    file = write(tmp_path / "odd.csv", heads, [registration(2), "商行2", "未知之业", "奇特"])
    for empty in (False, True):
        came = workspace.import_files("entities", [file], empty=empty)
        assert {one["field"] for one in came["not_understood"]} == {"industry", "kind"}
        assert rows(workspace) == before


def test_the_number_is_never_emptied(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_files("entities", [codes_file(tmp_path)])
    again = write(tmp_path / "again.csv", CODES, [credit(1), "", "商行1"])
    came = workspace.import_files("entities", [again], empty=True)
    assert came["effects"]["emptied"] == {}
    assert workspace.entity(credit(1))["entity"]["registration_number"] == registration(1)


def test_what_is_taken_for_a_missing_column_is_told_of_new_rows_alone(
    workspace: Workspace, tmp_path: Path
) -> None:
    def shown(file: Path) -> str:
        return yaohao("--workspace", workspace.folder, "import", "entities", file).output

    assert "new rows count as" in shown(codes_file(tmp_path))
    fresh = write(tmp_path / "fresh.csv", [CODES[0], CODES[2]], [credit(8), "商行8"])
    assert "the row counts as" in shown(fresh)


def test_a_vouched_code_takes_its_row_off_the_list(workspace: Workspace, tmp_path: Path) -> None:
    wrong = credit(5)[:-1] + ("0" if credit(5)[-1] != "0" else "1")
    first = write(tmp_path / "first.csv", [CODES[0], CODES[2]], [wrong, "商行5"])
    assert workspace.import_files("entities", [first])["reasons"] == {"bad-check-digit": 1}
    workspace.vouch([wrong], "licence, seen")
    other = write(tmp_path / "other.csv", [CODES[0], CODES[2], "住所"], [wrong, "商行5", "路"])
    came = workspace.import_files("entities", [other])
    assert came["aside_gone"] == [{"file": "first.csv", "how": "mended", "rows": 1}]
    assert workspace.set_aside() == []


def test_a_row_with_a_masked_number_is_known_again_by_its_text(
    workspace: Workspace, tmp_path: Path
) -> None:
    heads = ["注册号", "触发点", "受理日期", "联系人证件"]
    wrong = [registration(2), "投诉", "2026-02-30", identity()]
    other = [registration(3), "投诉", "2026-02-01", ""]
    file = write(tmp_path / "people.csv", heads, wrong)
    assert workspace.import_files("leads", [file])["set_aside"] == 1
    assert identity() not in str(workspace.set_aside("leads"))
    more = write(tmp_path / "more.csv", heads, wrong, other)
    values = {"opened_on": {"2026-02-30": "2026-02-28"}}
    came = workspace.import_files("leads", [more], values=values)
    assert came["aside_gone"] == [{"file": "people.csv", "how": "mended", "rows": 1}]


def workbook(path: Path, **sheets: Sequence[Sequence[str]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    book.close()
    return path


def test_rows_of_a_sheet_that_is_passed_over_stay_set_aside(
    workspace: Workspace, tmp_path: Path
) -> None:
    heads = [CODES[0], CODES[2]]
    east = [heads, [credit(11), "东1"], ["x", "东2"]]
    west = [heads, [credit(12), "西1"], ["y", "西2"]]
    path = workbook(tmp_path / "counties.xlsx", 东=east, 西=west)
    workspace.import_files("entities", [path], sheets=["东"])
    came = workspace.import_files("entities", [path], sheets=["西"])
    assert came["aside_gone"] == []
    assert [row["file"] for row in workspace.set_aside()] == [
        "counties.xlsx [东]",
        "counties.xlsx [西]",
    ]
    workbook(path, 东=[heads, [credit(11), "东1"]], 西=west)
    came = workspace.import_files("entities", [path], sheets=["东"])
    assert came["aside_gone"] == [{"file": "counties.xlsx [东]", "how": "again", "rows": 1}]
    workbook(path, 全=[heads, [credit(11), "东1"]])
    workspace.import_files("entities", [path])
    assert workspace.set_aside() == []  # the sheet is no more


def test_visits_by_the_number_are_those_of_the_code(workspace: Workspace, tmp_path: Path) -> None:
    heads = ["注册号", "检查日期", "结果"]
    number, code = registration(1), credit(1)
    days = [[number, day, ""] for day in ("2026-03-04", "2026-05-06")]
    visits = write(tmp_path / "visits.csv", heads, *days)
    assert workspace.import_inspections([visits])["new"] == 2
    # The register's own day is an older one, and does not set it back on the way to the code.
    older = write(
        tmp_path / "both.csv", [*CODES, "上次检查日期"], [code, number, "商行1", "2026-01-01"]
    )
    workspace.import_files("entities", [older])
    found = workspace.entity(number)
    assert (found["entity"]["inspected_on"], found["entity"]["visits_this_year"]) == (
        "2026-05-06",
        2,
    )
    assert [row["visited_on"] for row in found["inspections"]] == ["2026-03-04", "2026-05-06"]
    more = write(tmp_path / "more.csv", heads, *days, [number, "2026-07-08", ""])
    trial = workspace.import_inspections([more], dry_run=True)
    came = workspace.import_inspections([more])
    assert (came["new"], came["same"], came["mended"]["number-of-known"]) == (1, 2, 3)
    assert (trial["new"], trial["same"]) == (1, 2)
    row = workspace.entity(code)["entity"]
    assert (row["inspected_on"], row["visits_this_year"]) == ("2026-07-08", 3)
    assert len(workspace.entity(code)["inspections"]) == 3
