"""Vocabularies: frozen lists of ordinary words in vocabulary/, none of them a real firm's.

What comes from Faker was frozen by `yaohao.sample_data.freeze_faker`; the rest was made for this
program.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vocabulary"
NICKNAMES = ("老{}", "小{}", "{}记", "{}家", "{}氏")
"""What a small shop is called by its owner's family name."""

_EVERY = 5  # of the names of three characters one in so many is used


def words(name: str) -> list[str]:
    """The words of vocabulary/<name>.txt: parted by blanks, ``#`` begins a comment."""
    return [word for line in lines(name) for word in line.split()]


def lines(name: str) -> list[str]:
    """The lines of vocabulary/<name>.txt without comments and empty ones."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def document(name: str) -> Any:
    """The JSON document vocabulary/<name>.json, which nobody may change."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def denied() -> frozenset[str]:
    """Names of well-known firms."""
    return frozenset(words("denied"))


def is_denied(text: str) -> bool:
    """Whether a text contains the name of a well-known firm."""
    names, sizes = _denied_by_size()
    return any(
        text[start : start + size] in names
        for size in sizes
        for start in range(len(text) - size + 1)
    )


@cache
def _denied_by_size() -> tuple[frozenset[str], tuple[int, ...]]:
    return denied(), tuple(sorted({len(name) for name in denied()}))


@cache
def _unsafe_endings() -> tuple[str, ...]:
    """Endings that with the beginning of some trade would make the name of a well-known firm."""
    trades = {trade for kinds in document("trades").values() for t in kinds.values() for trade in t}
    heads = {trade[:size] for trade in trades for size in range(1, len(trade) + 1)}
    return tuple(
        sorted(
            {
                name[:place]
                for name in denied()
                for place in range(1, len(name))
                if name[place:] in heads
            }
        )
    )


def _usable(name: str) -> bool:
    """Whether a word may stand before a trade."""
    return not is_denied(name) and not name.endswith(_unsafe_endings())


@cache
def trade_names() -> tuple[str, ...]:
    """Trade names of firms (字号): two or three characters, some Mongolian words."""
    first, second, third = (line.split() for line in lines("word_characters"))
    pairs = [a + b for a in first for b in second if a != b]
    triples = [pair + c for pair in pairs for c in third if c not in pair][::_EVERY]
    mongolian = words("mongolian_words") * 20
    frozen = document("faker")["company_words"] * 5
    return tuple(name for name in pairs + triples + mongolian + frozen if _usable(name))


@cache
def family_names() -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Family names and their shares, as whole weights."""
    weights = {
        name: weight for name, weight in document("faker")["family_names"].items() if _usable(name)
    }
    return tuple(weights), tuple(weights.values())


@cache
def given_names() -> tuple[str, ...]:
    """Given names of the Han kind that make no well-known firm's name with any family name."""
    families, _ = family_names()
    firms, sizes = _denied_by_size()
    endings = frozenset(_unsafe_endings())
    ends = sorted({family[-1] for family in families})

    def fits(name: str) -> bool:
        """Whether no family name before it makes a firm's name of it: only the seam is new."""
        whole = [end + name for end in ends]
        return not any(one in endings or any(one[:n] in firms for n in sizes) for one in whole)

    names = sorted({*words("given_names"), *document("faker")["given_names"]})
    return tuple(name for name in names if _usable(name) and fits(name))


@cache
def nicknames() -> tuple[str, ...]:
    """What shops are called by family names: `NICKNAMES` for each, in order.

    One that may not stand before a trade gives way to another of the same family.
    """
    names = []
    for family in family_names()[0]:
        each = [nickname.format(family) for nickname in NICKNAMES]
        good = [name for name in each if _usable(name)]
        names += [name if name in good else good[0] for name in each]
    return tuple(names)


@cache
def mongolian_names() -> tuple[str, ...]:
    """Mongolian people's names, in Chinese characters."""
    return tuple(name for name in words("mongolian_names") if _usable(name))
