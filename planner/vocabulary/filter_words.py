"""The words of a filter as people type or paste them.

Words stand apart by blanks; what is in quotation marks is one word, blanks and all. A word may ask
for a column (``tier:A``); commas part alternatives; a minus before it turns it round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r'(?:[^\s"]|"[^"]*(?:"|\Z))+')
_KEY = re.compile(r'([^\s:："<>=,，]+)[:：](.*)', re.DOTALL)
_VALUE = re.compile(r'(?:[^,，"]|"[^"]*(?:"|\Z))+')
_BETWEEN = re.compile(r"[\r\n\t,，、;；\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CODE = re.compile(r"(?=[^0-9]*[0-9]{2})[0-9A-Za-z._-]{6,64}")
_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")


@dataclass(frozen=True)
class FilterWord:
    """A word: as it was typed, what it asks for or "", the alternatives, whether turned round."""

    typed: str
    key: str
    values: tuple[str, ...]
    turned: bool

    @property
    def alone(self) -> str:
        """The word without a minus and quotation marks, as it is looked for where it stands."""
        return (self.typed[1:] if self.turned else self.typed).replace('"', "")


def filter_words(typed: str) -> list[FilterWord]:
    """The words of a filter. A key with nothing behind it has no value: nobody is asked yet."""
    return [_word(match[0]) for match in _WORD.finditer(typed)]


def _word(typed: str) -> FilterWord:
    turned = typed.startswith("-") and len(typed) > 1
    body = typed[1:] if turned else typed
    keyed = _KEY.fullmatch(body)
    key, rest = (keyed[1], keyed[2]) if keyed else ("", body)
    values = (one.replace('"', "") for one in _VALUE.findall(rest))
    return FilterWord(typed, key, tuple(one for one in values if one), turned)


def pasted_as_filter(text: str) -> str:
    """A pasted text as a filter: several codes or names, however they are parted, are alternatives.

    They may stand in lines or cells, or be parted by commas; codes also by blanks alone.
    """
    parts = [" ".join(part.split()) for part in _BETWEEN.split(text)]
    parts = [part for part in parts if part]
    if len(parts) == 1:
        words = parts[0].split()
        if len(words) > 1 and all(_is_code(word) for word in words):
            parts = words
    elif all(_is_code(word) for part in parts for word in part.split()):
        parts = [word for part in parts for word in part.split()]
    if len(parts) < 2:
        alone = "".join(parts)
        return f'"{alone}"' if _is_code(alone) and alone.startswith("-") else alone
    return ",".join(_quoted(part) for part in dict.fromkeys(parts))


def _is_code(word: str) -> bool:
    return _CODE.fullmatch(word) is not None and not _DAY.fullmatch(word)


def _quoted(part: str) -> str:
    bare = part.replace('"', "")
    return f'"{bare}"' if " " in bare or bare.startswith("-") else bare
