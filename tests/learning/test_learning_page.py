"""The page on learning: every example on it runs, in order, and every module is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from helpers.cli import language_kept

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "learning.md").read_text(encoding="utf-8")


def test_every_example_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 9
    names: dict[str, Any] = {}
    with language_kept():
        for block in blocks:
            exec(compile(block, "docs/learning.md", "exec"), names)
    assert names["bounds"].alike.value > 0


def test_every_module_is_named() -> None:
    modules = {file.stem for file in (ROOT / "planner" / "learning").glob("[a-z]*.py")}
    listed = PAGE.partition("| --- |")[2].partition("\n\n")[0]
    assert modules == set(re.findall(r"`([a-z_]+)`", listed))


def test_the_room_loads_numpy_alone() -> None:
    import subprocess
    import sys

    program = (
        "import importlib, pkgutil, sys, yaohao.planner.learning as room\n"
        "for one in pkgutil.iter_modules(room.__path__, 'yaohao.planner.learning.'):\n"
        "    importlib.import_module(one.name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert "numpy" in loaded
    heavy = {"scipy", "pandas", "duckdb", "pyarrow", "ortools", "rich", "click", "textual"}
    assert not heavy & set(loaded)
