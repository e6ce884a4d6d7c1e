"""The documents name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from yaohao.scripts import make_site as site

from yaohao import verify_publication

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def linked(page: Path) -> list[str]:
    """The files of the repository that a page links to."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    return [link for link in links if "://" not in link]


@pytest.mark.parametrize("page", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in linked(page):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", DOCUMENTS, ids=str)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    """Paths in code marks that begin with a folder of the repository."""
    text = page.read_text(encoding="utf-8")
    for path in re.findall(
        r"`((?:planner|tui|scripts|sample_data|tests|benchmarks|docs)/[^`\s]*)`", text
    ):
        if re.search(r"[*<>{]|\bmerge/", path):
            continue
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", DOCUMENTS, ids=str)
def test_no_mark_of_emphasis_is_left_as_it_was_written(page: Path) -> None:
    """A mark that follows a full stop and leads to a letter, `*So.*Next`, closes no emphasis.

    Chinese has no blank there, so that readers saw the asterisks. `张*` is a name in part.
    """
    shown = MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
    texts = [part.content for one in shown for part in one.children or () if part.type == "text"]
    assert [text for text in texts if "*" in text.replace("张*", "")] == []


def test_the_glossary_has_a_line_a_term_with_a_place_in_the_code() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| English"))
    ]
    assert len(rows) > 70
    terms = [row[0].removesuffix(" †") for row in rows]
    assert len(set(terms)) == len(terms)
    assert sorted(terms[1:], key=str.casefold) == terms[1:]
    for term, chinese, code, meaning in rows:
        assert chinese and meaning and not chinese.isascii(), term
        if code:
            assert (ROOT / code.strip("`")).exists(), code


@pytest.mark.parametrize("chinese", [False, True])
def test_every_document_is_linked_from_the_first_page(chinese: bool) -> None:
    """`docs/index.md` names all of its language; the README leads to it, and fits on a screen."""
    first = site.DOCS / (site.twin("index.md") if chinese else "index.md")
    named = {(first.parent / link).resolve() for link in linked(first)} | {first}
    for page in site.listed():
        file = site.DOCS / (site.twin(page) if chinese else page)
        file = file if file.is_file() else site.DOCS / page
        assert file.resolve() in named, page
    readme = ROOT / ("README.zh-CN.md" if chinese else "README.md")
    assert first.relative_to(ROOT).as_posix() in linked(readme)
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= 40


@pytest.mark.parametrize("page", ["at-a-glance.md", "at-a-glance.zh-CN.md"])
def test_the_python_at_a_glance_runs(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    snippet = text.split("```python\n", 1)[1].split("```", 1)[0]
    sample = ROOT / "sample_data" / "tongliao"
    for name in ("entities", "inspectors", "items"):
        (tmp_path / f"{name}.csv").write_bytes((sample / f"{name}.csv").read_bytes())
    (tmp_path / "2027q1.toml").write_bytes((sample / "plan.toml").read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, page, "exec"), {})
    assert [one.name for one in verify_publication("www") if one.ok is False] == []


def test_every_target_that_is_named_is_one_of_the_makefile() -> None:
    """`make X` in code marks, and lines of blocks that begin with it."""
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for page in DOCUMENTS:
        text = page.read_text(encoding="utf-8")
        lines = re.findall(r"`(make [a-z][^`\n]*)`", text)
        lines += re.findall(r"^(make [a-z].*)$", text, re.MULTILINE)
        for line in lines:
            for word in line.partition("#")[0].split("  ")[0].split()[1:]:
                assert "=" in word or word in targets, (page.name, line)
