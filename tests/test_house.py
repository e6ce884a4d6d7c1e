"""The rules of the house that a machine can check: what is loaded when."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

CORE = """
import importlib, json, pkgutil, sys
import yaohao.planner
cheap = sorted(set(name.split(".")[0] for name in sys.modules))
names = [found.name for found in pkgutil.walk_packages(yaohao.planner.__path__, "yaohao.planner.")]
for name in names:
    importlib.import_module(name)
print(json.dumps([names, cheap, sorted(name.split(".")[0] for name in sys.modules)]))
"""

HELP = """
import json, sys
from yaohao.scripts.cli import cli
try:
    cli.main({words!r})
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def run(program: str) -> list[str]:
    """The lines that a program prints."""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return result.stdout.splitlines()


def test_the_core_knows_no_face_and_is_cheap() -> None:
    names, cheap, loaded = json.loads(run(CORE)[-1])
    assert len(names) > 40
    assert not {
        "click",
        "rich",
        "textual",
        "yaohao.scripts",
        "yaohao.tui",
        "yaohao.sample_data",
    } & set(loaded)
    assert not {"numpy", "pyarrow", "duckdb", "ortools", "sqlite3"} & set(cheap)
    assert not {"duckdb", "ortools", "pandas"} & set(loaded)


@pytest.mark.parametrize("words", [["--help"], ["freeze", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    loaded = set(json.loads(run(HELP.format(words=words))[-1]))
    heavy = {"rich", "duckdb", "numpy", "pyarrow", "ortools", "sqlite3", "yaohao.planner.workspace"}
    assert not heavy & loaded
    commands = {name for name in loaded if name.startswith("yaohao.scripts.commands.")}
    assert commands == ({"yaohao.scripts.commands.freeze"} if len(words) > 1 else set())


def test_the_commands_page_is_up_to_date() -> None:
    from helpers.cli import language_kept
    from yaohao.scripts.make_docs import PAGE, page

    with language_kept():
        assert PAGE.read_text(encoding="utf-8") == page()


def test_modules_stay_small_and_have_a_docstring() -> None:
    import ast

    for folder in ("planner", "scripts", "sample_data", "tui"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if text and file.name != "verify.py":
                assert ast.get_docstring(ast.parse(text)), file
                assert text.count("\n") <= 620, file
