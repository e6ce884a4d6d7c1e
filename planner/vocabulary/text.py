"""Untrusted text: its normal form in the register, and its harmless form on a screen."""

from __future__ import annotations

import re
import unicodedata

ENTITY_ID = re.compile(r"[0-9A-Za-z._-]{1,64}\Z")
"""The form of an entity id in a frame (draw protocol, "Freeze: the frame")."""

_SEPARATORS = re.compile(r"[|,/]")
# Cc controls, bidi controls, zero-width and other invisible formats, line and paragraph separators,
# lone surrogates: characters that change how their neighbours show, or are no text at all.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile(r"\s+")


def tidy(text: str) -> str:
    """The normal form of a name or address: NFC, single blanks, no control or hidden characters."""
    text = unicodedata.normalize("NFC", text)
    return _BLANKS.sub(
        " ", _HARMFUL.sub(lambda m: " " if m[0] in "\t\n\r\x0b\x0c\u2028\u2029" else "", text)
    ).strip()


def plain(text: str, width: int | None = None) -> str:
    """`text` as it may be printed: harmful characters as escapes, cut to `width` characters."""
    if width is not None and len(text) > width:
        text = text[: max(width - 3, 0)] + "..."
    return _HARMFUL.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
"""Full-width forms, the blank among them."""

NARROW = "".join(map(chr, range(0x21, 0x7F))) + " "
"""What each of the full-width forms is in ASCII, in their order."""

_NARROWED = str.maketrans(WIDE, NARROW)


def narrow(text: str) -> str:
    """`text` with full-width forms as the characters of ASCII that they stand for."""
    return text.translate(_NARROWED)


def name_core(name: str) -> str:
    """What of a name tells it from another: not case, blanks or the width of characters."""
    return "".join(narrow(tidy(name)).lower().split())


def is_code(text: str) -> bool:
    """Whether `text` may be a code in a frame: NFC, and no separator or control character."""
    return (
        unicodedata.normalize("NFC", text) == text
        and not _SEPARATORS.search(text)
        and not _HARMFUL.search(text)
    )


GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that a spreadsheet could take for a formula, and the guard itself."""


def guard(text: str) -> str:
    """`text` as a cell of a CSV file, with an apostrophe before it where it could act."""
    return f"'{text}" if text.startswith(GUARDED) else text


def unguard(text: str) -> str:
    """The text of a cell of a CSV file as it was before `guard`."""
    return text[1:] if text.startswith("'") else text
