"""A written letter as lines of text, for eyes: what pages and Word files say, without their looks.

Files may have been changed since they were written: nothing in them is run or followed.
"""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

from yaohao.planner.vocabulary.text import plain

MOST = 4_000_000
"""Bytes of a file, or of what is packed in it, that are read."""

LONGEST = 200_000
"""Characters that are shown."""

_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "section", "article", "header",
     "footer", "table", "hr", "dt", "dd", "ul", "ol"}
)  # fmt: skip
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_RUN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(?:tab|br)(?: [^>]*)?/>")


def letter_text(path: Path) -> str | None:
    """What a letter says, in lines; None for a file that is no text, or too long to be read.

    Raises OSError where it cannot be read.
    """
    ending = path.suffix.casefold()
    if path.stat().st_size > MOST:
        return None
    if ending in (".html", ".htm"):
        return _tidied(_of_page(path.read_bytes().decode("utf-8", "replace")))
    if ending == ".docx":
        text = _of_word(path)
        return None if text is None else _tidied(text)
    if ending in (".txt", ".md", ".csv"):
        return _tidied(path.read_bytes().decode("utf-8-sig", "replace"))
    return None


def is_to(path: Path, entity: str) -> bool:
    """Whether a letter, or one of many in a file, is to an entity: its code stands there.

    False for what is no text, or too long to be read. Raises OSError where it cannot be read.
    """
    ending = path.suffix.casefold()
    if path.stat().st_size > MOST or ending not in (".html", ".htm", ".docx", ".txt"):
        return False
    content = _document_of(path) if ending == ".docx" else path.read_bytes()
    alone = rb"(?<![0-9A-Za-z_.-])" + re.escape(entity.encode()) + rb"(?![0-9A-Za-z_-])"
    return content is not None and re.search(alone, content) is not None


class _Page(HTMLParser):
    """The text of a page, a line a block, cells apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a line with a block."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("  ")

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take text; its own line ends are blanks."""
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _of_page(text: str) -> str:
    page = _Page()
    page.feed(text)
    page.close()
    return "".join(page.parts)


def _document_of(path: Path) -> bytes | None:
    """The text part of a Word file as it is packed; None where there is none, or one too long."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as file:
            content = file.read(MOST + 1)
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return None
    return content if len(content) <= MOST else None


def _of_word(path: Path) -> str | None:
    from html import unescape

    content = _document_of(path)
    if content is None:
        return None
    lines = []
    for paragraph in _PARAGRAPH.findall(content.decode("utf-8", "replace")):
        runs = (unescape(one[1]) if one[1] else " " for one in _RUN.finditer(paragraph))
        lines.append("".join(runs))
    return "\n".join(lines)


def _tidied(text: str) -> str:
    """Lines without blanks around them, of empty ones never two; every sign harmless."""
    lines: list[str] = []
    for line in text[:LONGEST].splitlines():
        shown = plain(line, 2000).strip()
        if shown or (lines and lines[-1]):
            lines.append(shown)
    return "\n".join(lines).strip()
