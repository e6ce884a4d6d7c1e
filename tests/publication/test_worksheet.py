"""The internal list of visits: complete, harmless, its owner's alone, never among the public."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from helpers.cli import HOSTILE, fill, free_rows, told, walk, write_csv, yaohao
from yaohao.planner.operations.worksheet import COLUMNS
from yaohao.planner.workspace import Workspace


def phone_of(number: int) -> str:
    return f"0475-82{number:05d}"


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with addresses and telephone numbers, its draw `spring` dealt."""
    folder = tmp_path_factory.mktemp("worksheet")
    workspace = fill(folder)
    rows = [
        {**row, "address": f"Road {n}", "联系电话": phone_of(n) if n != 7 else ""}
        for n, row in enumerate(free_rows())
    ]
    rows[7]["address"] = HOSTILE[0]
    told("--workspace", workspace, "import", "entities", write_csv(folder / "full.csv", rows))
    walk(workspace)
    return workspace


def sheet_rows(path: Path) -> list[list[str]]:
    """The table of a workbook, its headings first; every cell is a text."""
    book = openpyxl.load_workbook(path)
    rows = [list(row) for row in book.worksheets[0].iter_rows()]
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}
    values = [["" if cell.value is None else str(cell.value) for cell in row] for row in rows]
    start = next(n for n, row in enumerate(values) if all(row))
    return values[start:]


def test_it_has_all_that_a_visit_needs(bureau: Path, tmp_path: Path) -> None:
    here = ("--workspace", bureau, "worksheet", "spring")
    written = told(*here, "--to", tmp_path / "w.xlsx")
    rows = sheet_rows(tmp_path / "w.xlsx")
    assert len(rows[0]) == len(COLUMNS) and len(rows) - 1 == written["visits"]
    with Workspace(bureau) as workspace:
        visits = {one["entity_id"]: one for one in workspace.show("spring")["visits"]}
    made = [one for one in visits.values() if not one["reserve"]]
    assert [row[1] for row in rows[1:]] == [one["entity_id"] for one in made]
    for row in rows[1:]:
        number = int(row[1].removeprefix("cafe-"))
        assert row[4] == (phone_of(number) if number != 7 else "")
        assert row[3] == (f"Road {number}" if number != 7 else HOSTILE[0])
        assert all(f"({one})" in row[8] for one in visits[row[1]]["inspectors"]) and row[8]
        assert row[7] == "Kitchens"
    assert written["without_phone"] == sum(row[1] == "cafe-07" for row in rows[1:]) == 1
    assert (tmp_path / "w.xlsx").stat().st_mode & 0o777 == 0o600


def test_the_same_as_csv_without_a_formula(bureau: Path, tmp_path: Path) -> None:
    here = ("--workspace", bureau, "worksheet", "spring")
    told(*here, "--to", tmp_path / "w.CSV")
    content = (tmp_path / "w.CSV").read_bytes()
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))
    assert content.startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in rows[1:]] == [row["number"] for row in told(*here)["visits"]]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert next(row for row in rows if row[1] == "cafe-07")[3] == f"'{HOSTILE[0]}"


def test_it_is_not_written_among_the_public_or_over_anything(bureau: Path, tmp_path: Path) -> None:
    here = ("--workspace", bureau, "worksheet", "spring", "--to")
    told("--workspace", bureau, "publish", "spring", "--to", tmp_path / "public")
    known = set((tmp_path / "public").iterdir())
    for place in (tmp_path / "public" / "w.csv", bureau / "publications" / "spring" / "w.xlsx"):
        error = told(*here, place, status=2)["errors"][0]
        assert error["code"] == "draw.private-in-public"
    assert set((tmp_path / "public").iterdir()) == known
    (tmp_path / "w.csv").write_text("mine")
    assert told(*here, tmp_path / "w.csv", status=2)["errors"][0]["code"] == "output.exists"
    assert (tmp_path / "w.csv").read_text() == "mine"
    told(*here, tmp_path / "w.csv", "--overwrite")
    for name in ("w.txt", "w", "w.xls"):
        error = told(*here, tmp_path / name, status=2)["errors"][0]
        assert error["code"] == "worksheet.ending"


def test_no_number_is_published(bureau: Path, tmp_path: Path) -> None:
    acts: list[tuple[object, ...]] = [
        ("publish", "spring", "--to", tmp_path / "p", "--format", "xlsx"),
        ("audit", "spring", "--to", tmp_path / "a"),
        ("notices", "spring", "--to", tmp_path / "n"),
    ]
    for words in acts:
        told("--workspace", bureau, *words)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert not [path for path in files if b"0475-82" in path.read_bytes()]
    for shown in (("register", "entities"), ("show", "spring"), ("register", "entity", "cafe-01")):
        assert "0475-82" not in yaohao("--workspace", bureau, *shown).stdout


def test_before_the_draw_there_is_none_and_before_the_deal_nobody(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace, "worksheet", "spring")
    walk(workspace, "freeze")
    assert told(*here, status=2)["errors"][0]["code"] == "worksheet.too-early"
    frozen = told("--workspace", workspace, "register")["registers"]["entities"]
    words = ("draw", "spring", "--seed", "47119028365510482937", "--source", "dice")
    told("--workspace", workspace, *words)
    shown = yaohao(*here)
    assert "not been assigned" in shown.stderr and "telephone" in shown.stderr
    assert frozen == 60


def test_who_left_the_register_keeps_the_address_of_the_frame(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    rows = [{**row, "address": f"Road {n}"} for n, row in enumerate(free_rows())]
    told(*here, "import", "entities", write_csv(tmp_path / "a.csv", rows))
    walk(workspace, "draw")
    first = told(*here, "worksheet", "spring")["visits"][0]["entity_id"]
    left = [{**row, "phone": "1"} for row in rows if row["entity_id"] != first]
    told(*here, "import", "entities", "--replace", write_csv(tmp_path / "b.csv", left))
    visits = told(*here, "worksheet", "spring")["visits"]
    assert visits[0]["address"].startswith("Road") and visits[0]["phone"] == ""
    assert {row["phone"] for row in visits[1:]} == {"1"}


def test_withdrawn_and_their_reserves(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    walk(workspace)
    visits = told(*here, "show", "spring")["visits"]
    pool = [one["entity_id"] for one in visits if one["standing"] == "pool" and not one["reserve"]]
    with Workspace(workspace) as opened:
        done = opened.withdraw("spring", pool[0], "9", "closed")
        listed = {row["entity_id"]: row for row in opened.worksheet("spring")["visits"]}
    assert pool[0] not in listed
    assert done["reserve"] in listed
    assert listed[done["reserve"]]["crew"]
