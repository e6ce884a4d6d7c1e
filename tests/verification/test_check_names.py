"""The table of checks in docs/bundle.md: what the three makes have, by the names that they have."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from helpers.cli import language_kept
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.publication.web_page import build
from yaohao.planner.wording.format import check_words
from yaohao.planner.wording.messages import catalogue, choose_language

ROOT = Path(__file__).resolve().parents[2]
PLANNER = ROOT / "planner" / "verification"
PAGE = Path(build.__file__).parent
MAKES = ("yaohao verify", "verify.py", "page")
NAMING = {
    "holds", "fails", "compare", "same", "Finding", "problem_findings", "check_reserves",
}  # fmt: skip
"""Functions of the planner's verifier whose first argument is the name of a check."""


def table() -> dict[str, dict[str, list[str]]]:
    """For each make the names it has, each with the check of the table that it is, or part of."""
    text = (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8")
    section = text[text.index("\n## Checks\n") : text.index("\n## Two verifiers, one verdict\n")]
    found: dict[str, dict[str, list[str]]] = {make: {} for make in MAKES}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        name = re.fullmatch(r"`([a-z-]+)`", cells[0])
        if name is None or len(cells) != 6:
            continue
        assert cells[2] in ("bundle", "audit", "proof", "page", "two", "site"), line
        for make, cell in zip(MAKES, cells[3:], strict=True):
            names = re.findall(r"`([a-z-]+)`", cell) + ([name[1]] if "yes" in cell else [])
            assert names or cell == "-", line
            for one in names:
                found[make].setdefault(one, []).append(name[1])
    return found


def names_in_code() -> set[str]:
    """The names that the planner's verifier writes out."""
    found = set()
    for path in PLANNER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in NAMING and node.args and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


def test_the_planner_has_the_checks_of_the_table() -> None:
    told = set(table()["yaohao verify"])
    written = names_in_code()
    assert len(written) > 50
    assert written <= told
    source = "".join(path.read_text(encoding="utf-8") for path in PLANNER.glob("*.py"))
    rest = told - written
    assert rest == {"seed-select", "seed-crew", "proof-threshold"}
    assert 'f"seed-{name}"' in source
    assert '"proof-threshold"' in source


def test_the_program_of_bundles_has_the_checks_of_the_table() -> None:
    lists = (
        independent.CHECKS, independent.SINCE_CHECKS, independent.AUDIT_CHECKS,
        independent.PROOF_CHECKS,
    )  # fmt: skip
    checks = {name for one in lists for name, _, _ in one}
    source = Path(independent.__file__).read_text(encoding="utf-8")
    section = source[source.index("# warnings") : source.index("# the face")]
    warnings = re.findall(r'^    "([a-z-]+)":', section, re.MULTILINE)
    assert len(warnings) > 10
    checks |= {independent.WARNING_NAMES.get(word, word) for word in warnings}
    assert checks == set(table()["verify.py"])


def test_the_page_has_the_checks_of_the_table() -> None:
    told = set(table()["page"])
    assert told == {name[5:] for name in catalogue("page") if name.startswith("step-")}
    program = "".join(path.read_text(encoding="utf-8") for path in PAGE.glob("*.js"))
    calls = r'\b(?:holds|fails|compare|same|warns|textDifference|finding)\(\s*"([a-z-]+)"'
    written = set(re.findall(calls, program))
    assert len(written) > 30
    assert written <= told
    for name in told - written - {"seed-select", "seed-crew"}:
        assert f'"{name}"' in program, name


def test_every_check_has_a_chinese_name() -> None:
    told = set(table()["yaohao verify"])
    with language_kept():
        choose_language("zh")
        assert [name for name in told if not re.search("[\u4e00-\u9fff]", check_words(name))] == []
        choose_language("en")
        assert [name for name in told if check_words(name) != name] == []


@pytest.mark.parametrize("make", MAKES)
def test_what_is_called_alike_is_the_same_check(make: str) -> None:
    """A name is a check of its own in every make, or in this one the part of another."""
    found = table()
    own = {name for other in MAKES for name, checks in found[other].items() if name in checks}
    for name, checks in found[make].items():
        assert name in checks or name not in own, (make, name)
        if make != "verify.py":
            assert checks == [name]


def test_warnings_have_no_other_name_than_in_the_words() -> None:
    assert set(independent.WARNING_NAMES) <= independent.WORDS.keys()
