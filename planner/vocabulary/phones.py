"""Personal telephone numbers in texts that are published, and what stands in their place."""

from __future__ import annotations

import re

# A mobile telephone number of China, half-width or full-width, with or without the country's code.
# One that goes on in letters or digits is part of a digest, a credit code or another number.
_EDGE = r"[0-9０-９A-Za-z]"
_PHONE = re.compile(
    rf"(?<!{_EDGE})(?:[+＋]?(?:86|８６)[-－ ]?)?"
    rf"[1１][3-9３-９]\d(?:[-－ ]?\d{{4}}){{2}}(?!{_EDGE})"
)
PHONE_LIKE = "[1１][3-9３-９][0-9０-９]"
"""A regular expression, of any engine, that is found in every text with such a number, and in few
others."""

HIDDEN_PHONE = "***"
"""What stands in the place of a telephone number."""


def without_phones(text: str) -> str:
    """`text` with personal (mobile) telephone numbers taken out."""
    return _PHONE.sub(HIDDEN_PHONE, text)
