"""Tables: the width of the terminal, whole in files, CSV and JSON, files of one's own."""

from __future__ import annotations

import csv
import importlib
import json
from pathlib import Path

import click
import pytest
from helpers.cli import HOSTILE, fill, on_terminal, told, walk, yaohao
from rich.cells import cell_len
from yaohao.scripts.cli import COMMANDS, cli
from yaohao.scripts.tables import Column, cut
from yaohao.scripts.tables import _widths as widths_of

ROOT = Path(__file__).resolve().parents[2]
LONG = "福" * 60


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose draw `spring` is dealt; tests only look at it."""
    workspace = fill(tmp_path_factory.mktemp("output"))
    walk(workspace)
    return workspace


def read_csv(content: bytes) -> list[list[str]]:
    """A table as a spreadsheet reads it."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_tables_are_as_wide_as_the_terminal(bureau: Path, columns: int) -> None:
    with on_terminal(columns):
        for words in (("show", "spring"), ("register", "set-aside"), ("log",), ("status",)):
            result = yaohao("--workspace", bureau, *words)
            assert max(map(cell_len, result.stdout.splitlines())) <= columns, words
    wide = yaohao("--workspace", bureau, "log").stdout
    with on_terminal(columns):
        narrow = yaohao("--workspace", bureau, "log").stdout
    assert "".join(narrow.split()).count("commitment") == "".join(wide.split()).count("commitment")
    if columns >= 120:
        assert len(narrow.splitlines()) == len(wide.splitlines())


def test_a_long_reason_is_wrapped_and_none_of_it_lost(tmp_path: Path) -> None:
    workspace = fill(tmp_path, "china")
    with on_terminal(60):
        shown = yaohao("--workspace", workspace, "register", "set-aside").stdout
    assert "..." not in shown
    whole = yaohao("--workspace", workspace, "register", "set-aside").stdout
    reason = whole.splitlines()[2].split("  ")[-1]
    assert all(word in shown for word in reason.split())


def test_in_a_file_nothing_is_cut(bureau: Path, tmp_path: Path) -> None:
    to = tmp_path / "entities.txt"
    assert yaohao("--workspace", bureau, "register", "entities", "--output", to).exit_code == 0
    text = to.read_text(encoding="utf-8")
    assert len(text.splitlines()) == 62 and HOSTILE[-1] in text
    piped = yaohao("--workspace", bureau, "register", "entities").stdout
    assert piped == text
    cells = read_csv(
        yaohao("--workspace", bureau, "show", "spring", "--table", "cells").stdout_bytes
    )
    assert {len(row[-1]) for row in cells[1:]} == {64}  # thresholds, of which a terminal shows 12
    with on_terminal(80):
        seen = yaohao("--workspace", bureau, "register", "entities")
    assert "20 of 60" in seen.stderr and len(seen.stdout.splitlines()) < 40


def test_csv_holds_every_row_and_no_formula(bureau: Path) -> None:
    result = yaohao("--workspace", bureau, "register", "entities", "--format", "csv")
    rows = read_csv(result.stdout_bytes)
    assert len(rows) == 61
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith("'=cmd") for row in rows for cell in row)
    assert result.stdout_bytes.count(b"\r\n") == 61


def test_csv_of_one_of_several_tables(bureau: Path, tmp_path: Path) -> None:
    here = ("--workspace", bureau, "show", "spring")
    visits = read_csv(yaohao(*here, "--format", "csv").stdout_bytes)
    cells = read_csv(yaohao(*here, "--table", "cells").stdout_bytes)
    assert visits[0][0] == "entity" and cells[0][1] == "cell"
    assert len(visits) - 1 == len(told(*here)["visits"])
    assert len(cells) - 1 == len(told(*here)["cells"])
    refused = yaohao(*here, "--table", "withdrawals")
    assert refused.exit_code == 2 and "visits" in refused.stderr and refused.stdout == ""
    empty = yaohao("--workspace", fill(tmp_path), "show", "--format", "csv")
    assert [row[0] for row in read_csv(empty.stdout_bytes)] == ["draw"]


