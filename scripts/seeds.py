"""Seeds on the command line: what `draw` and `deal` share."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from scripts.face import Function, argument, option
from scripts.output import fact, note, warn

_MOST = 1 << 16


def seed_options(function: Function) -> Function:
    """A decorator: the draw, its seed, the source and the witnesses of the seed."""
    for give in (
        option("--witness", "witnesses", words="witness", multiple=True),
        option("--source", words="source", default=""),
        option("--seed", words="seed", required=True),
        argument("draw", meta="draw"),
    ):
        function = give(function)
    return function


def read_seed(text: str) -> str:
    """The seed, from standard input where it is given as ``-``."""
    if text != "-":
        return text
    if sys.stdin.isatty():
        note("type-seed")
        return sys.stdin.readline(_MOST)
    return sys.stdin.read(_MOST)


def warn_round(told: Mapping[str, Any]) -> None:
    """Warn where the seed just entered has neither source nor witness."""
    if not told["witnessed"]:
        warn("unwitnessed", draw=told["draw"])


def seed_facts(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The key that the seed gave, and when."""
    return [
        fact("draw", told["draw"]),
        fact("seeded-at", told["seeded_at"]),
        fact("key", told["key"]),
    ]
