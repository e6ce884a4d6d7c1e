"""The site of the documents: its list of pages, both languages, nothing from another host."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from yaohao.scripts import make_pictures, protocol_pictures
from yaohao.scripts import make_site as site

ROOT = Path(__file__).resolve().parent.parent
CHINESE = sorted(site.DOCS.rglob("*.zh-CN.md"))
_LANGUAGE = re.compile(r"\A# [^\n]*\n\n\*\[(English|中文)\]\(([^)]*)\)\*\n")


def test_every_page_stands_in_the_navigation_once() -> None:
    listed = site.listed()
    assert len(set(listed)) == len(listed)
    assert site.unlisted() == []
    for page in listed:
        assert (site.DOCS / page).is_file(), page


def test_every_page_is_in_both_languages_or_says_why_not() -> None:
    excused = site.navigation()["english_only"]
    assert set(site.navigation()["titles"]["zh"]) == set(excused)
    assert set(excused) <= set(site.listed())
    for page in site.listed():
        there = (site.DOCS / site.twin(page)).is_file()
        assert there != (page in excused), page
    assert all(len(reason) > 10 for reason in excused.values())


def test_no_chinese_page_stands_alone() -> None:
    for file in CHINESE:
        assert file.with_name(file.name.replace(site.TWIN, ".md")).is_file(), file


@pytest.mark.parametrize("file", CHINESE, ids=lambda file: file.relative_to(site.DOCS).as_posix())
def test_twins_lead_to_each_other_and_else_to_pages_of_their_language(file: Path) -> None:
    english = file.with_name(file.name.replace(site.TWIN, ".md"))
    for page, language, other in ((file, "English", english), (english, "中文", file)):
        text = page.read_text(encoding="utf-8")
        line = _LANGUAGE.match(text)
        assert line is not None, page
        assert line.groups() == (language, other.name)
        for link in re.findall(r"\]\(([^)#\s:]+\.md)", text[line.end() :]):
            there = (page.parent / link).resolve()
            if page is english:
                assert not there.name.endswith(site.TWIN), (page, link)
            elif not there.name.endswith(site.TWIN):
                twin = there.with_name(there.name.removesuffix(".md") + site.TWIN)
                assert not twin.exists() or there.parent == ROOT, (page, link)


def test_what_is_loaded_from_another_host_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="https://example.org/">a link may lead away</a>'
        '<svg xmlns="http://www.w3.org/2000/svg"></svg><script src="assets/a.js"></script>',
        encoding="utf-8",
    )
    assert list(site.from_elsewhere(tmp_path)) == []
    for number, bad in enumerate((
        '<script src="https://example.org/a.js"></script>', "<img src=//example.org/a.png>",
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<link href="https://example.org" rel=preconnect>',
        "<style>@import 'https://example.org/a.css'</style>",
        "<style>body { background: url(https://example.org/a.png) }</style>",
    )):  # fmt: skip
        (tmp_path / f"bad-{number}.html").write_text(bad, encoding="utf-8")
    assert len(list(site.from_elsewhere(tmp_path))) == 6


def test_a_list_that_is_not_read_as_one_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<pre>\n* no list\n</pre><ol>\n<li>1. no</li></ol>", "utf-8")
    assert list(site.unread_lists(tmp_path)) == []
    (tmp_path / "b.html").write_text("<p>so:\n* one\n* two</p>", "utf-8")
    assert list(site.unread_lists(tmp_path)) == ["b.html: * one", "b.html: * two</p>"]


def test_lines_of_a_chinese_paragraph_are_put_together() -> None:
    """A browser shows a line's end as a blank, which Chinese has not."""
    code = "\n\n```\n四，\n五\n```\n| 六 |\n| 七 |\na\n八\n"
    page = "一行，\n接着`a`\n* 一\n  二、\n  `b`\n\n三：" + code
    shown = "一行，接着`a`\n* 一二、`b`\n\n三：" + code
    assert site.joined(page) == shown
    assert site.joined("一。\n* 二\n1. 三：\n## 四\n") == "一。\n* 二\n1. 三：\n## 四\n"


def test_pages_are_staged_with_their_links(tmp_path: Path) -> None:
    """Links to twins, pages outside docs/ and files of the repository lead within the site."""
    for lang in site.LANGUAGES:
        site.stage(lang, tmp_path / lang)
        pages = {one.relative_to(tmp_path / lang / "docs").as_posix()
                 for one in (tmp_path / lang / "docs").rglob("*.md")}  # fmt: skip
        assert pages == {site.staged_name(page) for page in site.listed()}
        for page in pages:
            file = tmp_path / lang / "docs" / page
            text = file.read_text(encoding="utf-8")
            assert "zh-CN.md" not in re.sub(r"`[^`]*`|```.*?```", "", text, flags=re.DOTALL), page
            for link in re.findall(r"\]\(([^)#\s]+)", re.sub(r"```.*?```", "", text, flags=re.S)):
                if "://" not in link and "examples" not in link:
                    assert (file.parent / link).exists(), (page, link)
    nightly = (tmp_path / "zh" / "docs" / "how-to" / "nightly-import.md").read_text(
        encoding="utf-8"
    )
    assert nightly.startswith("# 夜间定时导入\n\n<!-- begins")
    assert "](../files/scripts/examples/nightly_import.py)" in nightly
    sample = (tmp_path / "zh" / "docs" / "sample-data.md").read_text(encoding="utf-8")
    structure = (tmp_path / "zh" / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert "](scale.md)" in structure and "](scale.md#" not in structure
    assert sample.splitlines()[2:4] == ['!!! note ""', "    本页只有英文。"]


@pytest.mark.skipif(
    importlib.util.find_spec("zensical") is None and not os.environ.get("CI"),
    reason="`make site` installs the generator",
)
def test_the_site_is_built_without_a_warning() -> None:
    """Run as `make site` does; a link or an anchor that leads nowhere ends it with 1."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "make_site.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for lang in site.LANGUAGES:
        built = {one.relative_to(site.SITE / lang).with_suffix(".md").as_posix()
                 for one in (site.SITE / lang).rglob("*.html")}  # fmt: skip
        assert {site.staged_name(page) for page in site.listed()} <= built


@pytest.mark.parametrize("lang", site.LANGUAGES)
def test_the_drawings_are_those_that_are_drawn(lang: str) -> None:
    for name, text in protocol_pictures.drawings(lang).items():
        assert (site.DOCS / "pictures" / name).read_text(encoding="utf-8") == text, name


def test_the_tickets_of_the_drawing_are_those_of_the_protocol() -> None:
    protocol = (site.DOCS / "protocol.md").read_text(encoding="utf-8")
    assert protocol_pictures.KEY in protocol
    assert protocol_pictures.ticket(protocol_pictures.KEY, "cafe-1") in protocol


def test_every_picture_is_shown_and_drawn_by_the_target() -> None:
    drawn = {f"{name}-{lang}.svg" for name in make_pictures.SCREENS for lang in site.LANGUAGES}
    drawn |= {name for lang in site.LANGUAGES for name in protocol_pictures.drawings(lang)}
    assert {file.name for file in (site.DOCS / "pictures").iterdir()} == drawn
    pages = "".join(file.read_text(encoding="utf-8") for file in site.DOCS.rglob("*.md"))
    assert {name for name in drawn if f"pictures/{name})" not in pages} == set()
