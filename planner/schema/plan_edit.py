"""A change of a plan's text, as the faces ask for it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

Path = tuple[str | int, ...]
"""Keys from the top of a plan down; a number is the place in a list or an array, from 0."""


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """One change: a key set to a value, taken out, or a row added to an array.

    `value` is a text, a whole number, a Decimal, a date, or a list or table of these.
    """

    path: Path
    value: Any = None
    act: Literal["set", "unset", "add"] = "set"


_BARE = re.compile(r"[^\s.\"'\[\]]+")


def key_of(path: Path) -> str:
    """A path as messages about plans name it, the numbers of rows from 1: ``quota[1].min``."""
    key = ""
    for part in path:
        if isinstance(part, int):
            key += f"[{part + 1}]"
        else:
            name = part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            key += f".{name}" if key else name
    return key
