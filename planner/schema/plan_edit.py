"""A change of a plan's text, as the faces ask for it."""

from __future__ import annotations

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
