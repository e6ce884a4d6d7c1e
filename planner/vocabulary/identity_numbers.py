"""Identity numbers of persons (GB 11643): recognised, so that none is taken for a code.

One in 31 of those of 18 characters (1999) passes the check of credit codes. A number that was
published cannot be taken back, so what looks like one is never an id here, whatever else it passes.
Those of 15 digits (1989, on cards issued until 2004) have a division, a day of birth and no check:
a registration number, which has one, is told from them by it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from yaohao.planner.vocabulary.registration_numbers import is_registration_number

if TYPE_CHECKING:  # most commands look at no column of numbers, and need no numpy
    import numpy as np
    from numpy.typing import NDArray

LENGTH = 18
OLD_LENGTH = 15

_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(18))
_YEARS = (1850, 2100)
_SHOWN = 6  # characters that may be seen: the division, which thousands have in common
_DIGIT = "[0-9０-９]"
_INSIDE = re.compile(
    f"(?<!{_DIGIT})(?:(?:{_DIGIT}[ －-]?){{17}}[0-9０-９XxＸｘ]|(?:{_DIGIT}[ －-]?){{14}}{_DIGIT})"
    "(?![0-9０-９XxＸｘ])"
)
# The provinces of divisions of persons; 99 is nobody's, and stands in examples.
_OLD = re.compile(
    "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|99)[0-9]{4}([0-9]{6})[0-9]{3}"
)
# 证件号 alone is the certificate of an inspector.
_HEADING = re.compile(
    "身份证|身份号|公民身份|(?:经营者|负责人|代表人|法人|业主|股东|投资人|个人|本人)证件号"
    "|identity (?:card|no|number)|id card",
    re.IGNORECASE,
)
_IN_COLUMN = re.compile(r"[0-9A-Za-z()（）-]{7,}")
_BLANKS = re.compile("[\\s\u200b-\u200f\u2060\ufeff'`-]+")


def identity_numbers(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of an (n, 18) array of ASCII bytes are identity numbers."""
    import numpy as np

    masked = np.zeros(len(block), dtype=np.bool_)
    # Few codes are digits throughout: the others need no look at their first eight places.
    rows = np.flatnonzero(_digits(block[:, 8:17]).all(axis=1))
    rows = rows[_digits(block[rows, :8]).all(axis=1)]
    if not len(rows):
        return masked
    digits = block[rows].astype(np.int16) - ord("0")
    last = block[rows, 17]
    digits[:, 17] = np.where(last == ord("X"), 10, digits[:, 17])
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1], dtype=np.int16)
    month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
    born = (year >= _YEARS[0]) & (year < _YEARS[1]) & (month >= 1) & (month <= 12)
    born &= (day >= 1) & (day <= 31)
    checked = (digits @ np.array(_WEIGHTS, dtype=np.int16)) % 11 == 1
    masked[rows] = born & checked & ((last == ord("X")) | _digits(last))
    return masked


def _digits(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (block >= ord("0")) & (block <= ord("9"))


def is_identity_number(text: str) -> bool:
    """Whether `text` (upper case, without blanks) is the identity number of a person."""
    if len(text) != LENGTH or not text.isascii() or not text[:17].isdigit():
        return False
    import numpy as np

    block = np.frombuffer(text.encode("ascii"), np.uint8).reshape(1, LENGTH)
    return bool(identity_numbers(block)[0])


def is_old_number(text: str) -> bool:
    """Whether `text` is an identity number of 15 digits by its form, and no registration number.

    Nothing in it can be checked but the day of birth, so that it may be another number all the
    same: who knows that it is a code can vouch for it.
    """
    if len(text) != OLD_LENGTH or not text.isascii() or not (match := _OLD.fullmatch(text)):
        return False
    day = match[1]
    try:
        date(1900 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError:
        return False
    return not is_registration_number(text)


def person_reason(text: str) -> str:
    """Why `text` cannot be an id, where it means a person when blanks and hyphens are left out.

    ``personal-id``, ``old-personal-id`` for 15 digits, "" for anything else.
    """
    # Nearly all texts that are asked about begin with something else: no time is lost on them.
    if len(text) < OLD_LENGTH or (text.isascii() and not text.lstrip(" '`\t-")[:1].isdigit()):
        return ""
    if text.isascii() and text.isalnum() and not text[:17].isdigit():
        return ""
    joined = _joined(text)
    if is_identity_number(joined):
        return "personal-id"
    return "old-personal-id" if is_old_number(joined) else ""


def mask(text: str, heading: str = "") -> str:
    """`text` with the identity numbers in it made unreadable but for their first six digits.

    Under a heading that tells of identity numbers whatever may be one is, also with a slip in it.
    """
    if heading and _HEADING.search(heading):
        return _IN_COLUMN.sub(lambda found: _masked(found[0]), text)
    if len(text) < OLD_LENGTH:
        return text
    joined = _joined(text)
    if _is_number(joined):
        return _masked(joined)
    return _INSIDE.sub(_mask_match, text)


def _is_number(text: str) -> bool:
    return is_identity_number(text) or is_old_number(text)


def _joined(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _mask_match(match: re.Match[str]) -> str:
    joined = _joined(match[0])
    return _masked(joined) if _is_number(joined) else match[0]


def _masked(number: str) -> str:
    return number[:_SHOWN] + "*" * (len(number) - _SHOWN)
