"""Every command that a document shows is run, or is excused with a reason; all of them exist."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.document_commands import (
    DOCS,
    PROGRAMS,
    ROOT,
    Walk,
    begins,
    blocks,
    commands,
    make_states,
    unknown_to_click,
)

# Documents whose commands a test of their own runs, with what they need.
ELSEWHERE = {
    "cases.md": "tests/scripts/test_cli_cases.py",
    "cases.zh-CN.md": "tests/follow_up/test_kind_docs.py",  # made with the English one
    "first-draw.md": "tests/scripts/test_first_draw.py",
    "first-draw.zh-CN.md": "tests/scripts/test_first_draw.py",
    "learning.md": "tests/learning/test_learning_page.py",
    "learning.zh-CN.md": "tests/learning/test_learning_page.py",
}
DOCUMENTS = sorted(DOCS.rglob("*.md"))
RUN = [page for page in DOCUMENTS if begins(page.read_text(encoding="utf-8"))]


def twin_of(page: Path) -> Path:
    """The Chinese page beside an English one."""
    return page.with_name(page.name.removesuffix(".md") + ".zh-CN.md")


def of(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def one_language_each(pages: list[Path]) -> list[Any]:
    """The pages, of which one of two twins is a campaign: English and Chinese by turns.

    The commands of twins are the same (`test_both_languages_run_the_same`), their words are not.
    """
    both = [page for page in pages if twin_of(page) in pages]
    later = {page if n % 2 else twin_of(page) for n, page in enumerate(both)}
    marks = pytest.mark.campaign
    return [pytest.param(page, marks=marks if page in later else ()) for page in pages]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_states(tmp_path_factory.mktemp("states"))


@pytest.mark.parametrize("page", one_language_each(RUN), ids=of)
def test_every_command_runs(
    page: Path, states: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page.read_text(encoding="utf-8")
    state = begins(text)
    folder = tmp_path / "place"
    shutil.copytree(states[state], folder)
    monkeypatch.setenv("YAOHAO_CONFIG", str(tmp_path / "config.toml"))
    lang = "zh" if page.name.endswith(".zh-CN.md") else "en"
    walk = Walk(folder if state == "files" else folder / "bureau", lang, monkeypatch)
    ran = 0
    for block in blocks(text):
        if block.reason:
            continue
        if block.day:
            monkeypatch.setenv("YAOHAO_TODAY", block.day)
        if block.file:
            walk.write(block)
        for words in commands(block):
            assert words[0] in PROGRAMS, (block.line, words)
            walk.run(words)
            ran += 1
    assert ran


@pytest.mark.parametrize(
    "page", [*DOCUMENTS, ROOT / "README.md", ROOT / "README.zh-CN.md"], ids=str
)
def test_every_command_is_run_or_excused(page: Path) -> None:
    """A block is run here, by a test of its own, or says in a mark why it is not."""
    text = page.read_text(encoding="utf-8")
    if page.name.startswith("commands"):  # the help itself
        return
    for block in blocks(text):
        for words in commands(block):
            if words[0] == "yaohao":
                assert unknown_to_click(words) is None, (block.line, words)
        if page in RUN or page.parent == ROOT:
            continue
        assert block.reason or page.name in ELSEWHERE, (of(page), block.line, block.lines)
    for name in re.findall(r"`(yaohao [^`]*)`", text):
        assert unknown_to_click(shlex.split(name)) is None, name


def test_the_excuses_are_few_and_true() -> None:
    for page, test in ELSEWHERE.items():
        assert (DOCS / page).is_file()
        assert page.split(".")[0] in (ROOT / test).read_text(encoding="utf-8")
    reasons = [
        block.reason for page in DOCUMENTS for block in blocks(page.read_text(encoding="utf-8"))
    ]
    for path in re.findall(r"tests/[\w./]+", " ".join(reasons)):
        assert (ROOT / path.rstrip(".")).exists(), path


@pytest.mark.parametrize(
    "page",
    [page for page in DOCUMENTS if twin_of(page).is_file() and page.name != "commands.md"],
    ids=of,
)
def test_both_languages_run_the_same(page: Path) -> None:
    """The commands of a page and of its twin differ in what people say, and in nothing else."""
    shown = [
        [
            [word for word in words if word.isascii() and " " not in word]
            for block in blocks(one.read_text(encoding="utf-8"))
            for words in commands(block)
        ]
        for one in (page, twin_of(page))
    ]
    assert len(shown[0]) == len(shown[1])
    for english, chinese in zip(*shown, strict=True):
        assert set(chinese) <= set(english), (english, chinese)
        assert [one for one in english if one.startswith("-")] == [
            one for one in chinese if one.startswith("-")
        ]
