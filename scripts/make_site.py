"""Build the documents as a site, in Chinese and English, into build/site.

Each language is a site of its own with the same pages, so that each has its own search; the button
in the header leads to the same page in the other. Where a page has no Chinese twin the English one
stands in its place and says so. Nothing is fetched from another host, neither while it is built
(Zensical, `locks/site.txt`) nor while it is read, and it works when opened from a folder.

Every link and anchor is checked by the generator; what it does not see is checked here: that no
page asks another host for anything, and that the list of pages is whole.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SITE = ROOT / "build" / "site"
SOURCES = ROOT / "build" / "site-sources"
LANGUAGES = {"en": "English", "zh": "中文"}
TITLES = {"en": "yaohao", "zh": "摇号 yaohao"}
# Where an English page stands in for a Chinese one.
ONLY_ENGLISH = '!!! note ""\n    本页只有英文。\n\n'
TWIN = ".zh-CN.md"
_LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?[^)]*\))")
_LANGUAGE_LINE = re.compile(r"\A(# [^\n]*\n\n)\*\[[^\]]*\]\([^)]*\)\*\n\n")
# A line of Chinese that goes on in the next: a browser would put a blank between them.
_BROKEN = re.compile(
    r"(?<=[\u3001-\u9fff\uff01-\uff60])\n *(?=[\u3001-\u9fff\uff01-\uff60])"
    r"|(?<=[\u3001-\u3011\uff01-\uff60])\n *(?![\s#>|]|[*-] |\d+\. |<!--|```|!!!)"
)
_BLOCK = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"\A(# [^\n]*)\n\n?")
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
# What a page loads by itself: a link that somebody may follow is none.
_LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|object|embed)\b[^>]*\b(?:src|data)=["']?(?:https?:)?//"""
    r"""|<link\b(?=[^>]*rel=["']?(?:stylesheet|preconnect|preload|icon|dns-prefetch))[^>]*href=["']?(?:https?:)?//"""
    r"""|@import\s+["'(]|url\(["']?(?:https?:)?//""",
    re.IGNORECASE,
)


def navigation() -> dict[str, Any]:
    """The sections of the site with their pages, and which pages are in English only."""
    return tomllib.loads((DOCS / "site" / "navigation.toml").read_text(encoding="utf-8"))


def listed() -> list[str]:
    """All pages of the navigation, as paths from docs/, in their order."""
    return [page for section in navigation()["section"] for page in section["pages"]]


def staged_name(page: str) -> str:
    """The name of a page within the site."""
    return page.removeprefix("../").lower() if page.startswith("../") else page


def twin(page: str) -> str:
    """The Chinese file beside an English one."""
    return page.removesuffix(".md") + TWIN


def stage(lang: str, folder: Path) -> None:
    """Write the Markdown of one language, its pictures and settings, into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    content = folder / "docs"
    content.mkdir(parents=True)
    for page in listed():
        source = DOCS / (twin(page) if lang == "zh" else page)
        stands_in = not source.is_file()
        if stands_in:
            source = DOCS / page
        target = content / staged_name(page)
        target.parent.mkdir(parents=True, exist_ok=True)
        words = _LANGUAGE_LINE.sub(r"\1", source.read_text(encoding="utf-8"))
        if stands_in:
            words = _HEADING.sub(rf"\1\n\n{ONLY_ENGLISH}", words, count=1)
        words = joined(words)
        words = _links(words, source, target, content, translated=stands_in)
        target.write_text(words, encoding="utf-8", newline="\n")
    shutil.copytree(DOCS / "site" / "assets", content / "assets")
    shutil.copytree(DOCS / "site" / "overrides", folder / "overrides")
    (folder / "zensical.toml").write_text(_settings(lang), encoding="utf-8", newline="\n")


def joined(text: str) -> str:
    """A page with the lines of a Chinese paragraph put together, blocks of code as they are."""
    parts = _BLOCK.split(text)
    return "".join(part if at % 2 else _BROKEN.sub("", part) for at, part in enumerate(parts))


def _links(text: str, source: Path, target: Path, content: Path, *, translated: bool) -> str:
    """The links of a page as they are within the site; files that it shows are brought along.

    From an English page that stands in, a link into a page that is `translated` leads to its top:
    anchors are headings, and those of the twin are in Chinese.
    """
    places = {(DOCS / page).resolve(): content / staged_name(page) for page in listed()}

    def moved(match: re.Match[str]) -> str:
        link = match[2]
        if "://" in link or link.startswith("mailto:"):
            return match[0]
        there = (source.parent / link).resolve()
        if there.name.endswith(TWIN):
            there = there.with_name(there.name.removesuffix(TWIN) + ".md")
        place = places.get(there)
        top = translated and place is not None and there.with_name(twin(there.name)).is_file()
        if place is None and there.is_file():  # a picture, a script to copy
            place = content / "files" / there.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(there, place)
        elif place is None:
            return match[0]  # the generator says that it leads nowhere
        return (
            match[1]
            + Path(os.path.relpath(place, target.parent)).as_posix()
            + (")" if top else match[3])
        )

    return _LINK.sub(moved, text)


def _settings(lang: str) -> str:
    """The generator's settings for one language."""
    sections = ",\n".join(
        f"  {{ {_quoted(section[lang])} = [{', '.join(_entries(section, lang))}] }}"
        for section in navigation()["section"]
    )
    others = ", ".join(
        f"{{ name = {_quoted(name)}, link = {_quoted(code)}, lang = {_quoted(code)} }}"
        for code, name in LANGUAGES.items()
    )
    return f"""\
[project]
site_name = {_quoted(TITLES[lang])}
docs_dir = "docs"
site_dir = "site"
use_directory_urls = false
nav = [
{sections}
]
[project.theme]
variant = "classic"
language = {_quoted(lang)}
font = false
custom_dir = "overrides"
features = [
  "navigation.sections", "navigation.footer", "navigation.top", "toc.follow", "content.code.copy",
  "search.highlight",
]
[project.extra]
generator = false
alternate = [{others}]
[project.plugins.search]
[project.plugins.offline]
[project.markdown_extensions.admonition]
[project.markdown_extensions.sane_lists]
[project.markdown_extensions.toc]
permalink = true
slugify = {{ object = "pymdownx.slugs.slugify", kwds = {{ case = "lower" }} }}
[project.markdown_extensions.pymdownx.highlight]
[project.markdown_extensions.pymdownx.superfences]
"""


