"""Registration codes of China: unified social credit codes and 15-digit registration numbers.

Sources: GB 32100-2015 (18 characters, check by weights 3^i mod 31), GB 11714-1997 (the
organisation code inside it), ISO 7064 MOD 11,10 (the 15-digit registration number).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.vocabulary.identity_numbers import identity_numbers, person_reason
from yaohao.planner.vocabulary.registration_numbers import (
    REGISTRATION_NUMBER_LENGTH,
    is_registration_number,
)

if TYPE_CHECKING:  # most commands check no column of codes, and need no numpy
    import numpy as np
    from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a credit code: no I, O, S, V or Z."""

CREDIT_CODE_LENGTH = 18

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INVALID = 1000  # more than any sum of valid characters, and 18 of them still fit 16 bits


def _table(weights: Sequence[int], characters: str, modulus: int) -> NDArray[np.int16]:
    """Position, byte → the term of the check sum, `_INVALID` for other bytes."""
    import numpy as np

    table = np.full((len(weights), 256), _INVALID, dtype=np.int16)
    for position, weight in enumerate(weights):
        for value, character in enumerate(characters):
            table[position, ord(character)] = value * weight % modulus
    return table


_DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CREDIT_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


@cache
def _credit_terms() -> NDArray[np.int16]:
    return _table([*_CREDIT_WEIGHTS, 1], ALPHABET, 31)


@cache
def _organisation_terms() -> NDArray[np.int16]:
    import numpy as np

    parts = _table(_ORGANISATION_WEIGHTS, _DIGITS_AND_LETTERS, 11), _table([1], "0123456789X", 11)
    return np.vstack(parts)


_KINDS = (
    "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 59 61 62 69 71 72 79 81 89 91 92 93 "
    "A1 A9 N1 N2 N3 N9 Y1"
)
_ISSUED = _KINDS.split()
"""Department and kind with which credit codes have been issued (places 1 and 2)."""

# 10 is the centre; 66 the Xinjiang Production and Construction Corps.
_PLACES = (
    "10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
    "61 62 63 64 65 66 71 81 82"
)
_PROVINCES = _PLACES.split()


def _pairs(known: Sequence[str]) -> NDArray[np.bool_]:
    """Two bytes, as a big-endian number → whether they are known."""
    import numpy as np

    table = np.zeros(1 << 16, dtype=np.bool_)
    table[[int.from_bytes(pair.encode("ascii"), "big") for pair in known]] = True
    return table


@cache
def _issued_and_provinces() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return _pairs(_ISSUED), _pairs(_PROVINCES)


_INVISIBLE = re.compile("[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}")
_DECIMAL_POINT = re.compile(r"([0-9]+)\.0*")
_EXACT_DIGITS = 15  # what Excel and a float keep of a number


class Code(NamedTuple):
    """A code as read: its text, how it was repaired (or ""), why it is refused (or ""), and what
    is odd about it (or "").
    """

    text: str
    repaired: str = ""
    reason: str = ""
    warning: str = ""


