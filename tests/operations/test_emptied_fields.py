"""What a file says nothing of stays, in every register; what empties a field, and what tells so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from helpers.tables import credit, write
from yaohao.planner.wording.column_words import absent_words
from yaohao.planner.workspace import Workspace

ROWS: dict[str, dict[str, str]] = {
    "inspectors": {
        "inspector_id": "P-1",
        "name": "甲",
        "department": "市场科",
        "regions": "150502",
        "qualifications": "food",
        "certificate_until": "2029-12-31",
        "capacity": "5",
        "absent": "2027-01-12..2027-01-20",
        "recused": credit(1),
    },
    "items": {
        "item_id": "R-1",
        "name": "登记",
        "basis": "条例",
        "department": "市场科",
        "object": "企业",
        "content": "登记事项",
        "method": "现场",
        "ratio": "3%",
        "frequency": "1",
        "qualification": "food",
    },
}
BEARING = (
    "department", "regions", "qualifications", "certificate_until", "capacity", "qualification",
)  # fmt: skip
"""Fields on which a draw hangs, of which it is told that they have no column."""

NEEDED = ("inspector_id", "item_id", "name")
FIELDS = [(name, field) for name, row in ROWS.items() for field in row if field not in NEEDED]


@pytest.fixture
def bureau(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "bureau", authority="局")
    rows = write(tmp_path / "e.csv", ["entity_id", "name"], [credit(1), "店"])
    workspace.import_files("entities", [rows])
    for name, row in ROWS.items():
        workspace.import_files(name, [write(tmp_path / f"{name}.csv", [*row], [*row.values()])])
    return workspace


def held(workspace: Workspace, register: str) -> dict[str, Any]:
    [row] = workspace.inspectors() if register == "inspectors" else workspace.items()
    return dict(row)


@pytest.mark.parametrize("whole", [False, True], ids=["rows", "replaced"])
@pytest.mark.parametrize(("register", "field"), FIELDS)
def test_a_field_is_emptied_by_its_empty_cells_alone(
    bureau: Workspace, tmp_path: Path, register: str, field: str, whole: bool
) -> None:
    before, row = held(bureau, register), ROWS[register]
    without = {name: text for name, text in row.items() if name != field}
    lacking = write(tmp_path / "lacking.csv", [*without], [*without.values()])
    blank = write(tmp_path / "blank.csv", [*row], [*(row | {field: ""}).values()])
    for empty in (False, True):
        report = bureau.import_files(register, [lacking], replace=whole, empty=empty)
        assert held(bureau, register) == before and not report["changed"]
        lacks = [one["field"] for one in report["without_column"]]
        assert (field in lacks) == (field in BEARING)
        assert "certificate-not-given" not in report["warnings"]
        for words in absent_words(report):
            assert any(one in words for one in ("keep", "stay", "保留原值", "保持不变"))
    kept = bureau.import_files(register, [blank], replace=whole)
    assert held(bureau, register) == before and kept["effects"]["kept"] == {field: 1}
    emptied = bureau.import_files(register, [blank], replace=whole, empty=True)
    assert emptied["effects"]["emptied"] == {field: 1}
    after = held(bureau, register)
    assert after[field] != before[field]
    assert {name: one for name, one in after.items() if name != field} == {
        name: one for name, one in before.items() if name != field
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_says_what_stays_and_how_it_is_emptied(
    bureau: Workspace, tmp_path: Path, lang: str
) -> None:
    bureau.close()
    row = {"inspector_id": "P-1", "name": "甲"}
    file = write(tmp_path / "few.csv", [*row], [*row.values()], ["P-2", "乙"])
    shown = yaohao("--workspace", bureau.folder, "import", "inspectors", file, lang=lang)
    words = " ".join(shown.output.split())
    assert "--empty" in words and "department" in words
    assert ("keep their regions" in words) == (lang == "en")
    report = told("--workspace", bureau.folder, "import", "inspectors", file)
    assert report["warnings"] == {}
    more = write(tmp_path / "more.csv", [*row], ["P-3", "丙"], ["P-1", "甲"])
    report = told("--workspace", bureau.folder, "import", "inspectors", more)
    assert report["warnings"] == {"certificate-not-given": 1}