def _entries(section: dict[str, Any], lang: str) -> Iterator[str]:
    """The pages of a section: by their own headings, or by what the navigation calls them."""
    titles = navigation()["titles"].get(lang, {})
    for page in section["pages"]:
        place = _quoted(staged_name(page))
        yield f"{{ {_quoted(titles[page])} = {place} }}" if page in titles else place


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def from_elsewhere(folder: Path) -> Iterator[str]:
    """What pages and style sheets of a folder would load from another host."""
    for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.css")]):
        for match in _LOADED.finditer(file.read_text(encoding="utf-8")):
            yield f"{file.relative_to(folder).as_posix()}: {match[0][-120:]}"


def unread_lists(folder: Path) -> Iterator[str]:
    """Lines of a list that a paragraph swallowed: Markdown wants four blanks, or a line between."""
    for file in sorted(folder.rglob("*.html")):
        text = re.sub(
            r"<(pre|script|style)\b.*?</\1>", "", file.read_text(encoding="utf-8"), flags=re.S
        )
        for match in re.finditer(r"^(?:\* |- |\d+\. )[^\n]{0,60}", text, re.MULTILINE):
            yield f"{file.relative_to(folder).as_posix()}: {match[0]}"


def unlisted() -> list[str]:
    """English pages of docs/ that the navigation does not name."""
    pages = {one.relative_to(DOCS).as_posix() for one in DOCS.rglob("*.md")}
    return sorted(one for one in pages - set(listed()) if not one.endswith(TWIN))


def _front() -> str:
    """The page above both languages: it leads to the reader's."""
    return """\
<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<title>摇号 yaohao</title>
<script>
  const chinese = (navigator.language || "zh").startsWith("zh");
  location.replace(chinese ? "zh/index.html" : "en/index.html");
</script>
<p><a href="zh/index.html">中文</a> <a href="en/index.html" lang="en">English</a></p>
"""


def build() -> int:
    """Build both languages; return 0, or 1 where something is to be mended."""
    if forgotten := unlisted():
        print(f"not in docs/site/navigation.toml: {', '.join(forgotten)}", file=sys.stderr)
        return 1
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(parents=True)
    for lang, language in LANGUAGES.items():
        folder = SOURCES / lang
        stage(lang, folder)
        done = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        if done.returncode or "Warning" in done.stdout:
            messages = _COLOURS.sub("", done.stdout.partition("Traceback")[0])
            print(f"docs/, {language}:", messages, sep="\n", file=sys.stderr)
            return 1
        shutil.copytree(folder / "site", SITE / lang)
    (SITE / "index.html").write_text(_front(), encoding="utf-8", newline="\n")
    wrong = [f"asks another host: {one}" for one in from_elsewhere(SITE)]
    wrong += [f"a list is not read as one: {one}" for one in unread_lists(SITE)]
    print("\n".join(wrong) or (SITE / "index.html").relative_to(ROOT).as_posix())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(build())