def test_json_by_option_and_by_the_name_of_the_file(bureau: Path, tmp_path: Path) -> None:
    here = ("--workspace", bureau, "due")
    expected = told(*here)
    assert json.loads(yaohao(*here, "--format", "json").stdout) == expected
    to = tmp_path / "due.json"
    result = yaohao(*here, "--output", to)
    assert json.loads(to.read_text(encoding="utf-8")) == expected and result.stdout == ""
    wrong = yaohao("--workspace", bureau, "show", "none", "--format", "json")
    assert json.loads(wrong.stdout)["errors"][0]["code"] == "draw.unknown"
    assert yaohao(*here, "--json", "--format", "csv").exit_code == 2
    assert json.loads(yaohao(*here, "--json", "--output", "-").stdout) == expected


def test_no_file_is_replaced_unasked_or_written_among_the_public(
    bureau: Path, tmp_path: Path
) -> None:
    here = ("--workspace", bureau, "show", "spring", "--output")
    to = tmp_path / "visits.csv"
    assert yaohao(*here, to).exit_code == 0
    assert to.stat().st_mode & 0o777 == 0o600
    before = to.read_bytes()
    to.write_bytes(before + b"mine")
    refused = yaohao(*here, to)
    assert refused.exit_code == 2 and to.read_bytes() == before + b"mine"
    assert yaohao(*here, to, "--overwrite").exit_code == 0 and to.read_bytes() == before
    assert yaohao(*here, tmp_path).exit_code == 2
    public = tmp_path / "public"
    told("--workspace", bureau, "publish", "spring", "--to", public)
    known = set(public.iterdir())
    assert yaohao(*here, public / "visits-2.csv").exit_code == 2
    assert set(public.iterdir()) == known


def test_a_check_that_failed_is_in_the_file_too(bureau: Path, tmp_path: Path) -> None:
    bundle, to = tmp_path / "bundle", tmp_path / "checks.csv"
    told("--workspace", bureau, "publish", "spring", "--to", bundle)
    record = bundle / "draw.json"
    record.write_text(record.read_text().replace("Food office", "Food bureau"))
    assert yaohao("verify", bundle, "--output", to).exit_code == 1
    assert "FAILS" in {row[0] for row in read_csv(to.read_bytes())}


def test_every_command_that_prints_a_table_writes_it_as_csv() -> None:
    """But for the tour, and for what makes a population, whose --format is that of its files."""
    for name in {*COMMANDS.values(), "entities", "mend"} - {"demo"}:
        module = importlib.import_module(f"yaohao.scripts.commands.{name}")
        assert module.__file__ is not None
        source = Path(module.__file__).read_text(encoding="utf-8")
        if " table(" in source or "show_preview" in source:
            assert "@tabular(" in source, name


def test_global_options_are_told_once() -> None:
    whole = yaohao("--help").stdout
    below = yaohao("show", "--help").stdout
    assert "YAOHAO_WORKSPACE" in whole and "YAOHAO_WORKSPACE" not in below
    assert "--workspace" in below and "--format" in below
    context = click.Context(cli)
    names = {parameter.name for parameter in cli.params}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert {"workspace", "json", "lang"} <= {one.name for one in command.params} & names


def test_widths() -> None:
    columns = [Column("id"), Column("name", flex=True), Column("n", right=True)]
    rows = [["x" * 18, LONG, "123,456"]]
    assert widths_of(columns, rows, 200) == [18, 120, 7]
    assert sum(widths_of(columns, rows, 80)) + 4 == 80
    assert widths_of(columns, rows, 80)[0] == 18 and widths_of(columns, rows, 30)[2] == 7
    assert cut(LONG, 9) == "福福福..." and cut("short", 9) == "short"
