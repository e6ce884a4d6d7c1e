"""The rules of the house that a machine can check: what is loaded when."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import networkx
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
    assert not {"numpy", "pyarrow", "duckdb", "highspy", "sqlite3"} & set(cheap)
    assert not {"duckdb", "highspy", "ortools", "pandas", "scipy"} & set(loaded)


@pytest.mark.parametrize("words", [["--help"], ["freeze", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    loaded = set(json.loads(run(HELP.format(words=words))[-1]))
    heavy = {"rich", "duckdb", "numpy", "pyarrow", "highspy", "sqlite3", "yaohao.planner.workspace"}
    assert not heavy & loaded
    commands = {name for name in loaded if name.startswith("yaohao.scripts.commands.")}
    assert commands == ({"yaohao.scripts.commands.freeze"} if len(words) > 1 else set())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_commands_page_is_up_to_date(lang: str) -> None:
    from helpers.cli import language_kept
    from yaohao.scripts.make_docs import PAGES, page

    with language_kept():
        assert PAGES[lang].read_text(encoding="utf-8") == page(lang)


FOLDERS = ("yaohao", "planner", "scripts", "sample_data", "tui")
SOURCES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
LONGEST = 400
LONGER = {"planner/publication/verifier/verify.py": "one file that shares no code with the rest"}
MOST_PARAMETERS = 6


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def test_modules_stay_small_and_have_a_docstring() -> None:
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(ROOT).as_posix()
        if text and name not in LONGER:
            assert ast.get_docstring(parsed(file)), name
            assert text.count("\n") <= LONGEST, name


CLOCK = {
    "planner/vocabulary/clock.py": "the one place for time",
    "planner/vocabulary/files.py": "how old a file is that was left behind",
    "planner/reports/doctor.py": "looks at the clock itself",
}
"""Modules that ask the machine for the time, and why."""

ASKING = {
    ("date", "today"),
    ("datetime", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
"""What asks for the present moment: a class or module, and its function."""

DAYS = {"planner/storage/calendar.py": "the one place for the day that is today"}
"""Modules that make a day of the present moment, and why."""


def asks_for_the_time(tree: ast.AST) -> list[int]:
    """The lines at which a module asks the machine what time or day it is."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of = node.value
            owner = of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")
            if (owner, node.attr) in ASKING:
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            asked = {name for owner, name in ASKING if owner == "time"}
            lines += [node.lineno for one in node.names if one.name in asked]
    return lines


def makes_today(tree: ast.AST) -> list[int]:
    """The lines at which a module makes a day of the present moment: `day_of(now(), ...)`."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("day_of", "local")
        and any(
            isinstance(one, ast.Call)
            and getattr(one.func, "id", getattr(one.func, "attr", "")) == "now"
            for one in node.args
        )
    ]


def test_the_day_is_asked_for_in_one_place() -> None:
    """Else a trial by `YAOHAO_TODAY` has two days at once."""
    for file in SOURCES:
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(("planner/", "tui/")) or "/verifier/" in name:
            continue  # of the others only tools of the repository, and what shares no code
        asks, makes = asks_for_the_time(parsed(file)), makes_today(parsed(file))
        assert bool(asks) == (name in CLOCK), f"{name}:{asks}"
        assert bool(makes) == (name in DAYS), f"{name}:{makes}"


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date\nday = date.today()",
        "import datetime\nday = datetime.date.today()",
        "from datetime import datetime\nday = datetime.now().date()",
        "import time\nday = time.localtime()",
        "from time import time\nday = time()",
    ],
)
def test_what_asks_for_the_time_is_found(source: str) -> None:
    assert asks_for_the_time(ast.parse(source))


def imported(file: Path, modules: dict[str, Path]) -> set[str]:
    """The modules of the program that a file imports, for its types too."""
    found = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                found.add(name if name in modules else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name in modules and modules[name].name != "__init__.py"}


def test_no_files_import_each_other_in_a_circle() -> None:
    modules = {}
    for file in SOURCES:
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts if parts[0] == "yaohao" else ("yaohao", *parts))
        modules[name.removesuffix(".__init__")] = file
    arrows = networkx.DiGraph(
        (name, other)
        for name, file in modules.items()
        for other in imported(file, modules)
        if other != name
    )
    circles = [
        sorted(one) for one in networkx.strongly_connected_components(arrows) if len(one) > 1
    ]
    assert len(modules) > 300 and circles == []


def test_a_function_with_many_parameters_says_why() -> None:
    """More than six are there for a reason, which stands in a comment above the function."""
    for file in SOURCES:
        name = file.relative_to(ROOT).as_posix()
        if name in LONGER:
            continue
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(parsed(file)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            given = [one for one in given if one.arg not in ("self", "cls")]
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            is_command = name.startswith("scripts/commands/")  # an option each
            assert (
                len(given) <= MOST_PARAMETERS
                or is_command
                or lines[first - 2].strip().startswith("# ")
            ), f"{name}:{node.lineno} {node.name}"
