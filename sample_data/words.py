"""Vocabularies: frozen lists of ordinary words in vocabulary/, none of them a real firm's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vocabulary"
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
    return tuple(name for name in pairs + triples + mongolian if _usable(name))


@cache
def han_names() -> tuple[str, ...]:
    """People's names of the Han kind."""
    given = words("given_names")
    names = (family + name for family in words("surnames") for name in given)
    return tuple(name for name in names if not is_denied(name))


@cache
def mongolian_names() -> tuple[str, ...]:
    """Mongolian people's names, in Chinese characters."""
    return tuple(name for name in words("mongolian_names") if not is_denied(name))


@cache
def shop_names() -> tuple[str, ...]:
    """What small shops are called: by their owner, or by the owner's family name."""
    families = words("surnames")[:60]
    nicknames = [head + family for head in ("老", "小") for family in families]
    nicknames += [family + tail for family in families for tail in ("记", "家", "氏")]
    names = nicknames * 8 + list(han_names()[::3]) + list(mongolian_names()) * 6
    return tuple(name for name in names if _usable(name))
