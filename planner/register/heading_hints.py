"""Words of English headings that tell what a column may be: hints for who maps it, never taken.

Registers name their columns in many ways (Business ID, Ward, Risk Category, DBA): none of these is
read as a field unless `--map` says so, but the message that asks for it can write the option.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Field → words of which one tells of it, the more telling fields first.
_HINTS = (
    ("phone", "phone telephone tel mobile"),
    ("address", "address street addr"),
    ("visited_on", "visited visit inspected inspection"),
    ("inspected_on", "inspected inspection visited visit"),
    ("established_on", "opened established registered opening founded started"),
    ("tier", "risk tier rating grade"),
    ("findings", "findings violations"),
    ("result", "result outcome"),
    ("status", "status state"),
    ("certificate_until", "expires expiry valid certificate"),
    ("department", "department unit office"),
    ("entity_id", "id identifier number no ref reference licence license permit camis uprn code"),
    ("inspector_id", "id identifier number no ref badge code"),
    ("item_id", "id identifier number no ref code"),
    ("kind", "kind type category"),
    ("name", "name dba business premises company facility establishment title"),
    ("inspectors", "inspector inspectors officer"),
    ("region", "region ward borough district area county town city zone municipality boro"),
    ("regions", "region ward borough district area county town city zone"),
    ("industry", "industry sector naics sic"),
)
_WORDS = tuple((field, frozenset(words.split())) for field, words in _HINTS)
_OF_DAYS = frozenset(("visited_on", "inspected_on", "established_on"))
_NO_DAY = frozenset(("type", "id", "result", "number", "score", "status", "outcome"))


def hinted_field(heading: str, fields: Collection[str]) -> str:
    """Which of some fields a heading may well be, by a word of it; "" where none is told of."""
    words = {word.lower() for word in _WORD.findall(heading)}
    for field, known in _WORDS:
        if field in fields and words & known and not (field in _OF_DAYS and words & _NO_DAY):
            return field
    return ""
