"""Small files that people write: settings, plans, mappings, keys. None is read without a bound.

TOML is looked at as text before it is parsed: parsers follow brackets within brackets, and keys of
thousands of parts, however deep they go.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from yaohao.planner.vocabulary.problems import refuse

_END = re.compile("\r\n|\n|\r")

MOST_BYTES = 4 << 20
"""Bytes of a small file; a plan has a few thousand."""

DEEPEST = 32
"""Brackets within brackets."""

MOST_PARTS = 32
"""Parts of a key, joined by dots."""

_TOKEN = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""|' + r"'''[\s\S]*?'''|"
    r'"(?:\\.|[^"\\\n])*+"|' + r"'[^'\n]*+'|(?P<comment>#[^\n]*+)"
)
_BRACKETS = re.compile(r"[\[\]{}]")
_DOTTED = re.compile(rf"(?<![\w\"-])(?:[\w\"-]++[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}")


class Excess(NamedTuple):
    """What a TOML text has too much of: `deep` or `dotted`, and the line where it is, from 1."""

    what: str
    line: int


def excess(text: str) -> Excess | None:
    """What a TOML text has too much of to be parsed, None for any text that people write."""
    bare = _TOKEN.sub(_bare, text)
    depth = 0
    for bracket in _BRACKETS.finditer(bare):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return Excess("deep", bare.count("\n", 0, bracket.start()) + 1)
    dotted = _DOTTED.search(bare)
    return Excess("dotted", bare.count("\n", 0, dotted.start()) + 1) if dotted else None


def _bare(token: re.Match[str]) -> str:
    """As many line ends as a text or a comment has, and a mark for the text."""
    return ("" if token["comment"] else '""') + "\n" * token[0].count("\n")


def read_small(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a small file.

    Raises PlannerError for one that is larger, OSError for one that cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise refuse("file.too-large", file=str(path), limit=f"{most / (1 << 20):g}")
    return content


def read_small_text(path: Path) -> str:
    """The text of a small file, UTF-8 with or without a mark in front, line ends as ``\\n``.

    Raises PlannerError for a larger one, OSError and UnicodeDecodeError.
    """
    text = read_small(path).decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def like_before(path: Path, text: str) -> bytes:
    """A text as the bytes of the file it was read from: with its line ends and its mark in front.

    Of a file with line ends of several kinds every line that is still there keeps its own; a new
    line has that of the line before it. Where the file is not there they are ``\\n``.
    """
    try:
        before = read_small(path)
    except OSError:
        before = b""
    ends = _END.findall(before.decode("utf-8", "replace"))
    if len(set(ends)) == 1:
        text = text.replace("\n", ends[0])
    elif ends:
        text = _with_ends(_END.split(before.decode("utf-8-sig", "replace")), ends, text)
    front = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return front + text.encode()


def _with_ends(old: list[str], ends: list[str], text: str) -> str:
    """A text with the line ends of the `old` lines that are in it still, in their order."""
    from difflib import SequenceMatcher

    new = text.split("\n")
    new_ends = [""] * (len(new) - 1)
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            if block.b + step < len(new_ends) and block.a + step < len(ends):
                new_ends[block.b + step] = ends[block.a + step]
    before = ends[0]
    for place, end in enumerate(new_ends):
        before = new_ends[place] = end or before
    return "".join(line + end for line, end in zip(new, [*new_ends, ""], strict=True))


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """A TOML text as tables.

    Raises PlannerError for one that nests too deeply, ValueError for what is no TOML.
    """
    too_much = excess(text)
    if too_much is not None:
        limit = DEEPEST if too_much.what == "deep" else MOST_PARTS
        raise refuse(f"file.{too_much.what}", file=file, line=too_much.line, limit=limit)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise refuse("file.deep", file=file, line=1, limit=DEEPEST) from None


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a small TOML file; raises as `read_small_text` and `parse_toml`."""
    return parse_toml(read_small_text(path), str(path))
