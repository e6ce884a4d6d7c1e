"""The scripts that a bureau copies: they run, say what they did, and end with the right status."""

from __future__ import annotations

import io
import json
import os
import runpy
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import SEEDS, SOURCE, china_rows, fill, told, write_csv

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "scripts" / "examples"


def run(name: str, *arguments: Any, status: int = 0) -> str:
    """Run an example in this process, as the main program; what it prints."""
    told_out = io.StringIO()
    before, sys.argv = sys.argv, [name, *map(str, arguments)]
    try:
        with redirect_stdout(told_out), redirect_stderr(told_out), pytest.raises(SystemExit) as end:
            runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    finally:
        sys.argv = before
    assert end.value.code == status, told_out.getvalue()
    return told_out.getvalue()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with registers and the plan `spring`."""
    return fill(tmp_path, "china")


def test_nightly_import(workspace: Path, tmp_path: Path) -> None:
    rows = china_rows()
    file = write_csv(tmp_path / "export.csv", [*rows[:5], rows[-1]])
    aside = tmp_path / "aside.csv"
    words = run("nightly_import.py", workspace, "entities", file, "--set-aside", aside, status=1)
    assert "5 of 6 rows accepted" in words
    assert aside.read_text(encoding="utf-8-sig").count("bad-check-digit") >= 1
    good = write_csv(tmp_path / "good.csv", rows[:5])
    assert "as before" in run("nightly_import.py", workspace, "entities", good)
    broken = write_csv(tmp_path / "broken.csv", [rows[-1]])
    assert "not imported" in run("nightly_import.py", workspace, "entities", broken, status=2)
    assert "workspace" in run("nightly_import.py", tmp_path, "entities", good, status=2)


def test_unattended_until_the_seed_and_published_results(workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "www"
    out.mkdir()
    first = ("unattended_until_seed.py", workspace, "plans/spring.toml", "--to", out / "spring")
    assert "The seed is awaited from: 20 dice, 2 March" in run(*first)
    run(*first)  # a second run makes no second draw
    assert [row["draw"] for row in told("--workspace", workspace, "show")["draws"]] == ["spring"]
    assert json.loads((out / "spring" / "draw.json").read_text())["select"]["seed"] is None

    results = ("publish_results.py", workspace, "--to", out)
    assert "committed, as before" in run(*results)
    told("--workspace", workspace, "draw", "spring", "--seed", SEEDS[0], "--source", SOURCE)
    assert "drawn, published" in run(*results)
    run(*first, status=2)
    walk_on = (("staff", "spring"), ("deal", "spring", "--seed", SEEDS[1], "--source", SOURCE))
    for words in walk_on:
        told("--workspace", workspace, *words)
    assert "dealt, published" in run(*results)
    assert "dealt, as before" in run(*results)
    drawn = [v["entity_id"] for v in told("--workspace", workspace, "show", "spring")["visits"]]
    file = tmp_path / "results.csv"
    file.write_text(f"entity_id,result\n{drawn[0]},1\n", encoding="utf-8")
    told("--workspace", workspace, "import", "results", file, "--draw", "spring")
    assert "dealt, published" in run(*results)
    assert '"result": "1"' in (out / "spring" / "draw.json").read_text("utf-8")
    assert "dealt, as before" in run(*results)
    gone = ("withdraw", "spring", drawn[1], "--result", "9", "--evidence", "register extract")
    told("--workspace", workspace, *gone)
    assert "dealt, published" in run(*results)
    assert "dealt, as before" in run(*results)
    visits = out / "spring" / "visits.csv"
    visits.write_bytes(visits.read_bytes() + b"x\r\n")
    assert "DOES NOT VERIFY" in run(*results, status=1)


def test_examples_are_commented_and_short() -> None:
    files = sorted(EXAMPLES.glob("*.py"))
    assert len(files) >= 3
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "Status:" in text
        assert text.count("\n") < 100


def test_an_example_runs_as_cron_runs_it(tmp_path: Path) -> None:
    words = [sys.executable, str(EXAMPLES / "nightly_import.py"), str(tmp_path), "items", "x.csv"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "YAOHAO_LANG": "en"}
    result = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 2
    assert "is not a workspace" in result.stderr
    assert "Traceback" not in result.stderr
