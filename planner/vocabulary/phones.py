"""Personal numbers in texts that are published, and what stands in their place."""

from __future__ import annotations

import re

from yaohao.planner.vocabulary.identity_numbers import mask

# A mobile telephone number of China, half-width or full-width, with or without the country's code.
# One that goes on in letters or digits is part of a digest, a credit code or another number.
_EDGE = r"[0-9０-９A-Za-z]"
_PHONE = re.compile(
    rf"(?<!{_EDGE})(?:[+＋]?(?:86|８６)[-－ ]?)?"
    rf"[1１][3-9３-９]\d(?:[-－ ]?\d{{4}}){{2}}(?!{_EDGE})"
)
PRIVATE_LIKE = "[1１][3-9３-９][0-9０-９]|([0-9０-９][^0-9０-９]{0,3}){14}[0-9０-９]"
"""A regular expression, of any engine, that is found in every tidy text with such a number or an
identity number, and in few others."""

_DIGITS = "0-9０-９"
_PLAIN = re.compile(f"[^{_DIGITS}一-鿿]*[一-鿿][^{_DIGITS}]*")
"""A text without a digit, and with a character that no number has: as nearly all names are."""

HIDDEN_PHONE = "***"
"""What stands in the place of a telephone number."""


def without_phones(text: str) -> str:
    """`text` with personal (mobile) telephone numbers taken out, and identity numbers masked."""
    if _PLAIN.fullmatch(text):
        return text
    return mask(_PHONE.sub(HIDDEN_PHONE, text))
