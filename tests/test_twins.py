"""A Chinese page says what its English twin says: the same shape, code, links and numbers.

Words cannot be compared by a program. What can be is whatever a page loses or keeps too long when
only its twin is changed: headings, lists, tables, blocks, names in code marks, links, and
numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from yaohao.scripts import make_site as site

ROOT = Path(__file__).resolve().parent.parent
_CODE = ("python", "sh", "toml")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# Where links lead, and articles of laws, which English texts give in digits.
_CITED = re.compile(r"\]\([^)\s]+\)|\barts?\. \d+(?:, \d+)*")
# What stands for something of the reader's: in capitals, in <>, or in words.
_STAND_IN = re.compile(r"<[^>]*>|\b[A-Z]{2,}\b|[\u3400-\u9fff]+")
# Both commands and cases are made by one program each; glossaries are sorted by their own language,
# and only one names the code.
_APART = ("commands.md", "cases.md", "glossary.md")
PAIRS = [
    (file.with_name(file.name.replace(site.TWIN, ".md")), file)
    for file in sorted(site.DOCS.rglob("*" + site.TWIN))
] + [(ROOT / "README.md", ROOT / "README.zh-CN.md")]
PAGES = [
    pytest.param(
        *(file.read_text(encoding="utf-8") for file in pair),
        id=pair[0].relative_to(ROOT).as_posix(),
    )
    for pair in PAIRS
    if pair[0].name not in _APART
]


def prose(text: str) -> str:
    """A page without its blocks."""
    return _BLOCK.sub("", text)


def headings(text: str) -> list[int]:
    return [len(signs) for signs in re.findall(r"^(#+) ", prose(text), re.MULTILINE)]


def tables(text: str) -> list[list[int]]:
    """Of each table the cells of each of its rows."""
    shape: list[list[int]] = [[]]
    for line in prose(text).splitlines():
        if line.startswith("|"):
            shape[-1].append(len(re.findall(r"(?<!\\)\|", _MARK.sub("", line))))
        elif shape[-1]:
            shape.append([])
    return shape


def items(text: str) -> list[str]:
    """The marks of lists, in order."""
    return re.findall(r"^ *(\*|-|\d+\.) ", prose(text), re.MULTILINE)


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """Each block by its language, with the code of it; commands have a test of their own."""
    return [
        (language, [_bare(line) for line in body.splitlines() if language in _CODE])
        for language, body in _BLOCK.findall(text)
    ]


def _bare(line: str) -> str:
    """A line of code without its comment, and without what is in quotes."""
    return re.sub(r"\s+", " ", re.sub(r"(^|\s)#.*", "", re.sub(r'"[^"]*"', '""', line))).strip()


def marks(text: str) -> set[str]:
    """Names, keys and commands in code marks, whatever the words for what the reader puts in."""
    return {
        _STAND_IN.sub("_", re.sub(r'"[^"]*"', '""', mark)).replace("--lang zh", "--lang en")
        for mark in _MARK.findall(prose(text))
    }


def links(text: str) -> Counter[str]:
    """Where links lead, without their anchors, which are headings of the language."""
    text = re.sub(r"\A(# [^\n]*\n\n)\*\[[^\n]*\n", r"\1", text)
    targets = [link.partition("#")[0].replace(site.TWIN, ".md") for link in _LINK.findall(text)]
    return Counter(re.sub(r"-(en|zh)\.svg$", ".svg", target) for target in targets)


def numbers(text: str) -> Counter[str]:
    """The numbers of two digits and more, and those with a fraction."""
    return Counter(re.findall(r"\d[\d,]*\.\d+|\d[\d,]*\d", _CITED.sub("", prose(text))))


@pytest.mark.parametrize(("english", "chinese"), PAGES)
@pytest.mark.parametrize("what", [headings, items, tables, blocks, marks, links, numbers])
def test_a_page_has_what_its_twin_has(what: Any, english: str, chinese: str) -> None:
    assert what(chinese) == what(english)
