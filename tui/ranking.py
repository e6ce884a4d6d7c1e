"""How well something fits what is typed: its beginning before its middle, its words before others.

Chinese words are found by the initials of their sounds too: ``cqjh`` finds ``抽取计划``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from yaohao.planner.doors.initials import initials


@dataclass(frozen=True)
class Target:
    """Something that can be found: its words, what kind it is, and what choosing it gives.

    `codes` are what else it is called; `weight` puts kinds before others where words fit as well.
    """

    value: Any
    label: str
    about: str = ""
    sign: str = ""
    codes: tuple[str, ...] = field(default=())
    weight: int = 0


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    return initials(text)


def fitness(typed: str, target: Target) -> int:
    """How well a target fits all the words typed; 0 where it does not fit one of them."""
    total = 0
    for word in typed.casefold().split():
        best = max(_word_fitness(word, target), 0)
        if not best:
            return 0
        total += best
    return total + target.weight if total else 1 + target.weight


def _word_fitness(word: str, target: Target) -> int:
    label = target.label.casefold()
    if label == word or word in (one.casefold() for one in target.codes):
        return 120
    if label.startswith(word) or any(one.casefold().startswith(word) for one in target.codes):
        return 100
    if any(part.startswith(word) for part in label.replace("-", " ").split()):
        return 90
    if word in label:
        return 80
    if word == target.sign.casefold():
        return 75
    if word.isascii() and not label.isascii():
        letters = _letters(target.label)
        if letters.startswith(word):
            return 70
        if word in letters:
            return 60
    if any(word in one.casefold() for one in target.codes):
        return 50
    if word in target.about.casefold():
        return 40
    is_sound = len(word) > 1 and word.isascii() and not target.about.isascii()
    return 20 if is_sound and word in _letters(target.about) else 0


def ranked(typed: str, targets: Iterable[Target]) -> list[Target]:
    """Those that fit, the best first; those that fit as well stay in their order."""
    known: Sequence[tuple[int, Target]] = [(fitness(typed, one), one) for one in targets]
    return [one for fit, one in sorted(known, key=lambda pair: -pair[0]) if fit]