def _rows(buffer: NDArray[np.uint8], starts: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    if len(starts) * width == len(buffer):
        return buffer.reshape(-1, width)
    import numpy as np

    return np.lib.stride_tricks.sliding_window_view(buffer, width)[starts]


def _sums(block: NDArray[np.uint8], table: NDArray[np.int16]) -> NDArray[np.int16]:
    import numpy as np

    columns = np.ascontiguousarray(block.T)
    total: NDArray[np.int16] = table[0].take(columns[0])
    for position in range(1, len(columns)):
        total += table[position].take(columns[position])
    return total


def credit_codes_valid(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of an (n, 18) array of ASCII bytes are credit codes (GB 32100-2015)."""
    import numpy as np

    total = _sums(block, _credit_terms())
    return np.asarray((total < _INVALID) & (total % 31 == 0))


def organisation_codes_valid(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of an (n, 9) array of ASCII bytes are organisation codes (GB 11714-1997)."""
    import numpy as np

    total = _sums(block, _organisation_terms())
    return np.asarray((total < _INVALID) & (total % 11 == 0))


def registration_numbers_valid(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of an (n, 15) array of ASCII bytes are registration numbers (MOD 11,10)."""
    import numpy as np

    # A check → what the next digit is added to; less the byte of "0", kept positive.
    terms = [(check or 10) * 2 % 11 - ord("0") % 10 + 10 for check in range(10)]
    following = np.array(terms, dtype=np.int16)
    columns = np.ascontiguousarray(block.T)
    good = ((columns >= ord("0")) & (columns <= ord("9"))).all(axis=0)
    check = np.full(len(block), 5, dtype=np.intp)
    for column in columns:
        check = (following[check] + column) % 10
    return np.asarray(good & (check == 1))


def check_codes(texts: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """`check_code_bytes` for a sequence of texts."""
    import numpy as np

    # One byte a character whatever the text is: others become "?", which no code contains.
    buffer = np.frombuffer("".join(texts).encode("ascii", "replace"), np.uint8)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(lengths)
    return check_code_bytes(buffer, ends - lengths, lengths)


def check_code_bytes(
    buffer: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two arrays over the texts that begin at `starts` in `buffer`: which are valid codes as they
    stand, and which of these have a wrong organisation digit inside (a warning only: such codes
    have been issued).
    """
    import numpy as np

    good = np.zeros(len(starts), dtype=np.bool_)
    odd = np.zeros(len(starts), dtype=np.bool_)
    credit = np.flatnonzero(lengths == CREDIT_CODE_LENGTH)
    if len(credit):
        block = _rows(buffer, starts[credit], CREDIT_CODE_LENGTH)
        good[credit] = credit_codes_valid(block) & _issued(block) & ~identity_numbers(block)
        odd[credit] = good[credit] & ~organisation_codes_valid(block[:, 8:17])
    numbers = np.flatnonzero(lengths == REGISTRATION_NUMBER_LENGTH)
    if len(numbers):
        block = _rows(buffer, starts[numbers], REGISTRATION_NUMBER_LENGTH)
        good[numbers] = registration_numbers_valid(block)
    return good, odd


def _issued(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of an (n, 18) array of bytes begin as credit codes that have been issued do."""
    import numpy as np

    issued, provinces = _issued_and_provinces()
    first = block[:, :4].astype(np.uint16)
    return np.asarray(
        issued[first[:, 0] << 8 | first[:, 1]] & provinces[first[:, 2] << 8 | first[:, 3]]
    )


def is_issued(code: str) -> bool:
    """Whether a credit code begins with a department and kind that are issued, and a province."""
    return code[:2] in _ISSUED and code[2:4] in _PROVINCES


def is_credit_code(text: str) -> bool:
    """Whether `text` is a unified social credit code with a right check character."""
    return (
        len(text) == CREDIT_CODE_LENGTH
        and all(character in _CREDIT_VALUES for character in text)
        and text[-1] == credit_check_character(text[:-1])
    )


def credit_check_character(first: str) -> str:
    """The check character for the first 17 characters of a credit code.

    Raises KeyError for a character that credit codes do not have.
    """
    total = sum(_CREDIT_VALUES[c] * w for c, w in zip(first, _CREDIT_WEIGHTS, strict=False))
    return ALPHABET[-total % 31]


def organisation_check_character(first: str) -> str:
    """The check character for the first 8 characters of an organisation code."""
    values = [int(c, 36) for c in first]
    total = sum(v * int(w) for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def repair_code(text: str) -> str:
    """`text` in the form of a code: NFKC, without blanks, invisible characters and the marks
    that keep a spreadsheet from reading a number (a leading ``'``, ``="…"``), in upper case.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'`")


def read_code(text: str) -> Code:
    """One code, repaired where that is exact, else with the reason why it is refused.

    A code that a spreadsheet turned into a rounded number is recognised and never guessed at.
    """
    plain = repair_code(text)
    repaired = "" if plain == text else "code-form"
    if reason := person_reason(plain):
        return Code(plain, "", reason)
    if is_registration_number(plain) or (is_credit_code(plain) and is_issued(plain)):
        return Code(plain, repaired)
    decimal = _DECIMAL_POINT.fullmatch(plain)
    if decimal and len(decimal[1]) <= _EXACT_DIGITS:
        return _refused(decimal[1]) or Code(decimal[1], "decimal-point")
    return _refused(plain) or Code(plain, repaired)


def _refused(plain: str) -> Code | None:
    """The refusal of a text in the form of a code, None where there is nothing against it."""
    digits = plain.isascii() and plain.isdigit()
    rounded = digits and len(plain) == CREDIT_CODE_LENGTH and plain.endswith("000")
    reason = "bad-check-digit"
    if not plain:
        reason = "missing-id"
    elif rounded or _SCIENTIFIC.fullmatch(plain) or _DECIMAL_POINT.fullmatch(plain):
        reason = "excel-damaged"
    elif not (plain.isascii() and plain.isalnum()):
        reason = "bad-characters"
    elif len(plain) == CREDIT_CODE_LENGTH:
        if not set(plain) <= set(ALPHABET):
            reason = "bad-characters"
        elif is_credit_code(plain):
            reason = "not-issued"
    elif len(plain) != REGISTRATION_NUMBER_LENGTH:
        reason = "bad-length"
    elif not digits:
        reason = "bad-characters"
    elif is_registration_number(plain):
        return None
    return Code(plain, "", reason)
