"""The pages on learning: every example on them runs, in order, and every module is named.

That the Chinese page has the blocks of the English one is held by `tests/test_twins.py`.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import language_kept, write_csv, yaohao
from helpers.learned import Learned, entity_rows
from yaohao.planner.wording.messages import say
from yaohao.scripts.cli import LEARNING

pytest_plugins = ["helpers.learned"]

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "en": (ROOT / "docs" / "learning.md").read_text(encoding="utf-8"),
    "zh": (ROOT / "docs" / "learning.zh-CN.md").read_text(encoding="utf-8"),
}
PAGE = PAGES["en"]


def test_every_example_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 9
    names: dict[str, Any] = {}
    with language_kept():
        for block in blocks:
            exec(compile(block, "docs/learning.md", "exec"), names)
    assert names["bounds"].alike.value > 0


TRIAL = """\
id = "letters"
title = "Letter or message"
outcome = "on_time"
rate = 0.5
worthwhile = 0.15
seed = "20 dice, 6 January"
[[arm]]
name = "letter"
[[arm]]
name = "message"
"""
POINTS = """\
[class]
A = 0
B = 10
[[indicator]]
code = "late-report"
source = "register"
transform = "yes-no"
points = 5
[[indicator]]
code = "lead"
source = "complaint"
transform = "count"
points = 10
half_life = 365
"""


def test_every_command_of_the_page_runs(
    own_learned: Learned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_learned.folder)
    firms = [row["entity_id"] for row in entity_rows()]
    write_csv(Path("outcomes.csv"), [
        {"entity_id": one, "on_time": k * 7919 % 10 < 6} for k, one in enumerate(firms)
    ])  # fmt: skip
    write_csv(Path("exits.csv"), [
        {"entity_id": one, "left_on": f"202{4 + k % 3}-0{1 + k % 9}-11"}
        for k, one in enumerate(firms[::6])
    ])  # fmt: skip
    write_csv(Path("events.csv"), [
        {"entity_id": firms[0], "indicator": "late-report", "day": "2026-07-01"}
    ])  # fmt: skip
    Path("letters.toml").write_text(TRIAL, encoding="utf-8")
    Path("points.toml").write_text(POINTS, encoding="utf-8")
    lines = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert lines is not None
    commands = [shlex.split(line)[1:] for line in lines[1].splitlines()]
    assert {words[0] for words in commands} == set(LEARNING)
    for words in commands:
        result = yaohao(*words)
        assert result.exit_code == 0, (words, result.output)


@pytest.mark.parametrize("lang", PAGES)
def test_every_command_is_in_the_table_in_the_words_of_its_help(lang: str) -> None:
    for name in LEARNING:
        assert f"| `yaohao {name}` | {say(f'learn.short-{name}', lang)} |" in PAGES[lang]


@pytest.mark.parametrize(("lang", "heading"), [("en", "| module |"), ("zh", "| 模块 |")])
def test_every_module_is_named(lang: str, heading: str) -> None:
    modules = {file.stem for file in (ROOT / "planner" / "learning").glob("[a-z]*.py")}
    listed = PAGES[lang].partition(heading)[2].partition("\n\n")[0]
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
