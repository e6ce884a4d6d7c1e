"""Templates import again whole; their example rows, notes and lists are never data."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import told, yaohao
from openpyxl import load_workbook
from test_intake import credit
from yaohao.planner.register.columns import REQUIRED
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.importer import ImportResult
from yaohao.planner.register.inspection_files import InspectionsOf, read_inspections
from yaohao.planner.register.result_files import ResultsOf, read_results
from yaohao.planner.register.small_registers import (
    read_inspectors,
    read_items,
    read_leads,
    read_lists,
)
from yaohao.planner.register.templates import REGISTERS, template_headings, write_template
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.terms import TERMS

ROSTERS = {
    "entities": read_entities,
    "inspectors": read_inspectors,
    "items": read_items,
    "leads": read_leads,
    "lists": read_lists,
}
IDS = {
    "entity_id": credit(1), "inspector_id": "Z1", "item_id": "REG-01", "lead_id": "L1",
    "entry_id": "E1",
}  # fmt: skip


def read(register: str, path: Path) -> ImportResult[Any]:
    if register == "results":
        draw = ResultsOf({credit(1)}, {"REG-01": ""}, "2027-01-01")
        return read_results([path], draw, "china", ImportOptions())
    if register == "inspections":
        known = InspectionsOf(lambda ids: {}, {"REG-01": "r"})
        return read_inspections([path], known, "china", ImportOptions())
    found: ImportResult[Any] = ROSTERS[register]([path])
    return found


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_as_it_is_has_no_rows(
    tmp_path: Path, register: str, language: str, ending: str
) -> None:
    path = tmp_path / f"t.{ending}"
    headings = write_template(register, path, language)
    assert set(REQUIRED[register]) <= set(headings)
    found = read(register, path)
    assert (found.rows, len(found.accepted), found.ignored) == (0, 0, [])
    assert found.warnings == {"example-row": 2}


@pytest.mark.parametrize(
    ("register", "language", "examples"),
    across(REGISTERS, ["zh", "en"], ["kept", "deleted", "overwritten"]),
)
def test_what_is_filled_in_comes_in_whole(
    tmp_path: Path, register: str, language: str, examples: str
) -> None:
    path = tmp_path / "t.xlsx"
    fields = list(write_template(register, path, language))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    # The example itself with an id that is one: every value of it is what an import takes.
    row = [IDS.get(name, sheet.cell(2, at).value) for at, name in enumerate(fields, 1)]
    if register == "results":
        row[fields.index("item")] = None
    if examples == "deleted":
        sheet.delete_rows(2, 2)
    line = {"kept": 4, "deleted": 2, "overwritten": 2}[examples]
    for at, value in enumerate(row, 1):
        sheet.cell(line, at).value = value
    book.save(path)
    found = read(register, path)
    left = {"kept": 2, "deleted": 0, "overwritten": 1}[examples]
    assert found.set_aside.to_pylist() == []
    assert (found.rows, len(found.accepted)) == (1, 1)
    assert found.warnings.get("example-row", 0) == left


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_that_are_offered_are_known(tmp_path: Path, register: str, language: str) -> None:
    from yaohao.planner.vocabulary.terms import code_of

    path = tmp_path / "t.xlsx"
    headings = write_template(register, path, language)
    book = load_workbook(path)
    lists = [name for name in headings if name in TERMS and (register, name) != ("items", "method")]
    rules = book.worksheets[0].data_validations.dataValidation
    assert len(rules) == len(lists)
    if not lists:
        assert len(book.worksheets) == 2
        return
    for at, name in enumerate(lists, 1):
        column = [cell.value for cell in next(book.worksheets[2].iter_cols(at, at)) if cell.value]
        assert column[0] == headings[name]
        codes = [term.code for term in TERMS[name] if (name, term.code) != ("result", "0")]
        assert [code_of(name, word) for word in column[1:]] == codes
    text = " ".join(str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row)
    assert "template." not in text


def test_headings_are_in_the_language_that_is_asked_for() -> None:
    assert template_headings("entities", "en")["entity_id"] == "entity_id"
    assert template_headings("entities", "zh")["entity_id"] == "统一社会信用代码"
    for register in REGISTERS:
        english = template_headings(register, "en").values()
        assert all(text.isascii() for text in english)
        assert not any(text.isascii() for text in template_headings(register, "zh").values())
        assert len(set(english)) == len(english)


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    found = told("template", "leads", "--to", path)
    assert found["headings"]["trigger"] == "trigger"
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == list(found["headings"].values())
    assert (
        told("template", "leads", "--to", path, status=2)["errors"][0]["code"] == "template.exists"
    )
    for name in ("t.xls", "t"):
        again = told("template", "leads", "--to", tmp_path / name, status=2)
        assert again["errors"][0]["code"] == "template.ending"
    shown = yaohao("template", "entities", "--to", tmp_path / "甲.xlsx", lang="zh")
    assert "统一社会信用代码" in shown.output
    with pytest.raises(PlannerError):
        write_template("entities", tmp_path / "none" / "t.xlsx", "en")
