"""Whether a text that stands as evidence or as a reason says anything at all.

It is published, or shown to an auditor, in the place of what it names: a letter or a dash would be
as good as nothing there.
"""

from __future__ import annotations

import re

_LEAST = 4
"""Letters and digits, of which an ideograph counts two."""
_NOTHING = re.compile(
    r"none|null|n/a|unknown|todo|test|testing|asdf|qwer(ty)?|abcd|1234\d*|to be added"
    r"|(same )?as above|see above|no (evidence|reason)|not applicable|like before"
    r"|没有|不详|不知道|未知|同上|见上|测试|暂无|待补|待定|不清楚|其[他它]"
)
_EDGES = re.compile(r"^\W+|\W+$")


def says_something(text: str) -> bool:
    """Whether `text` has some letters or digits that differ, and is no placeholder."""
    core = _EDGES.sub("", text).lower()
    marks = [character for character in core if character.isalnum()]
    weight = sum(1 if character < "\u2e80" else 2 for character in marks)
    return weight >= _LEAST and len(set(marks)) > 1 and not _NOTHING.fullmatch(core)
