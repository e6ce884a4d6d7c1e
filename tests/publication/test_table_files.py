"""Tables as CSV, workbooks, JSON and Parquet: what is read back is what was written, as text."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.cli import fill, yaohao
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from yaohao.planner.doors.tables import TABLE_FORMATS, table_bytes, write_table_file
from yaohao.planner.publication.table_files import unique
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain, unguard

FIELDS = [("entity_id", "code"), ("name", "name"), ("visits", "visits")]
ROWS: list[list[Any]] = [["E1", "=cmd|'/c calc'!A1", 3], ["E2", "+1 <b>&amp;\x1b[31m", None]]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.one_of(st.none(), st.integers(-(2**70), 2**70))


def read(form: str, content: bytes) -> list[list[Any]]:
    """The rows of a file, without its heading."""
    if form == "csv":
        return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), ""))][1:]
    if form == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    if form == "json":
        return [list(row.values()) for row in json.loads(content)]
    return [list(row.values()) for row in pq.read_table(io.BytesIO(content)).to_pylist()]


@pytest.mark.parametrize("form", TABLE_FORMATS)
def test_no_cell_works_as_a_formula(form: str) -> None:
    found = read(form, table_bytes(form, "t", FIELDS, ROWS))
    assert [row[0] for row in found] == ["E1", "E2"]
    name = found[0][1]
    assert name == ("'" + ROWS[0][1] if form == "csv" else ROWS[0][1])
    if form == "xlsx":
        book = load_workbook(io.BytesIO(table_bytes(form, "t", FIELDS, ROWS)))
        assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} <= {
            "s", "inlineStr", "n",
        }  # fmt: skip
        assert "\x1b" not in found[1][1]


@given(st.lists(st.tuples(texts, texts, numbers).map(list), max_size=20))
def test_what_is_read_back_is_what_was_written(rows: list[list[Any]]) -> None:
    wrote = {form: read(form, table_bytes(form, "t", FIELDS, rows)) for form in TABLE_FORMATS}
    assert wrote["json"] == rows
    assert [row[:2] for row in wrote["parquet"]] == [row[:2] for row in rows]
    found = [row[2] for row in wrote["parquet"]]
    assert [None if one is None else int(one) for one in found] == [row[2] for row in rows]
    assert [[unguard(row[0]), unguard(row[1])] for row in wrote["csv"] if row] == [
        row[:2] for row in rows
    ]
    assert len(wrote["xlsx"]) == len(rows)
    for row, cells in zip(rows, wrote["xlsx"], strict=True):
        if "_x" not in row[1] and "\ufffe" not in row[1] and "\uffff" not in row[1]:
            assert (cells[1] or "") == plain(row[1]).replace("\r\n", "\n")


@pytest.mark.parametrize("form", TABLE_FORMATS)
def test_nothing_is_replaced_without_asking(form: str, tmp_path: Path) -> None:
    file = tmp_path / "a" / f"rows.{form}"
    assert write_table_file(file, "t", FIELDS, ROWS) == 2
    before = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(PlannerError) as refused:
        write_table_file(file, "t", FIELDS, [])
    assert refused.value.problems[0].code == "output.exists"
    assert file.read_bytes() == before
    assert write_table_file(file, "t", FIELDS, [], overwrite=True) == 0
    assert file.read_bytes() != before


def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    write_table_file(file, "t", FIELDS, ROWS)
    before = file.read_bytes()

    def rows() -> Any:
        yield from ROWS * 9_000
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table_file(file, "t", FIELDS, rows(), overwrite=True)
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["rows.csv"]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlannerError) as refused:
        write_table_file(tmp_path / "rows.doc", "t", FIELDS, ROWS)
    assert refused.value.problems[0].code == "output.unknown-ending"


def test_names_alike_are_told_apart() -> None:
    assert unique(["a", "b", "a", "a"]) == ["a", "b", "a 2", "a 3"]


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of a few entities."""
    return fill(tmp_path_factory.mktemp("tables"))


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_commands_write_every_kind_of_table(form: str, bureau: Path, tmp_path: Path) -> None:
    kept = tmp_path / f"rows.{form}"
    told = yaohao("--workspace", bureau, "register", "entities", "--output", kept)
    assert told.exit_code == 0, told.stderr
    found = read(form, kept.read_bytes())
    rows = json.loads(yaohao("--workspace", bureau, "register", "entities", "--json").stdout)
    assert [row[0] for row in found] == [row["entity_id"] for row in rows["entities"]]
    again = yaohao("--workspace", bureau, "register", "entities", "--output", kept)
    assert again.exit_code != 0
