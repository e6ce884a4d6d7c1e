"""Encodings of text files: which may be asked for, and lines that are in another one than the file.

In a file in GB18030 a line that is UTF-8, as two exports joined into one file make it, would be
read as other characters. Such lines are found by their bytes, read as what they are, and marked.
"""

from __future__ import annotations

import codecs
import re
from difflib import get_close_matches
from functools import partial
from typing import Any

from yaohao.planner.vocabulary.problems import refuse

UNDECODABLE = "yaohao.undecodable"
"""Name of the codec error handler that puts `MARK` for bytes that are no text."""

MARK = "\udcff"
OTHER = "\udcfe"
"""Stands in a line that is in another encoding than its file."""

GUESSED = "gb18030"
COMMON = (
    "utf-8", "gb18030", "gbk", "big5", "shift_jis", "euc_kr", "cp1252", "latin-1", "cp1250",
    "cp1251", "utf-16", "utf-16-le", "utf-16-be",
)  # fmt: skip
"""Encodings that are named where an unknown one is asked for."""

_SHOWN = {"gb18030": "GB18030", "utf-16": "UTF-16", "utf-32": "UTF-32"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_PLAIN = "a,;\t|\"'\r\n09"

codecs.register_error(UNDECODABLE, lambda error: (MARK, getattr(error, "end", 0)))


def encoding_named(name: str) -> str:
    """The encoding that was asked for, under Python's name; PlannerError for one that is none.

    It must have the letters, digits and marks of ASCII in their places, or be a form of Unicode.
    """
    try:
        info = codecs.lookup(name)
        sound = info._is_text_encoding and (
            info.name.startswith(("utf-16", "utf-32"))
            or _PLAIN.encode(info.name) == _PLAIN.encode()
        )
        sound = sound and info.name not in ("idna", "punycode", "utf-7", "undefined")
        sound = sound and "escape" not in info.name
    except (LookupError, ValueError, TypeError):
        sound = False
    if not sound:
        near = get_close_matches(name.lower(), COMMON, 3, 0.5)
        raise refuse("encoding.unknown", found=name[:40], nearest=near or list(COMMON[:1]),
                     known=list(COMMON))  # fmt: skip
    return "utf-8-sig" if info.name == "utf-8" else info.name


def with_mark(encoding: str, head: bytes, file: str) -> str:
    """The encoding of a file that begins with `head`, where `encoding` was asked for.

    Raises PlannerError where the file's byte order mark says another one.
    """
    says = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    if not says:
        return encoding
    if not encoding.startswith(says):
        raise refuse("encoding.mark", file=file, says=says.upper(), found=encoding)
    return "utf-8-sig" if says == "utf-8" else says


def shown(encoding: str) -> str:
    """What an encoding is called where it is told, "" for UTF-8."""
    plain = encoding.removesuffix("_lf").removesuffix("_cr").removeprefix("yaohao_")
    return "" if plain.startswith("utf-8") else _SHOWN.get(plain, plain)


def is_wide(encoding: str) -> bool:
    """Whether every character takes two bytes or more."""
    return encoding.startswith(("utf-16", "utf-32"))


def mixed(newline: str) -> str:
    """The encoding under which a file in GB18030 is read that has lines in UTF-8."""
    return "yaohao_gb18030_cr" if newline == "\r" else "yaohao_gb18030_lf"


def _pattern(end: bytes) -> re.Pattern[bytes]:
    """A whole line of what looks like UTF-8 with a character of three bytes; nothing is tried
    twice, so that a line costs no more than its length.
    """
    ascii = rb"[^" + end + rb"\x80-\xff]++"
    two, three = rb"[\xc2-\xdf][\x80-\xbf]", rb"[\xe0-\xef][\x80-\xbf]{2}"
    four = rb"[\xf0-\xf4][\x80-\xbf]{3}"
    return re.compile(
        end
        + rb"(?:%b|%b)*+%b(?:%b|%b|%b|%b)*+(?![^%b])"
        % (ascii, two, three, ascii, two, three, four, end)
    )


_LINES = {b"\n": _pattern(b"\n"), b"\r": _pattern(b"\r")}


def utf8_line(data: bytes, end: bytes) -> re.Match[bytes] | None:
    """The first line of a piece of a text in GB18030, `end` before each, that is UTF-8."""
    return next((found for found in _LINES[end].finditer(data) if _is_chinese_utf8(found[0])), None)


def _is_chinese_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 with a character that takes three bytes there, as Chinese ones do:
    a short line of GB18030 may be valid UTF-8 by chance, but of two bytes a character.
    """
    try:
        return max(line.decode("utf-8")) > "\u07ff"
    except UnicodeDecodeError:
        return False


class _LineDecoder(codecs.BufferedIncrementalDecoder):
    """Decodes GB18030 line by line; those that are UTF-8 are read so and marked with `OTHER`."""

    def __init__(self, errors: str = "strict", *, end: bytes) -> None:
        super().__init__(errors)
        self.end = end

    def _buffer_decode(self, data: Any, errors: str, final: bool) -> tuple[str, int]:
        data = bytes(data)
        cut = len(data) if final else data.rfind(self.end) + 1
        whole = self.end + data[:cut]
        pieces, at = [], 1
        for end_match in _LINES[self.end].finditer(whole):
            if not _is_chinese_utf8(end_match[0]):
                continue
            line = end_match[0][1:].decode("utf-8")
            first = next(place for place, one in enumerate(line) if one > "\x7f") + 1
            pieces += [
                whole[at : end_match.start() + 1].decode(GUESSED, errors),
                line[:first] + OTHER + line[first:],
            ]
            at = end_match.end()
        pieces.append(whole[at:].decode(GUESSED, errors))
        return "".join(pieces), cut


def _search(name: str) -> codecs.CodecInfo | None:
    ends = {"yaohao_gb18030_lf": b"\n", "yaohao_gb18030_cr": b"\r"}
    if name not in ends:
        return None
    base = codecs.lookup(GUESSED)
    return codecs.CodecInfo(
        base.encode, base.decode, name=name, incrementalencoder=base.incrementalencoder,
        incrementaldecoder=partial(_LineDecoder, end=ends[name]),
    )  # fmt: skip


codecs.register(_search)
