"""Identity numbers of persons (GB 11643-1999): recognised, so that none is taken for a code.

One in 31 of them passes the check of credit codes. A number that was published cannot be taken
back, so what looks like one is never an id here, whatever else it passes.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

LENGTH = 18

_WEIGHTS = np.array([2 ** (17 - i) % 11 for i in range(18)], dtype=np.int16)
_YEARS = (1850, 2100)
_SHOWN = 6  # characters that may be seen: the division, which thousands have in common
_INSIDE = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_BLANKS = re.compile("[\\s\u200b-\u200f\u2060\ufeff'`-]+")


def identity_numbers(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of an (n, 18) array of ASCII bytes are identity numbers."""
    found = np.zeros(len(block), dtype=np.bool_)
    # Few codes are digits throughout: the others need no look at their first eight places.
    rows = np.flatnonzero(_digits(block[:, 8:17]).all(axis=1))
    rows = rows[_digits(block[rows, :8]).all(axis=1)]
    if not len(rows):
        return found
    digits = block[rows].astype(np.int16) - ord("0")
    last = block[rows, 17]
    digits[:, 17] = np.where(last == ord("X"), 10, digits[:, 17])
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1], dtype=np.int16)
    month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
    born = (year >= _YEARS[0]) & (year < _YEARS[1]) & (month >= 1) & (month <= 12)
    born &= (day >= 1) & (day <= 31)
    checked = (digits @ _WEIGHTS) % 11 == 1
    found[rows] = born & checked & ((last == ord("X")) | _digits(last))
    return found


def _digits(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (block >= ord("0")) & (block <= ord("9"))


def is_identity_number(text: str) -> bool:
    """Whether `text` (upper case, without blanks) is the identity number of a person."""
    if len(text) != LENGTH or not text.isascii() or not text[:17].isdigit():
        return False
    block = np.frombuffer(text.encode("ascii"), np.uint8).reshape(1, LENGTH)
    return bool(identity_numbers(block)[0])


def means_person(text: str) -> bool:
    """Whether `text` is an identity number when blanks and hyphens are left out."""
    # Nearly all texts that are asked about begin with something else: no time is lost on them.
    if len(text) < LENGTH or (text.isascii() and not text.lstrip(" '`\t-")[:1].isdigit()):
        return False
    if text.isascii() and text.isalnum() and not text[:17].isdigit():
        return False
    return is_identity_number(_joined(text))


def mask(text: str) -> str:
    """`text` with the identity numbers in it made unreadable but for their first six digits."""
    if len(text) < LENGTH:
        return text
    if is_identity_number(joined := _joined(text)):
        return _masked(joined)
    for form in dict.fromkeys((text, unicodedata.normalize("NFKC", text))):
        masked = _INSIDE.sub(_mask_match, form)
        if masked != form:
            return masked
    return text


def _joined(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _mask_match(found: re.Match[str]) -> str:
    return _masked(found[0]) if is_identity_number(found[0].upper()) else found[0]


def _masked(number: str) -> str:
    return number[:_SHOWN] + "*" * (LENGTH - _SHOWN)
