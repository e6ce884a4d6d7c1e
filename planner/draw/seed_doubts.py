"""What makes a seed look chosen rather than drawn, or of another source than was announced.

Nothing here refuses a seed: dice may fall so. Whoever enters it is told before it is entered, since
afterwards it cannot be taken back.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

from yaohao.planner.draw.rounds import LEAST_BITS
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.text import tidy

_FEW = 3
"""Different characters that are few: 20 ten-sided dice show no more once in ten million times."""
_SAME_STEP = 0.8
"""Share of steps from one digit to the next that are all alike in a plain sequence."""


def seed_doubts(seed: str, source: str, announced: str) -> list[Problem]:
    """The doubts about a seed and its source, each a code with parameters for words.

    `seed` is as `normal_seed` gives it; `source` is where its parts come from, `announced` where
    the plan says that they will; each may be empty.
    """
    doubts = []
    pattern = _pattern("".join(character for character in seed if character.isalnum()))
    if pattern is not None:
        doubts.append(pattern)
    given = tidy(source)
    if given != announced and (given or announced):
        kind = "other" if given and announced else "unannounced" if given else "missing"
        doubts.append(Problem(f"doubt.source-{kind}", {"announced": announced, "found": given}))
    return doubts


def _pattern(text: str) -> Problem | None:
    """What is regular in the letters and digits of a seed."""
    if not text:
        return None
    kinds = len(set(text))
    if kinds <= _FEW and len(text) * math.log2(kinds) < LEAST_BITS:
        return Problem("doubt.few" if kinds > 1 else "doubt.one", {"number": kinds})
    if text.isdecimal() and len(text) > 2:
        steps = Counter((int(after) - int(before)) % 10 for before, after in pairwise(text))
        if steps.most_common(1)[0][1] >= _SAME_STEP * (len(text) - 1):
            return Problem("doubt.sequence", {})
    period = next((n for n in range(1, len(text) // 2 + 1) if text[n:] == text[:-n]), 0)
    return Problem("doubt.repeated", {"part": text[:period]}) if period else None
