"""The core's words, and each face with them: neither face needs the words of the other."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"planner": "planner/wording/locale", "scripts": "scripts/locale", "tui": "tui/locale"}
AREAS = {
    room: {path.stem for path in (ROOT / folder).glob("*.toml")} for room, folder in FOLDERS.items()
}
EVERY_AREA = set().union(*AREAS.values())
# Names of files and keys of plans that are spelt like codes of an area.
FILES = {"json", "jsonl", "js", "css", "csv", "html", "md", "parquet", "py", "schema.json", "toml"}
LOOK_UP = """
import json, sys
import yaohao.{face}
from yaohao.planner.wording.messages import catalogue
asked = json.load(sys.stdin)
# The command line asks for words of its families by the rest of their name.
FAMILIES = ("help-", "label-", "meta-", "note-", "opt-", "short-", "text-", "title-", "warn-")
missing = []
for area, name, is_family in asked:
    known = catalogue(area)
    known = {{*known, *(one.partition("-")[2] for one in known if one.startswith(FAMILIES))}}
    if not (any(one.startswith(name) for one in known) if is_family else name in known):
        missing.append(f"{{area}}.{{name}}")
others = [one for one in sys.modules if one.startswith("yaohao.{other}")]
print(json.dumps([missing, others]))
"""


def codes_in(source: str) -> Iterator[tuple[str, str, bool]]:
    """Area, name, and whether the code goes on with a value, of every code in Python text."""
    tree = ast.parse(source)
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            head = node.values[0] if node.values else None
            if not (isinstance(head, ast.Constant) and len(node.values) > 1):
                continue
            is_family, value = True, head.value
        elif isinstance(node, ast.Constant) and id(node) not in parts:
            is_family, value = False, node.value
        else:
            continue
        area, dot, name = value.partition(".") if isinstance(value, str) else ("", "", "")
        if dot and name and area in EVERY_AREA and name not in FILES and set(name) <= NAME:
            yield area, name, is_family


NAME = set("abcdefghijklmnopqrstuvwxyz0123456789-")


def codes_of(room: str) -> set[tuple[str, str, bool]]:
    """Every code in the Python files of a folder; the verifier carries words of its own."""
    files = [one for one in (ROOT / room).rglob("*.py") if one.name != "verify.py"]
    return {code for file in files for code in codes_in(file.read_text(encoding="utf-8"))}


def test_codes_are_found_where_they_stand() -> None:
    source = 'say("tui.a", x=say(f"cli.b-{c}")); open("plan.toml"); f"{x}tui.d"'
    assert set(codes_in(source)) == {("tui", "a", False), ("cli", "b-", True)}


def test_no_area_stands_in_two_folders() -> None:
    assert sum(map(len, AREAS.values())) == len(EVERY_AREA)


def test_the_core_asks_for_words_of_its_own_alone() -> None:
    used = codes_of("planner")
    assert len(used) > 400
    assert {code for code in used if code[0] not in AREAS["planner"]} == set()


@pytest.mark.parametrize(("face", "other"), [("tui", "scripts"), ("scripts", "tui")])
def test_each_face_alone_has_every_word_it_asks_for(face: str, other: str) -> None:
    used = codes_of(face)
    assert len(used) > 60
    assert {code for code in used if code[0] in AREAS[other]} == set()
    told = subprocess.run(
        [sys.executable, "-c", LOOK_UP.format(face=face, other=other)],
        input=json.dumps(sorted(used)),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(told.stdout) == [[], []]
